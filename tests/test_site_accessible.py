"""The study page for everybody: held against axe-core, narrow and wide, by day and night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from .support.chromium import STUDY, site_file, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from .support.chromium import OpenPage


def LONG(value: Any) -> Any:  # noqa: N802 - it reads as a mark
    """A case for the long tests."""
    return pytest.param(value, marks=pytest.mark.long)


def reading(page: Page) -> None:
    page.evaluate("document.querySelectorAll('#read details').forEach(one => { one.open = true; })")


def searching(page: Page) -> None:
    page.fill("#search", "chunk")
    page.keyboard.press("ArrowDown")


def filtering(page: Page) -> None:
    page.evaluate("document.querySelector('.filtering').open = true")
    page.select_option("#filters [name=topic]", "agents")


def asked(page: Page) -> None:
    page.click("#views [data-view=practice]")
    for fold in (".practice-choice", ".progress"):
        page.evaluate("name => { document.querySelector(name).open = true; }", fold)


def answered(page: Page) -> None:
    asked(page)
    page.select_option("[name=what]", "items")
    page.focus(".card-front")
    page.keyboard.press("Space")


def done(page: Page) -> None:
    asked(page)
    page.select_option("[name=mode]", "due")


@pytest.mark.long
@pytest.mark.parametrize("scheme", [LONG("light"), "dark"])
@pytest.mark.parametrize("width", [360, LONG(1200)])
@pytest.mark.parametrize("state", [reading, searching, filtering, asked, answered, done])
def test_axe_finds_no_violation(
    open_page: OpenPage,
    study_file: Path,
    state: Callable[[Page], None],
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = open_page(study_file, width=width)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    state(page)
    found = Axe().run(page).response["violations"]
    assert not [
        (one["id"], [node["html"][:200] + node["failureSummary"] for node in one["nodes"]])
        for one in found
    ]
    # Nothing is wider than the screen.
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.long
def test_what_is_wider_than_its_place_is_scrolled_by_keys(
    open_page: OpenPage, tmp_path: Path
) -> None:
    wide = STUDY.replace("while not done:", f"while not {'x' * 200}:")
    page = open_page(site_file(wide, tmp_path), width=360)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    # What is folded away is not measured, which would cost a layout each.
    assert page.get_attribute("#loops pre", "tabindex") is None
    page.click("#loops .answer > summary")
    until(page, "document.querySelector('#loops pre').tabIndex === 0")


@pytest.mark.long
def test_who_wants_no_motion_gets_none(open_page: OpenPage, study_file: Path) -> None:
    page = open_page(study_file)
    names = "getComputedStyle(document.querySelector('.card-back')).animationName"
    answered(page)
    assert page.evaluate(names) == "shown"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(names) == "none"


@pytest.mark.long
def test_what_happens_is_said_aloud(study: Page) -> None:
    """The line of status and the notice are live; both are in the tree of who hears the page."""
    assert study.get_by_role("status").count() >= 1
    assert study.locator("#status").get_attribute("role") == "status"
    study.fill("#search", "chunk")
    assert study.inner_text("#status").startswith("Found: ")
    answered(study)
    study.keyboard.press("3")
    assert study.inner_text("#status") == "Good. Comes again in 10 min."


@pytest.mark.long
@pytest.mark.parametrize("language", [LONG("en"), LONG("es"), "ru"])
def test_at_every_width_there_is_room_to_search(
    open_page: OpenPage, tmp_path: Path, language: str
) -> None:
    title = f"title: A long title of a bank of questions, language: {language}}}"
    page = open_page(site_file(STUDY.replace("title: Study}", title), tmp_path))
    for width in (320, 360, 544, 545, 700, 768, 769, 1024, 1025, 1300):
        page.set_viewport_size({"width": width, "height": 600})
        field = page.locator("#search").bounding_box()
        assert field is not None
        assert field["width"] > 100, width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.long
def test_the_keys_are_listed_at_a_question_mark(study: Page) -> None:
    study.keyboard.press("?")
    dialog = study.get_by_role("dialog", name="Keys")
    assert "Leave the search" in dialog.inner_text()
    study.keyboard.press("/")  # what is below hears no key
    assert study.evaluate("document.activeElement.closest('dialog') !== null")
    assert not Axe().run(study).response["violations"]
    study.keyboard.press("Escape")
    assert dialog.count() == 0
    study.keyboard.press("?")
    study.keyboard.press("?")
    assert dialog.count() == 0
    study.keyboard.press("/")
    study.keyboard.press("?")  # in a field it is a letter
    assert (dialog.count(), study.input_value("#search")) == (0, "?")
