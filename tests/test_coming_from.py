"""What people keep and lose who come from other tools: docs/coming-from.md says what is seen here.

The decks are of genanki itself; CrowdAnki's JSON and the table are as Brain Brew 0.3.11 wrote them.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import prep_export
from prep_export import PackageError
from prep_export.importing import crowdanki

from .conftest import ROOT
from .support.packages import altered, rows

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import Bank

    from .support.collection import Learner

PAGE = (ROOT / "docs" / "coming-from.md").read_text(encoding="utf-8")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
NOTES = (
    ("guid-peru-1", ["Capital of <b>Peru</b>?", "Lima"], ["america"]),
    ("guid;laos,2", ["Capital of Laos?", 'Vientiane, on the "Mekong"'], ["asia", "se::asia"]),
)
CSV = """\
guid,question,answer,tags
guid-peru-1,Capital of <b>Peru</b>?,Lima,america
"guid;laos,2",Capital of Laos?,"Vientiane, on the ""Mekong""\","asia, se::asia"
"""
MODEL: dict[str, Any] = {
    "__type__": "NoteModel",
    "crowdanki_uuid": "5c53af5a-3aa0-11e9-91a0-d8cb8a4bd2b5",
    "css": ".card {}",
    "name": "Simple",
    "flds": [{"name": "Question", "ord": 0}, {"name": "Answer", "ord": 1}],
    "tmpls": [
        {"name": "Card 1", "ord": 0, "qfmt": "{{Question}}", "afmt": "{{FrontSide}}{{Answer}}"}
    ],
    "req": [[0, "all", [0]]],
    "type": 0,
}
DECK: dict[str, Any] = {
    "__type__": "Deck",
    "name": "Capitals",
    "children": [],
    "media_files": [],
    "note_models": [MODEL],
    "notes": [
        {
            "__type__": "Note",
            "fields": fields,
            "guid": guid,
            "note_model_uuid": MODEL["crowdanki_uuid"],
            "tags": tags,
        }
        for guid, fields, tags in NOTES
    ],
}


def by_genanki(path: Path) -> Path:
    """A deck of a script: two notes of a model of its own, and a cloze."""
    import genanki

    template = {"name": "Card 1", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}{{Answer}}"}
    model = genanki.Model(
        1_607_392_319,
        "Simple",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[template],
    )
    deck = genanki.Deck(2_059_400_110, "Capitals")
    for guid, fields, tags in NOTES:
        quoted = [field.replace('"', "&quot;") for field in fields]
        deck.add_note(genanki.Note(model, quoted, tags=tags, guid=guid))
    cloze = ["{{c1::Quito}} is the capital of Ecuador.", ""]
    deck.add_note(genanki.Note(genanki.CLOZE_MODEL, cloze, tags=["america"], guid="quito"))
    genanki.Package(deck).write_to_file(path)
    return path


def json_of(folder: Path, **changes: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.json").write_text(json.dumps({**DECK, **changes}), encoding="utf-8")
    return folder / "deck.json"


def learner(folder: Path) -> Learner:
    pytest.importorskip("anki", reason="the official backend has no wheel for this machine")
    from .support.collection import Learner

    return Learner(folder)


def questions(bank: Bank) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(q.id, q.question, q.answer, q.topics) for q in bank.questions]


# The author


EXPECTED = [
    ("capital-of-peru", "Capital of **Peru**?", "Lima", ("america",)),
    ("capital-of-laos", "Capital of Laos?", 'Vientiane, on the "Mekong"', ("asia", "se::asia")),
]


@pytest.mark.long
def test_a_deck_of_a_script_becomes_a_bank_without_findings(tmp_path: Path) -> None:
    made = prep_export.import_file(by_genanki(tmp_path / "capitals.apkg"), tmp_path / "bank")
    assert made.left == ("a pattern card 'america' is new: clozes need an item to belong to",)
    bank = prep_export.load_bank(tmp_path / "bank")
    assert questions(bank) == EXPECTED
    assert [drill.text for drill in bank.patterns[0].drills] == [
        "{{c1::Quito}} is the capital of Ecuador."
    ]
    assert prep_export.read_bank(tmp_path / "bank").findings == ()


def test_the_json_of_crowdanki_gives_the_same_questions(tmp_path: Path) -> None:
    made = prep_export.import_file(json_of(tmp_path / "Capitals"), tmp_path / "bank")
    assert made.left == ()
    assert questions(prep_export.load_bank(tmp_path / "bank")) == EXPECTED


def test_the_table_of_brain_brew_gives_the_same_questions(tmp_path: Path) -> None:
    (tmp_path / "capitals.csv").write_text("#html:true\n" + CSV, encoding="utf-8")
    made = prep_export.import_file(tmp_path / "capitals.csv", tmp_path / "bank")
    assert made.left == ()
    assert questions(prep_export.load_bank(tmp_path / "bank")) == EXPECTED
    assert "#html:true" in PAGE


def test_subdecks_media_and_further_cards_of_crowdanki(tmp_path: Path) -> None:
    second = {**MODEL["tmpls"][0], "name": "Card 2", "ord": 1}
    model = {**MODEL, "tmpls": [*MODEL["tmpls"], second], "req": [[0, "all", [0]], [1, "any", [1]]]}
    note = {**DECK["notes"][0], "guid": "a", "fields": ['<img src="m.png"> What?', "That."]}
    child = {**DECK, "name": "Below", "notes": [note], "media_files": ["m.png", "gone.png"]}
    path = json_of(tmp_path / "C", children=[child], note_models=[model])
    (tmp_path / "C" / "media").mkdir()
    (tmp_path / "C" / "media" / "m.png").write_bytes(PNG)
    made = prep_export.import_file(path, tmp_path / "bank", topics_from="decks")
    bank = prep_export.load_bank(tmp_path / "bank")
    assert bank.questions[2].topics == ("below",)
    assert bank.questions[2].question == "![](media/m.png) What?"
    assert (tmp_path / "bank" / "media" / "m.png").read_bytes() == PNG
    assert "'Capital of Peru ?': 2 cards; only the first is carried" in made.left
    assert "media file 'gone.png': no imported card shows it" in made.left


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": 5}, "'name' is not as CrowdAnki writes it"),
        ({"note_models": []}, "there is no note model"),
        ({"note_models": [{**MODEL, "tmpls": [{}]}]}, "'qfmt' is not as"),
        ({"notes": [5]}, "'note_model_uuid' is not as"),
        ({"notes": {}}, "'notes' is not as"),
        ({"media_files": 7}, "'media_files' is not as"),
        ({"media_files": [None]}, "'media_files' is not as"),
        ({"notes": [{**DECK["notes"][0], "fields": ["What?", None]}]}, "'fields' is not as"),
        ({"notes": []}, "no note of .* can be carried"),
    ],
)
def test_json_that_the_add_on_does_not_write_is_one_line(
    tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(PackageError, match=why):
        prep_export.import_file(json_of(tmp_path / "C", **changes), tmp_path / "bank")
    assert not (tmp_path / "bank").exists()


def test_notes_of_one_guid_count_as_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowdanki, "MAX_NOTES", 3)
    path = json_of(tmp_path / "C", notes=[DECK["notes"][0]] * 4)
    with pytest.raises(PackageError, match="more than 3 notes"):
        prep_export.import_file(path, tmp_path / "bank")


def test_media_of_crowdanki_stay_in_their_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    note = {**DECK["notes"][0], "fields": ['<img src="../../secret.png"> What?', "That."]}
    path = json_of(tmp_path / "C", notes=[note], media_files=["../../secret.png"])
    made = prep_export.import_file(path, tmp_path / "bank")
    assert not [*(tmp_path / "bank").rglob("*.png")]
    assert any("secret.png" in line for line in made.left)


def test_the_script_of_the_page_writes_a_bank(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "decks" / "capitals").mkdir(parents=True)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "coming-from.md", "exec"), {})
    bank = prep_export.load_bank("decks/capitals")
    assert len(bank.questions) == 2
    assert prep_export.read_bank("decks/capitals").findings == ()


# The learner


class Switch:
    """A learner who has studied a deck of genanki, and what the author publishes in its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.old = by_genanki(folder / "capitals.apkg")
        self.learner = learner(folder / "learner")
        self.learner.imports(self.old)
        cards = self.learner.study("Capitals", 2)
        assert len(cards) == 2
        edited = self.learner.col.get_card(cards[0]).note()
        edited.fields[1], edited.tags = "My own words.", [*edited.tags, "mine"]
        self.learner.col.update_note(edited)
        self.before = self.learner.schedule()
        prep_export.import_file(self.old, folder / "bank")
        self.new = self.export("new.apkg", 1_900_000_000)

    def export(self, name: str, time: int) -> Path:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", str(time))
            bank = prep_export.load_bank(self.folder / "bank")
            prep_export.export(bank, "anki", self.folder / name)
        return self.folder / name

    def with_the_guids_of_the_old_deck(self) -> Path:
        """The new deck as it would be if a bank kept them."""
        kept = self.folder / "kept.apkg"
        kept.write_bytes(self.new.read_bytes())
        words = {"Peru": "guid-peru-1", "Laos": "guid;laos,2", "Quito": "quito"}
        for number, fields in rows(kept, "SELECT id, flds FROM notes"):
            front = fields.partition("\x1f")[0]
            for word, guid in words.items():
                if word in front:
                    altered(
                        kept, [f"UPDATE notes SET guid = ? WHERE id = {number}"], values=(guid,)
                    )
        return kept


@pytest.fixture
def switch(tmp_path: Path) -> Switch:
    return Switch(tmp_path)


@pytest.mark.long
def test_the_new_deck_comes_beside_the_old_one_which_nobody_touches(switch: Switch) -> None:
    done = switch.learner.imports(switch.new)
    assert (done.new, done.updated, done.duplicate, done.conflicting) == (4, 0, 0, 0)
    after = switch.learner.schedule()
    assert {card: after[card] for card in switch.before} == switch.before
    (edited,) = switch.learner.col.find_notes("tag:mine")
    assert switch.learner.col.get_note(edited).fields[1] == "My own words."
    new = [card for card in switch.learner.cards() if card.id not in switch.before]
    assert {card.reps for card in new} == {0}
    decks = {switch.learner.col.decks.name(card.did) for card in new}
    assert {deck.partition("::")[0] for deck in decks} == {"Capitals"}
    assert "Capitals" not in decks
    assert switch.learner.damage() == []


@pytest.mark.long
def test_one_search_finds_the_old_notes(switch: Switch) -> None:
    old = set(switch.learner.col.find_notes(""))
    switch.learner.imports(switch.new)
    (search,) = re.findall(r"`(deck:Capitals [^`]+)`", PAGE)
    assert set(switch.learner.col.find_notes(search)) == old
    switch.learner.col.remove_notes([*old])
    assert switch.learner.imports(switch.export("next.apkg", 1_900_100_000)).new == 0


@pytest.mark.long
def test_kept_guids_would_bring_nothing_to_whoever_has_the_old_notes(switch: Switch) -> None:
    done = switch.learner.imports(switch.with_the_guids_of_the_old_deck())
    assert (done.new, done.updated, done.conflicting) == (1, 0, 3)  # the pattern is new
    after = switch.learner.schedule()
    assert {card: after[card] for card in switch.before} == switch.before


@pytest.mark.long
def test_kept_guids_with_merged_note_types_would_leave_empty_cards(switch: Switch) -> None:
    done = switch.learner.imports(switch.with_the_guids_of_the_old_deck(), merge=True)
    assert done.updated
    assert any("empty cards" in line for line in switch.learner.damage())


@pytest.mark.long
def test_a_due_date_set_by_hand_spares_the_beginning_and_stays(switch: Switch) -> None:
    switch.learner.imports(switch.new)
    new = [card.id for card in switch.learner.cards() if card.id not in switch.before]
    assert "`10-60!`" in PAGE
    switch.learner.col.sched.set_due_date(new, "10-60!")
    set_ = switch.learner.schedule()
    intervals = [card.ivl for card in switch.learner.cards() if card.id in new]
    assert all(10 <= interval <= 60 for interval in intervals)
    path = switch.folder / "bank" / "questions.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["questions"][0]["answer"] = "Lima, since 1821"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    done = switch.learner.imports(switch.export("next.apkg", 1_900_100_000))
    assert done.updated >= 1
    assert switch.learner.schedule() == set_


@pytest.mark.long
def test_who_studied_by_crowdanki_gets_new_notes_too(tmp_path: Path) -> None:
    """The add-on makes the note type and notes with the guids of the JSON; so does this."""
    someone = learner(tmp_path / "learner")
    col = someone.col
    kind = col.models.new("Simple")
    for field in ("Question", "Answer"):
        col.models.add_field(kind, col.models.new_field(field))
    template = col.models.new_template("Card 1")
    template["qfmt"], template["afmt"] = "{{Question}}", "{{FrontSide}}{{Answer}}"
    col.models.add_template(kind, template)
    col.models.add(kind)
    for guid, fields, tags in NOTES:
        note = col.new_note(col.models.by_name("Simple"))
        note.fields, note.tags, note.guid = fields, tags, guid
        col.add_note(note, col.decks.id("Capitals"))
    someone.study("Capitals", 2)
    before = someone.schedule()
    prep_export.import_file(json_of(tmp_path / "Capitals"), tmp_path / "bank")
    bank = prep_export.load_bank(tmp_path / "bank")
    prep_export.export(bank, "anki", tmp_path / "new.apkg")
    done = someone.imports(tmp_path / "new.apkg")
    assert (done.new, done.updated, done.conflicting) == (2, 0, 0)
    after = someone.schedule()
    assert {card: after[card] for card in before} == before
