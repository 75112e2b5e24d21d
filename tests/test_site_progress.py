"""What the study page keeps: in storage, also full, disabled or broken; as a file; in two tabs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from .support.chromium import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from .support.chromium import OpenPage

KEY = "prep-export:study"

CARD: dict[str, Any] = {
    "state": "review", "step": 0, "stability": 5.0, "difficulty": 5.0, "due": 2_000_000_000_000,
    "last": 1_700_000_000_000, "first": 1_700_000_000_000, "reps": 2, "lapses": 0,
}  # fmt: skip


def progress(**changed: Any) -> str:
    cards = {"chunks": CARD, "gone/for-now": CARD}
    return json.dumps(
        {"format": "prep-export-progress", "version": 1, "bank": "study", "cards": cards,
         "missed": {"gone": 1}, "settings": {}, **changed}
    )  # fmt: skip


def grade(page: Page, given: int = 3) -> None:
    page.focus(".card-front")
    page.keyboard.press("Space")
    page.keyboard.press(str(given))


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(f"JSON.parse(localStorage['{KEY}'] ?? '{{}}')")
    return found


def load(page: Page, text: str) -> str:
    page.evaluate("document.querySelector('.progress').open = true")
    said = page.locator(".progress-said")
    page.evaluate("document.querySelector('.progress-said').textContent = ''")
    page.set_input_files(
        ".progress-load",
        {"name": "p.json", "mimeType": "application/json", "buffer": text.encode()},
    )
    until(page, "document.querySelector('.progress-said').textContent")
    return said.inner_text()


@pytest.fixture
def practice(open_page: OpenPage, study_file: Path) -> Page:
    return open_page(study_file, "?view=practice")


@pytest.mark.long
def test_progress_stays_when_the_page_is_closed(
    practice: Page, open_page: OpenPage, study_file: Path
) -> None:
    grade(practice)
    before = kept(practice)
    practice.close()
    again = open_page(study_file, "?view=practice")
    assert kept(again) == before
    grade(again)
    assert len(kept(again)["cards"]) == 2


@pytest.mark.long
def test_a_file_takes_progress_to_another_browser(
    practice: Page, browser: Any, study_file: Path
) -> None:
    grade(practice)
    grade(practice, 1)
    practice.evaluate("document.querySelector('.progress').open = true")
    with practice.expect_download() as download:
        practice.click(".progress-save")
    text = download.value.path().read_text(encoding="utf-8")
    assert json.loads(text)["bank"] == "study"
    assert practice.inner_text(".progress-said") == "Saved cards: 2."

    other = browser.new_context()
    page = other.new_page()
    page.goto(f"{study_file.as_uri()}?view=practice")
    assert load(page, text).startswith("Cards in the file: 2.")
    assert kept(page) == kept(practice)
    other.close()


@pytest.mark.long
def test_progress_is_told_by_chapter_and_leads_to_its_cards(practice: Page) -> None:
    load(practice, progress(cards={"chunks": CARD, "recall": {**CARD, "state": "learning"}}))
    lines = practice.locator(".progress-chapters li")
    assert [line.split("\n") for line in lines.all_inner_texts()] == [
        ["Agents", "known 0, seen 0, of 1"],  # the weakest first
        ["Retrieval", "known 1, seen 2, of 4"],
    ]
    bars = "[...document.querySelectorAll('.progress i')].map(({style}) => style.inlineSize)"
    assert practice.evaluate(bars) == ["0%", "0%", "25%", "25%"]
    lines.get_by_role("link", name="Agents").click()
    assert practice.url.endswith("?view=practice&topic=agents")
    assert practice.inner_text(".card-front") == "When does an agent stop?"
    assert practice.evaluate("document.activeElement.className") == "card-front"
    # What is graded counts at once; the day is summed up at its end.
    practice.keyboard.press("Space")
    practice.keyboard.press("4")
    assert "known 1, seen 1, of 1" in lines.all_inner_texts()[1]
    assert "Graded today: 1. Of these wrong: 0." in practice.inner_text(".practice-done")
    practice.go_back()
    until(practice, "!location.search.includes('topic')")
    grade(practice, 1)
    practice.select_option("[name=what]", "items")
    practice.select_option("[name=mode]", "due")
    practice.select_option("#filters [name=topic]", "agents", force=True)
    assert "Graded today: 2. Of these wrong: 1." in practice.inner_text(".practice-done")


@pytest.mark.long
def test_of_two_grades_the_later_stays(practice: Page) -> None:
    later = {**CARD, "last": CARD["last"] + 1, "reps": 9}
    assert "2" in load(practice, progress())
    load(practice, progress(cards={"chunks": later}))
    load(practice, progress())
    assert kept(practice)["cards"]["chunks"] == later
    # What the bank has no longer is kept, and not shown.
    assert kept(practice)["cards"]["gone/for-now"] == CARD
    assert "Due: 0" in practice.inner_text(".practice-left")


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"text"',
        "{",
        "\x00",
        progress(format="other"),
        progress(cards=[]),
        progress(cards=None),
        progress(cards={"chunks": None}),
        progress(cards={"chunks": {}}),
        progress(cards={"chunks": {**CARD, "state": "dead"}}),
        progress(cards={"chunks": {**CARD, "step": 7}}),
        progress(cards={"chunks": {**CARD, "stability": 0}}),
        progress(cards={"chunks": {**CARD, "stability": 1e999}}),
        progress(cards={"chunks": {**CARD, "difficulty": "5"}}),
        progress(cards={"chunks": {**CARD, "due": 1e300}}),
        progress(cards={"chunks": {**CARD, "last": -1}}),
        progress(cards={"chunks": {**CARD, "reps": 1.5}}),
        progress(cards={"loops": CARD, "<img src=x onerror=alert(1)>": CARD}),
        progress(cards={"loops": CARD, "__proto__": CARD}),
        progress(missed={"loops": "yesterday"}),
        progress(settings={"practice-limit": {"value": [], "at": 1}}),
        progress(settings={"practice-limit": 3}),
    ],
    ids=str,
)
def test_a_file_that_is_not_progress_is_refused_whole(practice: Page, text: str) -> None:
    grade(practice)
    before = kept(practice)
    assert load(practice, text) == "Refused: this is no file of progress."
    assert kept(practice) == before


def test_a_file_from_elsewhere_says_where_it_is_from(practice: Page) -> None:
    said = load(practice, progress(bank="<b>other</b>"))
    assert said == "Refused: this is progress in another bank, <b>other</b>."
    assert load(practice, progress(version=2)) == (
        "Refused: another version of this page wrote the file."
    )


@pytest.mark.long
def test_two_tabs_keep_each_others_grades(open_page: OpenPage, study_file: Path) -> None:
    one = open_page(study_file, "?view=practice&seed=a")
    two = open_page(study_file, "?view=practice&seed=a")
    first = one.inner_text(".card-front")
    assert two.inner_text(".card-front") == first
    grade(one, 4)
    # The other tab hears of it and goes on to the next card.
    until(two, "text => document.querySelector('.card-front').innerText !== text", first)
    grade(two, 4)
    grade(one, 4)
    assert len(kept(one)["cards"]) == 3
    # Without the news too: what is stored is read before it is written.
    one.evaluate(
        """key => {
      const all = JSON.parse(localStorage[key]);
      all.cards["written/unheard"] = Object.values(all.cards)[0];
      localStorage[key] = JSON.stringify(all);
    }""",
        KEY,
    )
    grade(one, 4)
    assert len(kept(one)["cards"]) == 5


@pytest.mark.long
def test_storage_that_is_disabled_is_said_and_the_page_works(
    context: BrowserContext, open_page: OpenPage, study_file: Path
) -> None:
    context.add_init_script("""Object.defineProperty(window, "localStorage", {
      get() { throw new DOMException("denied", "SecurityError"); } });""")
    page = open_page(study_file, "?view=practice")
    notice = page.get_by_role("alert")
    assert notice.inner_text().startswith("This browser keeps nothing for this page.")
    before = page.inner_text(".card-front")
    grade(page, 4)
    assert page.inner_text(".card-front") != before
    page.fill("#search", "chunk")
    assert page.locator("#results a").count() > 0
    # The file still has it.
    page.evaluate("document.querySelector('.progress').open = true")
    with page.expect_download() as download:
        page.click(".progress-save")
    assert len(json.loads(download.value.path().read_text(encoding="utf-8"))["cards"]) == 1


def test_storage_that_is_not_there_is_said(
    context: BrowserContext, open_page: OpenPage, study_file: Path
) -> None:
    context.add_init_script("Object.defineProperty(window, 'localStorage', { value: null });")
    page = open_page(study_file, "?view=practice")
    assert page.get_by_role("alert").inner_text().startswith("This browser keeps nothing")
    grade(page)


@pytest.mark.long
def test_storage_that_is_full_is_said_until_there_is_room(practice: Page) -> None:
    practice.evaluate("""() => {
      let size = 4 << 20;
      for (let at = 0; size >= 1; size >>= 1) {
        try {
          while (true) localStorage.setItem("filler" + at++, "x".repeat(size));
        } catch {}
      }
    }""")
    grade(practice, 4)
    notice = practice.get_by_role("alert")
    assert notice.inner_text().startswith("This browser has no room left.")
    assert "cards" not in kept(practice)
    practice.evaluate("""Object.keys(localStorage).filter(one => one.startsWith("filler"))
      .forEach(one => localStorage.removeItem(one))""")
    grade(practice, 4)
    assert practice.locator("[role=alert]").is_hidden()
    assert len(kept(practice)["cards"]) == 2


@pytest.mark.long
@pytest.mark.parametrize("text", ["{", "[]", progress(bank="other"), "<script>", ""])
def test_storage_that_nobody_can_read_is_put_aside_and_said(practice: Page, text: str) -> None:
    practice.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])
    practice.reload()
    notice = practice.get_by_role("alert")
    assert notice.inner_text().startswith("The progress kept in this browser could not be read.")
    grade(practice, 4)
    assert len(kept(practice)["cards"]) == 1
    assert practice.evaluate(f"localStorage['{KEY}:unreadable']") == text
    assert notice.is_visible()
    practice.reload()
    assert practice.locator("[role=alert]").is_hidden()


def test_an_item_that_came_back_has_what_was_kept(modules: Callable[[str], Page]) -> None:
    page = modules("openStore")
    found = page.evaluate(
        """text => {
      const place = new Map([["prep-export:study", text]]);
      const storage = {
        getItem: key => place.get(key) ?? null,
        setItem: (key, text) => place.set(key, text),
      };
      ours.openStore("study", () => storage).set("x", 1, 2);
      return ours.openStore("study", () => storage).card("gone/for-now");
    }""",
        progress(),
    )
    assert found == CARD


@pytest.mark.long
def test_a_grade_that_one_tab_takes_back_is_no_more_in_another(
    practice: Page, open_page: OpenPage, study_file: Path
) -> None:
    other = open_page(study_file, "?view=practice")
    grade(practice)
    until(other, "document.querySelector('.practice-left').innerText.includes('New: 4')")
    practice.keyboard.press("u")
    until(other, "document.querySelector('.practice-left').innerText.includes('New: 5')")
    other.evaluate("document.querySelector('[name=shuffle]').click()")  # which saves
    assert kept(practice)["cards"] == {}


@pytest.mark.long
def test_what_another_tab_graded_again_is_not_taken_back(
    practice: Page, open_page: OpenPage, study_file: Path
) -> None:
    other = open_page(study_file, "?view=practice&seed=x")
    practice.select_option("[name=what]", "items")
    grade(practice)
    (card,) = kept(practice)["cards"]
    newer = {**CARD, "last": kept(practice)["cards"][card]["last"] + 1000}
    other.evaluate(
        "([key, text]) => localStorage.setItem(key, text)",
        [KEY, progress(cards={card: newer})],
    )
    until(practice, "document.querySelector('.practice-left').innerText.includes('today: 0')")
    practice.keyboard.press("u")
    assert kept(practice)["cards"] == {card: newer}
