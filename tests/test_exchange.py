"""The formats for other programs: JSON with everything, CSV that a spreadsheet opens."""

from __future__ import annotations

import csv
import json
from base64 import b64decode
from dataclasses import replace
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import prep_export
from prep_export.bank.model import (
    Bank,
    Concept,
    Drill,
    FollowUp,
    Header,
    Mistake,
    Question,
    Source,
    Topic,
)
from prep_export.bank.read.merge import load
from prep_export.exporters.exchange.cells import cell, guarded, unguarded, value
from prep_export.exporters.exchange.columns import FIRST, every, fields_of
from prep_export.exporters.exchange.document import text_of
from prep_export.exporters.registry import BUILT_IN, FOR_LEARNERS

from .conftest import HEADER, ROOT
from .support.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1L8 8"/></svg>'
RICH = (
    HEADER.replace("title: Test}", "title: Test, smart_quotes: true, pdf: {logo: media/x.svg}}")
    + """\
questions:
  - id: one
    topics: [rag]
    question: '"What" is it?'
    answer: "-1 is wrong, see ![a map](media/map.svg)"
    key_points: ["First\\n\\n- a\\n- b", =SUM(A1)]
    follow_ups: [{ask: Why?, answer: So.}]
    kind: design
    drill_priority: extra
    drills:
      - {id: d, text: "It is {{c1::this}}.", why: Because.}
      - {id: e, ask: Who?, answer: We.}
concepts:
  - {id: term, topics: [rag], term: A term, definition: A meaning., reverse: true, priority: core}
retired:
  - {id: gone, reason: It was wrong.}
"""
)


@pytest.fixture
def bank(write_bank: Callable[..., str], tmp_path: Path) -> Bank:
    (tmp_path / "media").mkdir()
    for name in ("x", "map"):
        (tmp_path / "media" / f"{name}.svg").write_text(SVG)
    return prep_export.load_bank(write_bank(RICH, header=False))


def exported(bank: Bank, name: str, **options: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        prep_export.export(bank, name, path, options)
        return path.read_bytes()


def table(bank: Bank, mark: str = ",", **options: str) -> list[dict[str, str]]:
    text = exported(bank, "csv", **options).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=mark, strict=True))


def said(bank: Bank | None) -> tuple[Any, ...]:
    """Everything of a bank but where it stands."""
    assert bank is not None
    return (bank.header, bank.topics, bank.tags, bank.entries, bank.retired)


def again(document: dict[str, Any]) -> Bank | None:
    """The bank of a document whose content is taken for a bank file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bank.yaml"
        path.write_text(text_of(document["content"]), encoding="utf-8")
        return load(str(path)).bank


# JSON


def test_the_content_of_the_json_is_a_bank_file(bank: Bank) -> None:
    document = json.loads(exported(bank, "json"))
    assert [*document] == ["format", "format_version", "content", "files"]
    assert (document["format"], document["format_version"]) == ("prep-export bank", 1)
    errors = Draft202012Validator(prep_export.json_schema()).iter_errors(document["content"])
    assert [error.message for error in errors] == []
    assert said(again(document)) == said(bank)


def test_the_json_holds_the_text_as_its_author_wrote_it(bank: Bank) -> None:
    document = json.loads(exported(bank, "json"))
    assert bank.header.smart_quotes
    assert document["content"]["questions"][0]["question"] == '"What" is it?'
    assert document["content"]["bank"]["smart_quotes"] is True
    assert table(bank)[0]["front"] == '"What" is it?'


def test_the_json_holds_the_files_that_the_bank_names(bank: Bank) -> None:
    files = json.loads(exported(bank, "json"))["files"]
    assert {name: b64decode(text).decode() for name, text in files.items()} == {
        "media/map.svg": SVG,
        "media/x.svg": SVG,
    }


def test_what_has_a_default_that_says_something_is_there_and_nothing_empty(bank: Bank) -> None:
    (question,) = json.loads(exported(bank, "json"))["content"]["questions"]
    assert (question["difficulty"], question["priority"]) == ("medium", "standard")
    assert "sources" not in question
    assert "details" not in question


def test_a_selection_says_which_part_it_is(bank: Bank) -> None:
    part = prep_export.select(bank, prep_export.Selection(sections=("concepts",)))
    document = json.loads(exported(part, "json"))
    assert document["part"] == "section concepts"
    assert "questions" not in document["content"]
    assert [row["id"] for row in table(part)] == ["term"]


@pytest.mark.parametrize("name", ["json", "csv"])
def test_the_same_bank_gives_the_same_bytes(bank: Bank, name: str) -> None:
    assert exported(bank, name) == exported(bank, name)


def test_a_picture_that_is_gone_is_an_error_that_names_it(bank: Bank, tmp_path: Path) -> None:
    (tmp_path / "media" / "map.svg").unlink()
    with pytest.raises(prep_export.ExporterError, match=r"map\.svg"):
        exported(bank, "json")


@pytest.mark.long
def test_the_shipped_bank_is_whole_in_its_json(shipped: Bank) -> None:
    assert said(again(json.loads(exported(shipped, "json")))) == said(shipped)


# CSV


def test_a_row_is_an_item_or_a_drill(bank: Bank) -> None:
    rows = table(bank)
    assert [(row["id"], row["section"]) for row in rows] == [
        ("one", "questions"),
        ("one/d", "drills"),
        ("one/e", "drills"),
        ("term", "concepts"),
    ]
    assert [row["front"] for row in rows[1:3]] == ["It is {{c1::this}}.", "Who?"]
    assert [row["back"] for row in rows[2:]] == ["We.", "A meaning."]
    assert rows[1]["why"] == "Because."
    assert {row["topics"] for row in rows} == {"rag"}
    assert rows[1]["kind"] == "design"
    assert [row["priority"] for row in rows] == ["standard", "extra", "extra", "core"]
    assert rows[3]["reverse"] == "yes"


def test_a_column_that_would_be_empty_is_left_out(bank: Bank) -> None:
    names = [*table(bank)[0]]
    assert names[: len(FIRST)] == list(FIRST)
    assert "formula" not in names
    assert names[len(FIRST) :] == ["why", "key_points", "follow_ups", "reverse", "drill_priority"]


def test_excel_knows_the_encoding_and_the_ends_of_rows(bank: Bank) -> None:
    content = exported(bank, "csv")
    assert content.startswith(b"\xef\xbb\xbfid,section,")
    assert content.endswith(b"\r\n")


@pytest.mark.parametrize(("name", "mark"), [("semicolon", ";"), ("tab", "\t")])
def test_the_delimiter_can_be_chosen(bank: Bank, name: str, mark: str) -> None:
    assert table(bank, mark, delimiter=name) == table(bank)


def test_no_cell_is_a_formula(bank: Bank) -> None:
    rows = table(bank)
    assert rows[0]["back"].startswith("'-1 is wrong")
    assert rows[0]["key_points"].startswith("* First")
    for sign in "=+-@\t\uff1d\uff0b\uff0d\uff20":
        assert guarded(f"{sign}1").startswith("'")


@given(st.text(st.sampled_from("'=+-@a\t "), max_size=6))
def test_the_apostrophe_that_guards_comes_off_again_and_no_other(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text).lstrip("'") == text.lstrip("'")


# Texts that nobody expects

LETTERS = st.characters(blacklist_categories=("Cs", "Cc", "Cn")) | st.sampled_from(
    ["\n", '"', "'", ",", ";", "\t", "=", "* ", "- ", "\n\n", "\n  ", "{{c1::a}}", "\\", "\u2028"]
)
TEXT = (
    st.lists(LETTERS, min_size=1, max_size=12).map("".join)
    | st.sampled_from([text for text in HOSTILE.values() if len(text) < 400])
).map(str.strip)
TEXT = TEXT.filter(lambda text: bool(text) and "\ufeff" not in text)
LINE = TEXT.map(lambda text: " ".join(text.split())).filter(bool)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
DRILLS = st.lists(
    st.builds(
        Drill, id=st.just("d"), text=TEXT.map("{} {{{{c1::x}}}}".format), why=st.none() | TEXT
    )
    | st.builds(Drill, id=st.just("e"), ask=TEXT.filter(lambda t: "{{c" not in t), answer=TEXT),
    max_size=2,
    unique_by=lambda drill: drill.id,
).map(tuple)
SHARED: dict[str, Any] = {"topics": st.just(("rag",)), "drills": DRILLS}
BANKS = st.builds(
    lambda questions, mistake, concept, header: Bank(
        header=header,
        topics={"rag": Topic(title="RAG")},
        entries={
            "questions": tuple(replace(q, id=f"q{n}") for n, q in enumerate(questions)),
            "mistakes": (mistake,),
            "concepts": (concept,),
        },
    ),
    st.lists(
        st.builds(
            Question,
            id=st.just("q"),
            question=LINE,
            answer=TEXT,
            details=st.none() | TEXT,
            key_points=TEXTS,
            follow_ups=st.lists(st.builds(FollowUp, ask=TEXT, answer=TEXT), max_size=2).map(tuple),
            sources=st.lists(st.builds(Source, title=LINE), max_size=2).map(tuple),
            difficulty=st.sampled_from(["easy", "hard"]),
            **SHARED,
        ),
        max_size=3,
    ),
    st.builds(Mistake, id=st.just("m"), mistake=LINE, why=TEXT, instead=TEXT, **SHARED),
    st.builds(Concept, id=st.just("c"), term=LINE, definition=TEXT, **SHARED),
    st.builds(Header, id=st.just("x"), title=LINE, description=st.none() | TEXT),
)


@settings(max_examples=10)
@given(BANKS)
def test_any_bank_comes_back_from_its_json(bank: Bank) -> None:
    plain = replace(bank, entries={name: items for name, items in bank.entries.items() if items})
    document = json.loads(exported(plain, "json").decode())
    found = again(document)
    assert found is not None
    kept = {name: items for name, items in found.entries.items() if items}
    assert said(replace(found, entries=kept)) == said(plain)


@settings(max_examples=10)
@given(BANKS)
def test_any_bank_can_be_read_from_its_csv(bank: Bank) -> None:
    rows = table(bank)
    assert len(rows) == sum(1 + len(item.drills) for _, item in bank.items())
    by_id = {row["id"]: row for row in rows}
    for section, item in bank.items():
        cells = by_id[item.id]
        assert not any(text[:1] in {*"=+-@\t\r"} for text in cells.values() if text)
        if isinstance(item, Question):
            kinds = fields_of(section)
            back = {
                name: value(unguarded(text), kinds[name])
                for name, text in cells.items()
                if text and name in kinds
            }
            assert (back["front"], back["back"]) == (item.question, item.answer)
            assert tuple(back.get("key_points", ())) == item.key_points
            asked = [(one["ask"], one["answer"]) for one in back.get("follow_ups", [])]
            assert asked == [(one.ask, one.answer) for one in item.follow_ups]


@given(st.lists(TEXT, min_size=1, max_size=4))
@example(["a\n- b\n\n  c", "* d"])
def test_a_list_of_texts_comes_back_from_its_cell(texts: list[str]) -> None:
    kind = fields_of("questions")["key_points"]
    assert value(cell(texts, kind), kind) == texts


@pytest.mark.parametrize(
    ("column", "text", "found"),
    [
        ("key_points", "- one\n- two\n  more", ["one", "two\nmore"]),
        ("key_points", "one thing", ["one thing"]),
        ("topics", "rag, agents; eval", ["rag", "agents", "eval"]),
    ],
)
def test_cells_are_read_as_people_write_them(column: str, text: str, found: Any) -> None:
    assert value(text, fields_of("questions")[column]) == found


@pytest.mark.parametrize(
    ("section", "column", "text", "why"),
    [
        ("concepts", "reverse", "maybe", "write yes or no"),
        ("questions", "sources", "A paper", "a list"),
        ("patterns", "diagram", "[]", "an entry"),
        ("questions", "follow_ups", "[" * 100_000, "a list"),
    ],
)
def test_a_cell_that_cannot_be_read_says_what_it_should_be(
    section: str, column: str, text: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        value(text, fields_of(section)[column])


# Beside the other formats


def test_build_writes_neither_unless_it_is_asked(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del bank
    from typer.testing import CliRunner

    from prep_export.cli.app import app

    assert {*BUILT_IN} - {*FOR_LEARNERS} == {"json", "csv"}
    monkeypatch.chdir(tmp_path)
    arguments = ["build", "bank.yaml", "-o", "made", "--format", "json", "--format", "csv"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0
    assert [Path(line).name for line in done.stdout.split()] == ["test.json", "test.csv"]


def test_every_column_is_in_the_documentation() -> None:
    page = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8")
    for name in every():
        assert f"`{name}`" in page, name
