"""`import`: a deck becomes a bank; ours comes back as it was, and what is lost is said."""

from __future__ import annotations

import base64
import json
import zipfile
from html import escape
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner

import prep_export
from prep_export.cli.app import app
from prep_export.errors import OutputError
from prep_export.exporters.anki.read import read_package
from prep_export.importing import files
from prep_export.importing.markdown import to_markdown
from prep_export.markdown.html import render

from .support.collection import Learner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import ShippedFile

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.mark.long
def test_our_own_deck_comes_back_with_the_same_cards(
    shipped: prep_export.Bank, shipped_file: ShippedFile, tmp_path: Path
) -> None:
    made = prep_export.import_package(shipped_file("anki"), tmp_path / "bank")
    assert made.left == ()
    assert made.counts["questions"] == len(shipped.questions)
    again = prep_export.load_bank(tmp_path / "bank")
    prep_export.export(again, "anki", tmp_path / "second.apkg")
    first, second = read_package(shipped_file("anki")), read_package(tmp_path / "second.apkg")
    assert set(first.notes) == set(second.notes)
    for guid, note in first.notes.items():
        twin = second.notes[guid]
        assert (twin.fields, twin.tags, twin.decks) == (note.fields, note.tags, note.decks)
    assert set(first.media) == set(second.media)


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Path]:
    """A deck as people make it in Anki itself."""
    from anki.collection import ExportAnkiPackageOptions

    someone = Learner(tmp_path / "author")
    col = someone.col
    deck = col.decks.id("Biology::Cells")
    col.media.write_data("cell.png", PNG)
    col.media.write_data("word.mp3", b"ID3")

    def add(kind: str, tags: list[str], *fields: str) -> None:
        note = col.new_note(col.models.by_name(kind))
        note.fields = list(fields)
        note.tags = tags
        col.add_note(note, deck)

    add(
        "Basic",
        ["cells::parts", "exam"],
        "What <b>is</b> a <i>cell</i>?",
        '<div>A unit.</div><img src="cell.png">',
    )
    add("Basic", [], r"Energy \(E=mc^2\)?", "<ul><li>mass</li><li>light</li></ul>costs $5")
    add("Basic (and reversed card)", ["words"], "cat", "Katze")
    add("Cloze", ["cells::parts"], "The {{c1::nucleus}} holds {{c2::DNA::what}}.", "")
    add("Basic", ["words"], "Say it", "[sound:word.mp3]gato")
    add("Basic", ["words"], "Empty back", "")
    path = tmp_path / "theirs.apkg"
    options = ExportAnkiPackageOptions(legacy=False, with_media=True, with_scheduling=False)
    col.export_anki_package(out_path=str(path), options=options, limit=None)
    yield path
    someone.close()


def test_a_deck_made_in_anki_becomes_a_clean_bank(theirs: Path, tmp_path: Path) -> None:
    made = prep_export.import_package(theirs, tmp_path / "bank")
    reading = prep_export.read_bank(str(tmp_path / "bank"))
    assert [d for d in reading.findings if d.is_error] == []
    bank = reading.bank
    assert bank is not None
    assert made.counts["questions"] == 4
    by_question = {q.question: q for q in bank.questions}
    cell = by_question["What **is** a *cell*?"]
    assert "![](media/cell.png)" in cell.answer
    assert cell.topics == ("cells::parts", "exam")
    assert by_question["Energy $E=mc^2$?"].answer == "- mass\n- light\n\ncosts \\$5"
    (holder,) = bank.patterns
    assert holder.drills[0].text == "The {{c1::nucleus}} holds {{c2::DNA::what}}."
    assert bank.deck == "Biology::Cells"
    assert (tmp_path / "bank" / "media" / "cell.png").read_bytes() == PNG


def test_what_cannot_be_carried_is_listed(theirs: Path, tmp_path: Path) -> None:
    left = "\n".join(prep_export.import_package(theirs, tmp_path / "bank").left)
    for part in (
        "'cat': 2 cards; only the first is carried",
        "'Say it': sound 'word.mp3'",
        "'Empty back': it has no question, or no answer: left out",
        "a pattern card 'parts' is new",
        "media file 'word.mp3'",
    ):
        assert part in left


def test_an_imported_deck_can_be_exported_and_studied(theirs: Path, tmp_path: Path) -> None:
    prep_export.import_package(theirs, tmp_path / "bank")
    bank = prep_export.load_bank(str(tmp_path / "bank"))
    prep_export.export(bank, "anki", tmp_path / "ours.apkg")
    learner = Learner(tmp_path / "learner")
    assert learner.imports(tmp_path / "ours.apkg").conflicting == 0
    assert learner.damage() == []
    learner.close()


@pytest.mark.parametrize(
    "text",
    [
        "plain *em* **strong** `code` and 3 * 4 * 5",
        "1. one\n2. two\n\n   with more\n3. three",
        "- a\n  - b\n    - c\n- d",
        "| a | b |\n|---|---|\n| 1 | $x_1$ |",
        "```python\ndef f(x):\n    return x * 2  # $y$\n```",
        "> quoted\n>\n> twice",
        r"With $a_b * c_d$ and $$\frac{a}{b}$$ and \$5 [link](https://a.org/x_y?z=1).",
        "a < b & c > d, #1, [x], _y_ ~z~ \\* `` ` ``",
        r"~~old~~ H~2~O, 10^6^, x~all\ of\ it~ and \~a~ 2\^b^ c^2",
        "line\\\nbreak",
        "{{c1::**b** and $x^{2}$::hint}} c",
        "2024. was a year",
        "# Title\n\ntext\n\n---\n\nmore",
    ],
)
def test_markdown_survives_the_way_through_html(text: str) -> None:
    cloze = "{{c1" in text
    html = render(text, cloze=cloze)
    assert render(to_markdown(html, str), cloze=cloze) == html


def test_math_of_older_decks_is_read() -> None:
    assert to_markdown("[$]x<sub>1</sub>[/$] and [$$]y[/$$]", str) == "$x 1$ and $$y$$"


# Refusals


def _package(path: Path, names: dict[str, str], html: str) -> Path:
    """A package with one basic note and the given names in its media map."""
    import genanki

    deck = genanki.Deck(1_600_000_000_001, "Deck")
    deck.add_note(genanki.Note(genanki.BASIC_MODEL, ["What?", html]))
    genanki.Package(deck).write_to_file(path)
    made = path.with_suffix(".made")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        new.writestr("collection.anki2", old.read("collection.anki2"))
        new.writestr("media", json.dumps(names))
        for number in names:
            new.writestr(number, PNG)
    made.replace(path)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../../../slipped/evil.png",
        "..\\..\\slipped\\evil.png",
        "/slipped/evil.png",
        "C:\\slipped\\evil.png",
        "C:evil.png",
        "a/../../slipped/evil.png",
        "..png",
        "\x00evil.png",
    ],
)
def test_an_import_writes_nothing_outside_its_folder(name: str, tmp_path: Path) -> None:
    around = tmp_path / "a" / "b"
    around.mkdir(parents=True)
    package = _package(tmp_path / "theirs.apkg", {"0": name}, f"<img src='{escape(name)}'>")
    prep_export.import_package(package, around / "bank")
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and around / "bank" not in p.parents]
    assert outside == [package]
    written = list((around / "bank").rglob("*.png"))
    assert [p.parent.name for p in written] == ["media"]
    assert not any(mark in p.name for p in written for mark in "\\:\0")


def test_two_pictures_with_one_stem_stay_two(tmp_path: Path) -> None:
    names = {"0": "x-0123456789.png", "1": "x-abcdef0123.png", "2": "X-0123456789.png"}
    html = "".join(f"<img src='{name}'>" for name in names.values())
    made = prep_export.import_package(
        _package(tmp_path / "theirs.apkg", names, html), tmp_path / "bank"
    )
    assert made.left == ()
    files = sorted(p.name.lower() for p in (tmp_path / "bank" / "media").iterdir())
    assert files == ["x-2.png", "x-3.png", "x.png"]


@pytest.mark.parametrize("name", ["x.gif", "x.webp", "x.html", "x.svgz", "x"])
def test_only_pictures_that_a_bank_may_hold_are_imported(name: str, tmp_path: Path) -> None:
    package = _package(tmp_path / "theirs.apkg", {"0": name}, f"See <img src='{name}'>")
    made = prep_export.import_package(package, tmp_path / "bank")
    assert made.counts["pictures"] == 0
    assert f"picture '{name}': not in the package, or not SVG, PNG or JPEG" in made.left
    assert sorted(p.name for p in (tmp_path / "bank").rglob("*")) == ["bank.yaml", "questions.yaml"]


RETIRED = """
    bank: {id: test, title: Test}
    topics: {rag: RAG}
    questions: [{id: one, topics: [rag], question: What is it?, answer: That.}]
    retired:
      - {id: old, reason: Merged *here*., replaced_by: one}
      - {id: one/d, reason: Wrong., note: cloze}
"""


def test_what_an_author_has_retired_comes_back_as_retired(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    bank = prep_export.load_bank(write_bank(RETIRED, header=False))
    prep_export.export(bank, "anki", tmp_path / "x.apkg")
    made = prep_export.import_package(tmp_path / "x.apkg", tmp_path / "again")
    assert made.left == ()
    assert prep_export.load_bank(tmp_path / "again").retired == bank.retired
    assert made.counts == {"questions": 1, "retired": 2, "drills": 0, "pictures": 0}


def test_files_of_a_bank_stay_in_its_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="outside"):
        files.write_bank(tmp_path / "bank", {}, {}, {}, {"../evil.png": PNG})
    assert list(tmp_path.iterdir()) == []


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["import", *arguments])


def test_a_folder_that_holds_something_is_never_written_over(theirs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "mine.yaml").write_text("bank: {}")
    done = run(str(theirs), "-o", str(folder))
    assert done.exit_code == 1
    assert "is there already" in done.stderr
    assert [p.name for p in folder.iterdir()] == ["mine.yaml"]


def test_a_file_that_is_no_package_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.apkg"
    bad.write_text("hello")
    done = run(str(bad), "-o", str(tmp_path / "bank"))
    assert done.exit_code == 1
    assert "is no Anki package" in done.stderr
    assert not (tmp_path / "bank").exists()


def test_the_command_says_what_it_did(theirs: Path, tmp_path: Path) -> None:
    done = run(str(theirs), "-o", str(tmp_path / "bank"))
    assert done.exit_code == 0
    assert done.stdout == f"{tmp_path / 'bank'}\n"
    assert "not carried: 'cat': 2 cards" in done.stderr
    assert "4 questions" in done.stderr
    data = yaml.safe_load((tmp_path / "bank" / "bank.yaml").read_text(encoding="utf-8"))
    assert data["bank"]["deck"] == "Biology::Cells"
