"""What an author may choose for paper: colours, columns, sizes, a logo."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep_export
from prep_export.bank.model import Header, Pdf
from prep_export.bank.values import contrast_on_white
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine import hyphens as hyphenation
from prep_export.hues import HUES
from prep_export.printed import printed

from .support import paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.bank.model import Bank

    from .conftest import ShippedFile

LAYOUTS = ("pdf", "booklet", "flashcards")
TEXT_COLOURS = ("ink", "quiet", "accent", "warn", "good")


@pytest.fixture(scope="module")
def part(shipped: Bank) -> Bank:
    """Everything that has a colour: diagrams, code, tables, pitfalls, mistakes."""
    return prep_export.select(shipped, prep_export.Selection(topics=("prompting", "alignment")))


def _hex(color: Any) -> str:
    return f"#{color.hexval()[2:]}"


@pytest.mark.parametrize("palette", [theme.COLOR, theme.MONO], ids=["color", "mono"])
def test_every_colour_of_text_can_be_read_on_paper_and_panel(palette: theme.Palette) -> None:
    panel = contrast_on_white(_hex(palette.panel))
    texts = {name: getattr(palette, name) for name in TEXT_COLOURS} | palette.code()
    for name, color in texts.items():
        assert contrast_on_white(_hex(color)) / panel >= 4.5, name


def test_every_colour_of_text_can_be_read_on_the_tint_of_every_chapter() -> None:
    for palette in (theme.COLOR, theme.MONO):
        for number in range(1, 9):
            color = palette.of_chapter(number)
            tint = contrast_on_white(_hex(palette.tint(color)))
            for text in (color, *(getattr(palette, name) for name in TEXT_COLOURS)):
                assert contrast_on_white(_hex(text)) / tint >= 4.5, (number, _hex(text))


def test_chapters_have_their_colours_the_headers_own_or_none_at_all() -> None:
    own = Header(id="b", title="B", pdf=Pdf(accent="#7a1f5c"))
    plain, branded = (theme.palette("color", header) for header in (Header(id="b", title="B"), own))
    assert [_hex(plain.of_chapter(n)) for n in (1, 8, 9)] == [
        HUES[0].day, HUES[7].day, HUES[0].day,
    ]  # fmt: skip
    assert {_hex(branded.of_chapter(n)) for n in (1, 2, 9)} == {"#7a1f5c"}
    assert {_hex(theme.MONO.of_chapter(n)) for n in (1, 2, 9)} == {"#000000"}


def _is_grey(color: tuple[float, ...]) -> bool:
    return max(color) - min(color) < 0.001


@pytest.mark.parametrize(
    "layout",
    ["pdf", *(pytest.param(n, marks=pytest.mark.long) for n in ("flashcards", "booklet"))],
)
def test_mono_has_no_colour_at_all(part: Bank, tmp_path: Path, layout: str) -> None:
    for name in ("color", "mono"):
        prep_export.export(part, layout, tmp_path / f"{name}.pdf", {"theme": name})
    assert not all(_is_grey(color) for color in paper.colours(tmp_path / "color.pdf"))
    assert all(_is_grey(color) for color in paper.colours(tmp_path / "mono.pdf"))


@pytest.mark.parametrize("layout", ["pdf", pytest.param("booklet", marks=pytest.mark.long)])
def test_text_has_the_size_asked_for(shipped: Bank, tmp_path: Path, layout: str) -> None:
    part = prep_export.select(shipped, prep_export.Selection(topics=("tokenization",)))
    target = tmp_path / "x.pdf"
    sheet, book = {"font-size": "9", "pages": "9"}, {"font-size": "11.5"}
    given = sheet if layout == "pdf" else book
    prep_export.export(part, layout, target, given)
    with pdfplumber.open(target) as document:
        pages = document.pages[:5]
        sizes = Counter(round(c["size"], 1) for page in pages for c in page.chars)
    assert sizes[float(given["font-size"])] > 500


@pytest.mark.parametrize("size", ["6.5", "14.1", "big", "nan", "inf", "-1", ""])
def test_a_size_that_cannot_be_read_is_refused(part: Bank, tmp_path: Path, size: str) -> None:
    with pytest.raises(prep_export.UsageError, match=r"points from 6\.6 to 14"):
        prep_export.export(part, "pdf", tmp_path / "x.pdf", {"font-size": size})
    assert list(tmp_path.iterdir()) == []


OWN = """
    bank:
      id: own
      title: Own
      pdf: {accent: "#7a1f5c", logo: logo.svg}
    topics: {rag: RAG}
    faqs: [{id: f, topics: [rag], question: Is it?, answer: It is.}]
"""
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">'
    '<rect x="0" y="0" width="20" height="20" fill="#00ff00"/></svg>'
)


@pytest.mark.long
@pytest.mark.parametrize("layout", ["pdf", "booklet"])
@pytest.mark.parametrize("palette", ["color", "mono"])
def test_the_header_sets_colours_and_a_logo(
    write_bank: Callable[..., str], tmp_path: Path, layout: str, palette: str
) -> None:
    path = write_bank(OWN, header=False)
    (tmp_path / "logo.svg").write_text(LOGO)
    bank = prep_export.load_bank(path)
    prep_export.export(bank, layout, tmp_path / "x.pdf", {"theme": palette})
    found = {
        tuple(round(part * 255) for part in color) for color in paper.colours(tmp_path / "x.pdf")
    }
    own, green = (0x7A, 0x1F, 0x5C), (0, 255, 0)
    assert (own in found, green in found) == ((palette == "color",) * 2)


def test_a_logo_leaves_room_for_the_title(write_bank: Callable[..., str], tmp_path: Path) -> None:
    path = write_bank(OWN, header=False)
    (tmp_path / "logo.svg").write_text(LOGO)
    prep_export.export(prep_export.load_bank(path), "pdf", tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        page = document.pages[0]
        logo = next(r for r in page.rects if r["non_stroking_color"] == (0, 1, 0))
        title = next(word for word in page.extract_words() if word["text"] == "Own")
    assert logo["x1"] < title["x0"]
    assert logo["top"] < title["bottom"]
    assert title["top"] < logo["bottom"]


@pytest.mark.long
def test_words_of_a_narrow_column_are_broken_and_join_again(
    shipped_file: ShippedFile, shipped: Bank
) -> None:
    sheet = shipped_file("pdf", columns="4")
    broken = [span.text for span in paper.spans(sheet) if re.search(r"[a-z]-$", span.text)]
    assert len(broken) > 5
    assert not any("\u00ad" in text or "--" in text for text in broken)
    letters = re.sub(r"[\s-]", "", paper.text(sheet))
    for faq in printed(shipped).faqs[:2]:
        assert re.sub(r"[\s-]", "", faq.answer) in letters


@given(word=st.text(alphabet="abcdefghijklmnoprstuvwyzäöü", min_size=8, max_size=30))
@pytest.mark.parametrize("language", ["en", "en-GB", pytest.param("de", marks=pytest.mark.long)])
def test_a_broken_word_has_all_its_letters(language: str, word: str) -> None:
    for head, tail in hyphenation.breaker(hyphenation.dictionary(language))(word):
        assert min(len(head), len(tail)) >= 3
        assert head + tail == word


def test_a_language_without_a_dictionary_breaks_nothing() -> None:
    assert hyphenation.dictionary("tlh") == ""
