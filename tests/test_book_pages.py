"""The pages of a booklet: text and margin, tabs, heads, and how full they are."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest

import prep_export
from prep_export.exporters.pdf.book_page import TAB, page_of
from prep_export.exporters.pdf.theme import COLOR, MONO

from .support import paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.bank.model import Bank

    from .conftest import ShippedFile

A4 = page_of("a4")
MARGIN = A4.note_left


@pytest.fixture
def export(write_bank: Callable[..., str], tmp_path: Path) -> Callable[..., Path]:
    def make(text: str, **options: str) -> Path:
        bank = prep_export.load_bank(write_bank(text, header=False))
        prep_export.export(bank, "booklet", tmp_path / "x.pdf", options)
        return tmp_path / "x.pdf"

    return make


def words(path: Path) -> list[dict[str, Any]]:
    """Every word with its page from 1, its place and its size."""
    with pdfplumber.open(path) as document:
        return [
            {**word, "page": number}
            for number, page in enumerate(document.pages, start=1)
            for word in page.extract_words(extra_attrs=["size"])
        ]


def find(found: list[dict[str, Any]], text: str, page: int = 3) -> dict[str, Any]:
    """The one word of a text from a page on; the contents stand before the third."""
    (word,) = (word for word in found if word["text"] == text and word["page"] >= page)
    return word


HEAD = """
    bank: {id: b, title: The book, url: "https://example.org/deck"}
    topics: {one: Topic one, two: Topic two}
"""

ENTRY = (
    HEAD
    + """
    questions:
      - id: a
        topics: [one]
        kind: derivation
        difficulty: hard
        question: First title?
        answer: Firstanswer.
        key_points: [KEYPOINTS]
        pitfalls: [Pitfallword]
        details: Detailsword.
        follow_ups: [{ask: "Followed?", answer: Followanswer.}]
        sources: [{title: Work, authors: Author}]
        related: [b]
      - {id: b, topics: [one], question: Second title?, answer: Secondanswer.}
      - {id: c, topics: [two], question: Third title?, answer: Thirdanswer.}
"""
)


@pytest.mark.long
def test_what_belongs_to_an_entry_stands_beside_its_answer(export: Callable[..., Path]) -> None:
    found = words(export(ENTRY.replace("KEYPOINTS", "Keypointword")))
    answer = find(found, "Firstanswer.")
    assert answer["x0"] < A4.side + 12
    assert find(found, "Detailsword.")["x0"] < A4.side + 12
    kind = find(found, "derivation")
    assert kind["bottom"] == pytest.approx(answer["bottom"], abs=1), "on the answer's first line"
    assert kind["size"] < answer["size"]
    for text in ("derivation", "Pitfalls", "[1]"):
        assert find(found, text)["x0"] >= MARGIN - 1
    for text in ("Keypointword", "Pitfallword"):
        assert find(found, text)["x0"] >= MARGIN + 5


def test_the_next_entry_begins_below_the_margin_of_the_one_before(
    export: Callable[..., Path],
) -> None:
    found = words(export(ENTRY.replace("KEYPOINTS", "Pointword " + "long " * 120)))
    second = next(w for w in found if w["text"] == "Second" and w["page"] > 2 and w["size"] > 11)
    beside = [w for w in found if w["x0"] >= MARGIN - 1 and w["page"] == second["page"]]
    above = [w for w in beside if w["text"] in {"Sources:", "[1]"}]
    assert above
    assert max(w["bottom"] for w in above) < second["top"]
    assert find(found, "Followanswer.")["bottom"] < min(w["top"] for w in above)


def test_a_margin_longer_than_its_page_goes_on_at_the_next(export: Callable[..., Path]) -> None:
    filler = "".join(
        f"      - {{id: f{n}, topics: [one], question: Q{n}?, answer: {'w ' * 90}}}\n"
        for n in range(7)
    )
    text = ENTRY.replace("questions:\n", "questions:\n" + filler)
    points = "; ".join(f"point{n}" for n in range(75))
    found = words(export(text.replace("KEYPOINTS", points)))
    marks = [w for w in found if re.fullmatch(r"point\d+;?", w["text"])]
    assert [int(w["text"].strip("point;")) for w in marks] == list(range(75))
    assert all(w["x0"] >= MARGIN - 1 for w in marks)
    assert len({w["page"] for w in marks}) == 2


@pytest.mark.long
def test_a_margin_of_more_than_a_page_stands_in_the_text(export: Callable[..., Path]) -> None:
    points = " ".join(f"point{n}" for n in range(700))
    path = export(ENTRY.replace("KEYPOINTS", points))
    marks = [w for w in words(path) if re.fullmatch(r"point\d+", w["text"])]
    assert len(marks) == 700
    assert min(w["x0"] for w in marks) < A4.side + 20
    assert paper.overlapping(path) == []


def test_it_is_read_in_order_title_answer_margin_details(export: Callable[..., Path]) -> None:
    path = export(ENTRY.replace("KEYPOINTS", "Keypointword"))
    whole = paper.tool("pdfinfo", "-struct-text", path)
    read = whole[whole.index("Index") :]  # the contents end with it
    order = ["First title?", "Firstanswer.", "derivation", "Keypointword", "Pitfallword"]
    order += ["Detailsword.", "Followed?", "Followanswer.", "Third title?"]
    places = [read.index(text) for text in order]
    assert places == sorted(places)


def test_the_answer_has_a_rule_of_a_millimetre_in_its_chapters_colour(
    export: Callable[..., Path],
) -> None:
    path = export(ENTRY.replace("KEYPOINTS", "Keypointword"))
    with pdfplumber.open(path) as document:
        bars = [
            tuple(round(part, 3) for part in rect["non_stroking_color"])
            for page in document.pages
            for rect in page.rects
            if rect["width"] == pytest.approx(2.83, abs=0.1) and rect["height"] > 8
        ]
    first, second = (tuple(round(p, 3) for p in COLOR.of_chapter(n).rgb()) for n in (1, 2))
    assert bars == [first, first, second]


@pytest.mark.long
@pytest.mark.parametrize("theme", ["color", "mono"])
def test_a_tab_at_the_outer_edge_steps_down_with_the_chapters(
    export: Callable[..., Path], theme: str
) -> None:
    filler = f"answer: {'word ' * 900}"
    path = export(
        ENTRY.replace("answer: Firstanswer.", filler).replace("KEYPOINTS", "x"), theme=theme
    )
    tabs = []
    with pdfplumber.open(path) as document:
        for number, page in enumerate(document.pages[2:], start=3):
            for rect in page.rects:
                if rect["height"] == pytest.approx(TAB[1], abs=0.1):
                    edge = min(rect["x1"], page.width)
                    inside = page.crop((rect["x0"], rect["top"], edge, rect["bottom"]))
                    color = tuple(round(part, 3) for part in rect["non_stroking_color"])
                    tabs.append((number, inside.extract_text(), rect, color))
    assert [text for _, text, *_ in tabs][:3] == ["1", "1", "2"]
    assert tabs[-1][1] == "2"
    assert tabs[2][2]["top"] > tabs[0][2]["bottom"]
    for number, text, rect, color in tabs:
        assert rect["width"] > TAB[0]
        assert (rect["x0"] < 1) if number % 2 == 0 else (rect["x1"] > A4.size[0] - 1)
        expected = MONO.line if theme == "mono" else COLOR.of_chapter(int(text))
        assert color == tuple(round(part, 3) for part in expected.rgb())


@pytest.mark.long
def test_no_running_head_stands_over_the_title_that_opens_a_page(
    export: Callable[..., Path],
) -> None:
    filler = f"answer: {'word ' * 900}"
    found = words(export(ENTRY.replace("answer: Firstanswer.", filler).replace("KEYPOINTS", "x")))
    top = A4.size[1] - A4.top
    heads = {
        page: " ".join(w["text"] for w in found if w["page"] == page and w["bottom"] < top)
        for page in (3, 4)
    }
    assert heads == {3: "3", 4: "1 Topic one 4"}


def coded(lines: int) -> str:
    """The entry with code of that many lines, the first of which is wider than the text."""
    wide = "begin = " + "1 + " * 19 + "end"
    more = "\n          y = 2" * (lines - 1)
    code = f"|\n          ```python\n          {wide}{more}\n          ```\n"
    return ENTRY.replace("details: Detailsword.", "details: " + code)


def test_notes_pause_for_long_code_that_takes_the_margin(export: Callable[..., Path]) -> None:
    """It waited for their end, with as much as a quarter of the page left white."""
    path = export(coded(16).replace("KEYPOINTS", "Pointword " + "long " * 40))
    assert "↪" not in paper.text(path)
    found = words(path)
    begin, end = find(found, "begin"), find(found, "end")
    assert end["x1"] > A4.side + A4.column
    assert begin["top"] < find(found, "Firstanswer.")["bottom"] + 40
    last = max((w for w in found if w["text"] == "2" and w["size"] < 9), key=lambda w: w["top"])
    beside = [w for w in found if w["x0"] >= MARGIN - 1 and w["page"] == end["page"]]
    code = (begin["top"], last["bottom"])
    level = {w["text"] for w in beside if code[0] < w["bottom"] and w["top"] < code[1]}
    assert level == {"1", "+", "end"}, "only the code"
    follow = find(found, "Followanswer.")
    (source,) = (w for w in beside if w["text"] == "[1]")
    assert source["top"] > last["bottom"]
    assert abs(find(found, "Pointword")["top"] - last["bottom"]) < 40
    assert follow["x0"] < MARGIN
    assert follow["top"] < source["top"], "the text goes on beside them"


def test_notes_that_are_paused_over_a_page_go_on_there(export: Callable[..., Path]) -> None:
    found = words(export(coded(70).replace("KEYPOINTS", "Pointword " + "long " * 40)))
    point, follow = find(found, "Pointword"), find(found, "Followanswer.")
    assert find(found, "end")["page"] == 3
    assert point["page"] == follow["page"] == 4
    last = max(
        (w for w in found if w["text"] == "2" and w["size"] < 9 and w["page"] == 4),
        key=lambda w: w["top"],
    )
    assert last["bottom"] < point["top"]


def test_short_code_does_not_divide_the_notes(export: Callable[..., Path]) -> None:
    found = words(export(coded(3).replace("KEYPOINTS", "Pointword " + "long " * 40)))
    notes = [w for w in found if w["x0"] >= MARGIN - 1 and w["page"] == 3 and w["size"] < 9]
    top, foot = A4.size[1] - A4.top, find(found, "[1]")["bottom"]
    tops = sorted({round(w["top"], 1) for w in notes if top < w["top"] < foot})
    assert max(two - one for one, two in pairwise(tops)) < 25


@pytest.mark.long
@pytest.mark.parametrize("name", ["a4", "letter"])
def test_lines_have_about_seventy_characters(shipped: Bank, tmp_path: Path, name: str) -> None:
    part = prep_export.select(shipped, prep_export.Selection(topics=("tokenization",)))
    prep_export.export(part, "booklet", tmp_path / "x.pdf", {"paper": name})
    page = page_of(name)
    spans = paper.spans(tmp_path / "x.pdf")
    lines = [
        span.text
        for span in spans
        if span.page > 2
        and span.left < page.side + 12
        and page.column - 30 < span.right - page.side < page.column + 2
    ]
    assert 62 <= median(map(len, lines)) <= 76


@pytest.mark.long
def test_a_small_page_has_one_column_and_small_notes(export: Callable[..., Path]) -> None:
    found = words(export(ENTRY.replace("KEYPOINTS", "Keypointword"), paper="a5"))
    answer, point = find(found, "Firstanswer."), find(found, "Keypointword")
    assert point["top"] > answer["bottom"]
    assert point["x0"] < page_of("a5").side + 20
    assert point["size"] == pytest.approx(answer["size"] * 0.84, abs=0.05)


def test_code_on_a_small_page_is_set_smaller_rather_than_over_two_rows(
    export: Callable[..., Path],
) -> None:
    code = coded(4).replace("1 + " * 19, "1 + " * 17)
    text = paper.text(export(code.replace("KEYPOINTS", "x"), paper="a5"))
    assert "↪" not in text


LOOKED_UP = (
    HEAD
    + """
    questions:
      - {id: q, topics: [one], question: In a chapter?, answer: Yes.}
    faqs:
      - {id: f, topics: [one], question: Frequent?, answer: Told.,
         drills: [{id: d, ask: Drilled?, answer: B}]}
    criteria: [{id: c, topics: [one], criterion: Judged, weak: Weakword, strong: Strongword}]
    mistakes: [{id: m, topics: [one], mistake: Mistaken, why: Whyword, instead: Insteadword}]
    tables: [{id: t, topics: [one], title: Tabled, table: "| a | b |\\n|---|---|\\n| c | d |"}]
"""
)


@pytest.mark.long
def test_what_is_looked_up_stands_behind_the_chapters_under_letters(
    export: Callable[..., Path],
) -> None:
    text = paper.text(export(LOOKED_UP)).partition("In a chapter?")[2].partition("In a chapter?")[2]
    order = ["Drilled?", "A Tables", "A.1 Tabled", "B How answers are evaluated", "B.1 Judged"]
    order += ["C Common mistakes", "C.1 Mistaken", "D Frequently asked", "D.1 Frequent?"]
    places = [text.index(one) for one in order]
    assert places == sorted(places)


@pytest.mark.long
def test_the_cover_names_the_chapters_and_where_the_book_comes_from(
    export: Callable[..., Path],
) -> None:
    with pdfplumber.open(export(LOOKED_UP)) as document:
        cover = document.pages[0].extract_text()
        links = document.pages[0].hyperlinks
    assert cover.splitlines()[:3] == ["The book", "1 Topic one 3", "A Tables 3"]
    assert "example.org/deck" in cover
    assert "https://example.org/deck" in {link["uri"] for link in links}


@pytest.mark.long
@pytest.mark.parametrize("name", ["a4", "a5"])
def test_the_contents_have_numbers_and_one_size_of_type_and_turn_over(
    export: Callable[..., Path], name: str
) -> None:
    title = "A title that is much longer than a line of the contents has room for, " * 3
    path = export(ENTRY.replace("First title?", f'"{title}"'), paper=name)
    with pdfplumber.open(path) as document:
        page = document.pages[1]
        lines = page.extract_text().splitlines()
        letters = [c for c in page.chars if c["top"] > 100]
    assert "2.1 Third title? 3" in [line.replace(" .", "") for line in lines] or any(
        line.startswith("2.1 Third title?") for line in lines
    )
    assert sum("longer than a line" in line for line in lines) >= 2
    assert len({round(c["size"], 1) for c in letters}) == 1


# The shipped bank


def _filled(path: Path) -> list[float]:
    """How far down each page goes, as a share of its height."""
    top = A4.size[1] - A4.top
    lowest: dict[int, float] = {}
    for span in paper.spans(path):
        inside = A4.side - 1 <= span.left and span.right <= A4.size[0] - A4.side + 1
        if inside and span.bottom > top:
            lowest[span.page] = max(lowest.get(span.page, 0.0), span.bottom)
    return [(lowest.get(n, top) - top) / A4.height for n in range(1, max(lowest) + 1)]


@pytest.mark.long
def test_only_the_last_page_of_a_part_is_less_than_two_thirds_full(
    shipped_file: ShippedFile,
) -> None:
    path = shipped_file("booklet")
    filled = _filled(path)
    with pdfplumber.open(path) as document:
        sizes = [max((c["size"] for c in page.chars), default=0) for page in document.pages]
    for number, share in enumerate(filled, start=1):
        ends = number == len(filled) or sizes[number] > 18  # a title opens the next page
        assert share > 2 / 3 or ends, f"page {number} is {share:.0%} full"
    assert sum(1 - share for share in filled) < 0.06 * len(filled)


@pytest.mark.long
def test_no_page_ends_in_a_head(shipped_file: ShippedFile) -> None:
    labels = {"Details", "Follow-ups", "In depth", "Recognise", "Approach", "Test yourself"}
    with pdfplumber.open(shipped_file("booklet")) as document:
        for page in document.pages[1:]:
            column = page.crop((A4.side - 1, 0, MARGIN - 5, page.height))
            last = column.extract_text_lines()[-1]
            assert last["text"] not in labels, page.page_number
            assert not any(
                c["size"] > 11.9 and "SemiBold" in c["fontname"] for c in last["chars"]
            ), page.page_number
