"""The files of a tag's release, and its notes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from .former import renamed, since_release
from .gh import GitHubError, gh
from .markdown import cell, counted, without_mentions
from .runner import StepError, shortened

if TYPE_CHECKING:
    from .runner import Runner

_LIMIT: Final = 120_000
"""Bytes; GitHub takes 125,000 characters."""


def release(runner: Runner) -> None:
    """Attach the files to the release of the tag that was pushed, making it if it is absent.

    Raises StepError where GitHub does not do it.
    """
    tag = runner["GITHUB_REF_NAME"]
    files = [file["path"] for file in _built(runner)["files"]]
    try:
        if _exists(runner, tag):
            gh(runner, "release", "upload", tag, "--clobber", "--", *files)
            runner.say(f"attached {counted(len(files), 'file')} to release {tag}")
            return
        notes = runner.folder / "notes.md"
        notes.write_text(without_mentions(shortened(_notes(runner), _LIMIT)), encoding="utf-8")
        # As semantic versioning has it: 1.0.0-rc.1 comes before 1.0.0.
        before = ["--prerelease"] * ("-" in tag)
        options = ["--verify-tag", "--title", tag, "--notes-file", str(notes), *before]
        gh(runner, "release", "create", tag, *options, "--", *files)
        runner.say(f"released {tag} with {counted(len(files), 'file')}")
    except GitHubError as error:
        advice = ": the job needs the permission 'contents: write'" if error.refused else ""
        raise StepError(f"{tag} is not released: {error}{advice}") from None


def _built(runner: Runner) -> dict[str, Any]:
    built: dict[str, Any] = json.loads(runner.built.read_text("utf-8"))
    return built


def _exists(runner: Runner, tag: str) -> bool:
    try:
        gh(runner, "release", "view", tag, "--json", "tagName")
    except GitHubError as error:
        if "release not found" in str(error):
            return False
        raise
    return True


def _notes(runner: Runner) -> str:
    banks = _built(runner)["banks"]
    texts = [_of_bank(runner, bank) for bank in banks]
    if len(banks) == 1:
        return texts[0]
    return "\n\n".join(
        f"## {cell(bank['title'])}\n\n{text}" for bank, text in zip(banks, texts, strict=True)
    )


def _of_bank(runner: Runner, bank: dict[str, Any]) -> str:
    """What is new for learners since the last release, from git; else from its package."""
    old, path = runner.previous / f"{bank['id']}.apkg", bank["path"]
    if not old.exists() and not renamed(runner, path):
        return "The first release."
    told = since_release(runner, "--markdown", path)
    if told is not None:
        return told.strip()
    runner.warn(
        f"the notes of '{bank['id']}' come from its last package: the bank as it was at "
        f"{runner.get('PREVIOUS')} cannot be read, the log says why"
    )
    done = runner.prep_export("diff", "--markdown", "--quiet", "--", str(old), path)
    if done.returncode:
        raise StepError(f"'{path}' cannot be compared with its last release: see the line above")
    return done.stdout.strip()
