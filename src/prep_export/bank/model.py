"""The bank's model: frozen, complete, and the one place where its format is declared.

Read with pydantic (docs/bank-format.md describes each section with an example). The descriptions
below appear in editors through the JSON Schema (`prep-export schema`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass as plain_dataclass
from dataclasses import field, fields, is_dataclass
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Literal,
    TypeAlias,
    get_args,
    get_type_hints,
)

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from prep_export.findings.finding import Node
from prep_export.labels import LabelName  # noqa: TC001 - pydantic reads the annotations

if TYPE_CHECKING:
    from prep_export.findings.finding import Path

SLUG: Final = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
TOPIC_ID: Final = r"^[a-z0-9]+(?:-[a-z0-9]+)*(?:::[a-z0-9]+(?:-[a-z0-9]+)*)*$"
LINE_CHARACTERS: Final = 1_000
TEXT_CHARACTERS: Final = 100_000


def _one_line(text: str) -> str:
    if "\n" in text:
        raise PydanticCustomError("one_line", "stands on several lines")
    return text


def _css(text: str) -> str:
    if "<" in text or _NETWORK.search(text):
        raise PydanticCustomError("css", "holds markup, or reaches for the network")
    return text


_NETWORK: Final = re.compile(r"@import|https?:|//|expression\s*\(", re.IGNORECASE)


def _readable(text: str) -> str:
    ratio = contrast_on_white(text)
    if ratio < READABLE:
        raise PydanticCustomError("contrast", f"has a contrast of {ratio:.1f}:1 on white paper")
    return text


READABLE: Final = 4.5
"""Contrast of text that most people can read (WCAG 2.1, success criterion 1.4.3)."""


def contrast_on_white(color: str) -> float:
    """Contrast ratio of a colour '#rrggbb' on white, 1 to 21, by WCAG 2.1."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004 - sRGB's own figures
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


class _Markdown:
    """Marks the types of fields whose text is Markdown."""


_MARKDOWN: Final = _Markdown()

Text: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_CHARACTERS),
    _MARKDOWN,
]
"""Markdown: CommonMark, tables, $…$ and $$…$$ math, fenced code. Raw HTML is text."""

Line: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LINE_CHARACTERS),
    AfterValidator(_one_line),
    _MARKDOWN,
]
"""One line of Markdown."""

Plain: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LINE_CHARACTERS),
    AfterValidator(_one_line),
]
"""One line of plain text; Markdown means nothing in it."""

Css: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000),
    AfterValidator(_css),
]
"""CSS for cards: no markup, nothing from the network."""

Colour: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$"), AfterValidator(_readable)
]
"""A text colour that can be read on white paper."""

Slug: TypeAlias = Annotated[str, StringConstraints(pattern=SLUG, max_length=80)]
TopicId: TypeAlias = Annotated[str, StringConstraints(pattern=TOPIC_ID, max_length=200)]
ItemId: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?$")
]
Url: TypeAlias = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")]
Year: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[12][0-9]{3}$")]
Language: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*$")
]
Range: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}-(?:[0-9]{1,4})?$")]
DeckName: TypeAlias = Annotated[Plain, StringConstraints(max_length=200)]

QuestionKind = Literal[
    "concept", "design", "derivation", "coding", "debugging", "case", "behavioural"
]
Difficulty = Literal["easy", "medium", "hard"]
NoteShape = Literal["basic", "cloze"]

KINDS: Final[tuple[str, ...]] = get_args(QuestionKind)
DIFFICULTIES: Final[tuple[str, ...]] = get_args(Difficulty)

_CONFIG = ConfigDict(extra="forbid", str_strip_whitespace=False)

Texts: TypeAlias = tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Source:
    """Where a fact comes from: a paper, a book, an official document."""

    title: Plain = Field(description="Title of the work")
    authors: Plain | None = Field(default=None, description="Authors, as the work names them")
    year: Year | None = Field(default=None, description="Year of publication, four digits")
    url: Url | None = Field(default=None, description="Where to read it (http or https)")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Drill:
    """One atomic fact as a card of its own: `text` with clozes, or `ask` and `answer`."""

    id: Slug = Field(description="Unique within its item; never change or reuse it")
    text: Text | None = Field(
        default=None, description="Cloze text: 'Adam keeps {{c1::two}} moments a weight.'"
    )
    ask: Text | None = Field(default=None, description="The question, with `answer`")
    answer: Text | None = Field(default=None, description="The answer, with `ask`")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class FollowUp:
    """What an interviewer asks next."""

    ask: Text = Field(description="The follow-up question")
    answer: Text = Field(description="Its answer")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Diagram:
    """A picture: an SVG, PNG or JPEG inside the bank's folder."""

    image: Plain = Field(description="Path from the bank's folder, with forward slashes")
    alt: Plain = Field(description="What it shows, for those who cannot see it")
    caption: Line | None = Field(default=None, description="One line shown with it")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Item:
    """What every entry of a section has."""

    id: Slug = Field(description="Unique in the bank; never change or reuse it")
    topics: tuple[TopicId, ...] = Field(
        min_length=1, description="One or more declared topics; the first is the main one"
    )
    related: tuple[Slug, ...] = Field(default=(), description="Ids of other items")
    sources: tuple[Source, ...] = Field(default=(), description="Primary sources")
    drills: tuple[Drill, ...] = Field(default=(), description="Atomic cards")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Pattern(Item):
    """A kind of interview problem."""

    title: Line = Field(description="Its name")
    summary: Line = Field(description="One line for the cheat sheet")
    recognise: Texts = Field(default=(), description="Signs that this is what is asked")
    approach: Texts = Field(default=(), description="Steps of a good answer, in order")
    body: Text | None = Field(default=None, description="The chapter")
    pitfalls: Texts = Field(default=(), description="What goes wrong")
    formula: Text | None = Field(
        default=None, description="The one formula to remember, as $$…$$; boxed on the sheet"
    )
    diagram: Diagram | None = Field(default=None, description="The picture that explains it")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Question(Item):
    """A question with its answer."""

    question: Line = Field(description="As the interviewer asks it")
    answer: Text = Field(description="What to say first, in about a minute")
    details: Text | None = Field(default=None, description="Derivation, formulas, trade-offs")
    key_points: Texts = Field(default=(), description="What an interviewer listens for")
    pitfalls: Texts = Field(default=(), description="What costs points")
    follow_ups: tuple[FollowUp, ...] = Field(default=(), description="What comes next")
    kind: QuestionKind = Field(default="concept", description="What the question asks of you")
    difficulty: Difficulty = Field(default="medium", description="easy, medium or hard")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Mistake(Item):
    """A common mistake."""

    mistake: Line = Field(description="The mistake, in one line")
    why: Text = Field(description="Why it costs the offer")
    instead: Text = Field(description="What to do or say instead")
    not_that: Text | None = Field(default=None, description="What a candidate says, in quotes")
    say_this: Text | None = Field(default=None, description="What to say in its place, in quotes")
    example: Text | None = Field(default=None, description="A longer before and after")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Criterion(Item):
    """How answers are evaluated."""

    criterion: Line = Field(description="What the interviewer looks for")
    weak: Text = Field(description="A weak answer")
    strong: Text = Field(description="A strong answer")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Concept(Item):
    """A term and its meaning."""

    term: Line = Field(description="The term")
    definition: Text = Field(description="One exact sentence")
    formula: Text | None = Field(default=None, description="Its formula, as $$…$$")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Faq(Item):
    """A question that candidates ask."""

    question: Line = Field(description="The question")
    answer: Text = Field(description="Its answer")


@plain_dataclass(frozen=True, slots=True)
class Section:
    """What a section is: the type of its entries, the field that names one, its subdeck."""

    type: type[Item]
    title: str
    deck: str
    """A constant in every language: Anki knows a deck by its name, so a renamed one would split
    every learner's deck. Numbered, because it gathers new cards in alphabetical order of decks."""


SECTIONS: Final[Mapping[str, Section]] = {
    "patterns": Section(Pattern, "title", "1 Patterns"),
    "questions": Section(Question, "question", "2 Questions"),
    "mistakes": Section(Mistake, "mistake", "3 Mistakes"),
    "criteria": Section(Criterion, "criterion", "4 Criteria"),
    "concepts": Section(Concept, "term", "5 Concepts"),
    "faqs": Section(Faq, "question", "6 FAQs"),
}
"""The sections of items, in the order in which exports show them: the one table of them."""

if TYPE_CHECKING:
    SectionName: TypeAlias = str
else:
    SectionName = Literal[tuple(SECTIONS)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Retired:
    """An item or drill that was removed; learners get a note that says so, ready to delete."""

    id: ItemId = Field(description="The removed id: 'item', or 'item/drill' for a drill")
    reason: Line = Field(description="Why it went")
    replaced_by: Slug | None = Field(default=None, description="Id of what replaces it")
    note: NoteShape = Field(
        default="basic", description="'cloze' for a drill that was written with `text`"
    )


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Topic:
    """A subject; ids are hierarchical: `rag::chunking` stands below `rag`."""

    title: Plain = Field(description="Its name for people")
    description: Line | None = Field(default=None, description="What belongs to it")
    aliases: tuple[TopicId, ...] = Field(default=(), description="Other ids that mean this topic")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Style:
    """House rules for questions, as ranges: `60-150`, or `3-` with no upper end."""

    answer_words: Range | None = Field(default=None, description="Words of an answer")
    key_points: Range | None = Field(default=None, description="Key points of a question")
    pitfalls: Range | None = Field(default=None, description="Pitfalls of a question")
    follow_ups: Range | None = Field(default=None, description="Follow-ups of a question")
    drills: Range | None = Field(default=None, description="Drills of a question")
    drill_words: Range | None = Field(default=None, description="Words of any drill")


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Pdf:
    """A bank's own colours on paper, and its logo; `--theme mono` leaves the colours out."""

    accent: Colour | None = Field(default=None, description="Titles, labels and rules")
    warn: Colour | None = Field(default=None, description="Pitfalls and what not to say")
    good: Colour | None = Field(default=None, description="What to say instead")
    logo: Plain | None = Field(
        default=None, description="SVG, PNG or JPEG, as a path from the bank's folder"
    )
    fonts: tuple[Plain, ...] = Field(
        default=(), description="TrueType files for characters that the built-in fonts lack"
    )


@dataclass(frozen=True, slots=True, kw_only=True, config=_CONFIG)
class Header:
    """The bank as a whole."""

    id: Slug = Field(description="Names the output files and every card; never change it")
    title: Plain = Field(description="Title of the deck and the sheet")
    deck: DeckName | None = Field(
        default=None, description="Anki deck name, '::' between levels; the title if absent"
    )
    description: Text | None = Field(default=None, description="Introduction")
    language: Language = Field(default="en", description="BCP 47 tag, such as 'en' or 'pt-BR'")
    sections: Mapping[SectionName, Plain] = Field(
        default_factory=dict, description="Titles of sections, where the usual ones do not do"
    )
    labels: Mapping[LabelName, Plain] = Field(
        default_factory=dict, description="Words of cards and pages, where the usual ones do not do"
    )
    style: Style | None = Field(default=None, description="House rules that validate holds")
    css: Css | None = Field(default=None, description="CSS added to this bank's cards")
    pdf: Pdf | None = Field(default=None, description="Colours and logo of the PDFs")
    authors: tuple[Plain, ...] = Field(default=(), description="Who wrote it")
    licence: Plain | None = Field(default=None, description="Terms of use of the content")
    version: Plain | None = Field(default=None, description="Version of the content")


@plain_dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: an index into `Bank.files`, its section and its index there."""

    file: int
    section: str
    index: int


@plain_dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One deck's worth of material: immutable, complete, in the author's order."""

    header: Header
    topics: Mapping[str, Topic] = field(default_factory=dict)
    entries: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Items by section; `section`, `items` and the properties below read it."""
    retired: tuple[Retired, ...] = ()
    root: str = "."
    """The folder that image paths start from."""
    files: tuple[str, ...] = ()
    """Paths of the YAML files, in the order in which they were merged."""
    header_file: str = ""
    """Path of the file with the header."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where each item stands, by item id."""
    topic_files: Mapping[str, str] = field(default_factory=dict)
    """Path of the file that declares each topic."""
    retired_places: tuple[Place, ...] = ()
    """Where each entry of `retired` stands, in its order."""

    def section(self, name: str) -> tuple[Any, ...]:
        """The items of one section; `name` is a key of SECTIONS."""
        return self.entries.get(name, ())

    def items(self) -> Iterator[tuple[str, Item]]:
        """Every item with its section's name, section by section, in the author's order."""
        for name in SECTIONS:
            for item in self.section(name):
                yield name, item

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        return self.section("patterns")

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.section("questions")

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return self.section("mistakes")

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return self.section("criteria")

    @property
    def concepts(self) -> tuple[Concept, ...]:
        return self.section("concepts")

    @property
    def faqs(self) -> tuple[Faq, ...]:
        return self.section("faqs")

    @property
    def deck(self) -> str:
        """Name of the Anki deck."""
        return self.header.deck or self.header.title

    def node(self, item: Item, *path: str | int) -> Node:
        """The place of an item, or of a node in it, in the files of the bank."""
        place = self.places.get(item.id)
        return self.node_at(place, *path) if place else Node("")  # else built by a program

    def node_at(self, place: Place, *path: str | int) -> Node:
        """The node at a path in an entry."""
        return Node(self.files[place.file], (place.section, place.index, *path))


_TITLES: Final = {section.type: section.title for section in SECTIONS.values()}


def title_of(item: Item) -> str:
    """The line that names an item: its title, question, term, …"""
    title: str = getattr(item, _TITLES[type(item)])
    return title


def texts(entry: Any, at: Path = (), *, markdown: bool = False) -> Iterator[tuple[Path, str]]:
    """Every text that an entry shows, with its path in the entry; or the Markdown ones alone.

    An entry is an item, a drill, a topic, a header: whatever the model declares.
    """
    for name in _shown_fields(type(entry), markdown):  # type: ignore[arg-type]  # a class is hashable
        yield from _texts(getattr(entry, name), (*at, name), markdown=markdown)


def _texts(value: Any, at: Path, *, markdown: bool) -> Iterator[tuple[Path, str]]:
    if value is None:
        return
    if type(value) is str:
        yield at, value
    elif type(value) is tuple:
        for index, part in enumerate(value):
            yield from _texts(part, (*at, index), markdown=markdown)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, (*at, key), markdown=markdown)
    elif is_dataclass(value):
        yield from texts(value, at, markdown=markdown)


_NEVER_SHOWN: Final = frozenset(
    {"id", "topics", "aliases", "related", "replaced_by", "note", "image", "url", "language"}
    | {"style", "css", "pdf", "kind", "difficulty", "labels"}
)
"""Ids, codes and addresses; `labels` are shown, but are no part of any entry."""


@cache
def _shown_fields(kind: type, markdown: bool) -> tuple[str, ...]:
    hints = get_type_hints(kind, include_extras=True)
    names = [one.name for one in fields(kind) if one.name not in _NEVER_SHOWN]
    return tuple(n for n in names if not markdown or _holds_markdown(hints[n]))


def _holds_markdown(hint: Any) -> bool:
    if isinstance(hint, type) and is_dataclass(hint):
        return bool(_shown_fields(hint, True))
    return _MARKDOWN in getattr(hint, "__metadata__", ()) or any(
        _holds_markdown(part) for part in get_args(hint)
    )
