"""What stays at hand on the study page: the bar, the panel of filters and their line, the contents,
and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from .support.chromium import site_file, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from .support.chromium import OpenPage

_TEXT = " ".join(["A long answer, so that one has to scroll."] * 40)
_ITEMS = "".join(
    f"  - id: q{number}\n    topics: [t{number // 4}]\n    question: Why {number}, by top-p?\n"
    f"    difficulty: {'easy' if number % 4 else 'hard'}\n    answer: {_TEXT}\n"
    f"    key_points: [One]\n    related: [q{(number + 7) % 24}]\n"
    for number in range(24)
)
LONG = (
    "bank: {id: long, title: Long}\ntopics: {"
    + ", ".join(f"t{number}: Topic {number}" for number in range(6))
    + f"}}\nquestions:\n{_ITEMS}"
)


@pytest.fixture(scope="session")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of six chapters that is many screens long."""
    return site_file(LONG, tmp_path_factory.mktemp("long"))


IN_VIEW = """name => { const box = document.querySelector(name)?.getBoundingClientRect();
  return Boolean(box) && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight; }"""


# The bar on a phone


@pytest.mark.long
@pytest.mark.parametrize("width", [360, 700])
def test_far_down_a_phone_views_and_search_are_a_touch_away(
    open_page: OpenPage, long_file: Path, width: int
) -> None:
    page = open_page(long_file, "#q20", width=width)
    assert page.get_by_role("button", name="Practice").is_visible()
    assert page.evaluate(IN_VIEW, "#views")
    until(page, "!document.querySelector('#seek').hidden")
    assert not page.evaluate(IN_VIEW, "#search")
    place = page.locator("#q20").bounding_box()
    page.get_by_role("button", name="Search").click()
    assert page.evaluate("document.activeElement.id") == "search"
    assert page.evaluate(IN_VIEW, "#search")
    assert page.evaluate(IN_VIEW, ".filtering")
    now = page.locator("#q20").bounding_box()
    assert place is not None
    assert now is not None
    assert abs(now["y"] - place["y"]) < 2
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#filters select").first.is_visible()
    page.keyboard.press("Escape")
    page.mouse.click(width / 2, 600)
    until(page, f"!({IN_VIEW})('#search')")
    assert page.evaluate(IN_VIEW, "#views")


@pytest.mark.long
def test_at_the_top_the_search_needs_no_button(open_page: OpenPage, long_file: Path) -> None:
    for width in (360, 1200):
        page = open_page(long_file, width=width)
        assert page.evaluate(IN_VIEW, "#search")
        assert page.get_by_role("button", name="Search").count() == 0


@pytest.mark.parametrize("language", ["en", pytest.param("ru", marks=pytest.mark.long)])
def test_the_bar_hides_nothing_that_an_address_leads_to(
    open_page: OpenPage, tmp_path: Path, language: str
) -> None:
    path = site_file(LONG.replace("title: Long", f"title: Long, language: {language}"), tmp_path)
    page = open_page(path, "?difficulty=hard#q8", width=360)
    for width in (360, 700, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        for target in ("q16", "chapter-3"):
            page.evaluate("id => { location.hash = id; }", target)
            until(
                page,
                "id => { const title = document.getElementById(id).querySelector('h2, h3');"
                "const under = Math.max(...['.bar', '#filtered']"
                ".map(one => document.querySelector(one).getBoundingClientRect().bottom));"
                "const {top} = title.getBoundingClientRect();"
                "return top >= under && top < under + 150; }",
                target,
            )


@pytest.mark.long
@pytest.mark.parametrize("width", [360, 1200])
def test_to_go_to_the_bar_moves_nothing_of_the_page(
    open_page: OpenPage, long_file: Path, width: int
) -> None:
    page = open_page(long_file, "#q20", width=width)
    until(page, f"({IN_VIEW})('#q20 h3')")
    place = page.locator("#q20").bounding_box()
    assert place is not None
    page.keyboard.press("/")
    until(page, f"({IN_VIEW})('#search')")
    page.keyboard.press("Tab")
    now = page.locator("#q20").bounding_box()
    assert now is not None
    assert abs(now["y"] - place["y"]) < 2


# The panel of filters


@pytest.mark.long
@pytest.mark.parametrize("leave", ["Escape", "press", "focus", "view"])
def test_the_panel_of_filters_folds_when_one_goes_elsewhere(study: Page, leave: str) -> None:
    summary = study.locator(".filtering > summary")
    summary.click()
    panel = study.locator("#filters")
    study.select_option("#filters [name=topic]", "rag")
    assert panel.is_visible()  # to choose is not to leave
    if leave == "Escape":
        study.focus("#filters [name=topic]")
        study.keyboard.press("Escape")
        assert study.evaluate("document.activeElement.localName") == "summary"
    elif leave == "press":
        study.mouse.click(300, 700)
    elif leave == "focus":
        study.focus("#filters button[type=reset]")
        study.keyboard.press("Tab")
        assert study.evaluate("document.activeElement.closest('.filtering')") is None
    else:
        study.evaluate("document.querySelector('[data-view=practice]').click()")
    assert panel.is_hidden()


# That filters are set


@pytest.mark.long
def test_a_line_below_the_bar_says_what_is_filtered_and_takes_it_back(
    open_page: OpenPage, long_file: Path
) -> None:
    page = open_page(long_file, "?topic=t3&difficulty=hard#q12")
    line = page.locator("#filtered")
    assert line.inner_text().split("\n")[0].startswith("1 of 24 shown")
    until(page, f"({IN_VIEW})('#filtered')")  # wherever one is
    page.get_by_role("button", name="Remove the filter Topic 3").click()
    assert "topic=" not in page.url
    assert line.inner_text().startswith("6 of 24 shown")
    assert page.evaluate("document.activeElement.innerText") == "hard"
    page.keyboard.press("Enter")
    assert line.is_hidden()
    assert page.evaluate("document.activeElement.id") == "search"
    assert page.inner_text("#status") == "24 of 24 shown"


@pytest.mark.long
def test_the_line_holds_for_practice_and_not_for_an_interview(
    open_page: OpenPage, long_file: Path
) -> None:
    page = open_page(long_file, "?view=practice&topic=t3", width=360)
    assert page.locator("#filtered").is_visible()
    assert page.evaluate(
        "document.querySelector('#practice h1').getBoundingClientRect().top"
        " >= document.querySelector('#filtered').getBoundingClientRect().bottom"
    )
    page.click("[data-view=interview]")
    assert page.locator("#filtered").is_hidden()


@pytest.mark.long
def test_the_contents_name_what_the_filters_leave_and_how_much(
    open_page: OpenPage, long_file: Path
) -> None:
    page = open_page(long_file, "?difficulty=hard")
    rows = "[...document.querySelectorAll('#contents li')].filter(one => one.checkVisibility())"
    counts = f"{rows}.map(one => one.querySelector('.pe-count').innerText)"
    assert page.evaluate(counts) == ["1"] * 6
    page.click(".filtering > summary")
    page.select_option("[name=topic]", "t2")
    assert page.evaluate(f"{rows}.map(one => one.innerText.split('\\n').at(-2))") == ["Topic 2"]
    page.click("#filters button[type=reset]")
    assert page.evaluate(counts) == ["4"] * 6


@pytest.mark.long
def test_where_nothing_fits_the_page_says_so_and_offers_all(
    open_page: OpenPage, long_file: Path
) -> None:
    page = open_page(long_file, "?topic=t2&wrong=1")
    none = page.locator("#read").get_by_text("Nothing fits these filters.")
    assert none.is_visible()
    assert page.locator("#contents").is_hidden()
    page.locator("#read").get_by_role("button", name="Show all").click()
    assert none.is_hidden()
    assert page.locator("article.item:visible").count() == 24


def test_the_address_of_a_chapter_shows_it_though_filters_leave_it_out(
    open_page: OpenPage, long_file: Path
) -> None:
    page = open_page(long_file, "?topic=t0#chapter-3")
    assert page.locator("#chapter-3 .item:visible").count() == 4


@pytest.mark.long
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["?topic=t2&difficulty=hard#q8", "?topic=t2&wrong=1"])
def test_axe_finds_no_violation_where_filters_are_set(
    open_page: OpenPage,
    long_file: Path,
    address: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = open_page(long_file, address, width=width)
    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert not [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# Where one is, and was


@pytest.mark.long
def test_the_contents_mark_the_chapter_that_is_read(open_page: OpenPage, long_file: Path) -> None:
    page = open_page(long_file, "#q13")
    current = "[...document.querySelectorAll('#contents [aria-current]')].map(one => one.hash)"
    until(page, f"{current}.join() === '#chapter-4'")
    page.evaluate("scrollTo(0, 0)")
    until(page, f"{current}.length === 0")


@pytest.mark.parametrize("address", ["#q2", pytest.param("?topic=t5#q2", marks=pytest.mark.long)])
def test_back_leads_to_the_place_that_a_link_was_followed_from(
    open_page: OpenPage, long_file: Path, address: str
) -> None:
    page = open_page(long_file, address, width=360)
    link = page.locator("#q2 [data-role=related] a")
    link.scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)
    # The item itself is above the screen.
    until(page, "document.querySelector('#q2 h3').getBoundingClientRect().bottom < 0")
    place = link.bounding_box()
    assert place is not None
    link.click()
    until(page, f"({IN_VIEW})('#q9 h3')")  # an ordinary link leads there
    assert page.evaluate("document.activeElement.closest('article').id") == "q9"
    page.go_back()
    until(
        page,
        "place => Math.abs(document.querySelector('#q2 [data-role=related] a')"
        ".getBoundingClientRect().top - place) < 3",
        place["y"],
    )
    assert page.evaluate("document.activeElement.hash") == "#q9"  # from there one goes on
    page.go_forward()
    until(page, f"({IN_VIEW})('#q9 h3')")
    assert page.locator("#q9 .answer > div").is_visible()


@pytest.mark.long
def test_back_to_practice_stays_there_though_the_address_names_an_item(
    open_page: OpenPage, long_file: Path
) -> None:
    page = open_page(long_file, "?topic=t5#q2")  # no card is of this item
    page.click("[data-view=practice]")
    page.locator("#practice").get_by_text("Open in the text").click()
    page.wait_for_selector("#read", state="visible")
    page.go_back()
    page.wait_for_selector("#practice", state="visible")
    until(page, "location.hash === '#q2'")
    assert "view=practice" in page.url
    assert page.is_visible("#practice")


@pytest.mark.long
def test_an_address_leads_to_its_place_however_one_came_to_the_text(
    open_page: OpenPage, long_file: Path
) -> None:
    """What is far away is not laid out, and its length known all the same."""
    page = open_page(long_file, "?view=practice")
    under = "Math.round(document.querySelector('#chapter-5').getBoundingClientRect().top)"
    page.click("[data-view=read]")
    until(page, "'sized' in document.documentElement.dataset")
    assert page.evaluate("getComputedStyle(document.querySelector('.item')).contentVisibility") == (
        "auto"
    )
    tops = set()
    for width in (1200, 700, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        until(page, "'sized' in document.documentElement.dataset")
        page.click("[data-view=practice]")
        page.click("[data-view=read]")
        page.evaluate("location.hash = 'chapter-5'")
        until(page, f"{under} > 0 && {under} < 200")
        tops.add(page.evaluate(under))
        page.evaluate("location.hash = 'q0'")
        until(page, f"({IN_VIEW})('#q0 h3')")
    assert max(tops) - min(tops) <= 2
