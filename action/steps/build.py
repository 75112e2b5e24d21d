"""All files of all banks, and the table of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .git import git
from .markdown import cell, size, table
from .runner import StepError

if TYPE_CHECKING:
    from .runner import Runner


def build(runner: Runner) -> None:
    """Build at the time of the commit, after the packages of the last release. Raises StepError."""
    output = runner["INPUT_OUTPUT"].strip()
    if not output:
        raise StepError("output: name the folder that files are written into")
    env = {} if runner.get("SOURCE_DATE_EPOCH") else {"SOURCE_DATE_EPOCH": _time(runner)}
    options = ["--json", "--output", output, "--previous", str(runner.previous)]
    done = runner.prep_export("build", *options, "--", *runner.banks(), env=env)
    if done.returncode:
        raise StepError("'prep-export build' has failed: see the lines above")
    runner.built.write_text(done.stdout, encoding="utf-8")
    runner.output("output", output)
    rows = [_row(file) for file in json.loads(done.stdout)["files"]]
    runner.summary(table(["File", "Size", "Holds"], rows))


def _time(runner: Runner) -> str:
    known, time = git(runner, "log", "-1", "--format=%ct")
    if not known:
        raise StepError(
            "the workspace is no git repository with a commit, whose time the files would bear: "
            "run actions/checkout before this Action"
        )
    return time


def _row(file: dict[str, Any]) -> list[str]:
    holds = ", ".join(f"{word}: {number:,}" for word, number in file["counts"].items())
    return [cell(file["path"]), size(file["bytes"]), cell(holds)]
