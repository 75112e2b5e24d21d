"""The options of the commands, each as the table of docs/commands.md describes it."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest
import typer
from typer.testing import CliRunner

from prep_export.bank.ask.selection import Selection
from prep_export.cli import options
from prep_export.cli.app import app
from prep_export.cli.output import wants_color
from prep_export.exporters.anki.read import read_package

from .conftest import HEADER, QUESTION
from .support import frames, paper
from .support.packages import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., Any]

GOOD = HEADER + QUESTION
BAD = HEADER + QUESTION.replace("[rag]", "[rgg]")
START = 1_795_000_000
SELECTING = {
    "topic": "topics",
    "kind": "kinds",
    "difficulty": "difficulties",
    "section": "sections",
    "priority": "priorities",
    "tag": "tags",
}
"""Options of commands, and the fields of the library's selection that they fill."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in a folder with a bank in decks/; it must end as expected."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, bank: str = GOOD, status: int = 0) -> Any:
        Path("decks").mkdir(exist_ok=True)
        Path("decks/test.yaml").write_text(bank, encoding="utf-8")
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == status, done.output
        return done

    return run


def faqs(count: int, words: int = 0) -> str:
    """A bank of as many short questions as asked for, each answered in so many words."""
    listed = "".join(
        f"  - {{id: f{n}, topics: [rag], question: Front {n}x?, answer: Back {n}x{' w' * words}}}\n"
        for n in range(count)
    )
    return f"{HEADER}faqs:\n{listed}"


# What to export


@pytest.mark.parametrize("command", ["build", "anki", "pdf", "site", "export", "push", "list"])
def test_every_command_about_items_has_the_options_that_select_them(run: Run, command: str) -> None:
    said = run(command, "--help").output
    places = [said.index(f"  --{name} ") for name in SELECTING]
    assert places == sorted(places)
    assert "--chosen" not in said


def test_each_option_that_selects_becomes_its_field_of_the_librarys_selection() -> None:
    taken: list[Selection] = []
    one = typer.Typer()

    @one.command()
    @options.selects
    def command(before: str = "", chosen: options.Chosen = (), after: str = "") -> None:
        taken.append(options.selection(chosen))
        assert (before, after) == ("first", "last")

    around = ["--before", "first", "--after", "last"]
    for name, field in SELECTING.items():
        arguments = [*around, f"--{name}", "a", f"--{name}", "b"]
        assert CliRunner().invoke(one, arguments).exit_code == 0
        assert taken.pop() == Selection(**{field: ("a", "b")})
    assert CliRunner().invoke(one, around).exit_code == 0
    assert taken.pop() == Selection()
    assert set(SELECTING.values()) == {field.name for field in dataclasses.fields(Selection)}


# Paper


@pytest.mark.long
@pytest.mark.parametrize("columns", [2, 3, 4])
def test_columns_divide_the_sheet(run: Run, columns: int) -> None:
    run("pdf", "--columns", str(columns), "-o", "x.pdf", bank=faqs(60, words=40))
    boxes = frames.sheet(columns=columns)
    assert paper.outside(Path("x.pdf"), boxes) == []
    fronts = [s for s in paper.spans(Path("x.pdf")) if s.page == 1 and s.text.startswith("Front ")]
    assert len(fronts) > columns
    starts = [left for left, *_ in boxes[:columns]]
    begun = [max(start for start in starts if start < span.left + 1) for span in fronts]
    assert set(begun) == set(starts)
    assert all(span.left - start < 20 for span, start in zip(fronts, begun, strict=True))


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "pages"),
    [
        ((), 4),
        (("--per-page", "8"), 4),
        (("--per-page", "10"), 2),
        (("--flip", "fold"), 3),
        (("--flip", "fold", "--per-page", "5"), 2),
    ],
)
def test_per_page_says_how_many_cards_stand_on_a_page(
    run: Run, options: tuple[str, ...], pages: int
) -> None:
    done = run("pdf", "--layout", "flashcards", *options, "-o", "x.pdf", bank=faqs(10))
    assert f"wrote x.pdf: {pages} pages, 10 cards" in done.stderr
    assert paper.info(Path("x.pdf"))["Pages"] == str(pages)


def test_a_number_of_cards_that_cannot_be_folded_is_wrong_usage(run: Run) -> None:
    arguments = ("pdf", "--layout", "flashcards", "--flip", "fold", "--per-page", "10")
    assert "'per-page' is 4 or 5 where 'flip' is 'fold'" in run(*arguments, status=2).stderr


@pytest.mark.long
@pytest.mark.parametrize(
    ("flip", "page", "right", "low"),
    [("long", 2, True, False), ("short", 2, False, True), ("fold", 1, True, False)],
)
def test_flip_says_where_the_back_of_a_card_stands(
    run: Run, flip: str, page: int, right: bool, low: bool
) -> None:
    run("pdf", "--layout", "flashcards", "--flip", flip, "-o", "x.pdf", bank=faqs(1))
    spans = {span.text: span for span in paper.spans(Path("x.pdf"))}
    front, back = spans["Front 0x?"], spans["Back 0x"]
    assert (front.page, front.left < 297, front.top < 250) == (1, True, True)
    assert (back.page, back.left > 297, back.top > 600) == (page, right, low)


@pytest.mark.long
@pytest.mark.parametrize(
    ("layout", "size"), [("cheatsheet", 7.5), ("cheatsheet", 11.0), ("booklet", 12.5)]
)
def test_font_size_is_that_of_running_text(run: Run, layout: str, size: float) -> None:
    text = GOOD.replace("questions:", "faqs:")
    run("pdf", "--layout", layout, "--font-size", str(size), "-o", "x.pdf", bank=text)
    with pdfplumber.open("x.pdf") as document:
        found = {
            round(letter["size"], 2)
            for page in document.pages
            for word in page.extract_words(return_chars=True)
            if word["text"] == "answer."
            for letter in word["chars"]
        }
    assert found == {size}


def test_flashcards_have_no_font_size(run: Run) -> None:
    arguments = ("pdf", "--layout", "flashcards", "--font-size", "9")
    assert "'flashcards' has no option 'font-size'" in run(*arguments, status=2).stderr


@pytest.mark.long
@pytest.mark.parametrize("layout", ["cheatsheet", "booklet", "flashcards"])
def test_theme_mono_leaves_the_colours_out(run: Run, layout: str) -> None:
    text = faqs(1).replace("Back 0x", "'`code` and [a link](https://a.org)'")
    tinted = {}
    for theme in ("color", "mono"):
        run("pdf", "--layout", layout, "--theme", theme, "-o", "x.pdf", bank=text)
        colours = paper.colours(Path("x.pdf"))
        tinted[theme] = {c for c in colours if max(c) - min(c) > 0.001}
    assert tinted["color"]
    assert tinted["mono"] == set()


@pytest.mark.long
def test_pages_fits_the_sheet_by_smaller_type_or_fails(run: Run) -> None:
    text = faqs(18, words=280)
    assert "2 pages" in run("pdf", "-o", "x.pdf", bank=text).stderr
    assert "1 page," in run("pdf", "--pages", "1", "-o", "y.pdf", bank=text).stderr
    sizes = []
    for name in ("x.pdf", "y.pdf"):
        with pdfplumber.open(name) as document:
            sizes.append({round(c["size"], 1) for c in document.pages[0].chars if c["text"] == "w"})
    assert sizes[0] == {8.0}
    assert 6.6 <= min(sizes[1]) == max(sizes[1]) < 8
    done = run("pdf", "--pages", "1", "-o", "z.pdf", bank=faqs(26, words=280), status=2)
    assert "does not fit on 1 page" in done.stderr
    assert not Path("z.pdf").exists()


# Decks


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the build time to a day after the first build."""

    def set_day(day: int) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + day * 86_400))

    return set_day


def times(path: str) -> dict[str, int]:
    """The day of each note by the id of its item."""
    notes = read_package(path).notes.values()
    return {note.fields[5]: (note.modified - START) // 86_400 for note in notes}


def test_previous_keeps_the_time_of_notes_that_have_not_changed(
    run: Run, at: Callable[[int], None]
) -> None:
    at(0)
    run("anki", "-o", "old.apkg", bank=faqs(2))
    at(9)
    changed = faqs(2).replace("Back 1x", "Other")
    done = run("anki", "--previous", "old.apkg", "-o", "new.apkg", bank=changed)
    assert "0 added, 1 changed, 0 raised, 0 waiting, 1 unchanged" in done.stderr
    assert times("new.apkg") == {"f0": 0, "f1": 9}
    run("anki", "-o", "new.apkg", bank=changed)
    assert times("new.apkg") == {"f0": 9, "f1": 9}


def test_build_finds_the_previous_packages_in_a_folder(run: Run, at: Callable[[int], None]) -> None:
    at(0)
    run("build", "--format", "anki", "-o", "published", bank=faqs(2))
    at(9)
    changed = faqs(2).replace("Back 1x", "Other")
    arguments = ("build", "--format", "anki", "--previous", "published", "--json")
    (file,) = json.loads(run(*arguments, bank=changed).stdout)["files"]
    assert file["counts"] == {
        "notes": 2, "cards": 2, "media files": 0,
        "added": 0, "changed": 1, "raised": 0, "waiting": 0, "unchanged": 1,
    }  # fmt: skip
    assert times("out/test.apkg") == {"f0": 0, "f1": 9}


@pytest.mark.parametrize(
    "command",
    [
        ("anki", "--previous", "published/test.apkg"),
        ("build", "--format", "anki", "--previous", "published"),
    ],
)
def test_the_previous_package_and_a_newer_one_are_said(
    command: tuple[str, ...], run: Run, at: Callable[[int], None]
) -> None:
    at(0)
    run("build", "--format", "anki", "-o", "published", bank=faqs(2))
    at(9)
    done = run(*command, bank=faqs(2))
    assert "previous package: published/test.apkg, built 2026-11-18\n" in done.stderr
    assert "is newer" not in done.stderr
    at(12)
    done = run(*command, bank=faqs(2))
    assert "warning: out/test.apkg, built 2026-11-27, is newer than the previous" in done.stderr
    assert (
        "is newer" not in run(*command, "-o", "new" if command[0] == "build" else "n.apkg").stderr
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_not_read_for_a_newer_package(run: Run, at: Callable[[int], None]) -> None:
    at(0)
    run("anki", "-o", "old.apkg", bank=faqs(2))
    os.mkfifo("pipe")
    arguments = ("anki", "--previous", "old.apkg", "-o", "pipe")
    reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE)
    assert "wrote pipe: 2 notes" in run(*arguments, bank=faqs(2)).stderr
    assert reader.communicate()[0][:2] == b"PK"


def test_build_says_where_a_bank_has_not_been_published_yet(run: Run) -> None:
    Path("empty").mkdir()
    done = run("build", "--format", "anki", "--previous", "empty")
    path = Path("empty") / "test.apkg"
    assert f"no '{path}': taking 'test' as not yet published" in done.stderr
    assert done.stdout.split() == ["out/test.apkg"]


def test_a_previous_folder_that_is_none_is_no_first_release(run: Run) -> None:
    """A slip that looked like one would cost learners their own edits."""
    done = run("build", "--format", "anki", "--previous", "nowhere", status=2)
    assert "--previous: there is no folder 'nowhere'; make an empty one" in done.stderr
    Path("old.apkg").write_bytes(b"")
    done = run("build", "--quiet", "--format", "anki", "--previous", "old.apkg", status=2)
    assert "'old.apkg' is a file" in done.stderr
    assert "prep-export anki --previous old.apkg" in done.stderr
    assert not Path("out").exists()


ORDER = HEADER + (
    "questions:\n"
    "  - {id: hard, topics: [rag], question: Hard?, answer: A., difficulty: hard, kind: design}\n"
    "  - {id: easy, topics: [rag], question: Easy?, answer: B., difficulty: easy}\n"
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["easy", "hard"]),
        (("--order", "chapters"), ["easy", "hard"]),
        (("--order", "author"), ["hard", "easy"]),
    ],
)
def test_order_says_how_new_cards_come(
    run: Run, options: tuple[str, ...], expected: list[str]
) -> None:
    run("anki", *options, "-o", "x.apkg", bank=ORDER)
    query = "SELECT flds FROM notes JOIN cards ON nid = notes.id ORDER BY due"
    assert [f.split("\x1f")[5] for (f,) in rows(Path("x.apkg"), query)] == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--kind", "design"), ["hard"]),
        (("--kind", "concept"), ["easy"]),
        (("--kind", "concept", "--kind", "design"), ["easy", "hard"]),
        (("--difficulty", "easy"), ["easy"]),
        (("--difficulty", "hard", "--kind", "design"), ["hard"]),
    ],
)
def test_kind_and_difficulty_select_what_is_exported(
    run: Run, options: tuple[str, ...], expected: list[str]
) -> None:
    run("anki", *options, "-o", "x.apkg", bank=ORDER)
    assert sorted(times("x.apkg")) == expected


def test_kind_and_difficulty_narrow_each_other(run: Run) -> None:
    done = run("anki", "--kind", "design", "--difficulty", "easy", bank=ORDER, status=2)
    assert "has kinds: concept (1), design (1); difficulties: easy (1), hard (1)" in done.stderr


def test_a_kind_that_there_is_not_is_wrong_usage(run: Run) -> None:
    assert "did you mean 'design'?" in run("anki", "--kind", "desing", status=2).stderr


# Talk


def test_verbose_tells_the_sum_of_what_was_written(run: Run) -> None:
    shown = run("anki", "--verbose").stderr.splitlines()
    (file,) = json.loads(run("build", "--format", "anki", "--json").stdout)["files"]
    assert len(shown) == 2
    assert shown[1].split()[0] == "sha256"
    assert len(shown[1].split()[1]) == len(file["sha256"]) == 64
    assert "sha256" not in run("anki").stderr
    assert run("anki", "--verbose", "--quiet").stderr == ""


def test_quiet_silences_talk_and_warnings_but_never_errors(run: Run) -> None:
    warned = GOOD.replace("{rag: RAG}", "{rag: RAG, other: Other}")
    done = run("anki", "--quiet", bank=warned)
    assert (done.stdout, done.stderr) == ("out/test.apkg\n", "")
    done = run("anki", "--quiet", bank=BAD, status=1)
    assert "decks/test.yaml:5:14: error[unknown-topic]" in done.stderr
    assert "nothing was written" in done.stderr
    done = run("anki", "nowhere.yaml", "--quiet", status=2)
    assert done.stderr == "error: there is no file or folder 'nowhere.yaml'\n"
    done = run("anki", "--previous", "no.apkg", "--quiet", status=1)
    assert done.stderr == "error: there is no file 'no.apkg'\n"
    done = run("validate", "--quiet", bank=BAD, status=1)
    assert "decks/test.yaml:5:14: error[unknown-topic]" in done.stdout


# Where banks are looked for, and files written


def test_hidden_files_in_decks_are_no_banks(run: Run) -> None:
    Path("decks/.git").mkdir(parents=True)
    Path("decks/.git/config.yaml").write_text("nonsense: [", encoding="utf-8")
    Path("decks/.draft.yaml").write_text("nonsense: [", encoding="utf-8")
    assert run("validate").stderr == "1 bank: no findings\n"
    assert run("build", "--format", "anki").stdout.split() == ["out/test.apkg"]


def test_a_folder_is_never_written_over(run: Run) -> None:
    Path("x.apkg").mkdir()
    done = run("anki", "-o", "x.apkg", status=1)
    assert done.stderr == "error: cannot write 'x.apkg': it is a folder\n"
    assert list(Path("x.apkg").iterdir()) == []
    assert sorted(path.name for path in Path().iterdir()) == ["decks", "x.apkg"]


# Colour


class Stream:
    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("terminal", "environment", "expected"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "0"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, environment: dict[str, str], expected: bool
) -> None:
    monkeypatch.delenv("NO_COLOR")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_color(Stream(terminal=terminal)) is expected


@pytest.fixture
def terminal() -> Iterator[tuple[int, Callable[[], str]]]:
    """A terminal to write to, and what has been written there."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals on this system")
    ours, theirs = pty.openpty()

    def written() -> str:
        text: bytes = os.read(ours, 100_000)
        return text.decode()

    yield theirs, written
    os.close(ours)
    os.close(theirs)


@pytest.mark.long
@pytest.mark.parametrize(
    ("environment", "colour"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_findings_have_colour_at_a_terminal_only(
    tmp_path: Path,
    terminal: tuple[int, Callable[[], str]],
    environment: dict[str, str],
    colour: bool,
) -> None:
    (tmp_path / "b.yaml").write_text(BAD, encoding="utf-8")
    stream, written = terminal
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    command = [sys.executable, "-m", "prep_export", "validate", "b.yaml"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**kept, **environment},
        stdout=stream,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == 1
    shown = written()
    assert "unknown-topic" in shown
    assert ("\x1b[" in shown) is colour
    assert b"\x1b[" not in done.stderr
