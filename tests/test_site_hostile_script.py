"""What script shows of a bank stays text: results, snippets, filters, cards, messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from .support.chromium import site_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from .support.chromium import OpenPage

ATTACKS = (
    "<img src=x onerror=alert(1)>",
    "</template><script>alert(1)</script>",
    '" onfocus="alert(1)" autofocus="',
    "<svg onload=alert(1)><mark>x</mark>",
    "{count} {constructor} $& $1 \\u003cb>",
)

MADE = "#results, #filters, #practice, .notice, #status"


def bank(attack: str) -> str:
    text = json.dumps(attack)
    cloze = json.dumps("A {{c1::gap::" + attack.replace("}", ")") + "}}")
    return f"""\
bank: {{id: hostile, title: {text}}}
topics: {{one: {text}, two: Two}}
tags: {{t: {text}, u: U}}
questions:
  - id: first
    topics: [one]
    tags: [t]
    question: {text}
    answer: {text}
    key_points: [{text}, b, c]
    drills:
      - {{id: asked, ask: {text}, answer: {text}}}
      - {{id: gap, text: {cloze}}}
  - {{id: second, topics: [two], tags: [u], question: Other, answer: Other.}}
"""


def is_clean(page: Page) -> bool:
    """Nothing that a bank's text could have become stands in what script made."""
    return bool(
        page.evaluate(
            """made => [...document.querySelectorAll(made)].every(one =>
              !one.querySelector("img, script, svg, iframe, [onerror], [onload], [onfocus]"))""",
            MADE,
        )
    )


@pytest.mark.long
@pytest.mark.parametrize("attack", ATTACKS)
def test_texts_stay_texts(open_page: OpenPage, tmp_path: Path, attack: str) -> None:
    page = open_page(site_file(bank(attack), tmp_path))
    page.fill("#search", attack.split(maxsplit=1)[0])
    assert page.locator("#results a").count() >= 1
    assert attack in page.locator("#results .result-title").all_inner_texts()
    assert is_clean(page)
    assert attack in page.locator("#filters [name=topic] option").all_text_contents()
    assert attack in page.locator("#filters [name=tag] option").all_text_contents()
    page.click("#views [data-view=practice]")
    page.focus(".card-front")
    for _ in range(4):
        page.keyboard.press("Space")
        assert is_clean(page)
        page.keyboard.press("4")
    assert page.is_visible(".practice-done")


def test_a_label_has_the_fields_that_are_given_and_no_other(
    modules: Callable[[str], Page],
) -> None:
    filled = modules("fill").evaluate("ours.fill('{constructor} {count} {count}', {count: '$&'})")
    assert filled == "{constructor} $& $&"


@pytest.mark.long
@pytest.mark.parametrize(
    "address",
    [
        "?view=<img src=x>",
        "?seed=<script>alert(1)</script>&view=practice",
        "#<img src=x>",
        "?topic=__proto__",
    ],
)
def test_addresses_stay_texts(open_page: OpenPage, study_file: Path, address: str) -> None:
    page = open_page(study_file, address)
    assert is_clean(page)
    assert page.locator("article.item").count() == 3
