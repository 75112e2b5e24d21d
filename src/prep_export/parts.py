"""What an item shows: its parts, in order, each with a label, a role and a kind.

The one place that says so. An exporter decides by role and kind how a part looks and where it
stands, never by the type of the item; the import of our own decks reads the same table backwards.
So a new field is a field of the model and a row here, and a new section one more table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from prep_export.bank.model import DIFFICULTIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prep_export.bank.model import Diagram, Drill, FollowUp, Item, Source
    from prep_export.labels import LabelName

Role: TypeAlias = Literal[
    "asked",  # what the item is about: the front of a card, a title
    "prompt",  # what a card asks for beside it; words of ours
    "short",  # a title, an answer or a table in fewer words, for narrow places
    "lead",  # the item in one line
    "answer",  # what one says first
    "explanation",  # what explains an answer, shown with it
    "definition",  # an answer from which the term can be asked back
    "back-prompt",  # what a card asks for beside a definition; words of ours
    "formula",
    "legend",  # what the symbols of a formula mean
    "table",
    "figure",
    "cues",  # how it is recognised
    "steps",  # what to do, in order
    "points",  # what an interviewer listens for
    "details",
    "pitfalls",
    "follow-ups",
    "why",  # why something is wrong
    "remedy",  # what to do instead
    "wrong",  # a sentence not to say
    "right",  # and the one to say in its place
    "weak",
    "strong",
    "example",
    "sources",
    "related",
]

Kind: TypeAlias = Literal["line", "text", "list", "steps", "pairs", "figure", "sources", "ids"]
"""The form of a part's content: a line or text of Markdown, several of them, …"""

Tone: TypeAlias = Literal["plain", "warn", "good"]

TONES: Final[Mapping[Role, Tone]] = {
    **dict.fromkeys(("pitfalls", "why", "wrong", "weak"), "warn"),
    **dict.fromkeys(("points", "remedy", "right", "strong"), "good"),
}
"""Whether a part warns or commends; those not named do neither."""


@dataclass(frozen=True, slots=True)
class Row:
    """How a field is shown. A row without a field stands for words of ours: its label."""

    field: str
    role: Role
    kind: Kind = "text"
    label: LabelName = ""


_COMMON: Final = (
    Row("related", "related", "ids", "see"),
    Row("sources", "sources", "sources", "sources"),
)

ROWS: Final[Mapping[str, tuple[Row, ...]]] = {
    "patterns": (
        Row("title", "asked", "line"),
        Row("short", "short", "line"),
        Row("", "prompt", "line", "ask-pattern"),
        Row("summary", "lead", "line"),
        Row("diagram", "figure", "figure"),
        Row("formula", "formula", label="formula"),
        Row("legend", "legend", "line"),
        Row("recognise", "cues", "list", "recognise"),
        Row("approach", "steps", "steps", "approach"),
        Row("body", "details", label="in-depth"),
        Row("pitfalls", "pitfalls", "list", "pitfalls"),
        *_COMMON,
    ),
    "questions": (
        Row("question", "asked", "line"),
        Row("answer", "answer"),
        Row("key_points", "points", "list", "key-points"),
        Row("details", "details", label="details"),
        Row("pitfalls", "pitfalls", "list", "pitfalls"),
        Row("follow_ups", "follow-ups", "pairs", "follow-ups"),
        *_COMMON,
    ),
    "mistakes": (
        Row("", "prompt", "line", "ask-mistake"),
        Row("mistake", "asked", "line"),
        Row("why", "why", label="why"),
        Row("instead", "remedy", label="instead"),
        Row("not_that", "wrong", label="not-that"),
        Row("say_this", "right", label="say-this"),
        Row("example", "example", label="example"),
        *_COMMON,
    ),
    "criteria": (
        Row("", "prompt", "line", "ask-criterion"),
        Row("criterion", "asked", "line"),
        Row("weak", "weak", label="weak"),
        Row("strong", "strong", label="strong"),
        *_COMMON,
    ),
    "concepts": (
        Row("term", "asked", "line"),
        Row("definition", "definition"),
        Row("reverse", "back-prompt", "line", "ask-term"),
        Row("formula", "formula"),
        Row("legend", "legend", "line"),
        *_COMMON,
    ),
    "faqs": (
        Row("question", "asked", "line"),
        Row("answer", "answer"),
        Row("short", "short", "line"),
        *_COMMON,
    ),
    "tables": (
        Row("title", "asked", "line"),
        Row("table", "table"),
        Row("short", "short"),
        Row("note", "legend", "line"),
        *_COMMON,
    ),
}
"""The rows of each section, in the order in which they are shown."""

DRILL_ROWS: Final = (
    Row("text", "asked"),
    Row("ask", "asked"),
    Row("answer", "answer"),
    Row("why", "explanation"),
)
"""The rows of a drill; one with `text` is a cloze, whose answer is within it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an item: its row, and what the author wrote there."""

    field: str
    role: Role
    kind: Kind
    label: LabelName
    content: Any = None
    """By kind: a text, texts, follow-ups, a diagram, sources, ids; nothing for words of ours."""

    @property
    def tone(self) -> Tone:
        """Whether it warns or commends."""
        return TONES.get(self.role, "plain")

    @property
    def text(self) -> str:
        """The content of a line or text."""
        assert isinstance(self.content, str)  # noqa: S101 - for the type checker
        return self.content

    @property
    def texts(self) -> tuple[str, ...]:
        """The content of a list or of steps."""
        found: tuple[str, ...] = self.content
        return found

    @property
    def pairs(self) -> tuple[FollowUp, ...]:
        """The content of pairs."""
        found: tuple[FollowUp, ...] = self.content
        return found

    @property
    def diagram(self) -> Diagram:
        """The content of a figure."""
        found: Diagram = self.content
        return found

    @property
    def sources(self) -> tuple[Source, ...]:
        """The content of sources."""
        found: tuple[Source, ...] = self.content
        return found


def parts(section: str, item: Item) -> Iterator[Part]:
    """The parts of an item that its author has filled, and the words of ours between them."""
    return _parts(ROWS[section], item)


def drill_parts(drill: Drill) -> Iterator[Part]:
    """The parts of a drill."""
    return _parts(DRILL_ROWS, drill)


def _parts(rows: tuple[Row, ...], entry: object) -> Iterator[Part]:
    for row in rows:
        content = getattr(entry, row.field) if row.field else None
        if content or not row.field:
            yield Part(row.field, row.role, row.kind, row.label, content)


def kind_label(section: str, item: Item) -> LabelName:
    """The label of what an item is: the kind of a question, the name of any other."""
    kind = getattr(item, "kind", "")
    return f"kind-{kind}" if kind else f"item-{section}"


def level_label(item: Item) -> LabelName:
    """The label of an item's difficulty; empty where it has none."""
    level = getattr(item, "difficulty", "")
    return f"level-{level}" if level else ""


def level_dots(item: Item) -> str:
    """An item's difficulty as full dots among empty ones; empty where it has none."""
    level = getattr(item, "difficulty", "")
    full = DIFFICULTIES.index(level) + 1 if level else 0
    return "●" * full + "○" * (len(DIFFICULTIES) - full) if full else ""
