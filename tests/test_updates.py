"""A learner's year: import after import, no study is lost and no edit trampled on."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

import prep_export
from prep_export.exporters.anki import note_types
from prep_export.exporters.anki import read as reader
from prep_export.exporters.anki.compose import guid
from prep_export.exporters.anki.read import read_package

from .support.collection import Imported, Learner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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
      - {id: term, topics: [ml], term: Recall, definition: What was found of what exists.}
"""
ADDED = "      - {id: four, topics: [ml], question: What now?, answer: New.}\n    concepts:\n"
TWO = "      - {id: two, topics: [rag], question: And then?, answer: More.}\n"
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


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    someone = Learner(tmp_path / "profile")
    yield someone
    someone.close()


def edit(learner: Learner, item: str, field: str, text: str, tag: str = "") -> None:
    """The learner's own change of a note."""
    note = learner.note(item)
    note[field] = text
    if tag:
        note.tags.append(tag)
    learner.col.update_note(note)


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
    assert learner.note("one")["Back"] == '<div data-field="answer"><p>A better answer.</p></div>'


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


def test_a_further_topic_alone_reaches_the_learner(
    publish: Callable[..., Path], learner: Learner
) -> None:
    first = publish(FIRST, day=0)
    learner.imports(first)
    tagged = FIRST.replace("topics: [ml], question: How", "topics: [ml, rag], question: How")
    second = publish(tagged, day=9, after=first)
    assert read_package(second).notes[guid("test", "three")].fields == (
        read_package(first).notes[guid("test", "three")].fields
    )
    assert learner.imports(second) == Imported(new=0, updated=1, duplicate=5, conflicting=0)
    assert {"test::topic::rag", "test::topic::ml"} <= set(learner.note("three").tags)


def test_without_the_previous_package_it_would_be_lost(
    publish: Callable[..., Path], learner: Learner
) -> None:
    learner.imports(publish(FIRST, day=0))
    edit(learner, "two", "Back", "<p>Mine.</p>")
    learner.col.db.execute("UPDATE notes SET mod = ?", START)
    learner.imports(publish(FIRST, day=9))
    assert learner.note("two")["Back"] == '<div data-field="answer"><p>More.</p></div>'


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
    assert "teal" in learner.col.models.by_name("prep-export Basic")["css"]
    assert learner.schedule() == before


def test_a_change_that_is_not_later_is_refused(publish: Callable[..., Path]) -> None:
    first = publish(FIRST, day=5)
    with pytest.raises(prep_export.UsageError, match="not later than the previous package's"):
        publish(FIRST.replace("More.", "Less."), day=4, after=first)
    publish(FIRST, day=4, after=first)


# Packages that cannot serve


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
    monkeypatch.setattr(reader, "MAX_BYTES", 5_000_000)
    bomb = tmp_path / "bomb.apkg"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", b"\0" * 20_000_000)
    with pytest.raises(prep_export.PackageError, match="unpacks to more than"):
        publish(FIRST, day=0, after=bomb)


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

    def shown(package: reader.Package) -> dict[str, Any]:
        return {g: (n.fields, n.tags, n.ordinals, n.decks) for g, n in package.notes.items()}

    assert shown(first) == shown(second)
    for kind in (note_types.BASIC_ID, note_types.CLOZE_ID):
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
