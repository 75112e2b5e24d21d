"""Notes of other people's note types: a question for each basic note, a drill for each cloze."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.values import LINE_CHARACTERS
from prep_export.importing.clean import text_of
from prep_export.importing.markdown import escaped, to_markdown
from prep_export.importing.names import LONGEST, Topics, digest, slug
from prep_export.importing.templates import order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prep_export.exporters.anki.read import NoteType, PackagedNote
    from prep_export.importing.losses import Losses
    from prep_export.importing.markdown import Picture

Entry = dict[str, Any]
TOPICS_FROM: Final = ("tags", "decks")
_CLOZE: Final = re.compile(r"\{\{c\d+::")
_FORMULA: Final = re.compile(r"\$[^$]*\$")
_BEGINNING: Final = 300
_NO_TOPIC: Final = "Imported"
_STATES: Final = frozenset({"leech", "marked"})
"""Tags that Anki and AnkiDroid set themselves: how a learner fares, not what a note is about."""
_OCCLUSION: Final = "image-occlusion:"
_CLASS: Final = re.compile(r"\.([a-zA-Z_-][\w-]{0,60})")


class Foreign:
    """Gathers entries from notes whose form we do not know."""

    def __init__(
        self,
        picture: Picture,
        kinds: Mapping[int, NoteType],
        losses: Losses,
        taken: Iterable[str],
        deck: str,
        topics_from: str,
    ) -> None:
        self._picture = picture
        self._kinds = kinds
        self._losses = losses
        self._taken = set(taken)
        self._root = deck
        self._from = topics_from
        self._styled = {
            number: frozenset(_CLASS.findall(kind.css)) for number, kind in kinds.items()
        }
        self.questions: list[Entry] = []
        self.holders: dict[str, Entry] = {}
        self.topics = Topics()

    def read(self, notes: Iterable[PackagedNote]) -> None:
        """Take every note; what has no place in a bank is named in the losses."""
        for note in notes:
            kind = self._kinds.get(note.note_type)
            occluded = any(_OCCLUSION in field for field in note.fields)
            if occluded or (kind and kind.name.lower().startswith("image occlusion")):
                self._losses.add(self._name(note), "", "an image occlusion note: left out")
            elif kind is not None and kind.cloze:
                self._cloze(note, kind)
            else:
                self._basic(note, kind)

    def _name(self, note: PackagedNote) -> str:
        """What a note is called where it is listed."""
        plain = (text_of(field[:2_000]) for field in note.fields if _OCCLUSION not in field)
        return next((text[:40] for text in plain if text), "") or note.guid

    def _field(
        self, note: PackagedNote, kind: NoteType | None, number: int, *, line: bool = False
    ) -> tuple[str, str]:
        """The name of a field, and its Markdown."""
        named = kind is not None and number < len(kind.fields)
        name = kind.fields[number] if kind and named else f"field {number + 1}"
        lose = self._losses.of(self._name(note), name)
        styled = self._styled.get(note.note_type, frozenset())
        html = note.fields[number]
        return name, to_markdown(html, self._picture, lose, line=line, styled=styled)

    def _basic(self, note: PackagedNote, kind: NoteType | None) -> None:
        note_name = self._name(note)
        fronts, backs = order(kind, min(note.ordinals, default=0), len(note.fields))
        ask = asked = ""
        for number in fronts:
            if not ask:
                asked, ask = self._field(note, kind, number, line=True)
            else:
                backs.append(number)
        others = [self._field(note, kind, number) for number in backs]
        others = [(name, text) for name, text in others if text]
        if not ask or not others:
            self._losses.add(note_name, "", "it has no question, or no answer: left out")
            return
        if len(note.ordinals) > 1:
            self._losses.add(
                note_name, "", f"{len(note.ordinals)} cards; only the first is carried"
            )
        further = others[1:]
        if len(ask) > LINE_CHARACTERS:
            self._losses.add(note_name, asked, "too long for a question; all of it is in 'details'")
            html = note.fields[next(n for n in fronts if note.fields[n])]
            further = [(asked, ask), *further]
            ask = escaped(text_of(html)[:_BEGINNING].rstrip()) + " …"
        entry: Entry = {
            "id": self._id(ask, note.guid),
            "topics": self._topics(note),
            "question": ask,
            "answer": others[0][1],
        }
        if further:
            entry["details"] = _titled(further)
        self.questions.append(entry)

    def _cloze(self, note: PackagedNote, kind: NoteType) -> None:
        fronts, backs = order(kind, 0, len(note.fields))
        found = [n for n in fronts if _CLOZE.search(note.fields[n])] or fronts[:1]
        _, text = self._field(note, kind, found[0])
        if not _CLOZE.search(_FORMULA.sub("", text)):
            what = "a cloze note without a deletion outside formulas: left out"
            self._losses.add(self._name(note), "", what)
            return
        rest = [number for number in (*fronts, *backs) if number != found[0]]
        further = [self._field(note, kind, number) for number in rest]
        further = [(name, made) for name, made in further if made]
        topics = self._topics(note)
        if len(topics) > 1:
            self._losses.add(
                self._name(note), "", "topics but the first: a drill has those of its item"
            )
        drill = {"id": self._id(_CLOZE.sub("", text), note.guid), "text": text}
        if further:
            drill["why"] = _titled(further) if len(further) > 1 else further[0][1]
        self._holder(topics[0])["drills"].append(drill)

    def _holder(self, topic: str) -> Entry:
        """The pattern that has the drills of a topic."""
        if topic not in self.holders:
            title = self.topics.titles[topic]
            self._losses.say(f"a pattern card '{title}' is new: clozes need an item to belong to")
            self.holders[topic] = {
                "id": self._id(f"{title} clozes", topic),
                "topics": [topic],
                "title": escaped(title),
                "summary": f"Facts on {escaped(title)}, one a card.",
                "drills": [],
            }
        return self.holders[topic]

    def _topics(self, note: PackagedNote) -> list[str]:
        states = {tag for tag in note.tags if tag.lower() in _STATES}
        tags = sorted(note.tags - states)
        lost = states if self._from == "tags" else note.tags
        for tag in sorted(lost):
            self._losses.add(self._name(note), "", f"the tag '{tag}'")
        if self._from == "decks":
            deck = next(iter(note.decks), "")
            parts = _parts(deck.removeprefix(self._root)) or _parts(self._root)[-1:]
            found = [parts] if parts else []
        else:
            found = [parts for tag in tags if (parts := _parts(tag))]
        return list(dict.fromkeys(self.topics.of(parts) for parts in found or [(_NO_TOPIC,)]))

    def _id(self, text: str, guid: str) -> str:
        """An id from the words of an entry; from its guid where these have no Latin letters."""
        base = slug(_plain(text)) or f"note-{digest(guid)}"
        name = base if base not in self._taken else f"{base[: LONGEST - 11]}-{digest(guid)}"
        number = 2
        while name in self._taken:  # a twin: another note of this guid
            name, number = f"{base[: LONGEST - 11]}-{digest(f'{guid} {number}')}", number + 1
        self._taken.add(name)
        return name


def _titled(fields: list[tuple[str, str]]) -> str:
    """Several fields as one text, each under its name."""
    return "\n\n".join(f"**{escaped(' '.join(name.split()))}**\n\n{text}" for name, text in fields)


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in name.split("::") if part.strip())


def _plain(markdown: str) -> str:
    """The words of a Markdown text, without the paths of pictures."""
    return re.sub(r"\]\([^()\n]*\)", " ", markdown)
