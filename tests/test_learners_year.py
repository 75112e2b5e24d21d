"""Twelve months of an author and of learners, at random, with the official backend.

Every month the author changes the bank and publishes a deck with `--previous`; each learner tags,
marks, edits, deletes, studies, skips months, and imports. After every import all that the Anki
contract promises is checked, against what the test itself has seen the author and learners do.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

import prep_export
from prep_export.exporters.anki.note_types import VERSION
from prep_export.exporters.anki.read import read_package
from prep_export.exporters.anki.times import DAY, YEAR

from .support.collection import Imported, Learner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prep_export.exporters.anki.package import Package, PackagedNote

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")

START = 1_700_000_000
"""Long before the test runs: the backend stamps with the real time, which must not help us."""
LONGEST = 36 * DAY
"""Between two decks."""
TEXT = (0, 1, 2)
"""Front, Back and Details of both note types."""


class Author:
    """Writes a bank, and remembers when each note's text was really changed."""

    def __init__(self, dice: random.Random, folder: Path, size: int) -> None:
        self.dice = dice
        self.folder = folder
        self.made = 0
        self.header: dict[str, Any] = {"id": "test", "title": "Test deck", "version": "v0"}
        self.topics = {"rag": "Retrieval", "ml": "Basics"}
        self.items = [self._item() for _ in range(size)]
        self.retired: list[dict[str, Any]] = []
        self.hidden: list[dict[str, Any]] = []
        self.gone: dict[str, dict[str, Any]] = {}

    def _word(self) -> str:
        self.made += 1
        return f"w{self.made}"

    def _item(self) -> dict[str, Any]:
        name = self._word()
        return {
            "id": name,
            "topics": [self.dice.choice(["rag", "ml"])],
            "difficulty": "easy",
            "question": f"What is {name}?",
            "answer": self._word(),
            "drills": [
                {"id": "c", "text": f"{{{{c1::{name}}}}} is {{{{c2::{self._word()}}}}}"},
                {"id": "q", "ask": f"Which {name}?", "answer": self._word()},
            ],
        }

    def works(self) -> None:
        """A month's changes."""
        for _ in range(len(self.items) // 4):
            self.dice.choice([self._edit, self._edit, self._drill, self._dress])()
        for change in (self._add, self._retire, self._unretire, self._vanish, self._return):
            if self.dice.random() < 0.4:
                change()
        if self.dice.random() < 0.3:
            self.header["css"] = f".pe-front {{ order: {self.made} }}"
        self.header["version"] = f"v{self.made}"
        if self.dice.random() < 0.3:
            self.header["report"] = f"https://example.org/{self.made}?{{id}}&{{version}}"
        if self.dice.random() < 0.3:
            self.topics["ml"] = f"Basics {self.made}"
        self.dice.shuffle(self.items)

    def _edit(self) -> None:
        self.dice.choice(self.items)["answer"] = self._word()

    def _drill(self) -> None:
        cloze, basic = self.dice.choice(self.items)["drills"]
        basic["answer"] = self._word()
        if self.dice.random() < 0.5 and "c3" not in cloze["text"]:
            cloze["text"] += f" or {{{{c3::{self._word()}}}}}"

    def _dress(self) -> None:
        item = self.dice.choice(self.items)
        item["difficulty"] = self.dice.choice(["easy", "medium", "hard"])
        item["topics"] = [self.dice.choice(["rag", "ml"])]

    def _add(self) -> None:
        self.items.append(self._item())

    def _take(self) -> dict[str, Any]:
        return self.items.pop(self.dice.randrange(len(self.items)))

    def _retire(self) -> None:
        item = self._take()
        self.gone[item["id"]] = item
        self.retired += [
            {"id": item["id"], "reason": "Wrong."},
            {"id": f"{item['id']}/c", "reason": "Wrong.", "note": "cloze"},
            {"id": f"{item['id']}/q", "reason": "Wrong."},
        ]

    def _unretire(self) -> None:
        if self.gone:
            name = self.dice.choice(sorted(self.gone))
            self.items.append(self.gone.pop(name))
            self.retired = [r for r in self.retired if r["id"].partition("/")[0] != name]

    def _vanish(self) -> None:
        self.hidden.append(self._take())

    def _return(self) -> None:
        if self.hidden:
            self.items.append(self.hidden.pop())

    def writes(self) -> str:
        path = self.folder / "bank.yaml"
        bank = {
            "bank": self.header,
            "topics": self.topics,
            "questions": self.items,
            **({"retired": self.retired} if self.retired else {}),
        }
        path.write_text(json.dumps(bank), encoding="utf-8")
        return str(path)


@dataclass
class History:
    """What has been published of each note, by guid, as seen in the packages."""

    text: dict[str, tuple[str, ...]] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    version: dict[str, str] = field(default_factory=dict)
    """With which the text came; unknown of what was away for a time."""

    def sees(self, package: Package, now: int, version: str) -> None:
        for note in package.notes.values():
            text = shown(note)
            known = self.text.get(note.guid)
            if known is not None and known != text:
                self.changed[note.guid] = now
            if known != text or note.guid not in self.version:
                self.version[note.guid] = version
            assert note.fields[VERSION] == self.version[note.guid]
            self.text[note.guid] = text
        self.version = {g: v for g, v in self.version.items() if g in package.notes}


def shown(note: PackagedNote) -> tuple[str, ...]:
    return tuple(note.fields[place] for place in TEXT)


class Someone:
    """A learner, with what the author's text was when they last received it."""

    def __init__(self, dice: random.Random, folder: Path) -> None:
        self.dice = dice
        self.learner = Learner(folder)
        self.received: dict[str, tuple[str, ...]] = {}
        self.touched: dict[str, int] = {}
        self.own: dict[str, str] = {}
        """The text or tag that they have put on a note last."""
        self.deleted: set[str] = set()

    @property
    def db(self) -> Any:
        return self.learner.col.db

    def touches(self, now: int) -> None:
        """Tags, marks, leeches and edits, each of which makes the note newer."""
        col = self.learner.col
        for number in self.db.list("SELECT DISTINCT nid FROM cards ORDER BY nid"):
            if self.dice.random() < 0.8:
                continue
            note = col.get_note(number)
            what = self.dice.choice(["mine", "marked", "leech", "edit"])
            if what == "edit":
                note["Back"] = what = f"<p>Mine, {now}.</p>"
            else:
                note.tags.append(what)
            col.update_note(note)
            self.db.execute("UPDATE notes SET mod = ? WHERE id = ?", now, number)
            self.touched[note.guid], self.own[note.guid] = now, what

    def cleans(self) -> None:
        """Deletes what was retired, as the docs advise."""
        col = self.learner.col
        for number in col.find_notes("tag:test::retired"):
            note = col.get_note(number)
            if note.cards() and self.dice.random() < 0.7:
                self.deleted.add(note.guid)
                self.own.pop(note.guid, None)
                col.remove_notes([number])

    def imports(self, path: Path, package: Package, history: History, now: int) -> None:
        before, revlog = self.learner.schedule(), self.db.scalar("SELECT count(*) FROM revlog")
        log = self.learner.imports(path)
        after = self.learner.schedule()
        assert log.conflicting == 0
        assert {card: after.get(card) for card in before} == before
        assert self.db.scalar("SELECT count(*) FROM revlog") == revlog
        self._sound()
        self._notes(package, history, now)
        self._links(package)
        everything = self._everything()
        again = self.learner.imports(path)
        assert again == Imported(0, 0, len(package.notes), 0)
        assert self._everything() == everything

    def _links(self, package: Package) -> None:
        """Every card is reported at the newest address, whatever became of its note."""
        for kind in package.note_types.values():
            if kind.name.startswith("prep-export"):
                mine = self.learner.col.models.get(kind.id)["tmpls"]
                assert [(t["qfmt"], t["afmt"]) for t in mine] == list(kind.texts)

    def _everything(self) -> list[list[Any]]:
        return [self.db.all(f"SELECT * FROM {name} ORDER BY id") for name in ("notes", "cards")]

    def _sound(self) -> None:
        guids = self.db.list("SELECT guid FROM notes")
        assert len(set(guids)) == len(guids)
        assert not self.db.list("SELECT id FROM cards WHERE nid NOT IN (SELECT id FROM notes)")
        without = "SELECT tags FROM notes WHERE id NOT IN (SELECT nid FROM cards)"
        assert all("test::retired" in tags for tags in self.db.list(without))
        names = [n.name for n in self.learner.col.models.all_names_and_ids()]
        assert len([name for name in names if name.startswith("prep-export")]) == 2

    def _notes(self, package: Package, history: History, now: int) -> None:
        rows = self.db.all(
            "SELECT guid, mod, flds, tags, (SELECT count(*) FROM cards WHERE nid = notes.id)"
            " FROM notes"
        )
        for one, modified, text, tags, cards in rows:
            fields = text.split("\x1f")
            theirs = package.notes.get(one)
            if theirs is None:
                continue
            if modified == theirs.modified and tuple(fields[p] for p in TEXT) == shown(theirs):
                self.received[one] = shown(theirs)
            if "test::retired" not in theirs.tags:
                self.deleted.discard(one)  # the author has put it back
            elif one in self.deleted:
                assert cards == 0, "a deleted retired note is back as a card"
            changed = history.changed.get(one)
            own = self.own.get(one)
            if own and own not in (fields[1], *tags.split()):
                assert changed, f"'{own}' on {fields[5]} is gone, and its text never changed"
                assert now <= changed + YEAR
                del self.own[one]
            if self.received[one] == shown(theirs):
                continue
            # A change that is not there: only a touch that is newer than it may have held it up,
            # and for no longer than the contract says.
            assert changed is not None
            age = self.touched[one] - changed
            assert age >= 0
            late = changed + max(DAY, 2 * age) + LONGEST
            assert now < late or now > changed + YEAR, f"{fields[5]} blocked since {changed}"
        mine = {one for one, *_ in rows}
        assert set(package.notes) <= mine


@pytest.fixture
def collections() -> Iterator[list[Learner]]:
    made: list[Learner] = []
    yield made
    for learner in made:
        learner.close()


@pytest.mark.parametrize(
    ("seed", "size", "people"),
    [(1, 6, 2), *(pytest.param(n, 20, 4, marks=pytest.mark.long) for n in range(2, 12))],
)
def test_a_year_of_everything(
    seed: int,
    size: int,
    people: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    collections: list[Learner],
) -> None:
    dice = random.Random(seed)
    author, history = Author(dice, tmp_path, size), History()
    learners = [Someone(dice, tmp_path / f"learner-{n}") for n in range(people)]
    collections += [someone.learner for someone in learners]
    now, last = START, None
    for month in range(13):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(now))
        path = tmp_path / f"{month}.apkg"
        bank = prep_export.load_bank(author.writes())
        prep_export.export(bank, "anki", path, {"previous": str(last)} if last else {})
        package, last = read_package(path), path
        history.sees(package, now, author.header["version"])
        for someone in learners:
            someone.touches(now + 3 * DAY)  # between the build and the import
            if month == 0 or dice.random() < 0.7:
                someone.imports(path, package, history, now)
            someone.cleans()
            someone.learner.study("Test deck", dice.randrange(8))
            someone.touches(now + 9 * DAY)
            someone.learner.wait(days=30)
        author.works()
        now += dice.randrange(25 * DAY, LONGEST)
    for someone in learners:
        assert someone.learner.repairs() == []
