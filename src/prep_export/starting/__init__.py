"""A repository for a new bank: one example of everything, checks, releases, a form for reports."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from prep_export.errors import UsageError
from prep_export.starting.names import wrong_names
from prep_export.starting.placing import place
from prep_export.starting.template import at_top, filled, serves


@dataclass(frozen=True, slots=True)
class Started:
    """What a new repository got."""

    bank: str
    """The folder of the bank."""
    written: tuple[str, ...]
    """Paths of the files."""
    kept: tuple[str, ...]
    """Paths of what was there already, was left as it is, and lacks what it would have had."""
    to_move: tuple[str, ...] = ()
    """Of the files written those, with '/' between folders, that are read at the top of the
    repository only, which is another folder."""


def start_repository(
    folder: str | os.PathLike[str],
    *,
    name: str,
    title: str,
    language: str = "en",
    address: str | None = None,
    top: str | os.PathLike[str] | None = None,
) -> Started:
    """Write a small, complete bank into a folder, with what a repository on GitHub needs to check,
    build and publish it.

    `name` is the bank's id, `language` a BCP 47 tag, `address` the repository's on GitHub where it
    is known, `top` its topmost folder where that may be another one. All is written or nothing. A
    file that exists is never written over: a bank of that id is an error, all else is kept as it
    is. Raises UsageError for values that no bank may have, OutputError where something is in the
    way or cannot be written.
    """
    wrong = wrong_names(name, title, language)
    if wrong:
        raise UsageError("; ".join(wrong))
    folder = Path(folder)
    within = _within(folder, top) if top is not None else ""
    files = filled(name=name, title=title, language=language, repository=address, within=within)
    if top is not None and within:  # an earlier bank of this folder has brought them there
        moved = {p for p in files if at_top(p) and _serves(Path(top), p, within)}
        files = {path: content for path, content in files.items() if path not in moved}
    paths = {str(folder / path): path for path in files}
    written, kept = place(files, folder, new=f"decks/{name}")
    return Started(
        str(folder / "decks" / name),
        written,
        tuple(p for p in kept if p not in paths or not _serves(folder, paths[p], within)),
        tuple(paths[path] for path in written if within and at_top(paths[path])),
    )


def _within(folder: Path, top: str | os.PathLike[str]) -> str:
    """A folder's path from the top, with '/'; empty for the top itself, and outside of it."""
    try:
        path = os.path.relpath(os.path.realpath(folder), os.path.realpath(top))
    except ValueError:  # another drive of Windows
        return ""
    parts = Path(path).parts  # none for the folder itself
    return "" if os.pardir in parts else "/".join(parts)


def _serves(folder: Path, path: str, within: str) -> bool:
    try:
        return serves(path, (folder / path).read_bytes(), within)
    except OSError:
        return False
