"""What an update will do to those who have the last release, as Markdown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .former import Gone, renamed, since_release
from .markdown import cell, folded
from .runner import PULL_REQUEST, StepError

if TYPE_CHECKING:
    from pathlib import Path

    from .runner import Runner

_TITLE: Final = "What this change does to learners"
MARK: Final = "<!-- prep-export: what learners get"
"""How a comment begins that is ours, which nobody sees."""
UNCHANGED: Final = f"{MARK}: nothing new -->"
_CHANGED: Final = f"{MARK} -->"


def compare(runner: Runner) -> None:
    """Compare each bank with its last package, and write the file. Raises StepError."""
    banks = json.loads(runner.built.read_text("utf-8"))["banks"]
    gone = Gone.of(runner)
    parts = [_part(runner, bank, gone) for bank in banks]
    breaks = any(part.breaks for part in parts)
    changed = breaks or bool(gone.ids) or any(part.changed for part in parts)
    mark = _CHANGED if changed else UNCHANGED
    since = runner.get("PREVIOUS")
    before = f"Compared with the decks of release {cell(since)}" if since else "No deck is out yet"
    head = f"{before}; as of commit {_commit(runner)[:12]}."
    if len(banks) == 1:
        body = parts[0].text
    else:
        named = zip(banks, parts, strict=True)
        body = "\n\n".join(f"## {cell(bank['title'])}\n\n{part.text}" for bank, part in named)
    if gone.ids:
        runner.warn(f"gone since the last release: {', '.join(gone.ids)}")
        body = f"{gone.text}\n\n{body}"
    path = runner.folder / "diff.md"
    path.write_text(f"{mark}\n## {_TITLE}\n\n{head}\n\n{body}\n", encoding="utf-8")
    runner.output("diff", path)
    runner.output("breaks", "true" if breaks else "false")
    runner.summary(folded(_TITLE, f"{head}\n\n{body}"))


def refuse(_runner: Runner) -> None:
    """End the job, when everything that informs its author is done. Raises StepError."""
    raise StepError(
        f"this update would break notes that learners have: '{_TITLE}' in the job's summary says "
        "which, and what to do; with the input 'breaking' it goes through all the same"
    )


def _commit(runner: Runner) -> str:
    """The commit that an author knows: what is built of a pull request is a merge of GitHub's."""
    pull = runner.event.get(PULL_REQUEST) or {}
    return str(pull.get("head", {}).get("sha") or runner["GITHUB_SHA"])


@dataclass(frozen=True)
class _Part:
    """What is to be said of one bank."""

    text: str
    changed: bool
    breaks: bool


def _part(runner: Runner, bank: dict[str, Any], gone: Gone) -> _Part:
    old = runner.previous / f"{bank['id']}.apkg"
    if not old.exists():
        return _new(runner, bank, gone)
    found = json.loads(_diff(runner, "--json", old, bank["path"]))
    text = _diff(runner, "--markdown", old, bank["path"]).strip()
    return _Part(text, changed=bool(found["changes"]), breaks=found["errors"])


def _new(runner: Runner, bank: dict[str, Any], gone: Gone) -> _Part:
    """Of a bank that no release has; by its id, at least."""
    was_another = renamed(runner, bank["path"])
    if was_another:
        text = since_release(runner, "--markdown", bank["path"]) or ""
        return _Part(text.strip(), changed=True, breaks=True)
    text = f"`{bank['id']}` is new: no release has it yet."
    if gone.ids:
        # Moved and renamed at once, git knows it no more.
        text += (
            " If it is one that is gone, learners would get every note anew, and keep the old "
            "ones: give it its old id back. If it is another, let it through with the input "
            "'breaking'."
        )
    elif was_another is None:
        runner.warn(
            f"whether '{bank['id']}' had another id in the last release cannot be told: the log "
            "says why"
        )
    return _Part(text, changed=True, breaks=bool(gone.ids))


def _diff(runner: Runner, form: str, old: Path, bank: str) -> str:
    done = runner.prep_export("diff", form, "--quiet", "--", str(old), bank)
    if done.returncode:
        raise StepError(f"'{bank}' cannot be compared with its last package: see the line above")
    return done.stdout
