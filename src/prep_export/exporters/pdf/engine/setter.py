"""Blocks of Markdown to reportlab flowables: paragraphs, lists, tables, figures, quotes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph

from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.blocks import Code, Display, Line
from prep_export.exporters.pdf.engine.fragments import Voice
from prep_export.exporters.pdf.engine.line_setter import LineSetter
from prep_export.exporters.pdf.engine.paragraphs import paragraph
from prep_export.exporters.pdf.engine.tables import ruled_table
from prep_export.exporters.pdf.engine.tags import ORDERED, element, under
from prep_export.markdown import highlight
from prep_export.markdown.parser import attribute, parse, source
from prep_export.markdown.widths import in_points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token
    from reportlab.lib.styles import ParagraphStyle

    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.engine.pictures import Pictures
    from prep_export.labels import LabelName


Content: TypeAlias = "str | Sequence[Token]"
"""Markdown, or the tokens of what has been parsed already."""


def _parsed(text: Content) -> Sequence[Token]:
    return parse(text) if isinstance(text, str) else text


_MAX_DEPTH: Final = 8
"""Levels of indentation that a narrow column has room for; deeper ones stand at the last."""


AFTER_MARK: Final = 0.62
"""Of the type size: reportlab starts a line at least 0.6 after its number, whatever the indent."""


class Setter(LineSetter):
    """Sets Markdown in one look: lines, and blocks in a column. `width` is that of the column,
    `tallest` of its pictures, in points."""

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        width: float,
        labels: Mapping[LabelName, str],
        tallest: float = 400.0,
    ) -> None:
        super().__init__(look, labels)
        self.pictures = pictures
        self.width = width
        self.tallest = tallest
        self._plain = Voice(bold=look.bold, color=look.ink)

    def blocks(self, text: Content, indent: float = 0.0) -> list[Flowable]:
        """Flowables of a text of blocks."""
        return self._blocks(_parsed(text), indent)

    def labelled(self, label: str, color: Any, text: str) -> list[Flowable]:
        """Blocks with a bold coloured label that runs into the first paragraph."""
        lead = self.fragments.text(
            label + self.labels["colon"], Voice(bold=True, color=color), self.look.size
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
        head = Voice(bold=True, color=color)
        parsed = [parse(text) for text in texts]
        if not all(_is_one_paragraph(tokens) for tokens in parsed):
            if not label:
                return self.bullets(texts)
            frags = self.fragments.text(label, head, self.look.size)
            return [paragraph(frags, self.look.style(keepWithNext=1)), *self.bullets(texts)]
        frags = (
            self.fragments.text(label + self.labels["colon"], head, style.fontSize) if label else []
        )
        for number, tokens in enumerate(parsed):
            if number:
                dot = "\u00a0· "  # never at the start of a line
                frags += self.fragments.text(dot, head, style.fontSize)
            voice = Voice(color=style.textColor)
            frags += self.fragments.inline(tokens[1].children or [], voice, style.fontSize)
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
                voice = Voice(bold=True, color=look.ink)
                frags = self.fragments.inline(inside[0].children or [], voice, look.size)
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
            mark_only = self.fragments.text("\u00a0", Voice(color=self.look.ink), self.look.size)
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
                frags = self.fragments.inline(run, self._plain, self.look.size)
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
        image.spaceAfter = self.look.gap + 1  # as below code and tables
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
                voice = Voice(bold=is_head, color=self.look.ink)
                inline = tokens[index + 1].children or []
                frags = self.fragments.inline(inline, voice, self.look.size)
                rows[-1].append(paragraph(frags, style, role="TH" if is_head else "TD"))
        return ruled_table(rows, header, self.look, self.width - indent, indent)


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
