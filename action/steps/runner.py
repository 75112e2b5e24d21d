"""GitHub's runner as a step sees it: inputs, outputs, the summary, and what is said in the log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shlex import shlex
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Mapping

PULL_REQUEST: Final = "pull_request"
_SUMMARY_LIMIT: Final = 900_000
"""Bytes: GitHub takes a MiB of one step, and drops all of it where there is more."""


class StepError(Exception):
    """Why a step cannot go on, in one line for whoever reads the log."""


class TellsItselfError(StepError):
    """As any, where annotations say already what is wrong: one more would only stand above them."""


@dataclass(frozen=True)
class Runner:
    """The environment of a step."""

    values: Mapping[str, str]

    @classmethod
    def of_environment(cls) -> Runner:
        """This process's."""
        return cls(dict(os.environ))

    def __getitem__(self, name: str) -> str:
        """A variable that GitHub sets, or action.yml. Raises StepError where it is not set."""
        try:
            return self.values[name]
        except KeyError:
            raise StepError(f"'{name}' is not set: this runs as a step of the Action") from None

    def get(self, name: str) -> str:
        """A variable that may be absent: empty then."""
        return self.values.get(name, "")

    @property
    def without_token(self) -> dict[str, str]:
        """The environment for programs that have no business with GitHub."""
        return {name: value for name, value in self.values.items() if name != "GH_TOKEN"}

    @property
    def folder(self) -> Path:
        """What the steps of one run hand on to each other, beside their outputs."""
        return Path(self["FOLDER"])

    @property
    def previous(self) -> Path:
        """Folder with the packages that learners have."""
        return self.folder / "previous"

    @property
    def built(self) -> Path:
        """What `build --json` has printed."""
        return self.folder / "build.json"

    @property
    def event(self) -> dict[str, Any]:
        """What GitHub tells of the event."""
        event: dict[str, Any] = json.loads(Path(self["GITHUB_EVENT_PATH"]).read_text("utf-8"))
        return event

    def flag(self, name: str) -> bool:
        """An input that is true or false. Raises StepError for another word.

        Nothing is false, as what a workflow computes may be, but for `strict`: a slip must not
        make a check lax.
        """
        word = self[f"INPUT_{name.upper()}"].strip()
        if not word and name != "strict":
            return False
        if word not in {"true", "false"}:
            raise StepError(f"{name}: '{word}' is neither 'true' nor 'false'")
        return word == "true"

    def banks(self) -> list[str]:
        """The banks that the input names. Raises StepError for a quote that nothing ends."""
        text = self["INPUT_BANK"]
        words = shlex(text, posix=True, punctuation_chars=False)
        words.whitespace_split, words.escape, words.commenters = True, "", ""
        try:
            return list(words)
        except ValueError:
            raise StepError(f"bank: a quote in '{text}' is not closed") from None

    def prep_export(
        self, *arguments: str, env: Mapping[str, str] | None = None, shown: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """The command as its users call it; results are captured unless `shown`, talk is not."""
        # Isolated: no module of the workspace can take the place of one of ours.
        command = [sys.executable, "-I", "-X", "utf8", "-m", "prep_export", *arguments]
        return subprocess.run(  # noqa: S603 - a list of arguments, no shell
            command,
            check=False,
            stdout=None if shown else subprocess.PIPE,
            encoding="utf-8",
            env={**self.without_token, **(env or {})},
        )

    def say(self, text: str) -> None:
        """A line of the log."""
        print(_harmless(text), flush=True)  # noqa: T201 - the log is what a step prints

    def warn(self, text: str) -> None:
        """A line of the log that GitHub shows above it too."""
        print(f"::warning title=prep-export::{_data(text)}", flush=True)  # noqa: T201

    def error(self, text: str) -> None:
        """As a warning, for what ends the job."""
        print(f"::error title=prep-export::{_data(text)}", flush=True)  # noqa: T201

    def output(self, name: str, value: object) -> None:
        """What later steps, and the workflow, may ask for."""
        mark = uuid4().hex  # a value may hold lines
        with Path(self["GITHUB_OUTPUT"]).open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{name}<<{mark}\n{value}\n{mark}\n")

    def summary(self, markdown: str) -> None:
        """A part of the job's summary."""
        text = shortened(markdown, _SUMMARY_LIMIT)
        with Path(self["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text.rstrip("\n") + "\n\n")


def shortened(markdown: str, limit: int) -> str:
    """A text that takes so many bytes at most: whole lines, and one that says what is missing."""
    content = markdown.encode("utf-8")
    if len(content) <= limit:
        return markdown
    note = "\n\n*Cut here: it is longer than GitHub takes. The file has all of it.*\n"
    kept = content[: limit - len(note)].decode("utf-8", "ignore")
    return kept.rpartition("\n")[0] + note


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _harmless(text: str) -> str:
    """Lines that GitHub does not take for commands of a workflow."""
    return "\n".join(
        f" {line}" if line.lstrip().startswith(("::", "##[")) else line for line in text.split("\n")
    )
