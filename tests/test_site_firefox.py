"""The study page in Firefox: its formulas, the keyboard alone, paper, night, what it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .support.chromium import STUDY, site_file
from .support.firefox import MALFORMED, firefoxes, watched
from .test_site_interview import bank as viva

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import ShippedFile
    from .support.firefox import OpenTab, Tab

SHOWN = {
    "fraction": r"\frac{a+b}{c}",
    "plain": "(x)",
    "around": r"\left(\frac{a}{\frac{b}{c}}\right)",
    "sum": r"\sum_{i=1}^{n} x_i",
    "matrix": r"\begin{pmatrix} a & b \\ c & d \\ e & f \end{pmatrix}",
    "root": r"\sqrt{\frac{a}{b}}",
}
CONCEPTS = "".join(
    f"  - {{id: {name}, topics: [rag], term: {name}, definition: '$${formula}$$'}}\n"
    for name, formula in SHOWN.items()
)
LINES = r"""
  - id: line
    topics: [rag]
    term: line
    definition: Where a line ends, $\sum_i a + b + c + d = e + f + g + h$ stays whole.
"""
MATHS = f"{STUDY.partition('concepts:')[0]}concepts:\n{CONCEPTS}{LINES.lstrip(chr(10))}"

NIGHT = "rgb(25, 29, 35)"


@pytest.fixture(scope="module")
def maths_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_file(MATHS, tmp_path_factory.mktemp("maths"))


def focused(tab: Tab) -> str:
    """What has the focus, in a word."""
    found: str = tab.evaluate(
        "(one => one.id || one.dataset.view || one.name || one.className || one.innerText"
        " || one.localName)(document.activeElement)"
    )
    return found.strip()


def boxes(tab: Tab, selector: str) -> list[dict[str, float]]:
    """Where elements are: left, right, top, bottom, width, height."""
    found: list[dict[str, float]] = tab.evaluate(
        f"[...document.querySelectorAll({selector!r})].map(one => one.getBoundingClientRect())"
    )
    return found


def box(tab: Tab, selector: str) -> dict[str, float]:
    (found,) = boxes(tab, selector)
    return found


def middle(one: dict[str, float]) -> float:
    return (one["left"] + one["right"]) / 2


@pytest.mark.long
def test_by_keyboard_alone_one_searches_reads_and_practises(
    open_tab: OpenTab, maths_file: Path
) -> None:
    tab = open_tab(maths_file)
    assert tab.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('16px \"Prep Math\"'))"
    )
    seen = []
    for _ in range(20):
        tab.press("Tab")
        seen.append(focused(tab))
        if seen[-1] == "Answer":
            break
    assert seen[:5] == ["skip", "read", "practice", "interview", "search"]
    assert seen[5:7] == ["Filters", "theme"]
    assert seen[-1] == "Answer"  # of the first item
    is_open = "document.querySelector('#chunks > .answer').open"
    tab.press("Enter")
    assert tab.evaluate(is_open)
    tab.press("Space")
    assert not tab.evaluate(is_open)

    tab.press("/", *"chunk", "ArrowDown", "ArrowDown", "ArrowUp")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "#chunks"
    tab.press("Enter")
    tab.until("location.hash === '#chunks'")
    assert tab.evaluate(is_open)
    assert focused(tab) == "asked"

    tab.press("/", "Escape")
    assert focused(tab) == "asked"  # where one was
    tab.press("/", "Shift+Tab", "Shift+Tab", "Enter")
    assert focused(tab) == "Practice"
    tab.press("Space")
    assert focused(tab) == "card-back"
    tab.press("4")
    assert tab.text("#status") == "Easy. Comes again in 8 days."
    tab.press("u")
    assert kept(tab)["cards"] == {}
    tab.press("?")
    assert focused(tab) == "iv-main"  # of the list of keys
    tab.press("Escape", "Space", "3")
    tab.reload()
    assert len(kept(tab)["cards"]) == 1


@pytest.mark.long
def test_formulas_are_found_and_results_close_where_the_focus_leaves_them(
    open_tab: OpenTab, maths_file: Path
) -> None:
    tab = open_tab(maths_file)
    tab.press("/", *"sqrt a")
    assert tab.text("#results .result-title") == "root"
    assert tab.text("#results .result-text") == "√(a/b)"
    tab.press("Tab")
    assert tab.evaluate("document.activeElement.hash") == "#root"
    for _ in range(20):
        tab.press("Tab")
        if focused(tab) == "Filters":
            break
    assert focused(tab) == "Filters"
    assert tab.evaluate("document.getElementById('results').hidden")
    assert tab.evaluate("document.getElementById('status').textContent") == ""


@pytest.mark.long
def test_a_fraction_has_its_parts_above_each_other(open_tab: OpenTab, maths_file: Path) -> None:
    tab = formulas(open_tab, maths_file)
    above, below = boxes(tab, "#fraction .display mfrac > *")
    assert above["bottom"] <= below["top"]
    assert middle(above) == pytest.approx(middle(below), abs=1)


@pytest.mark.long
def test_a_sum_has_its_limits_above_and_below_where_it_stands_alone(
    open_tab: OpenTab, maths_file: Path
) -> None:
    tab = formulas(open_tab, maths_file)
    sign, below, above = boxes(tab, "#sum .display munderover > *")
    assert above["top"] < sign["top"] < below["top"]
    assert above["bottom"] < below["top"]
    assert middle(above) == pytest.approx(middle(sign), abs=2)
    small = boxes(tab, "#line mo")[0]
    assert sign["height"] > 1.2 * small["height"]


@pytest.mark.long
def test_brackets_grow_with_what_they_hold(open_tab: OpenTab, maths_file: Path) -> None:
    tab = formulas(open_tab, maths_file)
    plain = boxes(tab, "#plain .display mo")[0]
    for name, inside in (("around", "mfrac mfrac"), ("matrix", "mtable")):
        first, *_, last = boxes(tab, f"#{name} .display mo")
        held = box(tab, f"#{name} .display {inside}")
        assert first["height"] > 1.5 * plain["height"]
        assert first["height"] > 0.8 * held["height"]  # whose box has room for accents
        assert first["right"] <= held["left"] + 1
        assert held["right"] <= last["left"] + 1


@pytest.mark.long
def test_a_matrix_has_rows_and_columns(open_tab: OpenTab, maths_file: Path) -> None:
    tab = formulas(open_tab, maths_file)
    cells = boxes(tab, "#matrix mtd")
    rows = [cells[at : at + 2] for at in range(0, 6, 2)]
    assert all(left["right"] <= right["left"] for left, right in rows)
    tops = [row[0]["top"] for row in rows]
    assert tops == sorted(set(tops))
    for column in zip(*rows, strict=True):
        assert len({round(middle(one)) for one in column}) == 1


@pytest.mark.long
def test_a_root_covers_what_it_holds_and_leaves_no_gap(open_tab: OpenTab, maths_file: Path) -> None:
    tab = formulas(open_tab, maths_file)
    root, inside = box(tab, "#root msqrt"), box(tab, "#root msqrt > *")
    assert root["top"] < inside["top"]
    assert root["bottom"] >= inside["bottom"] - 1
    size = tab.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('#root math')).fontSize)"
    )
    assert root["width"] - inside["width"] < 0.9 * size


@pytest.mark.long
def test_formulas_are_in_the_font_of_the_page_and_in_no_other(
    open_tab: OpenTab, maths_file: Path
) -> None:
    tab = formulas(open_tab, maths_file)
    faces = tab.evaluate("[...document.fonts].map(one => [one.family, one.status])")
    assert faces == [['"Prep Math"', "loaded"]]
    chosen = "getComputedStyle(document.querySelector('math mi')).fontFamily"
    assert tab.evaluate(chosen).startswith('"Prep Math"')
    own = [one["width"] for one in boxes(tab, ".display mi")]
    tab.evaluate(
        "document.querySelectorAll('math').forEach(one => { one.style.fontFamily = 'serif'; })"
    )
    assert [one["width"] for one in boxes(tab, ".display mi")] != own


@pytest.mark.long
@pytest.mark.parametrize("width", [360, 420, 500])
def test_a_formula_in_a_line_is_not_broken(open_tab: OpenTab, maths_file: Path, width: int) -> None:
    tab = formulas(open_tab, maths_file, width)
    pieces = tab.evaluate(
        "[...document.querySelectorAll('#line math')].map(one => one.getClientRects().length)"
    )
    assert set(pieces) == {1}
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.long
def test_an_interview_is_taken_by_keyboard_alone(open_tab: OpenTab, tmp_path: Path) -> None:
    tab = open_tab(site_file(viva(), tmp_path))
    tab.press("/", "Shift+Tab", "Enter")
    assert focused(tab) == "Mock interview"
    while "iv-main" not in focused(tab):
        tab.press("Tab")
    tab.press("Enter")
    assert "iv-asked" in focused(tab)
    tab.press("n", *"a plan", "Escape", "p", "p")
    assert tab.evaluate("document.querySelector('.iv-notes textarea').value") == "a plan"
    phase = "document.querySelector('.iv-turn')?.dataset.phase"
    keys = {"asked": ["Enter"], "points": ["1", "Enter"], "follow-up": ["Enter"], "answer": ["2"]}
    met = set()
    while now := tab.evaluate(phase):
        met.add(now)
        tab.press(*keys[now])
    assert met == set(keys)
    assert tab.evaluate("document.activeElement.localName") == "h1"
    assert "Said" in tab.text("#interview")
    tab.reload()
    tab.until("document.querySelector('.iv-table') !== null")  # it is kept


@pytest.mark.long
def test_on_paper_every_answer_is_open_and_no_tool_is_printed(
    open_tab: OpenTab, maths_file: Path, tmp_path: Path
) -> None:
    from .support import paper

    tab = open_tab(maths_file)
    tab.pdf(tmp_path / "x.pdf")
    text = paper.text(tmp_path / "x.pdf")
    for words in ("As long as one thought.", "sentences stay whole", "tokens", "Cuts hurt recall."):
        assert words in text
    assert "Search" not in text
    assert tab.evaluate("document.querySelectorAll('#read details[open]').length") == 0


@pytest.mark.long
def test_what_is_right_to_left_runs_so_and_fits_a_phone(open_tab: OpenTab, tmp_path: Path) -> None:
    arabic = MATHS.replace("title: Study}", "title: دراسة, language: ar}")
    tab = open_tab(site_file(arabic, tmp_path), width=360)
    tab.evaluate("document.querySelectorAll('#read details').forEach(one => { one.open = true; })")
    assert tab.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.resize(1200)
    contents, read = box(tab, "#contents"), box(tab, "#read")
    assert contents["left"] >= read["right"]
    # A formula reads from left to right in any language.
    first, *_, last = boxes(tab, "#line mi")
    assert first["left"] < last["left"]


@pytest.mark.long
def test_the_shipped_page_says_nothing_and_fits_a_phone(
    open_tab: OpenTab, shipped_file: ShippedFile
) -> None:
    tab = open_tab(shipped_file("site"), width=360)
    tab.evaluate("document.querySelectorAll('#read details').forEach(one => { one.open = true; })")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pieces = "[...document.querySelectorAll('math')].map(one => one.getClientRects().length)"
    assert max(tab.evaluate(pieces)) == 1
    assert not tab.evaluate(MALFORMED)
    tab.press("/", *"attention")
    assert tab.evaluate("document.querySelectorAll('#results a').length") == 20
    tab.press("Enter")
    tab.until("location.hash")


@pytest.mark.long
def test_where_the_system_is_dark_or_keeps_nothing_the_page_follows_and_says_so(
    maths_file: Path, tmp_path: Path
) -> None:
    settings = {
        "layout.css.prefers-color-scheme.content-override": 0,
        "dom.storage.enabled": False,
    }
    for dark in firefoxes(tmp_path / "profile", settings):
        for open_ in watched(dark):
            tab = open_(maths_file, "?view=practice")
            assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == NIGHT
            assert "keeps nothing" in tab.text(".notice")
            tab.evaluate("document.querySelector('.card-front').focus()")
            tab.press("Space", "3")
            assert "Comes again" in tab.text("#status")


def kept(tab: Tab) -> dict[str, Any]:
    """What the browser keeps of practice."""
    found: dict[str, Any] = tab.evaluate("JSON.parse(localStorage['prep-export:study'])")
    return found


def formulas(open_tab: OpenTab, file: Path, width: int = 1200) -> Tab:
    """The page of formulas, all of it unfolded and in its own font."""
    tab = open_tab(file, width=width)
    tab.evaluate("document.querySelectorAll('#read details').forEach(one => { one.open = true; })")
    tab.until("document.fonts.ready.then(() => document.fonts.status === 'loaded')")
    return tab
