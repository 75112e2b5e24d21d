"""What of a learner's own survives an update: rows of docs/upgrading.md, played with Anki's code.

A learner imports a deck, does what the row says, and imports a newer deck: `one` has another text,
`four` is new, `two` and `three` are as they were. A third deck has a new look as well.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

import prep_export
from prep_export.exporters.anki import note_types

from .conftest import ROOT
from .support.collection import Imported, Learner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")

START = 1_700_000_000
"""When the first deck was built. All is long past, as the backend stamps with the real time."""
DAY = 86_400
BASIC = "prep-export Basic (test)"
FIRST = """\
bank: {id: test, title: Test deck}
topics: {rag: Retrieval}
questions:
  - id: one
    topics: [rag]
    question: What is one?
    answer: An answer.
    drills: [{id: c, text: "{{c1::A}} and {{c2::B}}"}]
  - {id: two, topics: [rag], question: And then?, answer: More.}
  - {id: three, topics: [rag], question: How many?, answer: Three.}
"""
SECOND = FIRST.replace("An answer.", "A better answer.") + (
    "  - {id: four, topics: [rag], question: What now?, answer: New.}\n"
)
RETIRED = re.sub(r"  - \{id: two.*\n", "", SECOND) + "retired: [{id: two, reason: Wrong.}]\n"

ROWS: set[str] = set()
"""What the tests show: first cells of rows of the guide."""


def shows(row: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def noted(test: Callable[..., None]) -> Callable[..., None]:
        ROWS.add(row)
        marked: Callable[..., None] = pytest.mark.long(test)
        return marked

    return noted


def test_every_row_of_the_guide_is_shown_by_a_test() -> None:
    guide = (ROOT / "docs" / "upgrading.md").read_text("utf-8")
    rows = [cells[0] for cells in re.findall(r"^\| (.+?) \| (.+?) \|", guide, re.MULTILINE)]
    assert {row for row in rows if row != "yours"} == ROWS


@dataclass(frozen=True)
class Decks:
    """The first deck; the newer one; the same with a new look; the newer one with `two` retired."""

    first: Path
    second: Path
    new_look: Path
    retired: Path


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> Decks:
    folder = tmp_path_factory.mktemp("decks")

    def publish(name: str, text: str, day: int, after: Path | None = None) -> Path:
        (folder / "bank.yaml").write_text(text, encoding="utf-8")
        bank = prep_export.load_bank(str(folder / "bank.yaml"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", str(START + day * DAY))
            if day == 60:
                css = note_types.css()
                patch.setattr(note_types, "css", lambda: css + "\n.new {}")
            options = {"previous": str(after)} if after else {}
            prep_export.export(bank, "anki", folder / name, options)
        return folder / name

    first = publish("first.apkg", FIRST, 0)
    second = publish("second.apkg", SECOND, 30, first)
    return Decks(
        first,
        second,
        publish("new-look.apkg", SECOND, 60, second),
        publish("retired.apkg", RETIRED, 31, first),
    )


@pytest.fixture
def learner(learner: Learner, decks: Decks) -> Learner:
    """Who has the first deck, and has studied three cards of it."""
    learner.imports(decks.first)
    learner.study("Test deck", 3)
    return learner


def long_ago(learner: Learner) -> None:
    """What the learner has done, they did a day after the first deck."""
    for table, column in (("notes", "mod"), ("notetypes", "mtime_secs")):
        learner.col.db.execute(f"UPDATE {table} SET {column} = ?", START + DAY)
    learner.col.models._clear_cache()


def updates(learner: Learner, deck: Path, **boxes: bool) -> Imported:
    """Imports a newer deck, which must bring its text and touch no study."""
    long_ago(learner)
    before = learner.schedule()
    log = learner.imports(deck, **boxes)
    after = learner.schedule()
    assert {card: after.get(card) for card in before} == before
    return log


def has_the_news(learner: Learner) -> bool:
    return "A better answer." in "".join(learner.note("one").fields)


def edit(learner: Learner, item: str, field: str, text: str) -> None:
    note = learner.note(item)
    note[field] = text
    learner.col.update_note(note)


def kind(learner: Learner) -> Any:
    return learner.col.models.by_name(BASIC)


def change_kind(learner: Learner, change: Callable[[Any, Any], object]) -> int:
    """The learner's own change of our basic note type; returns its id."""
    mine = kind(learner)
    change(learner.col.models, mine)
    learner.col.models.update_dict(mine)
    return int(mine["id"])


# Study.


@shows("intervals, due dates, ease, lapses, the history of reviews")
def test_study_is_kept(learner: Learner, decks: Decks) -> None:
    reviews = learner.col.db.all("SELECT * FROM revlog")
    assert len(reviews) == 3
    updates(learner, decks.second)
    assert has_the_news(learner)
    assert learner.col.db.all("SELECT * FROM revlog") == reviews
    assert learner.damage() == []


@shows("flags")
def test_flags_are_kept(learner: Learner, decks: Decks) -> None:
    (card,) = learner.note("one").cards()
    learner.col.set_user_flag_for_cards(3, [card.id])
    updates(learner, decks.second)
    assert has_the_news(learner)
    assert learner.col.get_card(card.id).user_flag() == 3


@shows("suspended and buried cards")
def test_suspended_and_buried_cards_stay_so(learner: Learner, decks: Decks) -> None:
    (one,), (two,) = learner.note("one").cards(), learner.note("two").cards()
    learner.col.sched.suspend_cards([one.id])
    learner.col.sched.bury_cards([two.id])
    queues = [learner.col.get_card(card.id).queue for card in (one, two)]
    assert all(queue < 0 for queue in queues)
    updates(learner, decks.second)
    assert has_the_news(learner)
    assert [learner.col.get_card(card.id).queue for card in (one, two)] == queues


@shows("cards that you moved to another deck")
def test_moved_cards_stay_where_they_are(learner: Learner, decks: Decks) -> None:
    (card,) = learner.note("one").cards()
    learner.col.set_deck([card.id], learner.col.decks.id("Mine"))
    updates(learner, decks.second)
    assert learner.col.decks.name(learner.col.get_card(card.id).did) == "Mine"
    (new,) = learner.note("four").cards()
    assert learner.col.decks.name(new.did) == "Test deck::2 Questions"


@shows("cards in a filtered deck")
def test_cards_stay_in_a_filtered_deck(learner: Learner, decks: Decks) -> None:
    cram = learner.col.sched.get_or_create_filtered_deck(0)
    cram.name = "Cram"
    cram.config.search_terms[0].search = "deck:*"
    made = learner.col.sched.add_or_update_filtered_deck(cram).id
    homes = "SELECT id, odid, odue FROM cards WHERE did = ? ORDER BY id"
    inside = learner.col.db.all(homes, made)
    assert inside
    updates(learner, decks.second)
    assert learner.col.db.all(homes, made) == inside
    learner.col.sched.empty_filtered_deck(made)
    at_home = learner.col.db.all("SELECT id, did FROM cards ORDER BY id")
    assert {(card, home) for card, home, _ in inside} <= {tuple(row) for row in at_home}


# Notes.


@shows("your text on a note that the author did not change")
def test_an_edit_of_an_unchanged_note_stands(learner: Learner, decks: Decks) -> None:
    edit(learner, "two", "Back", "Mine.")
    updates(learner, decks.second)
    assert learner.note("two")["Back"] == "Mine."


@shows("your text on a note that the author changed")
def test_an_edit_of_a_changed_note_is_replaced(learner: Learner, decks: Decks) -> None:
    edit(learner, "one", "Back", "Mine.")
    edit(learner, "one", "Details", "Mine too.")
    updates(learner, decks.second)
    assert has_the_news(learner)
    assert "Mine" not in "".join(learner.note("one").fields)


@shows("tags (*marked* and *leech* too) on a note that the author did not change")
def test_tags_of_an_unchanged_note_stand(learner: Learner, decks: Decks) -> None:
    note = learner.note("two")
    note.tags += ["mine", "marked", "leech"]
    learner.col.update_note(note)
    updates(learner, decks.second)
    assert {"mine", "marked", "leech"} < set(learner.note("two").tags)


@shows("tags (*marked* and *leech* too) on a note that the author changed")
def test_tags_of_a_changed_note_are_replaced(learner: Learner, decks: Decks) -> None:
    note = learner.note("one")
    note.tags += ["mine", "marked", "leech"]
    learner.col.update_note(note)
    updates(learner, decks.second)
    assert has_the_news(learner)
    assert {"mine", "marked", "leech"}.isdisjoint(learner.note("one").tags)


@shows("what you write into a spare field of ours")
def test_a_spare_field_is_as_the_text(learner: Learner, decks: Decks) -> None:
    for item in ("one", "two"):
        edit(learner, item, "Spare 1", "Mine.")
    updates(learner, decks.second)
    assert [learner.note(item)["Spare 1"] for item in ("one", "two")] == ["", "Mine."]


@shows("a note that you deleted")
def test_a_deleted_note_comes_back_as_new(learner: Learner, decks: Decks) -> None:
    learner.col.remove_notes([learner.note("two").id])
    updates(learner, decks.second)
    assert [card.reps for card in learner.note("two").cards()] == [0]


@shows("a retired note that you deleted")
def test_a_deleted_retired_note_stays_away(learner: Learner, decks: Decks) -> None:
    updates(learner, decks.retired)
    note = learner.note("two")
    assert "test::retired" in note.tags
    assert len(note.cards()) == 1  # nothing is deleted for the learner
    learner.col.remove_notes([note.id])
    learner.imports(decks.retired)
    assert learner.note("two").cards() == []


@shows("notes of your own, also of our note types and in our decks")
def test_own_notes_are_left_alone(learner: Learner, decks: Decks) -> None:
    mine = learner.col.new_note(kind(learner))
    mine["Front"], mine["Back"] = "Mine?", "Mine."
    learner.col.add_note(mine, learner.col.decks.id_for_name("Test deck::2 Questions"))
    long_ago(learner)
    rows = "SELECT * FROM notes WHERE id = ?"
    before = learner.col.db.all(rows, mine.id)
    updates(learner, decks.second)
    assert learner.col.db.all(rows, mine.id) == before


@shows("a note that you gave another note type")
def test_a_note_of_another_type_takes_no_update(learner: Learner, decks: Decks) -> None:
    note = learner.note("one")
    models = learner.col.models
    request = models.change_notetype_info(
        old_notetype_id=note.mid, new_notetype_id=models.by_name("Basic")["id"]
    ).input
    request.note_ids.append(note.id)
    models.change_notetype_of_notes(request)
    fields = learner.col.get_note(note.id).fields
    assert updates(learner, decks.second).conflicting == 1
    after = learner.col.get_note(note.id)
    assert (after.note_type()["name"], after.fields) == ("Basic", fields)


# Looks.


@shows("your CSS of our note types")
def test_css_stands_until_a_new_look(learner: Learner, decks: Decks) -> None:
    def mine(_: Any, one: Any) -> None:
        one["css"] += ".mine {}"

    change_kind(learner, mine)
    updates(learner, decks.second)
    assert has_the_news(learner)
    assert ".mine {}" in kind(learner)["css"]
    updates(learner, decks.new_look)
    assert ".mine {}" not in kind(learner)["css"]
    assert ".new {}" in kind(learner)["css"]


@shows("your CSS of our note types")
def test_a_look_that_is_older_than_a_change_waits(learner: Learner, decks: Decks) -> None:
    def mine(_: Any, one: Any) -> None:
        one["css"] += ".mine {}"

    change_kind(learner, mine)
    learner.imports(decks.new_look)
    assert ".mine {}" in kind(learner)["css"]
    assert ".new {}" not in kind(learner)["css"]


@shows("your changes of our card templates")
def test_templates_stand_until_a_new_look(learner: Learner, decks: Decks) -> None:
    def mine(_: Any, one: Any) -> None:
        one["tmpls"][0]["qfmt"] += "<hr class=mine>"

    change_kind(learner, mine)
    updates(learner, decks.second)
    assert has_the_news(learner)
    assert "mine" in kind(learner)["tmpls"][0]["qfmt"]
    updates(learner, decks.new_look)
    assert "mine" not in kind(learner)["tmpls"][0]["qfmt"]


@shows("fields, card templates and note types that you renamed")
def test_names_stand_until_a_new_look(learner: Learner, decks: Decks) -> None:
    def mine(models: Any, one: Any) -> None:
        models.rename_field(one, one["flds"][1], "My answer")
        one["tmpls"][0]["name"] = "My card"
        one["name"] = "My cards"

    def names() -> tuple[str, str, str]:
        one = learner.col.models.get(number)
        return one["name"], one["tmpls"][0]["name"], one["flds"][1]["name"]

    number = change_kind(learner, mine)
    assert updates(learner, decks.second).conflicting == 0
    assert has_the_news(learner)
    assert names() == ("My cards", "My card", "My answer")
    assert updates(learner, decks.new_look).conflicting == 0
    assert names() == (BASIC, "Card", "Back")


def needs_merging(learner: Learner, decks: Decks) -> None:
    """With the box all is updated; without it, at the next deck, nothing of these notes is."""
    assert updates(learner, decks.second, merge=True).conflicting == 0
    names = [one.name for one in learner.col.models.all_names_and_ids()]
    assert f"{BASIC}+" not in names
    assert has_the_news(learner)
    needs_the_box_each_time(learner, decks)


def needs_the_box_each_time(learner: Learner, decks: Decks) -> None:
    assert updates(learner, decks.new_look).conflicting > 0
    assert ".new {}" not in kind(learner)["css"]
    names = [one.name for one in learner.col.models.all_names_and_ids()]
    assert f"{BASIC}+" in names


@shows("a field of your own in our note types")
def test_an_own_field_needs_merging(learner: Learner, decks: Decks) -> None:
    change_kind(learner, lambda models, one: models.add_field(one, models.new_field("Mine")))
    for item in ("one", "two"):
        edit(learner, item, "Mine", "My words.")
    needs_merging(learner, decks)
    assert [learner.note(item)["Mine"] for item in ("one", "two")] == ["", "My words."]


@shows("a card template of your own in our note types")
def test_an_own_template_needs_merging(learner: Learner, decks: Decks) -> None:
    def mine(models: Any, one: Any) -> None:
        template = models.new_template("Mine")
        template["qfmt"], template["afmt"] = "{{Back}}", "{{Front}}"
        models.add_template(one, template)

    change_kind(learner, mine)
    assert len(learner.cards("card:Mine")) == 3
    needs_merging(learner, decks)  # and no card of any template loses its study
    assert len(learner.cards("card:Mine")) == 3  # a note that an import adds has none


@shows("an order of your own of our fields")
def test_an_own_order_of_fields_needs_merging(learner: Learner, decks: Decks) -> None:
    change_kind(learner, lambda models, one: models.reposition_field(one, one["flds"][2], 0))
    needs_merging(learner, decks)
    assert [field["name"] for field in kind(learner)["flds"]][:2] == ["Details", "Front"]


@shows("a field of ours that you removed")
def test_a_removed_field_needs_merging_and_comes_back(learner: Learner, decks: Decks) -> None:
    def spare(models: Any, one: Any) -> None:
        models.remove_field(one, next(f for f in one["flds"] if f["name"] == "Spare 1"))

    change_kind(learner, spare)
    needs_the_box_each_time(learner, decks)
    assert updates(learner, decks.second, merge=True).conflicting == 0
    assert "Spare 1" in [field["name"] for field in kind(learner)["flds"]]
    assert not has_the_news(learner)  # Anki has stamped the notes to which it gave the field
    updates(learner, decks.new_look)  # which is a deck of a month later
    assert has_the_news(learner)


# Decks.


@shows("a deck that you renamed or moved")
def test_a_renamed_deck_keeps_its_cards(learner: Learner, decks: Decks) -> None:
    learner.col.decks.rename(learner.col.decks.id_for_name("Test deck"), "Jobs::Interviews")
    updates(learner, decks.second)
    where = {card.note()["Id"]: learner.col.decks.name(card.did) for card in learner.cards()}
    assert where["one"] == "Jobs::Interviews::2 Questions"
    assert where["four"] == "Test deck::2 Questions"


@shows("options and description of the deck")
def test_options_of_a_deck_are_kept_unless_a_box_is_ticked(learner: Learner, decks: Decks) -> None:
    manager = learner.col.decks
    deck = manager.get(manager.id_for_name("Test deck"))
    deck["conf"], deck["desc"] = manager.add_config("Mine")["id"], "My words."
    manager.save(deck)
    updates(learner, decks.second)
    assert manager.config_dict_for_deck_id(deck["id"])["name"] == "Mine"
    assert manager.get(deck["id"])["desc"] == "My words."
    learner.imports(decks.new_look, presets=True)
    assert manager.config_dict_for_deck_id(deck["id"])["name"] == "prep-export"


# Devices.


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a sync server, Anki's own, which is what AnkiWeb does for everybody."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "SYNC_USER1": "me:secret",
        "SYNC_BASE": str(tmp_path / "server"),
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "anki.syncserver"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        assert process.poll() is None, "the sync server has ended"
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


class Device:
    """A device of the learner's, with the account that all of them share."""

    def __init__(self, learner: Learner, server: str) -> None:
        self.learner = learner
        self.account = learner.col.sync_login("me", "secret", server)

    def syncs(self) -> None:
        """As a press of the button does, where no choice between two collections is asked for."""
        done = self.learner.col.sync_collection(self.account, sync_media=False)
        assert done.required in {done.NO_CHANGES, done.NORMAL_SYNC}
        self.learner.col.models._clear_cache()

    def starts(self, *, upload: bool) -> None:
        """The first sync of all takes a whole collection to the server, or from it."""
        col = self.learner.col
        done = col.sync_collection(self.account, sync_media=False)
        assert done.required == (done.FULL_UPLOAD if upload else done.FULL_DOWNLOAD)
        col.close_for_full_sync()
        col.full_upload_or_download(
            auth=self.account, server_usn=done.server_media_usn, upload=upload
        )
        col.reopen(after_full_sync=True)


@pytest.fixture
def devices(learner: Learner, server: str, tmp_path: Path) -> Iterator[tuple[Device, Device]]:
    """A desk and a phone with the same collection, in which both have studied."""
    other = Learner(tmp_path / "phone")
    desk, phone = Device(learner, server), Device(other, server)
    desk.starts(upload=True)
    phone.starts(upload=False)
    assert other.study("Test deck", 1)
    phone.syncs()
    desk.syncs()
    yield desk, phone
    other.close()


@shows("all of it on your other devices (AnkiWeb, AnkiDroid, AnkiMobile)")
def test_an_update_reaches_other_devices_by_an_ordinary_sync(
    devices: tuple[Device, Device], decks: Decks
) -> None:
    desk, phone = devices
    (card,) = phone.learner.note("one").cards()
    phone.learner.col.set_user_flag_for_cards(3, [card.id])  # not yet synced
    before = phone.learner.schedule()
    updates(desk.learner, decks.second)
    desk.syncs()
    phone.syncs()
    desk.syncs()
    assert has_the_news(phone.learner)
    assert len(phone.learner.note("four").cards()) == 1
    after = phone.learner.schedule()
    assert {number: after.get(number) for number in before} == before
    assert desk.learner.schedule() == after
    updates(desk.learner, decks.new_look)
    desk.syncs()
    phone.syncs()
    assert ".new {}" in kind(phone.learner)["css"]


@shows("a deck that you imported on two devices")
def test_a_deck_imported_on_two_devices_is_there_once(
    devices: tuple[Device, Device], decks: Decks
) -> None:
    desk, phone = devices
    for device in devices:
        updates(device.learner, decks.second)
    for device in (desk, phone, desk):
        device.syncs()
    assert desk.learner.schedule() == phone.learner.schedule()
    for device in devices:
        assert has_the_news(device.learner)
        assert device.learner.col.note_count() == 5
        assert device.learner.damage() == []
