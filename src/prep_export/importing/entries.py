"""Entries of notes whose form is not ours: a question each, or a drill in the pattern of its topic.

Whoever reads notes, of a package or of a table, hands over their texts in Markdown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.values import LINE_CHARACTERS, LONGEST_SLUG, slug
from prep_export.importing.markdown import escaped
from prep_export.importing.names import Topics, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prep_export.importing.losses import Losses

    Topical = Callable[[], list[str]]
    """Gives the topics of a note that is taken, and says what of them is lost."""

Entry = dict[str, Any]
Field = tuple[str, str]
"""The name of a field, and its Markdown."""

CLOZE: Final = re.compile(r"\{\{c\d+::")
_FORMULA: Final = re.compile(r"\$[^$]*\$")
_BEGINNING: Final = 300
_NO_TOPIC: Final = "Imported"
_STATES: Final = frozenset({"leech", "marked"})
"""Tags that Anki and AnkiDroid set themselves: how a learner fares, not what a note is about."""


def has_cloze(markdown: str) -> bool:
    """Whether a text hides something that a bank can hide: not within a formula."""
    return CLOZE.search(_FORMULA.sub("", markdown)) is not None


class Entries:
    """Gathers questions, and patterns that hold drills."""

    def __init__(self, losses: Losses, taken: Iterable[str] = ()) -> None:
        self._losses = losses
        self._taken = set(taken)
        self._twins: dict[str, int] = {}
        """How many notes have had the seed, where ids of its words were taken."""
        self.questions: list[Entry] = []
        self.holders: dict[str, Entry] = {}
        self.topics = Topics()

    def question(
        self,
        name: str,
        asked: Field,
        others: list[Field],
        topics: Topical,
        seed: str,
        plain: str,
    ) -> Entry | None:
        """Add the question of a note, where it has an answer. `name` is how losses call the note,
        `seed` what its id is made from where its words have no Latin letters, `plain` what it asks
        without any markup."""
        field, ask = asked
        others = [(column, text) for column, text in others if text]
        if not ask or not others:
            self._losses.add(name, "", "it has no question, or no answer: left out")
            return None
        further = others[1:]
        if len(ask) > LINE_CHARACTERS:
            self._losses.add(name, field, "too long for a question; all of it is in 'details'")
            further = [asked, *further]
            ask = escaped(plain[:_BEGINNING].rstrip()) + " …"
        entry: Entry = {
            "id": self.new_id(ask, seed),
            "topics": topics(),
            "question": ask,
            "answer": others[0][1],
        }
        if further:
            entry["details"] = titled(further)
        self.questions.append(entry)
        return entry

    def drill(
        self, name: str, text: str, further: list[Field], topics: Topical, seed: str
    ) -> Entry | None:
        """Add the drill of a cloze note to the pattern of its first topic."""
        if not has_cloze(text):
            what = "a cloze note without a deletion outside formulas: left out"
            self._losses.add(name, "", what)
            return None
        further = [(column, made) for column, made in further if made]
        named = topics()
        if len(named) > 1:
            self._losses.add(name, "", "topics but the first: a drill has those of its item")
        drill = {"id": self.new_id(CLOZE.sub("", text), seed), "text": text}
        if further:
            drill["why"] = titled(further) if len(further) > 1 else further[0][1]
        self._holder(named[0])["drills"].append(drill)
        return drill

    def _holder(self, topic: str) -> Entry:
        """The pattern that has the drills of a topic."""
        if topic not in self.holders:
            title = self.topics.titles[topic]
            self._losses.say(f"a pattern card '{title}' is new: clozes need an item to belong to")
            self.holders[topic] = {
                "id": self.new_id(f"{title} clozes", topic),
                "topics": [topic],
                "title": escaped(title),
                "summary": f"Facts on {escaped(title)}, one a card.",
                "drills": [],
            }
        return self.holders[topic]

    def take(self, name: str) -> None:
        """Keep an id that somebody has chosen from being made of words."""
        self._taken.add(name)

    def topics_of(self, names: Iterable[str]) -> list[str]:
        """The ids of topics by names such as 'a::b'; one for what has none."""
        found = [parts for name in names if (parts := levels(name))]
        return list(dict.fromkeys(self.topics.of(parts) for parts in found or [(_NO_TOPIC,)]))

    def topics_of_note(
        self, name: str, tags: Iterable[str], deck: str, root: str, topics_from: str
    ) -> list[str]:
        """The topics of a note by its tags, or by its deck below the one above all."""
        tags = set(tags)
        states = {tag for tag in tags if tag.lower() in _STATES}
        for tag in sorted(states if topics_from == "tags" else tags):
            self._losses.add(name, "", f"the tag '{tag}'")
        if topics_from == "tags":
            return self.topics_of(sorted(tags - states))
        parts = levels(deck.removeprefix(root)) or levels(root)[-1:]
        return self.topics_of(["::".join(parts)])

    def new_id(self, text: str, seed: str) -> str:
        """An id from the words of an entry; from its seed where these have no Latin letters."""
        base = slug(_plain(text)) or f"note-{digest(seed)}"
        name = base if base not in self._taken else f"{base[: LONGEST_SLUG - 11]}-{digest(seed)}"
        while name in self._taken:  # a twin: another note of this seed
            self._twins[seed] = number = self._twins.get(seed, 1) + 1
            name = f"{base[: LONGEST_SLUG - 11]}-{digest(f'{seed} {number}')}"
        self._taken.add(name)
        return name


def titled(fields: list[Field]) -> str:
    """Several fields as one text, each under its name."""
    return "\n\n".join(f"**{escaped(' '.join(name.split()))}**\n\n{text}" for name, text in fields)


def levels(name: str) -> tuple[str, ...]:
    """The levels of a name such as 'a::b'."""
    return tuple(part.strip() for part in name.split("::") if part.strip())


def _plain(markdown: str) -> str:
    """The words of a Markdown text, without the paths of pictures."""
    return re.sub(r"\]\([^()\n]*\)", " ", markdown)
