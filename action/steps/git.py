"""git, asked about the workspace."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from .runner import StepError

if TYPE_CHECKING:
    from .runner import Runner


def git(runner: Runner, *arguments: str) -> tuple[bool, str]:
    """Whether git does it, and what it prints. Raises StepError where there is no git."""
    # In a container the workspace is another user's, which git would refuse.
    command = ["git", "-c", "safe.directory=*", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            command, check=False, capture_output=True, encoding="utf-8", env=runner.without_token
        )
    except FileNotFoundError:
        raise StepError("this runner has no git") from None
    return done.returncode == 0, done.stdout.strip()
