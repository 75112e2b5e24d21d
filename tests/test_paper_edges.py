"""Paper at its edges: titles too long for a line, characters that no font has, logos, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import prep_export
from prep_export.exporters.base import export
from prep_export.exporters.registry import BUILT_IN

from .support import paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = "W" * 60 + " " + "wide words without an end " * 8 + "tail"

BANK = f"""
    bank: {{id: test, title: "{LONG}", version: "{LONG}", licence: "{LONG}"}}
    topics: {{rag: "{LONG}"}}
    questions:
      - id: one
        topics: [rag]
        question: "{LONG}"
        answer: An answer.
        related: [two]
        sources: [{{title: "{LONG}"}}]
    faqs: [{{id: two, topics: [rag], question: "{LONG}", answer: Told.}}]
"""


@pytest.mark.long
@pytest.mark.parametrize("name", ["pdf", "booklet", "flashcards"])
def test_no_line_is_set_too_small_or_leaves_the_page(
    write_bank: Callable[..., str], tmp_path: Path, name: str
) -> None:
    bank = prep_export.load_bank(write_bank(BANK, header=False))
    target = tmp_path / "x.pdf"
    prep_export.export(bank, name, target)
    width, height = map(float, paper.info(target)["Page size"].split()[:3:2])
    assert paper.outside(target, [(12, 6, width - 12, height - 6)]) == []
    pdfplumber = pytest.importorskip("pdfplumber")
    with pdfplumber.open(target) as document:
        sizes = {round(char["size"], 1) for page in document.pages for char in page.chars}
    assert min(sizes) >= 6.5
    if name != "booklet":  # its lines turn over; one in its running heads has room
        assert "…" in paper.text(target)


ODD = """
    bank: {id: test, title: "T 一", authors: ["A 二"], description: "D 三", language: en}
    topics: {rag: "R 四"}
    questions:
      - id: one
        topics: [rag]
        question: "Q 五"
        answer: "A 六"
        sources: [{title: "S 七"}]
        drills: [{id: c, text: "C {{c1::八}}"}]
    concepts: [{id: term, topics: [rag], term: "N 九", definition: "D 十"}]
    faqs: [{id: faq, topics: [rag], question: "F 百", answer: "F 千"}]
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("pdf", "一二百千"),
        ("booklet", "一二三四五六七八九十百千"),
        ("flashcards", "四五六八九十百千"),
    ],
)
def test_every_box_on_paper_has_its_warning_with_its_place(
    write_bank: Callable[..., str], tmp_path: Path, name: str, missing: str
) -> None:
    bank = prep_export.load_bank(write_bank(ODD, header=False))
    target = tmp_path / "x.pdf"
    report = prep_export.export(bank, name, target)
    assert "□" in paper.text(target)
    marked = set()
    for found in report.findings:
        at = found.location
        assert found.code == "missing-glyph"
        marked.add((at.excerpt or "")[at.column - 1 : at.end_column - 1])
    assert marked == set(missing)


def test_a_label_that_no_font_has_is_reported_at_the_language(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    text = "bank: {id: t, title: T, language: ja}\ntopics: {rag: R}\n"
    text += "faqs: [{id: a, topics: [rag], question: Q?, answer: A.}]\n"
    bank = prep_export.load_bank(write_bank(text, header=False))
    found = prep_export.export(bank, "pdf", tmp_path / "x.pdf").findings
    assert {(f.code, f.location.line) for f in found} == {("missing-glyph", 1)}
    assert all("language: ja" in (f.location.excerpt or "") for f in found)


@pytest.mark.long
def test_a_narrow_space_takes_a_fallback_and_is_no_box(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    text = "bank: {id: t, title: T, language: fr}\ntopics: {rag: R}\n"
    text += "mistakes: [{id: a, topics: [rag], mistake: Quoi\u202f?, why: Parce que, instead: B}]\n"
    bank = prep_export.load_bank(write_bank(text, header=False))
    for name in ("pdf", "booklet", "flashcards"):
        assert prep_export.export(bank, name, tmp_path / "x.pdf").findings == ()
        assert "□" not in paper.text(tmp_path / "x.pdf")


@pytest.mark.long
def test_a_logo_is_parsed_once_for_all_pages(
    write_bank: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import svglib.svglib

    (tmp_path / "x.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1L8 8"/></svg>'
    )
    faqs = "".join(
        f"  - {{id: f{n}, topics: [rag], question: Q?, answer: '{'word ' * 200}'}}\n"
        for n in range(20)
    )
    text = "bank: {id: t, title: T, pdf: {logo: x.svg}}\ntopics: {rag: R}\nfaqs:\n" + faqs
    bank = prep_export.load_bank(write_bank(text, header=False))
    parsed: list[str] = []
    whole = svglib.svglib.svg2rlg

    def counted(path: str) -> object:
        parsed.append(path)
        return whole(path)

    monkeypatch.setattr(svglib.svglib, "svg2rlg", counted)
    report = prep_export.export(bank, "pdf", tmp_path / "x.pdf")
    assert report.counts["pages"] >= 2
    assert len(parsed) == 1


@pytest.mark.long
@pytest.mark.parametrize("name", [n for n, one in BUILT_IN.items() if one.reports_progress])
def test_progress_rises_to_its_end_and_no_sooner(
    shipped: prep_export.Bank, tmp_path: Path, name: str
) -> None:
    part = prep_export.select(shipped, prep_export.Selection(topics=("tokenization",)))
    told: list[float] = []
    export(part, BUILT_IN[name], tmp_path / "x", progress=lambda done, of: told.append(done / of))
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) < 3 or told[-2] < 1
