"""Practice on the study page: cards, grades, days that pass, and choices that stay."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from .support.chromium import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from .conftest import ShippedFile
    from .support.chromium import OpenPage

MORNING = datetime(2026, 5, 4, 7, tzinfo=timezone.utc)  # nine o'clock in Berlin


@pytest.fixture
def practice(context: BrowserContext, open_page: OpenPage, study_file: Path) -> Page:
    context.clock.install(time=MORNING)
    context.clock.pause_at(MORNING + timedelta(seconds=1))
    return open_page(study_file, "?view=practice")


def front(page: Page) -> str:
    return page.inner_text(".card-front")


def left(page: Page) -> dict[str, int]:
    """What is left, by its name."""
    texts = page.locator(".practice-left > span:not(.practice-undo)").all_inner_texts()
    return {name: int(number) for name, _, number in (one.partition(": ") for one in texts)}


def wait(page: Page, time: timedelta) -> None:
    page.clock.fast_forward(round(time.total_seconds() * 1000))


def begin(page: Page) -> None:
    """Leaves the choices for the card."""
    page.focus(".card-front")


def answer(page: Page, grade: int) -> str:
    """Turns the card and grades it; its front."""
    asked = front(page)
    page.keyboard.press("Space")
    page.keyboard.press(str(grade))
    return asked


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("JSON.parse(localStorage['prep-export:study'] ?? '{}')")
    return found


@pytest.mark.long
def test_a_card_shows_its_front_then_its_back(practice: Page) -> None:
    practice.select_option("[name=what]", "items")
    practice.uncheck("[name=shuffle]")
    begin(practice)
    assert front(practice) == "How long is a chunk?"  # what is core comes first
    assert practice.is_hidden(".card-back")
    assert practice.is_hidden(".card-grades")
    practice.keyboard.press("Enter")
    assert "As long as one thought." in practice.inner_text(".card-back")
    assert practice.evaluate("document.activeElement.className") == "card-back"
    waits = practice.locator(".grade small").all_inner_texts()
    assert [wait.partition(" ")[0] for wait in waits] == ["1", "6", "10", "8"]
    practice.keyboard.press("4")
    assert practice.inner_text("#status") == "Easy. Comes again in 8 days."
    assert practice.evaluate("document.activeElement.className") == "card-front"
    assert kept(practice)["cards"].keys() == {"chunks"}


@pytest.mark.long
def test_the_gaps_of_a_cloze_are_empty_until_it_is_turned(practice: Page) -> None:
    practice.select_option("[name=what]", "drills")
    begin(practice)
    while "counted" not in front(practice):
        answer(practice, 4)
    assert front(practice) == "A chunk is counted in [unit], not in […]."
    practice.keyboard.press("Space")
    assert "counted in tokens, not in letters." in practice.inner_text(".card-back")
    practice.keyboard.press("3")
    assert "chunks/unit" in kept(practice)["cards"]


@pytest.mark.long
def test_key_points_are_ticked(practice: Page) -> None:
    practice.select_option("[name=what]", "items")
    practice.uncheck("[name=shuffle]")
    begin(practice)
    practice.keyboard.press("Space")
    boxes = practice.locator(".card-back input[type=checkbox]")
    assert boxes.count() == 3
    boxes.nth(0).check()
    practice.get_by_label("sentences stay whole").check()
    assert practice.inner_text("#status") == "Said: 2 of 3"
    practice.keyboard.press("3")  # also from within a box
    assert kept(practice)["cards"]["chunks"]["reps"] == 1


@pytest.mark.long
def test_grades_are_taken_back_one_by_one(practice: Page) -> None:
    undo = practice.get_by_role("button", name="Undo")
    assert undo.is_hidden()
    begin(practice)
    first = answer(practice, 3)
    before = kept(practice)
    second = answer(practice, 1)
    practice.keyboard.press("u")
    assert practice.inner_text("#status") == "Undone: the last grade does not count."
    assert front(practice) == second
    assert practice.is_hidden(".card-back")
    assert practice.evaluate("document.activeElement.className") == "card-front"
    assert kept(practice) == before
    undo.click()
    assert front(practice) == first
    assert kept(practice)["cards"] == {}
    assert undo.is_hidden()
    practice.keyboard.press("u")  # there is nothing left
    answer(practice, 4)
    assert len(kept(practice)["cards"]) == 1


@pytest.mark.long
def test_what_is_taken_back_comes_before_what_is_due(practice: Page) -> None:
    begin(practice)
    forgotten = answer(practice, 1)
    second = front(practice)
    wait(practice, timedelta(minutes=2))
    assert answer(practice, 4) == second
    assert front(practice) == forgotten
    practice.keyboard.press("u")
    assert front(practice) == second


@pytest.mark.long
def test_the_last_card_of_the_day_can_be_taken_back_too(practice: Page) -> None:
    fronts = [answer(practice, 4) for _ in range(5)]
    assert practice.is_visible(".practice-done")
    practice.keyboard.press("u")
    assert front(practice) == fronts[-1]


@pytest.mark.long
def test_days_pass_as_the_schedule_has_it(practice: Page) -> None:
    assert left(practice) == {"Again today": 0, "Due": 0, "New": 5}
    fronts = [answer(practice, 4) for _ in range(5)]
    assert len(set(fronts)) == 5
    assert practice.inner_text(".practice-done p") == "Done for now. The next card comes in 8 days."
    assert "Graded today: 5. Of these wrong: 0." in practice.inner_text(".practice-done")

    wait(practice, timedelta(days=7))
    practice.reload()
    assert practice.is_visible(".practice-done")
    # Before the hour at which it was learned, but on its day.
    wait(practice, timedelta(hours=23))
    practice.reload()
    assert left(practice) == {"Again today": 0, "Due": 5, "New": 0}
    forgotten = answer(practice, 1)
    assert left(practice) == {"Again today": 1, "Due": 4, "New": 0}
    for _ in range(4):
        answer(practice, 3)
    # What was forgotten comes back when nothing else is left, and is then known.
    assert front(practice) == forgotten
    answer(practice, 3)
    assert practice.is_visible(".practice-done")
    records = kept(practice)["cards"].values()
    assert sorted(one["lapses"] for one in records) == [0, 0, 0, 0, 1]
    assert all(one["state"] == "review" for one in records)


@pytest.mark.long
def test_new_cards_are_as_many_as_are_wanted_a_day(practice: Page) -> None:
    practice.fill("[name=limit]", "2")
    practice.press("[name=limit]", "Tab")
    assert left(practice)["New"] == 2
    begin(practice)
    answer(practice, 4)
    answer(practice, 4)
    assert practice.is_visible(".practice-done")
    practice.reload()
    assert practice.input_value("[name=limit]") == "2"
    assert practice.is_visible(".practice-done")
    wait(practice, timedelta(hours=20))  # past four in the morning
    practice.reload()
    assert left(practice)["New"] == 2


@pytest.mark.long
def test_new_cards_that_wait_are_said_and_can_come_today(practice: Page) -> None:
    practice.fill("[name=limit]", "2")
    practice.press("[name=limit]", "Tab")
    begin(practice)
    answer(practice, 4)
    answer(practice, 4)
    # Tomorrow at four, not in eight days.
    done = practice.inner_text(".practice-done p")
    assert done == "Done for now. The next card comes in 19 hr."
    practice.get_by_role("button", name="New cards now: 3").click()
    assert left(practice)["New"] == 3
    assert practice.evaluate("document.activeElement.className") == "card-front"
    answer(practice, 4)
    wait(practice, timedelta(hours=20))
    practice.reload()  # tomorrow has its own
    assert left(practice)["New"] == 2
    practice.fill("[name=limit]", "0")
    practice.press("[name=limit]", "Tab")
    assert "No card fits" not in practice.inner_text(".practice-done")
    assert practice.get_by_role("button", name="New cards now: 2").is_visible()


@pytest.mark.long
def test_more_new_cards_are_for_the_day_on_which_they_were_asked_for(practice: Page) -> None:
    practice.fill("[name=limit]", "1")
    practice.press("[name=limit]", "Tab")
    begin(practice)
    answer(practice, 4)
    practice.get_by_role("button", name="New cards now: 4").click()
    wait(practice, timedelta(hours=20))
    practice.click("[data-view=read]")
    practice.click("[data-view=practice]")
    assert left(practice)["New"] == 1


@pytest.mark.long
def test_a_forgotten_card_waits_for_the_others_of_the_day(practice: Page) -> None:
    begin(practice)
    fronts = [answer(practice, 3) for _ in range(5)]
    first = answer(practice, 1)
    assert first in fronts
    assert front(practice) != first
    assert answer(practice, 1) in fronts
    # Of the two it is the one that comes first, and not the one just seen.
    assert front(practice) == first


def test_a_forgotten_card_comes_at_once_where_there_is_no_other(practice: Page) -> None:
    practice.evaluate("document.querySelector('.filtering').open = true")
    practice.select_option("#filters [name=topic]", "agents")
    begin(practice)
    only = answer(practice, 1)
    assert practice.is_visible(".card")
    assert front(practice) == only


@pytest.mark.long
def test_choices_are_those_that_are_kept(open_page: OpenPage, study_file: Path) -> None:
    """Another tab's choice, and a file's, is shown and held to."""
    one, other = (open_page(study_file, "?view=practice") for _ in range(2))
    other.select_option("[name=what]", "drills")
    until(one, "document.querySelector('[name=what]').value === 'drills'")
    assert left(one)["New"] == 2


@pytest.mark.long
def test_only_what_was_wrong_lately(practice: Page) -> None:
    practice.select_option("[name=mode]", "wrong")
    assert practice.inner_text(".practice-done") == "No card fits the filters and the choice above."
    practice.select_option("[name=mode]", "day")
    begin(practice)
    wrong = answer(practice, 1)
    answer(practice, 3)
    practice.select_option("[name=mode]", "wrong")
    assert front(practice) == wrong
    begin(practice)
    answer(practice, 4)
    assert practice.is_visible(".practice-done")
    # The filter of the same name shows the items concerned; two weeks later none.
    practice.evaluate("document.querySelector('.filtering').open = true")
    practice.check("#filters [name=wrong]")
    assert practice.inner_text("#filters output") == "1 of 3 shown"
    wait(practice, timedelta(days=15))
    practice.reload()
    assert practice.inner_text("#status") == ""
    assert practice.text_content("#filters output") == "0 of 3 shown"


@pytest.mark.long
def test_only_what_is_due_has_nothing_new(practice: Page) -> None:
    practice.select_option("[name=mode]", "due")
    assert practice.is_visible(".practice-done")
    practice.select_option("[name=mode]", "all")
    assert left(practice) == {"Again today": 0, "Due": 0, "New": 5}
    begin(practice)
    for _ in range(5):
        answer(practice, 4)
    assert practice.is_visible(".practice-done")


def test_cards_are_those_that_the_filters_let_through(practice: Page) -> None:
    practice.evaluate("document.querySelector('.filtering').open = true")
    practice.select_option("#filters [name=topic]", "agents")
    assert left(practice)["New"] == 1
    assert front(practice) == "When does an agent stop?"


@pytest.mark.long
@pytest.mark.parametrize("shuffle", [False, True])
def test_new_cards_come_by_priority_first(modules: Callable[[str], Page], shuffle: bool) -> None:
    found = modules("queue").evaluate(
        """shuffle => {
          const priorities = ["extra", "core", "standard"];
          const cards = priorities.map(priority => ({id: priority, item: {priority}}));
          const options = {mode: "day", limit: 2, shuffle, seed: "x"};
          return ours.queue(cards, new Map(), new Set(), options, Date.now());
        }""",
        shuffle,
    )
    assert found["next"]["id"] == "core"
    assert found["fresh"] == 2


@pytest.mark.long
def test_every_card_of_the_shipped_bank_has_two_sides(
    context: BrowserContext, open_page: OpenPage, shipped_file: ShippedFile
) -> None:
    context.clock.install(time=MORNING)
    context.clock.pause_at(MORNING + timedelta(seconds=1))
    page = open_page(shipped_file("site"), "?view=practice")
    page.select_option("[name=mode]", "all")
    expected = page.locator("#read .drill").count() + page.locator("#read .answer").count()
    sides = page.evaluate("""() => {
      const text = name => document.querySelector(name).innerText.trim().length;
      const sides = [];
      while (!document.querySelector(".card").hidden) {
        const front = text(".card-front");
        document.querySelector(".card-reveal").click();
        sides.push([front, text(".card-back")]);
        document.querySelector(".grade-easy").click();
      }
      return sides;
    }""")
    assert len(sides) == expected > 900
    assert all(front and back for front, back in sides)


@pytest.mark.long
def test_a_seed_gives_the_same_order_and_another_another(
    open_page: OpenPage, study_file: Path, modules: Callable[[str], Page]
) -> None:
    first = [front(open_page(study_file, "?view=practice&seed=a")) for _ in range(2)]
    assert first[0] == first[1]
    orders = modules("shuffled").evaluate("""["a", "a", "b"].map(seed =>
      ours.shuffled([..."abcdefghij"], seed, one => one).join(""))""")
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted("abcdefghij")


def test_a_day_of_study_ends_at_four_also_when_clocks_change(
    modules: Callable[[str], Page],
) -> None:
    """Berlin, whose clocks go forward on 29 March 2026."""
    times = ["2026-03-28T03:00", "2026-03-28T05:00", "2026-03-29T12:00"]
    hours = modules("dayStart, dayEnd").evaluate(
        """times => times.map(text => new Date(text).getTime())
          .map(now => (ours.dayEnd(now) - ours.dayStart(now)) / 3600000)""",
        times,
    )
    assert hours == [24, 23, 24]


@pytest.mark.long
def test_on_a_phone_the_choices_are_folded_and_the_card_stays_in_its_place(
    open_page: OpenPage, study_file: Path
) -> None:
    page = open_page(study_file, "?view=practice", width=360)
    assert page.is_hidden("[name=mode]")
    summary = page.locator(".practice-choice summary")
    assert summary.inner_text() == "due and new · items and drills · 15"
    top = "document.querySelector('.card').getBoundingClientRect().top + scrollY"
    before = page.evaluate(top)
    begin(page)
    answer(page, 1)
    assert page.evaluate(top) == before
    summary.click()
    page.select_option("[name=what]", "drills")
    assert summary.inner_text() == "due and new · drills · 15"
    page.set_viewport_size({"width": 1200, "height": 900})
    page.reload()
    before = page.evaluate(top)
    assert page.is_visible("[name=mode]")
    begin(page)
    answer(page, 1)
    assert page.evaluate(top) == before


def test_a_question_is_named_by_what_it_asks(practice: Page) -> None:
    practice.uncheck("[name=shuffle]")
    practice.select_option("[name=what]", "items")
    assert practice.get_by_role("group", name="How long is a chunk?").count() == 1


@pytest.mark.long
def test_keys_leave_those_alone_who_type_or_press_something_else(practice: Page) -> None:
    practice.focus("[name=limit]")
    practice.keyboard.press("Space")
    assert practice.is_hidden(".card-back")
    practice.keyboard.press("Escape")
    practice.focus(".card-front")
    practice.keyboard.press("Enter")
    practice.focus("[name=limit]")
    practice.keyboard.press("2")
    assert kept(practice).get("cards", {}) == {}
    practice.reload()
    practice.focus("#theme")
    practice.keyboard.press("Space")
    assert practice.is_hidden(".card-back")
    assert practice.get_attribute("html", "data-theme") == "light"
    practice.focus(".card-front")
    practice.keyboard.press("Control+Enter")
    assert practice.is_hidden(".card-back")
    practice.keyboard.press("3")  # nothing to grade yet
    assert kept(practice).get("cards", {}) == {}


@pytest.mark.long
def test_the_whole_is_done_by_keyboard(study: Page) -> None:
    """From the top by Tab alone to practice, through a card, to a file of progress."""
    study.keyboard.press("Tab")
    for _ in range(12):
        if study.evaluate("document.activeElement.dataset?.view") == "practice":
            break
        study.keyboard.press("Tab")
    study.keyboard.press("Enter")
    assert study.is_visible("#practice")
    for _ in range(20):
        study.keyboard.press("Tab")
        if study.evaluate("document.activeElement.className") == "card-reveal":
            break
    study.keyboard.press("Enter")
    study.keyboard.press("2")
    assert len(kept(study)["cards"]) == 1
    for _ in range(20):
        study.keyboard.press("Tab")
        if study.evaluate("document.activeElement.closest('.progress') !== null"):
            break
    study.keyboard.press("Enter")
    study.locator(".progress-chapters a").last.wait_for()
    for _ in range(5):
        study.keyboard.press("Tab")
        if study.evaluate("document.activeElement.className") == "progress-save":
            break
    with study.expect_download() as download:
        study.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("study-progress-")
