"""What leads through a book: the titles of its parts, and lines that end in a page number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import Flowable

from prep_export.exporters.pdf.engine.anchors import Anchor
from prep_export.exporters.pdf.engine.tags import Tagged, element

if TYPE_CHECKING:
    from prep_export.exporters.pdf.book_page import Part
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.engine.setter import Setter


class PartTitle(Tagged, Anchor):
    """A part's title over a rule in its colour."""

    def __init__(self, part: Part, setter: Setter, full: float) -> None:
        super().__init__(part.key, part.name, 0)
        self.part, self.full = part, full
        look = setter.look
        size = look.size * 1.9
        style = look.style(fontSize=size, leading=size * 1.15, spaceAfter=0, hyphenationLang="")
        mark = [(f"{part.mark}\u00a0\u00a0", part.color)] if part.mark else []
        self.line = setter.line("", style, lead=[*mark, (part.title, look.ink)])
        self.path = element("H1")
        self.spaceAfter = look.leading
        self.keepWithNext = 1

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        super().wrap(width, height)
        self.height = self.line.wrap(self.full, height)[1] + 8
        return self.full, self.height

    def draw(self) -> None:
        super().draw()
        canvas = self.canv
        self.line.canv = canvas
        canvas.saveState()
        canvas.translate(0, 8)
        self.line.draw()
        canvas.restoreState()
        with canvas.artifact():
            canvas.setStrokeColor(self.part.color)
            canvas.setLineWidth(1.6)
            canvas.line(0, 0, self.full, 0)


_NUMBERS: Final = 2.4
"""Ems kept for a page number."""


class PageLine(Tagged, Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A title that turns over where it is long, and the page on which it stands; a link to it."""

    def __init__(
        self,
        title: Any,
        key: str,
        look: Look,
        *,
        dots: bool = False,
    ) -> None:
        super().__init__()
        self.title, self.key, self.look, self.dots = title, key, look, dots
        self.path = element("P")
        self.spaceBefore = title.style.spaceBefore
        self.spaceAfter = title.style.spaceAfter

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        room = width - self.look.size * _NUMBERS
        self.height = self.title.wrap(room, height)[1]
        return width, self.height

    def draw(self) -> None:
        canvas: Any = self.canv
        look = self.look
        self.title.canv = canvas
        self.title.draw()
        y = self.height - self.title.height + self.title.below_last
        canvas.saveState()
        canvas.setFillColor(self.title.style.textColor)
        canvas.number_later(self.key, self.width, y, self.title.style.fontSize)
        start, end = self._end() + 6, self.width - look.size * 2
        if self.dots and start < end:
            with canvas.artifact():
                canvas.setStrokeColor(look.line)
                canvas.setLineWidth(0.7)
                canvas.setDash(0.7, 3)
                canvas.line(start, y + 1, end, y + 1)
        canvas.linkRect("", self.key, (0, 0, self.width, self.height), relative=1, thickness=0)
        canvas.restoreState()

    def _end(self) -> float:
        """Where the last line of the title ends."""
        last = self.title.blPara.lines[-1]
        free = last[0] if isinstance(last, tuple) else last.extraSpace
        room = self.width - self.look.size * _NUMBERS
        return float(room - free)
