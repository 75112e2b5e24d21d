"""docs/start.md, played from top to bottom: every command, with what it prints.

PREP_EXPORT_UPDATE=1 writes what is printed now.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT
from .support.programs import program

PATH = ROOT / "docs" / "start.md"
GUIDE = PATH.read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(console|yaml) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REMOTE = "https://github.com/ada/rag-cards"


class Terminal:
    """A shell with our command in it, for which GitHub is a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        programs, github = folder / "bin", folder / "github"
        programs.mkdir()
        ours = programs / "prep-export"
        ours.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m prep_export "$@"\n')
        ours.chmod(0o755)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", github], check=True)
        settings = folder / "gitconfig"
        settings.write_text(
            "[user]\n\tname = Ada\n\temail = ada@example.org\n[advice]\n\tdetachedHead = false\n"
            f'[url "{github}"]\n\tpushInsteadOf = {REMOTE}\n'
        )
        self.github = github
        self.here = folder / "home"
        self.here.mkdir()
        self.environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
            "GIT_CONFIG_GLOBAL": str(settings),
            "GIT_CONFIG_SYSTEM": os.devnull,
        }

    def types(self, command: str) -> str:
        """What a command prints; where it leaves the shell is remembered."""
        done = subprocess.run(
            ["bash", "-c", f"{command}\npwd"],
            cwd=self.here,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        *lines, here = done.stdout.splitlines()
        self.here = Path(here)
        return "".join(f"{line}\n" for line in lines)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="its commands are those of bash")
def test_the_first_ten_minutes_are_as_they_are_told(tmp_path: Path) -> None:
    program("git", package="git")
    program("bash", package="bash")
    terminal, played = Terminal(tmp_path), GUIDE
    for kind, name, text in BLOCK.findall(GUIDE):
        if kind == "yaml":
            (terminal.here / name).write_text(text, encoding="utf-8")
            continue
        for session in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command = session.partition("\n")[0]
            if not command.startswith("pipx "):  # tests/test_ten_minutes.py installs
                printed = terminal.types(command)
                played = played.replace(f"$ {session}", f"$ {command}\n{printed}")
    if os.environ.get("PREP_EXPORT_UPDATE"):
        PATH.write_text(played, encoding="utf-8")
    else:
        assert played == GUIDE
    pushed = subprocess.run(
        ["git", "tag"], cwd=terminal.github, capture_output=True, text=True, check=True
    )
    assert pushed.stdout.split() == re.findall(r"git tag (\S+)$", GUIDE, re.MULTILINE)
