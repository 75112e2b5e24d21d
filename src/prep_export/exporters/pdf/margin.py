"""Notes in the margin: they stand beside what follows them, and go on at the next page.

A page is one frame as wide as the text. Notes take no room in it: where they begin, a mark notes
the height; after the first part of their entry they are drawn beside it, so that a reader who has
the file read aloud hears them there; and at the entry's end room is left as far down as they go.
Where long code that takes the margin follows, they pause, and go on below it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import Flowable, FrameBreak, Paragraph

from prep_export.exporters.pdf.engine.blocks import Around, Code, Shrunk
from prep_export.exporters.pdf.engine.stack import Stack
from prep_export.exporters.pdf.engine.strings import SMALLEST
from prep_export.exporters.pdf.engine.tables import RuledTable
from prep_export.exporters.pdf.furniture import frame_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.exporters.pdf.book_page import BookPage
    from prep_export.exporters.pdf.engine.canvas import PaperCanvas


WAIT: Final = 60.0
"""Points of notes that code rather begins under than among them: some four lines of text."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Long code that will take the margin too."""

    before: Sequence[Any]
    """What of the text stands before it."""
    need: float
    """Points without which it begins a page."""

    def after(self, width: float) -> float:
        """How far below it begins."""
        return Stack(self.before, width).height


class Margin:
    """What stands in the margin of the page that is being set."""

    def __init__(self, page: BookPage) -> None:
        self._page = page
        self._waiting: list[Any] = []
        self._number = 0
        """The page that `_foot` speaks of."""
        self._foot = page.top
        """How far down the margin is taken; from the page's lower edge."""
        self._placed = False
        """Whether the text has come to the notes' place in the order of reading."""
        self._code = math.inf
        """Where the next long code begins; below this page's foot where it comes later."""
        self._paused = False
        """Whether what waits is to stand below that."""

    def begin(self, notes: list[Any], number: int, y: float) -> None:
        """Have notes wait that begin at a height of a page."""
        self._waiting = notes
        self._number, self._foot = number, y
        self._placed = self._paused = False
        self._code = math.inf

    def place(self, canvas: PaperCanvas, y: float, code: Coming | None) -> None:
        """Draw notes whose place in the order of reading is come, at a height of the page; `code`
        is what they pause for."""
        self._placed = True
        if self._number != canvas.getPageNumber():
            self._number, self._foot = canvas.getPageNumber(), self._page.top
        self._code = math.inf
        if code is not None:
            at = y - code.after(self._page.column)
            goes_over = self._page.bottom <= at < self._page.bottom + code.need
            self._code = self._page.bottom if goes_over else at
        self._draw(canvas)

    def resume(self, canvas: PaperCanvas, y: float, code: Coming | None) -> None:
        """Go on with notes that have paused, at a height of the page."""
        if self._paused:
            self._paused = False
            self._number, self._foot = canvas.getPageNumber(), y
            self.place(canvas, y, code)

    def go_on(self, canvas: PaperCanvas) -> None:
        """Draw, at the head of a page, what had no room on the one before."""
        if self._placed and not self._paused:
            self._number, self._foot = canvas.getPageNumber(), self._page.top
            self._code += self._page.height
            self._draw(canvas)

    def _draw(self, canvas: PaperCanvas) -> None:
        """Draw what waits, as far as the page has room before code."""
        page, width = self._page, self._page.note
        if not self._waiting:
            return
        pauses = page.bottom <= self._code < math.inf and self._end() < self._code - WAIT
        limit = self._code if pauses else page.bottom
        if self._foot > limit:
            self._fill(canvas, frame_at((page.note_left, limit), (width, self._foot - limit)))
        if self._waiting:
            self._foot = min(limit, self._foot)
            self._paused = pauses

    def _end(self) -> float:
        """How far down the notes would go, if the page were long enough."""
        return self._foot - Stack(self._waiting, self._page.note).height

    def _fill(self, canvas: PaperCanvas, frame: Any) -> None:
        height = frame._y - frame._y1p  # noqa: SLF001 - reportlab has no other way to ask
        top = self._foot >= self._page.top - 1
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
            elif top and frame._atTop:  # noqa: SLF001 - as above
                tall = flowable.wrapOn(canvas, self._page.note, height)[1]
                self._waiting = [Shrunk(flowable, (height - 1) / tall), *rest]
                continue
            break
        self._foot = float(frame._y)  # noqa: SLF001 - as above

    def draw_begun(self, canvas: PaperCanvas) -> None:
        """Draw, at the end of a page, what was to begin on it and has not come to its place."""
        here = self._number == canvas.getPageNumber() and self._foot > self._page.bottom
        if here and not self._paused:
            self._code = math.inf
            self._draw(canvas)

    def _fits(self, canvas: PaperCanvas, frame: Any, top: bool) -> bool:
        """Whether a head has room with the first lines of what follows."""
        if top and frame._atTop:  # noqa: SLF001 - as above
            return True
        head, body = self._waiting[:2]
        need = head.wrapOn(canvas, self._page.note, 9999)[1]
        tall = body.wrapOn(canvas, self._page.note, 9999)[1]
        need += min(tall, body.style.leading * 2) if isinstance(body, Paragraph) else tall
        return bool(frame._y - frame._y1p > need + 4)  # noqa: SLF001 - as above

    def taken(self, number: int, y: float) -> float:
        """Points from a height down to the foot of the notes beside it; all where some go on."""
        if self._waiting and not self._paused:
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

    code: Coming | None = None
    """What they pause for."""

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803 - reportlab's names
        del x, _sW
        self.margin.place(canvas, y, self.code)


class ResumeNotes(DrawNotes):
    """The end of what they have paused for."""

    def __init__(self, margin: Margin, drop: float) -> None:
        super().__init__(margin)
        self.drop = drop
        """As where they began."""

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803 - reportlab's names
        del x, _sW
        self.margin.resume(canvas, y - self.drop, self.code)


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
        self.page, self.need, self.most = page, need, min(tall, WAIT)

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
