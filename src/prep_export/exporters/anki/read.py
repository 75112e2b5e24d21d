"""Reading an `.apkg`: of genanki, of older Anki (JSON in the collection), of current Anki (zstd).

A package is somebody's file. It is read with limits: a zip bomb, a cut-off archive or a database
that is none gives a PackageError that says so.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prep_export.errors import PackageError
from prep_export.exporters.anki import memory, protobuf
from prep_export.exporters.anki.note_types import Kind, kind_of
from prep_export.scratch import scratch

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

MAX_BYTES: Final = 2 * 1024**3
"""Unpacked size of a collection beyond which a package is refused."""

_CURRENT, _LEGACY = "collection.anki21b", ("collection.anki21", "collection.anki2")


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
    note_types: Mapping[int, NoteType]
    media: Mapping[str, str]
    """Name in the archive by name in the collection."""
    decks: tuple[str, ...] = field(default=())
    memory: memory.Memory | None = None
    """None where Anki itself has made it."""


def read_package(path: str | os.PathLike[str]) -> Package:
    """Read a package. Raises PackageError when it cannot be read, or is none."""
    path = Path(path)
    try:
        with (
            zipfile.ZipFile(path) as archive,
            scratch() as folder,
        ):
            names = set(archive.namelist())
            database = folder / "collection"
            current = _CURRENT in names
            name = _CURRENT if current else next((n for n in _LEGACY if n in names), "")
            if not name:
                raise PackageError(f"'{path}' is a zip file, but no Anki package")
            with database.open("wb") as file:
                for part in _unpacked(archive, name, compressed=current):
                    file.write(part)
            with closing(sqlite3.connect(database)) as connection:
                connection.create_collation("unicase", _unicase)
                return _read(path, archive, connection, current=current)
    except FileNotFoundError:
        raise PackageError(f"there is no file '{path}'") from None
    except OSError as error:
        raise PackageError(f"cannot read '{path}': {error.strerror or error}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise PackageError(f"'{path}' is no Anki package, or is cut off: {error}") from None
    except (sqlite3.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackageError(f"the collection in '{path}' cannot be read: {error}") from None


def read_media(package: Package, name: str) -> bytes:
    """The content of a media file. Raises PackageError."""
    try:
        with zipfile.ZipFile(package.path) as archive:
            member = package.media[name]
            compressed = _CURRENT in archive.namelist()
            return b"".join(_unpacked(archive, member, compressed=compressed))
    except (KeyError, OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise PackageError(f"'{name}' cannot be read from '{package.path}': {error}") from None


def _unicase(a: str, b: str) -> int:
    """Anki's collation, as far as a reader needs one: case does not count."""
    first, second = a.casefold(), b.casefold()
    return (first > second) - (first < second)


def _unpacked(archive: zipfile.ZipFile, name: str, *, compressed: bool) -> Iterator[bytes]:
    """The content of a member in parts; never more than MAX_BYTES, whatever the archive claims."""
    with archive.open(name) as member:
        stream: Any = member
        if compressed:
            import zstandard

            stream = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(member)
        total = 0
        while True:
            try:
                part = stream.read(1024 * 1024)
            except Exception as error:
                if type(error).__name__ == "ZstdError":
                    raise PackageError(f"'{name}' in the package is damaged: {error}") from None
                raise
            if not part:
                return
            total += len(part)
            if total > MAX_BYTES:
                raise PackageError(f"'{name}' in the package unpacks to more than 2 GiB")
            yield part


def _read(
    path: Path, archive: zipfile.ZipFile, connection: sqlite3.Connection, *, current: bool
) -> Package:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    modern = "notetypes" in tables
    kinds = _modern_types(connection) if modern else _legacy_types(connection)
    decks = _modern_decks(connection) if modern else _legacy_decks(connection)
    cards: dict[int, list[tuple[int, str]]] = {}
    for note, deck, ordinal in connection.execute(
        "SELECT nid, did, ord FROM cards ORDER BY nid, ord"
    ):
        cards.setdefault(note, []).append((ordinal, decks.get(deck, "")))
    ours = {n: kind_of(one.name, one.fields, one.field_ids) for n, one in kinds.items()}
    notes = {}
    for number, guid, kind, modified, tags, fields in connection.execute(
        "SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"
    ):
        own = cards.get(number, [])
        notes[str(guid)] = PackagedNote(
            str(guid),
            int(kind),
            int(modified),
            frozenset(tags.split()),
            tuple(fields.split("\x1f")),
            tuple(deck for _, deck in own),
            tuple(ordinal for ordinal, _ in own),
            ours.get(int(kind)),
        )
    media = _modern_media(archive) if current else _legacy_media(archive)
    about = None if modern else _legacy_memory(connection)
    return Package(str(path), notes, kinds, media, tuple(sorted(set(decks.values()))), about)


def _legacy_types(connection: sqlite3.Connection) -> dict[int, NoteType]:
    ((text,),) = connection.execute("SELECT models FROM col").fetchall()
    kinds = {}
    for number, model in json.loads(text).items():
        fields, templates = model["flds"], model["tmpls"]
        kinds[int(number)] = NoteType(
            int(number),
            model["name"],
            model["type"] == 1,
            tuple(f["name"] for f in fields),
            tuple(f.get("id") for f in fields),
            tuple(t["name"] for t in templates),
            tuple(t.get("id") for t in templates),
            tuple((t["qfmt"], t["afmt"]) for t in templates),
            model["css"],
            int(model["mod"]),
        )
    return kinds


def _legacy_memory(connection: sqlite3.Connection) -> memory.Memory | None:
    ((text,),) = connection.execute("SELECT conf FROM col").fetchall()
    return memory.from_json(json.loads(text).get(memory.KEY)) if text else None


def _legacy_decks(connection: sqlite3.Connection) -> dict[int, str]:
    ((text,),) = connection.execute("SELECT decks FROM col").fetchall()
    return {int(number): deck["name"] for number, deck in json.loads(text).items()}


def _legacy_media(archive: zipfile.ZipFile) -> dict[str, str]:
    if "media" not in archive.namelist():
        return {}
    named = json.loads(b"".join(_unpacked(archive, "media", compressed=False)) or b"{}")
    return {name: number for number, name in named.items()}


def _modern_types(connection: sqlite3.Connection) -> dict[int, NoteType]:
    kinds = {}
    rows = connection.execute("SELECT id, name, mtime_secs, config FROM notetypes").fetchall()
    for number, name, modified, config in rows:
        about = protobuf.decode(config)
        fields = [
            (text, protobuf.decode(blob))
            for text, blob in connection.execute(
                "SELECT name, config FROM fields WHERE ntid = ? ORDER BY ord", (number,)
            )
        ]
        templates = [
            (text, protobuf.decode(blob))
            for text, blob in connection.execute(
                "SELECT name, config FROM templates WHERE ntid = ? ORDER BY ord", (number,)
            )
        ]
        kinds[number] = NoteType(
            number,
            name,
            protobuf.integer(about, 1) == 1,
            tuple(text for text, _ in fields),
            tuple(protobuf.integer(m, 9) or None for _, m in fields),
            tuple(text for text, _ in templates),
            tuple(protobuf.integer(m, 8) or None for _, m in templates),
            tuple((protobuf.text(m, 1), protobuf.text(m, 2)) for _, m in templates),
            protobuf.text(about, 3),
            modified,
        )
    return kinds


def _modern_decks(connection: sqlite3.Connection) -> dict[int, str]:
    rows = connection.execute("SELECT id, name FROM decks").fetchall()
    return {number: name.replace("\x1f", "::") for number, name in rows}


def _modern_media(archive: zipfile.ZipFile) -> dict[str, str]:
    """`MediaEntries { repeated MediaEntry entries = 1 }`, an entry's name in its field 1."""
    if "media" not in archive.namelist():
        return {}
    entries = protobuf.decode(b"".join(_unpacked(archive, "media", compressed=True))).get(1, [])
    return {
        protobuf.text(protobuf.decode(entry), 1): str(index)
        for index, entry in enumerate(entries)
        if isinstance(entry, bytes)
    }
