"""`validate FILE…`: the file's whole bank is judged, and what concerns the file is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from prep_export.bank.read.belonging import banks_of
from prep_export.cli.app import app

from .conftest import HEADER, QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable

FAQ = "faqs:\n  - {id: two, topics: [rag], question: How?, answer: Thus.}\n"
WRONG = FAQ.replace("[rag]", "[rga]")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(here: Path) -> Callable[..., None]:
    """Writes files, by path."""

    def write(**files: str) -> None:
        for name, text in files.items():
            path = here / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def folder_bank(write: Callable[..., None]) -> None:
    write(**{"decks/b/bank.yaml": HEADER, "decks/b/q.yaml": QUESTION, "decks/b/f.yaml": FAQ})


def validate(*paths: str) -> Any:
    return CliRunner().invoke(app, ["validate", *paths])


@pytest.mark.usefixtures("folder_bank")
def test_a_file_of_a_folder_has_the_header_and_the_topics_of_the_others() -> None:
    done = validate("decks/b/q.yaml")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "1 file of 1 bank: no findings\n"
    assert validate("decks/b/q.yaml", "decks/b/f.yaml").stderr.startswith("2 files of 1 bank:")


@pytest.mark.usefixtures("folder_bank")
def test_only_what_is_wrong_in_the_file_is_told_and_how_much_is_wrong_elsewhere(
    write: Callable[..., None],
) -> None:
    write(**{"decks/b/f.yaml": WRONG})
    done = validate("decks/b/q.yaml")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "1 error in other files of the bank 'test': prep-export validate decks/b",
        "1 file of 1 bank: no findings",
    ]
    done = validate("decks/b/f.yaml")
    assert done.exit_code == 1
    assert done.stdout.startswith("decks/b/f.yaml:2:24: error[unknown-topic]")
    assert done.stderr == "1 error\n"


@pytest.mark.usefixtures("folder_bank")
def test_the_file_with_the_header_is_a_part_of_its_folder() -> None:
    assert validate("decks/b/bank.yaml").exit_code == 0


@pytest.mark.usefixtures("folder_bank")
@pytest.mark.parametrize("named", ["decks/b/f.yaml", "decks/b/q.yaml"])
def test_two_that_clash_concern_the_files_of_both(write: Callable[..., None], named: str) -> None:
    write(**{"decks/b/f.yaml": FAQ.replace("two", "one")})
    done = validate(named)
    assert done.exit_code == 1
    assert "error[duplicate-id]" in done.stdout


@pytest.mark.usefixtures("folder_bank")
@pytest.mark.parametrize("named", ["decks/b/f.yaml", "decks/b/q.yaml"])
def test_a_character_that_paper_lacks_concerns_each_file_that_is_told(
    write: Callable[..., None], named: str
) -> None:
    write(
        **{
            "decks/b/f.yaml": FAQ.replace("Thus", "漢"),
            "decks/b/q.yaml": QUESTION + "    details: 漢\n",
        }
    )
    assert validate(named).stdout.count("warning[missing-glyph]") == 1
    assert validate("decks/b/bank.yaml").stdout == ""


@pytest.mark.usefixtures("folder_bank")
def test_files_of_several_banks_are_judged_with_their_own(write: Callable[..., None]) -> None:
    write(**{"decks/c.yaml": HEADER + WRONG, "decks/b/f.yaml": WRONG})
    done = validate("decks/c.yaml", "decks/b/q.yaml")
    assert done.stdout.count("error[") == 1
    assert "decks/c.yaml:4:24" in done.stdout
    assert "1 error in other files of the bank 'test': prep-export validate decks/b" in done.stderr


@pytest.mark.usefixtures("folder_bank")
def test_a_bank_named_twice_is_told_once(write: Callable[..., None]) -> None:
    write(**{"decks/b/f.yaml": WRONG})
    for paths in (["decks/b", "./decks/b/"], ["decks/b/q.yaml", "decks/b"]):
        assert validate(*paths).stdout.count("error[") == 1


@pytest.mark.usefixtures("folder_bank")
def test_a_part_of_a_folder_is_judged_with_the_whole(write: Callable[..., None]) -> None:
    write(**{"decks/b/more/c.yaml": WRONG.replace("two", "three"), "decks/b/f.yaml": WRONG})
    done = validate("decks/b/more")
    assert done.stdout.count("error[") == 1
    assert "decks/b/more/c.yaml:2" in done.stdout


@pytest.mark.usefixtures("folder_bank")
def test_a_bank_without_a_header_is_told_to_whoever_names_a_file_of_it(
    write: Callable[..., None],
) -> None:
    write(**{"decks/b/bank.yaml": "topics: {rag: RAG}\n"})
    done = validate("decks/b/q.yaml")
    assert done.exit_code == 1
    assert "no file of this bank has a 'bank' section" in done.stdout


@pytest.mark.usefixtures("folder_bank")
def test_of_a_picture_is_told_what_is_wrong_where_it_is_named(write: Callable[..., None]) -> None:
    write(**{"decks/b/media/a.svg": "<svg", "decks/b/media/b.svg": "<svg"})
    named = QUESTION.replace("An answer.", '"![a](media/a.svg)"')
    write(**{"decks/b/q.yaml": named, "decks/b/f.yaml": WRONG})
    done = validate("decks/b/media/a.svg")
    assert done.exit_code == 1
    assert "decks/b/q.yaml:5" in done.stdout
    assert done.stdout.count("error[") == 1
    assert validate("decks/b/media/b.svg").exit_code == 0


def test_a_picture_may_be_one_of_several_banks(write: Callable[..., None]) -> None:
    picture = HEADER + QUESTION.replace("An answer.", '"![a](media/a.svg)"')
    write(**{"decks/c.yaml": picture, "decks/d.yaml": picture, "decks/media/a.svg": "<svg"})
    assert validate("decks/media/a.svg").stdout.count("error[image-broken]") == 2


@pytest.mark.usefixtures("folder_bank")
def test_a_font_is_a_part_of_its_bank(write: Callable[..., None]) -> None:
    header = HEADER.replace("title: Test", "title: Test, pdf: {fonts: [f.ttf]}")
    write(**{"decks/b/bank.yaml": header, "decks/b/f.ttf": "no font", "decks/b/f.yaml": WRONG})
    done = validate("decks/b/f.ttf")
    assert "error[unusable-font]" in done.stdout
    assert done.stdout.count("error[") == 1


@pytest.mark.usefixtures("folder_bank")
def test_what_no_bank_reads_is_passed_over(write: Callable[..., None]) -> None:
    unread = ["decks/b/draw.py", "decks/README.md", "decks/b/.draft.yaml"]
    write(**dict.fromkeys(unread, "x: [\n"))
    done = validate(*unread)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.count("is passed over: it is nothing that a bank reads") == len(unread)


@pytest.mark.usefixtures("folder_bank")
def test_a_package_among_banks_is_told_to_be_one(here: Path) -> None:
    (here / "decks/b/old.apkg").write_bytes(b"PK\x03\x04")
    assert "make a bank of it: prep-export import" in validate("decks/b/old.apkg").stdout


def test_a_file_near_no_bank_is_one_clear_finding(write: Callable[..., None]) -> None:
    write(**{"site.yml": "name: x\n", "decks/b/bank.yaml": HEADER, "decks/b/q.yaml": QUESTION})
    done = validate("site.yml")
    assert done.exit_code == 1
    assert done.stdout == (
        "site.yml:1:1: error[missing-header]: the file belongs to no bank: "
        "neither it nor a YAML file beside or above it has a 'bank' section\n"
        "    add 'bank:' with 'id: …' and 'title: …' below it, or leave the file out of the check\n"
    )


def test_a_file_beside_several_headers_belongs_to_none(write: Callable[..., None]) -> None:
    write(**{"a.yaml": HEADER + QUESTION, "b.yaml": HEADER + QUESTION, "c.yaml": FAQ})
    assert validate("a.yaml", "b.yaml").exit_code == 0
    assert "it has no 'bank' section, and '.' holds several banks" in validate("c.yaml").stdout


def test_a_deleted_file_is_wrong_usage_that_names_the_bank(
    folder_bank: None, write: Callable[..., None]
) -> None:
    del folder_bank
    done = validate("decks/b/gone.yaml")
    assert done.exit_code == 2
    assert done.stderr == (
        "error: there is no file or folder 'decks/b/gone.yaml'; "
        "if it was deleted, name its bank: decks/b\n"
    )
    assert validate("nowhere/gone.yaml").stderr == (
        "error: there is no file or folder 'nowhere/gone.yaml'\n"
    )
    write(**{"decks/c.yaml": HEADER + QUESTION})
    assert "name its bank" not in validate("decks/gone.yaml").stderr


@pytest.mark.usefixtures("folder_bank")
def test_a_file_that_is_no_yaml_stays_in_its_bank(write: Callable[..., None]) -> None:
    write(**{"decks/b/f.yaml": "faqs: [\n"})
    done = validate("decks/b/f.yaml")
    assert done.stdout.count("error[") == 1
    assert "error[yaml-syntax]" in done.stdout


# Outside decks/


def test_a_file_with_a_header_is_a_bank_unless_others_there_have_sections(
    write: Callable[..., None],
) -> None:
    write(**{"x/a.yaml": HEADER + QUESTION, "x/mkdocs.yml": "site_name: x\n"})
    assert banks_of("x/a.yaml") == ["x/a.yaml"]
    write(**{"x/sub/b.yaml": FAQ})
    assert banks_of("x/a.yaml") == banks_of("x/sub/b.yaml") == ["x"]
    write(**{"x/other/bank.yaml": HEADER})
    assert banks_of("x/a.yaml") == ["x/a.yaml"]
    assert banks_of("x/sub/b.yaml") == []
    assert banks_of("x/other/bank.yaml") == ["x/other/bank.yaml"]


def test_within_the_folder_of_a_bank_a_file_is_found_in_it_by_git(
    write: Callable[..., None], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(**{".git/HEAD": "", "x/a.yaml": HEADER, "x/sub/b.yaml": FAQ})
    monkeypatch.chdir(here / "x" / "sub")
    assert [Path(bank) for bank in banks_of("b.yaml")] == [here / "x"]
    monkeypatch.chdir(here / "x")
    assert banks_of("sub/b.yaml") == ["."]
    assert validate("sub/b.yaml").exit_code == 0


def test_above_the_top_of_a_repository_nothing_is_looked_for(write: Callable[..., None]) -> None:
    write(**{"a.yaml": HEADER + QUESTION, "repo/.git/HEAD": "", "repo/b.yaml": FAQ})
    assert banks_of("repo/b.yaml") == []


@pytest.mark.parametrize(
    "text", ["bank:\n  id: b\n", '"bank": {}', "{bank: {id: b}}", "\ufeffbank: x"]
)
def test_a_header_is_known_however_it_is_written(write: Callable[..., None], text: str) -> None:
    write(**{"x/a.yaml": text, "x/b.yaml": FAQ})
    assert banks_of("x/b.yaml") == ["x"]


@pytest.mark.parametrize("text", ["# bank: x\n", "faqs: [\n  bank: x]\n", "banks: x\n"])
def test_what_is_no_header_is_not_taken_for_one(write: Callable[..., None], text: str) -> None:
    write(**{"x/a.yaml": text, "x/b.yaml": FAQ})
    assert banks_of("x/b.yaml") == []


# Folders that hold banks, and the folder that one is in


SECOND = HEADER.replace("id: test", "id: other")
PICTURED = QUESTION.replace("An answer.", "'![A](media/a.svg)'")
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1L8 8"/></svg>'


@pytest.mark.parametrize("named", ["decks", "decks/", ".", "sub/decks", "sub"])
def test_a_folder_that_holds_banks_stands_for_them(named: str, write: Callable[..., None]) -> None:
    """As one bank, its pictures would be missing, and each header but one would be one too many."""
    top = "sub/" if named.startswith("sub") else ""
    write(
        **{
            f"{top}decks/a/bank.yaml": HEADER,
            f"{top}decks/a/q.yaml": PICTURED,
            f"{top}decks/a/media/a.svg": DRAWING,
        }
    )
    done = validate(named)
    assert done.stderr == (
        f"'{named}' is no bank, but holds {top}decks/a\n1 bank: no findings\n"
    ), done.stdout
    write(**{f"{top}decks/b.yaml": SECOND + QUESTION})
    done = validate(named)
    assert done.stderr.endswith(f"{top}decks/a, {top}decks/b.yaml\n2 banks: no findings\n")
    done = CliRunner().invoke(app, ["list", named])
    assert done.exit_code == 2
    assert f"several banks: name one of {top}decks/a, {top}decks/b.yaml" in done.stderr


@pytest.mark.parametrize(
    ("named", "files"),
    [
        ("decks", {"decks/head.yaml": HEADER, "decks/q.yaml": PICTURED}),
        ("decks/a", {"decks/a/yaml/head.yaml": HEADER, "decks/a/yaml/q.yaml": PICTURED}),
        ("a", {"a/yaml/head.yaml": HEADER, "a/yaml/q.yaml": PICTURED}),
        ("a", {"a/meta/head.yaml": HEADER, "a/q.yaml": PICTURED}),
    ],
)
def test_a_bank_is_one_however_its_files_lie(
    named: str, files: dict[str, str], write: Callable[..., None]
) -> None:
    write(**{**files, f"{named}/media/a.svg": DRAWING})
    assert validate(named).stderr == "1 bank: no findings\n"


def test_two_headers_beside_each_other_are_one_bank_with_one_too_many(
    write: Callable[..., None],
) -> None:
    write(**{"a/one.yaml": HEADER + QUESTION, "a/two.yaml": SECOND + FAQ})
    assert "duplicate-header" in validate("a").stdout


def test_in_the_folder_of_a_bank_that_is_meant(
    write: Callable[..., None], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the bank that ships with prep-export."""
    write(**{"decks/a/bank.yaml": HEADER, "decks/a/q.yaml": QUESTION, "decks/b.yaml": SECOND + FAQ})
    monkeypatch.chdir(here / "decks" / "a")
    done = validate()
    assert done.stderr == (
        "no decks/ folder here: taking the bank that lies here\n1 bank: no findings\n"
    )
    done = CliRunner().invoke(app, ["build", "--format", "json"])
    assert done.stdout == "out/test.json\n"
    monkeypatch.chdir(here / "decks")
    done = validate()
    assert done.stderr == "no decks/ folder here: taking a, b.yaml\n2 banks: no findings\n"
    (here / "empty").mkdir()
    monkeypatch.chdir(here / "empty")
    assert validate().exit_code == 2
