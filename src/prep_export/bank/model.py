"""The bank's model: frozen, complete, and the one place where its format is declared.

docs/bank-format.md describes each section with an example. The descriptions below appear in editors
through the JSON Schema (`prep-export schema`).
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the annotations are read
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, get_args

from prep_export.bank.values import (
    Address,
    Colour,
    Css,
    DeckName,
    ItemId,
    Language,
    Least,
    Line,
    Plain,
    Range,
    Slug,
    Text,
    Texts,
    TopicId,
    Url,
    Year,
    about,
)
from prep_export.findings.codes import WarningCode  # noqa: TC001 - the annotations are read
from prep_export.findings.finding import Node
from prep_export.labels import LabelName  # noqa: TC001 - the annotations are read

if TYPE_CHECKING:
    from collections.abc import Iterator

QuestionKind = Literal[
    "concept", "design", "derivation", "coding", "debugging", "case", "behavioural"
]
Difficulty = Literal["easy", "medium", "hard"]
NoteShape = Literal["basic", "cloze"]
Priority = Literal["core", "standard", "extra"]

KINDS: Final[tuple[str, ...]] = get_args(QuestionKind)
DIFFICULTIES: Final[tuple[str, ...]] = get_args(Difficulty)
PRIORITIES: Final[tuple[str, ...]] = get_args(Priority)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact comes from: a paper, a book, an official document."""

    title: Plain = field(metadata=about("Title of the work"))
    authors: Plain | None = field(default=None, metadata=about("Authors, as the work names them"))
    year: Year | None = field(default=None, metadata=about("Year of publication, four digits"))
    url: Url | None = field(default=None, metadata=about("Where to read it (http or https)"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One atomic fact as a card of its own: `text` with clozes, or `ask` and `answer`."""

    id: Slug = field(metadata=about("Unique within its item; never change or reuse it"))
    text: Text | None = field(
        default=None, metadata=about("Cloze text: 'Adam keeps {{c1::two}} moments a weight.'")
    )
    ask: Text | None = field(default=None, metadata=about("The question, with `answer`"))
    answer: Text | None = field(default=None, metadata=about("The answer, with `ask`"))
    why: Text | None = field(
        default=None, metadata=about("What explains the answer; shown with it")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What an interviewer asks next."""

    ask: Text = field(metadata=about("The follow-up question"))
    answer: Text = field(metadata=about("Its answer"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """A picture: an SVG, PNG or JPEG inside the bank's folder."""

    image: Plain = field(metadata=about("Path from the bank's folder, with forward slashes"))
    alt: Plain = field(metadata=about("What it shows, for those who cannot see it"))
    caption: Line | None = field(default=None, metadata=about("One line shown with it"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A number that the item states, and the arithmetic that gives it."""

    says: Plain = field(metadata=about("Words of the item in which the number stands"))
    equals: Plain = field(metadata=about("What gives the number: '2 * 80 * 64 * 128 * 2 / 1e6'"))
    number: Plain | None = field(
        default=None, metadata=about("Which number is meant, where `says` holds several")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What every entry of a section has."""

    id: Slug = field(metadata=about("Unique in the bank; never change or reuse it"))
    topics: Annotated[tuple[TopicId, ...], Least(1)] = field(
        metadata=about("One or more declared topics; the first is the main one", names="topics")
    )
    tags: tuple[Slug, ...] = field(default=(), metadata=about("Declared tags", names="tags"))
    priority: Priority = field(
        default="standard",
        metadata=about("core comes first on cards, extra last; what time is short for"),
    )
    drill_priority: Priority | None = field(
        default=None, metadata=about("That of its drills, where they can wait longer than it")
    )
    related: tuple[Slug, ...] = field(
        default=(), metadata=about("Ids of other items", names="items")
    )
    sources: tuple[Source, ...] = field(default=(), metadata=about("Primary sources"))
    drills: tuple[Drill, ...] = field(default=(), metadata=about("Atomic cards"))
    checks: tuple[Check, ...] = field(
        default=(), metadata=about("Numbers that validate recomputes; not shown")
    )
    ignore: tuple[WarningCode, ...] = field(
        default=(), metadata=about("Codes of warnings that are not meant for this item")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern(Item):
    """A kind of interview problem."""

    title: Line = field(metadata=about("Its name"))
    short: Line | None = field(
        default=None, metadata=about("A name of a few words, for narrow places: the cheat sheet")
    )
    summary: Line = field(metadata=about("One line for the cheat sheet"))
    recognise: Texts = field(default=(), metadata=about("Signs that this is what is asked"))
    approach: Texts = field(default=(), metadata=about("Steps of a good answer, in order"))
    body: Text | None = field(default=None, metadata=about("The chapter"))
    pitfalls: Texts = field(default=(), metadata=about("What goes wrong"))
    formula: Text | None = field(
        default=None, metadata=about("The one formula to remember, as $$…$$; boxed on the sheet")
    )
    legend: Line | None = field(default=None, metadata=about("What its symbols mean"))
    diagram: Diagram | None = field(default=None, metadata=about("The picture that explains it"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Item):
    """A question with its answer."""

    question: Line = field(metadata=about("As the interviewer asks it"))
    answer: Text = field(metadata=about("What to say first, in about a minute"))
    details: Text | None = field(default=None, metadata=about("Derivation, formulas, trade-offs"))
    key_points: Texts = field(default=(), metadata=about("What an interviewer listens for"))
    pitfalls: Texts = field(default=(), metadata=about("What costs points"))
    follow_ups: tuple[FollowUp, ...] = field(default=(), metadata=about("What comes next"))
    kind: QuestionKind = field(default="concept", metadata=about("What the question asks of you"))
    difficulty: Difficulty = field(default="medium", metadata=about("easy, medium or hard"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake(Item):
    """A common mistake."""

    mistake: Line = field(metadata=about("The mistake, in one line"))
    why: Text = field(metadata=about("Why it costs the offer"))
    instead: Text = field(metadata=about("What to do or say instead"))
    not_that: Text | None = field(default=None, metadata=about("What a candidate says, in quotes"))
    say_this: Text | None = field(
        default=None, metadata=about("What to say in its place, in quotes")
    )
    example: Text | None = field(default=None, metadata=about("A longer before and after"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Item):
    """How answers are evaluated."""

    criterion: Line = field(metadata=about("What the interviewer looks for"))
    weak: Text = field(metadata=about("A weak answer"))
    strong: Text = field(metadata=about("A strong answer"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept(Item):
    """A term and its meaning."""

    term: Line = field(metadata=about("The term"))
    definition: Text = field(metadata=about("One exact sentence"))
    formula: Text | None = field(default=None, metadata=about("Its formula, as $$…$$"))
    legend: Line | None = field(default=None, metadata=about("What its symbols mean"))
    reverse: bool = field(
        default=False, metadata=about("true for a second card, from the meaning to the term")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Item):
    """Numbers, formulas or choices worth having at hand: looked up, not learned by heart."""

    title: Line = field(metadata=about("What it holds"))
    table: Text = field(metadata=about("The table, in Markdown"))
    short: Text | None = field(
        default=None, metadata=about("A smaller table in its place on the cheat sheet")
    )
    sheet: bool = field(
        default=True, metadata=about("false for one that the cheat sheet has no room for")
    )
    note: Line | None = field(default=None, metadata=about("What it supposes, in one line"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Faq(Item):
    """A question that candidates ask."""

    question: Line = field(metadata=about("The question"))
    answer: Text = field(metadata=about("Its answer"))
    short: Line | None = field(
        default=None, metadata=about("Its answer in one line, in its place on the cheat sheet")
    )


@dataclass(frozen=True, slots=True)
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
    "tables": Section(Table, "title", "7 Tables"),
}
"""The sections of items, in the order in which exports show them: the one table of them."""

if TYPE_CHECKING:
    SectionName: TypeAlias = str
else:
    SectionName = Literal[tuple(SECTIONS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """An item or drill that was removed; learners get a note that says so, ready to delete."""

    id: ItemId = field(metadata=about("The removed id: 'item', or 'item/drill' for a drill"))
    reason: Line = field(metadata=about("Why it went"))
    replaced_by: Slug | None = field(
        default=None, metadata=about("Id of what replaces it", names="items")
    )
    note: NoteShape = field(
        default="basic", metadata=about("'cloze' for a drill that was written with `text`")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A subject; ids are hierarchical: `rag::chunking` stands below `rag`."""

    title: Plain = field(metadata=about("Its name for people"))
    description: Line | None = field(default=None, metadata=about("What belongs to it"))
    aliases: tuple[TopicId, ...] = field(
        default=(), metadata=about("Other ids that mean this topic")
    )
    ignore: tuple[WarningCode, ...] = field(
        default=(), metadata=about("Codes of warnings that are not meant for this topic")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A word of the bank's own for items: `seed: Of the source page`."""

    id: Slug = field(metadata=about("What items name"))
    title: Plain = field(metadata=about("Its name for people"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """House rules for questions, as ranges: `60-150`, or `3-` with no upper end."""

    answer_words: Range | None = field(default=None, metadata=about("Words of an answer"))
    key_points: Range | None = field(default=None, metadata=about("Key points of a question"))
    pitfalls: Range | None = field(default=None, metadata=about("Pitfalls of a question"))
    follow_ups: Range | None = field(default=None, metadata=about("Follow-ups of a question"))
    drills: Range | None = field(default=None, metadata=about("Drills of a question"))
    drill_words: Range | None = field(default=None, metadata=about("Words of any drill"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdf:
    """A bank's own colours on paper, and its logo; `--theme mono` leaves the colours out."""

    accent: Colour | None = field(default=None, metadata=about("Titles, labels and rules"))
    warn: Colour | None = field(default=None, metadata=about("Pitfalls and what not to say"))
    good: Colour | None = field(default=None, metadata=about("What to say instead"))
    logo: Plain | None = field(
        default=None, metadata=about("SVG, PNG or JPEG, as a path from the bank's folder")
    )
    fonts: tuple[Plain, ...] = field(
        default=(), metadata=about("TrueType files for characters that the built-in fonts lack")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The bank as a whole."""

    id: Slug = field(metadata=about("Names the output files and every card; never change it"))
    title: Plain = field(metadata=about("Title of the deck and the sheet"))
    deck: DeckName | None = field(
        default=None, metadata=about("Anki deck name, '::' between levels; the title if absent")
    )
    description: Text | None = field(default=None, metadata=about("Introduction"))
    language: Language = field(default="en", metadata=about("BCP 47 tag, such as 'en' or 'pt-BR'"))
    sections: Mapping[SectionName, Plain] = field(
        default_factory=dict, metadata=about("Titles of sections, where the usual ones do not do")
    )
    labels: Mapping[LabelName, Plain] = field(
        default_factory=dict,
        metadata=about("Words of cards and pages, where the usual ones do not do"),
    )
    style: Style | None = field(default=None, metadata=about("House rules that validate holds"))
    distinct: tuple[Annotated[tuple[Slug, ...], Least(2)], ...] = field(
        default=(),
        metadata=about("Groups of items whose questions are alike and meant to be", names="items"),
    )
    ignore: tuple[WarningCode, ...] = field(
        default=(), metadata=about("Codes of warnings that are not meant for this bank")
    )
    smart_quotes: bool = field(
        default=False,
        metadata=about("true for the quotes and dashes of print in place of straight ones"),
    )
    url: Url | None = field(
        default=None, metadata=about("Where the deck is to be had: named on the cheat sheet")
    )
    report: Address | None = field(
        default=None,
        metadata=about("Where a card is reported: an address with {id}, {title}, {version}"),
    )
    css: Css | None = field(default=None, metadata=about("CSS added to this bank's cards"))
    pdf: Pdf | None = field(default=None, metadata=about("Colours and logo of the PDFs"))
    authors: tuple[Plain, ...] = field(default=(), metadata=about("Who wrote it"))
    licence: Plain | None = field(default=None, metadata=about("Terms of use of the content"))
    version: Plain | None = field(default=None, metadata=about("Version of the content"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: an index into `Bank.files`, its section and its index there."""

    file: int
    section: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One deck's worth of material: immutable, complete, in the author's order."""

    header: Header
    topics: Mapping[str, Topic] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    """Titles of declared tags by id."""
    entries: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Items by section; `section`, `items` and the properties below read it."""
    retired: tuple[Retired, ...] = ()
    part: str = ""
    """What of the bank was selected, in words; empty for all of it."""
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
    tag_files: Mapping[str, str] = field(default_factory=dict)
    """Path of the file that declares each tag."""
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
    def tables(self) -> tuple[Table, ...]:
        return self.section("tables")

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


def drill_priority(item: Item) -> str:
    """The priority of an item's drills: they may wait longer than their item, never less."""
    return max(item.priority, item.drill_priority or item.priority, key=PRIORITIES.index)


_TITLES: Final = {section.type: section.title for section in SECTIONS.values()}


def title_of(item: Item) -> str:
    """The line that names an item: its title, question, term, …"""
    title: str = getattr(item, _TITLES[type(item)])
    return title
