"""Flashcards on paper: pages of fronts and backs that meet when printed on both sides.

A band in the chapter's colour runs along one edge of each card, solid in front and double behind,
so that a pile that has been cut shows which card belongs where and which way round it lies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.document import metadata, number_page
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.canvas import PaperCanvas
from prep_export.exporters.pdf.engine.strings import SMALLEST, fit, right
from prep_export.exporters.pdf.engine.tags import as_heading, element
from prep_export.exporters.pdf.flashcard_text import Card, Fitting, cards_of, height_of
from prep_export.exporters.pdf.furniture import frame_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Progress
    from prep_export.exporters.pdf.engine.tags import Path as TagPath
    from prep_export.exporters.pdf.theme import Setting

MARGIN: Final = 28.0
PADDING: Final = 10.0
BAND: Final = 72 / 25.4 * 3
"""Width of the coloured band: 3 mm."""
_STRIPE: Final = BAND * 0.36
"""Width of each of the two stripes of a back's band."""
HEAD: Final = 12.0
FOOT: Final = 14.0
"""Height of a line of small print, at the head of a card and at its foot."""
_SMALL: Final = 7.4
"""Points of small print."""
COLUMNS: Final = 2
FOLD: Final = "fold"
"""One side of the paper: backs stand beside their fronts and are folded behind them."""


def build(
    bank: Bank, destination: Path, setting: Setting, flip: str, rows: int, progress: Progress
) -> dict[str, int]:
    """Write the cards; returns counts of pages and cards."""
    sheet = _Sheet(bank, setting, rows, flip)
    cards = [part for card in cards_of(bank) for part in sheet.fitted(card)]
    _head_chapters(cards)
    canvas = _canvas(bank, destination, setting)
    step = rows if flip == FOLD else COLUMNS * rows
    pages = 0
    for start in range(0, len(cards), step):
        for sides in _pages(cards[start : start + step], rows, flip):
            sheet.page(canvas, sides)
            pages += 1
        progress(min(start + step, len(cards)), len(cards))
    if not cards:
        sheet.page(canvas, [])
        pages = 1
    canvas.save()
    return {"pages": pages, "cards": len(cards)}


def _pages(cards: Sequence[_Pair], rows: int, flip: str) -> list[list[tuple[int, _Side]]]:
    """The pages of one sheet of paper: which side of which card stands at which place."""
    if flip == FOLD:
        fronts = [(COLUMNS * row, card.front) for row, card in enumerate(cards)]
        backs = [(COLUMNS * row + 1, card.back) for row, card in enumerate(cards)]
        return [fronts + backs]
    return [
        [(place, card.front) for place, card in enumerate(cards)],
        [(back_of(place, rows, flip), card.back) for place, card in enumerate(cards)],
    ]


def back_of(place: int, rows: int, flip: str) -> int:
    """Where the back of a card stands: mirrored over the edge at which the paper is turned."""
    row, column = divmod(place, COLUMNS)
    if flip == "long":
        return row * COLUMNS + (COLUMNS - 1 - column)
    return (rows - 1 - row) * COLUMNS + column


def _canvas(bank: Bank, destination: Path, setting: Setting) -> PaperCanvas:
    about = metadata(bank, setting.labels["flashcards"])
    canvas = PaperCanvas(
        str(destination),
        fonts=setting.fonts,
        pagesize=theme.PORTRAIT[setting.paper],
        invariant=about["invariant"],
        lang=about["lang"],
    )
    canvas.setTitle(about["title"])
    canvas.setAuthor(about["author"] or "")
    canvas.setSubject(about["subject"])
    canvas.setCreator(about["creator"])
    canvas.setKeywords(", ".join(about["keywords"]))
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


@dataclass(slots=True)
class _Section:
    """What is read aloud of a card in one go: front, then back, on whichever pages they stand."""

    path: TagPath = field(default_factory=lambda: element("Sect"))
    heads_chapter: bool = False
    """Whether the title of its chapter is read, and stands in the outline."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A side of a card, with flowables that fit it."""

    card: Card
    flowables: tuple[Any, ...]
    note: str
    """Which of how many cards this is, where a text goes on."""
    section: _Section
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class _Pair:
    front: _Side
    back: _Side


def _head_chapters(cards: Sequence[_Pair]) -> None:
    """Let the first card of each chapter head it."""
    seen = set()
    for pair in cards:
        number = pair.front.card.chapter.number
        pair.front.section.heads_chapter = number not in seen
        seen.add(number)


class _Sheet:
    """The grid of a page, and what is drawn into it."""

    def __init__(self, bank: Bank, setting: Setting, rows: int, flip: str) -> None:
        size, self.colors = theme.PORTRAIT[setting.paper], setting.colors
        self.bank = bank
        self.size = size
        self.rows = rows
        self.fold = flip == FOLD
        # The back's band lies behind the front's: where no text is that it could shine through.
        self.back_is_mirrored = flip != "short"
        self.cell = ((size[0] - 2 * MARGIN) / COLUMNS, (size[1] - 2 * MARGIN) / rows)
        self.room = (
            self.cell[0] - BAND - 2 * PADDING,
            self.cell[1] - 2 * PADDING - HEAD - FOOT,
        )
        self.labels = setting.labels
        self._fitting = Fitting(setting, self.room)

    def fitted(self, card: Card) -> list[_Pair]:
        """The card, or those that it takes, marked as such."""
        sides = self._fitting.sides(card)
        pairs = []
        for number, (front, back) in enumerate(sides, start=1):
            note = f"{number}/{len(sides)}" if len(sides) > 1 else ""
            section = _Section()
            as_heading("H2", front)
            pairs.append(
                _Pair(
                    _Side(card, tuple(front), note, section),
                    _Side(card, tuple(back), note, section, is_back=True),
                )
            )
        return pairs

    def page(self, canvas: PaperCanvas, sides: Sequence[tuple[int, _Side]]) -> None:
        """One page of sides at their places, with cut marks."""
        number_page(canvas, self.bank.header.language)
        with canvas.artifact():
            self._cut_marks(canvas)
            if self.fold:
                self._fold_mark(canvas)
        for place, side in sides:
            with canvas.within(side.section.path):
                self._side(canvas, place, side)
        canvas.showPage()

    def _side(self, canvas: PaperCanvas, place: int, side: _Side) -> None:
        row, column = divmod(place, COLUMNS)
        x = MARGIN + column * self.cell[0]
        y = self.size[1] - MARGIN - (row + 1) * self.cell[1]
        color = self.colors.of_chapter(side.card.chapter.number)
        at_right = side.is_back and self.back_is_mirrored
        with canvas.artifact():
            self._band(canvas, (x + self.cell[0] - BAND if at_right else x, y), color, side)
        left = x + PADDING + (0 if at_right else BAND)
        width, room = self.room
        self._head(canvas, left, y + self.cell[1] - PADDING - _SMALL * 0.8, side, color)
        # The frame fills from its top, so its top is what is moved to set the text in the middle.
        height = min(room, (room + height_of(side.flowables, width)) / 2 + 1)
        frame = frame_at((left, y + PADDING + FOOT), (width, height))
        frame.addFromList(list(side.flowables), canvas)
        self._foot(canvas, left, y + PADDING, side)

    def _band(
        self, canvas: PaperCanvas, corner: tuple[float, float], color: Any, side: _Side
    ) -> None:
        canvas.saveState()
        canvas.setFillColor(color)
        stripes = [(0.0, _STRIPE), (BAND - _STRIPE, _STRIPE)] if side.is_back else [(0.0, BAND)]
        for start, width in stripes:
            canvas.rect(corner[0] + start, corner[1], width, self.cell[1], stroke=0, fill=1)
        canvas.restoreState()

    def _head(self, canvas: PaperCanvas, x: float, y: float, side: _Side, color: Any) -> None:
        chapter = side.card.chapter
        canvas.saveState()
        canvas.setFillColor(color)
        heads = side.section.heads_chapter and not side.is_back
        if heads:
            key = f"chapter-{chapter.number}"
            canvas.bookmarkHorizontal(key, x, y + HEAD)
            canvas.addOutlineEntry(f"{chapter.number}  {chapter.title}", key, level=0)
        with canvas.tagged(element("H1")) if heads else canvas.artifact("Pagination"):
            name = f"{chapter.number}  {chapter.title} "
            fit(canvas, name, fonts.TEXT_BOLD, _SMALL, x, y, self.room[0])
        canvas.restoreState()

    def _foot(self, canvas: PaperCanvas, x: float, y: float, side: _Side) -> None:
        card, width = side.card, self.room[0]
        canvas.saveState()
        with canvas.artifact("Pagination") if side.is_back else canvas.tagged(element("P")):
            number = " · ".join(part for part in (str(card.number), side.note) if part)
            canvas.setFillColor(self.colors.ink)
            fit(canvas, number + " ", fonts.TEXT_BOLD, _SMALL, x, y, width * 0.3)
            canvas.setFillColor(self.colors.quiet)
            right(canvas, card.topic, SMALLEST, x + width, y, width * 0.65)
        canvas.restoreState()

    def _cut_marks(self, canvas: PaperCanvas) -> None:
        canvas.saveState()
        canvas.setStrokeColor(self.colors.quiet)
        canvas.setLineWidth(0.4)
        width, height = self.size
        for column in range(COLUMNS + 1):
            x = MARGIN + column * self.cell[0]
            canvas.line(x, 6, x, MARGIN - 8)
            canvas.line(x, height - 6, x, height - MARGIN + 8)
        for row in range(self.rows + 1):
            y = MARGIN + row * self.cell[1]
            canvas.line(6, y, MARGIN - 8, y)
            canvas.line(width - 6, y, width - MARGIN + 8, y)
        canvas.setStrokeColor(self.colors.line)
        canvas.setDash(1, 3)
        canvas.rect(MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN)
        for column in range(1, COLUMNS):
            x = MARGIN + column * self.cell[0]
            canvas.line(x, MARGIN, x, height - MARGIN)
        for row in range(1, self.rows):
            y = MARGIN + row * self.cell[1]
            canvas.line(MARGIN, y, width - MARGIN, y)
        canvas.restoreState()

    def _fold_mark(self, canvas: PaperCanvas) -> None:
        """Where to fold, said on the line itself, in the margin that is cut off."""
        x, top = self.size[0] / 2, self.size[1] - MARGIN + 8
        canvas.saveState()
        canvas.setFillColor(self.colors.quiet)
        right(canvas, self.labels["front"], SMALLEST, x - 6, top, self.cell[0])
        folded = self.labels["back-folded"]
        fit(canvas, folded, fonts.TEXT, SMALLEST, x + 6, top, self.cell[0])
        canvas.restoreState()
