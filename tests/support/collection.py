"""A real Anki collection to import decks into: the official backend from PyPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Imported:
    """What an import did, in counts of notes."""

    new: int
    updated: int
    duplicate: int
    conflicting: int


class Learner:
    """Somebody's collection."""

    def __init__(self, folder: Path) -> None:
        from anki.collection import Collection
        from anki.lang import set_lang

        set_lang("en")  # or every error message of the backend is a lookup that fails
        folder.mkdir(parents=True, exist_ok=True)
        self.col: Any = Collection(str(folder / "collection.anki2"))
        # Thrown away after the test; writing through to the disk took most of its time.
        database: Any = self.col.db
        database.execute("PRAGMA synchronous = OFF")

    def imports(
        self, package: Path | str, *, presets: bool = False, merge: bool = False
    ) -> Imported:
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        options = ImportAnkiPackageOptions(merge_notetypes=merge, with_deck_configs=presets)
        log = self.col.import_anki_package(
            ImportAnkiPackageRequest(package_path=str(package), options=options)
        ).log
        self.col.models._clear_cache()
        return Imported(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))

    def cards(self, query: str = "") -> list[Any]:
        return [self.col.get_card(number) for number in self.col.find_cards(query)]

    def note(self, item: str) -> Any:
        """The note whose field `Id` is an item's or drill's id."""
        (number,) = self.col.find_notes(f'"Id:{item}"')
        return self.col.get_note(number)

    def study(self, deck: str, count: int) -> list[int]:
        """Answer 'easy' on a number of cards of a deck; returns their ids."""
        from anki.scheduler.v3 import CardAnswer

        self.col.decks.select(self.col.decks.id_for_name(deck))
        done = []
        for _ in range(count):
            queued = self.col.sched.get_queued_cards(fetch_limit=1).cards
            if not queued:
                break
            card = self.col.get_card(queued[0].card.id)
            card.start_timer()
            answer = self.col.sched.build_answer(
                card=card, states=queued[0].states, rating=CardAnswer.EASY
            )
            self.col.sched.answer_card(answer)
            done.append(card.id)
        return done

    def wait(self, days: int) -> None:
        """Let days pass: the scheduler counts them from the collection's creation."""
        self.col.db.execute("UPDATE col SET crt = crt - ?", days * 86_400)

    def schedule(self) -> dict[int, tuple[Any, ...]]:
        """What a learner must never lose, by card id."""
        rows = self.col.db.all(
            "SELECT id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, flags"
            " FROM cards"
        )
        return {row[0]: tuple(row[1:]) for row in rows}

    def damage(self) -> list[str]:
        """Everything that Anki's own checks find; empty for a sound collection."""
        before = self.col.card_count()
        found = self.repairs()
        if self.col.card_count() != before:
            found.append("the check removed cards")
        found += [f"empty cards of note {n.note_id}" for n in self.col.get_empty_cards().notes]
        twice = self.col.db.list("SELECT guid FROM notes GROUP BY guid HAVING count(*) > 1")
        found += [f"guid {guid} occurs twice" for guid in twice]
        media = self.col.media.check()
        found += [f"missing media {name}" for name in media.missing]
        found += [f"unused media {name}" for name in media.unused]
        return found

    def repairs(self) -> list[str]:
        """What *Check Database* says that it has mended.

        Cards that are answered within a millisecond at the end of a second get a review of the next
        one, and the check sets their time right. That is the haste of the test.
        """
        said = str(self.col.fix_integrity()[0]).splitlines()
        usual = ("Database rebuilt and optimized.", "Added last review time")
        return [line for line in said if not line.startswith(usual)]

    def close(self) -> None:
        self.col.close()


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    """Somebody who has nothing yet."""
    pytest.importorskip("anki", reason="the official backend has no wheel for this machine")
    someone = Learner(tmp_path / "profile")
    yield someone
    someone.close()
