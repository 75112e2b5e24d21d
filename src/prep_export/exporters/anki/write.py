"""Notes to an `.apkg`: the one module that knows genanki.

genanki's own writers are replaced where they would cost time, bytes or correctness: rows go in by
`executemany`, `due` follows the author's order, and the zip is deflated with fixed dates.
"""

from __future__ import annotations

import errno
import itertools
import json
import sqlite3
import zipfile
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html import escape
from time import gmtime
from typing import TYPE_CHECKING, Any, Final

import genanki

from prep_export.exporters.anki import memory, note_types
from prep_export.exporters.anki.compose import fields_of, ordinals_of, sort_title, subdeck_titles
from prep_export.exporters.anki.package import NoteType
from prep_export.exporters.anki.preset import PRESET_ID, preset
from prep_export.markdown.html import render
from prep_export.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from prep_export.bank.model import Bank, Header
    from prep_export.exporters.anki.compose import Note
    from prep_export.exporters.anki.note_types import Kind
    from prep_export.exporters.anki.times import Times
    from prep_export.markdown.images import Image, Images

_DEFLATE_LEVEL: Final = 4  # higher levels take twice the time for 2 % of the size
_STORED: Final = (".png", ".jpg")
_DUE_LIMIT: Final = 1_000_000
"""Anki treats a larger position of a new card as damage."""


class _Model(genanki.Model):  # type: ignore[misc]  # genanki is untyped
    """A note type with a modification time of its own."""

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        del timestamp
        made: dict[str, Any] = super().to_json(self.modified, deck_id)
        return made


def models(header: Header) -> dict[Kind, Any]:
    """The note types of a bank as genanki models."""
    made: tuple[tuple[Kind, int, Any], ...] = (
        ("basic", genanki.Model.FRONT_BACK, note_types.BASIC_TEMPLATES),
        ("cloze", genanki.Model.CLOZE, note_types.CLOZE_TEMPLATES),
    )
    return {
        kind: _Model(
            note_types.type_id(kind, header.id),
            note_types.type_name(kind, header.id),
            fields=note_types.fields(note_types.FIELDS[kind]),
            templates=note_types.templates(templates, header),
            css=note_types.style(header),
            model_type=number,
            sort_field_index=note_types.SORT_FIELD,
        )
        for kind, number, templates in made
    }


def note_type(model: Any) -> NoteType:
    """A genanki model as the reader would describe it."""
    return NoteType(
        model.model_id,
        model.name,
        model.model_type == genanki.Model.CLOZE,
        tuple(f["name"] for f in model.fields),
        tuple(f["id"] for f in model.fields),
        tuple(t["name"] for t in model.templates),
        tuple(t["id"] for t in model.templates),
        tuple((t["qfmt"], t["afmt"]) for t in model.templates),
        model.css,
        0,
    )


def deck_id(name: str) -> int:
    """An id for a deck; Anki matches decks by name anyway."""
    return note_types.plausible_id(name)


@dataclass(frozen=True, slots=True)
class _Row:
    """A note as it goes into the collection."""

    note: Note
    due: int
    """Position of its cards among new ones."""
    modified: int
    """Seconds since 1970."""


class _Deck(genanki.Deck):  # type: ignore[misc]  # genanki is untyped
    """A deck whose notes go in by two statements instead of two a note."""

    def __init__(self, name: str, description: str, rows: list[_Row], kinds: Any) -> None:
        super().__init__(deck_id(name), name, description)
        self._rows = rows
        self._ids = {kind: model.model_id for kind, model in kinds.items()}
        for kind in kinds.values():
            self.add_model(kind)

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "conf": PRESET_ID}

    def write_to_db(self, cursor: Any, timestamp: float, id_gen: Any) -> None:
        super().write_to_db(cursor, timestamp, id_gen)  # the deck and the models; it has no notes
        notes, cards = [], []
        for row in self._rows:
            note, number = row.note, next(id_gen)
            tags = f" {' '.join(sorted(note.tags))} "
            fields = "\x1f".join(fields_of(note))
            kind = self._ids[note.type]
            notes.append((number, note.guid, kind, row.modified, tags, fields, sort_title(note)))
            cards += [
                (next(id_gen), number, self.deck_id, ordinal, row.modified, row.due)
                for ordinal in ordinals_of(note)
            ]
        cursor.executemany(_INSERT_NOTE, notes)
        cursor.executemany(_INSERT_CARD, cards)


_INSERT_NOTE: Final = (
    "INSERT INTO notes (id, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data)"
    " VALUES (?, ?, ?, ?, -1, ?, ?, ?, 0, 0, '')"
)
_INSERT_CARD: Final = (
    "INSERT INTO cards (id, nid, did, ord, mod, usn, type, queue, due, ivl, factor, reps, lapses,"
    " left, odue, odid, flags, data)"
    " VALUES (?, ?, ?, ?, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')"
)


def write_package(
    bank: Bank,
    notes: Sequence[Note],
    images: Images,
    destination: Path,
    times: Times,
    positions: Mapping[str, int] | None = None,
) -> int:
    """Write an `.apkg` with all pictures that were found in `images`; returns its number of cards.

    `positions` gives new cards their order, by guid; without it they come as the notes do.
    """
    timestamp = times.now
    kinds = models(bank.header)
    for model in kinds.values():
        model.modified = times.of_note_type(note_type(model))
    by_deck: dict[str, list[_Row]] = {bank.deck: []}
    for number, note in enumerate(times.exported(notes), start=1):
        due = positions.get(note.guid, number) if positions else number
        row = _Row(times.as_known(note), min(due, _DUE_LIMIT - 1), times.stamp(note))
        by_deck.setdefault(note.deck, []).append(row)
    descriptions = {bank.deck: _description(bank, images), **subdeck_titles(bank)}
    decks = [_Deck(name, descriptions.get(name, ""), rows, kinds) for name, rows in by_deck.items()]
    with scratch(destination.parent) as folder:
        database = folder / "collection.anki2"
        with _full_as_such(), closing(sqlite3.connect(database)) as connection:
            # The file is thrown away on any failure, so durability would be wasted.
            connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            cursor = connection.cursor()
            package = genanki.Package(decks)
            package.write_to_db(cursor, timestamp, itertools.count(timestamp * 1000))
            _add_preset(cursor)
            _add_memory(cursor, times.memory(bank, notes))
            connection.commit()
            count: int = cursor.execute("SELECT count(*) FROM cards").fetchone()[0]
        _zip(destination, database, images.used, timestamp)
    return count


@contextmanager
def _full_as_such() -> Iterator[None]:
    """A full disk as what every other writer would raise."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(errno.ENOSPC, str(error)) from error


def _add_preset(cursor: Any) -> None:
    ((text,),) = cursor.execute("SELECT dconf FROM col").fetchall()
    presets = json.loads(text)
    presets[str(PRESET_ID)] = preset(presets["1"])
    cursor.execute("UPDATE col SET dconf = ?", (json.dumps(presets),))


def _add_memory(cursor: Any, about: memory.Memory) -> None:
    ((text,),) = cursor.execute("SELECT conf FROM col").fetchall()
    settings = {**json.loads(text), memory.KEY: about.to_json()}
    cursor.execute("UPDATE col SET conf = ?", (json.dumps(settings),))


def _description(bank: Bank, images: Images) -> str:
    header = bank.header
    about = [part for part in (", ".join(header.authors), header.licence, header.version) if part]
    text = f"<h3>{escape(header.title)}</h3>" if bank.deck != header.title else ""
    text += render(header.description, images.name) if header.description else ""
    return text + (f"<p>{escape(' · '.join(about))}</p>" if about else "")


def _zip(destination: Path, database: Path, images: list[Image], timestamp: int) -> None:
    names = {str(number): image.name for number, image in enumerate(images)}
    with zipfile.ZipFile(destination, "w") as archive:
        _add(archive, "collection.anki2", database.read_bytes(), timestamp)
        _add(archive, "media", json.dumps(names).encode(), timestamp)
        for number, image in enumerate(images):
            _add(archive, str(number), image.content, timestamp, image.name)


def _add(
    archive: zipfile.ZipFile, name: str, content: bytes, timestamp: int, real: str = ""
) -> None:
    entry = zipfile.ZipInfo(name, gmtime(timestamp)[:6])
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    entry.compress_type = zipfile.ZIP_STORED if real.endswith(_STORED) else zipfile.ZIP_DEFLATED
    archive.writestr(entry, content, compresslevel=_DEFLATE_LEVEL)
