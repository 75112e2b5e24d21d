"""What an update will do to those who have the last release, as Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from .markdown import cell, folded
from .runner import StepError

if TYPE_CHECKING:
    from pathlib import Path

    from .runner import Runner

MARK: Final = "<!-- prep-export: what learners get"
"""How a comment begins that is ours, which nobody sees."""
UNCHANGED: Final = f"{MARK}: nothing new -->"
_CHANGED: Final = f"{MARK} -->"


def compare(runner: Runner) -> None:
    """Compare each bank with its last package, and write the file. Raises StepError."""
    built = json.loads(runner.built.read_text("utf-8"))
    parts = [_part(runner, bank) for bank in built["banks"]]
    changed = any(part["changed"] for part in parts)
    breaks = any(part["breaks"] for part in parts)
    since = runner.get("PREVIOUS")
    before = f"Compared with the decks of release {cell(since)}" if since else "No deck is out yet"
    head = f"## What this change does to learners\n\n{before}"
    body = "\n\n".join(part["text"] for part in parts)
    commit = runner.get("GITHUB_SHA")[:12]
    text = f"{head}; as of commit {commit}.\n\n{body}\n"
    path = runner.folder / "diff.md"
    mark = _CHANGED if changed or breaks else UNCHANGED
    path.write_text(f"{mark}\n{text}", encoding="utf-8")
    runner.output("diff", path)
    runner.output("breaks", "true" if breaks else "false")
    runner.summary(folded("What this change does to learners", text))


def refuse(_runner: Runner) -> None:
    """End the job, when everything that informs its author is done. Raises StepError."""
    raise StepError(
        "this update would break notes that learners have: 'What this change does to learners' in "
        "the job's summary says which, and what to do"
    )


def _part(runner: Runner, bank: dict[str, Any]) -> dict[str, Any]:
    title = f"### {cell(bank['title'])} (`{bank['id']}`)\n\n"
    old = runner.previous / f"{bank['id']}.apkg"
    if not old.exists():
        return {"text": f"{title}New: no release has it yet.", "changed": True, "breaks": False}
    found = json.loads(_diff(runner, "--json", old, bank["path"]))
    return {
        "text": title + _diff(runner, "--markdown", old, bank["path"]).strip(),
        "changed": bool(found["changes"]),
        "breaks": found["errors"],
    }


def _diff(runner: Runner, form: str, old: Path, bank: str) -> str:
    done = runner.prep_export("diff", form, "--quiet", "--", str(old), bank)
    # Where an update breaks notes the status is 1 too, and the result is there.
    if not done.stdout:
        raise StepError(f"'{bank}' cannot be compared with its last package: see the line above")
    return done.stdout
