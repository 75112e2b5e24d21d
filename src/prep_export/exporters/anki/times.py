"""What the last published package fixes for the next one: the times of what has not changed.

Anki takes over a note when its time is newer than the learner's, with all fields and tags, so an
unchanged note that carries a new time overwrites a learner's own edits and tags for nothing. With
the last package at hand, only what changed gets the new time; so it is with note types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.errors import PackageError, UsageError
from prep_export.exporters.anki.compose import TYPE_IDS, fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prep_export.exporters.anki.compose import Note
    from prep_export.exporters.anki.read import NoteType, Package, PackagedNote


class Times:
    """Gives each note and note type its modification time, in seconds since 1970."""

    def __init__(self, now: int, previous: Package | None = None) -> None:
        self.now = now
        self._previous = previous

    def of_note(self, note: Note) -> int:
        """The time of the last package for an unchanged note, else the build's.

        Raises UsageError when a changed note would not be newer than the last one: Anki would pass
        over it without a word.
        """
        old = self._published(note)
        if old is None:
            return self.now
        if _is_unchanged(old, note):
            return old.modified
        self._check(old.modified)
        return self.now

    def counts(self, notes: Iterable[Note]) -> dict[str, int]:
        """How many of the published notes have changed, and how many have not."""
        same = [_is_unchanged(old, note) for note in notes if (old := self._published(note))]
        return {"changed": same.count(False), "unchanged": same.count(True)}

    def _published(self, note: Note) -> PackagedNote | None:
        return self._previous.notes.get(note.guid) if self._previous else None

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


def _is_unchanged(old: PackagedNote, note: Note) -> bool:
    now = (TYPE_IDS[note.type], frozenset(note.tags), fields_of(note))
    return (old.note_type, old.tags, old.fields) == now


def check_same_bank(previous: Package, guids: Iterable[str], bank: str) -> None:
    """Raise PackageError unless the package has a note of this bank (or no note at all)."""
    if not previous.notes or any(guid in previous.notes for guid in guids):
        return
    raise PackageError(
        f"'{previous.path}' is a package of something else: it has no note of the bank '{bank}'"
    )
