"""`schema BANK`: the schema with the topics, tags and ids of a bank, for completion in editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from prep_export import json_schema, load_bank
from prep_export.cli.app import app

from .conftest import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = """\
bank: {id: b, title: B, version: 2, distinct: [[one, two]]}
topics: {rag: {title: Retrieval, aliases: [search]}, "rag::chunking": Chunks}
tags: {seed: Of the source page}
"""
QUESTIONS = """\
questions:
  - {id: one, topics: [search], tags: [seed], question: "What is it?", answer: It., related: [two]}
  - {id: two, topics: ["rag::chunking"], question: "What is it then?", answer: That.}
"""
REST = """\
concepts:
  - id: term
    topics: [rag]
    term: Term
    definition: It.
    related: [one]
    sources: [{title: T, year: 2017}]
retired:
  - {id: old, reason: Merged., replaced_by: one}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def folder(here: Path) -> Path:
    """A bank of three files."""
    folder = here / "decks" / "b"
    folder.mkdir(parents=True)
    for name, text in {"bank": HEADER, "questions": QUESTIONS, "rest": REST}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def schema(*arguments: str) -> Any:
    done = CliRunner().invoke(app, ["schema", *arguments])
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout)
    Draft202012Validator.check_schema(made)
    return made


def wrong(made: Any, data: Any) -> list[str]:
    return [error.json_path for error in Draft202012Validator(made).iter_errors(data)]


def item(**fields: Any) -> Any:
    return {"questions": [{"id": "q", "topics": ["rag"], "question": "Q", "answer": "A", **fields}]}


def test_every_file_of_the_bank_agrees_with_it(folder: Path) -> None:
    made = schema("decks/b")
    for path in folder.iterdir():
        assert wrong(made, yaml.safe_load(path.read_text(encoding="utf-8"))) == []
    assert made == json_schema(load_bank(folder))


@pytest.mark.long
def test_every_file_of_the_shipped_bank_agrees_with_its_own() -> None:
    made = json_schema(load_bank(SHIPPED))
    Draft202012Validator.check_schema(made)
    for path in SHIPPED.rglob("*.yaml"):
        assert wrong(made, yaml.safe_load(path.read_text(encoding="utf-8"))) == []


@pytest.mark.usefixtures("folder")
def test_words_stand_beside_their_titles() -> None:
    defined = schema("decks/b")["$defs"]

    def titles(choice: Any) -> dict[str, str]:
        return dict(zip(choice["enum"], choice["enumDescriptions"], strict=True))

    assert titles(defined["topics"]) == {
        "rag": "Retrieval",
        "rag::chunking": "Chunks",
        "search": "Retrieval (means 'rag')",
    }
    assert titles(defined["tags"]) == {"seed": "Of the source page"}
    assert titles(defined["items"]["anyOf"][0]) == {
        "one": "What is it?",
        "term": "Term",
        "two": "What is it then?",
    }


@pytest.mark.long
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("kind", "field", "named"),
    [
        ("Question", "topics", "topics"),
        ("Concept", "topics", "topics"),
        ("Question", "tags", "tags"),
        ("Question", "related", "items"),
        ("Retired", "replaced_by", "items"),
        ("Header", "distinct", "items"),
    ],
)
def test_fields_propose_what_they_name(kind: str, field: str, named: str) -> None:
    shown = json.dumps(schema("decks/b")["$defs"][kind]["properties"][field])
    assert f'"$ref": "#/$defs/{named}"' in shown


@pytest.mark.usefixtures("folder")
def test_topics_and_tags_that_are_not_declared_are_marked() -> None:
    made = schema("decks/b")
    assert wrong(made, item(topics=["rga"])) == ["$.questions[0].topics[0]"]
    assert wrong(made, item(tags=["sead"])) == ["$.questions[0].tags[0]"]
    assert wrong(json_schema(), item(topics=["rga"], tags=["sead"])) == []


@pytest.mark.long
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("place", "data"),
    [
        ("$.questions[0].related[0]", lambda name: item(related=[name])),
        (
            "$.retired[0].replaced_by",
            lambda name: {"retired": [{"id": "x", "reason": "R", "replaced_by": name}]},
        ),
        (
            "$.bank.distinct[0][0]",
            lambda name: {"bank": {"id": "b", "title": "B", "distinct": [[name, "one"]]}},
        ),
    ],
)
def test_an_item_may_be_newer_than_the_schema(place: str, data: Callable[[str], Any]) -> None:
    made = schema("decks/b")
    assert wrong(made, data("newer")) == []
    assert wrong(made, data("No Id")) == [place]


@pytest.mark.usefixtures("folder")
def test_a_file_of_a_bank_has_the_schema_of_the_whole() -> None:
    assert schema("decks/b/rest.yaml") == schema("decks/b")


def test_a_mistake_leaves_the_rest(folder: Path) -> None:
    (folder / "rest.yaml").write_text(REST.replace("term: Term", "trem: Term"), encoding="utf-8")
    made = schema("decks/b")
    assert "rag" in made["$defs"]["topics"]["enum"]
    assert "term" in made["$defs"]["items"]["anyOf"][0]["enum"]


def test_of_a_bank_that_is_partly_unreadable_no_topic_is_refused(folder: Path) -> None:
    (folder / "more.yaml").write_text("topics: {more: [\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["schema", "decks/b"])
    assert done.exit_code == 0
    assert done.stderr == (
        "1 error in 'decks/b': what could not be read is not completed; "
        "see prep-export validate decks/b\n"
    )
    made = json.loads(done.stdout)
    assert wrong(made, item(topics=["more"])) == []
    assert "rag" in made["$defs"]["topics"]["anyOf"][0]["enum"]
    assert wrong(made, item(topics=["No Topic"])) == ["$.questions[0].topics[0]"]


def test_what_is_malformed_is_not_proposed(folder: Path) -> None:
    (folder / "more.yaml").write_text(
        "topics: {No Topic: N}\nfaqs: [{id: No Id, topics: [rag], question: Q?, answer: A.}, {}]\n",
        encoding="utf-8",
    )
    defined = schema("decks/b")["$defs"]
    assert set(defined["topics"]["enum"]) == {"rag", "rag::chunking", "search", "no-topic"}
    assert set(defined["items"]["anyOf"][0]["enum"]) == {"one", "two", "term", "no-id"}


def test_a_bank_that_declares_nothing_yet_has_the_schema_of_any(here: Path) -> None:
    (here / "new.yaml").write_text("bank: {id: new, title: New}\n", encoding="utf-8")
    made = schema("new.yaml")
    assert made["title"] == "prep-export question bank 'new'"
    assert {**made, "title": json_schema()["title"]} == json_schema()


def test_what_cannot_be_read_at_all_gives_findings_and_no_schema(here: Path) -> None:
    (here / "bad.yaml").write_text("bank: [\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["schema", "bad.yaml"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "error[yaml-syntax]" in done.stderr
    done = CliRunner().invoke(app, ["schema", "absent.yaml"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no file or folder 'absent.yaml'" in done.stderr
