"""A page of the booklet: where its text, its margin and its thumb tabs stand, and what leads
through it at its head and edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reportlab.lib.units import mm

from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.strings import fit, right

if TYPE_CHECKING:
    from prep_export.exporters.pdf.engine.canvas import PaperCanvas
    from prep_export.exporters.pdf.theme import Palette

_NOTE: Final = 44 * mm
"""Width of the margin column."""
_GUTTER: Final = 17.0
_SIDES: Final = {"a4": 62.0, "letter": 66.0, "a5": 36.0}
"""Points of paper left white at the left and right."""
_TOP: Final = 56.0
_BOTTOM: Final = 48.0

TAB: Final = (6 * mm, 18 * mm)
"""Width and height of a thumb tab, without what runs out over the edge of the paper."""
_UNPRINTED: Final = 3 * mm
"""What many printers leave white at an edge: the tab's number stands further in."""
_HEAD: Final = 8.0
"""Type size of running heads."""


@dataclass(frozen=True, slots=True)
class BookPage:
    """Lengths in points, from the lower left corner of the paper."""

    size: tuple[float, float]
    side: float
    top: float
    """Where the text begins."""
    bottom: float
    """Where it ends."""
    column: float
    """Width of the text."""
    note: float
    """Width of what stands in the margin; nothing on a small page."""

    @property
    def full(self) -> float:
        """Width of text and margin."""
        return self.size[0] - 2 * self.side

    @property
    def note_left(self) -> float:
        """Where the margin begins."""
        return self.side + self.full - self.note

    @property
    def height(self) -> float:
        """Height of the text."""
        return self.top - self.bottom


def page_of(paper: str) -> BookPage:
    """The page of a paper: with a margin for notes, where the paper is wide enough."""
    size, side = theme.PORTRAIT[paper], _SIDES[paper]
    small = paper == "a5"
    full = size[0] - 2 * side
    scale = 0.66 if small else 1.0
    note = 0.0 if small else _NOTE
    return BookPage(
        size=size,
        side=side,
        top=size[1] - _TOP * scale,
        bottom=_BOTTOM * scale,
        column=full - (note + _GUTTER if note else 0.0),
        note=note,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the book that a reader turns to: a chapter, or what stands behind them."""

    key: str
    """The key of its place."""
    mark: str
    """Its number or letter; empty where it has none."""
    title: str
    color: Any
    place: int = 0
    """Its place down the outer edge, from 0."""

    @property
    def name(self) -> str:
        """Title with the mark before it."""
        return f"{self.mark}  {self.title}" if self.mark else self.title


class Furniture:
    """Running heads, page numbers, and tabs down the outer edge, one for each marked part."""

    def __init__(self, page: BookPage, colors: Palette, tabs: int) -> None:
        self._page = page
        self._colors = colors
        self._tabs = tabs

    def draw(self, canvas: PaperCanvas, parts: list[Part], *, opens: bool) -> None:
        """Draw what a page has: `parts` are those on it; `opens` says that the first begins it."""
        page, colors, number = self._page, self._colors, canvas.getPageNumber()
        edge = page.size[0] - page.side
        y = page.top + 15
        canvas.saveState()
        canvas.setFillColor(colors.quiet)
        right(canvas, str(number), _HEAD, edge, y, page.side)
        if not opens and parts:
            canvas.setFillColor(parts[0].color)
            fit(canvas, parts[0].name, fonts.TEXT_BOLD, _HEAD, page.side, y, page.full - 40)
            canvas.setStrokeColor(colors.line)
            canvas.setLineWidth(0.4)
            canvas.line(page.side, y - 5, edge, y - 5)
        for part in parts:
            if part.mark:
                self._tab(canvas, part, left=number % 2 == 0)
        canvas.restoreState()

    def _tab(self, canvas: PaperCanvas, part: Part, *, left: bool) -> None:
        """A tab at the outer edge, further down for each part, over the edge of the paper."""
        page, colors = self._page, self._colors
        wide, tall = TAB
        bleed = min(_UNPRINTED, page.side - wide - 4)
        step = min(tall + 2, (page.height - tall) / max(self._tabs - 1, 1))
        y = page.top - tall - part.place * step
        x = 0.0 if left else page.size[0] - wide - bleed
        canvas.setFillColor(colors.line if colors.grey else part.color)
        canvas.rect(x, y, wide + bleed, tall, stroke=0, fill=1)
        canvas.setFillColor(colors.ink if colors.grey else colors.paper)
        size = 10.0 if len(part.mark) < 3 else 7.0  # noqa: PLR2004 - digits that the tab has room for
        width = canvas.fonts.width(fonts.TEXT_BOLD, part.mark, size)
        center = (bleed if left else 0.0) + wide / 2
        at = y + tall / 2 - size * 0.36
        fit(canvas, part.mark, fonts.TEXT_BOLD, size, x + center - width / 2, at, wide)
