"""`diff`: what an update will do to a learner, before anyone imports it."""

from __future__ import annotations

import dataclasses
import json
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

import prep_export
from prep_export.cli.app import app
from prep_export.exporters.anki import compare as compare_module
from prep_export.exporters.anki import compare_text as changes
from prep_export.exporters.anki.compare import Difference, compare, difference
from prep_export.exporters.anki.compose import Note, compose_notes
from prep_export.exporters.anki.package import PackagedNote
from prep_export.exporters.anki.read import read_package
from prep_export.exporters.anki.release_notes import render_markdown
from prep_export.exporters.anki.write import models, note_type
from prep_export.markdown.images import Images

from .support.reserved import fill
from .test_updates import FIRST, GONE, THREE, TWO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.bank.model import Bank

    Compare = Callable[[str], Difference]


@pytest.fixture
def old(write_bank: Callable[..., str], tmp_path: Path) -> Path:
    path = tmp_path / "old.apkg"
    prep_export.export(prep_export.load_bank(write_bank(FIRST, header=False)), "anki", path)
    return path


@pytest.fixture
def diff(old: Path, write_bank: Callable[..., str]) -> Compare:
    def run(text: str) -> Difference:
        return difference(old, prep_export.load_bank(write_bank(text, header=False)))

    return run


def shown(found: Difference) -> list[tuple[str, str]]:
    return [(change.kind, change.id) for change in found.changes]


def test_the_same_bank_changes_nothing(diff: Compare) -> None:
    assert (diff(FIRST).changes, diff(FIRST).unchanged) == ((), 6)


def test_a_changed_field_is_shown_word_by_word(diff: Compare) -> None:
    found = diff(FIRST.replace("An answer.", "A better answer."))
    assert shown(found) == [("changed", "one")]
    (field,) = found.changes[0].fields
    assert (field.name, field.before, field.after) == ("Back", "An answer.", "A better answer.")
    assert "Back: [-An-] {+A better+} answer." in changes.render_text(found)
    assert found.unchanged == 5


def test_what_follows_from_other_fields_is_no_change_of_its_own(diff: Compare) -> None:
    """The title for sorting, that of a report, and the version."""
    found = diff(FIRST.replace("What is one?", "What is *one* now?"))
    assert shown(found) == [("changed", "one"), ("waiting", "one/c"), ("waiting", "one/q")]
    named = [[field.name for field in change.fields] for change in found.changes]
    assert named == [["Front"], ["Footer"], ["Footer"]]
    versioned = FIRST.replace("title: Test deck", "title: Test deck, version: '2'")
    assert (diff(versioned).changes, diff(versioned).unchanged) == ((), 6)


def test_an_author_who_fills_a_reserved_field_sees_its_name(old: Path, shipped: Bank) -> None:
    package = fill(old, {"Hint": "<p>Think.</p>"})
    kinds = [note_type(model) for model in models(shipped.header).values()]
    notes = [
        Note(note.guid, note.kind or "basic", note.decks[0], note.fields[0], note.fields[5], ())
        for note in read_package(package).notes.values()
    ]
    found = compare(read_package(package), notes, kinds, shipped, START + DAY)
    hints = [f for change in found.changes for f in change.fields if f.name == "Hint"]
    assert [(field.before, field.after) for field in hints] == [("Think.", "")] * 3


def test_added_retired_and_retagged_items(diff: Compare) -> None:
    text = FIRST.replace(TWO, "") + GONE
    text = text.replace("topics: [ml], question: How", "topics: [rag], question: How")
    assert shown(diff(text)) == [("retired", "two"), ("waiting", "three")]
    (_, changed) = diff(text).changes
    assert changed.tags_added == ("test::topic::rag",)
    assert changed.tags_removed == ("test::topic::ml",)


START, DAY = 1_795_000_000, 86_400


def test_every_note_of_an_update_says_what_becomes_of_it_and_why(
    write_bank: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(day: int, text: str) -> Bank:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + day * DAY))
        return prep_export.load_bank(write_bank(text, header=False))

    last = ""
    texts = [
        FIRST,
        FIRST.replace("An answer.", "Another.").replace(THREE, ""),
    ]
    for day, text in enumerate(texts):
        path = tmp_path / f"{day}.apkg"
        prep_export.export(at(30 * day, text), "anki", path, {"previous": last} if last else {})
        last = str(path)
    now = FIRST.replace("An answer.", "Another.").replace("More.", "Less.")
    now = now.replace("topics: [ml], term", "topics: [rag], term")
    found = difference(last, at(60, now))
    assert shown(found) == [
        ("changed", "two"), ("raised", "one"), ("returned", "three"), ("waiting", "term"),
    ]  # fmt: skip
    _, raised, returned, _ = found.changes
    assert raised.detail.startswith("text changed on 2026-12-18: replaces it for those whose own")
    assert returned.detail == "its text is the one published before: what learners have stands"
    text = changes.render_text(found)
    assert "replaces what learners have, with their own edits and tags" in text
    assert "text changed on 2026-12-18" in text
    assert [c["kind"] for c in json.loads(changes.render_json(found))["changes"]] == [
        "changed", "raised", "returned", "waiting",
    ]  # fmt: skip
    assert changes.summary(found).startswith("1 changed, 1 raised, 1 returned, 1 waiting; ")
    counts = prep_export.export(
        at(60, now), "anki", tmp_path / "new.apkg", {"previous": last}
    ).counts
    assert dict(counts) | {"notes": 0} == dict(counts) | {
        "notes": 0, "added": 0, "changed": 1, "raised": 1, "waiting": 1, "unchanged": 3,
    }  # fmt: skip


def test_a_renamed_id_is_recognised_by_its_text(diff: Compare) -> None:
    found = diff(FIRST.replace("id: two", "id: too"))
    assert shown(found) == [("renamed", "two"), ("added", "too")]
    assert found.changes[0].remedy == "give 'too' its old id 'two' back"


def test_an_item_that_vanished_without_being_retired(diff: Compare) -> None:
    assert shown(diff(FIRST.replace(TWO, ""))) == [("vanished", "two")]


def test_a_drill_switched_from_cloze_to_basic_is_an_error(diff: Compare) -> None:
    found = diff(
        FIRST.replace('{id: c, text: "{{c1::A}} and {{c2::B}}"}', "{id: c, ask: A, answer: B}")
    )
    assert shown(found) == [("switched", "one/c")]
    assert found.has_errors


def test_renumbered_clozes_lose_cards(diff: Compare) -> None:
    found = diff(FIRST.replace("{{c2::B}}", "{{c3::B}}"))
    assert ("cards-lost", "one/c") in shown(found)
    assert not found.has_errors


def test_a_renamed_deck_is_said(diff: Compare) -> None:
    found = diff(FIRST.replace("title: Test deck", "title: Other deck"))
    assert ("deck-renamed", "Other deck") in shown(found)


def test_an_item_in_another_section_moves_for_new_learners(diff: Compare) -> None:
    moved = TWO.replace("      - ", "      - ")
    text = FIRST.replace(TWO, "") + "    faqs:\n" + moved
    assert ("moved", "two") in shown(diff(text))


def test_a_changed_shape_of_a_note_type_is_an_error(
    old: Path, write_bank: Callable[..., str]
) -> None:
    bank = prep_export.load_bank(write_bank(FIRST, header=False))
    kinds = [note_type(model) for model in models(bank.header).values()]
    kinds[0] = dataclasses.replace(kinds[0], field_ids=kinds[0].field_ids[:-1])
    package = read_package(old)
    assert package.memory
    found = compare(package, compose_notes(bank, Images(".")), kinds, bank, package.memory.built)
    assert shown(found) == [("shape-changed", "prep-export Basic (test)")]
    assert found.has_errors


def test_forms_for_programs_and_release_notes(
    diff: Compare, write_bank: Callable[..., str]
) -> None:
    text = FIRST.replace("An answer.", "A *better* answer <b>.")
    found = diff(text)
    report = json.loads(changes.render_json(found))
    assert report["changes"][0]["id"] == "one"
    assert report["unchanged"] == 5
    notes = render_markdown(found, prep_export.load_bank(write_bank(text, header=False)))
    assert "### Changed" in notes
    assert "- `one`: What is one?" in notes
    assert r"\<b\>." in notes


def test_long_agreement_is_left_out() -> None:
    before = " ".join(f"w{n}" for n in range(40))
    shown = changes.word_difference(before, before.replace("w20", "X"), "-{}".format, "+{}".format)
    assert shown == "… w16 w17 w18 w19 -w20 +X w21 w22 w23 w24 …"


def test_exit_code_is_for_what_must_not_break(
    old: Path, write_bank: Callable[..., str], tmp_path: Path
) -> None:
    same = write_bank(FIRST, header=False)
    other = write_bank(FIRST.replace("More.", "Less."), header=False, name="other.yaml")
    without = write_bank(FIRST.replace(TWO, ""), header=False, name="without.yaml")

    def run(*arguments: str) -> int:
        return CliRunner().invoke(app, ["diff", str(old), *arguments]).exit_code

    assert run(same) == 0
    assert run(same, "--exit-code") == 0
    assert run(other, "--exit-code") == 0
    assert run(without) == 0
    assert run(without, "--exit-code") == 1
    assert run(other, "--json", "--markdown") == 2
    assert CliRunner().invoke(app, ["diff", str(tmp_path / "no.apkg"), same]).exit_code == 1


def test_tags_that_come_and_go_are_shown_in_every_form(
    diff: Compare, write_bank: Callable[..., str]
) -> None:
    moved = FIRST.replace("topics: [ml], question: How", "topics: [rag], question: How")
    found = diff(moved)
    (line,) = (line for line in changes.render_text(found).splitlines() if "tags:" in line)
    assert line == "    tags: [-test::topic::ml-] {+test::topic::rag+}"
    assert "- Other topics or tags, which come with the next change of the text: `three`\n" in (
        render_markdown(found, prep_export.load_bank(write_bank(moved, header=False)))
    )
    (change,) = json.loads(changes.render_json(found))["changes"]
    assert change["tags_added"] == ["test::topic::rag"]
    assert change["tags_removed"] == ["test::topic::ml"]


def test_each_form_is_the_one_asked_for(old: Path, write_bank: Callable[..., str]) -> None:
    other = write_bank(FIRST.replace("More.", "Less."), header=False, name="other.yaml")
    bank = prep_export.load_bank(other)
    found = difference(old, bank)
    notes = render_markdown(found, bank)
    for arguments, expected in (
        ([], changes.render_text(found)),
        (["--json"], changes.render_json(found)),
        (["--markdown"], notes),
    ):
        shown = CliRunner().invoke(app, ["diff", str(old), other, *arguments]).stdout
        assert shown == expected
    assert json.loads(changes.render_json(found))["unchanged"] == 5
    assert notes.startswith("**Changed: 1 · Unchanged: 5**\n")


def test_renamed_ids_among_hundreds_are_found_by_few_comparisons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    count = 300
    texts = [
        f"Question {n * 7919 % 100_003} about {n * 104_729 % 1_000_003}?" for n in range(count)
    ]
    compared: list[int] = []

    class Counted(SequenceMatcher[str]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            compared.append(1)
            super().__init__(*arguments, **options)

    monkeypatch.setattr(compare_module, "SequenceMatcher", Counted)
    added = [
        Note(f"new-{n}", "basic", "D", f"<p>{text}</p>", f"new-{n}", (), "<p>Told.</p>")
        for n, text in enumerate(texts)
    ]
    vanished = [
        PackagedNote(f"old-{n}", 1, 1, frozenset(), (f"<p>{text}</p>", "<p>Told.</p>"))
        for n, text in enumerate(texts)
    ]
    twins = compare_module._Twins(added)
    assert [twins.of(old) for old in vanished] == added
    assert len(compared) <= 3 * count
