"""What an author writes can be seen on paper, where it belongs and as it was meant."""

from __future__ import annotations

import re
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


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("level", [1, 2, 6])
def test_a_heading_in_a_text_is_seen_in_bold(tmp_path: Path, layout: str, level: int) -> None:
    text = f"Before.\n\n{'#' * level} Headline *here*\n\nAfter."
    prep_export.export(answered(text), layout, tmp_path / "x.pdf")
    assert "Before. Headline here After." in paper.text(tmp_path / "x.pdf")
    (word,) = (span for span in paper.spans(tmp_path / "x.pdf") if "Headline" in span.text)
    assert "Bold" in word.font


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


# What no font has


def test_a_character_of_the_header_that_no_font_has_is_reported_there(
    export: Callable[..., Report],
) -> None:
    text = "bank:\n  id: b\n  title: The 漢\n  authors: [A, B 字]\n"
    text += "  language: en\n  labels: {faqs: All 問}\ntopics: {rag: RAG 語}\n"
    text += "faqs: [{id: f, topics: [rag], question: Q?, answer: A.}]\n"
    found = {
        (d.code, d.message.partition("'")[2][0], d.location.line, d.location.column)
        for d in export(text, "booklet").findings
    }
    assert found == {
        ("missing-glyph", "漢", 3, 14),
        ("missing-glyph", "字", 4, 18),
        ("missing-glyph", "語", 7, 19),
    }


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


def test_the_index_names_the_pages_of_a_topics_items(pages: list[str]) -> None:
    glossary = next(n for n, text in enumerate(pages, start=1) if "First." in text)
    first, second = page_of(pages, "1.1 Which is a?"), page_of(pages, "2.1 Which is b?")
    assert page_of(pages, "2.2 Which is c?") == second
    assert first < second < glossary
    index = pages[-1].splitlines()
    assert f"Topic one {first}, {second}, {glossary}" in index
    assert f"Topic two {second}" in index
    assert f"Topic below {second}" in index


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
    assert "One ______, two ______ (hint), ______." in front
    words = back.split()
    assert [word for word in words if word in {"first", "second", "third"}] == [
        "first", "second", "third",
    ]  # fmt: skip
    assert not {"first", "second", "third"} & set(front.split())
