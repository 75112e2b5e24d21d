"""The cheat sheet, judged by qpdf, poppler and pdfplumber."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pdfplumber
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prep_export
from prep_export.markdown.plain import plain

from .support import frames, paper
from .support.hostile import HOSTILE, answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Report

    from .conftest import ShippedFile

SHEET = r"""
    bank: {id: test, title: Test sheet, authors: [Ada], licence: CC BY 4.0, language: de}
    topics: {rag: Retrieval, rag::chunking: Chunks}
    patterns:
      - id: p
        topics: [rag]
        title: First *pattern*
        summary: A summary with $x^2$.
        recognise: [Sign one, Sign two]
        approach: [Step one, Step two]
    criteria: [{id: c, topics: [rag], criterion: Depth, weak: Nothing., strong: Numbers.}]
    mistakes: [{id: m, topics: [rag], mistake: Silence, why: It costs., instead: Speak.}]
    faqs:
      - id: f
        topics: [rag::chunking]
        question: Is it?
        answer: |
          Yes, 𝔼 and ∑ and Ελληνικά.

          | a | b |
          |---|---|
          | 1 | 2 |

          ```python
          def f(x): return x
          ```

          > quoted

          $$\frac{a}{b}$$
"""


@pytest.fixture
def sheet(write_bank: Callable[..., str], tmp_path: Path) -> Callable[..., Report]:
    def run(text: str = SHEET, size: str = "a4", name: str = "sheet.pdf") -> Report:
        bank = prep_export.load_bank(write_bank(text, header=False))
        return prep_export.export(bank, "pdf", tmp_path / name, {"paper": size})

    return run


@pytest.fixture(scope="module", params=["a4", pytest.param("letter", marks=pytest.mark.long)])
def shipped_sheet(request: pytest.FixtureRequest, shipped_file: ShippedFile) -> Path:
    return shipped_file("pdf", paper=request.param)


@pytest.mark.long
def test_the_shipped_sheet_is_sound_and_on_two_pages(shipped_sheet: Path) -> None:
    assert paper.is_sound(shipped_sheet)
    assert paper.info(shipped_sheet)["Pages"] == "2"


@pytest.mark.long
def test_its_paper_is_the_one_asked_for(shipped_sheet: Path) -> None:
    expected = {"a4": "841.89 x 595.276 pts (A4)", "letter": "792 x 612 pts (letter)"}
    assert paper.info(shipped_sheet)["Page size"] == expected[shipped_sheet.stem.split("-")[-1]]


def test_every_font_is_an_embedded_subset_with_a_unicode_map(shipped_sheet: Path) -> None:
    found = paper.fonts(shipped_sheet)
    assert found
    assert all(embedded for _, embedded in found.values()), found
    assert not any("Helvetica" in name or "Times" in name for name in found)


def test_no_word_leaves_its_column(shipped_sheet: Path) -> None:
    size = shipped_sheet.stem.split("-")[-1]
    assert paper.outside(shipped_sheet, frames.sheet(size)) == []


def test_no_text_is_set_over_another(shipped_sheet: Path) -> None:
    assert paper.overlapping(shipped_sheet) == []


def test_text_set_over_another_would_be_found(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "x.pdf"))
    canvas.drawString(100, 500, "the first of two lines")
    canvas.drawString(140, 503, "that is not far enough")
    canvas.drawString(100, 480, "from the second")
    canvas.save()
    assert len(paper.overlapping(tmp_path / "x.pdf")) == 1


def test_text_reads_in_order(shipped: Bank, shipped_sheet: Path) -> None:
    text = paper.letters(paper.text(shipped_sheet))
    titles = [
        *(p.title for p in shipped.patterns),
        *(t.title for t in shipped.tables if t.sheet),
        *(m.mistake for m in shipped.mistakes),
        *(c.criterion for c in shipped.criteria),
        *(f.question for f in shipped.faqs),
    ]
    at = 0
    for title in titles:
        at = text.find(paper.letters(plain(title)), at)
        assert at >= 0, f"{title!r} is missing or out of order"


@pytest.mark.long
def test_the_sheet_is_fitted_on_the_pages_asked_for(shipped: Bank, tmp_path: Path) -> None:
    target = tmp_path / "sheet.pdf"
    wanted = {"pages": "2"}
    assert prep_export.export(shipped, "pdf", target, wanted).counts["pages"] == 2
    before = target.read_bytes()
    with pytest.raises(prep_export.UsageError, match=r"does not fit on 1 page: .* it needs 2"):
        prep_export.export(shipped, "pdf", target, {"pages": "1"})
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["sheet.pdf"]
    with pytest.raises(prep_export.UsageError, match="cannot be 'many'"):
        prep_export.export(shipped, "pdf", target, {"pages": "many"})


@pytest.mark.long
def test_no_text_is_smaller_than_promised(shipped_sheet: Path) -> None:
    with pdfplumber.open(shipped_sheet) as document:
        sizes = {
            round(char["size"], 1)
            for page in document.pages
            for char in page.chars
            if "FiraSans" in char["fontname"]
        }
    assert min(sizes) >= 6.6
    assert max(sizes) == 15.5


def test_title_metadata_language_and_outline(sheet: Callable[..., Report]) -> None:
    with pikepdf.open(sheet().path) as document:
        assert str(document.docinfo["/Title"]) == "Test sheet"
        assert str(document.docinfo["/Author"]) == "Ada"
        assert "Retrieval" in str(document.docinfo["/Keywords"])
        assert str(document.Root["/Lang"]) == "de"
        assert document.Root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert "/PageLabels" in document.Root
        with document.open_outline() as outline:
            tree = {node.title: [child.title for child in node.children] for node in outline.root}
    assert tree == {
        "Aufgabentypen": ["First pattern"],
        "Häufige Fehler": ["Silence"],
        "Bewertungskriterien": ["Depth"],
        "Häufige Fragen": ["Is it?"],
    }


def test_every_kind_of_block_reaches_the_page(sheet: Callable[..., Report]) -> None:
    text = paper.text(Path(sheet().path))
    for part in ("Sign one", "2. Step two", "Ελληνικά", "def f(x): return x", "quoted", "𝔼", "∑"):
        assert part in text
    assert "CC BY 4.0" in text


@pytest.mark.long
def test_the_same_bank_gives_the_same_bytes(
    sheet: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    first, second = sheet(name="a.pdf"), sheet(name="b.pdf")
    assert first.sha256 == second.sha256


def test_the_build_time_is_the_one_given(
    sheet: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    with pikepdf.open(sheet().path) as document:
        assert str(document.docinfo["/CreationDate"]).startswith("D:20261118")


def test_a_character_that_no_font_has_is_reported(sheet: Callable[..., Report]) -> None:
    (found,) = sheet(SHEET.replace("Yes, ", "Yes, 漢 ")).findings
    assert (found.code, found.is_error) == ("missing-glyph", False)
    assert "漢" in found.message
    assert found.location.excerpt is not None
    assert found.location.excerpt[found.location.column - 1] == "漢"


def test_a_sheet_without_entries_says_what_it_is_for(sheet: Callable[..., Report]) -> None:
    text = "bank: {id: t, title: T}\ntopics: {rag: R}\n"
    text += "questions: [{id: q, topics: [rag], question: Q, answer: A}]\n"
    report = sheet(text)
    assert report.counts == {"pages": 1, "entries": 0}
    said = paper.text(Path(report.path))
    assert "This page is for: Patterns, Tables, Common mistakes," in said
    assert "selection" not in said


def test_no_hyphen_is_lost_at_a_line_break(tmp_path: Path) -> None:
    words = [f"grouped-query{n} key-value{n} state-of-{n}" for n in range(200)]
    prep_export.export(answered(" ".join(words)), "pdf", tmp_path / "sheet.pdf")
    text = paper.text(tmp_path / "sheet.pdf")
    assert [word for line in words for word in line.split() if word not in text] == []


@pytest.mark.long
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_gives_a_sound_sheet(text: str, tmp_path: Path) -> None:
    target = tmp_path / "sheet.pdf"
    prep_export.export(answered(text), "pdf", target)
    assert paper.is_sound(target)
    assert paper.outside(target, frames.sheet()) == []


@pytest.mark.long
@settings(max_examples=12)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_any_text_at_all_gives_a_sheet(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("any") / "sheet.pdf"
    report = prep_export.export(answered(text), "pdf", target)
    assert report.size > 1_000
