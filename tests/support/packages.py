"""What stands in a package's own database, read without any code of ours; and packages that nobody
makes by accident."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def rows(package: Path, query: str) -> list[Any]:
    """What a query finds in the collection of a package."""
    with zipfile.ZipFile(package) as archive, TemporaryDirectory() as folder:
        connection = sqlite3.connect(archive.extract("collection.anki2", folder))
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def basic(path: Path, *notes: tuple[str, str], deck: str = "Deck") -> Path:
    """A package of genanki with basic notes."""
    import genanki

    made = genanki.Deck(1_600_000_000_001, deck)
    notes = notes or (("What?", "That."),)
    for number in range(len(notes)):
        made.add_note(genanki.Note(genanki.BASIC_MODEL, ["x", "y"], guid=f"guid-{number}"))
    genanki.Package(made).write_to_file(path)
    for number, fields in enumerate(notes):  # past genanki, which looks into them, and takes long
        statement = f"UPDATE notes SET flds = ? WHERE guid = 'guid-{number}'"
        altered(path, [statement], values=("\x1f".join(fields),))
    return path


def altered(
    package: Path,
    sql: Iterable[str] = (),
    media: Mapping[str, str] | bytes | None = None,
    files: Mapping[str, bytes] | None = None,
    values: tuple[Any, ...] = (),
) -> Path:
    """The package with statements run on its collection, another media map, further members."""
    made = package.with_suffix(".made")
    with (
        zipfile.ZipFile(package) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
        TemporaryDirectory() as folder,
    ):
        database = old.extract("collection.anki2", folder)
        connection = sqlite3.connect(database)
        for statement in sql:
            connection.execute(statement, values if "= ?" in statement else ())
        connection.commit()
        connection.close()
        new.write(database, "collection.anki2")
        text = media if isinstance(media, bytes) else json.dumps(media or {}).encode()
        new.writestr("media", text)
        for name, content in (files or {}).items():
            new.writestr(name, content)
    made.replace(package)
    return package
