"""`import`: a deck becomes a bank; ours comes back as it was, and what is lost is said."""

from __future__ import annotations

import base64
import json
import zipfile
from copy import deepcopy
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner

import prep_export
from prep_export import importing
from prep_export.cli.app import app
from prep_export.errors import OutputError
from prep_export.exporters.anki.package import Package
from prep_export.exporters.anki.read import read_package
from prep_export.importing import files
from prep_export.importing.files import BankFolder
from prep_export.importing.markdown import to_markdown
from prep_export.markdown.html import render

from .support.collection import Learner
from .support.packages import altered, basic

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import ShippedFile

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def markdown_of(html: str, *, line: bool = False) -> tuple[str, list[str]]:
    """The Markdown of a field, and what it has lost."""
    lost: list[str] = []

    def lose(what: str, which: str = "") -> None:
        lost.append(f"{what} {which}".strip())

    made = to_markdown(html, lambda name, _: name, lose, line=line, styled=frozenset({"red"}))
    return made, lost


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


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deck as people make it in Anki itself."""
    folder = tmp_path_factory.mktemp("theirs")
    someone = Learner(folder / "author")
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
    return exported(someone, folder / "theirs.apkg")


def exported(someone: Learner, path: Path) -> Path:
    """The package of somebody's whole collection, which is closed."""
    from anki.collection import ExportAnkiPackageOptions

    options = ExportAnkiPackageOptions(legacy=False, with_media=True, with_scheduling=True)
    someone.col.export_anki_package(out_path=str(path), options=options, limit=None)
    someone.close()
    return path


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
        "'Say it', Back: sound 'word.mp3'",
        "'Empty back': it has no question, or no answer: left out",
        "a pattern card 'parts' is new",
        "media file 'word.mp3'",
    ):
        assert part in left


def test_an_imported_deck_can_be_exported_and_studied(
    theirs: Path, tmp_path: Path, learner: Learner
) -> None:
    prep_export.import_package(theirs, tmp_path / "bank")
    bank = prep_export.load_bank(str(tmp_path / "bank"))
    prep_export.export(bank, "anki", tmp_path / "ours.apkg")
    assert learner.imports(tmp_path / "ours.apkg").conflicting == 0
    assert learner.damage() == []


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
        "| a | b | c | d |\n|:--|--:|:-:|---|\n| 1 | `x\\|y` | $\\|z\\|$ | \\| |",
        "# Title\n\ntext\n\n---\n\nmore",
    ],
)
def test_markdown_survives_the_way_through_html(text: str) -> None:
    cloze = "{{c1" in text
    html = render(text, cloze=cloze)
    assert render(markdown_of(html)[0], cloze=cloze) == html


def test_math_of_older_decks_is_read() -> None:
    assert markdown_of("[$]x<sub>1</sub>[/$] and [$$]y[/$$]") == ("$x 1$ and $$y$$", [])


# What is carried, and what is listed

CARRIED = {
    "10<sup>6</sup> H<sub>2</sub>O x<sup>n 1</sup>": r"10^6^ H~2~O x^n\ 1^",
    "<s>old</s> <strike>a</strike> 2~3 5^": r"~~old~~ ~~a~~ 2\~3 5\^",
    "x<sup>a</sup><sup>b</sup> <b>a</b><b>b</b>": "x^ab^ **ab**",
    '<span style="font-weight: 700">a</span> <span style="font-style:italic">b</span>': "**a** *b*",
    '<span style="color: rgb(0, 0, 0)">a</span>': "a",
    "a<br>b<br><br>c<br>": "a\\\nb\n\nc",
    "<div>a</div><div><br></div><div>b</div>": "a\n\nb",
    "<b>x<br><br>y</b>": "**x**\n\n**y**",
    "<b>“日本”</b>的 a<b>(x)</b>b": "**“日本**”的 a(**x**)b",
    "<center>a</center><center>b</center>": "a\n\nb",
    '<img src="my pic (1).png">': "![](<my pic (1).png>)",
    '<img src="größe.png" alt="a [b]">': "![a (b)](<größe.png>)",
    r"10\(\mu\)m \(a\)\(b\)\(c\)5": r"$10\mu$m $a$ $b$ $c{}5$",
    r"\({{c1::x^2}}\)": "{{c1::$x^2$}}",
    "<pre>a ``` b<br>c</pre>": "````\na ``` b\nc\n````",
    "a<!-- hidden -->b": "ab",
    '<ol start="3"><li>x</li><li>y</li></ol>': "3. x\n4. y",
    '<a href="https://a.org/x_(y)">z</a>': "[z](<https://a.org/x_(y)>)",
    '<table><tr><th style="text-align:right">a</th></tr><tr><td><code>b|c</code></td>'
    r"<td>\(|x|\)</td></tr></table>": "| a | |\n| ---: | --- |\n| `b\\|c` | $\\|x\\|$ |",
}


@pytest.mark.parametrize("html", CARRIED)
def test_what_markdown_can_say_is_carried(html: str) -> None:
    assert markdown_of(html) == (CARRIED[html], [])


LISTED = {
    "<u>a</u>": ("a", "underline, kept as text"),
    '<span style="text-decoration: underline">a</span>': ("a", "underline, kept as text"),
    '<span style="color: red">a</span>': ("a", "colour, kept as text"),
    '<font color="#f00">a</font>': ("a", "colour, kept as text"),
    "<mark>a</mark>": ("a", "highlight, kept as text"),
    '<span style="background-color: yellow">a</span>': ("a", "highlight, kept as text"),
    '<span class="red">a</span>': ("a", "the look of '.red', kept as text"),
    "<ruby>騒<rp>(</rp><rt>さわ</rt></ruby>ぐ": (
        "騒(さわ)ぐ",
        "a reading (ruby), kept in parentheses",
    ),
    "[sound:x.mp3]a": ("a", "sound x.mp3"),
    "[latex]a[/latex]": (r"\[latex\]a\[/latex\]", "[latex], kept as text"),
    '<a href="x.html">a</a>': ("a", "a link that leads nowhere outside, kept as text x.html"),
    "a<svg><text>b</text></svg>": ("a", "an inline drawing"),
    "<style>b {}</style>a": ("a", "a style sheet"),
    r"\(\text{$a$}\)": (r"\\text{\$a\$}", "a formula with a dollar sign in it, kept as text"),
    "<b><ul><li>a</li></ul></b>": ("- a", "bold around a list or the like, kept as text"),
    r"<b>\(x\)</b>a": ("$x$a", "bold that Markdown cannot end there, kept as text"),
    "<sub><img src='x.png'>a</sub>": (
        "![](x.png)a",
        "a subscript that Markdown cannot hold, kept as text",
    ),
    "<table><tr><th>a</th><th>b</th></tr><tr><td colspan=2>c</td></tr></table>": (
        "| a | b |\n| --- | --- |\n| c | |",
        "merged cells of a table",
    ),
}


@pytest.mark.parametrize("html", LISTED)
def test_what_markdown_cannot_say_is_kept_as_text_and_listed(html: str) -> None:
    text, loss = LISTED[html]
    assert markdown_of(html) == (text, [loss])


def test_a_field_of_one_line_has_no_marks_of_blocks() -> None:
    assert markdown_of("<h2>Systems <b>x</b></h2>", line=True) == ("Systems **x**", [])
    assert markdown_of("a<br>b<div>c</div><pre>d\ne</pre>", line=True) == ("a b c `d e`", [])
    listed = "a list, written in one line"
    assert markdown_of("x<ul><li>a</li><li>b</li></ul>", line=True) == ("x a b", [listed])


@pytest.fixture(scope="module")
def lossy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deck with much that a bank has no place for, of several decks."""
    folder = tmp_path_factory.mktemp("lossy")
    someone = Learner(folder / "author")
    col = someone.col
    col.media.write_data("my pic (1).png", PNG)
    col.media.write_data("occluded.png", PNG)

    def add(kind: str, deck: str, tags: str, *fields: str) -> None:
        note = col.new_note(col.models.by_name(kind))
        note.fields = list(fields)
        note.tags = tags.split()
        col.add_note(note, col.decks.id(deck))

    shown = deepcopy(col.models.by_name("Basic"))
    shown["name"] = "With id"
    shown["id"] = 0
    shown["flds"] = [col.models.new_field(name) for name in ("Id", "Word", "Meaning", "Notes")]
    shown["css"] = ".blue { color: blue }"
    shown["tmpls"][0]["qfmt"] = "{{#Id}}Say{{/Id}} {{hint:Word}} {{type:Meaning}}"
    shown["tmpls"][0]["afmt"] = "{{FrontSide}}<hr>{{Meaning}}"
    col.models.add_dict(shown)
    add("With id", "Root::A", "C++ C# C", "7", "cat", '<span class="blue">Katze</span>', "a note")
    for number in range(5):
        add("Basic", "Root::B", "日本語 größe", f"q{number}", f"<u>a{number}</u>")
    add("Basic", "Root::B", "leech marked x.y x-y", "<h1>日本</h1>", '<img src="my pic (1).png">')
    add("Cloze", "Root::A", "x-y second", "A {{c1::b}}.", "Because <b>c</b>.")
    add("Basic", "Root::A", "", "long " * 300, "answer")
    occluded = col.models.by_name("Image Occlusion")
    box = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2:oi=1}}<br>"
    fields = [box, '<img src="occluded.png">', "Heart", "", ""]
    add("Image Occlusion", "Root::A", "", *fields[: len(occluded["flds"])])
    return exported(someone, folder / "lossy.apkg")


def entries(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for path in folder.glob("*.yaml"):
        data |= yaml.safe_load(path.read_text("utf-8"))
    return data


def test_the_fields_that_a_template_asks_are_the_question(lossy: Path, tmp_path: Path) -> None:
    prep_export.import_package(lossy, tmp_path / "bank")
    (cat,) = [q for q in entries(tmp_path / "bank")["questions"] if q["question"] == "cat"]
    assert cat["answer"] == "Katze"
    assert cat["details"] == "**Id**\n\n7\n\n**Notes**\n\na note"


def test_tags_become_topics_that_stay_apart(lossy: Path, tmp_path: Path) -> None:
    made = prep_export.import_package(lossy, tmp_path / "bank")
    topics = entries(tmp_path / "bank")["topics"]
    assert {topics[t] for t in topics} >= {"C", "C#", "C++", "日本語", "größe", "x.y", "x-y"}
    assert {"c", "c-sharp", "c-plus-plus", "grosse"} <= set(topics)
    assert "'日本': the tag 'leech'" in made.left
    assert "'日本': the tag 'marked'" in made.left
    assert not {"leech", "marked"} & set(topics)


@pytest.mark.long
def test_ids_are_the_same_at_each_import_and_no_other_decks(tmp_path: Path) -> None:
    found = []
    for number, (deck, word) in enumerate([("日本語", "水"), ("中文", "水"), ("日本語", "水")]):
        package = basic(tmp_path / f"{number}.apkg", (word, "water"), deck=deck)
        prep_export.import_package(package, tmp_path / f"bank-{number}")
        data = entries(tmp_path / f"bank-{number}")
        found.append((data["bank"]["id"], data["questions"][0]["id"]))
    assert found[0] == found[2]
    assert found[0][0] != found[1][0]
    assert all(bank.startswith("deck-") and item.startswith("note-") for bank, item in found)


def test_what_a_note_loses_is_named_by_note_and_field(lossy: Path, tmp_path: Path) -> None:
    made = prep_export.import_package(lossy, tmp_path / "bank")
    assert "'7', Meaning: the look of '.blue', kept as text" in made.left
    assert "Back: underline, kept as text: 5 notes (first: 'q0', 'q1', 'q2')" in made.left
    assert "'q4', Back: underline, kept as text" in made.left_of_each
    assert "'Heart': an image occlusion note: left out" in made.left
    assert "'A {{c1::b}}.': topics but the first: a drill has those of its item" in made.left
    assert any(line.startswith("2 decks, such as 'Root::B'") for line in made.left)
    assert "occluded" not in (tmp_path / "bank" / "bank.yaml").read_text("utf-8")


def test_the_back_of_a_cloze_note_says_why(lossy: Path, tmp_path: Path) -> None:
    prep_export.import_package(lossy, tmp_path / "bank")
    (holder,) = entries(tmp_path / "bank")["patterns"]
    assert holder["drills"] == [{"id": "a-b", "text": "A {{c1::b}}.", "why": "Because **c**."}]


def test_a_front_too_long_for_a_question_is_in_the_details(lossy: Path, tmp_path: Path) -> None:
    made = prep_export.import_package(lossy, tmp_path / "bank")
    (long,) = [q for q in entries(tmp_path / "bank")["questions"] if q["answer"] == "answer"]
    assert long["question"].endswith("long …")
    assert long["details"].count("long") == 300
    assert any("too long for a question; all of it is in 'details'" in line for line in made.left)


def test_topics_may_be_the_decks(lossy: Path, tmp_path: Path) -> None:
    made = prep_export.import_package(lossy, tmp_path / "bank", topics_from="decks")
    data = entries(tmp_path / "bank")
    assert data["topics"] == {"a": "A", "b": "B"}
    assert data["bank"]["deck"] == "Root"
    assert any(line.startswith("the tag '日本語': 5 notes") for line in made.left)
    done = run(str(lossy), "-o", str(tmp_path / "other"), "--topics-from", "names")
    assert (done.exit_code, done.stderr) == (2, "error: topics from 'names': write tags or decks\n")


def test_two_notes_of_one_guid_are_both_kept(tmp_path: Path) -> None:
    package = basic(tmp_path / "x.apkg", ("One?", "1"), ("One?", "2"))
    altered(package, ["UPDATE notes SET guid = 'same'"])
    made = prep_export.import_package(package, tmp_path / "bank")
    questions = entries(tmp_path / "bank")["questions"]
    assert sorted(q["answer"] for q in questions) == ["1", "2"]
    assert len({q["id"] for q in questions}) == 2
    assert "the guid 'same' has two notes: both are kept, with other ids" in made.left


def test_the_command_says_what_there_is_to_mend(tmp_path: Path) -> None:
    package = basic(tmp_path / "x.apkg", ("What?", r"\\(\undefined\\)"), ("Fine?", "Fine."))
    altered(package, [r"UPDATE notes SET flds = replace(flds, '\\', '\')"])
    folder = tmp_path / "bank"
    done = run(str(package), "-o", str(folder))
    assert done.exit_code == 0
    assert f"to mend: 1 error; see them with: prep-export validate {folder}" in done.stderr


def test_pictures_of_one_name_in_two_folders_come_back_as_two(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="9"><path d="M1 1L8 8"/></svg>'
    for width, folder in enumerate(("encoder", "decoder"), start=1):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "flow.svg").write_text(svg.format(width))
    bank = write_bank("""
        patterns:
          - {id: a, topics: [rag], title: A, summary: S., body: "![x](encoder/flow.svg)"}
          - {id: b, topics: [rag], title: B, summary: S., body: "![x](decoder/flow.svg)"}
    """)
    prep_export.export(prep_export.load_bank(bank), "anki", tmp_path / "x.apkg")
    prep_export.import_package(tmp_path / "x.apkg", tmp_path / "back")
    paths = [p["body"][5:-1] for p in entries(tmp_path / "back")["patterns"]]
    widths = [(tmp_path / "back" / path).read_text() for path in paths]
    assert widths == [svg.format(1), svg.format(2)]


def test_empty_lines_of_code_and_no_break_spaces_of_cells_come_back(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    bank = write_bank("""
        faqs:
          - id: a
            topics: [rag]
            question: Q
            answer: |
              ```python
              import x


              def f(): ...
              ```

              | a |
              |---|
              | Dr.\u00a0Who |
    """)
    prep_export.export(prep_export.load_bank(bank), "anki", tmp_path / "x.apkg")
    prep_export.import_package(tmp_path / "x.apkg", tmp_path / "back")
    (entry,) = entries(tmp_path / "back")["faqs"]
    assert "import x\n\n\ndef f(): ..." in entry["answer"]
    assert "Dr.\u00a0Who" in entry["answer"]


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


@pytest.mark.long
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
    loss = "a picture that is not in the package, damaged, or no SVG, PNG, JPEG"
    assert f"'What?', Back: {loss} '{name}'" in made.left
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
    with (
        files.bank_folder(tmp_path / "bank") as folder,
        pytest.raises(OutputError, match="outside"),
    ):
        folder.picture("../evil.png", PNG)
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


def test_many_pictures_of_one_name_get_paths_in_one_go_each() -> None:
    class Counted(set[str]):
        asked = 0

        def __contains__(self, path: object) -> bool:
            Counted.asked += 1
            return super().__contains__(path)

    package = Package("x.apkg", {}, (), {}, {})
    work = importing._Import(package, lambda *_: b"", BankFolder(Path(), Path()))
    work._taken = Counted()
    paths = {work._free_path("a.png") for _ in range(100)}
    assert len(paths) == 100
    assert Counted.asked <= 2 * 100
