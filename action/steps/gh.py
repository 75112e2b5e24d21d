"""GitHub's own command line program, which every runner of GitHub's has."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from .runner import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .runner import Runner


class GitHubError(Exception):
    """What GitHub answers to what it does not do; `refused` where a permission is missing."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        # Of what a token may not even know GitHub says that it is not there.
        self.refused = any(f"HTTP {status}" in said for status in (401, 403, 404))


def gh(runner: Runner, *arguments: str, data: Mapping[str, object] | None = None) -> str:
    """What `gh` prints; `data` is sent as JSON.

    Raises GitHubError with its last line, and StepError where there is no such program.
    """
    program = shutil.which("gh", path=runner.get("PATH"))
    if program is None:
        raise StepError(
            "this runner has no 'gh', GitHub's command line program: install it "
            "(https://cli.github.com), or use a runner of GitHub's"
        )
    done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
        [program, *arguments, *(["--input", "-"] if data is not None else [])],
        check=False,
        capture_output=True,
        encoding="utf-8",
        input=json.dumps(data) if data is not None else "",
        env={**runner.values, "GH_REPO": runner["GITHUB_REPOSITORY"], "GH_PROMPT_DISABLED": "1"},
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"gh ended with {done.returncode}"]
        raise GitHubError(lines[-1])
    return done.stdout


def pages(runner: Runner, path: str) -> list[dict[str, Any]]:
    """Everything of a list that GitHub gives in pages. Raises what `gh` raises."""
    text = gh(runner, "api", "--paginate", f"{path}{'&' if '?' in path else '?'}per_page=100")
    decoder, found = json.JSONDecoder(), []
    text = text.strip()
    while text:  # one list a page, with nothing between them
        page, end = decoder.raw_decode(text)
        found += page
        text = text[end:].lstrip()
    return found
