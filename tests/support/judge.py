"""What one version of Anki does with our packages, as facts that stand in docs/anki-contract.md.

A program of its own, `python judge.py FOLDER [--older-importer]`: it needs the package `anki` of
any version since 2.1.54 and nothing of ours, so that it runs in an environment of that version.
FOLDER holds `first.apkg` and `second.apkg` as `tests/anki_versions.py` makes them. It prints JSON:
for each fact 'yes', 'no', or what went wrong.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

START = 1_700_000_000
"""Build time of the first package; the second is a month later, and both lie before the test."""
DAY = 86_400
STUDIED = 4
BASIC, CLOZE = "prep-export Basic (test)", "prep-export Cloze (test)"


class Someone:
    """A learner's collection, driven by what all versions have in common."""

    def __init__(self, older_importer: bool) -> None:
        from anki.collection import Collection
        from anki.lang import set_lang

        set_lang("en")
        self._folder = tempfile.TemporaryDirectory()
        self.col: Any = Collection(str(Path(self._folder.name) / "collection.anki2"))
        self.older_importer = older_importer
        if hasattr(self.col, "set_v3_scheduler") and not self.col.v3_scheduler():
            self.col.set_v3_scheduler(True)

    def close(self) -> None:
        self.col.close()
        self._folder.cleanup()

    def imports(self, path: Path) -> None:
        """As *File → Import* does, with its boxes as they are at first."""
        if self.older_importer:
            from anki.importing.apkg import AnkiPackageImporter

            AnkiPackageImporter(self.col, str(path)).run()
        else:
            self._imports(path)
        self.col.models._clear_cache()

    def _imports(self, path: Path) -> None:
        try:
            from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest
        except ImportError:  # before 23.10
            self.col.import_anki_package(str(path))
            return
        options = ImportAnkiPackageOptions()
        self.col.import_anki_package(
            ImportAnkiPackageRequest(package_path=str(path), options=options)
        )

    def note(self, item: str) -> Any:
        (number,) = self.col.find_notes(f'"Id:{item}"')
        return self.col.get_note(number)

    def cards(self, query: str = "") -> list[Any]:
        return [self.col.get_card(number) for number in self.col.find_cards(query)]

    def study(self, count: int) -> None:
        self.col.decks.select(self.col.decks.id_for_name("Test deck"))
        for _ in range(count):
            card = self.col.sched.getCard()
            self.col.sched.answerCard(card, 4)

    def schedule(self) -> dict[int, Any]:
        """What a learner must never lose, by card."""
        rows = self.col.db.all(
            "SELECT id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, flags"
            " FROM cards"
        )
        return {row[0]: tuple(row[1:]) for row in rows}

    def sound(self) -> bool:
        """Whether Anki's own checks find nothing; retired notes without cards are left out."""
        self.col.remove_notes(self.col.find_notes("tag:test::retired"))
        before = self.col.card_count()
        said = self.col.fix_integrity()[0].splitlines()
        # The second is about cards that were answered within a millisecond.
        usual = ("Database rebuilt and optimized.", "Added last review time")
        twice = self.col.db.list("SELECT guid FROM notes GROUP BY guid HAVING count(*) > 1")
        return bool(
            all(line.startswith(usual) for line in said)
            and self.col.card_count() == before
            and not self.col.get_empty_cards().notes
            and not twice
        )

    def kinds(self) -> list[str]:
        return sorted(
            n.name for n in self.col.models.all_names_and_ids() if "prep-export" in n.name
        )


def facts(folder: Path, older_importer: bool = False) -> dict[str, str]:
    """Each promise, and whether this version of Anki lets us keep it."""
    first, second = folder / "first.apkg", folder / "second.apkg"
    found: dict[str, str] = {}
    people: list[Someone] = []

    def someone() -> Someone:
        people.append(Someone(older_importer))
        return people[-1]

    def fact(name: str, holds: Callable[[], bool]) -> None:
        try:
            found[name] = "yes" if holds() else "no"
        except Exception as error:  # noqa: BLE001 - whatever an old version raises is a fact too
            found[name] = f"{type(error).__name__}: {error}"[:100]

    learner = someone()
    try:
        learner.imports(first)
    except Exception as error:  # noqa: BLE001 - as above
        learner.close()
        return {"imports": f"{type(error).__name__}: {error}"[:100]}
    fact("imports", lambda: learner.kinds() == [BASIC, CLOZE] and len(learner.cards()) == 8)
    fact("every card shows both sides", lambda: _renders(learner))
    fact("new cards come in our order", lambda: _order(learner) == ["one", "one/c", "one/q", "two"])
    fact("the browser lists titles", lambda: "Recall" in _listed(learner))
    fact("a retired note makes no card", lambda: learner.cards("tag:test::retired") == [])
    learner.study(STUDIED)
    own = learner.note("three")
    own["Back"] = "Mine."
    own.tags.append("mine")
    learner.col.update_note(own)
    learner.col.db.execute("UPDATE notes SET mod = ?", START + DAY)
    before = learner.schedule()
    learner.imports(second)
    after = learner.schedule()
    fact("an update keeps all study", lambda: _studied(before) and _kept(before, after))
    fact("brings changed texts", lambda: "Better" in learner.note("one")["Back"])
    fact("adds new notes", lambda: len(learner.cards('"Id:four"')) == 1)
    fact("adds the card of a new deletion", lambda: len(learner.cards('"Id:one/c"')) == 3)
    fact("adds the card of a reserved template", lambda: _ordinals(learner, "one") == [0, 2])
    fact("keeps own edits and tags", lambda: _own(learner.note("three")))
    fact("marks what was retired", lambda: learner.note("two").tags == ["test::retired"])
    fact("brings a new look", lambda: "teal" in learner.col.models.by_name(BASIC)["css"])
    fact("brings a new address of reports", lambda: "example.com/" in _answer(learner, "three"))
    fact("leaves two note types", lambda: learner.kinds() == [BASIC, CLOZE])
    everything = _everything(learner)
    learner.imports(second)
    fact("changes nothing the second time", lambda: _everything(learner) == everything)
    fact("leaves a sound collection", learner.sound)

    renamer = someone()
    renamer.imports(first)
    _rename(renamer)
    renamer.imports(second)
    fact("updates where a field was renamed", lambda: "Better" in renamer.note("one")["Back"])

    for one in people:
        one.close()
    return found


def _renders(learner: Someone) -> bool:
    sides = [side for card in learner.cards() for side in (card.question(), card.answer())]
    return all("{{" not in side and "tenthousandmeters" not in side for side in sides)


def _studied(schedule: dict[int, Any]) -> bool:
    return bool(sum(row[8] for row in schedule.values()) == STUDIED)


def _kept(before: dict[int, Any], after: dict[int, Any]) -> bool:
    return {card: after.get(card) for card in before} == before


def _order(learner: Someone) -> list[str]:
    cards = sorted(learner.cards("deck:*Questions"), key=lambda card: (card.due, card.ord))
    return list(dict.fromkeys(card.note()["Id"] for card in cards))[:4]


def _listed(learner: Someone) -> list[str]:
    return [str(text) for text in learner.col.db.list("SELECT sfld FROM notes")]


def _ordinals(learner: Someone, item: str) -> list[int]:
    return sorted(card.ord for card in learner.cards(f'"Id:{item}"'))


def _own(note: Any) -> bool:
    return bool(note["Back"] == "Mine." and "mine" in note.tags)


def _answer(learner: Someone, item: str) -> str:
    (card,) = learner.cards(f'"Id:{item}"')
    return str(card.answer())


def _everything(learner: Someone) -> list[Any]:
    return [
        learner.col.db.all(f"SELECT {columns} ORDER BY id")
        for columns in ("id, guid, flds, tags FROM notes", "id, nid, ord, due, ivl FROM cards")
    ]


def _rename(learner: Someone) -> None:
    kind = learner.col.models.by_name(BASIC)
    field = next(field for field in kind["flds"] if field["name"] == "Details")
    learner.col.models.rename_field(kind, field, "My details")
    learner.col.models.update_dict(kind)
    learner.col.db.execute("UPDATE notetypes SET mtime_secs = ?", START + DAY)
    learner.col.db.execute("UPDATE notes SET mod = ?", START)
    learner.col.models._clear_cache()


if __name__ == "__main__":
    print(json.dumps(facts(Path(sys.argv[1]), "--older-importer" in sys.argv)))  # noqa: T201
