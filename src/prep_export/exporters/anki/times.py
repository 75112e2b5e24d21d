"""What the last published package fixes for the next one: the times of what has not changed.

Anki takes over a note when its time is newer than the learner's, with all fields and tags, so an
unchanged note that carries a new time overwrites a learner's own edits and tags for nothing. With
the last package at hand, only a note whose text changed gets the new time, and only a note type
whose look did.

But a learner's tag, mark, edit or leech that is newer than the build blocks a correction, and with
its old time it would never arrive. So the time of a note whose text changed is raised again, at
ages that double, for a year (docs/anki-contract.md).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256
from json import dumps
from time import gmtime, strftime
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import unquote

from prep_export.errors import PackageError, UsageError
from prep_export.exporters.anki.compose import fields_of
from prep_export.exporters.anki.memory import Memory, Published
from prep_export.exporters.anki.note_types import VERSION, Kind, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prep_export.bank.model import Bank
    from prep_export.exporters.anki.compose import Note
    from prep_export.exporters.anki.package import NoteType, Package

DAY: Final = 86_400
YEAR: Final = 365 * DAY
"""How long a change of text is offered again, and a retired note exported. In seconds."""

Fate: TypeAlias = Literal["added", "changed", "raised", "waiting", "unchanged"]
"""What an update does with a note. `raised`: an earlier change of its text is offered again;
`waiting`: only its dress changed, which learners get with the next change of its text."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a note in the next package, and why."""

    fate: Fate
    modified: int
    """Its time, in seconds since 1970."""
    changed: int = 0
    """When its text changed last; 0 where it never has, or more than a year ago."""


class Times:
    """Gives each note and note type its modification time, in seconds since 1970."""

    def __init__(self, now: int, previous: Package | None = None) -> None:
        self.now = now
        self._previous = previous
        self._memory = (previous.memory if previous else None) or Memory()
        self._decided: dict[str, Decision] = {}

    def of_note(self, note: Note) -> Decision:
        """What becomes of a note: the time of the last package where its text is the same."""
        if note.guid not in self._decided:
            self._decided[note.guid] = self._decide(note)
        return self._decided[note.guid]

    def _decide(self, note: Note) -> Decision:
        fields = fields_of(note)
        old = self._previous.notes.get(note.guid) if self._previous else None
        if old is not None:
            modified, changed = old.modified, self._memory.changed.get(note.guid, 0)
            same_text = text_of(old.kind, old.fields) == text_of(note.type, fields)
        elif note.guid in self._memory.absent:
            was = self._memory.absent[note.guid]
            modified, changed = was.modified, was.changed
            same_text = was.text == _digest(note.type, fields)
        else:
            return Decision("added", self.now)
        if not same_text:
            return Decision("changed", self.now, self.now)
        age = self.now - changed
        changed = changed if age <= YEAR else 0
        if changed and age >= max(DAY, 2 * (modified - changed)):
            return Decision("raised", self.now, changed)
        same = old is None or (old.tags, _but_version(old.fields)) == (
            frozenset(note.tags),
            _but_version(fields),
        )
        return Decision("unchanged" if same else "waiting", modified, changed)

    def stamp(self, note: Note) -> int:
        """The time of a note. Raises UsageError when a change would not be newer than the last
        package's: Anki would pass over it without a word."""
        decision = self.of_note(note)
        if decision.fate == "changed":
            old = self._previous.notes.get(note.guid) if self._previous else None
            self._check(old.modified if old else self._memory.absent[note.guid].modified)
        return decision.modified

    def as_known(self, note: Note) -> Note:
        """A note with the version in which its text came: that of the last package where the text
        is the same, whatever the bank's is now. A report names it, and learners have it."""
        old = self._previous.notes.get(note.guid) if self._previous else None
        if old is None or len(old.fields) <= VERSION or self.of_note(note).fate == "changed":
            return note
        return replace(note, version=unquote(old.fields[VERSION]))

    def exported(self, notes: Iterable[Note]) -> list[Note]:
        """The notes without those that have been exported as retired for a year."""
        return [n for n in notes if not n.retired or self.now - self._retired(n) <= YEAR]

    def _retired(self, note: Note) -> int:
        return self._memory.retired.get(note.guid, self.now)

    def counts(self, notes: Iterable[Note]) -> dict[str, int]:
        """How many notes have each fate."""
        fates = Counter(self.of_note(note).fate for note in notes)
        return {fate: fates[fate] for fate in Fate.__args__}  # type: ignore[attr-defined]  # a Literal's values

    def memory(self, bank: Bank, notes: Sequence[Note]) -> Memory:
        """What the next package remembers, of all notes of the bank."""
        written = {note.guid for note in self.exported(notes)}
        published = self._previous.notes.values() if self._previous else ()
        absent = {
            note.guid: Published(
                _digest(note.kind, note.fields),
                note.modified,
                self._memory.changed.get(note.guid, 0),
            )
            for note in published
            if note.kind and note.guid not in written
        }
        absent |= {g: one for g, one in self._memory.absent.items() if g not in written}
        changed = {n.guid: self.of_note(n).changed for n in notes if n.guid in written}
        return Memory(
            bank.header.id,
            self.now,
            bank.part,
            {guid: time for guid, time in changed.items() if time},
            {note.guid: self._retired(note) for note in notes if note.retired},
            absent,
        )

    def of_note_type(self, kind: NoteType) -> int:
        """The time of the last package for a note type whose look has not changed."""
        old = self._previous.note_types.get(kind.id) if self._previous else None
        if old is None:
            return self.now
        if (old.name, old.texts, old.css) == (kind.name, kind.texts, kind.css):
            return old.modified
        self._check(old.modified)
        return self.now

    def _check(self, old: int) -> None:
        if self.now <= old:
            raise UsageError(
                "something changed, and the build time is not later than the previous package's: "
                "Anki would ignore the update; set a later SOURCE_DATE_EPOCH"
            )


def _but_version(fields: Sequence[str]) -> tuple[str, ...]:
    return (*fields[:VERSION], *fields[VERSION + 1 :])


def _digest(kind: Kind | None, fields: Sequence[str]) -> str:
    digest = sha256(dumps(text_of(kind, fields)).encode()).digest()
    return urlsafe_b64encode(digest[:9]).decode()


def date_of(seconds: int) -> str:
    """A time as people read it, in the same words everywhere."""
    return strftime("%Y-%m-%d", gmtime(seconds))


def check_previous(previous: Package, guids: Iterable[str], bank: Bank) -> None:
    """Raise PackageError unless the package is one that the next one of a bank can follow: of the
    same bank, and of all that is to be exported."""
    memory = previous.memory
    name = bank.header.id
    if memory.bank != name if memory else not any(guid in previous.notes for guid in guids):
        if memory is None and not previous.notes:
            return
        raise PackageError(
            f"'{previous.path}' is a package of something else: it has no note of the bank '{name}'"
        )
    if memory and memory.part not in {"", bank.part}:
        raise PackageError(
            f"'{previous.path}' holds a part of the bank ({memory.part}): what it lacks would be "
            "taken for new; give the last package of the whole bank"
        )
