"""A runner of GitHub's, near enough to play an Action or a whole workflow on this machine.

What a step's shell says is run by bash in a runner's environment; `gh` is `support/gh.py`, which
keeps releases and comments in a folder. Actions of others are not run: what they were given is
kept.
"""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from . import expressions
from .programs import program
from .repository import ALONE

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parents[2]
ACTION: Final = "prep-export/prep-export"
REPOSITORY: Final = "somebody/decks"
_COMMAND: Final = re.compile(r"^::(\w+)(?: ([^:]*))?::(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Event:
    """Why GitHub starts a run."""

    name: str
    ref: str
    payload: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def push(cls, branch: str = "main") -> Event:
        return cls("push", f"refs/heads/{branch}")

    @classmethod
    def tag(cls, name: str) -> Event:
        return cls("push", f"refs/tags/{name}")

    @classmethod
    def pull_request(cls, number: int = 7) -> Event:
        return cls(
            "pull_request", f"refs/pull/{number}/merge", {"pull_request": {"number": number}}
        )

    @property
    def ref_name(self) -> str:
        return self.ref.split("/", 2)[2]

    @property
    def ref_type(self) -> str:
        return "tag" if self.ref.startswith("refs/tags/") else "branch"

    def told(self) -> dict[str, Any]:
        """The file that GitHub writes about it."""
        repository = {"full_name": REPOSITORY, "default_branch": "main", "has_pages": True}
        return {"repository": repository, "ref": self.ref, **self.payload}


@dataclass
class Played:
    """What came of an Action or a job."""

    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    failed: bool = False
    used: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Actions of others, each with its inputs."""

    def said(self, command: str) -> list[str]:
        """The texts of all `::error`, `::warning` or other commands of the log."""
        return [found[3] for found in _COMMAND.finditer(self.log) if found[1] == command]


@dataclass
class GitHub:
    """What stands in for GitHub: the folder of `support/gh.py`."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "tags").touch()
        (self.folder / "pulls.json").write_text("[]")

    def forbid(self, *what: str) -> None:
        """Take permissions from the token: 'comment', 'release', 'contents', 'pulls'."""
        (self.folder / "forbidden").write_text(" ".join(what))

    def release(self, tag: str) -> dict[str, Any]:
        """A release, with the names of its files in `files`."""
        folder = self.folder / "releases" / tag
        found: dict[str, Any] = json.loads((folder / "release.json").read_text())
        found["files"] = sorted(path.name for path in folder.iterdir() if path.suffix != ".json")
        return found

    def file(self, tag: str, name: str) -> Path:
        """A file of a release."""
        return self.folder / "releases" / tag / name

    def comments(self, number: int = 7) -> list[dict[str, Any]]:
        """The comments of a pull request."""
        path = self.folder / "comments" / f"{number}.json"
        found: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else []
        return found


class Runner:
    """A machine with a workspace, which is a git repository.

    `python` has prep-export already, and takes the place of the Action's own installation, which
    takes half a minute; without one, the Action installs itself.
    """

    def __init__(self, folder: Path, workspace: Path, python: Path | None = None) -> None:
        self.folder = folder
        self.workspace = workspace
        self.python = python
        self.github = GitHub(folder / "github")
        self._bash = program("bash", package="bash")
        self._steps = 0
        self.failing: set[str] = set()
        """Actions of others that fail."""
        programs = folder / "bin"
        programs.mkdir(parents=True)
        stand_in = Path(__file__).with_name("gh.py")
        script = programs / "gh"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{stand_in}" "$@"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        (folder / "temp").mkdir()

    def play(
        self, inputs: Mapping[str, str], event: Event, action: Path = ROOT / "action.yml"
    ) -> Played:
        """Run an Action of ours with these inputs."""
        declared = yaml.safe_load(action.read_text("utf-8"))
        unknown = set(inputs) - set(declared["inputs"])
        assert not unknown, f"no inputs of {action}: {unknown}"
        context = self._context(event)
        context["inputs"] = {
            name: inputs.get(name, expressions.filled(str(told.get("default", "")), context))
            for name, told in declared["inputs"].items()
        }
        played = self._steps_of(declared["runs"]["steps"], context, event, action.parent)
        for name, told in declared.get("outputs", {}).items():
            played.outputs[name] = expressions.filled(told["value"], context)
        return played

    def play_workflow(self, path: Path, event: Event) -> dict[str, Played]:
        """Run the jobs of a workflow in their order; those whose `if:` does not hold are absent."""
        declared = yaml.safe_load(path.read_text("utf-8"))
        jobs: dict[str, Played] = {}
        for name, job in declared["jobs"].items():
            needs = job.get("needs", [])
            needs = [needs] if isinstance(needs, str) else needs
            context = self._context(event)
            context["needs"] = {one: {"outputs": jobs[one].outputs} for one in needs if one in jobs}
            context["failed"] = any(one not in jobs or jobs[one].failed for one in needs)
            if not expressions.holds(job.get("if"), context):
                continue
            context["failed"] = False
            jobs[name] = self._steps_of(job["steps"], context, event, self.workspace)
            for output, value in job.get("outputs", {}).items():
                jobs[name].outputs[output] = expressions.filled(str(value), context)
        return jobs

    def _steps_of(
        self, steps: list[dict[str, Any]], context: dict[str, Any], event: Event, place: Path
    ) -> Played:
        played = Played()
        for step in steps:
            if not expressions.holds(step.get("if"), context):
                continue
            if "uses" in step:
                done = self._use(step, context, event)
            elif step.get("id") == "install" and self.python:
                done = Played(outputs=self._installed())
            else:
                done = self._shell(step, context, event, place)
            played.log += done.log
            played.summary += done.summary
            played.used += done.used
            go_on = bool(step.get("continue-on-error"))
            played.failed = played.failed or (done.failed and not go_on)
            context["failed"] = played.failed
            context["steps"][step.get("id", "")] = {
                "outputs": done.outputs,
                "outcome": "failure" if done.failed else "success",
            }
        return played

    def _use(self, step: dict[str, Any], context: dict[str, Any], event: Event) -> Played:
        name, _, version = step["uses"].partition("@")
        given = {
            key: expressions.filled(
                str(value).lower() if isinstance(value, bool) else str(value), context
            )
            for key, value in step.get("with", {}).items()
        }
        if name == ACTION or name.startswith(f"{ACTION}/"):
            assert version, "an Action is used at a version"
            return self.play(
                given, event, ROOT / name.removeprefix(ACTION).strip("/") / "action.yml"
            )
        return Played(used=[(name, given)], failed=name in self.failing)

    def _installed(self) -> dict[str, str]:
        folder = self.folder / "temp" / f"prep-export.{self._steps}"
        self._steps += 1
        folder.mkdir()
        return {"python": str(self.python), "folder": str(folder)}

    def _shell(
        self, step: dict[str, Any], context: dict[str, Any], event: Event, place: Path
    ) -> Played:
        self._steps += 1
        files = self.folder / "files" / str(self._steps)
        files.mkdir(parents=True)
        told = {name: files / name for name in ("output", "summary", "event")}
        for file in told.values():
            file.touch()
        told["event"].write_text(json.dumps(event.told()), encoding="utf-8")
        environment = {
            **self._bare(),
            **context["environment"],
            "GITHUB_ACTION_PATH": str(place),
            "GITHUB_OUTPUT": str(told["output"]),
            "GITHUB_STEP_SUMMARY": str(told["summary"]),
            "GITHUB_EVENT_PATH": str(told["event"]),
        }
        for name, value in step.get("env", {}).items():
            environment[name] = expressions.filled(str(value), context)
        script = files / "script.sh"
        script.write_text(expressions.filled(step["run"], context), encoding="utf-8")
        done = subprocess.run(
            [self._bash, "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            check=False, cwd=self.workspace, env=environment, timeout=300, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return Played(
            outputs=_outputs(told["output"].read_text("utf-8")),
            log=done.stdout,
            summary=told["summary"].read_text("utf-8"),
            failed=done.returncode != 0,
        )

    def _bare(self) -> dict[str, str]:
        """What a fresh machine has, and no variable of whoever runs the tests."""
        kept = "HOME USERPROFILE SYSTEMROOT TMP TEMP LANG XDG_CACHE_HOME".split()
        kept += [name for name in os.environ if name.startswith("PIP_")]
        found = {name: os.environ[name] for name in kept if name in os.environ}
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        return {**found, "PATH": path, "GH_STAND_IN": str(self.github.folder)}

    def _context(self, event: Event) -> dict[str, Any]:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=self.workspace, capture_output=True, text=True,
            check=False,
        ).stdout.strip()  # fmt: skip
        github = {
            "event_name": event.name,
            "ref": event.ref,
            "ref_name": event.ref_name,
            "ref_type": event.ref_type,
            "repository": REPOSITORY,
            "sha": commit,
            "token": "secret",
            "event": event.told(),
        }
        names = ("event_name", "ref", "ref_name", "ref_type", "repository", "sha")
        environment = {f"GITHUB_{name.upper()}": str(github[name]) for name in names}
        environment |= {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.folder / "temp"),
        }
        return {"github": github, "environment": environment, "steps": {}, "failed": False}


def _outputs(text: str) -> dict[str, str]:
    """Outputs in both of GitHub's forms: `name=value`, and lines up to a mark."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, sign, rest = re.match(r"([\w-]+)(=|<<)(.*)", line).groups()  # type: ignore[union-attr] # a wrong line fails the test
        if sign == "=":
            found[name] = rest
            continue
        value = []
        for one in lines:
            if one == rest:
                break
            value.append(one)
        found[name] = "\n".join(value)
    return found


def environment_with_ours(folder: Path) -> Path:
    """The Python of an environment that has this prep-export, made in a moment without copies."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    told = subprocess.run(
        [python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    lines = [ROOT / "src", sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    text = "".join(f"{line}\n" for line in lines)
    (Path(told.stdout.strip()) / "ours.pth").write_text(text, encoding="utf-8")
    return python


def git(folder: Path, *words: str) -> str:
    """What git says in a folder, to somebody who has configured nothing; commits are of now."""
    alone = {name: value for name, value in ALONE.items() if not name.endswith("_DATE")}
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *words],
        cwd=folder, check=True, capture_output=True, text=True, env={**os.environ, **alone},
    )  # fmt: skip
    return done.stdout.strip()
