"""Where an import writes, and what it tells of its work."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from prep_export.errors import OutputError, UsageError
from prep_export.importing.foreign import TOPICS_FROM
from prep_export.scratch import sweep

if TYPE_CHECKING:
    import os


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made of a file."""

    folder: str
    counts: dict[str, int]
    left: tuple[str, ...] = field(default=())
    """What could not be carried: a line each, or one for many notes that have lost the same."""
    left_of_each: tuple[str, ...] = field(default=())
    """The same with a line for each note."""


def checked(folder: str | os.PathLike[str], topics_from: str = "tags") -> Path:
    """The folder to write, which must be new or empty: an import never writes over a bank.

    Raises OutputError where it is not, or cannot be looked at; UsageError for topics from elsewhere
    than tags or decks.
    """
    if topics_from not in TOPICS_FROM:
        raise UsageError(f"topics from '{topics_from}': write {' or '.join(TOPICS_FROM)}")
    target = Path(folder)
    try:
        if target.is_dir():
            sweep(target)  # a killed import leaves its folder empty but for that
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise OutputError(f"cannot write '{target}': {error.strerror or error}") from error
    if taken:
        raise OutputError(f"'{target}' is there already; name a new or empty folder")
    return target
