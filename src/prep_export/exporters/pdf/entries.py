"""A bank's items as the booklet shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import CondPageBreak, Spacer

from prep_export.bank.ask.topics import resolve
from prep_export.bank.model import title_of
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.breaking import MOST, flowing, least
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.anchors import Anchor
from prep_export.exporters.pdf.engine.blocks import Code, Display
from prep_export.exporters.pdf.engine.formulas import layout
from prep_export.exporters.pdf.engine.setter import Setter
from prep_export.exporters.pdf.engine.strings import SMALLEST
from prep_export.exporters.pdf.engine.tables import RuledTable
from prep_export.exporters.pdf.leaves_out import BOOKLET
from prep_export.exporters.pdf.margin import (
    WAIT,
    BeginNotes,
    Below,
    Coming,
    DrawNotes,
    EndNotes,
    ResumeNotes,
    Spanning,
    Wide,
)
from prep_export.exporters.pdf.part_setter import Manner, PartSetter
from prep_export.exporters.pdf.references import PageLine
from prep_export.markdown.once import without_formula
from prep_export.markdown.parser import parse
from prep_export.markdown.plain import escaped, plain
from prep_export.parts import ROWS, kind_label, level_dots, level_label, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prep_export.bank.model import Bank, Item
    from prep_export.exporters.pdf.book_page import BookPage
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.margin import Margin
    from prep_export.exporters.pdf.theme import Palette, Setting
    from prep_export.parts import Part, Role

NOT_SET: Final = {"asked", *BOOKLET}
"""Roles of what the title says already, and of what the booklet leaves out."""

_BESIDE: Final[frozenset[Role]] = frozenset({"points", "pitfalls", "sources", "related"})
"""Roles of what stands in the margin."""

_BAR: Final = 1 * mm
_LIST_GAP: Final = 1.5

_SMALLER: Final = 0.84
"""Of its size: code may be so much smaller beside notes before it rather waits for their end."""

_NOTES: Final = 0.84
"""Size of type in the margin, of that of the text."""
_MOST: Final = 0.7
"""Of a page's height: notes that are taller stand in the text, which flows."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What sets parts of a page in one width, size and colour."""

    setter: Setter
    colors: Palette
    parts: PartSetter
    small: Any
    """Style of what is less than the text."""

    @property
    def look(self) -> Look:
        return self.setter.look


def hand(setting: Setting, look: Look, width: float, color: Any, tallest: float) -> Hand:
    """A hand for a column of a width; `color` is that of its labels."""
    colors = replace(setting.colors, accent=color)
    look = replace(look, accent=color)
    setter = Setter(look, setting.pictures, width, setting.labels, min(400.0, tallest))
    manner = Manner(
        lead=look.style(textColor=look.quiet),
        heading=look.style(spaceBefore=look.gap, spaceAfter=_LIST_GAP, keepWithNext=1),
        figure=theme.BOOK_FIGURE,
        headed=frozenset({"details", "example"}),
        barred=frozenset({"answer", "lead"}),
        bar=_BAR,
        list_gap=_LIST_GAP,
    )
    small = look.style(
        fontSize=look.size * _NOTES, leading=look.leading * _NOTES, textColor=look.quiet
    )
    return Hand(setter, colors, PartSetter(setter, colors, manner), small)


class Entries:
    """Sets items, each with its title and what belongs to it but its drills."""

    def __init__(
        self,
        bank: Bank,
        page: BookPage,
        margin: Margin,
        setting: Setting,
        look: Look,
        numbers: Mapping[str, str],
    ) -> None:
        self.bank = bank
        self.page, self.margin = page, margin
        self.setting, self.look = setting, look
        self.labels = setting.labels
        self.numbers = numbers
        """Of items, by id; a term has none."""
        self.sources = sorted(
            {source for _, item in bank.items() for source in item.sources},
            key=lambda s: ((s.authors or s.title).lower(), s.year or "", s.title),
        )
        self._source = {source: n for n, source in enumerate(self.sources, start=1)}
        self._names = {item.id: name_of(section, item) for section, item in bank.items()}
        self._hands: dict[tuple[float, float, int], Hand] = {}

    def hand(self, width: float, color: Any, scale: float = 1.0) -> Hand:
        """What sets text in a width, colour and size."""
        key = (width, scale, id(color))
        if key not in self._hands:
            look = self.look.scaled(scale)
            self._hands[key] = hand(self.setting, look, width, color, self.page.height * 0.8)
        return self._hands[key]

    def entry(self, section: str, item: Item, color: Any) -> list[Any]:
        """An item of a chapter: its text, with what belongs to it in the margin."""
        page = self.page
        if not page.note:
            return [*self.stacked(section, item, color, page.full), self._space()]
        text, note = self.hand(page.column, color), self.hand(page.note, color, _NOTES)
        shown = _shown(section, item)
        beside = [part for part in shown if part.role in _BESIDE]
        own = _formulas(shown)
        notes = [*self._about(section, item, note), *self._set(beside, note, own)]
        width = page.note
        if sum(one.wrap(width, page.height)[1] for one in notes) > page.height * _MOST:
            return [*self.stacked(section, item, color, page.column), self._space()]
        title = self._title(item, text, page.full)
        drop = text.look.size - note.look.size
        first, place, body = self._column(
            [part for part in shown if part.role not in _BESIDE], text, own, drop
        )
        need = _height(title, page.full) + least([*first, *body] or [Spacer(0, 0)], page.column)
        return [
            CondPageBreak(min(need, page.height * MOST)),
            self._anchor(item),
            Spanning(title, page.full),
            BeginNotes(self.margin, notes, drop),
            *first,
            place,
            *body,
            EndNotes(self.margin, page),
            self._space(),
        ]

    def _column(
        self, shown: list[Part], text: Hand, own: Sequence[str], drop: float
    ) -> tuple[list[Any], DrawNotes, list[Any]]:
        """The first part of a text column, the place of the notes, and the other parts."""
        width = self.page.column
        first = self._set(shown[:1], text, own)
        place = mark = DrawNotes(self.margin)
        body: list[Any] = []
        begun = 0
        """Where that of the body begins which follows the last mark."""
        for one in self._set(shown[1:], text, own):
            natural = _natural_width(one)
            body.append(Wide(one, self.margin, self.page) if natural > width else one)
            if not isinstance(one, Code) or natural <= width / _SMALLER:
                continue
            head = len(body) - 1
            if head > begun and body[head - 1].getKeepWithNext():
                head -= 1
            need = least(body[head:], width)
            tall = one.wrap(self.page.full, self.page.height)[1]
            before = body[begun:head]
            body.insert(head, Below(self.margin, self.page, need, tall))
            if tall > WAIT:
                mark.code = Coming(before, need)
                mark = ResumeNotes(self.margin, drop)
                body.append(mark)
                begun = len(body)
        return first, place, flowing(body, width, self.page.height)

    def stacked(
        self, section: str, item: Item, color: Any, width: float, scale: float = 1.0
    ) -> list[Any]:
        """An item in a single column, with all its parts one below the other."""
        text = self.hand(width, color, scale)
        small = self.hand(width, color, scale * _NOTES)
        shown = _shown(section, item)
        set_ = [
            one
            for part in shown
            for one in self._set([part], small if part.role in _BESIDE else text, _formulas(shown))
        ]
        for one in set_:
            if isinstance(one, Code):
                one.fit(width, SMALLEST)
        title = self._title(item, text, width)
        about = text.setter.line(self._about_line(section, item), text.small)
        about.keepWithNext = 1
        need = _height(title, width) + least([about, *set_], width)
        body = flowing([about, *set_], width, self.page.height)
        return [
            CondPageBreak(min(need, self.page.height * MOST)),
            self._anchor(item),
            title,
            *body,
        ]

    def _anchor(self, item: Item) -> Anchor:
        number = self.numbers.get(item.id, "")
        anchor = Anchor(f"item-{item.id}", f"{number} {plain(title_of(item))}".strip(), 1)
        anchor.keepWithNext = 0
        return anchor

    def _title(self, item: Item, text: Hand, width: float) -> Any:
        del width
        look = text.look
        style = look.style(
            fontSize=look.size * 1.22,
            leading=look.leading * 1.14,
            spaceAfter=look.gap * 0.7,
            hyphenationLang="",
        )
        number = self.numbers.get(item.id, "")
        lead = [(f"{number}\u00a0\u00a0", text.colors.accent)] if number else []
        return text.setter.line(title_of(item), style, bold=True, lead=lead, role="H2")

    def _space(self) -> Spacer:
        return Spacer(0, self.look.leading * 1.15)

    def _about(self, section: str, item: Item, note: Hand) -> list[Any]:
        """Kind, difficulty and topics, as the margin says them."""
        level = level_label(item)
        kind = self.labels[kind_label(section, item)]
        style = note.look.style(spaceAfter=0)
        quiet = note.look.style(textColor=note.look.quiet)
        lead = [(kind, note.colors.accent)]
        words = f"{self.labels[level]}" if level else ""
        dots = (
            [("\u00a0\u00a0" + level_dots(item) + "\u00a0\u00a0", note.colors.accent)]
            if level
            else []
        )
        return [
            note.setter.line(words, style, lead=[*lead, *dots]),
            note.setter.line(self._topics(item), quiet),
        ]

    def _about_line(self, section: str, item: Item) -> str:
        level = level_label(item)
        kind = self.labels[kind_label(section, item)]
        levels = [f"{level_dots(item)} {self.labels[level]}"] if level else []
        return " · ".join([kind, *levels, self._topics(item)])

    def _topics(self, item: Item) -> str:
        return self.labels["comma"].join(self._topic(topic) for topic in item.topics)

    def _topic(self, topic: str) -> str:
        topic = resolve(topic, self.bank.topics)
        return escaped(self.bank.topics[topic].title if topic in self.bank.topics else topic)

    def _set(self, shown: Iterable[Part], by: Hand, own: Sequence[str]) -> list[Any]:
        """The flowables of parts; formulas that have a part of their `own` are not set again."""
        out: list[Any] = []
        for part in shown:
            if part.kind in {"sources", "ids"}:
                out += self.links(part, by)
            elif own and part.kind == "text" and part.role == "details":
                text = without_formula(parse(part.text), own, self.labels["formula"])
                out += by.parts.titled(part, text)
            else:
                out += by.parts.one(part)
        return out

    def links(self, part: Part, by: Hand) -> list[Any]:
        """Sources by their numbers, and other items by their pages."""
        label = self.labels.get(part.label, "")
        style = by.look.style(spaceBefore=by.look.gap, spaceAfter=by.look.gap)
        if part.kind == "sources":
            numbers = sorted(self._source[source] for source in part.sources)
            targets = [(f"[{number}]", f"source-{number}") for number in numbers]
            return [by.setter.pointers(label, targets, style, lead=by.colors.accent)]
        others = [other for other in part.texts if other in self._names]
        if not others:  # a selection may have left them out
            return []
        tight = by.look.style(spaceAfter=_LIST_GAP * 0.7)
        lines = [
            PageLine(self._name(other, by, tight), f"item-{other}", by.look) for other in others
        ]
        return [by.parts.heading(part), *lines]

    def _name(self, other: str, by: Hand, style: Any) -> Any:
        number = self.numbers.get(other, "")
        lead = [(f"{number}\u00a0\u00a0", by.colors.accent)] if number else []
        return by.setter.line(self._names[other], style, lead=lead)


def _shown(section: str, item: Item) -> list[Part]:
    return [part for part in parts(section, item) if part.role not in NOT_SET]


def _formulas(shown: Iterable[Part]) -> list[str]:
    return [part.text for part in shown if part.role == "formula"]


def name_of(section: str, item: Item) -> str:
    """What names an item in few words: its short title, where it has one."""
    rows = {row.role: row for row in ROWS[section]}
    short = rows.get("short")
    titled = short is not None and short.kind == "line" and rows["asked"].field == "title"
    return (titled and getattr(item, "short", None)) or title_of(item)


def _height(flowable: Any, width: float) -> float:
    """With the space after it."""
    return float(flowable.wrap(width, 0)[1] + flowable.getSpaceAfter())


def _natural_width(flowable: Any) -> float:
    """The width that code, a formula or a table would take if it had the room."""
    if isinstance(flowable, Code):
        return float(flowable.longest * stringWidth("0", fonts.MONO, flowable.size) + 9)
    if isinstance(flowable, RuledTable):
        return sum(flowable.natural)
    if isinstance(flowable, Display):
        return layout(flowable.latex, display=True).width * flowable.look.size * 1.08
    return 0.0
