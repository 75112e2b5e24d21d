"""Hostile text where something is named: bank, topics, sections, items, works and authors.

And, among the long tests, answers that are hostile by their length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import prep_export

from .support import frames, paper
from .support.collection import Imported, Learner
from .support.hostile import HUGE, LINES, answered, headed

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = {"pdf": frames.sheet(), "booklet": frames.book(), "flashcards": frames.cards()}


@pytest.mark.long
@pytest.mark.parametrize("layout", FRAMES)
def test_hostile_names_of_items_topics_and_works_stay_within_their_frames(
    layout: str, tmp_path: Path
) -> None:
    target = tmp_path / "x.pdf"
    prep_export.export(headed("Title", lines=LINES.values()), layout, target)
    assert paper.is_sound(target)
    assert paper.outside(target, FRAMES[layout]) == []
    assert paper.overlapping(target) == []


@pytest.mark.long
@pytest.mark.parametrize("layout", ["pdf", "booklet"])
@pytest.mark.parametrize("name", LINES)
def test_a_hostile_header_stays_within_its_frame(layout: str, name: str, tmp_path: Path) -> None:
    target = tmp_path / "x.pdf"
    prep_export.export(headed(LINES[name], lines=["Name"]), layout, target)
    assert paper.is_sound(target)
    assert paper.outside(target, FRAMES[layout]) == []
    assert paper.overlapping(target) == []


@pytest.mark.long
@pytest.mark.parametrize("layout", FRAMES)
@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_huge_answer_is_set_whole(text: str, layout: str, tmp_path: Path) -> None:
    target = tmp_path / "x.pdf"
    prep_export.export(answered(text), layout, target)
    assert paper.is_sound(target)
    assert paper.outside(target, FRAMES[layout]) == []
    word = "#" if "#" in text else "word"
    assert paper.text(target).count(word) == 10_000


@pytest.mark.long
def test_hostile_names_come_to_anki_undamaged(tmp_path: Path, learner: Learner) -> None:
    for number, (name, line) in enumerate(LINES.items()):
        bank = headed(line, f"bank-{number}")
        prep_export.export(bank, "anki", tmp_path / f"{number}.apkg")
        assert learner.imports(tmp_path / f"{number}.apkg") == Imported(6, 0, 0, 0), name
        (card,) = learner.cards(f"Id:f0 tag:bank-{number}::section::faqs")
        assert len(learner.col.media.strip(card.question())) > 10, name
    assert learner.damage() == []
