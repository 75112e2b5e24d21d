"""docs/study-plan.md states counts and minutes: they are those of the shipped deck.

With PREP_EXPORT_UPDATE=1 what is computed now is written there.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from prep_export.exporters.anki.preset import NEW_A_DAY

from .conftest import ROOT
from .support.collection import Learner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .conftest import ShippedFile

PLAN = ROOT / "docs" / "study-plan.md"
UPDATE = bool(os.environ.get("PREP_EXPORT_UPDATE"))
MOST_CORE = 150
HALF_AN_HOUR = 30

Row = list[str]


def rewritten(page: str, title: str, change: Callable[[Row], Row]) -> str:
    """The page with the rows of one table changed, which is named by its first column."""
    head, mark, rest = page.partition(f"\n| {title} |")
    assert mark, f"no table '{title}'"
    table, end, after = rest.partition("\n\n")
    first, rule, *rows = table.split("\n")
    made = [f"| {' | '.join(change(row.strip('| ').split(' | ')))} |" for row in rows]
    return head + mark + "\n".join([first, rule, *made]) + end + after


def rows(page: str, title: str) -> list[Row]:
    found: list[Row] = []
    rewritten(page, title, lambda row: found.append(row) or row)  # type: ignore[func-returns-value]
    return found


@pytest.fixture(scope="module")
def learner(
    shipped_file: ShippedFile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Learner]:
    made = Learner(tmp_path_factory.mktemp("learner"))
    made.imports(shipped_file("anki"))
    yield made
    made.col.close()


@pytest.fixture(scope="module")
def computed(learner: Learner) -> str:
    """The page as the deck would have it."""
    page = PLAN.read_text(encoding="utf-8")
    page = rewritten(page, "search", lambda row: [*row[:-1], f"{len(found(learner, row[0])):,}"])
    page = rewritten(page, "plan", lambda row: planned(learner, row, assumed(page)))
    if UPDATE:
        PLAN.write_text(page, encoding="utf-8")
    return page


def found(learner: Learner, search: str) -> list[Any]:
    return learner.cards(search.strip("`"))


def assumed(page: str) -> tuple[int, int, int, list[int]]:
    aloud, fact, times, again = (row[-1] for row in rows(page, "that"))
    return int(aloud), int(fact), int(times), [int(day) for day in again.split(", ")]


def planned(learner: Learner, row: Row, assumption: tuple[int, int, int, list[int]]) -> Row:
    """A plan with its cards and minutes, from its search, days and new cards a day."""
    name, search, days, new, on, *_ = row
    learned = [tags_of(card) for card in sorted(found(learner, search), key=first_come)]
    learned = learned[: int(new) * int(on)]
    seconds = minutes_by_day(learned, int(new), int(days), assumption)
    mean, longest = sum(seconds) / len(seconds), max(seconds)
    shown = (f"{len(learned):,}", f"{mean:.0f}", f"{longest:.0f}")
    return [name, search, days, new, on, *shown]


def tags_of(card: Any) -> set[str]:
    return set(card.note().tags)


def first_come(card: Any) -> tuple[bool, bool, int, int]:
    """Core, then what comes from the source page, then by place: what the page advises."""
    tags = tags_of(card)
    return (
        "llm::priority::core" not in tags,
        "llm::tag::seed" not in tags,
        card.due,
        card.ord,
    )


def minutes_by_day(
    learned: Sequence[set[str]], new: int, days: int, assumption: tuple[int, int, int, list[int]]
) -> list[float]:
    aloud, fact, times, again = assumption
    spent = Counter[int]()
    for place, tags in enumerate(learned):
        takes = fact if tags & {"llm::drill", "llm::section::concepts"} else aloud
        day = place // new
        spent[day] += takes * times
        for later in again:
            spent[day + later] += takes
    return [spent[day] / 60 for day in range(days)]


@pytest.mark.long
def test_the_counts_and_minutes_on_the_page_are_those_of_the_deck(computed: str) -> None:
    page = PLAN.read_text(encoding="utf-8")
    assert page == computed, "PREP_EXPORT_UPDATE=1 writes what is computed"
    assert f"The preset asks for {NEW_A_DAY} new cards a day" in page


def test_a_week_of_half_an_hour_a_day_carries_what_is_core(computed: str, learner: Learner) -> None:
    core = found(learner, "tag:llm::priority::core")
    assert 0 < len(core) <= MOST_CORE
    week, two_weeks, _ = rows(computed, "plan")
    assert int(week[5]) == len(core)
    assert int(two_weeks[5]) == len(found(learner, two_weeks[1]))


def test_every_plan_takes_half_an_hour_a_day_and_has_days_without_new_cards(computed: str) -> None:
    for _, _, days, _, on, _, mean, longest in rows(computed, "plan"):
        assert int(mean) <= HALF_AN_HOUR
        assert int(longest) <= HALF_AN_HOUR * 1.5
        assert int(on) < int(days)


def test_every_search_on_the_page_finds_what_it_names(computed: str, learner: Learner) -> None:
    written = {s for s in re.findall(r"`([^`]+)`", computed) if re.match(r"-?(tag|deck):", s)}
    assert len(written) > 10
    for search in written - {'deck:"LLM Interviews" rated:14:1'}:  # nothing has been answered yet
        assert found(learner, search), search
    assert all(f"{count}" != "0" for *_, count in rows(computed, "search"))


def test_new_cards_bring_core_first_and_core_terms_before_the_questions_on_their_topics(
    learner: Learner,
) -> None:
    seen: set[str] = set()
    places: list[str] = []
    terms: dict[str, set[str]] = {}
    cards = sorted(found(learner, 'deck:"LLM Interviews"'), key=lambda card: (card.due, card.ord))
    for card in cards:
        if {"llm::section::concepts", "llm::priority::core"} <= tags_of(card):
            for topic in topics_of(card):
                terms.setdefault(topic, set()).add(card.note()["Id"])
    for card in cards:
        tags = tags_of(card)
        places.append(next(t.rpartition("::")[2] for t in tags if "::priority::" in t))
        if {"llm::section::questions", "llm::priority::core"} <= tags and "llm::drill" not in tags:
            for topic in topics_of(card):
                assert terms.get(topic, set()) <= seen, f"{card.note()['Id']}: {topic}"
        seen.add(card.note()["Id"])
    assert places == sorted(places, key=["core", "standard", "extra"].index)


def topics_of(card: Any) -> list[str]:
    return [tag for tag in tags_of(card) if "::topic::" in tag]
