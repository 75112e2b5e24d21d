"""Pairs of letters stand as their font says; text extracts as if they did not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.canvas import PaperCanvas
from prep_export.exporters.pdf.engine.kerning import Kerning

from .support import paper

if TYPE_CHECKING:
    from pathlib import Path

FACES = [fonts.TEXT, fonts.TEXT_BOLD, fonts.TEXT_ITALIC, fonts.TEXT_BOLD_ITALIC]


def kerned(name: str = fonts.TEXT) -> fonts.KernedFont:
    fonts.register()
    font = pdfmetrics.getFont(name)
    assert isinstance(font, fonts.KernedFont)
    return font


@cache
def reference(name: str) -> tuple[TTFont, list[list[Any]]]:
    """The font, and the subtables of its lookups of pairs, as another program reads them."""
    font = TTFont(kerned(name).face.filename)
    gpos = font["GPOS"].table
    wanted = {
        index
        for record in gpos.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for index in record.Feature.LookupListIndex
    }
    lookups = []
    for index in sorted(wanted):
        tables = [
            getattr(one, "ExtSubTable", one) for one in gpos.LookupList.Lookup[index].SubTable
        ]
        lookups.append([one for one in tables if one.LookupType == 2])
    return font, lookups


def expected(name: str, one: str, other: str) -> int:
    font, lookups = reference(name)
    first, second = (font.getBestCmap()[ord(char)] for char in (one, other))
    return sum(_of(tables, first, second) for tables in lookups)


def _of(tables: list[Any], first: str, second: str) -> int:
    for table in tables:
        if first not in table.Coverage.glyphs:
            continue
        if table.Format == 1:
            pairs = table.PairSet[table.Coverage.glyphs.index(first)].PairValueRecord
            for pair in pairs:
                if pair.SecondGlyph == second:
                    return getattr(pair.Value1, "XAdvance", 0)
        else:
            row = table.Class1Record[table.ClassDef1.classDefs.get(first, 0)]
            record = row.Class2Record[table.ClassDef2.classDefs.get(second, 0)]
            return getattr(record.Value1, "XAdvance", 0)
    return 0


LETTERS = "".join(
    map(chr, (*range(0x21, 0x7F), *range(0xC0, 0x100), *range(0x391, 0x3A0), *range(0x410, 0x450)))
)
CHARACTERS = st.sampled_from(LETTERS + "“”‘’–—…«»")


@pytest.mark.long
@given(st.sampled_from(FACES), CHARACTERS, CHARACTERS)
def test_pairs_are_those_of_the_font(name: str, one: str, other: str) -> None:
    assert dict(kerned(name).gaps(one + other)).get(1, 0) == expected(name, one, other)


@pytest.mark.long
def test_a_word_is_as_wide_as_it_is_set() -> None:
    font = kerned()
    plain = sum(font.stringWidth(char, 1000) for char in "To")
    assert font.stringWidth("To", 1000) == plain + expected(fonts.TEXT, "T", "o") < plain
    assert font.stringWidth("To r.", 9) == pytest.approx(
        sum(font.stringWidth(part, 9) for part in ("To", " ", "r."))
    ), "so lines may be broken by the widths of words"


TEXT = "To AVoid Type P. r, L’T “A” f) Va (j"


def test_letters_are_drawn_where_their_widths_say(tmp_path: Path) -> None:
    shown(tmp_path / "k.pdf", TEXT)
    with pdfplumber.open(tmp_path / "k.pdf") as document:
        chars = document.pages[0].chars
    assert "".join(char["text"] for char in chars).strip() == TEXT
    for number, char in enumerate(chars[: len(TEXT)]):
        before = kerned().stringWidth(TEXT[: number + 1], 10) - kerned().stringWidth(
            TEXT[number], 10
        )
        assert char["x0"] == pytest.approx(20 + before, abs=0.02), (number, char["text"])


@pytest.mark.long
def test_text_extracts_as_if_they_were_not_kerned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = []
    for number in range(2):
        shown(tmp_path / f"{number}.pdf", TEXT)
        assert paper.is_sound(tmp_path / f"{number}.pdf")
        texts.append(paper.tool("pdftotext", "-raw", tmp_path / f"{number}.pdf", "-"))
        monkeypatch.setattr(fonts.KernedFont, "gaps", lambda *_: [])
    assert texts[0] == texts[1]
    assert texts[0].strip() == TEXT


def test_a_pair_is_kerned_where_the_file_needs_another_part_of_the_font(tmp_path: Path) -> None:
    many = "".join(chr(one) for one in range(0x400, 0x450)) + "".join(map(chr, range(0xC0, 0x250)))
    text = "".join(char for char in many if ord(char) in kerned().face.charToGlyph) + TEXT
    shown(tmp_path / "k.pdf", text)
    with pdfplumber.open(tmp_path / "k.pdf") as document:
        last = document.pages[0].chars[len(text) - 1]
    assert last["x1"] == pytest.approx(20 + kerned().stringWidth(text, 10), abs=0.2)


def test_a_font_without_pairs_has_none() -> None:
    tables = TTFont(kerned().face.filename)
    del tables["GPOS"]
    from io import BytesIO

    file = BytesIO()
    tables.save(file)
    assert Kerning(file.getvalue()).units(36, 57) == 0


def shown(path: Path, text: str) -> None:
    canvas = PaperCanvas(str(path), fonts=fonts.Fonts(), pagesize=(5000, 60))
    canvas.setFont(fonts.TEXT, 10)
    canvas.drawString(20, 20, text)
    canvas.save()
