"""What git knows of a folder: its repository, and where that is on GitHub. Nothing without git."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

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
    there = next((one for one in (folder, *folder.absolute().parents) if one.is_dir()), None)
    if there is None:
        return Surroundings()
    root = _git(there, "rev-parse", "--show-toplevel")
    if not root:
        return Surroundings()
    return Surroundings(Path(root), on_github(_git(there, "remote", "get-url", "origin")))


def on_github(remote: str) -> str | None:
    """The address for browsers of a remote on GitHub; None for any other."""
    found = _GITHUB.fullmatch(remote)
    return f"https://github.com/{found[1]}/{found[2]}" if found else None


def _git(folder: Path, *arguments: str) -> str:
    """What git answers; empty where it refuses or is not there."""
    try:
        done = subprocess.run(  # noqa: S603 - no argument is anybody's text
            ["git", *arguments],  # noqa: S607 - the one of the path, as in a shell
            cwd=folder,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "surrogateescape").strip()
