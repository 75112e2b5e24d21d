"""A repository for a new bank: one example of everything, checks, releases, a form for reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prep_export.errors import UsageError
from prep_export.starting.names import wrong_names
from prep_export.starting.placing import place
from prep_export.starting.template import filled

if TYPE_CHECKING:
    import os


@dataclass(frozen=True, slots=True)
class Started:
    """What a new repository got."""

    bank: str
    """The folder of the bank."""
    written: tuple[str, ...]
    """Paths of the files."""
    kept: tuple[str, ...]
    """Paths of what was there already, and was left as it is."""


def start_repository(
    folder: str | os.PathLike[str],
    *,
    name: str,
    title: str,
    language: str = "en",
    address: str | None = None,
) -> Started:
    """Write a small, complete bank into a folder, with what a repository on GitHub needs to check,
    build and publish it.

    `name` is the bank's id, `language` a BCP 47 tag, `address` the repository's on GitHub where it
    is known. All is written or nothing. A file that exists is never written over: a bank of that
    id is an error, all else is kept as it is. Raises UsageError for values that no bank may have,
    OutputError where something is in the way or cannot be written.
    """
    wrong = wrong_names(name, title, language)
    if wrong:
        raise UsageError("; ".join(wrong))
    files = filled(name=name, title=title, language=language, repository=address)
    written, kept = place(files, Path(folder), new=f"decks/{name}")
    return Started(str(Path(folder) / "decks" / name), written, kept)
