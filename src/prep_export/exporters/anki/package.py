"""What a package holds: notes with their cards, note types, decks, the names of media files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.exporters.anki.memory import Memory
    from prep_export.exporters.anki.note_types import Kind


@dataclass(frozen=True, slots=True)
class NoteType:
    """The shape and the look of a note type in a package."""

    id: int
    name: str
    cloze: bool
    fields: tuple[str, ...]
    field_ids: tuple[int | None, ...]
    templates: tuple[str, ...]
    template_ids: tuple[int | None, ...]
    texts: tuple[tuple[str, str], ...]
    """Front and back of each template."""
    css: str
    modified: int
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class PackagedNote:
    """One note of a package with its cards."""

    guid: str
    note_type: int
    modified: int
    """Seconds since 1970."""
    tags: frozenset[str]
    fields: tuple[str, ...]
    decks: tuple[str, ...] = ()
    """Deck name of each card."""
    ordinals: tuple[int, ...] = ()
    kind: Kind | None = None
    """Which of our note types it has; None where it is somebody else's."""


@dataclass(frozen=True, slots=True)
class Package:
    """What an `.apkg` holds."""

    path: str
    notes: Mapping[str, PackagedNote]
    """By guid."""
    twins: tuple[PackagedNote, ...]
    """Notes whose guid another has, which damage can bring about; Anki itself takes only one."""
    note_types: Mapping[int, NoteType]
    media: Mapping[str, str]
    """Name in the archive by name in the collection."""
    decks: tuple[str, ...] = field(default=())
    memory: Memory | None = None
    """None where Anki itself has made it."""
