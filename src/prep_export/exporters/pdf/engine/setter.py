"""Markdown to reportlab flowables.

Paragraphs are built from fragments, never from reportlab's own markup: its parser can open files
and evaluate attributes (CVE-2023-33733), and author text never meets it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reportlab.lib.abag import ABag
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph
from reportlab.platypus.paraparser import ParaFrag

from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.blocks import Code, Display, Line
from prep_export.exporters.pdf.engine.canvas import UNDERLINE, Formula
from prep_export.exporters.pdf.engine.clinging import clinging
from prep_export.exporters.pdf.engine.formulas import MathError, layout
from prep_export.exporters.pdf.engine.leading import draw_as_measured
from prep_export.exporters.pdf.engine.look import MATH
from prep_export.exporters.pdf.engine.marking import link_name
from prep_export.exporters.pdf.engine.tables import CLINGING, ruled_table
from prep_export.exporters.pdf.engine.tags import ORDERED, Tagged, element, under
from prep_export.exporters.pdf.engine.tags import number as new_number
from prep_export.markdown import highlight
from prep_export.markdown.links import is_allowed
from prep_export.markdown.parser import attribute, parse, parse_inline, source
from prep_export.markdown.widths import in_points

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractContextManager

    from markdown_it.token import Token
    from reportlab.lib.styles import ParagraphStyle

    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.engine.pictures import Pictures
    from prep_export.exporters.pdf.engine.tags import Path
    from prep_export.labels import LabelName


draw_as_measured()


@dataclass(frozen=True, slots=True)
class _Voice:
    """How a stretch of inline text is set."""

    bold: bool = False
    italic: bool = False
    color: Any = None
    link: tuple[int, str] | None = None
    """As reportlab wants it: the number of its element, and its name."""
    strike: bool = False
    marked: bool = False
    """Underlined: an answer within its sentence."""
    script: int = 0
    """1 for a superscript, -1 for a subscript."""

    @property
    def font(self) -> str:
        return {
            (False, False): fonts.TEXT,
            (True, False): fonts.TEXT_BOLD,
            (False, True): fonts.TEXT_ITALIC,
            (True, True): fonts.TEXT_BOLD_ITALIC,
        }[self.bold, self.italic]


_SCRIPT_SIZE: Final = 0.68
_RAISED: Final = 0.36
_LOWERED: Final = 0.14
"""Of the type size around: less than a line has to spare, so lines stay where they are."""

Content: TypeAlias = "str | Sequence[Token]"
"""Markdown, or the tokens of what has been parsed already."""


def _parsed(text: Content) -> Sequence[Token]:
    return parse(text) if isinstance(text, str) else text


_MAX_DEPTH: Final = 8
"""Levels of indentation that a narrow column has room for; deeper ones stand at the last."""


AFTER_MARK: Final = 0.62
"""Of the type size: reportlab starts a line at least 0.6 after its number, whatever the indent."""


class Setter:
    """Sets Markdown in one look. `width` is that of the column, `tallest` of its pictures, in
    points."""

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        width: float,
        labels: Mapping[LabelName, str],
        tallest: float = 400.0,
    ) -> None:
        self.look = look
        self.pictures = pictures
        self.width = width
        self.labels = labels
        self.tallest = tallest
        self._lines = count(1)
        self._plain = _Voice(bold=look.bold, color=look.ink)

    def line(
        self,
        text: str,
        style: ParagraphStyle,
        *,
        bold: bool = False,
        color: Any = None,
        bullet: str | None = None,
        lead: Sequence[tuple[str, Any]] = (),
        role: str = "P",
    ) -> Paragraph:
        """One line of Markdown as a paragraph; `lead` puts bold coloured words before it."""
        voice = _Voice(bold=bold, color=color or style.textColor)
        frags: list[Any] = []
        for word, tint in lead:
            frags += self._text(word, _Voice(bold=True, color=tint), style.fontSize)
        frags += self._inline(parse_inline(text), voice, style.fontSize)
        return paragraph(frags, style, bullet, role)

    def pointers(
        self,
        label: str,
        targets: Sequence[tuple[str, str]],
        style: ParagraphStyle,
        *,
        between: str | None = None,
        lead: Any = None,
        bold: Collection[str] = (),
    ) -> Paragraph:
        """A label and (text, key) pairs, each of which is a link to the place of that key.

        `between` stands after the label, a colon where it is not given; `lead` is a colour for
        the label, which is bold then; and those of the texts are bold that are in `bold`.
        """
        voice = _Voice(color=style.textColor)
        between = self.labels["colon"] if between is None else between
        shown = _Voice(bold=True, color=lead) if lead is not None else voice
        frags = self._text(label + between, shown, style.fontSize)
        for number, (text, key) in enumerate(targets):
            frags += self._text(self.labels["comma"], voice, style.fontSize) if number else []
            linked = replace(voice, link=_link(f"#{key}"), bold=text in bold)
            frags += self._text(text, linked, style.fontSize)
        return paragraph(frags, style)

    def blocks(self, text: Content, indent: float = 0.0) -> list[Flowable]:
        """Flowables of a text of blocks."""
        return self._blocks(_parsed(text), indent)

    def labelled(self, label: str, color: Any, text: str) -> list[Flowable]:
        """Blocks with a bold coloured label that runs into the first paragraph."""
        lead = self._text(
            label + self.labels["colon"], _Voice(bold=True, color=color), self.look.size
        )
        blocks = self.blocks(text)
        if blocks and isinstance(blocks[0], Paragraph):
            first = blocks[0]
            return [paragraph([*lead, *first.frags], first.style), *blocks[1:]]
        return [paragraph(lead, self.look.style(keepWithNext=1)), *blocks]

    def bullets(
        self, texts: Sequence[Content], *, numbered: bool = False, indent: float = 0.0
    ) -> list[Flowable]:
        """A list with one entry a text, each of which may hold blocks."""
        out: list[Flowable] = []
        step = self._step(len(texts) if numbered else 0)
        for number, text in enumerate(texts, start=1):
            mark = f"{number}." if numbered else "•"
            out += self._item(_parsed(text), mark, indent, step)
        under(ORDERED if numbered else "L", out)
        return out

    def _step(self, last: int) -> float:
        """How far the text of a list stands in: room for its last number, if it has numbers."""
        if not last:
            return self.look.indent
        mark = stringWidth(f"{last}.", fonts.TEXT, self.look.size)
        return float(max(self.look.indent, mark + self.look.size * AFTER_MARK))

    def joined(
        self, label: str, color: Any, texts: Sequence[str], style: ParagraphStyle | None = None
    ) -> list[Flowable]:
        """Short texts in one paragraph with dots between them, after a label if it is not empty;
        lists, code and so on as bullets."""
        style = style or self.look.style()
        head = _Voice(bold=True, color=color)
        parsed = [parse(text) for text in texts]
        if not all(_is_one_paragraph(tokens) for tokens in parsed):
            if not label:
                return self.bullets(texts)
            frags = self._text(label, head, self.look.size)
            return [paragraph(frags, self.look.style(keepWithNext=1)), *self.bullets(texts)]
        frags = self._text(label + self.labels["colon"], head, style.fontSize) if label else []
        for number, tokens in enumerate(parsed):
            if number:
                dot = "\u00a0· "  # never at the start of a line
                frags += self._text(dot, head, style.fontSize)
            voice = _Voice(color=style.textColor)
            frags += self._inline(tokens[1].children or [], voice, style.fontSize)
        return [paragraph(frags, style)]

    def _blocks(self, tokens: Sequence[Token], indent: float, depth: int = 0) -> list[Flowable]:
        out: list[Flowable] = []
        index = 0
        while index < len(tokens):
            end = _matching(tokens, index)
            out += self._block(tokens[index : end + 1], indent, depth)
            index = end + 1
        return out

    def _block(self, tokens: Sequence[Token], indent: float, depth: int) -> list[Flowable]:
        head, inside = tokens[0], tokens[1:-1]
        look = self.look
        step = look.indent if depth < _MAX_DEPTH else 0.0
        match head.type:
            case "paragraph_open":
                return self._paragraph(inside[0].children or [], indent)
            case "heading_open":
                style = look.style(leftIndent=indent, keepWithNext=1, spaceBefore=look.gap)
                voice = _Voice(bold=True, color=look.ink)
                frags = self._inline(inside[0].children or [], voice, look.size)
                return [paragraph(frags, style, role="H4")]
            case "bullet_list_open" | "ordered_list_open":
                return self._list(tokens, indent, depth)
            case "blockquote_open":
                inner = replace(look, ink=look.quiet)
                quote = Setter(inner, self.pictures, self.width, self.labels, self.tallest)
                quoted = quote._blocks(inside, indent + step, depth + 1)
                under("BlockQuote", quoted)
                return quoted
            case "fence" | "code_block":
                return [Code(head.content, highlight.language_of(head.info), look, indent)]
            case "math_block":
                return self._display(head.content, indent)
            case "table_open":
                return [self._table(inside, indent)]
            case "hr":
                return [Line(look.line, indent)]
        return []

    def _list(self, tokens: Sequence[Token], indent: float, depth: int) -> list[Flowable]:
        number = int(attribute(tokens[0], "start") or 1)
        ordered = tokens[0].type == "ordered_list_open"
        items = sum(
            token.type == "list_item_open" and token.level == tokens[0].level + 1
            for token in tokens
        )
        step = self._step(number + items - 1 if ordered else 0) if depth < _MAX_DEPTH else 0.0
        out: list[Flowable] = []
        index = 1
        while index < len(tokens) - 1:
            end = _matching(tokens, index)
            mark = f"{number}." if ordered else "•"
            out += self._item(tokens[index + 1 : end], mark, indent, step, depth)
            number += 1
            index = end + 1
        under(ORDERED if ordered else "L", out)
        return out

    def _item(
        self, tokens: Sequence[Token], mark: str, indent: float, step: float, depth: int = 0
    ) -> list[Flowable]:
        body = self._blocks(tokens, indent + step, depth + 1)
        if not body or not isinstance(body[0], Paragraph) or getattr(body[0], "bulletText", None):
            mark_only = self._text("\u00a0", _Voice(color=self.look.ink), self.look.size)
            body.insert(
                0, paragraph(mark_only, self.look.style(leftIndent=indent + step, spaceAfter=0))
            )
        first = body[0]
        first.style = first.style.clone("item", bulletIndent=indent)
        first.bulletText = mark
        first.path = ()  # the text of an item is the body itself, and needs no paragraph in it
        under("LBody", body)
        first.label = element("Lbl")
        under("LI", body)
        return body

    def _paragraph(self, children: Sequence[Token], indent: float) -> list[Flowable]:
        """A paragraph; display math and images in it stand on lines of their own."""
        out: list[Flowable] = []
        run: list[Token] = []
        opened: list[Token] = []

        def flush() -> None:
            if any(
                token.content.strip()
                or (token.nesting == 0 and token.type not in {"text", "softbreak"})
                for token in run
            ):
                frags = self._inline(run, self._plain, self.look.size)
                out.append(paragraph(frags, self.look.style(leftIndent=indent)))
            run[:] = opened  # what stands around a picture goes on after it

        depth = 0
        for token in children:
            depth += token.nesting
            if depth == 0 and token.type == "math_inline_double":
                flush()
                out += self._display(token.content, indent)
            elif token.type == "image":
                flush()
                width = attribute(token, "width")
                out += self.figure(source(token), indent, alt=token.content, width=width)
            else:
                run.append(token)
                if token.nesting == 1:
                    opened.append(token)
                elif token.nesting == -1:
                    opened.pop()
        flush()
        return out

    def figure(
        self,
        reference: str,
        indent: float = 0.0,
        max_height: float | None = None,
        alt: str = "",
        width: str = "",
    ) -> list[Flowable]:
        """An image scaled to the column, SVG as vectors; `alt` is what it shows, `width` what its
        author wants, such as 60% or 6cm."""
        room = self.width - indent
        tallest = self.tallest if max_height is None else max_height
        wanted = in_points(width, room) if width else None
        image = self.pictures.flowable(reference, room, tallest, indent, self.look, wanted)
        image.alt = alt
        return [image]

    def _display(self, latex: str, indent: float) -> list[Flowable]:
        return [Display(latex.strip(), self.look, indent)]

    def _table(self, tokens: Sequence[Token], indent: float) -> Flowable:
        rows: list[list[Any]] = []
        header = 0
        for index, token in enumerate(tokens):
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"th_open", "td_open"}:
                is_head = token.type == "th_open"
                header = len(rows) if is_head else header
                align = {"center": 1, "right": 2}.get(
                    attribute(token, "style").rpartition(":")[2], 0
                )
                style = self.look.style(alignment=align, spaceAfter=0)
                voice = _Voice(bold=is_head, color=self.look.ink)
                frags = self._inline(tokens[index + 1].children or [], voice, self.look.size)
                rows[-1].append(paragraph(frags, style, role="TH" if is_head else "TD"))
        return ruled_table(rows, header, self.look, self.width - indent, indent)

    def _inline(self, tokens: Sequence[Token], voice: _Voice, size: float) -> list[Any]:
        frags: list[Any] = []
        stack = [voice]
        for token in tokens:
            now = stack[-1]
            match token.type:
                case "text":
                    frags += self._text(token.content, now, size)
                case "softbreak":
                    frags += self._text(" ", now, size)
                case "hardbreak":
                    frags.append(_frag(fonts.TEXT, size, "", now.color, lineBreak=True))
                case "code_inline":
                    frags += self._code(token.content, now, size)
                case "math_inline" | "math_inline_double":
                    frags.append(self._formula(token.content.strip(), now, size))
                case "image":
                    frags += self._text(f"[{token.content}]", now, size)
                case _ if token.nesting == 1:
                    stack.append(self._marked(now, token))
                case _ if token.nesting == -1:
                    stack.pop()
        return frags

    def _marked(self, voice: _Voice, token: Token) -> _Voice:
        """The voice of what an opening token begins."""
        match token.type:
            case "strong_open":
                return replace(voice, bold=True, italic=voice.italic or self.look.bold)
            case "marked_open":
                return replace(voice, bold=True, marked=True, color=self.look.accent)
            case "em_open":
                return replace(voice, italic=True)
            case "s_open":
                return replace(voice, strike=True)
            case "sub_open" | "sup_open":
                return replace(voice, script=1 if token.type == "sup_open" else -1)
        url = attribute(token, "href")
        if not is_allowed(url):
            return voice
        return replace(voice, link=_link(url), color=self.look.accent)

    def _text(self, text: str, voice: _Voice, size: float) -> list[Any]:
        return self._runs(voice.font, text, voice, size)

    def _code(self, text: str, voice: _Voice, size: float) -> list[Any]:
        # Plex Mono's x-height is larger than Fira Sans's.
        font = fonts.MONO_BOLD if voice.bold else fonts.MONO
        return self._runs(font, text, voice, size * 0.92)

    def _runs(self, font: str, text: str, voice: _Voice, size: float) -> list[Any]:
        rise = size * {1: _RAISED, 0: 0.0, -1: -_LOWERED}[voice.script]
        return [
            _frag(
                run.font,
                size * _SCRIPT_SIZE if voice.script else size,
                run.text,
                voice.color,
                rise=rise,
                link=[voice.link] if voice.link else [],
                us_lines=self._us_lines(voice, rise),
            )
            for run in self.look.fonts.runs(font, text)
        ]

    def _us_lines(self, voice: _Voice, rise: float) -> list[tuple[Any, ...]]:
        """Lines through and under one fragment, as reportlab wants them. It draws only the last
        part of what has one number, so each has its own."""
        kinds = [("strike", "0.28*F")] if voice.strike else []
        kinds += [("underline", f"-{UNDERLINE}*F")] if voice.marked else []
        return [
            (next(self._lines), kind, None, "0.06*F", offset, rise, 1, "") for kind, offset in kinds
        ]

    def _formula(self, latex: str, voice: _Voice, size: float) -> Any:
        try:
            box = layout(latex, display=False)
            formula = Formula(box, size * MATH, voice.color, underlined=voice.marked)
        except MathError:  # validation has reported it; a library user may not have asked
            return self._text(f"${latex}$", voice, size)[0]
        frag = _frag(fonts.TEXT, size, "", voice.color)
        frag.cbDefn = _inline_image(formula)
        return frag


def _link(target: str) -> tuple[int, str]:
    number = new_number()
    return number, link_name(number, target)


def _frag(font: str, size: float, text: str, color: Any, **more: Any) -> Any:
    values = {"rise": 0, "greek": 0, "link": [], "us_lines": [], **more}
    return ParaFrag(fontName=font, fontSize=size, text=text, textColor=color, **values)


_DESCENT: Final = 0.28
"""Of the type size: more than that of any text font, less than that of a formula worth a gap."""


class _Text(Tagged, Paragraph):  # type: ignore[misc]  # reportlab is untyped
    """A paragraph whose parts, when it is divided, stay one element.

    What is to be kept with its neighbours is asked for its height before it is placed; lines broken
    for one width are those of the next time too.
    """

    frags: list[Any]
    label: Path = ()
    """What its number or bullet is, where that is not part of it."""
    _broken: tuple[float, tuple[float, float]] | None = None

    def put_under(self, outer: Path) -> None:
        super().put_under(outer)
        if self.label:
            self.label = outer + self.label

    def marking(self, canvas: Any) -> AbstractContextManager[None]:
        path = self.path
        if self.blPara.kind == 0 and self.blPara.link:  # reportlab tells of no link in plain lines
            path += (("Link", self.blPara.link[0][0]),)
        label = self.label if self.bulletText else ()
        marked: AbstractContextManager[None] = canvas.line_by_line(path, label)
        return marked

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        broken = self._broken
        if broken is None or broken[0] != width or not hasattr(self, "blPara"):  # split drops it
            room = width - self.style.leftIndent - self.style.rightIndent
            self._shrink_formulas(room)
            self.frags = clinging(self.frags, room)
            self._broken = (width, super().wrap(width, height))
            return self._broken[1]
        return broken[1]

    def breakLines(self, width: Any) -> Any:  # noqa: N802 - reportlab's name
        """Lines whose descents are those of text alone count as reaching a sixth of their leading
        down, so that all have one distance; see `leading` for those with tall formulas."""
        broken = super().breakLines(width)
        usual, least = self.style.fontSize * _DESCENT, self.style.leading / 6
        for line in broken.lines if broken.kind == 1 else [broken]:
            if -line.descent <= usual:
                line.descent = max(line.descent, -least)
        return broken

    def _shrink_formulas(self, room: float) -> None:
        """Set formulas smaller that are wider than a line, for they cannot be broken; with room for
        what clings to them, where they are not alone."""
        alone = len(self.frags) == 1 and not self.bulletText
        clinging = 0.0 if alone else CLINGING * self.style.fontSize
        most = max(room - clinging, room / 2)
        for frag in self.frags:
            shown = getattr(frag, "cbDefn", None)
            if shown is not None and shown.width > most:
                wide = shown.image
                formula = wide.scaled(most / shown.width)
                frag.cbDefn = _inline_image(formula)

    def drawPara(self, debug: int = 0) -> None:  # noqa: N802 - reportlab's name
        # reportlab starts at one type size below the top, above which a fraction would stand out;
        # a table makes room for all cells of a row.
        if self.blPara.kind and self.path[-1][0] not in {"TD", "TH"}:
            first = self.blPara.lines[0]
            first.fontSize = max(first.fontSize, first.ascent)
        super().drawPara(debug)

    def split(self, width: float, height: float) -> list[Any]:
        parts: list[Any] = super().split(width, height)
        for part in parts:
            part.path, part.label = self.path, self.label
        return parts


def _inline_image(formula: Formula) -> Any:
    """A formula as what reportlab expects for an image in a line."""
    return ABag(
        kind="img",
        image=formula,
        width=formula.width,
        height=formula.room,
        valign=-formula.reach,
    )


def paragraph(
    frags: list[Any], style: ParagraphStyle, bullet: str | None = None, role: str = "P"
) -> Paragraph:
    """A paragraph from fragments; `role` is its kind of structure element."""
    if not frags:
        frags = [_frag(style.fontName, style.fontSize, "", style.textColor)]
    text = _Text("", style, frags=frags, bulletText=bullet)
    text.path = element(role)
    return text


def _is_one_paragraph(tokens: Sequence[Token]) -> bool:
    """Whether this is a single paragraph with nothing in it that stands on a line of its own."""
    return [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"] and (
        not any(
            child.type in {"image", "math_inline_double", "hardbreak"}
            for child in tokens[1].children or []
        )
    )


def _matching(tokens: Sequence[Token], index: int) -> int:
    """Index of the token that closes the one at `index`."""
    depth = 0
    for at in range(index, len(tokens)):
        depth += tokens[at].nesting
        if depth == 0:
            return at
    return len(tokens) - 1
