"""What stands in a package's own database, read without any code of ours."""

from __future__ import annotations

import sqlite3
import zipfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def rows(package: Path, query: str) -> list[Any]:
    """What a query finds in the collection of a package."""
    with zipfile.ZipFile(package) as archive, TemporaryDirectory() as folder:
        connection = sqlite3.connect(archive.extract("collection.anki2", folder))
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()
