"""Flowables of the booklet: anchors, chapter titles, and lines with a page number at their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.platypus import Flowable

from prep_export.exporters.pdf.furniture import fit
from prep_export.markup import fonts
from prep_export.markup.blocks import Display
from prep_export.markup.tagging import Tagged, element

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.exporters.pdf.theme import Palette
    from prep_export.markup.flowables import Look


class Anchor(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A link target whose page is noted, at a level of the outline or at none; takes no room."""

    def __init__(self, key: str, title: str, level: int | None) -> None:
        super().__init__()
        self.key, self.title, self.level = key, title, level
        self.keepWithNext = 1

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        self.width = width
        return width, 0

    def draw(self) -> None:
        self.canv.places[self.key] = self.canv.getPageNumber()
        self.canv.bookmarkHorizontal(self.key, 0, 14)
        if self.level is not None:
            closed = self.level == 0
            self.canv.addOutlineEntry(self.title, self.key, level=self.level, closed=closed)


class ChapterTitle(Tagged, Anchor):
    """A chapter's title over a rule."""

    def __init__(self, key: str, title: str, look: Look) -> None:
        super().__init__(key, title, 0)
        self.look = look
        self.path = element("H1")

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        super().wrap(width, height)
        return width, self.look.size * 3

    def draw(self) -> None:
        super().draw()
        canvas = self.canv
        canvas.saveState()
        canvas.setFillColor(self.look.ink)
        size = self.look.size * 1.9
        fit(canvas, self.title, fonts.TEXT_BOLD, size, 0, self.look.size, self.width)
        canvas.setStrokeColor(self.look.accent)
        canvas.setLineWidth(1.4)
        canvas.line(0, 0, self.width, 0)
        canvas.restoreState()


class PageLine(Tagged, Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A title, dots, and the page on which it stands; a link to it."""

    def __init__(
        self,
        title: str,
        key: str,
        look: Look,
        *,
        bold: bool = False,
        indent: float = 0.0,
    ) -> None:
        super().__init__()
        self.title, self.key, self.look = title, key, look
        self.bold, self.indent = bold, indent
        self.path = element("TOCI")
        self.spaceBefore = look.gap * 1.5 if bold else 0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        self.width = width
        return width, self.look.leading * 1.02

    def draw(self) -> None:
        canvas: Any = self.canv
        look = self.look
        canvas.saveState()
        canvas.setFillColor(look.ink)
        font = fonts.TEXT_BOLD if self.bold else fonts.TEXT
        room = self.width - self.indent - 34
        y = look.leading * 0.3
        runs = fonts.runs(font, self.title)
        wide = min(room, sum(canvas.stringWidth(r.text, r.font, look.size) for r in runs))
        fit(canvas, self.title + " ", font, look.size, self.indent, y, room)
        canvas.number_later(self.key, self.width, y, look.size)
        canvas.setStrokeColor(look.line)
        canvas.setLineWidth(0.7)
        canvas.setDash(0.7, 3)
        canvas.line(self.indent + wide + 5, y + 1, self.width - 22, y + 1)
        canvas.linkRect("", self.key, (0, 0, self.width, look.leading), relative=1, thickness=0)
        canvas.restoreState()


class Later(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """Flowables that are made when the book has come to them."""

    def __init__(self, make: Callable[[], list[Any]]) -> None:
        super().__init__()
        self.make = make

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width, height
        return 0, 0

    def draw(self) -> None:
        self._frame.add_generated_content(*self.make())


class ToBaseline(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """Space up to the next line of a column's grid, so that neighbouring columns share it.

    reportlab tells a flowable how much of the frame is left, and with it where in the grid it is.
    """

    def __init__(self, grid: float, least: float) -> None:
        super().__init__()
        self.grid = grid
        self.least = least

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width
        left = height - self.least
        return 0, self.least + left % self.grid if left > 0 else max(height, 0.0)

    def draw(self) -> None:
        pass


class Boxed(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A flowable on a panel with a rule at its left."""

    def __init__(self, inner: Any, colors: Palette) -> None:
        super().__init__()
        self.inner = inner
        self.colors = colors
        self.spaceBefore, self.spaceAfter = 2, 2

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self.height = self.inner.wrapOn(self.canv, width - 10, height)[1] + 5
        return width, self.height

    def draw(self) -> None:
        canvas = self.canv
        with canvas.artifact():
            canvas.saveState()
            canvas.setFillColor(self.colors.panel)
            canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
            canvas.setFillColor(self.colors.accent)
            canvas.rect(0, 0, 2, self.height, stroke=0, fill=1)
            canvas.restoreState()
        self.inner.drawOn(canvas, 6, 2.5)


def boxed(blocks: list[Any], colors: Palette) -> list[Any]:
    """A single displayed formula in a box; anything else, which may be long, as it is."""
    if len(blocks) == 1 and isinstance(blocks[0], Display):
        return [Boxed(blocks[0], colors)]
    return blocks
