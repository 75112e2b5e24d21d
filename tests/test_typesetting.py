"""How the PDFs set text: the signs, what stays together on a page, how formulas stand in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from reportlab.pdfbase import pdfmetrics

from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.blocks import Code

from .support import signs

if TYPE_CHECKING:
    from prep_export.exporters.pdf.engine.look import Look


@pytest.fixture(scope="module")
def look() -> Look:
    return theme.book(theme.COLOR, fonts.Fonts())


def test_the_signs_of_right_and_wrong_are_a_pair_of_one_height() -> None:
    """The cross of the text font was half as tall as the hook of the math font."""
    assert signs.PATH.read_bytes() == signs.made()
    runs = fonts.Fonts().runs(fonts.TEXT_BOLD, theme.WRONG_SIGN + theme.RIGHT_SIGN)
    assert [run.font for run in runs] == [fonts.SIGNS]
    face = pdfmetrics.getFont(fonts.SIGNS).face
    boxes = [signs.bounds(face.charToGlyph[ord(sign)]) for sign in runs[0].text]
    assert boxes[0] == boxes[1]


@pytest.mark.parametrize("lines", range(1, 12))
@pytest.mark.parametrize("room", range(12))
def test_no_line_of_code_stands_alone_at_an_end_of_a_page(
    look: Look, lines: int, room: int
) -> None:
    code = Code("\n".join("x" * n for n in range(1, lines + 1)), "", look, 0)
    height = code.wrap(300, 1000)[1]
    parts = code.split(300, room * code.leading + 6.5)
    assert len(parts) != 1
    assert all(len(part.rows) > 1 for part in parts)
    if parts:
        assert [row for part in parts for row in part.rows] == code.rows
        assert len(parts[0].rows) <= room
    elif lines > 3 and room > 1:
        assert height <= room * code.leading + 6.5, "what can be divided is"


def test_a_line_of_code_that_goes_over_is_not_divided_where_another_end_will_do(look: Look) -> None:
    code = Code("a\nb\nc\n" + "x" * 100 + "\nd", "", look, 0)
    code.wrap(200, 1000)
    over = sum(_text(row).startswith("↪") for row in code.rows)
    assert over > 1
    first, rest = code.split(200, 5 * code.leading + 7)
    assert [_text(row) for row in first.rows] == ["a", "b", "c"]
    assert not _text(rest.rows[0]).startswith("↪")


def test_a_line_of_code_of_many_rows_is_divided_all_the_same(look: Look) -> None:
    code = Code("x" * 900, "", look, 0)
    code.wrap(200, 1000)
    assert len(code.split(200, 5 * code.leading + 7)[0].rows) == 5


def _text(row: list[tuple[str, str]] | Any) -> str:
    return "".join(text for _, text in row)
