"""Inline Markdown to fragments: stretches of text in one font and colour, and formulas.

Paragraphs are built from fragments, never from reportlab's own markup: its parser can open files
and evaluate attributes (CVE-2023-33733), and author text never meets it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from reportlab.lib.abag import ABag
from reportlab.platypus.paraparser import ParaFrag

from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.canvas import UNDERLINE, Formula
from prep_export.exporters.pdf.engine.formulas import MathError, layout
from prep_export.exporters.pdf.engine.look import MATH
from prep_export.exporters.pdf.engine.marking import link_name
from prep_export.exporters.pdf.engine.tags import number as new_number
from prep_export.markdown.links import is_allowed
from prep_export.markdown.parser import attribute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from prep_export.exporters.pdf.engine.look import Look


@dataclass(frozen=True, slots=True)
class Voice:
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
        """Name of the text font."""
        return {
            (False, False): fonts.TEXT,
            (True, False): fonts.TEXT_BOLD,
            (False, True): fonts.TEXT_ITALIC,
            (True, True): fonts.TEXT_BOLD_ITALIC,
        }[self.bold, self.italic]

    def linked(self, target: str) -> Voice:
        """The same voice for a link of its own, to a URL or to # and a key."""
        number = new_number()
        return replace(self, link=(number, link_name(number, target)))


_SCRIPT_SIZE: Final = 0.68
_RAISED: Final = 0.36
_LOWERED: Final = 0.14
"""Of the type size around: less than a line has to spare, so lines stay where they are."""

_CODE_SIZE: Final = 0.92
"""Of the type size around: Plex Mono's x-height is larger than Fira Sans's."""


class Fragments:
    """Makes fragments in one look; sizes are in points."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._lines = count(1)

    def inline(self, tokens: Sequence[Token], voice: Voice, size: float) -> list[Any]:
        """Those of inline tokens."""
        frags: list[Any] = []
        stack = [voice]
        for token in tokens:
            now = stack[-1]
            match token.type:
                case "text":
                    frags += self.text(token.content, now, size)
                case "softbreak":
                    frags += self.text(" ", now, size)
                case "hardbreak":
                    frags.append(fragment(fonts.TEXT, size, "", now.color, lineBreak=True))
                case "code_inline":
                    font = fonts.MONO_BOLD if now.bold else fonts.MONO
                    frags += self._runs(font, token.content, now, size * _CODE_SIZE)
                case "math_inline" | "math_inline_double":
                    frags.append(self._formula(token.content.strip(), now, size))
                case "image":
                    frags += self.text(f"[{token.content}]", now, size)
                case _ if token.nesting == 1:
                    stack.append(self._marked(now, token))
                case _ if token.nesting == -1:
                    stack.pop()
        return frags

    def text(self, text: str, voice: Voice, size: float) -> list[Any]:
        """Those of plain text, which is no Markdown."""
        return self._runs(voice.font, text, voice, size)

    def _marked(self, voice: Voice, token: Token) -> Voice:
        """The voice of what an opening token begins."""
        match token.type:
            case "strong_open":
                return replace(voice, bold=True, italic=voice.italic or self._look.bold)
            case "marked_open":
                return replace(voice, bold=True, marked=True, color=self._look.accent)
            case "em_open":
                return replace(voice, italic=True)
            case "s_open":
                return replace(voice, strike=True)
            case "sub_open" | "sup_open":
                return replace(voice, script=1 if token.type == "sup_open" else -1)
        url = attribute(token, "href")
        if not is_allowed(url):
            return voice
        return replace(voice.linked(url), color=self._look.accent)

    def _runs(self, font: str, text: str, voice: Voice, size: float) -> list[Any]:
        rise = size * {1: _RAISED, 0: 0.0, -1: -_LOWERED}[voice.script]
        return [
            fragment(
                run.font,
                size * _SCRIPT_SIZE if voice.script else size,
                run.text,
                voice.color,
                rise=rise,
                link=[voice.link] if voice.link else [],
                us_lines=self._us_lines(voice, rise),
            )
            for run in self._look.fonts.runs(font, text)
        ]

    def _us_lines(self, voice: Voice, rise: float) -> list[tuple[Any, ...]]:
        """Lines through and under one fragment, as reportlab wants them. It draws only the last
        part of what has one number, so each has its own."""
        kinds = [("strike", "0.28*F")] if voice.strike else []
        kinds += [("underline", f"-{UNDERLINE}*F")] if voice.marked else []
        return [
            (next(self._lines), kind, None, "0.06*F", offset, rise, 1, "") for kind, offset in kinds
        ]

    def _formula(self, latex: str, voice: Voice, size: float) -> Any:
        try:
            box = layout(latex, display=False)
        except MathError:  # validation has reported it; a library user may not have asked
            return self.text(f"${latex}$", voice, size)[0]
        formula = Formula(box, size * MATH, voice.color, underlined=voice.marked)
        frag = fragment(fonts.TEXT, size, "", voice.color)
        frag.cbDefn = inline_image(formula)
        return frag


def fragment(font: str, size: float, text: str, color: Any, **more: Any) -> Any:
    """One fragment, with all that reportlab asks of it."""
    values = {"rise": 0, "greek": 0, "link": [], "us_lines": [], **more}
    return ParaFrag(fontName=font, fontSize=size, text=text, textColor=color, **values)


def inline_image(formula: Formula) -> Any:
    """A formula as what reportlab expects for an image in a line: `cbDefn` of its fragment."""
    return ABag(
        kind="img",
        image=formula,
        width=formula.width,
        height=formula.height,
        valign=-formula.depth,
    )
