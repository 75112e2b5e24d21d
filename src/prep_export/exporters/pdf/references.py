"""What leads through a book: the titles of its chapters, and lines that end in a page number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.platypus import Flowable

from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.anchors import Anchor
from prep_export.exporters.pdf.engine.strings import fit
from prep_export.exporters.pdf.engine.tags import Tagged, element

if TYPE_CHECKING:
    from prep_export.exporters.pdf.engine.look import Look


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
        with canvas.artifact():
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
        self.path = element("P")
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
        wide = min(room, canvas.fonts.width(font, self.title, look.size))
        fit(canvas, self.title + " ", font, look.size, self.indent, y, room)
        canvas.number_later(self.key, self.width, y, look.size)
        with canvas.artifact():
            canvas.setStrokeColor(look.line)
            canvas.setLineWidth(0.7)
            canvas.setDash(0.7, 3)
            canvas.line(self.indent + wide + 5, y + 1, self.width - 22, y + 1)
        canvas.linkRect("", self.key, (0, 0, self.width, look.leading), relative=1, thickness=0)
        canvas.restoreState()
