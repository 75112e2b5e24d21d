"""What other systems do otherwise, emulated: drives of Windows, consoles that are no UTF-8."""

from __future__ import annotations

import ntpath
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from prep_export import paths
from prep_export.findings.finding import Finding, Node
from prep_export.findings.places import resolve

from .conftest import HEADER, LINUX_ONLY, POSIX_ONLY, QUESTION, ROOT
from .support.programs import program

if TYPE_CHECKING:
    from pathlib import Path


class Windows:
    """`os` with the path rules of Windows, in a folder of drive C."""

    path = ntpath


@pytest.fixture
def on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "os", Windows)
    monkeypatch.setattr(ntpath, "realpath", ntpath.normpath)
    monkeypatch.setattr(os, "getcwd", lambda: r"C:\work")


@pytest.mark.usefixtures("on_windows")
def test_a_bank_on_another_drive_is_shown_by_its_full_path() -> None:
    assert paths.shown_path(r"D:\banks\llm.yaml") == r"D:\banks\llm.yaml"
    assert paths.shown_path(r"C:\work\decks\llm.yaml") == r"decks\llm.yaml"


@pytest.mark.usefixtures("on_windows")
@pytest.mark.parametrize("reference", ["D:/x.ttf", "C:/other/x.ttf", "../x.ttf", r"..\x.ttf"])
def test_a_file_on_another_drive_is_outside_the_bank(reference: str) -> None:
    assert paths.inside(r"C:\banks", reference) is None
    assert paths.inside(r"C:\banks", "media/x.ttf") == r"C:\banks\media\x.ttf"


def test_a_name_with_a_null_is_outside_every_folder(tmp_path: Path) -> None:
    assert paths.inside(str(tmp_path), "a\0b") is None


def test_a_file_that_went_away_still_has_its_findings(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.yaml")
    (found,) = resolve([Finding("no-items", "m", Node(gone, ("a", 1)))])
    assert (found.location.path, found.location.line) == (gone, 1)


def run(*arguments: str, folder: Path, encoding: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        **os.environ,
        "PYTHONIOENCODING": encoding,
        "PYTHONUTF8": "0",
        "PYTHONPATH": str(ROOT / "src"),
    }
    return subprocess.run(
        [sys.executable, "-m", "prep_export", *arguments],
        capture_output=True,
        check=False,
        cwd=folder,
        env=environment,
    )


@pytest.mark.parametrize(
    "encoding", ["cp1252", *(pytest.param(n, marks=pytest.mark.long) for n in ("ascii", "cp437"))]
)
def test_what_is_said_is_utf8_whatever_the_console_is(tmp_path: Path, encoding: str) -> None:
    text = HEADER + QUESTION.replace("An answer.", "漢字 [x](y:z)")
    (tmp_path / "bank.yaml").write_text(text, encoding="utf-8")
    for arguments in (["anki", "--help"], ["pdf", "--help"]):
        done = run(*arguments, folder=tmp_path, encoding=encoding)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "→".encode() in done.stdout
    done = run("validate", "bank.yaml", folder=tmp_path, encoding=encoding)
    assert done.returncode == 1
    assert "漢字" in done.stdout.decode("utf-8")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("value", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_a_test_without_its_program_skips_but_where_none_may(
    value: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")  # which every runner sets, and says nothing about programs
    monkeypatch.setenv("PREP_EXPORT_ALL_TESTS", value)
    with pytest.raises(outcome, match="no-such-program"):
        program("no-such-program", "nor-this", package="none")
    assert program("no-such-program", "git", package="git")


@pytest.mark.long
def test_tests_can_be_collected_without_what_only_posix_has() -> None:
    options = ["-p", "tests.support.no_posix", "-p", "no:cacheprovider", "-m", "", "--collect-only"]
    options += [f"--ignore=tests/{name}" for name in (*POSIX_ONLY, *LINUX_ONLY)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
