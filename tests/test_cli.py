"""The command line: what it prints where, its exit status, and what it leaves alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pikepdf
import pytest
from typer.testing import CliRunner

from prep_export import __version__
from prep_export.cli.app import app

from .conftest import HEADER, QUESTION, ROOT, SHIPPED

if TYPE_CHECKING:
    from collections.abc import Callable

    Result = Any

GOOD = HEADER + QUESTION
BAD = HEADER + QUESTION.replace("[rag]", "[rag, rgg]") + "extra: 1\n"
WARNING = GOOD.replace("{rag: RAG}", "{rag: RAG, other: Other}")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command in an empty folder (with decks/ if a bank's text is given)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, bank: str | None = None) -> Result:
        if bank is not None:
            Path("decks").mkdir(exist_ok=True)
            Path("decks/test.yaml").write_text(bank, encoding="utf-8")
        return CliRunner().invoke(app, arguments)

    return run


# build


@pytest.mark.long
def test_build_writes_a_deck_and_a_sheet_of_every_bank(run: Callable[..., Result]) -> None:
    done = run("build", bank=GOOD)
    assert done.exit_code == 0
    assert done.stdout.split() == [
        "out/test.apkg",
        "out/test-cheatsheet.pdf",
        "out/test-booklet.pdf",
        "out/test-flashcards.pdf",
        "out/test.html",
    ]
    assert "wrote out/test.apkg: 1 note, 1 card" in done.stderr
    assert re.search(r"wrote out/test-cheatsheet.pdf: 1 page, .* KiB", done.stderr)
    assert sorted(p.name for p in Path("out").iterdir()) == [
        "test-booklet.pdf",
        "test-cheatsheet.pdf",
        "test-flashcards.pdf",
        "test.apkg",
        "test.html",
    ]


@pytest.mark.long
def test_build_tells_programs_what_it_wrote(run: Callable[..., Result]) -> None:
    done = run("build", "--json", "-o", "dist", "--quiet", bank=GOOD)
    assert done.stderr == ""
    files = json.loads(done.stdout)["files"]
    assert [f["format"] for f in files] == ["anki", "pdf", "booklet", "flashcards", "site"]
    for file in files:
        content = Path(file["path"]).read_bytes()
        assert file["sha256"] == sha256(content).hexdigest()
        assert file["bytes"] == len(content)
    assert files[0]["counts"] == {"notes": 1, "cards": 1, "media files": 0}


def test_an_error_in_one_bank_means_that_nothing_is_written(run: Callable[..., Result]) -> None:
    Path("decks").mkdir()
    Path("decks/bad.yaml").write_text(BAD, encoding="utf-8")
    done = run("build", bank=GOOD)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "decks/bad.yaml:5:19: error[unknown-topic]" in done.stderr
    assert "error[unknown-section]" in done.stderr
    assert "2 errors" in done.stderr
    assert "nothing was written" in done.stderr
    assert not Path("out").exists()


@pytest.mark.long
def test_an_older_output_stays_when_the_bank_is_wrong(run: Callable[..., Result]) -> None:
    run("build", bank=GOOD)
    before = {p: p.read_bytes() for p in Path("out").iterdir()}
    assert run("build", bank=BAD).exit_code == 1
    assert {p: p.read_bytes() for p in Path("out").iterdir()} == before


def test_two_banks_of_one_id_are_refused(run: Callable[..., Result]) -> None:
    Path("decks").mkdir()
    Path("decks/other.yaml").write_text(GOOD, encoding="utf-8")
    done = run("build", bank=GOOD)
    assert done.exit_code == 2
    assert "have the same id 'test'" in done.stderr


@pytest.mark.long
def test_without_decks_the_shipped_bank_is_taken(run: Callable[..., Result]) -> None:
    done = run("build", "--format", "anki")
    assert done.exit_code == 0
    assert "taking the bank that ships with prep-export" in done.stderr
    assert done.stdout == "out/llm.apkg\n"


def test_warnings_are_shown_and_do_not_stop_a_build(run: Callable[..., Result]) -> None:
    done = run("build", "--format", "anki", bank=WARNING)
    assert done.exit_code == 0
    assert "warning[unused-topic]" in done.stderr


def test_an_output_that_cannot_be_written_is_an_error(run: Callable[..., Result]) -> None:
    Path("out").write_text("a file in the way", encoding="utf-8")
    done = run("build", bank=GOOD)
    assert done.exit_code == 1
    assert "error: cannot write 'out/test.apkg'" in done.stderr
    assert "Traceback" not in done.output


# anki, pdf, export


def test_anki_writes_one_file(run: Callable[..., Result]) -> None:
    done = run("anki", "-o", "deep/er/x.apkg", bank=GOOD)
    assert (done.exit_code, done.stdout) == (0, "deep/er/x.apkg\n")
    assert "collection.anki2" in ZipFile("deep/er/x.apkg").namelist()


@pytest.mark.long
def test_pdf_takes_a_paper(run: Callable[..., Result]) -> None:
    sizes = {}
    for paper in ("a4", "letter"):
        assert run("pdf", "--paper", paper, "-o", "x.pdf", bank=GOOD).exit_code == 0
        sizes[paper] = _paper_width("x.pdf")
    assert sizes == {"a4": 841, "letter": 792}


def _paper_width(path: str) -> int:
    with pikepdf.open(path) as document:
        return int(document.pages[0].mediabox[2])


def test_pdf_takes_a_layout(run: Callable[..., Result]) -> None:
    done = run("pdf", "--layout", "booklet", "--paper", "a5", bank=GOOD)
    assert done.stdout == "out/test-booklet.pdf\n"
    assert _paper_width("out/test-booklet.pdf") == 419
    done = run("pdf", "--paper", "a5", bank=GOOD)
    assert done.exit_code == 2
    assert "'paper' cannot be 'a5'" in done.stderr


def test_an_unknown_paper_is_wrong_usage(run: Callable[..., Result]) -> None:
    assert run("pdf", "--paper", "a0", bank=GOOD).exit_code == 2


def test_a_dash_writes_to_stdout(run: Callable[..., Result]) -> None:
    done = run("pdf", "-o", "-", bank=GOOD)
    assert done.stdout_bytes.startswith(b"%PDF-")
    assert done.stdout_bytes.rstrip().endswith(b"%%EOF")
    assert not Path("out").exists()


@pytest.mark.long
def test_export_takes_any_format_and_its_options(run: Callable[..., Result]) -> None:
    assert run("export", "pdf", "--option", "paper=letter", bank=GOOD).exit_code == 0
    for wrong in (["pfd"], ["pdf", "--option", "paper"], ["pdf", "--option", "papr=a4"]):
        done = run("export", *wrong, bank=GOOD)
        assert done.exit_code == 2
        assert done.stderr.startswith("error: ")
    assert "did you mean 'pdf'?" in run("export", "pfd").stderr


@pytest.mark.long
def test_selection_narrows_what_is_exported(run: Callable[..., Result]) -> None:
    arguments = ("--topic", "rag", "--section", "questions", "--json")
    done = run("list", str(SHIPPED), *arguments)
    counts = json.loads(done.stdout)
    assert 0 < counts["sections"]["questions"] < 19
    assert counts["sections"]["patterns"] == 0
    done = run("build", str(SHIPPED), "--format", "anki", *arguments, "-q")
    expected = counts["sections"]["questions"] + counts["drills"]
    assert json.loads(done.stdout)["files"][0]["counts"]["notes"] == expected


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("validate --format xml", "'format' cannot be 'xml'; one of: text, json, github, sarif"),
        ("pdf --layout x", "'layout' cannot be 'x'; one of: cheatsheet, booklet, flashcards"),
    ],
)
def test_of_a_few_values_an_unknown_one_is_told_the_others(
    command: str, said: str, run: Callable[..., Result]
) -> None:
    done = run(*command.split(), bank=GOOD)
    assert (done.exit_code, done.stderr) == (2, f"error: {said}\n")


def test_an_unknown_topic_is_wrong_usage_with_a_hint(run: Callable[..., Result]) -> None:
    done = run("anki", "--topic", "rgg", bank=GOOD)
    assert done.exit_code == 2
    assert done.stderr == "error: unknown topic 'rgg'; did you mean 'rag'?\n"


def test_a_bank_that_is_not_there_is_wrong_usage(run: Callable[..., Result]) -> None:
    for command in ("anki", "pdf", "list", "validate", "build"):
        done = run(command, "nowhere.yaml")
        assert done.exit_code == 2
        assert "there is no file or folder 'nowhere.yaml'" in done.stderr


def test_several_banks_need_a_choice_where_one_is_meant(run: Callable[..., Result]) -> None:
    Path("decks").mkdir()
    Path("decks/other.yaml").write_text(GOOD.replace("id: test", "id: o"), encoding="utf-8")
    done = run("anki", bank=GOOD)
    assert done.exit_code == 2
    assert "decks/other.yaml, decks/test.yaml" in done.stderr


# validate


def test_validate_says_nothing_on_stdout_when_all_is_well(run: Callable[..., Result]) -> None:
    done = run("validate", "--strict", bank=GOOD)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "1 bank: no findings\n"


def test_the_shipped_bank_is_clean_even_when_strict(run: Callable[..., Result]) -> None:
    assert run("validate", "--strict", str(SHIPPED)).exit_code == 0


def test_validate_reports_on_stdout_and_fails(run: Callable[..., Result]) -> None:
    done = run("validate", bank=BAD)
    assert done.exit_code == 1
    assert done.stdout.startswith("decks/test.yaml:5:19: error[unknown-topic]")
    assert "did you mean 'rag'?" in done.stdout
    assert "2 errors" in done.stderr


def test_only_strict_makes_warnings_fail(run: Callable[..., Result]) -> None:
    assert run("validate", bank=WARNING).exit_code == 0
    assert run("validate", "--strict", bank=WARNING).exit_code == 1


def test_validate_speaks_json_and_github(run: Callable[..., Result]) -> None:
    report = json.loads(run("validate", "--format", "json", bank=BAD).stdout)
    assert report["errors"] == 2
    assert report["findings"][0]["line"] == 5
    lines = run("validate", "--format", "github", bank=BAD).stdout.splitlines()
    assert any(
        line.startswith("::error file=decks/test.yaml,line=5,col=19,endColumn=22,")
        for line in lines
    )
    assert json.loads(run("validate", "--format", "json", bank=GOOD).stdout)["findings"] == []


# list, formats, schema, version, help


def test_list_counts(run: Callable[..., Result]) -> None:
    done = run("list", bank=GOOD)
    assert re.search(r"questions +1\b", done.stdout)
    assert re.search(r"rag +1\b", done.stdout)


def test_formats_lists_ours(run: Callable[..., Result]) -> None:
    shown = run("formats").stdout
    assert re.search(r"^anki .*\.apkg", shown, re.MULTILINE)
    assert "paper" in shown


def test_schema_prints_json(run: Callable[..., Result]) -> None:
    assert json.loads(run("schema").stdout)["type"] == "object"


def test_no_arguments_show_help(run: Callable[..., Result]) -> None:
    assert "Examples:" in run().output
    assert run("--no-such-option").exit_code == 2


@pytest.mark.parametrize("command", ["build", "anki", "pdf", "export", "validate", "list"])
def test_every_command_has_help_with_an_example(run: Callable[..., Result], command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert f"  prep-export {command}" in done.stdout


# The process


def process(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prep_export", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    assert process("--version", cwd=tmp_path).stdout == f"prep-export {__version__}\n"


@pytest.mark.long
def test_version_and_help_import_nothing_heavy(tmp_path: Path) -> None:
    heavy = {"reportlab", "genanki", "markdown_it", "pygments", "rich", "ziamath", "yaml"}
    for arguments in (["--version"], ["--help"], ["build", "--help"]):
        code = (
            "import sys; sys.argv[1:] = " + repr(arguments) + "\n"
            "from prep_export.__main__ import main\n"
            "try: main()\n"
            "except SystemExit: pass\n"
            "print(*sys.modules, file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert not heavy & set(done.stderr.split()), arguments


def test_output_is_utf8_in_any_locale(tmp_path: Path) -> None:
    bad = GOOD.replace("[rag]", "[größe]")
    (tmp_path / "b.yaml").write_text(bad, encoding="utf-8")
    done = process("validate", "b.yaml", cwd=tmp_path, LC_ALL="C", PYTHONIOENCODING="")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("wrong", ["yesterday", "-1", "9" * 30, "0"])
def test_a_fixed_build_time_that_makes_no_sense_is_wrong_usage(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
    done = run("anki", bank=GOOD)
    assert done.exit_code == 2
    assert f"SOURCE_DATE_EPOCH is '{wrong}'" in done.stderr
    assert not list(Path().glob("out/*"))


@pytest.mark.parametrize("now", [-1.0, 0.0, 5e9])
def test_a_clock_that_no_archive_can_hold_is_said(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, now: float
) -> None:
    monkeypatch.setattr("time.time", lambda: now)
    done = run("anki", bank=GOOD)
    assert done.exit_code == 2
    assert "the clock of this system is not between 1980 and 2099" in done.stderr
    assert not list(Path().glob("out/*"))


def test_a_reader_that_goes_away_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(BAD, encoding="utf-8")
    done = subprocess.run(
        f"{sys.executable} -m prep_export schema | head -c 10",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_the_checkout_builds_what_the_readme_promises() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "out/llm.apkg" in readme
    assert "out/llm-cheatsheet.pdf" in readme


# Banks that are not there, selections that hold nothing


def test_a_folder_of_banks_that_holds_none_is_wrong_usage(run: Callable[..., Result]) -> None:
    Path("decks").mkdir()
    for command in ("build", "validate", "list"):
        done = run(command)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "decks/ holds no bank: put one there, or name the bank" in done.stderr


def test_only_a_bank_of_ones_own_is_validated(run: Callable[..., Result]) -> None:
    done = run("validate", "--strict")
    assert done.exit_code == 2
    assert "no decks/ folder here: name the bank" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "holds"),
    [
        (("anki", "--kind", "coding"), "kinds: concept (1)"),
        (("pdf", "--section", "faqs"), "sections: questions (1)"),
        (("export", "anki", "--difficulty", "hard"), "difficulties: medium (1)"),
        (("list", "--kind", "coding", "--topic", "rag"), "topics: rag (1); kinds: concept (1)"),
        (("build", "--section", "faqs"), "sections: questions (1)"),
        (("push", "--section", "faqs"), "sections: questions (1)"),
    ],
)
def test_a_selection_that_holds_nothing_says_what_there_is(
    run: Callable[..., Result], arguments: tuple[str, ...], holds: str
) -> None:
    done = run(*arguments, bank=GOOD)
    assert done.exit_code == 2
    assert done.stderr == f"error: no item of 'test' is selected; it has {holds}\n"
    assert not Path("out").exists()


def test_build_passes_over_a_bank_of_which_nothing_is_selected(
    run: Callable[..., Result],
) -> None:
    Path("decks").mkdir()
    other = GOOD.replace("id: test", "id: other").replace("{rag: RAG}", "{x: X}")
    Path("decks/other.yaml").write_text(other.replace("[rag]", "[x]"), encoding="utf-8")
    done = run("build", "--topic", "rag", "--format", "anki", bank=GOOD)
    assert (done.exit_code, done.stdout) == (0, "out/test.apkg\n")
    assert "a bank is passed over: unknown topic 'rag'" in done.stderr
    done = run("build", "--topic", "none", bank=GOOD)
    assert (done.exit_code, done.stderr) == (2, "error: unknown topic 'none'; known: x, rag\n")


def test_an_empty_output_is_wrong_usage_of_every_command(run: Callable[..., Result]) -> None:
    Path("old.apkg").write_bytes(b"")
    for arguments in (["build"], ["anki"], ["pdf"], ["export", "pdf"], ["import", "old.apkg"]):
        done = run(*arguments, "-o", "", bank=GOOD)
        assert done.exit_code == 2, arguments
        assert done.stderr.startswith("error: '--output' names nothing")


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_bank_by_a_name_that_no_file_can_have_is_one_line(
    run: Callable[..., Result], name: str
) -> None:
    done = run("validate", name)
    assert done.exit_code == 2
    assert done.stderr.startswith("error: cannot read '")
    assert done.stderr.count("\n") == 1


def test_warnings_are_said_when_the_file_goes_to_stdout(run: Callable[..., Result]) -> None:
    arguments = ("pdf", "--layout", "flashcards", "-o", "-")
    done = run(*arguments, bank=GOOD.replace("An answer.", "A 漢."))
    assert done.stderr.count("warning[missing-glyph]") == 1
