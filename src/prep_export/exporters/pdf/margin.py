"""Notes in the margin: they stand beside what follows them, and go on at the next page.

A page is one frame as wide as the text. Notes take no room in it: where they begin, a mark notes
the height; after the first part of their entry they are drawn beside it, so that a reader who has
the file read aloud hears them there; and at the entry's end room is left as far down as they go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import Flowable, FrameBreak, Paragraph

from prep_export.exporters.pdf.engine.blocks import Around, Code, Shrunk
from prep_export.exporters.pdf.engine.strings import SMALLEST
from prep_export.exporters.pdf.engine.tables import RuledTable
from prep_export.exporters.pdf.furniture import frame_at

if TYPE_CHECKING:
    from prep_export.exporters.pdf.book_page import BookPage
    from prep_export.exporters.pdf.engine.canvas import PaperCanvas


class Margin:
    """What stands in the margin of the page that is being set."""

    def __init__(self, page: BookPage) -> None:
        self._page = page
        self._waiting: list[Any] = []
        self._number = 0
        """The page that `_foot` speaks of."""
        self._foot = page.top
        """How far down the margin is taken; from the page's lower edge."""

    def begin(self, notes: list[Any], number: int, y: float) -> None:
        """Have notes wait that begin at a height of a page."""
        self._waiting = notes
        self._number, self._foot = number, y

    def draw(self, canvas: PaperCanvas) -> None:
        """Draw what waits, as far as the page has room."""
        if not self._waiting:
            return
        page = self._page
        if canvas.getPageNumber() != self._number:
            self._number, self._foot = canvas.getPageNumber(), page.top
        height = self._foot - page.bottom
        frame = frame_at((page.note_left, page.bottom), (page.note, height))
        top = self._foot >= page.top - 1
        while self._waiting:
            flowable, *rest = self._waiting
            if flowable.getKeepWithNext() and rest and not self._fits(canvas, frame, top):
                break
            if frame.add(flowable, canvas, trySplit=1):
                self._waiting = rest
                continue
            parts = [] if _is_short(flowable) else frame.split(flowable, canvas)
            if len(parts) > 1 and frame.add(parts[0], canvas, trySplit=1):
                self._waiting = [*parts[1:], *rest]
            elif top and frame._atTop:  # noqa: SLF001 - reportlab has no other way to ask
                tall = flowable.wrapOn(canvas, page.note, height)[1]
                self._waiting = [Shrunk(flowable, (height - 1) / tall), *rest]
                continue
            break
        self._foot = float(frame._y)  # noqa: SLF001 - reportlab has no other way to ask
        if self._waiting:
            self._foot = page.bottom

    def draw_begun(self, canvas: PaperCanvas) -> None:
        """Draw, at the end of a page, what was to begin on it and has not come to its place."""
        if self._number == canvas.getPageNumber() and self._foot > self._page.bottom:
            self.draw(canvas)

    def _fits(self, canvas: PaperCanvas, frame: Any, top: bool) -> bool:
        """Whether a head has room with the first lines of what follows."""
        if top and frame._atTop:  # noqa: SLF001 - as above
            return True
        head, body = self._waiting[:2]
        need = head.wrapOn(canvas, self._page.note, 9999)[1]
        tall = body.wrapOn(canvas, self._page.note, 9999)[1]
        need += min(tall, body.style.leading * 2) if isinstance(body, Paragraph) else tall
        return bool(frame._y - self._page.bottom > need + 4)  # noqa: SLF001 - as above

    def taken(self, number: int, y: float) -> float:
        """Points from a height down to the foot of the notes beside it; all where some wait."""
        if self._waiting:
            return y - self._page.bottom
        return max(0.0, y - self._foot) if number == self._number else 0.0

    @property
    def waits(self) -> bool:
        """Whether notes have not been drawn yet."""
        return bool(self._waiting)


_LINES: Final = 4
"""Lines of a note that go over to the next page together."""


def _is_short(flowable: Any) -> bool:
    lines = getattr(getattr(flowable, "blPara", None), "lines", ())
    return 0 < len(lines) <= _LINES


class _Mark(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """Takes no room."""

    _ZEROSIZE = 1

    def __init__(self, margin: Margin) -> None:
        super().__init__()
        self.margin = margin

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width, height
        return 0, 0


class BeginNotes(_Mark):
    """Notes are to begin beside the next line."""

    def __init__(self, margin: Margin, notes: list[Any], drop: float) -> None:
        super().__init__(margin)
        self.notes = notes
        self.drop = drop
        """Points that bring their first baseline to that of the text."""

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803 - reportlab's names
        del x, _sW
        self.margin.begin(self.notes, canvas.getPageNumber(), y - self.drop)


class DrawNotes(_Mark):
    """The place of the notes in the order of reading."""

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803 - reportlab's names
        del x, y, _sW
        self.margin.draw(canvas)


class EndNotes(_Mark):
    """Room down to the foot of the notes, over as many pages as they take."""

    _ZEROSIZE = 0

    def __init__(self, margin: Margin, page: BookPage) -> None:
        super().__init__(margin)
        self.page = page

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        y = self.page.bottom + height
        number = self.canv.getPageNumber()
        if y > self.page.top + 1:  # asked for its height, nowhere
            return width, 0
        return width, min(self.margin.taken(number, y), max(height, 0.0))

    def draw(self) -> None:
        if self.margin.waits:
            self._frame.add_generated_content(EndNotes(self.margin, self.page))


class Below(_Mark):
    """Room down to the foot of the notes for what is to take the margin, if that is not far.

    `need` are the points that this takes at least: where they are not left, it begins a page. It
    is worth as much room as it is `tall` itself.
    """

    _ZEROSIZE = 0

    def __init__(self, margin: Margin, page: BookPage, need: float, tall: float) -> None:
        super().__init__(margin)
        self.page, self.need, self.most = page, need, min(tall, _WAIT)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        y = self.page.bottom + height
        if y > self.page.top + 1:  # asked for its height, nowhere
            return width, 0
        taken = self.margin.taken(self.canv.getPageNumber(), y)
        if not 0 < taken <= self.most:
            return width, 0
        if taken + self.need > height:
            self._frame.add_generated_content(
                FrameBreak(), Below(self.margin, self.page, 0, self.most)
            )
            return width, 0
        return width, taken

    def draw(self) -> None:
        pass


_WAIT: Final = 200.0
"""Points of notes below which code rather begins under them than in a narrow column."""


class Spanning(Around):
    """A flowable that takes the whole page, margin and all."""

    def __init__(self, inner: Any, full: float) -> None:
        super().__init__(inner)
        self.full = full

    def _room(self, width: float, height: float) -> float:
        """The width that it takes."""
        del width, height
        return self.full

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.wrap_inner(self._room(width, height), height)

    def split(self, width: float, height: float) -> list[Any]:
        room = self._room(width, height)
        return [Spanning(part, room) for part in self.split_inner(room, height)]

    def draw(self) -> None:
        self.inner.drawOn(self.canv, 0, 0)


class Wide(Spanning):
    """What is wider than the text: it takes the margin too, where nothing stands there."""

    def __init__(self, inner: Any, margin: Margin, page: BookPage) -> None:
        super().__init__(inner, page.full)
        self.margin, self.page = margin, page

    def _room(self, width: float, height: float) -> float:
        canvas = getattr(self, "canv", None)
        y = self.page.bottom + height
        room = width
        if canvas is not None and y <= self.page.top + 1:  # else asked for its height, nowhere
            taken = self.margin.taken(canvas.getPageNumber(), y)
            room = width if taken else self.full
        if isinstance(self.inner, Code):
            self.inner.fit(room, SMALLEST)
        elif isinstance(self.inner, RuledTable):
            self.inner.fit(room)
        return room
