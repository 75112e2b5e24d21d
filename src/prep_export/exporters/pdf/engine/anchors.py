"""Flowables that take no room: places to link to, and what is made only when the page has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.platypus import Flowable

if TYPE_CHECKING:
    from collections.abc import Callable


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
        self.canv.titles[self.key] = self.title
        self.canv.bookmarkHorizontal(self.key, 0, 14)
        if self.level is not None:
            closed = self.level == 0
            self.canv.addOutlineEntry(self.title, self.key, level=self.level, closed=closed)


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
