"""Banks of the last release that are there no more, and whether one is there under another id.

A bank with another id is a new one to Anki: learners would get every note anew. Its package is not
found beside the old one, so only git can tell.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .runner import Runner


def renamed(runner: Runner, path: str) -> bool | None:
    """Whether a bank without a package had another id in the last release.

    None where git cannot tell: in a shallow clone, say, which the log then has.
    """
    if not _without_bank(runner):
        return False  # whatever it may have been, nobody has it
    told = since_release(runner, "--json", path)
    if told is None:
        return None
    return any(change["kind"] == "bank-renamed" for change in json.loads(told)["changes"])


def since_release(runner: Runner, form: str, path: str) -> str | None:
    """What has changed since the last release, from git; None where git cannot tell."""
    since = runner.get("PREVIOUS")
    done = runner.prep_export("diff", "--since", since, form, "--quiet", "--", path)
    return None if done.returncode else done.stdout


@dataclass(frozen=True)
class Gone:
    """What the last release has and this build has not."""

    ids: list[str]

    @classmethod
    def of(cls, runner: Runner) -> Gone:
        """Nothing where only some banks are built: the others are another job's."""
        if runner.banks():
            return cls([])
        newest = set(runner.get("RELEASED").split("\n"))  # an older one's went with that update
        return cls([one for one in _without_bank(runner) if f"{one}.apkg" in newest])

    @property
    def text(self) -> str:
        """What their author should know."""
        names = ", ".join(f"`{one}`" for one in self.ids)
        return (
            f"**Gone: {names}.** In the last release, and no bank's id any more: who learns with "
            "it keeps what they have, and gets no updates."
        )


def _without_bank(runner: Runner) -> list[str]:
    built: dict[str, Any] = json.loads(runner.built.read_text("utf-8"))
    ids = {bank["id"] for bank in built["banks"]}
    return [path.stem for path in sorted(runner.previous.glob("*.apkg")) if path.stem not in ids]
