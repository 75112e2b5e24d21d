"""The hook for pre-commit, run by pre-commit as in somebody's repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from .conftest import HEADER, QUESTION, ROOT
from .support.programs import skip_without_network
from .support.runner import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

NOT_IN_A_PACKAGE = {"benchmarks", "build", "dist", "fuzz", "out", "tests"}


def repository(folder: Path) -> Path:
    """This project as a repository, whatever state of its own it is in."""
    folder.mkdir()
    shutil.copyfile(ROOT / ".pre-commit-hooks.yaml", folder / ".pre-commit-hooks.yaml")
    for path in ROOT.iterdir():
        if path.name not in NOT_IN_A_PACKAGE and not path.name.startswith("."):
            copy = shutil.copytree if path.is_dir() else shutil.copyfile
            copy(path, folder / path.name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "The tool")
    return folder


def test_a_commit_is_held_to_the_whole_bank(tmp_path: Path) -> None:
    """One installation for all that is asked, since it takes half a minute."""
    ours = repository(tmp_path / "ours")
    theirs = tmp_path / "theirs"
    (theirs / "decks" / "test").mkdir(parents=True)
    header, questions = (theirs / "decks" / "test" / name for name in ("a.yaml", "b.yaml"))
    header.write_text(HEADER)
    questions.write_text(QUESTION)
    git(theirs, "init", "-q")
    config = f"repos:\n- repo: {ours.as_uri()}\n  rev: {git(ours, 'rev-parse', 'HEAD')}\n"
    (theirs / ".pre-commit-config.yaml").write_text(
        f"{config}  hooks:\n  - id: prep-export-validate\n"
    )
    git(theirs, "add", "-A")
    git(theirs, "commit", "-q", "-m", "A bank")
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    environment.pop("PYTHONPATH", None)

    def commits() -> tuple[bool, str]:
        git(theirs, "add", "-A")
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run"],
            cwd=theirs, env=environment, check=False, capture_output=True, text=True, timeout=500,
        )  # fmt: skip
        return done.returncode == 0, done.stdout + done.stderr

    (theirs / "notes.txt").write_text("Nothing that a bank is made of.\n")
    passes, said = commits()
    skip_without_network(said)
    assert passes, said

    header.write_text(HEADER.replace("rag: RAG", "agents: Agents"))
    passes, said = commits()
    assert not passes
    assert "b.yaml:3:14: error[unknown-topic]" in said  # a file that the commit does not touch

    header.unlink()
    git(theirs, "rm", "-q", "--cached", "decks/test/a.yaml")
    passes, said = commits()
    assert not passes, "nothing is left of the commit but a file that is gone"
    assert "missing-header" in said


def test_pre_commit_takes_the_hook_for_one(tmp_path: Path) -> None:
    """`try-repo`, with what it is tried on being no bank."""
    ours = repository(tmp_path / "ours")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    git(theirs, "init", "-q")
    (theirs / "notes.txt").write_text("Nothing.\n")
    git(theirs, "add", "-A")
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(ours), "prep-export-validate"],
        cwd=theirs, env=environment, check=False, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    skip_without_network(done.stdout + done.stderr)
    assert done.returncode == 1
    assert "no decks/ folder here: name the bank" in done.stdout
