"""Reading an `.apkg`: of genanki, of older Anki (JSON in the collection), of current Anki (zstd).

A package is somebody's file. It is read with limits, which docs/import.md lists: what is larger, or
damaged, or made to do harm, gives a PackageError that says so.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import sys
import zipfile
import zlib
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prep_export.errors import PackageError
from prep_export.exporters.anki import memory, protobuf
from prep_export.exporters.anki.note_types import kind_of
from prep_export.exporters.anki.package import NoteType, Package, PackagedNote
from prep_export.scratch import scratch

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping

    from prep_export.exporters.anki.note_types import Kind

MAX_COLLECTION: Final = 512 * 1024**2
"""Unpacked bytes of a collection beyond which a package is refused."""
MAX_NOTES: Final = 200_000
MAX_CARDS: Final = 1_000_000
MAX_TEXT: Final = 64 * 1024**2
"""Characters of all notes, note types and decks together."""
_MAX_VALUE: Final = 16 * 1024**2
"""Bytes of one value of the database."""
_MAX_LIST: Final = 8 * 1024**2
"""Bytes of a list in JSON or protobuf: of note types, of decks, of media files."""
_MAX_WINDOW: Final = 2**27
"""zstd's own default for what a reader takes; Anki writes windows of a few MiB."""
_MAX_STEPS, _STEPS_AT_ONCE = 200_000_000, 1_000_000
"""Instructions of SQLite's virtual machine: a hundred times what the most notes take."""

_CURRENT, _LEGACY = "collection.anki21b", ("collection.anki21", "collection.anki2")


def read_package(path: str | os.PathLike[str]) -> Package:
    """Read a package. Raises PackageError when it cannot be read, or is none."""
    path = Path(path)
    with (
        _opened(path) as archive,
        scratch() as folder,
    ):
        names = set(archive.namelist())
        database = folder / "collection"
        current = _CURRENT in names
        name = _CURRENT if current else next((n for n in _LEGACY if n in names), "")
        if not name:
            raise PackageError(f"'{path}' is a zip file, but no Anki package")
        with database.open("wb") as file:
            for part in _unpacked(archive, name, MAX_COLLECTION, compressed=current):
                file.write(part)
        try:
            with closing(sqlite3.connect(database)) as connection:
                return _read(path, archive, _Tables(connection), current=current)
        except sqlite3.Error as error:
            what = "damaged, or none of Anki's"
            if "interrupted" in str(error):
                what = "made to take for ever"
            elif "too big" in str(error):
                what = f"too large: a value of more than {_MAX_VALUE // 1024**2} MiB"
            raise PackageError(f"the collection in '{path}' is {what}") from None


@contextmanager
def media_reader(package: Package) -> Iterator[Callable[[str, int], bytes]]:
    """Gives the content of media files by their names; those of more bytes than the second
    argument, and damaged ones, raise PackageError."""
    with _opened(Path(package.path)) as archive:
        compressed = _CURRENT in archive.namelist()

        def read(name: str, most: int) -> bytes:
            return b"".join(_unpacked(archive, package.media[name], most, compressed=compressed))

        yield read


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise PackageError(f"there is no file '{path}'") from None
    except OSError as error:
        raise PackageError(f"cannot read '{path}': {error.strerror or error}") from None
    except (zipfile.BadZipFile, *_BROKEN):
        raise PackageError(f"'{path}' is no Anki package, or is cut off") from None
    with archive:
        yield archive


_BROKEN: Final = (EOFError, ValueError, NotImplementedError, RuntimeError, struct.error, zlib.error)
"""What zipfile raises for damage, beside BadZipFile."""


def _unpacked(
    archive: zipfile.ZipFile, name: str, most: int, *, compressed: bool
) -> Iterator[bytes]:
    """The content of a member in parts, never more than `most` bytes, whatever the archive claims.

    Raises PackageError for what is larger, encrypted, or damaged.
    """
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise PackageError(f"'{name}' is not in the package") from None
    if info.flag_bits & _ENCRYPTED:
        raise PackageError(f"'{name}' in the package is encrypted")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise PackageError(f"'{name}' in the package is packed by a method that Anki does not use")
    broken: tuple[type[Exception], ...] = (zipfile.BadZipFile, OSError, *_BROKEN)
    try:
        with archive.open(name) as member:
            stream: Any = member
            if compressed:
                import zstandard

                broken = (*broken, zstandard.ZstdError)
                reader = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
                stream = reader.stream_reader(member)
            total = 0
            while part := stream.read(1024 * 1024):
                total += len(part)
                if total > most:
                    shown = f"{most // 1024**2} MiB"
                    raise PackageError(f"'{name}' in the package unpacks to more than {shown}")
                yield part
    except broken:
        raise PackageError(f"'{name}' in the package is damaged") from None


_ENCRYPTED: Final = 0x1


class _Tables:
    """The tables of a collection: rows of real tables with real columns, and nothing else.

    A view, a virtual table or a generated column is a query of whoever made the package.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.create_collation("unicase", _unicase)
        connection.text_factory = lambda data: data.decode("utf-8", errors="replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        if sys.version_info >= (3, 11):
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
        self._steps = self._length = 0
        connection.set_progress_handler(self._count, _STEPS_AT_ONCE)
        self.names = {
            str(name)
            for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master")
            if kind == "table" and "VIRTUAL" not in str(sql).upper()
        }

    def _count(self) -> bool:
        self._steps += _STEPS_AT_ONCE
        return self._steps > _MAX_STEPS

    def rows(self, table: str, columns: str, rest: str = "", *values: int) -> Iterator[Any]:
        """Rows of a table. Raises PackageError where it is none, lacks a column, or holds more text
        than any deck."""
        known = set()
        if table in self.names:
            about = self._connection.execute(f"PRAGMA table_xinfo({table})")
            known = {name for _, name, _, _, _, _, hidden in about if not hidden}
        if not known.issuperset(columns.split(", ")):
            raise PackageError(f"the collection has no table '{table}' such as Anki's")
        query = f"SELECT {columns} FROM {table} {rest}"  # noqa: S608 - the words are ours
        for row in self._connection.execute(query, values):
            self._length += sum(len(value) for value in row if isinstance(value, (str, bytes)))
            if self._length > MAX_TEXT:
                raise PackageError(f"the collection has over {MAX_TEXT // 1024**2} MiB of text")
            yield row


def _unicase(a: str, b: str) -> int:
    """Anki's collation, as far as a reader needs one: case does not count."""
    first, second = a.casefold(), b.casefold()
    return (first > second) - (first < second)


def _read(path: Path, archive: zipfile.ZipFile, tables: _Tables, *, current: bool) -> Package:
    modern = "notetypes" in tables.names
    with _as_anki_writes(path, "note types"):
        kinds = _modern_types(tables) if modern else _legacy_types(tables)
    with _as_anki_writes(path, "decks"):
        decks = _modern_decks(tables) if modern else _legacy_decks(tables)
    with _as_anki_writes(path, "cards"):
        cards = _cards(tables, decks)
    with _as_anki_writes(path, "notes"):
        ours = {n: kind_of(one.name, one.fields, one.field_ids) for n, one in kinds.items()}
        notes, twins = _notes(tables, cards, ours)
    with _as_anki_writes(path, "media files"):
        media = _modern_media(archive) if current else _legacy_media(archive)
    with _as_anki_writes(path, "settings"):
        about = None if modern else _legacy_memory(tables)
    names = tuple(sorted(set(decks.values())))
    return Package(str(path), notes, tuple(twins), kinds, media, names, about)


@contextmanager
def _as_anki_writes(path: Path, what: str) -> Iterator[None]:
    """What follows reads somebody's data. Whatever is not as expected is one cause for people."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ArithmeticError, ValueError, RecursionError):
        message = f"'{path}' cannot be read: its {what} are not as Anki writes them"
        raise PackageError(message) from None


def _text(value: object) -> str:
    """A text that can be written again; anything else raises TypeError."""
    if not isinstance(value, str):
        raise TypeError
    return value.encode("utf-8", errors="replace").decode()


def _cards(tables: _Tables, decks: Mapping[int, str]) -> dict[int, list[tuple[int, str]]]:
    cards: dict[int, list[tuple[int, str]]] = {}
    rows = tables.rows("cards", "nid, did, ord", "ORDER BY nid, ord")
    for count, (note, deck, ordinal) in enumerate(rows, start=1):
        if count > MAX_CARDS:
            raise PackageError(f"the package has more than {MAX_CARDS:,} cards")
        cards.setdefault(note, []).append((int(ordinal), decks.get(deck, "")))
    return cards


def _notes(
    tables: _Tables, cards: Mapping[int, list[tuple[int, str]]], ours: Mapping[int, Kind | None]
) -> tuple[dict[str, PackagedNote], list[PackagedNote]]:
    notes: dict[str, PackagedNote] = {}
    twins: list[PackagedNote] = []
    for number, guid, kind, modified, tags, fields in tables.rows(
        "notes", "id, guid, mid, mod, tags, flds", "ORDER BY id"
    ):
        own = cards.get(number, [])
        note = PackagedNote(
            str(guid),
            int(kind),
            int(modified),
            frozenset(_text(tags).split()),
            tuple(_text(fields).split("\x1f")),
            tuple(deck for _, deck in own),
            tuple(ordinal for ordinal, _ in own),
            ours.get(int(kind)),
        )
        if len(notes) + len(twins) >= MAX_NOTES:
            raise PackageError(f"the package has more than {MAX_NOTES:,} notes")
        if note.guid in notes:
            twins.append(note)
        else:
            notes[note.guid] = note
    return notes, twins


def _json(text: object) -> dict[str, Any]:
    """An object of JSON that is no larger than any list of Anki's."""
    if len(_text(text)) > _MAX_LIST:
        raise ValueError
    found = json.loads(_text(text))
    if not isinstance(found, dict):
        raise TypeError
    return found


def _legacy_types(tables: _Tables) -> dict[int, NoteType]:
    ((text,),) = tables.rows("col", "models", "LIMIT 2")
    kinds = {}
    for number, model in _json(text).items():
        fields, templates = model["flds"], model["tmpls"]
        kinds[int(number)] = NoteType(
            int(number),
            _text(model["name"]),
            model["type"] == 1,
            tuple(_text(f["name"]) for f in fields),
            tuple(f.get("id") for f in fields),
            tuple(_text(t["name"]) for t in templates),
            tuple(t.get("id") for t in templates),
            tuple((_text(t["qfmt"]), _text(t["afmt"])) for t in templates),
            _text(model["css"]),
            int(model["mod"]),
        )
    return kinds


def _legacy_memory(tables: _Tables) -> memory.Memory | None:
    ((text,),) = tables.rows("col", "conf", "LIMIT 2")
    return memory.from_json(_json(text).get(memory.KEY)) if text else None


def _legacy_decks(tables: _Tables) -> dict[int, str]:
    ((text,),) = tables.rows("col", "decks", "LIMIT 2")
    return {int(number): _text(deck["name"]) for number, deck in _json(text).items()}


def _media_list(archive: zipfile.ZipFile, *, compressed: bool) -> bytes:
    if "media" not in archive.namelist():
        return b""
    return b"".join(_unpacked(archive, "media", _MAX_LIST, compressed=compressed))


def _legacy_media(archive: zipfile.ZipFile) -> dict[str, str]:
    named = _json((_media_list(archive, compressed=False) or b"{}").decode())
    return {_text(name): number for number, name in named.items()}


_MAX_ENTRIES: Final = 50_000
"""Note types, their fields or templates, decks: those beyond are not looked at."""


def _modern_types(tables: _Tables) -> dict[int, NoteType]:
    kinds = {}
    of_type = f"WHERE ntid = ? ORDER BY ord LIMIT {_MAX_ENTRIES}"
    rows = tables.rows("notetypes", "id, name, mtime_secs, config", f"LIMIT {_MAX_ENTRIES}")
    for number, name, modified, config in list(rows):
        about = protobuf.decode(config)
        fields, templates = (
            [
                (_text(text), protobuf.decode(blob))
                for text, blob in tables.rows(table, "name, config", of_type, int(number))
            ]
            for table in ("fields", "templates")
        )
        kinds[int(number)] = NoteType(
            int(number),
            _text(name),
            protobuf.integer(about, 1) == 1,
            tuple(text for text, _ in fields),
            tuple(protobuf.integer(m, 9) or None for _, m in fields),
            tuple(text for text, _ in templates),
            tuple(protobuf.integer(m, 8) or None for _, m in templates),
            tuple((protobuf.text(m, 1), protobuf.text(m, 2)) for _, m in templates),
            protobuf.text(about, 3),
            int(modified),
        )
    return kinds


def _modern_decks(tables: _Tables) -> dict[int, str]:
    rows = tables.rows("decks", "id, name", f"LIMIT {_MAX_ENTRIES}")
    return {int(number): _text(name).replace("\x1f", "::") for number, name in rows}


def _modern_media(archive: zipfile.ZipFile) -> dict[str, str]:
    """`MediaEntries { repeated MediaEntry entries = 1 }`, an entry's name in its field 1."""
    entries = protobuf.decode(_media_list(archive, compressed=True)).get(1, [])
    return {
        protobuf.text(protobuf.decode(entry), 1): str(index)
        for index, entry in enumerate(entries)
        if isinstance(entry, bytes)
    }
