"""What git knows of a folder: its repository, and where that is on GitHub. Nothing without git."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prep_export.errors import HistoryError
from prep_export.history.git import Repository

_GITHUB: Final = re.compile(
    r"(?:https://(?:[^@/\s]+@)?|ssh://git@|git@)github\.com[/:]([\w.-]+)/([\w.-]+?)(?:\.git)?/?"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The repository that a folder is in."""

    root: Path | None = None
    """Its topmost folder; None outside of any, and where git is not installed."""
    address: str | None = None
    """https://github.com/OWNER/REPO, where its remote `origin` is there."""


def surroundings(folder: Path) -> Surroundings:
    """What git knows of a folder, which need not exist yet. Raises nothing; changes nothing."""
    # os.path: Path.is_dir raises for a name that is too long.
    around = (folder, *folder.absolute().parents)
    there = next((one for one in around if os.path.isdir(one)), None)  # noqa: PTH112
    if there is None:
        return Surroundings()
    try:
        repository = Repository(str(there))
        return Surroundings(Path(repository.top), on_github(repository.remote("origin")))
    except HistoryError:
        return Surroundings()


def on_github(remote: str) -> str | None:
    """The address for browsers of a remote on GitHub; None for any other."""
    found = _GITHUB.fullmatch(remote)
    return f"https://github.com/{found[1]}/{found[2]}" if found else None
