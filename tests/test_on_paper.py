"""What an author writes can be seen on paper, where it belongs and as it was meant."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pdfplumber
import pikepdf
import pytest
from PIL import Image

import prep_export
from prep_export.exporters.pdf.engine.formulas import layout

from .support import paper
from .support.hostile import answered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.exporters.base import Report

LAYOUTS = ("pdf", "booklet", "flashcards")


@pytest.fixture
def export(write_bank: Callable[..., str], tmp_path: Path) -> Callable[..., Report]:
    def run(text: str, layout: str, **options: str) -> Report:
        bank = prep_export.load_bank(write_bank(text, header=False))
        return prep_export.export(bank, layout, tmp_path / "x.pdf", options)

    return run


# Markdown


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("level", [1, 2, 6])
def test_a_heading_in_a_text_is_seen_in_bold(tmp_path: Path, layout: str, level: int) -> None:
    text = f"Before.\n\n{'#' * level} Headline *here*\n\nAfter."
    prep_export.export(answered(text), layout, tmp_path / "x.pdf")
    assert "Before. Headline here After." in paper.text(tmp_path / "x.pdf")
    (word,) = (span for span in paper.spans(tmp_path / "x.pdf") if "Headline" in span.text)
    assert "Bold" in word.font


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_rule_in_a_text_is_drawn_between_what_it_divides(tmp_path: Path, layout: str) -> None:
    prep_export.export(answered("Above.\n\n---\n\nBelow."), layout, tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        (page,) = (page for page in document.pages if "Above." in (page.extract_text() or ""))
        above, below = (
            next(word for word in page.extract_words() if word["text"] == text)
            for text in ("Above.", "Below.")
        )
        between = [
            line
            for line in page.lines
            if above["bottom"] - 2 < line["top"] < below["top"] + 2 and line["height"] < 0.1
        ]
    (rule,) = between
    assert rule["x0"] == pytest.approx(above["x0"], abs=1)
    assert rule["width"] > 150


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
def test_scripts_are_smaller_and_off_the_line_which_stays_where_it_is(
    tmp_path: Path, layout: str
) -> None:
    text = "Plain.\\\nWater H~2~O and 10^6^ more\\\nAfter."
    prep_export.export(answered(text), layout, tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        (page,) = (page for page in document.pages if "Plain." in (page.extract_text() or ""))
        letters = [char for char in page.chars if char["text"] != " "]
    start = "".join(char["text"] for char in letters).index("WaterH2Oand106more")
    line = letters[start : start + len("WaterH2Oand106more")]
    water, low, high = line[0], line[6], line[13]
    assert (low["text"], high["text"]) == ("2", "6")
    assert low["size"] == pytest.approx(high["size"])
    assert high["size"] == pytest.approx(water["size"] * 0.68, rel=0.01)
    below = (water["matrix"][5] - water["y0"]) / water["size"]
    foot_low, foot, foot_high = (char["y0"] + below * char["size"] for char in (low, water, high))
    assert foot_low < foot - 0.5
    assert foot_high > foot + 2
    before, after = (letters[n]["matrix"][5] for n in (start - 1, start + len(line)))
    assert before - foot == pytest.approx(foot - after, abs=0.01)


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_struck_has_a_line_through_each_of_its_words(tmp_path: Path, layout: str) -> None:
    text = "Kept. ~~Gone H~2~O **bold** `code`~~ stays."
    prep_export.export(answered(text), layout, tmp_path / "x.pdf")
    assert paper.is_sound(tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        (page,) = (page for page in document.pages if "Kept." in (page.extract_text() or ""))
        struck = {
            char["text"]
            for char in page.chars
            for line in page.lines
            if line["x0"] - 0.1 <= char["x0"] < line["x1"]
            and char["top"] < line["top"] < char["bottom"]
        }
        assert struck - {" "} == set("GoneH2Oboldcode")
        assert not struck & set("Ktays.")


@pytest.mark.long
@pytest.mark.parametrize("layout", ["booklet", "flashcards"])
@pytest.mark.parametrize("meaning", ["of it", "of what an author says at some length " * 9])
def test_a_formula_that_fills_its_cell_is_as_large_as_one_in_a_line(
    tmp_path: Path, layout: str, meaning: str
) -> None:
    table = f"| $D=20N$ | formula | symbols |\n|---|---|---|\n| a | $6NDx+y$ | {meaning} |"
    prep_export.export(answered(f"A line of $z$.\n\n{table}"), layout, tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        letters = [char for page in document.pages for char in page.chars]
    sizes = {round(char["size"], 2) for char in letters if "STIXTwoMath" in char["fontname"]}
    assert len(sizes) == 1


def test_a_column_is_as_wide_as_its_longest_word(tmp_path: Path) -> None:
    table = f"| a | b |\n|---|---|\n| Counterfactual | {'What it says at length. ' * 20} |"
    prep_export.export(answered(table), "booklet", tmp_path / "x.pdf")
    assert "Counterfactual" in paper.text(tmp_path / "x.pdf")


def test_cells_of_a_table_stand_where_their_column_says(tmp_path: Path) -> None:
    table = "| first-heading | second-heading | third-heading |\n|:--|:-:|--:|\n| l | c | r |"
    prep_export.export(answered(table), "booklet", tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        words = {word["text"]: word for word in document.pages[-1].extract_words()}
    left, middle, right = (words[f"{name}-heading"] for name in ("first", "second", "third"))
    assert words["l"]["x0"] == pytest.approx(left["x0"], abs=0.5)
    centres = [(word["x0"] + word["x1"]) / 2 for word in (words["c"], middle)]
    assert centres[0] == pytest.approx(centres[1], abs=0.5)
    assert words["r"]["x1"] == pytest.approx(right["x1"], abs=0.5)


# Pictures


PICTURE = """
    bank: {id: b, title: B}
    topics: {rag: RAG}
    faqs: [{id: f, topics: [rag], question: Is it?, answer: "It is.\\n\\n![red](red.png)"}]
"""


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("width", [40, 4_000])
def test_a_bitmap_keeps_its_proportions_and_is_never_blown_up(
    export: Callable[..., Report], tmp_path: Path, layout: str, width: int
) -> None:
    Image.new("RGB", (width, width // 4), (200, 20, 20)).save(tmp_path / "red.png")
    with pdfplumber.open(export(PICTURE, layout).path) as document:
        (picture,) = (image for page in document.pages for image in page.images)
    assert picture["width"] / picture["height"] == pytest.approx(4)
    if width == 40:
        assert picture["width"] == pytest.approx(30)  # 96 dots an inch
    else:
        assert 150 < picture["width"] < 600


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("theme", "space"), [("color", "/DeviceRGB"), ("mono", "/DeviceGray")])
def test_mono_takes_the_colours_out_of_bitmaps(
    export: Callable[..., Report], tmp_path: Path, layout: str, theme: str, space: str
) -> None:
    Image.new("RGB", (40, 10), (200, 20, 20)).save(tmp_path / "red.png")
    with pikepdf.open(export(PICTURE, layout, theme=theme).path) as document:
        (picture,) = (
            one
            for one in document.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        )
        assert str(picture.ColorSpace) == space
        grey = round(0.299 * 200 + 0.587 * 20 + 0.114 * 20)
        expected = bytes([200, 20, 20] if theme == "color" else [grey])
        assert picture.read_bytes() == expected * 400


# Formulas


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    ["before *in ![x](x.png) still* after", "before [in ![x](x.png) still](https://a.org) after"],
    ids=["emphasis", "link"],
)
def test_what_stands_around_a_picture_goes_on_after_it(text: str, tmp_path: Path) -> None:
    Image.new("RGB", (20, 10), "red").save(tmp_path / "x.png")
    (tmp_path / "bank.yaml").write_text(
        "bank: {id: t, title: T}\ntopics: {a: A}\nfaqs:\n"
        f"  - {{id: f, topics: [a], question: Q, answer: '{text}'}}\n"
    )
    prep_export.export(prep_export.load_bank(tmp_path), "pdf", tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        (page,) = document.pages
        words = {w["text"]: w["fontname"] for w in page.extract_words(extra_attrs=["fontname"])}
        assert len(page.images) == 1
    assert {"before", "in", "still", "after"} <= words.keys()
    assert words["before"] == words["after"]
    assert words["in"] == words["still"]


def test_a_tall_bracket_is_built_of_pieces_one_over_another() -> None:
    rows = r"\\".join("abcdef")
    box = layout(rf"\left[\begin{{matrix}}{rows}\end{{matrix}}\right]", display=True)
    for bracket in "[]":
        pieces = [glyph for glyph in box.glyphs if glyph.char == bracket]
        assert len(pieces) >= 3
        assert len({round(piece.x, 6) for piece in pieces}) == 1
        assert max(p.y for p in pieces) - min(p.y for p in pieces) > (box.height + box.depth) / 2
    left, right = (next(g.x for g in box.glyphs if g.char == bracket) for bracket in "[]")
    assert all(left < glyph.x < right for glyph in box.glyphs if glyph.char in "abcdef")


def test_a_wide_brace_is_built_of_pieces_side_by_side() -> None:
    box = layout(r"\overbrace{a+b+c+d+e+f+g+h}", display=True)
    pieces = [glyph for glyph in box.glyphs if glyph.char == "⏞"]
    assert len(pieces) >= 3
    assert len({round(piece.y, 6) for piece in pieces}) == 1
    assert max(p.x for p in pieces) - min(p.x for p in pieces) > box.width / 2


@pytest.mark.long
@pytest.mark.parametrize("layout", ["pdf", "flashcards"])
def test_lines_are_as_far_apart_whatever_is_in_them(layout: str, tmp_path: Path) -> None:
    lines = ["Plain.", "**Bold** and not.", "A $x$ within.", "At an end $x$", "*After* it."]
    prep_export.export(answered("\\\n".join(lines)), layout, tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        (page,) = (page for page in document.pages if "Plain." in (page.extract_text() or ""))
        marks = ("Plain.", "Bold", "within.", "end", "After")
        feet = [
            word["chars"][0]["matrix"][5]
            for word in page.extract_words(return_chars=True)
            if word["text"] in marks
        ]
    steps = [above - below for above, below in pairwise(feet)]
    assert len(steps) == len(lines) - 1
    assert max(steps) - min(steps) < 0.25, steps


# The booklet's back matter


BOOK = """
    bank: {id: b, title: The book}
    topics: {one: Topic one, two: Topic two, "two::below": Topic below}
    questions:
      - {id: a, topics: [one], question: Which is a?, answer: A., sources: [{title: Beta, authors: Zed}]}
      - {id: b, topics: [two, one], question: Which is b?, answer: B.,
         sources: [{title: Alpha, authors: Young}, {title: Beta, authors: Zed}]}
      - {id: c, topics: ["two::below"], question: Which is c?, answer: C.}
    concepts:
      - {id: z, topics: [one], term: zeta, definition: Last.}
      - {id: x, topics: [one], term: alpha, definition: First.}
      - {id: y, topics: [one], term: "*Beta*", definition: Second.}
"""  # noqa: E501


@pytest.fixture
def pages(export: Callable[..., Report]) -> list[str]:
    """Text of each page of a book, in lines."""
    path = export(BOOK, "booklet").path
    return paper.tool("pdftotext", "-raw", path, "-").split("\f")[:-1]


def page_of(pages: list[str], line: str) -> int:
    """The number of the page with a line that starts so."""
    (number,) = (
        number
        for number, text in enumerate(pages, start=1)
        if any(one.startswith(line) for one in text.splitlines())
    )
    return number


def test_the_index_has_terms_and_topics_in_one_alphabet_with_their_pages(pages: list[str]) -> None:
    glossary = next(n for n, text in enumerate(pages, start=1) if "First." in text)
    first, *_, third = (page_of(pages[2:], f"{n} Which is") + 2 for n in ("1.1", "2.1", "2.2"))
    index = pages[-1].partition("\nIndex\n")[2].splitlines()
    assert index[:-1] == [
        *("A", f"alpha {glossary}", "B", f"Beta {glossary}"),
        *("T", f"Topic below {third}", f"Topic one {first}", f"Topic two {third}"),
        *("Z", f"zeta {glossary}"),
    ]


def test_an_item_names_its_works_by_their_numbers_in_the_bibliography(pages: list[str]) -> None:
    (listed,) = (text for text in pages if "1. Young, Alpha." in text)
    assert "2. Zed, Beta." in listed
    sources = [line for text in pages for line in text.splitlines() if "[" in line]
    assert [re.findall(r"\[\d+\]", line) for line in sources] == [["[2]"], ["[1]", "[2]"]]


def test_terms_stand_in_alphabetical_order_whatever_their_capitals(pages: list[str]) -> None:
    (glossary,) = (text for text in pages if "First." in text)
    found = re.findall(r"^(\w+): (\w+)\.$", glossary, re.MULTILINE)
    assert found == [("alpha", "First"), ("Beta", "Second"), ("zeta", "Last")]


# Flashcards


def test_the_back_of_a_cloze_has_everything_that_its_front_hides(
    export: Callable[..., Report],
) -> None:
    text = """
        bank: {id: b, title: B}
        topics: {rag: RAG}
        faqs:
          - id: f
            topics: [rag]
            question: Q?
            answer: A.
            drills: [{id: d, text: "One {{c1::first}}, two {{c2::second::hint}}, {{c1::third}}."}]
    """
    front, back = paper.tool("pdftotext", "-raw", export(text, "flashcards").path, "-").split("\f")[
        :2
    ]
    assert "One ______, two ______ (hint), ______." in " ".join(front.split())
    words = [word.strip(",.") for word in back.split()]
    assert [word for word in words if word in {"first", "second", "third"}] == [
        "first", "second", "third",
    ]  # fmt: skip
    assert not {"first", "second", "third"} & set(front.split())
