"""What stands on a flashcard of paper, and the size at which it has room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.ask.chapters import Chapters
from prep_export.bank.ask.topics import SEPARATOR, resolve, root_of
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine.blocks import shrunk
from prep_export.exporters.pdf.engine.pictures import Bitmap, Picture
from prep_export.exporters.pdf.engine.setter import Setter
from prep_export.exporters.pdf.engine.strings import SMALLEST
from prep_export.exporters.pdf.part_setter import Manner, PartSetter
from prep_export.markdown.cloze import blanked, revealed
from prep_export.parts import Part, drill_parts, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prep_export.bank.ask.chapters import Chapter
    from prep_export.bank.model import Bank, Drill, Item
    from prep_export.exporters.pdf.theme import Setting
    from prep_export.parts import Role

SIZES: Final = (14.0, 13.0, 12.0, 11.2, 10.5, 9.8, 9.1, 8.5, 7.9, 7.4, 7.0, SMALLEST)
"""Points of running text: a side has the first of them at which it has room."""
FRONT_SIZE: Final = 14.0
BACK_SIZE: Final = 12.0
TABLE_SIZE: Final = 8.5
"""What a front, a back and a table begin with; in larger type columns would break words."""
COMFORT: Final = 7.9
"""Points below which text is set only where that puts it on one card."""
_LEADING: Final = 1.3
"""Distance of lines, of the text's size: on a card lines are short, and room is dear."""
_GAP: Final = 0.28
"""Space after a paragraph, of the text's size: a card is too small for more."""
_ASIDE: Final = 0.84
"""Size of a prompt, a legend and a reason, of the text around."""
_SEEN: Final = 56.0
"""Points of height, about 2 cm, below which no picture is made smaller to save a card."""
_SHARES: Final = (0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)
"""Of a card's height, to which each of several is filled, if they hold the text so."""
_HALF: Final = 0.5
"""Of a card's height, which a picture of its own keeps while text can be smaller instead."""
_ROUNDING: Final = 1e-6

FRONT: Final[frozenset[Role]] = frozenset({"asked", "prompt"})
BACK: Final[frozenset[Role]] = frozenset(
    "lead answer explanation definition figure formula legend table cues steps".split()  # type: ignore[arg-type]  # roles
    + "why remedy wrong right weak strong".split()
)
"""Roles of the parts that stand on each side."""

_ASIDES: Final[frozenset[Role]] = frozenset({"explanation", "legend"})
"""Roles of what goes with another part, and is set smaller."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card to cut out, with the parts of its sides."""

    id: str
    number: int
    """From 1, unlike any other card's of the deck; both sides show it."""
    chapter: Chapter
    topic: str
    """Title of the topic within the chapter; empty where there is none."""
    front: tuple[Part, ...]
    back: tuple[Part, ...]


def cards_of(bank: Bank) -> list[Card]:
    """A card for every item and every drill, drills after their item."""
    chapters = Chapters(bank)
    cards: list[Card] = []

    def add(name: str, item: Item, front: Sequence[Part], back: Sequence[Part]) -> None:
        about = (chapters.of(item), _topic(item, bank))
        cards.append(Card(name, len(cards) + 1, *about, tuple(front), tuple(back)))

    for section, item in bank.items():
        add(item.id, item, *_sides(list(parts(section, item))))
        for drill in item.drills:
            add(f"{item.id}/{drill.id}", item, *_drill_sides(drill))
    return cards


def _topic(item: Item, bank: Bank) -> str:
    """Title of the item's first topic below its chapter, of those that go deepest."""
    topics = [resolve(topic, bank.topics) for topic in item.topics]
    root = root_of(topics[0])
    within = [topic for topic in topics if root_of(topic) == root]
    topic = max(within, key=lambda one: one.count(SEPARATOR))
    if topic == root:
        return ""
    return bank.topics[topic].title if topic in bank.topics else topic


def _sides(found: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """Front and back. A sentence to judge is asked itself; what it stands for opens the back."""
    front, back = ([part for part in found if part.role in side] for side in (FRONT, BACK))
    wrong = [part for part in back if part.role == "wrong"]
    if not wrong:
        return front, back
    asked = [part for part in front if part.role == "asked"]
    prompts = [part for part in front if part.role != "asked"]
    unnamed = [replace(part, label="") for part in wrong]  # its label would give it away
    return [*prompts, *unnamed], [*asked, *(part for part in back if part.role != "wrong")]


def _drill_sides(drill: Drill) -> tuple[list[Part], list[Part]]:
    found = list(drill_parts(drill))
    back = [part for part in found if part.role in BACK]
    if drill.text:  # what a cloze asks and what it hides are in one text
        asked = Part("text", "asked", "text", "", blanked(drill.text))
        return [asked], [Part("text", "answer", "text", "", revealed(drill.text)), *back]
    return [part for part in found if part.role in FRONT], back


class Fitting:
    """Sets the sides of cards as large as they have room."""

    def __init__(self, setting: Setting, room: tuple[float, float]) -> None:
        """`room` is the width and height of the text on a card, in points."""
        self.room = room
        self._setting = setting
        self._setters: dict[tuple[float, int, bool, bool], PartSetter] = {}

    def sides(self, card: Card) -> list[tuple[list[Any], list[Any]]]:
        """Flowables of front and back; a side that is too long goes on on more cards.

        A side that is whole on the first of them is on all of them; else its last part is.
        """
        fronts = self._pages(card, front=True)
        backs = self._pages(card, front=False)
        return [
            (
                fronts[at] if at < len(fronts) else self._pages(card, front=True)[-1],
                backs[at] if at < len(backs) else self._pages(card, front=False)[-1],
            )
            for at in range(max(len(fronts), len(backs)))
        ]

    def _pages(self, card: Card, *, front: bool) -> list[list[Any]]:
        """A side on as few cards as hold it, and as large as they do.

        A picture takes what the text leaves, and text becomes smaller to leave enough, but not too
        small: rather they go on two cards. What is too long at the smallest size takes several
        anyway, and need not be small on them.
        """
        side = card.front if front else card.back
        first = FRONT_SIZE if front else BACK_SIZE
        if any(part.role == "table" for part in side):
            first = TABLE_SIZE
        sizes = [size for size in SIZES if size <= first]
        has_figure = any(part.kind == "figure" for part in side)
        # A text that no size brings on a card is not tried at each of them: it may be very long.
        cards = _letters(side) / self._most_letters
        for size in sizes if cards <= 1 else ():
            if has_figure and size <= COMFORT and len(side) > 1:
                break
            if flowables := self._fitting(card, side, size, front=front):
                return [flowables]
        sizes = [size for size in sizes if size >= COMFORT]
        for size in sizes if cards <= 2 else ():  # noqa: PLR2004 - on two
            if pages := self._on_two(card, side, size, front=front):
                return pages
        comfortable = self._on_several(card, side, COMFORT, front=front)
        if cards > 2:  # noqa: PLR2004 - as above
            return comfortable
        least = len(comfortable)
        size = next(s for s in sizes if len(self._on_several(card, side, s, front=front)) <= least)
        return next(  # as full as one another, so that no line is left for the last
            pages
            for share in _SHARES
            if len(pages := self._on_several(card, side, size, share, front=front)) <= least
        )

    @property
    def _most_letters(self) -> float:
        """Letters that a card holds, were they all as narrow as an i and the lines as close as can
        be."""
        return self.room[0] * self.room[1] / (0.2 * SMALLEST * SMALLEST)

    def _on_several(
        self, card: Card, side: Sequence[Part], size: float, share: float = 1.0, *, front: bool
    ) -> list[list[Any]]:
        return _split(self._flowables(card, side, size, front=front), self.room, share)

    def _on_two(self, card: Card, side: Sequence[Part], size: float, *, front: bool) -> list[Any]:
        """A side on two cards, divided between parts; nothing if one of them is too long."""
        best: tuple[float, list[Any]] = (self.room[1], [])
        for at in range(1, len(side)):
            if side[at].role in _ASIDES:  # it stays with what it goes with
                continue
            pages = [self._fitting(card, p, size, front=front) for p in (side[:at], side[at:])]
            if all(pages):
                one, two = (height_of(page, self.room[0]) for page in pages)
                best = min(best, (abs(one - two), pages), key=lambda pair: pair[0])
        return best[1]

    def _fitting(self, card: Card, side: Sequence[Part], size: float, *, front: bool) -> list[Any]:
        """A side on one card, if it has room there; pictures make some by being smaller."""
        has_figure = any(part.kind == "figure" for part in side) and size > COMFORT
        seen = self.room[1] * _HALF if has_figure else _SEEN
        flowables = self._flowables(card, side, size, front=front)
        over = height_of(flowables, self.room[0]) - self.room[1]
        pictures = _pictures(flowables)
        tall = sum(one.shown_height for one in pictures)
        if over > 0 and pictures and tall - over >= seen * len(pictures):
            for one in pictures:
                one.shrink((tall - over) / tall)
            over = height_of(flowables, self.room[0]) - self.room[1]
        return flowables if over <= _ROUNDING else []

    def _flowables(
        self, card: Card, side: Sequence[Part], size: float, *, front: bool
    ) -> list[Any]:
        chapter = card.chapter.number
        main = self._setter(size, chapter, bold=front)
        aside = self._setter(max(SMALLEST, size * _ASIDE), chapter, quiet=True)
        return [
            flowable
            for part in side
            for flowable in (
                aside.setter.blocks(part.content) if part.role in _ASIDES else _one(main, part)
            )
        ]

    def _setter(
        self, size: float, chapter: int, *, bold: bool = False, quiet: bool = False
    ) -> PartSetter:
        key = (size, chapter, bold, quiet)
        if key not in self._setters:
            setting = self._setting
            color = setting.colors.of_chapter(chapter)
            panel = setting.colors.tint(color)
            colors = replace(setting.colors, accent=color, panel=panel)
            look = theme.book(colors, setting.fonts).scaled(size / theme.BOOK_SIZE)
            look = replace(look, gap=size * _GAP, leading=size * _LEADING, bold=bold)
            if quiet:
                look = replace(look, ink=colors.quiet)
            setter = Setter(look, setting.pictures, self.room[0], setting.labels, self.room[1])
            aside = look.style(fontSize=max(SMALLEST, size * _ASIDE), leading=look.leading * _ASIDE)
            manner = Manner(look.style(), aside, self.room[1], run_in=frozenset({"cues"}))
            self._setters[key] = PartSetter(setter, colors, manner)
        return self._setters[key]


def _one(setter: PartSetter, part: Part) -> Iterator[Any]:
    match part.role:
        case "prompt":
            asked = setter.setter.labels[part.label]
            yield setter.setter.line(
                asked, setter.manner.heading, bold=True, color=setter.colors.accent
            )
        case "lead" | "asked" if part.kind == "line" and not setter.setter.look.bold:
            yield setter.setter.line(part.text, setter.manner.lead, bold=True)
        case "steps":  # without its label, which only repeats the front
            yield from setter.setter.bullets(part.texts, numbered=True)
        case "formula":
            yield from setter.one(part)
        case _ if not part.label and part.kind != "figure":
            yield from setter.setter.blocks(part.content)
        case _:
            yield from setter.one(part)


def _letters(side: Sequence[Part]) -> int:
    """Letters of the texts of a side; the marks of Markdown count too."""
    pieces = (
        [part.content] if isinstance(part.content, str) else part.content
        for part in side
        if isinstance(part.content, str | tuple | list)  # Markdown, or what was parsed of it
    )
    return sum(
        len(piece if isinstance(piece, str) else getattr(piece, "content", ""))
        for found in pieces
        for piece in found
    )


def _pictures(flowables: Sequence[Any]) -> list[Any]:
    return [one for one in flowables if isinstance(one, Bitmap | Picture)]


def height_of(flowables: Sequence[Any], width: float) -> float:
    """Points that flowables take below each other."""
    total = after = 0.0
    for number, flowable in enumerate(flowables):
        before = flowable.getSpaceBefore() if number else 0.0
        total += max(before, after) + flowable.wrap(width, 100_000)[1]
        after = flowable.getSpaceAfter()
    return total


def _split(flowables: list[Any], room: tuple[float, float], share: float) -> list[list[Any]]:
    """Pages of a text that is too long for one, each filled to a share of its height.

    What cannot be split stands alone, smaller if need be.
    """
    width, tallest = room
    pages: list[list[Any]] = [[]]
    waiting = list(flowables)
    while waiting:
        flowable = waiting.pop(0)
        left = (
            tallest * share
            - height_of(pages[-1], width)
            - (pages[-1][-1].getSpaceAfter() if pages[-1] else 0)
        )
        if flowable.wrap(width, left)[1] <= left:
            pages[-1].append(flowable)
            continue
        parts = flowable.split(width, left)
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
