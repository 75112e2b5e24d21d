"""What the PDFs cannot show is said by `validate`, as it is by the layouts that meet it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import prep_export
from prep_export.exporters import pdf, registry
from prep_export.exporters.pdf import missing_glyphs as module
from prep_export.exporters.pdf.engine.fonts import FALLBACKS, TEXT, Fonts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Options
    from prep_export.findings.finding import Finding

BANK = """
    bank:
      id: b
      title: The 漢
      deck: Deck 面
      authors: [A, B 字]
      description: Of **粗** and `碼`, H~下~O, ~~刪~~ &#28450; ![替](x.svg) [連](https://例.org)
      labels: {faqs: All 問}
      pdf: {logo: x.svg}
    topics: {rag: RAG 語, rag::sub: {title: Sub, description: 述}}
    patterns:
      - id: p
        topics: [rag]
        title: P 型
        summary: S 要
        formula: $$x$$
        recognise: [R 識]
        approach: [A 步]
        pitfalls: [F 險]
        diagram: {image: y.svg, alt: 圖, caption: C 題}
        sources: [{title: T 源, authors: 著}]
    questions:
      - id: f
        topics: ["rag::sub"]
        question: Q 疑?
        answer: |
          A 答 漢漢.

          ```python
          x = "串"  # 註
          ```

          | h 頭 |
          |---|
          | c 格 |
        details: D 詳
        key_points: [K 點]
        follow_ups: [{ask: N 續?, answer: M 應}]
        drills:
          - {id: d, text: "C {{c1::克}} {{c2::漏::示}}"}
          - {id: e, ask: 何?, answer: 此}
    mistakes:
      - {id: m, topics: [rag], mistake: 誤, why: 因, instead: 代, example: 例}
      - {id: n, topics: [rag], mistake: M, why: W, instead: I, not_that: 非, say_this: 是}
    criteria: [{id: c, topics: [rag], criterion: 準, weak: 弱, strong: 強}]
    concepts: [{id: k, topics: [rag], term: 詞, definition: 義, formula: $$y$$}]
    faqs: [{id: q, topics: [rag], question: 問?, answer: "覆 ✗ 🎉 \\u200d אב"}]
    retired: [{id: gone, reason: 退}]
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><text y="9">{}</text></svg>'


@pytest.fixture
def bank(write_bank: Callable[..., str], tmp_path: Path) -> Bank:
    (tmp_path / "x.svg").write_text(SVG.format("標"), encoding="utf-8")
    (tmp_path / "y.svg").write_text(SVG.format("<tspan>&#31844;</tspan>"), encoding="utf-8")
    return prep_export.load_bank(write_bank(BANK, header=False))


@pytest.fixture
def replaced(bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Characters that one of the layouts has really set as a box, or without shaping."""
    met: list[Fonts] = []
    setting = pdf._setting

    def recording(bank: Bank, options: Options, size: float) -> object:
        made = setting(bank, options, size)
        met.append(made.fonts)
        return made

    monkeypatch.setattr(pdf, "_setting", recording)
    for layout in ("pdf", "booklet", "flashcards"):
        prep_export.export(bank, layout, tmp_path / "x.pdf")
    return {char for fonts in met for char in (*fonts.missing, *fonts.unshaped)}


@pytest.mark.long
def test_what_is_said_before_is_what_the_layouts_replace(bank: Bank, replaced: set[str]) -> None:
    fonts = module._asked(bank, list(module._shown(bank)))
    assert fonts is not None
    assert {*fonts.missing, *fonts.unshaped} == replaced
    assert len(replaced) > 40
    assert not replaced & set("面替圖退\u200d")


def test_no_character_that_is_taken_as_known_is_missing() -> None:
    known = "".join(chr(c) for c in range(0x20, 0x3000) if module._KNOWN.fullmatch(chr(c)))
    fonts = Fonts()
    fonts.runs(TEXT, known)
    assert not fonts.missing
    assert not fonts.unshaped
    assert len(known) > 1_900
    assert set(FALLBACKS) >= {TEXT}


def said(write_bank: Callable[..., str], answer: str) -> list[Finding]:
    text = f"faqs: [{{id: f, topics: [rag], question: Q?, answer: '{answer}'}}]\n"
    return registry.check(prep_export.load_bank(write_bank(text)))


def test_a_character_is_one_finding_with_its_count_and_the_first_places(
    write_bank: Callable[..., str],
) -> None:
    text = "faqs:\n" + "".join(
        f"  - {{id: f{n}, topics: [rag], question: Q 漢{n}?, answer: A 漢漢.}}\n" for n in range(5)
    )
    path = write_bank(text)
    (finding,) = registry.check(prep_export.load_bank(path))
    assert finding.code == "missing-glyph"
    assert finding.message.startswith("no font of the PDFs has '漢' (U+6F22) (15 times, ")
    assert [part.rpartition(":")[2] for part in finding.message.split(", ")[1:]] == ["5)"]
    assert (finding.location.line, finding.location.column) == (4, 41)
    assert "pdf: {fonts: [" in finding.hint


def test_of_many_characters_their_scripts_are_named(write_bank: Callable[..., str]) -> None:
    many = "".join(chr(0x4E00 + n) for n in range(300)) + "あいう、。ー"
    findings = said(write_bank, many)
    assert sorted(finding.message.partition(" (")[0] for finding in findings) == [
        "no font of the PDFs has 'ー'",
        "no font of the PDFs has 2 characters of signs: '、', '。'",
        "no font of the PDFs has 3 characters of Hiragana: 'あ', 'い', 'う'",
        "no font of the PDFs has 300 characters of Chinese characters: '一', '丁', '丂', …",
    ]


def test_a_line_is_named_once_however_many_texts_stand_in_it(
    write_bank: Callable[..., str],
) -> None:
    text = "faqs: [{id: f, topics: [rag], question: Q 漢?, answer: A 漢., short: S 漢}]\n"
    (finding,) = registry.check(prep_export.load_bank(write_bank(text)))
    assert finding.message == "no font of the PDFs has '漢' (U+6F22) (3 times)"


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("مرحبا", "Arabic"),
        ("שלום", "Hebrew"),
        ("नमस्ते", "Devanagari"),
        ("မြန်မာ", "Myanmar"),
        ("ที่?", "Thai"),
        ("ما؟", "Arabic"),
    ],
)
def test_a_script_that_paper_cannot_set_is_named_once(
    write_bank: Callable[..., str], tmp_path: Path, text: str, script: str
) -> None:
    findings = said(write_bank, f"{text} and {text}")
    assert [finding.code for finding in findings] == ["unshaped-script"]
    assert f"PDFs set {script} letter by letter" in findings[0].message
    bank = prep_export.load_bank(str(tmp_path / "bank.yaml"))
    exported = prep_export.export(bank, "booklet", tmp_path / "x.pdf").findings
    assert list(exported) == findings


@pytest.mark.long
def test_a_build_says_each_thing_once(bank: Bank, tmp_path: Path) -> None:
    every = set(registry.check(bank))
    for layout in ("pdf", "booklet", "flashcards"):
        assert set(prep_export.export(bank, layout, tmp_path / "x.pdf").findings) <= every


@pytest.mark.long
def test_validate_says_it_and_loads_no_typesetter_for_other_banks(
    write_bank: Callable[..., str],
) -> None:
    code = (
        "import sys; from prep_export.cli.app import app; app(sys.argv[1:], standalone_mode=False);"
        "print('reportlab' in sys.modules)"
    )

    def run(answer: str) -> str:
        text = f"faqs: [{{id: f, topics: [rag], question: Q?, answer: '{answer}'}}]\n"
        command = [sys.executable, "-c", code, "validate", write_bank(text)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert run("Größe, τ → ∞, да & “so”") == "False\n"
    shown = run("漢")
    assert "warning[missing-glyph]" in shown
    assert shown.endswith("True\n")
