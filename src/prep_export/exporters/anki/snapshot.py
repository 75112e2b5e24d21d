"""A bank as the package that would be made of it: what a comparison wants, without a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.exporters.anki.compose import compose_notes, fields_of, ordinals_of
from prep_export.exporters.anki.memory import Memory
from prep_export.exporters.anki.package import Package, PackagedNote
from prep_export.exporters.anki.write import models, note_type

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.exporters.anki.compose import Note
    from prep_export.markdown.images import Images


def snapshot(bank: Bank, images: Images, name: str = "") -> Package:
    """What `read_package` would find in the package of a bank that is ready to print.

    It has no times and no pictures, and remembers nothing of packages before it; `name` is what
    stands for its path. Raises what composing notes does.
    """
    kinds = {kind: note_type(model) for kind, model in models(bank.header).items()}
    ids = {kind: one.id for kind, one in kinds.items()}
    notes = [_packaged(note, ids[note.type]) for note in compose_notes(bank, images)]
    return Package(
        path=name,
        notes={note.guid: note for note in notes},
        twins=(),
        note_types={one.id: one for one in kinds.values()},
        media={},
        decks=tuple(sorted({bank.deck, *(deck for note in notes for deck in note.decks)})),
        memory=Memory(bank.header.id, part=bank.part),
    )


def nothing(bank: Bank) -> Package:
    """What stands for a package of a bank that there was not yet."""
    return Package("", {}, (), {}, {}, memory=Memory(bank.header.id))


def _packaged(note: Note, kind: int) -> PackagedNote:
    ordinals = tuple(ordinals_of(note))
    return PackagedNote(
        note.guid,
        kind,
        0,
        frozenset(note.tags),
        fields_of(note),
        (note.deck,) * len(ordinals),
        ordinals,
        note.type,
    )
