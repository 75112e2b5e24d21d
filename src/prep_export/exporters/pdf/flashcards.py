"""Flashcards on paper: pages of fronts and backs that meet when printed on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.ask.topics import resolve
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.document import metadata, number_page
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.blocks import shrunk
from prep_export.exporters.pdf.engine.canvas import PaperCanvas
from prep_export.exporters.pdf.engine.pictures import Bitmap, Picture
from prep_export.exporters.pdf.engine.setter import Setter
from prep_export.exporters.pdf.engine.strings import SMALLEST, fit, right
from prep_export.exporters.pdf.engine.tags import element
from prep_export.exporters.pdf.furniture import frame_at
from prep_export.exporters.pdf.part_setter import Manner, PartSetter
from prep_export.markdown.cloze import blanked, hidden, paragraph_of
from prep_export.markdown.plain import plain
from prep_export.parts import Part, drill_parts, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prep_export.bank.model import Bank, Drill
    from prep_export.exporters.base import Progress
    from prep_export.exporters.pdf.theme import Setting
    from prep_export.parts import Role

MARGIN: Final = 28.0
PADDING: Final = 10.0
STRIP: Final = 11.0
"""Height of the line of small print at the foot of a card."""
COLUMNS: Final = 2
FOLD: Final = "fold"
"""One side of the paper: backs stand beside their fronts and are folded behind them."""
SCALES: Final = (1.0, 0.92, 0.85, 0.78, 0.72, 0.67)
"""Steps by which a long text is set smaller; the last one is 6.6 points."""
_SEEN: Final = 56.0
"""Points of height, about 2 cm, below which no picture is made smaller to save a card."""
_ROUNDING: Final = 1e-6

FRONT: Final[frozenset[Role]] = frozenset({"asked", "prompt"})
BACK: Final[frozenset[Role]] = frozenset(
    "lead answer explanation definition formula legend table steps".split()  # type: ignore[arg-type]  # roles
    + "why remedy wrong right weak strong".split()
)
"""Roles of the parts that stand on each side."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card to cut out, with the parts of its sides; `big` ones hold one fact."""

    id: str
    topic: str
    front: tuple[Part, ...]
    back: tuple[Part, ...]
    big: bool = False


def cards_of(bank: Bank) -> list[Card]:
    """A card for every item and every drill, drills after their item."""
    cards = []
    for section, item in bank.items():
        topic = resolve(item.topics[0], bank.topics)
        title = bank.topics[topic].title if topic in bank.topics else topic
        found = list(parts(section, item))
        front, back = (tuple(part for part in found if part.role in side) for side in (FRONT, BACK))
        cards.append(Card(item.id, title, front, back))
        for drill in item.drills:
            name = f"{item.id}/{drill.id}"
            cards.append(Card(name, title, *_drill_sides(drill), big=True))
    return cards


def _drill_sides(drill: Drill) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    found = list(drill_parts(drill))
    back = tuple(part for part in found if part.role in BACK)
    if drill.text:  # what a cloze asks and what it hides are in one text
        answers = [token for inside in hidden(drill.text) for token in paragraph_of(inside)]
        asked = Part("text", "asked", "text", "", blanked(drill.text))
        return (asked,), (Part("text", "answer", "text", "", answers), *back)
    return tuple(part for part in found if part.role in FRONT), back


def build(
    bank: Bank, destination: Path, setting: Setting, flip: str, rows: int, progress: Progress
) -> dict[str, int]:
    """Write the cards; returns counts of pages and cards."""
    sheet = _Sheet(bank, setting, rows)
    cards = [part for card in cards_of(bank) for part in sheet.fitted(card)]
    canvas = _canvas(bank, destination, setting)
    step = rows if flip == FOLD else COLUMNS * rows
    pages = 0
    for start in range(0, len(cards), step):
        for sides in _pages(cards[start : start + step], rows, flip):
            sheet.page(canvas, sides, fold=flip == FOLD)
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


@dataclass(frozen=True, slots=True)
class _Side:
    """A side that fits: its flowables' source at the scale at which they do."""

    card: Card
    flowables: tuple[Any, ...]
    note: str
    centred: bool = False


@dataclass(frozen=True, slots=True)
class _Pair:
    front: _Side
    back: _Side


class _Sheet:
    """The grid of a page, and the sizes at which texts fit its cells."""

    def __init__(self, bank: Bank, setting: Setting, rows: int) -> None:
        size, self.colors = theme.PORTRAIT[setting.paper], setting.colors
        self.bank = bank
        self.size = size
        self.rows = rows
        self.cell = ((size[0] - 2 * MARGIN) / COLUMNS, (size[1] - 2 * MARGIN) / rows)
        self.room = (self.cell[0] - 2 * PADDING, self.cell[1] - 2 * PADDING - STRIP)
        self.labels = setting.labels
        self._setters = {
            (scale, big): self._setter(setting, scale * (1.12 if big else 1.0))
            for scale in SCALES
            for big in (False, True)
        }

    def _setter(self, setting: Setting, scale: float) -> PartSetter:
        look = theme.book(setting.colors, setting.fonts).scaled(scale)
        quiet = look.style(textColor=look.quiet)
        setter = Setter(look, setting.pictures, self.room[0], setting.labels, self.room[1])
        return PartSetter(setter, setting.colors, Manner(quiet, quiet, self.room[1]))

    def fitted(self, card: Card) -> list[_Pair]:
        """The card with its sides as large as fit; a longer one goes on, marked, on more cards.

        A side that is whole on the first of them is on all of them; else its last part is.
        """
        fronts = self._pages(card.front, big=True)
        backs = self._pages(card.back, big=card.big)
        count = max(len(fronts), len(backs))
        pairs = []
        for number in range(count):
            note = f" ({number + 1}/{count})" if count > 1 else ""
            front = fronts[number] if number < len(fronts) else self._last(card.front, big=True)
            back = backs[number] if number < len(backs) else self._last(card.back, big=card.big)
            pairs.append(
                _Pair(
                    _Side(card, tuple(front), note, centred=True),
                    _Side(card, tuple(back), note, centred=card.big),
                )
            )
        return pairs

    def _last(self, side: tuple[Part, ...], *, big: bool) -> list[Any]:
        """The last part of a side once more: flowables are drawn once."""
        return self._pages(side, big=big)[-1]

    def _pages(self, side: tuple[Part, ...], *, big: bool) -> list[list[Any]]:
        flowables: list[Any] = []
        for scale in SCALES:
            flowables = list(self._flowables(self._setters[scale, big], side))
            if self._fits(flowables):
                return [flowables]
        return _split(flowables, self.room)

    def _fits(self, flowables: list[Any]) -> bool:
        """Whether a side has room; pictures make some by being smaller, as far as they are seen."""
        over = _height(flowables, self.room[0]) - self.room[1]
        pictures = [one for one in flowables if isinstance(one, Bitmap | Picture)]
        tall = sum(one.shown_height for one in pictures)
        if over > 0 and pictures and tall - over >= _SEEN * len(pictures):
            for one in pictures:
                one.shrink((tall - over) / tall)
            over = _height(flowables, self.room[0]) - self.room[1]
        return bool(over <= _ROUNDING)

    def _flowables(self, setter: PartSetter, side: tuple[Part, ...]) -> Iterator[Any]:
        for part in side:
            if part.role == "prompt":
                asked = setter.setter.labels[part.label]
                yield setter.setter.line(f"*{asked}*", setter.manner.lead)
            elif part.kind == "steps":  # without its label, which only repeats the front
                yield from setter.setter.bullets(part.texts, numbered=True)
            elif not part.label:
                yield from setter.setter.blocks(part.content)
            else:
                yield from setter.one(part)

    def page(
        self, canvas: PaperCanvas, sides: Sequence[tuple[int, _Side]], *, fold: bool = False
    ) -> None:
        """One page of sides at their places, with cut marks."""
        number_page(canvas, self.bank.header.language)
        for place, side in sides:
            self._side(canvas, place, side)
        with canvas.artifact():
            self._cut_marks(canvas)
            if fold:
                self._fold_mark(canvas)
        canvas.showPage()

    def _side(self, canvas: PaperCanvas, place: int, side: _Side) -> None:
        row, column = divmod(place, COLUMNS)
        x = MARGIN + column * self.cell[0]
        y = self.size[1] - MARGIN - (row + 1) * self.cell[1]
        width, height = self.room
        if side.centred:  # the frame fills from its top, so its top is what is moved
            height = min(height, (height + _height(side.flowables, width)) / 2 + 1)
        frame = frame_at((x + PADDING, y + PADDING + STRIP), (width, height))
        frame.addFromList(list(side.flowables), canvas)
        left, foot = x + PADDING, y + PADDING
        canvas.saveState()
        canvas.setFillColor(self.colors.quiet)
        with canvas.tagged(element("P")):
            name = f"{side.card.id}{side.note} "
            wide = self.room[0] * 0.62
            fit(canvas, name, fonts.TEXT, SMALLEST, left, foot, wide)
            edge, room = left + self.room[0], self.room[0] - wide - 6
            right(canvas, plain(side.card.topic), SMALLEST, edge, foot, room)
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


def _height(flowables: Sequence[Any], width: float) -> float:
    total = after = 0.0
    for number, flowable in enumerate(flowables):
        before = flowable.getSpaceBefore() if number else 0.0
        total += max(before, after) + flowable.wrap(width, 100_000)[1]
        after = flowable.getSpaceAfter()
    return total


def _split(flowables: list[Any], room: tuple[float, float]) -> list[list[Any]]:
    """Pages of a text that is too long at the smallest size; what cannot be split stands alone,
    smaller if need be."""
    pages: list[list[Any]] = [[]]
    waiting = list(flowables)
    while waiting:
        flowable = waiting.pop(0)
        left = (
            room[1]
            - _height(pages[-1], room[0])
            - (pages[-1][-1].getSpaceAfter() if pages[-1] else 0)
        )
        if flowable.wrap(room[0], left)[1] <= left:
            pages[-1].append(flowable)
            continue
        parts = flowable.split(room[0], left)
        if len(parts) > 1:
            pages[-1].append(parts[0])
            waiting[:0] = parts[1:]
            pages.append([])
        elif pages[-1]:
            pages.append([])
            waiting.insert(0, flowable)
        else:
            pages[-1].append(shrunk(flowable, room))
            pages.append([])
    return [page for page in pages if page] or [[]]
