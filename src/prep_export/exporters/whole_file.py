"""Files written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from prep_export.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, moved over `path` when the block ends without an exception.

    It stands in a folder of its own beside `path`, so that the move stays within one file system;
    the folder is gone afterwards whatever happens. Where `path` is a link, what it leads to is
    replaced; what is no regular file, such as a pipe, is written to. Raises OutputError.
    """
    made: list[Path] = []
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise OutputError(f"cannot write '{path}': it is a folder")
        special = target.exists() and not target.is_file()
        if not special:
            made = [folder for folder in target.parents if not folder.exists()]
            target.parent.mkdir(parents=True, exist_ok=True)
        beside = None if special else target.parent
        holder = tempfile.TemporaryDirectory(prefix=".prep-export-", dir=beside)
    except (OSError, ValueError) as error:
        raise _error(path, error) from error
    try:
        with holder as inside:
            temporary = Path(inside) / f"new{path.suffix}"
            yield temporary
            _finish(temporary, target, path, special=special)
    except BaseException:
        for folder in made:  # the innermost first
            with suppress(OSError):  # somebody else may have put something there
                folder.rmdir()
        raise


def _finish(temporary: Path, target: Path, path: Path, *, special: bool) -> None:
    try:
        if special:
            target.write_bytes(temporary.read_bytes())
            return
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except OSError as error:
        raise _error(path, error) from error


def _error(path: Path, error: Exception) -> OutputError:
    return OutputError(f"cannot write '{path}': {getattr(error, 'strerror', None) or error}")
