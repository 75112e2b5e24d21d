"""Filters and addresses of the study page: what is shown, what a link carries, where it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from .support.chromium import OpenPage


def shown(page: Page) -> list[str]:
    ids: list[str] = page.evaluate(
        """[...document.querySelectorAll('article.item')]
          .filter(one => one.checkVisibility()).map(one => one.id)"""
    )
    return ids


def choose(page: Page, name: str, value: str) -> None:
    page.evaluate("document.querySelector('.filtering').open = true")
    page.select_option(f"#filters [name={name}]", value)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("topic", "rag", ["chunks", "recall"]),
        ("topic", "rag::chunking", ["chunks"]),
        ("topic", "agents", ["loops"]),
        ("section", "concepts", ["recall"]),
        ("kind", "coding", ["loops"]),
        ("difficulty", "hard", ["chunks"]),
        ("priority", "core", ["chunks"]),
    ],
)
def test_each_filter_shows_what_fits(
    study: Page, name: str, value: str, expected: list[str]
) -> None:
    choose(study, name, value)
    assert shown(study) == expected
    assert study.inner_text("#filters output") == f"{len(expected)} of 3 shown"
    assert study.inner_text("#status") == f"{len(expected)} of 3 shown"
    assert f"{name}={value.replace(':', '%3A')}" in study.url
    # A chapter without an item that fits is not shown either.
    assert study.evaluate("""[...document.querySelectorAll("section.chapter")]
      .every(one => one.checkVisibility() === Boolean(one.querySelector(".item:not([hidden])")))""")


@pytest.mark.long
def test_filters_combine_and_are_taken_back_at_once(study: Page) -> None:
    choose(study, "topic", "rag")
    choose(study, "section", "questions")
    assert shown(study) == ["chunks"]
    choose(study, "difficulty", "easy")
    assert shown(study) == []
    study.click("#filters button[type=reset]")
    assert len(shown(study)) == 3
    assert "?" not in study.url


def test_a_link_carries_the_choice(open_page: OpenPage, study_file: Path) -> None:
    page = open_page(study_file, "?topic=rag&difficulty=hard&seed=7#chunks")
    assert shown(page) == ["chunks"]
    assert page.input_value("#filters [name=topic]") == "rag"
    page.evaluate("document.querySelector('.filtering').open = true")
    page.select_option("#filters [name=difficulty]", "")
    assert shown(page) == ["chunks", "recall"]
    # What is not the filters' stays in the address.
    assert page.url.endswith("?topic=rag&seed=7#chunks")


@pytest.mark.long
@pytest.mark.parametrize(
    "address",
    [
        "?topic=nowhere",
        "?kind=%3Cscript%3E",
        "?topic=%E0%A4%A",
        "?view=nothing",
        "#%E0%A4%A",
        "#nobody",
    ],
)
def test_an_address_that_means_nothing_shows_all(
    open_page: OpenPage, study_file: Path, address: str
) -> None:
    page = open_page(study_file, address)
    assert len(shown(page)) == 3
    chosen = page.locator("#filters select").evaluate_all(
        "all => all.map(one => one.selectedIndex)"
    )
    assert set(chosen) == {0}


def test_fields_that_choose_nothing_are_not_offered(study: Page) -> None:
    names = study.evaluate("[...document.querySelectorAll('#filters select')].map(one => one.name)")
    assert names == ["topic", "section", "kind", "difficulty", "priority"]  # one tag, so no choice
    topics = study.evaluate(
        "[...document.querySelector('[name=topic]').options].map(one => one.text)"
    )
    assert topics == ["all", "Retrieval", "\u2003Chunking", "Agents"]


@pytest.mark.long
def test_the_address_of_an_item_opens_it(open_page: OpenPage, study_file: Path) -> None:
    page = open_page(study_file, "#loops")
    assert page.is_visible("#loops >> text=out of budget")
    assert page.evaluate("document.activeElement.closest('article').id") == "loops"
    assert page.evaluate("""() => {
      const {top} = document.getElementById("loops").getBoundingClientRect();
      return top >= 40 && top < innerHeight / 2;
    }""")


@pytest.mark.long
def test_the_address_of_a_drill_unfolds_where_it_is(open_page: OpenPage, study_file: Path) -> None:
    page = open_page(study_file, "#chunks/unit")
    assert page.locator("[id='chunks/unit']").is_visible()
    assert page.evaluate("document.activeElement.id") == "chunks/unit"


def test_an_address_shows_its_item_though_filters_leave_it_out(
    open_page: OpenPage, study_file: Path
) -> None:
    page = open_page(study_file, "?topic=agents#recall")
    assert shown(page) == ["loops", "recall"]
    page.evaluate("location.hash = 'chunks'")
    page.wait_for_selector("#chunks", state="visible")


@pytest.mark.long
def test_an_address_leads_out_of_practice_back_into_the_text(
    open_page: OpenPage, study_file: Path
) -> None:
    page = open_page(study_file, "?view=practice")
    assert page.is_visible("#practice")
    assert page.is_hidden("#read")
    page.click("#practice >> text=Open in the text")
    page.wait_for_selector("#read", state="visible")
    assert page.is_hidden("#practice")
    assert "view=" not in page.url


@pytest.mark.long
def test_back_leads_to_the_view_before(study: Page) -> None:
    study.click("[data-view=practice]")
    assert study.is_visible("#practice")
    assert study.get_attribute("[data-view=practice]", "aria-current") == "page"
    assert study.evaluate("document.activeElement.textContent") == "Practice"
    study.go_back()
    study.wait_for_selector("#read", state="visible")
    assert study.is_hidden("#practice")
