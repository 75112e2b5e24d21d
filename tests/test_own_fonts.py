"""Fonts that a bank brings along for characters that the built-in ones lack."""

from __future__ import annotations

import os
import random
import struct
from typing import TYPE_CHECKING

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable

import prep_export
from prep_export.exporters.pdf.engine.fonts import TEXT, Fonts

from .support import paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BANK = """
    bank: {id: b, title: 題, language: zh, pdf: {fonts: [own.ttf]}}
    topics: {rag: RAG}
    faqs: [{id: f, topics: [rag], question: 意味?, answer: "The word **意味** and 🎉 and 末."}]
"""


def _square(path: Path, characters: str) -> None:
    """A font that draws a square for each of the characters."""
    names = [f"c{ord(char):x}" for char in characters]
    pen = TTGlyphPen(None)
    for step, point in enumerate([(50, 0), (50, 700), (750, 700), (750, 0)]):
        (pen.lineTo if step else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({ord(c): n for c, n in zip(characters, names, strict=True)})
    builder.setupGlyf(dict.fromkeys([".notdef", *names], square))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (800, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Own", "styleName": "Regular", "psName": "Own-Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost()
    builder.save(str(path))


@pytest.mark.long
@pytest.mark.parametrize("layout", ["pdf", "booklet", "flashcards"])
def test_a_font_of_the_bank_shows_what_ours_lack(
    write_bank: Callable[..., str], tmp_path: Path, layout: str
) -> None:
    path = write_bank(BANK, header=False)
    _square(tmp_path / "own.ttf", "題意味🎉")
    report = prep_export.export(prep_export.load_bank(path), layout, tmp_path / "x.pdf")
    assert "no font of the PDFs has" in report.findings[0].message
    own = prep_export.load_bank(write_bank(BANK.replace("language: zh, ", ""), header=False))
    (finding,) = prep_export.export(own, layout, tmp_path / "x.pdf").findings
    assert finding.message == "no font of the PDFs has '末' (U+672B) (once)"
    text = paper.text(tmp_path / "x.pdf")
    assert "意味" in text
    assert "🎉" in text
    assert paper.is_sound(tmp_path / "x.pdf")
    assert any("Own-Regular" in name for name in paper.fonts(tmp_path / "x.pdf"))


def test_a_font_serves_its_own_bank_only(write_bank: Callable[..., str], tmp_path: Path) -> None:
    path = write_bank(BANK, header=False)
    _square(tmp_path / "own.ttf", "題意味🎉末")
    assert prep_export.export(prep_export.load_bank(path), "pdf", tmp_path / "x.pdf").size > 0
    ours = Fonts()
    ours.runs(TEXT, "意味")
    assert list(ours.missing) == ["意", "味"]


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("own.ttf", None, "there is no such file"),
        ("own.ttf", b"", "it is no TrueType font"),
        ("own.ttf", b"OTTO" + bytes(200), "outlines are not TrueType's"),
        ("own.ttf", b"\0\1\0\0" + b"\xff" * 300, "it is no TrueType font"),
        ("../own.ttf", b"", "outside"),
    ],
)
def test_a_font_that_cannot_be_used_is_an_error_with_its_place(
    write_bank: Callable[..., str], tmp_path: Path, name: str, content: bytes | None, cause: str
) -> None:
    path = write_bank(BANK.replace("own.ttf", name), header=False)
    if content is not None and "/" not in name:
        (tmp_path / name).write_bytes(content)
    found = [d for d in prep_export.read_bank(path).findings if d.code == "unusable-font"]
    assert len(found) == 1
    assert cause in found[0].message
    assert found[0].location.line > 0


def _problem(write_bank: Callable[..., str]) -> str:
    (found,) = (
        d
        for d in prep_export.read_bank(write_bank(BANK, header=False)).findings
        if d.code == "unusable-font"
    )
    return found.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such thing here")
def test_a_font_that_is_no_file_is_refused_at_once(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "own.ttf")
    assert "no regular file" in _problem(write_bank)


def test_a_font_of_a_size_that_none_has_is_not_read(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    with (tmp_path / "own.ttf").open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    assert "64 MiB" in _problem(write_bank)


@pytest.mark.parametrize("kind", [4, 12])
def test_a_font_cannot_claim_more_characters_than_there_are(
    write_bank: Callable[..., str], tmp_path: Path, kind: int
) -> None:
    """A list of them all would take gigabytes."""
    if kind == 12:
        table = struct.pack(">HHHHIHHIII", 0, 1, 3, 10, 12, 12, 0, 28, 0, 1)
        table += struct.pack(">III", 0, 0xFFFFFFFE, 1)
    else:
        count = 8_000
        table = struct.pack(">HHHHI", 0, 1, 3, 1, 12)
        table += struct.pack(">HHHHHHH", 4, 0xFFFF, 0, 2 * count, 0, 0, 0)
        table += struct.pack(f">{count}H", *[0xFFFF] * count) + bytes(2)
        table += bytes(2 * count) + struct.pack(f">{count}h", *[1] * count) + bytes(2 * count)
    _square(tmp_path / "own.ttf", "題")
    with TTFont(tmp_path / "own.ttf") as font:
        font["cmap"] = DefaultTable("cmap")
        font["cmap"].data = table
        font.save(tmp_path / "own.ttf")
    assert "more characters than there are" in _problem(write_bank)


def test_no_damage_to_a_font_is_more_than_a_finding(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    _square(tmp_path / "own.ttf", "題意味🎉")
    whole = (tmp_path / "own.ttf").read_bytes()
    dice = random.Random(3)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            damaged[dice.randrange(len(damaged))] = dice.choice((0, 255, dice.randrange(256)))
        (tmp_path / "own.ttf").write_bytes(damaged[: dice.randint(1, 2 * len(damaged))])
        found = prep_export.read_bank(write_bank(BANK, header=False)).findings
        assert {d.code for d in found} <= {"unusable-font"}
