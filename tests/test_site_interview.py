"""The mock interview, from the choices to the report, as somebody takes it."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from .support.chromium import site_file, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from .support.chromium import OpenPage


def LONG(value: Any) -> Any:  # noqa: N802 - it reads as a mark
    """A case for the long tests."""
    return pytest.param(value, marks=pytest.mark.long)


MORNING = datetime(2026, 5, 4, 7, tzinfo=timezone.utc)
KEY = "prep-export:viva:interview"


def bank() -> str:
    """Fourteen questions of three topics; one without key points, one that is hostile."""
    questions: list[dict[str, object]] = []
    for topic in ("rag", "agents"):
        for number, level in enumerate(("easy", "medium", "medium", "hard", "hard")):
            questions.append(
                {
                    "id": f"{topic}-{number}",
                    "topics": [topic],
                    "difficulty": level,
                    "priority": "core" if number == 1 else "standard",
                    "question": f"What about {topic} number {number}?",
                    "answer": f"The *answer* to {topic} {number}.",
                    "key_points": ["First thing", "Second `thing`", "Third about latency"],
                    "pitfalls": ["A trap", "Another trap"],
                    "follow_ups": [
                        {"ask": "What else?", "answer": "Nothing."},
                        {"ask": "And the latency?", "answer": "It is *low*."},
                    ],
                    "drills": [{"id": "one", "ask": "A drill?", "answer": "Yes."}],
                }
            )
    questions += [
        {"id": "plan-it", "topics": ["rag"], "kind": "design", "difficulty": "medium",
         "question": "Design it.", "answer": "So.", "key_points": ["Numbers first"],
         "follow_ups": [{"ask": "And at scale?", "answer": "Shards."}]},
        {"id": "write-it", "topics": ["agents"], "kind": "coding", "difficulty": "medium",
         "question": "Write it.", "answer": "```python\nprint('it')\n```",
         "key_points": ["It runs"]},
        {"id": "told", "topics": ["self"], "kind": "behavioural", "difficulty": "medium",
         "question": "Tell me.", "answer": "A story."},
        {"id": "evil", "topics": ["self"], "difficulty": "medium",
         "question": "`<img src=x onerror=alert(1)>` & `</script>`?",
         "answer": "`<b onclick=alert(1)>No</b>`", "key_points": ["`<script>alert(1)</script>`"],
         "pitfalls": ["`[a](javascript:alert(1))`"]},
    ]  # fmt: skip
    topics = {"rag": "Retrieval", "agents": "Agents", "self": "Yourself"}
    return json.dumps(
        {"bank": {"id": "viva", "title": "Viva"}, "topics": topics, "questions": questions}
    )


@pytest.fixture(scope="session")
def viva_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_file(bank(), tmp_path_factory.mktemp("viva"))


@pytest.fixture
def clocked(context: BrowserContext) -> None:
    context.clock.install(time=MORNING)
    context.clock.pause_at(MORNING + timedelta(seconds=1))


ADDRESS = "?interview&seed=abc&minutes=30&level=mid&topics=rag,agents"


def wait(page: Page, seconds: int) -> None:
    page.clock.run_for(seconds * 1000)


def phase(page: Page) -> str | None:
    """Where the interview is; None where none goes on."""
    turn = page.locator(".iv-turn")
    return turn.get_attribute("data-phase") if turn.count() else None


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(f"JSON.parse(localStorage[{json.dumps(KEY)}])")
    return found


def take(page: Page, *, said: str = "1", grade: str = "2", seconds: int = 40) -> list[str]:
    """Takes the rest of an interview by keys; the questions that were asked."""
    asked = []
    while phase(page):
        if phase(page) == "asked":
            asked.append(page.inner_text(".iv-asked"))
            wait(page, seconds)
            page.keyboard.press("Enter")
        elif phase(page) == "points":
            for key in said:
                page.keyboard.press(key)
            page.keyboard.press("Enter")
        elif phase(page) == "follow-up":
            page.keyboard.press("Enter")
        else:
            page.keyboard.press(grade)
    return asked


@pytest.mark.long
def test_choices_say_what_they_come_to(open_page: OpenPage, viva_file: Path) -> None:
    page = open_page(viva_file)
    page.click("[data-view=interview]")
    assert page.input_value("[name=seed]") != ""
    before = page.inner_text(".iv-planned")
    page.check("[name=minutes][value='60']", force=True)
    assert page.inner_text(".iv-planned") != before
    page.check("[name=topic][value=self]")
    assert page.inner_text(".iv-planned").startswith("Questions: 2. Planned minutes:")
    assert "There are no more questions on this." in page.inner_text(".iv-planned")
    # A seed of nobody's choice: not the same for two.
    seed = page.input_value("[name=seed]")
    page.get_by_role("button", name="Another").click()
    assert page.input_value("[name=seed]") != seed


@pytest.mark.long
@pytest.mark.usefixtures("clocked")
def test_from_start_to_report(open_page: OpenPage, viva_file: Path) -> None:
    page = open_page(viva_file, ADDRESS)
    page.get_by_role("button", name="Start").click()
    assert page.url.endswith("?interview&seed=abc&minutes=30&level=mid&topics=rag,agents")
    # The question alone.
    assert page.inner_text(".iv-asked").startswith("What about ")
    text = page.inner_text("#interview")
    assert "First thing" not in text
    assert "answer" not in text.replace("answered", "").replace("to answer", "").lower()
    wait(page, 65)
    assert page.inner_text(".iv-time") == "1:05"
    page.fill("textarea", "my notes\n<b>bold</b>")
    page.get_by_role("button", name="I have answered").click()
    # Its key points: what is missed decides what is asked next.
    page.get_by_label("First thing").check()
    page.get_by_label("Second thing").check()
    page.locator(".iv-pitfalls input").first.check()
    page.get_by_role("button", name="Follow-up questions").click()
    assert page.inner_text(".iv-follow") == "And the latency?"
    assert page.is_hidden(".iv-answer")
    page.get_by_role("button", name="Show answer").click()
    assert page.inner_text(".iv-answer") == "It is low."
    page.get_by_role("button", name="Half").click()
    asked = take(page, said="1", grade="3")
    assert asked[0] != "my notes"
    # The report counts what was ticked.
    report = page.inner_text(".iv-report")
    run = kept(page)["past"][0]
    points = sum(turn["points"] for turn in run["turns"])
    said = 2 + sum(min(1, turn["points"]) for turn in run["turns"][1:])
    figures = page.locator(".iv-figures dd").all_inner_texts()
    assert figures[0] == f"{said} of {points}"
    assert figures[1].endswith(", 1 half")
    assert figures[2] == "1"
    assert page.locator(".iv-table tbody th").all_inner_texts() == ["Retrieval", "Agents"] or (
        page.locator(".iv-table tbody th").all_inner_texts() == ["Agents", "Retrieval"]
    )
    first = page.locator(".iv-questions > li").first
    assert first.locator(".iv-missed").inner_text() == "Third about latency"
    assert first.locator(".iv-fell").inner_text() == "A trap"
    assert "And the latency? (Half)" in first.locator(".iv-not-had").inner_text()
    assert first.locator("pre").inner_text() == "my notes\n<b>bold</b>"
    assert "answered after 1:05" in report
    assert "Seed: abc · 30 min · mid-level · Retrieval · Agents" in report
    assert page.locator(".iv-repeat a").count() == 0
    # What was missed, by what it costs; each leads to its item.
    study = page.locator(".iv-study a")
    assert study.count() == len(run["turns"])
    identity = (study.first.get_attribute("href") or "")[1:]
    study.first.click()
    page.wait_for_selector("#read", state="visible")
    assert page.is_visible(f"[id='{identity}'] .answer")


@pytest.mark.long
def test_who_went_on_too_soon_can_go_back(open_page: OpenPage, viva_file: Path) -> None:
    page = open_page(viva_file, ADDRESS)
    page.click(".iv-form .iv-main")
    page.keyboard.press("Enter")
    for key in "12":
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    assert page.inner_text(".iv-follow") == "And the latency?"
    page.get_by_role("button", name="Back to the key points").click()
    # What is asked next follows what is ticked then.
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    assert page.inner_text(".iv-follow") == "What else?"
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    assert phase(page) == "asked" or not page.get_by_text("Back to the key points").count()


@pytest.mark.long
@pytest.mark.usefixtures("clocked")
def test_by_keys_alone(open_page: OpenPage, viva_file: Path) -> None:
    page = open_page(viva_file, ADDRESS)
    page.focus("[name=seed]")
    page.keyboard.press("Enter")
    assert phase(page) == "asked"
    page.keyboard.press("n")
    page.keyboard.type("pns 123")
    page.keyboard.press("Escape")
    assert page.input_value("textarea") == "pns 123"
    page.keyboard.press("p")
    wait(page, 30)
    assert page.inner_text(".iv-time") == "0:00"
    page.keyboard.press("p")
    wait(page, 5)
    assert page.inner_text(".iv-time") == "0:05"
    first = page.inner_text(".iv-asked")
    page.keyboard.type("so first, you see")  # a reader who forgot N loses no question
    assert page.inner_text(".iv-asked") == first
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Skip").click()
    assert page.inner_text(".iv-asked") != first
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    page.keyboard.press("4")
    assert page.locator(".iv-ticks :checked").count() == 2
    page.keyboard.press("2")
    assert page.locator(".iv-ticks :checked").count() == 1
    # Enter goes on from a box too; on a button it is that button's.
    page.focus(".iv-ticks input")
    page.keyboard.press("Enter")
    assert phase(page) == "follow-up"
    take(page)
    assert page.evaluate("document.activeElement.textContent") == "Report"
    assert kept(page)["past"][0]["turns"][0]["state"] == "skipped"
    assert "Skipped" in page.inner_text(".iv-study")


@pytest.mark.long
@pytest.mark.usefixtures("clocked")
def test_a_reload_takes_nothing_away(open_page: OpenPage, viva_file: Path) -> None:
    page = open_page(viva_file, ADDRESS)
    page.click(".iv-form .iv-main")
    wait(page, 20)
    page.fill("textarea", "half a sent")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    asked = page.inner_text(".iv-asked")
    page.reload()
    assert page.inner_text(".iv-asked") == asked
    assert phase(page) == "points"
    assert page.input_value("textarea") == "half a sent"
    assert page.locator(".iv-ticks :checked").count() == 1
    # The clock waits for whoever comes back.
    wait(page, 60)
    assert page.inner_text(".iv-time") == "0:20"
    page.get_by_role("button", name="Continue").click()
    wait(page, 2)
    assert page.inner_text(".iv-time") == "0:22"
    # It stands while something else is read, and while the machine sleeps.
    page.click("[data-view=read]")
    wait(page, 60)
    page.click("[data-view=interview]")
    assert page.inner_text(".iv-time") == "0:22"
    page.get_by_role("button", name="Continue").click()
    page.clock.fast_forward(3_600_000)
    wait(page, 1)
    assert page.inner_text(".iv-time") == "0:22"
    # Without the interview's address, it is offered.
    page.goto(viva_file.as_uri())
    page.click("[data-view=interview]")
    assert "question 1 of" in page.inner_text(".iv-under-way")
    page.click(".iv-under-way .iv-main")
    assert page.inner_text(".iv-asked") == asked


@pytest.mark.long
@pytest.mark.usefixtures("clocked")
def test_it_can_be_given_up(open_page: OpenPage, viva_file: Path) -> None:
    page = open_page(viva_file, ADDRESS)
    page.click(".iv-form .iv-main")
    page.get_by_role("button", name="End the interview").click()
    assert "no report" in page.inner_text("dialog")
    page.keyboard.press("Enter")  # which goes on
    assert page.locator("dialog").count() == 0
    assert phase(page) == "asked"
    page.get_by_role("button", name="End the interview").click()
    page.keyboard.press("Escape")
    assert phase(page) == "asked"
    page.get_by_role("button", name="End the interview").click()
    page.locator("dialog").get_by_role("button", name="End the interview").click()
    assert page.is_visible(".iv-form")
    assert kept(page) == {"version": 1, "current": None, "past": []}
    # With an answer there is a report, of that one.
    page.click(".iv-form .iv-main")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="End the interview").click()
    page.locator("dialog").get_by_role("button", name="End the interview").click()
    assert page.locator(".iv-questions > li").count() == 1
    assert kept(page)["past"][0]["turns"][0]["state"] == "done"


@pytest.mark.long
def test_what_is_published_has_an_address_to_share(
    context: BrowserContext, viva_file: Path
) -> None:
    own = "https://study.example/viva"
    context.route(f"{own}**", lambda route: route.fulfill(path=viva_file, content_type="text/html"))
    page = context.new_page()
    page.goto(f"{own}{ADDRESS}")
    page.evaluate("navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }")
    page.get_by_role("button", name="Copy address").click()
    assert page.evaluate("globalThis.copied") == f"{own}{ADDRESS}"
    assert page.inner_text("#status") == "Copied"
    page.click(".iv-form .iv-main")
    assert page.url == f"{own}{ADDRESS}"
    take(page, seconds=0)
    assert page.get_attribute(".iv-repeat a", "href") == f"{own}{ADDRESS}"


@pytest.mark.long
def test_a_file_shares_what_was_chosen_and_not_where_it_lies(
    open_page: OpenPage, viva_file: Path
) -> None:
    page = open_page(viva_file, ADDRESS)
    page.evaluate("navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }")
    page.locator(".iv-seed").get_by_role("button", name="Copy").click()
    shared = "Seed: abc · 30 min · mid-level · Retrieval · Agents"
    assert page.evaluate("globalThis.copied") == shared


@pytest.mark.long
def test_the_screen_stays_on_while_the_clock_runs(
    context: BrowserContext, open_page: OpenPage, viva_file: Path
) -> None:
    context.add_init_script(
        """globalThis.held = globalThis.asked = 0;
        Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
          globalThis.held++;
          globalThis.asked++;
          return { release: async () => { globalThis.held--; } };
        } } });"""
    )
    page = open_page(viva_file, ADDRESS)
    page.click(".iv-form .iv-main")
    until(page, "globalThis.held === 1")
    page.keyboard.press("p")
    until(page, "globalThis.held === 0")
    page.keyboard.press("p")
    until(page, "globalThis.held === 1")
    # The browser lets it go behind another tab.
    assert page.evaluate("globalThis.asked") == 2
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(page, "globalThis.asked === 3 && globalThis.held === 1")
    page.click("[data-view=read]")
    until(page, "globalThis.held === 0")
    page.click("[data-view=interview]")
    take(page, seconds=0)
    until(page, "globalThis.held === 0")


@pytest.mark.long
def test_one_seed_is_one_interview(browser: Any, viva_file: Path) -> None:
    """Two people, two browsers, the same address."""

    def interview(address: str) -> list[str]:
        context = browser.new_context()
        page = context.new_page()
        page.goto(viva_file.as_uri() + address)
        page.click(".iv-form .iv-main")
        turns = page.evaluate(f"JSON.parse(localStorage['{KEY}']).current.turns")
        context.close()
        return [turn["step"]["id"] for turn in turns]

    first = interview(ADDRESS)
    assert interview(ADDRESS) == first
    assert interview(ADDRESS.replace("abc", "%20ABC")) == first
    others = [interview(ADDRESS.replace("abc", f"other{number}")) for number in range(4)]
    assert any(one != first for one in others)


@pytest.mark.long
@pytest.mark.usefixtures("clocked")
def test_interviews_are_kept_compared_practised_and_saved(
    open_page: OpenPage, viva_file: Path
) -> None:
    page = open_page(viva_file, ADDRESS)
    for number in range(2):
        page.click(".iv-form .iv-main")
        take(page, said="1" if number else "123")
        if not number:
            page.get_by_role("button", name="New interview").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert saved.value.suggested_filename.startswith("viva-interview-2026-05-04-")
    data = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert data["format"] == "prep-export-interview"
    assert data["counts"]["said"] == len([one for one in data["questions"] if one["said"]])
    assert data["questions"][0]["said"] == ["First thing"]
    assert "file:" not in json.dumps(data)
    page.evaluate("navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }")
    page.get_by_role("button", name="Copy as text").click()
    copied = page.evaluate("globalThis.copied")
    assert page.inner_text("#status") == "Copied"
    assert "file:" not in copied
    assert "What to study first" in copied
    assert "· Second thing" in copied
    # Those before stand below the choices, side by side.
    page.goto(viva_file.as_uri() + "?interview")
    page.reload()
    assert page.locator(".iv-table tbody tr").count() == 2
    assert page.locator(".iv-compare tbody tr").count() == 2
    page.get_by_role("button", name="Report").first.click()
    assert page.locator(".iv-questions > li").count() == len(data["questions"])
    page.goto(viva_file.as_uri() + "?interview=1")
    before = kept(page)["past"]
    page.get_by_role("button", name="Delete").last.click()
    assert page.locator(".iv-table tbody tr").count() == 1
    assert kept(page)["past"] == before[:1]
    # What was deleted by mistake comes back, to its place.
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")
    assert page.locator(".iv-table tbody tr").count() == 2
    assert kept(page)["past"] == before
    assert page.evaluate("document.activeElement.closest('tr').nextElementSibling") is None
    page.get_by_role("button", name="Delete").first.click()
    page.reload()
    assert kept(page)["past"] == before[1:]


@pytest.mark.long
@pytest.mark.usefixtures("clocked")
def test_what_was_missed_is_what_is_practised(open_page: OpenPage, viva_file: Path) -> None:
    page = open_page(viva_file, "?interview&seed=abc&minutes=20&level=mid")
    # Whatever was known today or wrong before, and whatever is chosen for practice.
    page.click("[data-view=practice]")
    page.select_option("[name=what]", "items")
    page.focus(".card-front")
    while page.is_visible(".card"):
        page.keyboard.press("Space")
        page.keyboard.press("4")
    page.select_option("[name=what]", "drills")
    page.focus(".card-front")
    page.keyboard.press("Space")
    page.keyboard.press("1")
    page.click("[data-view=interview]")
    page.click(".iv-form .iv-main")
    asked = take(page)
    page.get_by_role("button", name="Practise these").click()
    assert page.evaluate("document.activeElement.textContent") == "Practice"
    mode = page.locator("[name=mode]")
    assert mode.locator(":checked").inner_text() == "Practise these"
    seen = []
    page.focus(".card-front")
    while page.is_visible(".card"):
        seen.append(page.inner_text(".card-front"))
        page.keyboard.press("Space")
        page.keyboard.press("4")
    studied = page.locator(".iv-study a").all_inner_texts()
    assert sorted(seen) == sorted(studied)
    assert set(seen) <= set(asked)
    missed = page.evaluate("Object.keys(JSON.parse(localStorage['prep-export:viva']).missed)")
    assert len(missed) == len(seen) + 1
    # It was for once: the choice from before stands, and another takes it away.
    page.click("[data-view=read]")
    page.click("[data-view=practice]")
    assert mode.locator(":checked").inner_text() == "Practise these"
    page.select_option("[name=mode]", "due")
    assert mode.locator("option").count() == 4
    page.select_option("[name=mode]", "day")
    page.reload()
    assert page.input_value("[name=mode]") == "day"
    assert page.input_value("[name=what]") == "drills"


@pytest.mark.long
@pytest.mark.usefixtures("clocked")
def test_questions_without_key_points_and_hostile_ones(
    open_page: OpenPage, viva_file: Path
) -> None:
    page = open_page(viva_file, "?interview&seed=x&minutes=20&topics=self")
    page.click(".iv-form .iv-main")
    seen = []
    while phase(page):
        asked = page.inner_text(".iv-asked")
        seen.append(asked)
        page.keyboard.press("Enter")
        if asked == "Tell me.":
            assert page.inner_text(".iv-answer") == "A story."
            page.get_by_label("Half").check(force=True)
            page.focus(".iv-body h2")
        else:
            assert asked == "<img src=x onerror=alert(1)> & </script>?"
            page.get_by_label("<script>alert(1)</script>").uncheck()
        assert (
            page.locator("#interview :is(script, img, b[onclick], [href^=javascript])").count() == 0
        )
        page.keyboard.press("Enter")
    assert len(seen) == 2
    assert page.locator("#interview :is(script, img, b[onclick], [href^=javascript])").count() == 0
    assert "1 half" in page.inner_text(".iv-figures")
    assert "<script>alert(1)</script>" in page.inner_text(".iv-missed")
    # No id stands twice.
    assert page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(({id}) => id)).size"
        " === document.querySelectorAll('[id]').length"
    )


@pytest.mark.long
@pytest.mark.parametrize(
    "garbage",
    [
        "{",
        "[]",
        "null",
        '{"version": 2, "current": null, "past": []}',
        '{"version": 1, "current": {"turns": []}, "past": []}',
        '{"version": 1, "current": null, "past": [{"started": "<b>"}]}',
    ],
)
def test_garbage_in_the_browser_is_put_aside(
    context: BrowserContext, open_page: OpenPage, viva_file: Path, garbage: str
) -> None:
    context.add_init_script(
        f"localStorage.getItem('seen') || (localStorage['{KEY}'] = {json.dumps(garbage)})"
    )
    page = open_page(viva_file, "?interview")
    assert page.is_visible(".notice")
    page.evaluate("localStorage.setItem('seen', '1')")
    page.click(".iv-form .iv-main")
    assert phase(page) == "asked"
    assert page.evaluate(f"localStorage['{KEY}:unreadable']") == garbage
    assert kept(page)["current"]["phase"] == "asked"


@pytest.mark.long
@pytest.mark.parametrize(
    "breaking",
    [
        """Object.defineProperty(window, 'localStorage', {
          get() { throw new DOMException('no', 'SecurityError'); },
        })""",
        """Storage.prototype.setItem = () => {
          throw new DOMException('full', 'QuotaExceededError');
        }""",
    ],
    ids=["off", "full"],
)
def test_without_storage_it_works_and_says_so(
    context: BrowserContext, open_page: OpenPage, viva_file: Path, breaking: str
) -> None:
    context.add_init_script(breaking)
    page = open_page(viva_file, ADDRESS)
    page.click(".iv-form .iv-main")
    assert page.is_visible(".notice")
    take(page, seconds=0)
    assert page.is_visible(".iv-report")


@pytest.mark.long
def test_what_a_changed_bank_no_longer_has_is_left_out(
    open_page: OpenPage, viva_file: Path
) -> None:
    page = open_page(viva_file, ADDRESS)
    page.click(".iv-form .iv-main")
    page.keyboard.press("Enter")
    page.keyboard.press("3")
    page.evaluate(
        f"""() => {{
          const kept = JSON.parse(localStorage['{KEY}']);
          kept.current.turns[0].points = 9;
          kept.current.turns[1].step.id = "gone";
          globalThis.onpagehide = null;
          localStorage['{KEY}'] = JSON.stringify(kept);
          Storage.prototype.setItem = () => {{}};
        }}"""
    )
    count = len(kept(page)["current"]["turns"])
    page.reload()
    assert page.locator(".iv-ticks :checked").count() == 0
    assert page.locator(".iv-strip i").count() == count - 1


# --- For everybody


def choosing(page: Page) -> None:
    page.focus("[name=seed]")


def asking(page: Page) -> None:
    page.click(".iv-form .iv-main")


def ticking(page: Page) -> None:
    asking(page)
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    page.keyboard.press("4")


def following(page: Page) -> None:
    ticking(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def reporting(page: Page) -> None:
    asking(page)
    page.fill("textarea", "noted " * 30)
    page.keyboard.press("Escape")
    take(page, seconds=0)


def comparing(page: Page) -> None:
    reporting(page)
    page.get_by_role("button", name="The same again").click()
    take(page, seconds=0)
    page.get_by_role("button", name="New interview").click()


STATES = [choosing, asking, LONG(ticking), LONG(following), LONG(reporting), LONG(comparing)]


@pytest.mark.long
@pytest.mark.parametrize("scheme", [LONG("light"), "dark"])
@pytest.mark.parametrize("width", [360, LONG(1100)])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_no_violation(
    open_page: OpenPage,
    viva_file: Path,
    state: Callable[[Page], None],
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = open_page(viva_file, ADDRESS, width=width)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    state(page)
    found = Axe().run(page).response["violations"]
    assert not [
        (one["id"], [node["html"][:200] + node["failureSummary"] for node in one["nodes"]])
        for one in found
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.long
@pytest.mark.usefixtures("clocked")
def test_the_clock_does_not_talk(open_page: OpenPage, viva_file: Path) -> None:
    """A timer is not live, and nothing else that is live changes as it runs."""
    page = open_page(viva_file, ADDRESS)
    asking(page)
    page.evaluate(
        """() => {
          globalThis.changes = [];
          const live = "[role=status], [role=alert], [aria-live]:not([aria-live=off])";
          new MutationObserver((records) => {
            for (const {target} of records) {
              const at = target.nodeType === 1 ? target : target.parentElement;
              if (at?.closest(live)) globalThis.changes.push(at.outerHTML);
            }
          }).observe(document, {subtree: true, childList: true, characterData: true});
        }"""
    )
    wait(page, 130)
    assert page.inner_text(".iv-time") == "2:10"
    assert page.locator(".iv-time").get_attribute("role") == "timer"
    assert page.evaluate("globalThis.changes") == []
    motion = "getComputedStyle(document.querySelector('.iv-filled')).transitionDuration"
    assert page.evaluate(motion) == "0.25s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(motion) == "0s"


@pytest.mark.long
@pytest.mark.usefixtures("clocked")
def test_the_report_prints_on_two_pages(
    open_page: OpenPage, viva_file: Path, tmp_path: Path
) -> None:
    page = open_page(viva_file, ADDRESS)
    reporting(page)
    target = tmp_path / "report.pdf"
    page.pdf(path=target, format="A4")
    text = subprocess.run(
        ["pdftotext", "-layout", str(target), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert text.count("\f") <= 2
    assert "By topic" in text
    assert "Not said" in text
    assert "Seed: abc" in text
    assert "file:" not in text
    for button in ("Practise these", "Mock interview", "Search", "New interview"):
        assert button not in text
    until(page, "document.fonts.status === 'loaded'")
