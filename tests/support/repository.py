"""A real repository of git in a folder, with nothing of the user's own configuration."""

from __future__ import annotations

import os
import subprocess
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALONE = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ann Author",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann Author",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
    "GIT_AUTHOR_DATE": "2026-11-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-01T00:00:00Z",
}
"""The environment of somebody who has configured nothing."""


class Repo:
    """A repository whose files are written and committed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("-c", "init.defaultBranch=main", "init", "-q")

    def git(self, *arguments: str, told: str = "", environment: Mapping[str, str] = {}) -> str:
        """What git says."""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            input=told,
            capture_output=True,
            encoding="utf-8",
            check=True,
            env={**os.environ, **ALONE, **environment},
        ).stdout.strip()

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file, a text without its indentation."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, str):
            path.write_text(textwrap.dedent(text), encoding="utf-8", newline="\n")
        else:
            path.write_bytes(text)
        return path

    def commit(self, tag: str = "") -> str:
        """Commit everything; returns the id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", tag or "A change")
        if tag:
            self.git("tag", "-a", tag, "-m", tag)
        return self.git("rev-parse", "HEAD")
