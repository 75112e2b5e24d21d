"""How the PDFs set text: the signs, what stays together on a page, how formulas stand in a line."""

from __future__ import annotations

import os
import unicodedata
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfmetrics

from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.breaking import least
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.blocks import Code
from prep_export.exporters.pdf.engine.canvas import PaperCanvas
from prep_export.exporters.pdf.engine.formulas import layout
from prep_export.exporters.pdf.engine.look import MATH
from prep_export.exporters.pdf.engine.setter import Setter
from prep_export.exporters.pdf.furniture import frame_at
from prep_export.labels import labels
from prep_export.math_font import math_font

from .support import signs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.exporters.pdf.engine.formulas import Glyph
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


def test_code_is_divided_without_empty_lines_at_the_end_of_a_page(look: Look) -> None:
    code = Code("a\nb\n\n\nc\nd\n\ne\nf", "", look, 0)
    code.wrap(200, 1000)
    shown = {
        room: [
            [_text(row) for row in part.rows] for part in code.split(200, room * code.leading + 7)
        ]
        for room in range(3, 9)
    }
    assert shown[3] == shown[4] == shown[5] == [["a", "b"], ["c", "d", "", "e", "f"]]
    assert shown[6] == shown[7] == shown[8] == [["a", "b", "", "", "c", "d"], ["e", "f"]]


def test_code_is_rather_divided_between_functions_where_that_is_near(look: Look) -> None:
    function = "\n".join("abcdefghij")
    code = Code(f"{function}\n\n{function}", "", look, 0)
    code.wrap(200, 1000)
    counts = [len(code.split(200, room * code.leading + 7)[0].rows) for room in range(8, 19)]
    assert counts == [8, 9, 10, 10, 10, 10, 10, 10, 16, 17, 18]


def test_a_line_of_code_that_goes_over_is_not_divided_where_another_end_will_do(look: Look) -> None:
    code = Code("a\nb\nc\n" + "x" * 100 + "\nd", "", look, 0)
    code.wrap(200, 1000)
    over = sum(_text(row).startswith("↪") for row in code.rows)
    assert over > 1
    first, rest = code.split(200, 5 * code.leading + 7)
    assert [_text(row) for row in first.rows] == ["a", "b", "c"]
    assert not _text(rest.rows[0]).startswith("↪")


def test_a_line_of_code_goes_over_between_words(look: Look) -> None:
    line = "def probabilities(logits: list[float], temperature: float = 1.0) -> list[float]:"
    for width in range(120, 420, 7):
        code = Code(f"    {line}", "python", look, 0)
        code.wrap(width, 1000)
        rows = [_text(row) for row in code.rows]
        assert "".join([rows[0], *(row.removeprefix("↪ ") for row in rows[1:])]) == f"    {line}"
        assert all(row[-1] in " ,([" for row in rows[:-1])
        assert max(map(len, rows)) * code.size * 0.6 <= width
    code = Code("x" * 100 + " y", "", look, 0)
    code.wrap(200, 1000)
    assert len({len(row) for row in map(_text, code.rows[:-1])}) == 1, "no word is too long"


def test_a_line_of_code_of_many_rows_is_divided_all_the_same(look: Look) -> None:
    code = Code("x" * 900, "", look, 0)
    code.wrap(200, 1000)
    assert len(code.split(200, 5 * code.leading + 7)[0].rows) == 5


def _text(row: list[tuple[str, str]] | Any) -> str:
    return "".join(text for _, text in row)


@pytest.mark.parametrize("rows", range(2, 14))
@pytest.mark.parametrize("words", [1, 12])
def test_a_head_is_kept_with_as_much_of_a_table_as_begins_below_it(
    look: Look, rows: int, words: int
) -> None:
    """A table that is kept whole went to the next page, and its head stayed."""
    setter = Setter(look, None, 200, labels("en"))  # type: ignore[arg-type]  # no pictures here
    body = f"| x | {'word ' * words}|\n" * rows
    head, table = setter.blocks("### Head\n\n| a | b |\n|---|---|\n" + body)
    need = least([head, table], 200)
    frame = frame_at((0, 0), (200, need + 0.01))
    canvas = PaperCanvas(os.devnull, fonts=look.fonts)
    assert frame.add(head, canvas)
    whole = frame.add(table, canvas, trySplit=1)
    parts = [] if whole else frame.split(table, canvas)
    assert whole or frame.add(parts[0], canvas)
    assert whole or len(parts[0]._cellvalues) >= 3, "the head and two rows"
    assert whole or rows + 1 > 9 or words > 1, "a small one is kept whole"


@cache
def math() -> TTFont:
    return TTFont(math_font())


def ink(glyph: Glyph) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of what is drawn, in ems from the formula's start and baseline."""
    pen = BoundsPen(math().getGlyphSet())
    math().getGlyphSet()[math().getGlyphName(glyph.index)].draw(pen)
    left, low, right, high = (glyph.size * one / 1000 for one in pen.bounds or (0, 0, 0, 0))
    return glyph.x + left, glyph.y + low, glyph.x + right, glyph.y + high


def gap(latex: str, before: str, after: str, *, display: bool = True) -> float:
    """From the end of a glyph's place to the start of the next one's, in eighteenths of an em."""
    for one, other in pairwise(layout(latex, display=display).glyphs):
        if (plain(one.char), plain(other.char)) == (before, after):
            advance: float = math()["hmtx"][math().getGlyphName(one.index)][0] / 1000
            return float(other.x - one.x - advance * one.size) * 18
    pytest.fail(f"{before!r} does not stand before {after!r} in {latex}")


def plain(char: str) -> str:
    return unicodedata.normalize("NFKC", char)


@pytest.mark.parametrize(
    ("latex", "before", "after", "space"),
    [
        (r"\log p", "g", "p", 3),
        (r"\log(p)", "g", "(", 0),
        (r"\log_2 4", "2", "4", 3),
        (r"p_i\log q", "i", "l", 3),
        (r"-\log p", "−", "l", 3),
        (r"2\exp x", "2", "e", 3),
        (r"\operatorname{rank} W", "k", "W", 3),
        (r"\max_i x", "i", "x", 3),
        (r"\operatorname{softmax}(x)V", "x", "(", 0),
        (r"\operatorname{softmax}\left(\frac ab\right)V", "x", "(", 3),
        (r"\operatorname{softmax}\left(\frac ab\right)V", ")", "V", 3),
        (r"\mathrm{softmax}\left(\frac ab\right)V", "x", "(", 3),
        (r"\partial p", "∂", "p", 0),
        (r"\nabla_\theta f", "∇", "θ", 0),
        (r"\text{DCG@}k", "@", "k", 0),
        (r"\text{DCG}@k", "G", "@", 0),
        (r"a - b", "a", "−", 4),
        (r"a\odot b", "⊙", "b", 4),
        (r"a = b", "a", "=", 5),
        (r"a\sim b", "a", "∼", 5),
        (r"a\mid b", "∣", "b", 5),
        (r"a:b", ":", "b", 5),
        (r"a,b", ",", "b", 3),
        (r"x=-1", "=", "−", 5),
        (r"x=-1", "−", "1", 0),
        (r"(-x)", "−", "x", 0),
        (r"x^{a-b}", "a", "−", 0),
        (r"8{,}192", ",", "1", 0),
        (r"\begin{aligned}a&=b\end{aligned}", "=", "b", 5),
        (r"\begin{pmatrix}1&-2\end{pmatrix}", "−", "2", 0),
        (r"|-x|", "−", "x", 0),
        (r"a\not= b", "=", "b", 5),
        (r"a\bmod b", "d", "b", 4),
        (r"\exp\Big(x", "p", "(", 2.7),
        (r"\operatorname{arg\,max}_x f", "x", "f", 3),
    ],
)
def test_the_spaces_of_a_formula_are_those_of_tex(
    latex: str, before: str, after: str, space: float
) -> None:
    display = r"\max" not in latex  # there the index would stand below
    assert gap(latex, before, after, display=display) == pytest.approx(space, abs=0.6)


def test_a_fraction_in_a_line_is_small_type_which_has_no_spaces() -> None:
    assert gap(r"\frac{a-b}{c}", "a", "−", display=True) == pytest.approx(4, abs=0.5)
    assert gap(r"\frac{a-b}{c}", "a", "−", display=False) == pytest.approx(0, abs=0.5)


def test_an_index_stands_beside_its_base() -> None:
    p, i = layout("P_i", display=False).glyphs
    assert ink(i)[0] > ink(p)[2] - 0.08
    deep = {latex: layout(latex, display=False).glyphs[-1].y for latex in ("x_2", r"\log_2")}
    assert len({round(y, 4) for y in deep.values()}) == 1, "under a word as under a letter"


@pytest.mark.parametrize("base", ["x", "K", ")", "10", r"\log"])
def test_exponents_stand_at_one_height(base: str) -> None:
    exponent = layout(f"{base}^a", display=False).glyphs[-1]
    assert exponent.y == pytest.approx(layout("x^a", display=False).glyphs[-1].y)
    tall = layout(r"\left(\frac{a}{b}\right)^c", display=True).glyphs[-1]
    assert tall.y > exponent.y + 0.3


@pytest.mark.parametrize(
    ("latex", "char"),
    [(r"\mathbf 1", "𝟏"), (r"\mathbb{1}", "𝟙"), (r"\mathbf{12}", "𝟐"), (r"\mathtt{x1}", "𝟷")],
)
def test_digits_have_the_alphabets_of_letters(latex: str, char: str) -> None:
    assert layout(latex, display=False).glyphs[-1].char == char


def test_bars_stretch_only_where_they_are_asked_to() -> None:
    for latex, pieces in ((r"\lVert x\rVert", 2), (r"\left\|\frac ab\right\|", 4)):
        box = layout(latex + r"+\sum_{i=1}^n x_i", display=True)
        assert sum(glyph.char == "‖" for glyph in box.glyphs) == pieces


def test_the_words_of_an_operator_are_upright() -> None:
    shown = "".join(g.char for g in layout(r"\operatorname{arg\,max}_x f", display=False).glyphs)
    assert shown == "arg\u2009maxxf"


@pytest.mark.parametrize("latex", [r"\widehat{xy}", r"\widetilde{abc}"])
def test_a_wide_accent_stands_above_the_middle(latex: str) -> None:
    *letters, accent = (ink(glyph) for glyph in layout(latex, display=False).glyphs)
    middle = (letters[0][0] + letters[-1][2]) / 2
    assert (accent[0] + accent[2]) / 2 == pytest.approx(middle, abs=0.03)
    assert min(accent[0], letters[0][0]) > -0.03


def test_a_star_is_an_operator_also_as_an_exponent() -> None:
    assert layout(r"\pi^*", display=False).glyphs[-1].char == "∗"


def test_a_binomial_has_no_bar() -> None:
    assert not layout(r"\binom nk", display=True).rules
    assert layout(r"\frac nk", display=True).rules


@pytest.mark.parametrize("latex", [r"\\ x", r"\\\\ x", r"{\\ x}", r"x \\\\ x"])
def test_an_empty_line_of_a_formula_does_not_send_the_next_off_the_page(latex: str) -> None:
    """It was set 415 times its size above the line, and so nowhere."""
    box = layout(latex, display=False)
    assert [glyph.char for glyph in box.glyphs] == ["x"] * latex.count("x")
    assert all(-2 < glyph.y <= 0 for glyph in box.glyphs)


def test_an_accent_is_no_wider_than_its_letter() -> None:
    hat, letter = (layout(latex, display=False) for latex in (r"\hat y", "y"))
    assert hat.width == pytest.approx(letter.width, abs=0.02)
    assert hat.glyphs[0].x == pytest.approx(0, abs=0.05)
    assert layout(r"\widehat{xy}", display=False).glyphs[-1].char == "\u0302"


def test_a_bar_has_air_under_the_bar_of_a_root_whose_foot_stands_on_the_line() -> None:
    box = layout(r"\sqrt{\overline{x^2}}", display=False)
    bars = sorted(rule.y for rule in box.rules)
    assert bars[1] - bars[0] > 0.2
    (root,) = (glyph for glyph in box.glyphs if glyph.char == "√")
    assert ink(root)[1] < 0.02


def test_formulas_are_as_large_and_dark_as_their_text() -> None:
    text = pdfmetrics.getFont(fonts.TEXT).face
    small = math()["OS/2"].sxHeight / 1000
    assert small * MATH == pytest.approx(TTFont(text.filename)["OS/2"].sxHeight / 1000, rel=0.01)


SMALL = r"d_k x^2 10^{-4} P_i \log_2{n} \alpha (x)"


@pytest.mark.parametrize(
    ("make", "shown"), [(theme.sheet, SMALL), (theme.book, SMALL + r" W_Q \sqrt{d_k}")]
)
def test_small_formulas_leave_lines_where_they_are(make: Callable[..., Look], shown: str) -> None:
    look = make(theme.COLOR, fonts.Fonts())
    setter = Setter(look, None, 200, labels("en"))  # type: ignore[arg-type]  # no pictures here
    text = "".join(f"a word of ${latex}$ and " for latex in shown.split())
    (block,), (plain_line,) = setter.blocks(text * 6), setter.blocks("a word")
    lines = block.wrap(200, 1000)[1] / plain_line.wrap(200, 1000)[1]
    assert lines == pytest.approx(round(lines), abs=0.01)


@pytest.mark.long
@pytest.mark.parametrize("width", range(90, 230, 5))
def test_no_mark_after_a_formula_begins_a_line(look: Look, width: int, tmp_path: Path) -> None:
    setter = Setter(look, None, width, labels("en"))  # type: ignore[arg-type]  # no pictures here
    text = "As $x_i$, ($y^2$), **$z$**; with $n = 4$: so $a$-th, “$b$”, $c$? And $d$! All $e$. " * 3
    (block,) = setter.blocks(text)
    block.wrap(width, 2000)
    canvas = PaperCanvas(str(tmp_path / "p.pdf"), fonts=look.fonts, pagesize=(width + 40, 2000))
    block.drawOn(canvas, 20, 100)
    canvas.save()
    with pdfplumber.open(tmp_path / "p.pdf") as document:
        chars = [char for char in document.pages[0].chars if char["text"].strip()]
    first = [char["text"] for char in chars if char["x0"] < 20 + 0.5 and char["size"] > 9]
    assert len(first) > 3
    assert not set(first) & set(",;:.?!)”-")


@pytest.mark.parametrize("words", range(4, 22))
@pytest.mark.parametrize("room", range(1, 9))
def test_no_line_of_a_paragraph_stands_alone_at_an_end_of_a_page(
    look: Look, words: int, room: int
) -> None:
    setter = Setter(look, None, 100, labels("en"))  # type: ignore[arg-type]  # no pictures here
    (block,) = setter.blocks("a **word** " * words)
    block.wrap(100, 2000)
    lines = len(block.blPara.lines)
    parts = block.split(100, room * look.leading + 1)
    for part in parts:
        part.wrap(100, 2000)
    counts = [len(part.blPara.lines) for part in parts]
    assert counts in ([], [lines]) or (min(counts) > 1 and sum(counts) == lines)
