"""Files written whole or not at all."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from prep_export.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, moved over `path` when the block ends without an exception.

    It stands in a folder of its own beside `path`, so that the move stays within one file system;
    the folder is gone afterwards whatever happens. Raises OutputError.
    """
    if path.is_dir():
        raise OutputError(f"cannot write '{path}': it is a folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        holder = tempfile.TemporaryDirectory(prefix=".prep-export-", dir=path.parent)
    except OSError as error:
        raise OutputError(f"cannot write '{path}': {error.strerror or error}") from error
    with holder as folder:
        temporary = Path(folder) / path.name
        yield temporary
        try:
            temporary.replace(path)
        except OSError as error:
            raise OutputError(f"cannot write '{path}': {error.strerror or error}") from error
