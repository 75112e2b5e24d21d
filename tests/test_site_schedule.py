"""When cards come again: the published formulas, held against the published implementation."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import fsrs
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

BEGIN = datetime(2026, 3, 1, 9, tzinfo=timezone.utc)

REPLAY = """histories => histories.map(history => {
  let memory = null;
  return history.map(([grade, at]) => memory = ours.graded(memory, grade, at));
})"""


def histories(count: int) -> list[list[tuple[int, int]]]:
    """Grades with their times in milliseconds: on time, early, late, and within minutes."""
    chance = random.Random(6)
    made = []
    for _ in range(count):
        at = BEGIN
        history = []
        for _ in range(chance.randint(1, 25)):
            history.append((chance.choice((1, 2, 3, 3, 3, 4)), round(at.timestamp() * 1000)))
            minutes = chance.choice((1, 7, 10, 60, 600, 1440, 3000, 14_000, 90_000, 600_000))
            at += timedelta(minutes=chance.random() * minutes)
            at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        made.append(history)
    return made


@pytest.mark.long
def test_every_grade_of_random_histories_is_as_the_reference_has_it(
    modules: Callable[[str], Page],
) -> None:
    given = histories(300)
    found = modules("graded").evaluate(REPLAY, given)
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    grades = 0
    for history, ours in zip(given, found, strict=True):
        card = fsrs.Card()
        for (grade, milliseconds), memory in zip(history, ours, strict=True):
            at = datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
            card, _ = scheduler.review_card(card, fsrs.Rating(grade), at)
            assert memory["state"] == card.state.name.lower()
            assert memory["step"] == (card.step or 0)
            assert memory["stability"] == pytest.approx(card.stability, rel=1e-9)
            assert memory["difficulty"] == pytest.approx(card.difficulty, rel=1e-9)
            assert memory["last"] == milliseconds
            assert memory["due"] == pytest.approx(card.due.timestamp() * 1000, abs=1.5)
            grades += 1
    assert grades > 3000


def test_the_chance_of_knowing_falls_to_nine_in_ten_when_a_card_comes(
    modules: Callable[[str], Page],
) -> None:
    page = modules("graded, retrievability")
    chance = page.evaluate("""() => {
      const memory = ours.graded(null, 4, 0);
      return [0, memory.due, memory.due * 10].map(at => ours.retrievability(memory, at));
    }""")
    assert chance[0] == 1
    assert chance[1] == pytest.approx(0.9, abs=0.01)
    assert chance[2] < 0.75
