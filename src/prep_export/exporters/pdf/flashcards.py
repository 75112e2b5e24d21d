"""Flashcards on paper: pages of fronts and backs that meet when printed on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.model import Concept, Criterion, Faq, Mistake, Pattern, Question, title_of
from prep_export.bank.topics import resolve
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.furniture import fit, frame_at, metadata, number_page, right
from prep_export.markup import fonts
from prep_export.markup.canvas import PaperCanvas
from prep_export.markup.cloze import blanked, hidden
from prep_export.markup.flowables import Setter
from prep_export.markup.media import Media
from prep_export.markup.plain import plain
from prep_export.markup.tagging import element

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prep_export.bank.model import AnyItem, Bank
    from prep_export.exporters.base import Progress
    from prep_export.exporters.pdf.theme import Setting

MARGIN: Final = 28.0
PADDING: Final = 10.0
STRIP: Final = 11.0
"""Height of the line of small print at the foot of a card."""
COLUMNS: Final = 2
FOLD: Final = "fold"
"""One side of the paper: backs stand beside their fronts and are folded behind them."""
_WARNING: Final = {"Why", "Weak", theme.NOT_THAT}
SCALES: Final = (1.0, 0.92, 0.85, 0.78, 0.72, 0.67)
"""Steps by which a long text is set smaller; the last one is 6.6 points."""


@dataclass(frozen=True, slots=True)
class Face:
    """One side of a card: Markdown blocks, each perhaps with a coloured label."""

    parts: tuple[tuple[str, str], ...]
    """(label, text) pairs; an empty label means none."""
    big: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A card to cut out."""

    id: str
    topic: str
    front: Face
    back: Face


def cards_of(bank: Bank) -> list[Card]:
    """A card for every item and every drill, drills after their item."""
    cards = []
    for _, item in bank.items():
        topic = resolve(item.topics[0], bank.topics)
        title = bank.topics[topic].title if topic in bank.topics else topic
        front, back = _faces(item)
        cards.append(Card(item.id, title, front, back))
        for drill in item.drills:
            asked = blanked(drill.text) if drill.text else drill.ask or ""
            answer = "\n\n".join(hidden(drill.text)) if drill.text else drill.answer or ""
            cards.append(
                Card(
                    f"{item.id}/{drill.id}", title, _face(asked, big=True), _face(answer, big=True)
                )
            )
    return cards


def _face(*parts: str | tuple[str, str], big: bool = False) -> Face:
    return Face(tuple(("", p) if isinstance(p, str) else p for p in parts), big)


def _faces(item: AnyItem) -> tuple[Face, Face]:
    front = _face(title_of(item), big=True)
    if isinstance(item, Question | Faq):
        return front, _face(item.answer)
    if isinstance(item, Concept):
        return front, _face(item.definition, *([item.formula] if item.formula else []))
    if isinstance(item, Mistake):
        ask = _face("*What is wrong here?*", item.mistake, big=True)
        pair = ((theme.NOT_THAT, item.not_that), (theme.SAY_THIS, item.say_this))
        said = [(label, text) for label, text in pair if text]
        return ask, _face(("Why", item.why), ("Instead", item.instead), *said)
    if isinstance(item, Criterion):
        return front, _face(("Weak", item.weak), ("Strong", item.strong))
    assert isinstance(item, Pattern)  # noqa: S101 - the last of the six
    steps = "\n".join(f"{n}. {step}" for n, step in enumerate(item.approach, start=1))
    return front, _face(item.summary, *([steps] if steps else []))


def build(
    bank: Bank, destination: Path, setting: Setting, flip: str, rows: int, progress: Progress
) -> dict[str, int]:
    """Write the cards; returns counts of pages and cards."""
    size = theme.PORTRAIT[setting.paper]
    sheet = _Sheet(bank, setting, rows)
    cards = [part for card in cards_of(bank) for part in sheet.fitted(card)]
    canvas = _canvas(bank, destination, size)
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


def _canvas(bank: Bank, destination: Path, size: tuple[float, float]) -> Any:
    about = metadata(bank, "Flashcards")
    canvas = PaperCanvas(
        str(destination), pagesize=size, invariant=about["invariant"], lang=about["lang"]
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
        media = Media(bank.root)
        book = theme.book(setting.colors)
        self._setters = {
            (scale, big): Setter(book.scaled(scale * (1.12 if big else 1.0)), media, self.room[0])
            for scale in SCALES
            for big in (False, True)
        }

    def fitted(self, card: Card) -> list[_Pair]:
        """The card with its back as large as fits; a longer one goes on, marked, on more cards."""
        front = self._one(card.front)
        backs = self._pages(card.back)
        pairs = []
        for number, back in enumerate(backs, start=1):
            note = f" ({number}/{len(backs)})" if len(backs) > 1 else ""
            again = front if number == 1 else self._one(card.front)
            pairs.append(
                _Pair(
                    _Side(card, tuple(again), note, card.front.big),
                    _Side(card, tuple(back), note, card.back.big),
                )
            )
        return pairs

    def _one(self, face: Face) -> list[Any]:
        return self._pages(face)[0]

    def _pages(self, face: Face) -> list[list[Any]]:
        flowables: list[Any] = []
        for scale in SCALES:
            setter = self._setters[scale, face.big]
            flowables = self._flowables(setter, face)
            if _height(flowables, self.room[0]) <= self.room[1]:
                return [flowables]
        return _split(flowables, self.room)

    def _flowables(self, setter: Setter, face: Face) -> list[Any]:
        out: list[Any] = []
        for label, text in face.parts:
            color = self.colors.warn if label in _WARNING else self.colors.good
            out += setter.labelled(label, color, text) if label else setter.blocks(text)
        return out

    def page(self, canvas: Any, sides: Sequence[tuple[int, _Side]], *, fold: bool = False) -> None:
        """One page of sides at their places, with cut marks."""
        number_page(canvas, self.bank.header.language)
        for place, side in sides:
            self._side(canvas, place, side)
        with canvas.artifact():
            self._cut_marks(canvas)
            if fold:
                self._fold_mark(canvas)
        canvas.showPage()

    def _side(self, canvas: Any, place: int, side: _Side) -> None:
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
            fit(canvas, name, fonts.TEXT, 6.6, left, foot, self.room[0] * 0.62)
            right(canvas, plain(side.card.topic)[:40], 6.6, left + self.room[0], foot)
        canvas.restoreState()

    def _cut_marks(self, canvas: Any) -> None:
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

    def _fold_mark(self, canvas: Any) -> None:
        """Where to fold, said on the line itself, in the margin that is cut off."""
        x, top = self.size[0] / 2, self.size[1] - MARGIN + 8
        canvas.saveState()
        canvas.setFillColor(self.colors.quiet)
        right(canvas, "front", 6.6, x - 6, top)
        fit(canvas, "back, folded behind", fonts.TEXT, 6.6, x + 6, top, self.cell[0])
        canvas.restoreState()


def _height(flowables: Sequence[Any], width: float) -> float:
    total = after = 0.0
    for number, flowable in enumerate(flowables):
        before = flowable.getSpaceBefore() if number else 0.0
        total += max(before, after) + flowable.wrap(width, 100_000)[1]
        after = flowable.getSpaceAfter()
    return total


def _split(flowables: list[Any], room: tuple[float, float]) -> list[list[Any]]:
    """Pages of a text that is too long at the smallest size; what cannot be split stands alone."""
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
            pages[-1].append(flowable)
            pages.append([])
    return [page for page in pages if page] or [[]]
