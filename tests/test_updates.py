"""A learner's year: import after import, no study is lost and no edit trampled on."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

import prep_export
from prep_export.exporters.anki import note_types
from prep_export.exporters.anki import read as reader
from prep_export.exporters.anki.compose import compose_notes, fields_of, guid
from prep_export.exporters.anki.memory import Memory
from prep_export.exporters.anki.package import Package, PackagedNote
from prep_export.exporters.anki.read import read_package
from prep_export.exporters.anki.times import Times
from prep_export.markdown.images import Images

from .conftest import SHIPPED
from .support.collection import Imported, Learner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import ShippedFile

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")

START = 1_795_000_000

FIRST = """
    bank: {id: test, title: Test deck}
    topics: {rag: Retrieval, ml: Basics}
    questions:
      - id: one
        topics: [rag]
        question: What is one?
        answer: An answer.
        drills:
          - {id: c, text: "{{c1::A}} and {{c2::B}}"}
          - {id: q, ask: Which?, answer: This.}
      - {id: two, topics: [rag], question: And then?, answer: More.}
      - {id: three, topics: [ml], question: How many?, answer: Three.}
    concepts:
      - {id: term, topics: [ml], term: Recall, definition: What was found of all., reverse: true}
"""
ADDED = "      - {id: four, topics: [ml], question: What now?, answer: New.}\n    concepts:\n"
TWO = "      - {id: two, topics: [rag], question: And then?, answer: More.}\n"
THREE = "      - {id: three, topics: [ml], question: How many?, answer: Three.}\n"
GONE = "    retired:\n      - {id: two, reason: Merged., replaced_by: one}\n"


@pytest.fixture
def publish(
    write_bank: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Exports a version as built on a day, after the version of an earlier day."""

    def run(text: str, day: int, *, after: Path | None = None, **options: str) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + day * 86_400))
        bank = prep_export.load_bank(write_bank(text, header=False))
        target = tmp_path / f"day-{day}.apkg"
        values = {**options, **({"previous": str(after)} if after else {})}
        prep_export.export(bank, "anki", target, values)
        return target

    return run


def edit(learner: Learner, item: str, field: str, text: str, tag: str = "") -> None:
    """The learner's own change of a note."""
    note = learner.note(item)
    note[field] = text
    if tag:
        note.tags.append(tag)
    learner.col.update_note(note)


@pytest.mark.long
def test_a_year_of_updates(publish: Callable[..., Path], learner: Learner) -> None:
    versions = [FIRST]
    versions.append(versions[-1].replace("An answer.", "A better answer."))
    versions.append(versions[-1].replace("    concepts:\n", ADDED))
    versions.append(versions[-1].replace(TWO, "") + GONE)
    versions.append(
        versions[-1].replace("topics: [ml], question: How", "topics: [rag], question: How")
    )
    versions.append(versions[-1].replace("ml: Basics", "ml: Foundations"))
    types = None
    reviewed = 0
    last: Path | None = None
    for number, text in enumerate(versions):
        package = publish(text, day=30 * number, after=last)
        before = learner.schedule()
        log = learner.imports(package)
        after = learner.schedule()
        assert log.conflicting == 0
        assert {card: after[card] for card in before} == before, f"version {number + 1}"
        assert learner.damage() == []
        names = sorted(n.name for n in learner.col.models.all_names_and_ids())
        types = types or names
        assert names == types
        reviewed += len(learner.study("Test deck", 3))
        learner.wait(days=30)
        if number == 0:
            edit(learner, "three", "Back", "<p>My own words.</p>", "mine")
        assert learner.note("three")["Back"] == "<p>My own words.</p>" or number >= 4
        last = package
    assert len(learner.cards()) == 9
    assert reviewed > 9, "cards must have come up again over the year"
    assert max(card.reps for card in learner.cards()) >= 2
    assert learner.note("one")["Back"].endswith(">A better answer.</p></div>")


def test_only_what_changed_is_touched(publish: Callable[..., Path], learner: Learner) -> None:
    first = publish(FIRST, day=0)
    learner.imports(first)
    second = publish(FIRST.replace("An answer.", "Another."), day=9, after=first)
    assert learner.imports(second) == Imported(new=0, updated=1, duplicate=5, conflicting=0)


def test_a_learners_edit_of_an_unchanged_note_stands(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(FIRST, day=0)
    learner.imports(first)
    edit(learner, "two", "Back", "<p>Mine.</p>", "leech")
    learner.imports(publish(FIRST.replace("An answer.", "Another."), day=9, after=first))
    assert learner.note("two")["Back"] == "<p>Mine.</p>"
    assert "leech" in learner.note("two").tags


def test_what_is_not_text_waits_for_the_next_change_of_text(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(FIRST, day=0)
    learner.imports(first)
    tagged = FIRST.replace("topics: [ml], question: How", "topics: [ml, rag], question: How")
    second = publish(tagged, day=9, after=first)
    assert read_package(second).notes[guid("test", "three")].fields == (
        read_package(first).notes[guid("test", "three")].fields
    )
    edit(learner, "three", "Back", "<p>Mine.</p>")
    assert learner.imports(second) == Imported(new=0, updated=0, duplicate=6, conflicting=0)
    assert learner.note("three")["Back"] == "<p>Mine.</p>"
    assert "test::topic::rag" in read_package(second).notes[guid("test", "three")].tags
    learner.col.db.execute("UPDATE notes SET mod = ?", START)
    third = publish(tagged.replace("Three.", "Four."), day=18, after=second)
    assert learner.imports(third) == Imported(new=0, updated=1, duplicate=5, conflicting=0)
    assert {"test::topic::rag", "test::topic::ml"} <= set(learner.note("three").tags)


def test_without_the_previous_package_it_would_be_lost(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(FIRST, day=0))
    edit(learner, "two", "Back", "<p>Mine.</p>")
    learner.col.db.execute("UPDATE notes SET mod = ?", START)
    learner.imports(publish(FIRST, day=9))
    assert learner.note("two")["Back"].endswith(">More.</p></div>")


def test_an_unchanged_note_type_keeps_its_time(
    publish: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(FIRST, day=0)
    second = publish(FIRST, day=9, after=first)
    assert {k.modified for k in read_package(second).note_types.values() if "prep" in k.name} == {
        START
    }
    monkeypatch.setattr(note_types, "css", lambda: ".card {}")
    third = publish(FIRST, day=20, after=second)
    changed = [k for k in read_package(third).note_types.values() if "prep" in k.name]
    assert {k.modified for k in changed} == {START + 20 * 86_400}


def test_new_css_reaches_the_learner(
    publish: Callable[..., Path], learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(FIRST, day=0)
    learner.imports(first)
    before = learner.schedule()
    monkeypatch.setattr(note_types, "css", lambda: ".card { color: teal }")
    learner.imports(publish(FIRST, day=9, after=first))
    assert "teal" in learner.col.models.by_name("prep-export Basic (test)")["css"]
    assert learner.schedule() == before


def test_a_change_that_is_not_later_is_refused(publish: Callable[..., Path]) -> None:
    first = publish(FIRST, day=5)
    with pytest.raises(prep_export.UsageError, match="not later than the previous package's"):
        publish(FIRST.replace("More.", "Less."), day=4, after=first)
    publish(FIRST, day=4, after=first)


def test_an_older_package_as_the_previous_one_hides_a_text_that_went_back(
    publish: Callable[..., Path], learner: Learner
) -> None:
    """What docs/anki-contract.md warns of: the older package cannot know of the newer."""
    first = publish(FIRST, day=0)
    learner.imports(publish(FIRST.replace("More.", "Less."), day=30, after=first))
    learner.imports(publish(FIRST, day=60, after=first))
    assert "Less." in learner.note("two")["Back"]


# What is offered again, and for how long

MONTH = 30


def times_of(package: Path) -> dict[str, int]:
    """The day of each note's time, by the id of its item."""
    notes = read_package(package).notes.values()
    return {note.fields[5]: (note.modified - START) // 86_400 for note in notes}


@pytest.mark.long
def test_a_changed_text_is_offered_again_at_ages_that_double_for_a_year(
    publish: Callable[..., Path],
) -> None:
    last, raised = publish(FIRST, day=0), []
    for month in range(1, 27):
        last = publish(FIRST.replace("More.", "Less."), day=MONTH * month, after=last)
        times = times_of(last)
        assert set(times.values()) <= {0, times["two"]}
        raised += [month - 1] if times["two"] == MONTH * month else []
    assert raised == [0, 1, 2, 4, 8]


@pytest.mark.long
def test_builds_however_many_offer_it_no_more_than_nine_times(
    publish: Callable[..., Path],
) -> None:
    note = compose_notes(prep_export.load_bank(SHIPPED), Images(str(SHIPPED)))[0]
    first = read_package(publish(FIRST, day=0))
    old = PackagedNote(
        note.guid, 0, START, frozenset(note.tags), fields_of(note), (), (), note.type
    )
    raised = 0
    for hour in range(1, 24 * 400, 5):
        memory = Memory("test", START, changed={note.guid: START})
        times = Times(START + 3600 * hour, replace(first, notes={note.guid: old}, memory=memory))
        decision = times.of_note(note)
        old = replace(old, modified=decision.modified)
        raised += decision.fate == "raised"
    assert raised == 9


def test_a_correction_that_a_tag_has_blocked_arrives_with_the_next_deck(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(FIRST, day=0)
    learner.imports(first)
    better = FIRST.replace("{{c2::B}}", "{{c2::B}} and {{c3::C}}")
    second = publish(better, day=30, after=first)
    note = learner.note("one/c")
    note.tags.append("leech")
    learner.col.update_note(note)
    learner.col.db.execute("UPDATE notes SET mod = ? WHERE id = ?", START + 31 * 86_400, note.id)
    learner.imports(second)
    assert "C" not in learner.note("one/c")["Text"]
    (empty,) = learner.col.get_empty_cards().notes  # the card is new, its text is not there yet
    assert empty.note_id == note.id
    learner.imports(publish(better, day=60, after=second))
    assert "{{c3::C}}" in learner.note("one/c")["Text"]
    assert learner.damage() == []


@pytest.mark.long
def test_what_was_absent_and_comes_back_unchanged_keeps_its_time(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(FIRST, day=0)
    learner.imports(first)
    edit(learner, "two", "Back", "<p>Mine.</p>")
    second = publish(FIRST.replace(TWO, ""), day=30, after=first)
    third = publish(FIRST.replace(TWO, "").replace(THREE, ""), day=60, after=second)
    fourth = publish(FIRST, day=90, after=third)
    assert set(times_of(fourth).values()) == {0}
    learner.imports(fourth)
    assert learner.note("two")["Back"] == "<p>Mine.</p>"
    assert times_of(publish(FIRST.replace("More.", "Less."), day=91, after=third))["two"] == 91


@pytest.mark.long
def test_a_retired_note_is_exported_for_a_year(
    publish: Callable[..., Path], write_bank: Callable[..., str]
) -> None:
    gone = FIRST.replace(TWO, "") + GONE
    last, there = publish(FIRST, day=0), []
    for month in range(1, 18):
        last = publish(gone.replace("Merged.", f"Merged {month}."), day=MONTH * month, after=last)
        there += [month - 1] if "two" in times_of(last) else []
    assert there == list(range(13))
    found = prep_export.difference(last, prep_export.load_bank(write_bank(gone, header=False)))
    assert found.changes == ()
    back = publish(FIRST, day=MONTH * 18, after=last)
    assert times_of(back)["two"] == MONTH * 18
    assert times_of(publish(gone, day=MONTH * 19, after=back))["two"] == MONTH * 19


def test_a_package_may_follow_itself(publish: Callable[..., Path]) -> None:
    first = publish(FIRST + GONE.replace("id: two", "id: old"), day=0)
    content = first.read_bytes()
    again = publish(FIRST + GONE.replace("id: two", "id: old"), day=0, after=first)
    assert again.read_bytes() == content


# Packages that cannot serve


def test_a_part_serves_only_the_same_part(
    write_bank: Callable[..., str], tmp_path: Path, publish: Callable[..., Path]
) -> None:
    whole = publish(FIRST, day=0)
    bank = prep_export.load_bank(write_bank(FIRST, header=False))
    rag, ml = (
        prep_export.select(bank, prep_export.Selection(topics=(topic,))) for topic in ("rag", "ml")
    )
    prep_export.export(rag, "anki", tmp_path / "rag.apkg", {"previous": str(whole)})
    assert set(times_of(tmp_path / "rag.apkg").values()) == {0}
    after = {"previous": str(tmp_path / "rag.apkg")}
    prep_export.export(rag, "anki", tmp_path / "again.apkg", after)
    for other in (bank, ml):
        with pytest.raises(prep_export.PackageError, match=r"a part of the bank \(topic rag\)"):
            prep_export.export(other, "anki", tmp_path / "no.apkg", after)
    with pytest.raises(prep_export.PackageError, match="give the last package of the whole bank"):
        prep_export.difference(tmp_path / "rag.apkg", bank)


@pytest.mark.long
@pytest.mark.parametrize(
    "memory",
    [
        1,
        {},
        {"form": 1},
        {"form": 1, "bank": "test", "built": "x", "part": "", "changed": {}, "retired": {}},
        {"form": 1, "bank": "test", "built": 1, "part": "", "changed": [], "retired": {}},
        {
            "form": 1,
            "bank": "test",
            "built": float("inf"),
            "part": "",
            "changed": {},
            "retired": {},
            "absent": {},
        },
        {
            "form": 1,
            "bank": "test",
            "built": 1,
            "part": "\x1b[2J",
            "changed": {},
            "retired": {},
            "absent": {},
        },
        {
            "form": 1,
            "bank": "test",
            "built": 1,
            "part": "",
            "changed": {},
            "retired": {},
            "absent": {"x": [1]},
        },
    ],
)
def test_a_damaged_memory_is_said(
    memory: Any, publish: Callable[..., Path], tmp_path: Path
) -> None:
    bad = remembering(publish(FIRST, day=0), memory, tmp_path)
    with pytest.raises(prep_export.PackageError, match="cannot be read"):
        publish(FIRST, day=1, after=bad)


def test_a_memory_of_another_form_counts_as_none(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    first = publish(FIRST, day=0)
    assert read_package(remembering(first, {"form": 2}, tmp_path)).memory is None
    assert times_of(publish(FIRST, day=1, after=tmp_path / "changed.apkg"))["two"] == 0


def remembering(package: Path, memory: Any, folder: Path) -> Path:
    """The package with another memory."""
    target, database = folder / "changed.apkg", folder / "changed.db"
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(target, "w") as new:
        database.write_bytes(old.read("collection.anki2"))
        connection = sqlite3.connect(database)
        connection.execute("UPDATE col SET conf = ?", (json.dumps({"prepExport": memory}),))
        connection.commit()
        connection.close()
        new.writestr("collection.anki2", database.read_bytes())
        new.writestr("media", old.read("media"))
    return target


def test_what_a_package_remembers_stays_out_of_the_collection(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(FIRST, day=0)
    memory = read_package(first).memory
    assert memory == Memory("test", START)
    learner.imports(first)
    assert learner.col.get_config("prepExport") is None


# Note types that learners have changed


def test_a_field_of_the_learners_own_needs_merging(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(FIRST, day=0)
    learner.imports(first)
    models = learner.col.models
    kind = models.by_name("prep-export Basic (test)")
    models.add_field(kind, models.new_field("Mine"))
    models.update_dict(kind)
    for item in ("two", "three"):
        edit(learner, item, "Mine", "My own field.")
    learner.col.db.execute("UPDATE notes SET mod = ?", START)
    schedule = learner.schedule()
    second = publish(FIRST.replace("More.", "Less."), day=30, after=first)
    assert learner.imports(second).conflicting > 0
    assert "Less." not in learner.note("two")["Back"]
    assert learner.imports(second, merge=True).conflicting == 0
    assert "Less." in learner.note("two")["Back"]
    assert learner.note("two")["Mine"] == ""  # as all own edits of a note that is replaced
    assert learner.note("three")["Mine"] == "My own field."
    assert learner.schedule() == schedule


@pytest.mark.long
def test_renamed_fields_and_own_css_stand_and_notes_still_update(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(FIRST, day=0)
    learner.imports(first)
    models = learner.col.models
    kind = models.by_name("prep-export Basic (test)")
    models.rename_field(kind, kind["flds"][1], "Answer")
    kind["css"] += ".mine {}"
    models.update_dict(kind)
    learner.col.db.execute("UPDATE notes SET mod = ?", START)
    second = publish(FIRST.replace("More.", "Less."), day=30, after=first)
    assert learner.imports(second).conflicting == 0
    assert "Less." in learner.note("two")["Answer"]
    assert ".mine {}" in models.get(kind["id"])["css"]


def test_new_cards_come_into_a_deck_of_the_old_name_where_a_learner_has_renamed_it(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(FIRST, day=0))
    decks = learner.col.decks
    decks.rename(decks.id_for_name("Test deck"), "Interviews")
    learner.imports(publish(FIRST.replace("    concepts:\n", ADDED), day=30))
    where = {card.note()["Id"]: decks.name(card.did) for card in learner.cards()}
    assert where["one"] == "Interviews::2 Questions"
    assert where["four"] == "Test deck::2 Questions"


def test_a_deleted_note_comes_back_and_a_suspended_one_stays_suspended(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(FIRST, day=0))
    learner.col.remove_notes([learner.note("two").id])
    learner.col.sched.suspend_cards([card.id for card in learner.note("three").cards()])
    learner.imports(publish(FIRST.replace("Three.", "Four."), day=30))
    assert len(learner.note("two").cards()) == 1
    assert "Four." in learner.note("three")["Back"]
    assert [card.queue for card in learner.note("three").cards()] == [-1]


@pytest.mark.parametrize(
    ("name", "names", "ids", "kind"),
    [
        ("prep-export Cloze (test)", "Text", 6_120_001, "cloze"),
        ("Meine Karten", "Vorn", 6_110_001, "basic"),
        ("prep-export Basic (test)", "Front", None, "basic"),
        ("prep-export Basic (test)", "Vorn", None, None),
        ("Basic", "Front", None, None),
    ],
)
def test_our_note_types_are_known_by_ids_or_else_by_names(
    name: str, names: str, ids: int | None, kind: str | None
) -> None:
    rest = ["Back", "Details", "Header", "Footer", "Id", "Own"]
    numbers = [ids + n if ids else None for n in range(6)]
    assert note_types.kind_of(name, [names, *rest], [*numbers, 7]) == kind


# Other packages that cannot serve


def test_a_package_of_another_bank_is_refused(publish: Callable[..., Path]) -> None:
    other = publish(FIRST.replace("id: test", "id: other"), day=0)
    with pytest.raises(prep_export.PackageError, match="has no note of the bank 'test'"):
        publish(FIRST, day=1, after=other)


def broken(kind: str, good: Path, folder: Path) -> Path:
    path = folder / "broken.apkg"
    data = good.read_bytes()
    if kind == "cut off":
        path.write_bytes(data[: len(data) // 2])
    elif kind == "no zip":
        path.write_bytes(b"hello")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "another zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hi")
    elif kind == "no database":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("collection.anki2", "hello" * 100)
    elif kind == "no zstd":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("collection.anki21b", "hello" * 100)
    elif kind == "flipped bytes":
        path.write_bytes(data[:200] + bytes(b ^ 0xFF for b in data[200:400]) + data[400:])
    return path


@pytest.mark.parametrize(
    "kind",
    [
        "absent",
        "cut off",
        "no zip",
        "empty",
        "another zip",
        "no database",
        "no zstd",
        "flipped bytes",
    ],
)
def test_a_package_that_is_none_is_refused_and_nothing_is_written(
    kind: str, publish: Callable[..., Path], tmp_path: Path
) -> None:
    bad = broken(kind, publish(FIRST, day=0), tmp_path)
    with pytest.raises(prep_export.PackageError):
        publish(FIRST, day=1, after=bad)
    assert not (tmp_path / "day-1.apkg").exists()


def test_a_zip_bomb_is_refused(
    publish: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_COLLECTION", 5_000_000)
    bomb = tmp_path / "bomb.apkg"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", b"\0" * 20_000_000)
    with pytest.raises(prep_export.PackageError, match="unpacks to more than"):
        publish(FIRST, day=0, after=bomb)


@pytest.mark.long
@pytest.mark.parametrize("legacy", [True, False], ids=["legacy", "current"])
def test_packages_that_anki_itself_exports_are_read(
    legacy: bool, publish: Callable[..., Path], learner: Learner, tmp_path: Path
) -> None:
    from anki.collection import ExportAnkiPackageOptions

    ours = publish(FIRST, day=0)
    learner.imports(ours)
    theirs = tmp_path / "theirs.apkg"
    options = ExportAnkiPackageOptions(legacy=legacy, with_media=True, with_scheduling=False)
    learner.col.export_anki_package(out_path=str(theirs), options=options, limit=None)
    first, second = read_package(ours), read_package(theirs)

    def shown(package: Package) -> dict[str, Any]:
        return {g: (n.fields, n.tags, n.ordinals, n.decks) for g, n in package.notes.items()}

    assert shown(first) == shown(second)
    assert {n.kind for n in second.notes.values()} == {"basic", "cloze"}
    assert second.memory is None
    kinds: tuple[note_types.Kind, ...] = ("basic", "cloze")
    for kind in (note_types.type_id(kind, "test") for kind in kinds):
        a, b = first.note_types[kind], second.note_types[kind]
        assert (a.name, a.fields, a.field_ids, a.template_ids, a.cloze) == (
            b.name, b.fields, b.field_ids, b.template_ids, b.cloze,
        )  # fmt: skip


# Order and preset


def test_chapters_are_mixed_and_drills_stay_with_their_parent(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(FIRST, day=0))
    order = sorted(learner.cards(), key=lambda card: (card.due, card.ord))
    assert list(dict.fromkeys(card.note()["Id"] for card in order)) == [
        "one", "one/c", "one/q", "two", "three", "term",
    ]  # fmt: skip


LEVELS = """
    bank: {id: test, title: Test deck}
    topics: {rag: Retrieval}
    questions:
      - {id: h, topics: [rag], question: What is hard?, answer: This., difficulty: hard}
      - {id: m, topics: [rag], question: And between?, answer: That.}
      - {id: e2, topics: [rag], question: Which is easy?, answer: Those., difficulty: easy}
      - {id: e1, topics: [rag], question: Easy again?, answer: These., difficulty: easy}
"""


def test_new_cards_of_a_chapter_come_from_easy_to_hard(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(LEVELS, day=0))
    order = sorted(learner.cards(), key=lambda card: card.due)
    assert [card.note()["Id"] for card in order] == ["e2", "e1", "m", "h"]


def test_the_author_may_keep_his_own_order(publish: Callable[..., Path], learner: Learner) -> None:
    learner.imports(
        publish(
            FIRST.replace("rag: Retrieval, ml: Basics", "ml: Basics, rag: R"), day=0, order="author"
        )
    )
    order = sorted(learner.cards(), key=lambda card: (card.due, card.ord))
    assert order[0].note()["Id"] == "one"


def test_the_preset_is_applied_only_where_the_learner_agrees(
    publish: Callable[..., Path], learner: Learner, tmp_path: Path
) -> None:
    package = publish(FIRST, day=0)
    learner.imports(package)
    deck = learner.col.decks.by_name("Test deck")["id"]
    assert learner.col.decks.config_dict_for_deck_id(deck)["name"] == "Default"
    other = Learner(tmp_path / "other")
    other.imports(package, presets=True)
    config = other.col.decks.config_dict_for_deck_id(other.col.decks.by_name("Test deck")["id"])
    other.close()
    assert config["name"] == "prep-export"
    assert config["new"]["perDay"] == 15
    assert config["new"]["bury"]
    assert config["newGatherPriority"] == 1


def test_the_shipped_deck_never_shows_twenty_of_one_kind_in_a_row(
    shipped_file: ShippedFile, learner: Learner
) -> None:
    learner.imports(shipped_file("anki"))
    order = sorted(learner.cards(), key=lambda card: (card.due, card.ord))
    kinds = []
    for card in order:
        tags = card.note().tags
        section = next(t.rpartition("::")[2] for t in tags if "::section::" in t)
        kinds.append("drill" if "llm::drill" in tags else section)
    longest = run = 1
    for one, two in pairwise(kinds):
        run = run + 1 if one == two else 1
        longest = max(longest, run)
    assert longest < 20
