"""Where files go: links are followed, pipes written to, an output blamed for its own faults."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

import prep_export
from prep_export.cli.app import app
from prep_export.errors import ExporterError, OutputError
from prep_export.exporters.base import Exporter

from .conftest import HEADER, QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prep_export.bank.model import Bank


def exporter(write: Callable[[Path], None]) -> Exporter:
    def run(bank: Bank, options: Mapping[str, str], path: Path) -> None:
        del bank, options
        write(path)

    return Exporter("x", ".txt", "Writes what it is told", run)


@pytest.fixture
def bank(write_bank: Callable[..., str]) -> Bank:
    return prep_export.load_bank(write_bank(QUESTION))


def said(path: Path) -> None:
    path.write_text("new")


def test_a_link_stays_and_what_it_leads_to_is_replaced(bank: Bank, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "file.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    prep_export.export(bank, exporter(said), link)
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert sorted(p.name for p in (tmp_path / "real").iterdir()) == ["file.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no more of a mode than read-only")
def test_a_file_keeps_its_mode(bank: Bank, tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    target.write_text("old")
    target.chmod(0o600)
    prep_export.export(bank, exporter(said), target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_written_to_and_stays(bank: Bank, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    prep_export.export(bank, exporter(said), pipe)
    reader.join(10)
    assert got == ["new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_is_not_replaced(bank: Bank) -> None:
    before = Path(os.devnull).stat().st_rdev
    prep_export.export(bank, exporter(said), os.devnull)
    assert Path(os.devnull).stat().st_rdev == before


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_an_error(bank: Bank, tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        prep_export.export(bank, exporter(said), tmp_path / name)


@pytest.mark.parametrize(
    ("number", "kind", "text"),
    [
        (errno.ENOSPC, OutputError, "cannot write"),
        (errno.ENOENT, ExporterError, "exporter 'x' failed"),
        (errno.EACCES, ExporterError, "secret.svg"),
    ],
)
def test_only_a_fault_of_the_output_is_told_as_one(
    bank: Bank, tmp_path: Path, number: int, kind: type[Exception], text: str
) -> None:
    def fail(_path: Path) -> None:
        raise OSError(number, os.strerror(number), "secret.svg")

    with pytest.raises(kind, match=text):
        prep_export.export(bank, exporter(fail), tmp_path / "x.txt")
    assert list(tmp_path.glob("*.txt")) == []


def test_a_folder_made_for_an_output_goes_with_it(bank: Bank, tmp_path: Path) -> None:
    def fail(_path: Path) -> None:
        raise ValueError("no")

    with pytest.raises(ExporterError):
        prep_export.export(bank, exporter(fail), tmp_path / "a" / "b" / "x.txt")
    assert not (tmp_path / "a").exists()
    prep_export.export(bank, exporter(said), tmp_path / "a" / "b" / "x.txt")
    with pytest.raises(ExporterError):
        prep_export.export(bank, exporter(fail), tmp_path / "a" / "b" / "y.txt")
    assert [p.name for p in (tmp_path / "a" / "b").iterdir()] == ["x.txt"]


# On the command line


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bank.yaml").write_text(HEADER + QUESTION)
    return tmp_path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.usefixtures("here")
def test_an_empty_output_is_wrong_usage() -> None:
    done = run("anki", "bank.yaml", "-o", "")
    assert done.exit_code == 2
    assert "names nothing" in done.stderr


@pytest.mark.long
@pytest.mark.usefixtures("here")
def test_one_of_a_thing_is_said_in_the_singular() -> None:
    done = run("pdf", "bank.yaml")
    assert "1 page, 0 entries" in done.stderr
    Path("faq.yaml").write_text(HEADER + "faqs: [{id: a, topics: [rag], question: Q?, answer: A}]")
    assert "1 page, 1 entry" in run("pdf", "faq.yaml").stderr


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--layout", "booklet", "--pages", "2"], "pages"),
        (["--layout", "booklet", "--flip", "long"], "flip"),
        (["--flip", "short"], "flip"),
        (["--per-page", "8"], "per-page"),
        (["--layout", "flashcards", "--columns", "2"], "columns"),
    ],
)
def test_an_option_that_a_layout_does_not_have_is_never_dropped(
    arguments: list[str], option: str
) -> None:
    done = run("pdf", "bank.yaml", *arguments)
    assert done.exit_code == 2
    assert f"has no option '{option}'" in done.stderr


@pytest.mark.long
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("flip", "number", "status"),
    [("fold", "4", 0), ("fold", "5", 0), ("fold", "8", 2), ("long", "10", 0), ("short", "4", 2)],
)
def test_folded_cards_are_half_as_many(flip: str, number: str, status: int) -> None:
    arguments = ["--layout", "flashcards", "--flip", flip, "--per-page", number]
    assert run("pdf", "bank.yaml", *arguments).exit_code == status


def test_only_what_writes_says_that_nothing_was_written(here: Path) -> None:
    (here / "bad.yaml").write_text(HEADER + QUESTION.replace("[rag]", "[rga]"))
    (here / "old.apkg").write_bytes(b"")
    for arguments in (["anki"], ["pdf"], ["build"], ["export", "anki"]):
        assert "nothing was written" in run(*arguments, "bad.yaml").stderr
    for arguments in (["list"], ["diff", "old.apkg"]):
        assert "nothing was written" not in run(*arguments, "bad.yaml").stderr
    assert "nothing was sent" in run("push", "bad.yaml").stderr


@pytest.mark.long
@pytest.mark.usefixtures("here")
def test_a_warning_that_several_exports_make_is_said_once() -> None:
    Path("odd.yaml").write_text(HEADER + QUESTION.replace("An answer.", "A 漢."), encoding="utf-8")
    done = run("build", "odd.yaml")
    assert done.exit_code == 0
    assert done.stderr.count("warning[missing-glyph]") == 1


# What nobody foresaw


def test_an_unforeseen_exception_is_one_line_and_a_log(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from prep_export import __main__
    from prep_export.cli import list_, process

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("nobody\nforesaw this")

    monkeypatch.setattr(list_, "read_one", broken)
    for name in ("end_on_signals", "ignore_signals"):  # the process is pytest's
        monkeypatch.setattr(process, name, lambda: None)
    monkeypatch.setattr("sys.argv", ["prep-export", "list", "bank.yaml"])
    monkeypatch.setenv("XDG_STATE_HOME", str(here / "logs"))
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 3
    stderr = capsys.readouterr().err
    assert stderr.count("\n") == 1
    assert "ZeroDivisionError: nobody foresaw this" in stderr
    assert "report" in stderr
    log = Path(stderr.split("with the file ")[1].strip())
    assert log.is_relative_to(here / "logs")
    text = log.read_text("utf-8")
    assert "Traceback" in text
    assert "prep-export list bank.yaml" in text


def test_without_a_place_for_the_log_the_traceback_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from prep_export.cli import crash

    monkeypatch.setattr(crash, "_written", lambda _text: None)
    assert crash.report(ValueError("x")) == 3
    assert "ValueError: x" in capsys.readouterr().err
