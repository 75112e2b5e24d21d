"""Our own decks, edited by people: what can be told comes back, the rest is listed."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import prep_export
from prep_export.exporters.anki import note_types

from .support.packages import altered, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BANK = """
    bank: {id: test, title: Test}
    topics: {rag: RAG}
    questions:
      - id: one
        topics: [rag]
        question: What is *it*?
        answer: An answer.
        key_points: [First, Second]
        drills:
          - {id: c, text: "A {{c1::cloze}}."}
          - {id: q, ask: Ask?, answer: Told., why: As *told*.}
    mistakes:
      - id: said
        topics: [rag]
        mistake: No *number*
        why: It costs.
        instead: Say it.
        not_that: Fast.
        say_this: 5 ms.
    criteria: [{id: crit, topics: [rag], criterion: Depth, weak: Says, strong: Shows}]
    retired:
      - {id: one/old, reason: It was *wrong*., note: cloze}
      - {id: two, reason: Merged., replaced_by: one}
"""


@pytest.fixture
def package(write_bank: Callable[..., str], tmp_path: Path) -> Path:
    bank = prep_export.load_bank(write_bank(BANK, header=False))
    prep_export.export(bank, "anki", tmp_path / "deck.apkg")
    return tmp_path / "deck.apkg"


def edited(package: Path, item: str, change: Callable[[list[str], list[str]], None]) -> Path:
    """The package with the fields and tags of one note changed, as somebody might in Anki."""
    target = package.with_name("edited.apkg")
    with zipfile.ZipFile(package) as old:
        database = package.with_name("c.db")
        database.write_bytes(old.read("collection.anki2"))
        connection = sqlite3.connect(database)
        for number, text, tags in connection.execute("SELECT id, flds, tags FROM notes").fetchall():
            fields, words = text.split("\x1f"), tags.split()
            if fields[5] == item:
                change(fields, words)
                connection.execute(
                    "UPDATE notes SET flds = ?, tags = ? WHERE id = ?",
                    ("\x1f".join(fields), f" {' '.join(words)} ", number),
                )
        connection.commit()
        connection.close()
        with zipfile.ZipFile(target, "w") as new:
            new.writestr("collection.anki2", database.read_bytes())
            new.writestr("media", json.dumps({}))
    return target


def _field(number: int, text: str) -> Callable[[list[str], list[str]], None]:
    def change(fields: list[str], _tags: list[str]) -> None:
        fields[number] = text

    return change


def _without(prefix: str) -> Callable[[list[str], list[str]], None]:
    def change(_fields: list[str], tags: list[str]) -> None:
        tags[:] = [tag for tag in tags if not tag.startswith(prefix)]

    return change


def imported(package: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    made = prep_export.import_package(package, package.with_name("back"))
    data: dict[str, Any] = {}
    for path in sorted(package.with_name("back").glob("*.yaml")):
        data |= yaml.safe_load(path.read_text("utf-8"))
    return data, made.left


def test_retired_entries_come_back_as_they_were(package: Path) -> None:
    data, left = imported(package)
    assert data["retired"] == [
        {"id": "one/old", "reason": "It was *wrong*.", "note": "cloze"},
        {"id": "two", "reason": "Merged.", "replaced_by": "one"},
    ]
    assert [d["id"] for d in data["questions"][0]["drills"]] == ["c", "q"]
    assert left == ()


def test_a_front_without_its_markup_is_taken_whole(package: Path) -> None:
    def change(fields: list[str], _tags: list[str]) -> None:
        fields[0] = "What is <i>that</i>?"

    data, left = imported(edited(package, "one", change))
    assert data["questions"][0]["question"] == "What is *that*?"
    assert left == ()


def test_the_prompt_of_a_front_without_markup_is_not_the_authors(package: Path) -> None:
    def change(fields: list[str], _tags: list[str]) -> None:
        fields[0] = re.sub("<p data-field=[^>]*>Depth</p>", "<div>Deep</div>", fields[0])

    data, _ = imported(edited(package, "crit", change))
    assert data["criteria"][0]["criterion"] == "Deep"


def test_a_mistake_whose_title_has_lost_its_mark_is_named_by_what_comes_first(
    package: Path,
) -> None:
    def change(fields: list[str], _tags: list[str]) -> None:
        fields[1] = re.sub('<p data-field="mistake"[^>]*>(.*?)</p>', r"<div>\1</div>", fields[1])

    data, left = imported(edited(package, "said", change))
    mistake = data["mistakes"][0]
    assert (mistake["mistake"], mistake["not_that"]) == ("No *number*", "Fast.")
    assert left == ()


def test_what_a_learner_has_added_to_a_front_is_listed(package: Path) -> None:
    def change(fields: list[str], _tags: list[str]) -> None:
        fields[0] += "<div>And mine</div>"

    data, left = imported(edited(package, "said", change))
    assert data["mistakes"][0]["mistake"] == "No *number*"
    assert left == ("said: what its author has not written: And mine",)


def test_an_item_without_its_head_keeps_its_topics(package: Path) -> None:
    data, left = imported(edited(package, "said", _field(3, "")))
    assert data["mistakes"][0]["topics"] == ["rag"]
    assert left == ()


def test_what_a_learner_has_added_is_listed(package: Path) -> None:
    def change(fields: list[str], _tags: list[str]) -> None:
        fields[1] += "<div>My own <b>note</b></div>"

    data, left = imported(edited(package, "one", change))
    assert data["questions"][0]["answer"] == "An answer."
    assert left == ("one: what its author has not written: My own **note**",)


def test_a_front_turned_to_plain_text_is_taken_whole(package: Path) -> None:
    """As Anki's editor leaves it when its markup is removed."""
    data, left = imported(edited(package, "one", _field(0, "What is it?")))
    assert data["questions"][0]["question"] == "What is it?"
    assert left == ()


def test_what_explains_a_drill_comes_back(package: Path) -> None:
    data, left = imported(package)
    assert [d.get("why") for d in data["questions"][0]["drills"]] == [None, "As *told*."]
    assert left == ()


def test_what_a_learner_writes_behind_a_cloze_explains_it(package: Path) -> None:
    data, left = imported(edited(package, "one/c", _field(1, "Since <b>then</b>.")))
    assert data["questions"][0]["drills"][0]["why"] == "Since **then**."
    assert left == ()


def test_what_stands_beside_the_entries_of_a_list_is_listed(package: Path) -> None:
    def change(fields: list[str], _tags: list[str]) -> None:
        fields[1] = fields[1].replace("</ul>", "<li></li></ul>and mine")

    data, left = imported(edited(package, "one", change))
    assert data["questions"][0]["key_points"] == ["First", "Second"]
    assert left == ("one: what its author has not written: and mine",)


def test_sounds_that_a_learner_has_added_are_listed(package: Path) -> None:
    def change(fields: list[str], _tags: list[str]) -> None:
        fields[1] = fields[1].replace("An answer", "[sound:x.mp3]An answer")

    _, left = imported(edited(package, "one", change))
    assert left == ("'one': sound 'x.mp3'",)


def test_an_id_that_is_none_is_replaced_and_listed(package: Path) -> None:
    data, left = imported(edited(package, "crit", _field(5, "Ünï <b>")))
    made = data["criteria"][0]["id"]
    assert made.startswith("uni-b-")
    assert left == (f"Ünï <b>: no id, or one that is taken; it is '{made}' now",)


def test_a_drill_whose_id_is_taken_gets_another_and_is_listed(package: Path) -> None:
    data, left = imported(edited(package, "one/q", _field(5, "one/c")))
    taken, made = (drill["id"] for drill in data["questions"][0]["drills"])
    assert taken == "c"
    assert made.startswith("drill-")
    assert left == (f"one/c: no id, or one that is taken; it is '{made}' now",)


def test_a_retired_item_whose_successor_is_gone_loses_it(package: Path) -> None:
    data, left = imported(edited(package, "one", _without("test::")))
    assert data["retired"][1] == {"id": "two", "reason": "Merged."}
    assert "two: 'one', which replaces it, is not here" in left


def test_a_deck_of_ours_under_another_note_type_id_is_ours(package: Path) -> None:
    """As those of other versions, and of banks whose note types have ids of their own."""
    target = edited(package, "one", lambda _fields, _tags: None)
    (models,) = rows(target, "SELECT models FROM col")[0]
    old = str(note_types.type_id("basic", "test"))
    altered(
        target,
        ["UPDATE col SET models = ?", f"UPDATE notes SET mid = mid + 7 WHERE mid = {old}"],
        values=(models.replace(old, str(note_types.type_id("basic", "test") + 7)),),
    )
    data, left = imported(target)
    assert data["questions"][0]["key_points"] == ["First", "Second"]
    assert left == ()


@pytest.mark.parametrize(
    ("name", "change", "cause"),
    [
        ("one", _without("test::"), "no tag names its section"),
        ("one", _without("test::topic"), "no tag names a topic"),
        ("one", _field(0, ""), "empty"),
        ("one/c", _field(0, ""), "empty"),
        ("one/q", _field(1, ""), "empty"),
        ("two", _field(1, "gone"), "the reason cannot be told"),
        ("crit", _field(1, ""), "empty"),
    ],
)
def test_a_note_that_has_lost_what_it_needs_is_listed(
    package: Path, name: str, change: Callable[[list[str], list[str]], None], cause: str
) -> None:
    _, left = imported(edited(package, name, change))
    assert any(line.startswith(f"{name}: ") and cause in line for line in left), left
