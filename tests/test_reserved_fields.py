"""Fields and templates that wait for a use: filled one day, they reach every learner at once.

The names of what decks have needed over the years stand in docs/anki-contract.md. Nothing of ours
fills them yet, so the tests write into a package what a later version will.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import prep_export

from .support.collection import Imported
from .support.packages import altered, rows
from .support.reserved import RESERVED, fill

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .support.collection import Learner

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")

START = 1_795_000_000
BANK = """
    bank: {id: test, title: Test deck}
    topics: {rag: Retrieval}
    questions:
      - id: one
        topics: [rag]
        question: What is one?
        answer: An answer.
        drills:
          - {id: c, text: "{{c1::A}} and {{c2::B}}"}
      - {id: two, topics: [rag], question: And then?, answer: More.}
"""


@pytest.fixture
def publish(
    write_bank: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Exports the bank as built on a day, with texts in fields of the item 'one' and its drill."""

    def run(day: int, **filled: str) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + day * 86_400))
        target = tmp_path / f"day-{day}.apkg"
        bank = prep_export.load_bank(write_bank(BANK, header=False))
        prep_export.export(bank, "anki", target)
        return fill(target, filled) if filled else target

    return run


def sides(learner: Learner, item: str) -> list[tuple[str, str]]:
    """Front and back of each card of an item."""
    cards = sorted(learner.cards(f'"Id:{item}"'), key=lambda card: card.ord)
    return [(card.question(), card.answer()) for card in cards]


def test_while_they_are_empty_there_is_nothing_of_them(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(0))
    assert [card.ord for card in learner.cards()] == [0, 0, 1, 0]
    assert learner.damage() == []
    for item in ("one", "one/c", "two"):
        for side in (text for card in sides(learner, item) for text in card):
            for mark in ("pe-hint", "pe-picture", "pe-audio", "pe-typed", "[[type"):
                assert mark not in side.partition("</style>")[2]


def test_filling_them_one_day_is_a_plain_update(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(0))
    learner.study("Test deck", 2)
    before = learner.schedule()
    new = {"Hint": "<p>Think.</p>", "Picture": "<p>Look.</p>", "Audio": "<p>Hear.</p>"}
    log = learner.imports(publish(9, **new, Typed="answer"))
    assert log == Imported(new=0, updated=3, duplicate=0, conflicting=0)
    after = learner.schedule()
    assert {card: after[card] for card in before} == before
    assert len(after) == len(before) + 1
    assert learner.damage() == []
    basic, typed, *clozes = [*sides(learner, "one"), *sides(learner, "one/c")]
    for question, answer in (basic, typed, *clozes):
        assert '<details class="pe-hint"><summary>Hint</summary><div><p>Think.' in question
        assert "Think." not in answer
        assert "Look." in question
        assert "Look." in answer
        assert "Hear." not in question
        assert "Hear." in answer
    assert "[[type" not in basic[0] + basic[1]
    assert all("[[type:Typed]]" in side for side in typed)
    assert all("[[type:cloze:Text]]" in side for card in clozes for side in card)
    assert "An answer." in typed[1]
    assert "An answer." not in typed[0]


def test_an_update_of_a_note_takes_what_a_learner_has_written_into_one(
    publish: Callable[..., Path], learner: Learner
) -> None:
    """Why there is no field for learners' own words: an update replaces every field of a note."""
    learner.imports(publish(0))
    note = learner.note("one")
    note["Spare 3"] = "Mine."
    learner.col.update_note(note)
    learner.col.db.execute("UPDATE notes SET mod = ?", START)
    assert learner.note("one")["Spare 3"] == "Mine."
    learner.imports(publish(9, Hint="Think."))
    assert learner.note("one")["Spare 3"] == ""


def test_the_browser_sorts_and_lists_by_titles_in_plain_words(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(0))
    listed = learner.col.db.list("SELECT sfld FROM notes ORDER BY sfld")
    assert listed == ["And then?", "What is one?", "What is one? · c"]


def test_the_editor_says_what_is_reserved_and_folds_what_is_for_programs(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(0))
    fields = learner.col.models.by_name("prep-export Basic (test)")["flds"]
    about = {field["name"]: field for field in fields}
    for name in (*RESERVED, "Spare 1", "Spare 2", "Spare 3"):
        assert about[name]["description"].startswith("Reserved")
    folded = [name for name, field in about.items() if field["collapsed"]]
    assert folded == ["Class", "Title", "Title in link", "Version", "Spare 1", "Spare 2", "Spare 3"]
    assert about["Class"]["excludeFromSearch"]
    assert not about["Front"]["excludeFromSearch"]


def test_an_import_into_a_bank_names_what_stands_in_one(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    package = publish(0, Hint="<p>Think of it.</p>", Audio="Hear.")
    left = prep_export.import_package(package, tmp_path / "back").left_of_each
    for item in ("one", "one/c"):
        for text in ("Think of it.", "Hear."):
            assert any(line.startswith(f"{item}: ") and text in line for line in left)


# Why they must be there from the first release


def reshaped(package: Path, change: Callable[[dict[str, Any]], None], kind: str = "Basic") -> Path:
    """A package whose note type of a kind is another, and newer than that of earlier days."""
    ((text,),) = rows(package, "SELECT models FROM col")
    models = json.loads(text)
    change(next(model for model in models.values() if f" {kind} " in model["name"]))
    return altered(package, ["UPDATE col SET models = ?"], values=(json.dumps(models),))


def _add_template(kind: dict[str, Any]) -> None:
    kind["tmpls"].append({**kind["tmpls"][1], "name": "Fourth", "ord": 3, "id": 6_210_004})


def _move_fields(kind: dict[str, Any]) -> None:
    fields = kind["flds"]
    fields[1], fields[2] = {**fields[2], "ord": 1}, {**fields[1], "ord": 2}


@pytest.mark.parametrize("change", [_add_template, _move_fields])
def test_a_later_change_of_shape_would_keep_every_update_from_learners(
    change: Callable[[dict[str, Any]], None], publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(0))
    log = learner.imports(reshaped(publish(9), change))
    assert (log.updated, log.conflicting) == (1, 2)  # the cloze drill, and both basic notes
    names = [note_type.name for note_type in learner.col.models.all_names_and_ids()]
    assert "prep-export Basic (test)+" in names


def test_a_second_template_of_a_cloze_type_makes_no_card(
    publish: Callable[..., Path], learner: Learner
) -> None:
    def change(kind: dict[str, Any]) -> None:
        kind["tmpls"].append({**kind["tmpls"][0], "name": "Second", "ord": 1, "id": 6_220_002})

    learner.imports(reshaped(publish(0), change, "Cloze"))
    assert [card.ord for card in learner.cards('"Id:one/c"')] == [0, 1]
    assert learner.damage() == []


def test_names_what_the_editor_says_and_the_sort_field_may_change(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(0))
    before = learner.schedule()

    def change(kind: dict[str, Any]) -> None:
        kind["sortf"] = 0
        kind["flds"][16] |= {"name": "Level", "description": "Yours", "collapsed": False}

    log = learner.imports(reshaped(publish(9), change))
    assert log.conflicting == 0
    assert learner.schedule() == before
    kind = learner.col.models.by_name("prep-export Basic (test)")
    field = kind["flds"][16]
    assert (field["name"], field["description"], field["collapsed"]) == ("Level", "Yours", False)
    assert learner.col.db.scalar("SELECT sfld FROM notes WHERE flds LIKE '%And then%'") == (
        "And then?"
    )
    assert learner.damage() == []
