"""Reading the study page in a real browser: what folds, links, hostile texts, print, themes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import prep_export
from prep_export.markdown import page_html

from .support.chromium import site_file, until
from .support.hostile import HOSTILE
from .test_site_hostile import ATTACKS, SVG, bank_with

if TYPE_CHECKING:
    from pathlib import Path

    from .support.chromium import OpenPage

BANK = """\
bank: {id: read, title: Read}
topics: {rag: Retrieval}
questions:
  - id: one
    topics: [rag]
    question: Why $\\sqrt{d_k}$?
    answer: |
      Because of $\\sqrt{d_k}$.

      ```python
      def f(x): return "a", x
      ```
    key_points: [First, Second]
    pitfalls: [A trap]
    follow_ups: [{ask: And then?, answer: That.}]
    drills:
      - {id: gap, text: "It is {{c1::seven}} or {{c2::eight::a number}}."}
      - {id: ask, ask: Which?, answer: This one., why: So.}
retired:
  - {id: old, reason: It was wrong., replaced_by: one}
"""


@pytest.mark.long
def test_hostile_texts_do_nothing_in_a_browser(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG)
    texts = [*ATTACKS, *HOSTILE.values()]
    banks = [bank_with(text, str(tmp_path)) for text in texts]
    entries = {
        section: tuple(
            replace(bank.section(section)[0], id=f"{section[0]}{number}", related=())
            for number, bank in enumerate(banks)
        )
        for section in ("questions", "patterns")
    }
    bank = replace(bank_with(" ".join(ATTACKS), str(tmp_path)), entries=entries)
    prep_export.export(bank, "site", tmp_path / "x.html")
    page = open_page(tmp_path / "x.html")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.fill("#search", "<script>alert(1)</script>")
    page.wait_for_timeout(200)
    assert page.evaluate("document.querySelectorAll('article').length") == 2 * len(texts)
    scripts = page.evaluate("[...document.querySelectorAll('script')].map((one) => one.type)")
    assert scripts == ["module"]


@pytest.mark.long
def test_a_gap_is_not_to_be_seen_until_the_answer_is_opened(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(site_file(BANK, tmp_path), "#one/gap")
    front = page.locator('[id="one/gap"] > div')
    assert front.is_visible()
    assert "seven" not in front.inner_text()
    assert "a number" in front.inner_text()
    page.locator('[id="one/gap"] summary').click()
    assert front.inner_text() == "It is seven or eight."


def test_a_drill_has_a_link_to_itself(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(site_file(BANK, tmp_path), "#one/ask")
    link = page.locator('[id="one/ask"] > a.id')
    assert (link.inner_text(), link.get_attribute("href")) == ("one/ask", "#one/ask")


def test_a_link_to_what_was_retired_shows_what_became_of_it(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(site_file(BANK, tmp_path), "#old")
    old = page.locator("#old")
    assert old.is_visible()
    assert "It was wrong." in old.inner_text()


def test_formulas_are_set_in_the_font_of_the_page(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(site_file(BANK, tmp_path))
    until(page, "document.fonts.check('16px \"Prep Math\"')")
    widths = page.evaluate(
        "(() => { const root = document.querySelector('msqrt').getBoundingClientRect().width;"
        "const inside = document.querySelector('msqrt > *').getBoundingClientRect().width;"
        "const size = parseFloat(getComputedStyle(document.querySelector('math')).fontSize);"
        "return [root, inside, size]; })()"
    )
    root, inside, size = widths
    assert root - inside < 0.9 * size  # the sign, and no gap behind it


def test_on_paper_every_answer_is_open_and_no_tool_is_printed(
    open_page: OpenPage, tmp_path: Path
) -> None:
    from .support import paper

    page = open_page(site_file(BANK, tmp_path))
    page.emulate_media(media="print")
    marks = page.evaluate(
        "[...document.querySelectorAll('#one summary')]"
        ".map(one => getComputedStyle(one, '::before').display)"
    )
    assert set(marks) == {"none"}
    page.pdf(path=tmp_path / "x.pdf", format="A4")
    text = paper.text(tmp_path / "x.pdf")
    for words in ("First", "A trap", "And then?", "That.", "seven", "eight", "This one.", "So."):
        assert words in text
    assert "Search" not in text
    assert "one/ask" not in text  # an id leads nowhere on paper
    assert page.evaluate("document.querySelectorAll('#read details[open]').length") == 0


def test_code_can_be_copied(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(site_file(BANK, tmp_path), "#one")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#one .copy").click()
    until(page, "document.querySelector('#one .copy').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == 'def f(x): return "a", x'


@pytest.mark.long
def test_the_theme_follows_the_system_until_it_is_chosen(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(site_file(BANK, tmp_path))
    ground = "getComputedStyle(document.body).backgroundColor"
    day, night = "rgb(251, 251, 249)", "rgb(25, 29, 35)"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(ground) == night
    page.locator("#theme").click()
    assert page.evaluate(ground) == day
    page.locator("#theme").click()
    page.emulate_media(color_scheme="light")
    assert page.evaluate(ground) == night
    page.reload()
    assert page.evaluate(ground) == night


def test_key_points_look_tickable_only_where_they_can_be_ticked(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(site_file(BANK, tmp_path), "#one")
    mark = "getComputedStyle(document.querySelector('[data-role=points] li'), '::before')"
    assert page.evaluate(f"{mark}.borderTopWidth") == "0px"
    assert "–" in page.evaluate(f"{mark}.content")
    page.emulate_media(media="print")
    assert page.evaluate(f"{mark}.borderTopWidth") != "0px"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.long
def test_who_chooses_light_in_a_dark_system_sees_pictures_as_by_day(
    open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "a.svg").write_text(SVG)
    bank = BANK.replace("answer: |\n", "answer: |\n      ![A](a.svg) ![B](a.svg)\n\n")
    page = open_page(site_file(bank, tmp_path), "#one")
    page.emulate_media(color_scheme="dark")
    dark = "getComputedStyle(document.querySelector('[data-picture]')).filter"
    assert "invert" in page.evaluate(dark)
    page.locator("#theme").click()
    assert page.evaluate(dark) == "none"


def test_without_script_the_page_can_be_read(open_page: OpenPage, tmp_path: Path) -> None:
    path = site_file(BANK, tmp_path)
    text = path.read_text("utf-8")
    start, end = text.index("<script"), text.index("</script>")
    path.write_text(text[:start] + text[end + len("</script>") :], "utf-8")
    page = open_page(path)
    assert not page.locator("#search").is_visible()
    page.locator("#one > .answer > summary").click()
    assert page.locator("#one [data-role=points]").is_visible()
    page.locator("#one > .drills > summary").click()
    assert page.locator('[id="one/ask"]').is_visible()


SHORT = ("top-p", "top-k", "k-NN", "A/B", "16-bit", "n-gram", "TB/s", "min-p")


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 360])
def test_no_line_ends_within_a_short_word_of_two_parts(
    open_page: OpenPage, tmp_path: Path, width: int
) -> None:
    """`top-` stood at the end of a line, and `p` began the next."""
    words = " ".join(f"{'so ' * (n % 4)}{one}" for n, one in enumerate(SHORT * 9))
    formulas = " and ".join(["top-$k$, on $n$-grams"] * 20)
    bank = BANK.replace("Because of", f"{words} {formulas} because of")
    page = open_page(site_file(bank.replace("And then?", words), tmp_path), width=width)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    kept = "[...document.querySelectorAll('article i:not([class])')]"
    shown = page.evaluate(f"{kept}.map(one => one.textContent)")
    assert [one for one in shown if one in SHORT] == [*SHORT * 9] * 2
    # What is on two lines has more than one rectangle; formulas have some of their own.
    lines = f"{kept}.map(one => new Set([...one.getClientRects()].map(r => r.top)).size)"
    assert set(page.evaluate(lines)) == {1}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("getSelection().selectAllChildren(document.body)")
    assert all(one in page.evaluate("`${getSelection()}`") for one in SHORT), "as it is typed"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Min-p, top-p: A/B tests.", "<i>Min-p</i>, <i>top-p</i>: <i>A/B</i> tests."),
        ("“top-p” & 4-bit <n-gram>", "“<i>top-p</i>” &amp; <i>4-bit</i> &lt;<i>n-gram</i>&gt;"),
        ("best-of-n", "best-<i>of-n</i>"),
        ("fine-tuning, re-ranker, GPT-4", "fine-tuning, re-ranker, GPT-4"),
        ("on 2026-07-28 at 1/2, a.b/c, x@y-z", "on 2026-07-28 at 1/2, a.b/c, x@y-z"),
        ("`top-p`", "<code>top-p</code>"),
    ],
)
def test_short_words_in_two_parts_are_kept_together(text: str, html: str) -> None:
    assert page_html.render_line(text) == html
    assert page_html.render(text) == f"<p>{html}</p>"
