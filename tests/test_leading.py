"""How far lines stand from each other, and paragraphs from what is around them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pdfplumber
import pytest

from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.canvas import PaperCanvas
from prep_export.exporters.pdf.engine.formulas import layout
from prep_export.exporters.pdf.engine.look import MATH
from prep_export.exporters.pdf.engine.setter import Setter
from prep_export.labels import labels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.exporters.pdf.engine.look import Look

FRACTION = r"$\frac ab$"
DEEP = r"$\frac{QK^\top}{\sqrt{d_k}}$"


def baselines(look: Look, text: str, path: Path) -> list[float]:
    """Of the lines of a paragraph from the top down, in points above its foot; first its height."""
    setter = Setter(look, None, 200, labels("en"))  # type: ignore[arg-type]  # no pictures here
    (block,) = setter.blocks(text)
    height = block.wrap(200, 2000)[1]
    canvas = PaperCanvas(str(path), fonts=look.fonts, pagesize=(240, 2000))
    block.drawOn(canvas, 20, 100)
    canvas.save()
    with pdfplumber.open(path) as document:
        chars = [char for char in document.pages[0].chars if "Fira" in char["fontname"]]
    lines = sorted({round(char["matrix"][5] - 100, 2) for char in chars}, reverse=True)
    return [height, *lines]


@pytest.mark.long
@pytest.mark.parametrize("make", [theme.sheet, theme.book])
def test_a_paragraph_fills_the_height_that_it_is_measured_by(
    make: Callable[..., Look], tmp_path: Path
) -> None:
    """Its last line stood lower, the more lines it had, and nearer to what followed."""
    look = make(theme.COLOR, fonts.Fonts())
    text = "some **words** of a line, with $x_i$ and `code`, " * 12 + r"$\frac{\frac ab}{c}$ end"
    height, *lines = baselines(look, text, tmp_path / "p.pdf")
    assert len(lines) >= 10
    distances = [one - other for one, other in pairwise(lines)]
    assert distances[:-2] == pytest.approx([look.leading] * (len(lines) - 3), abs=0.02)
    # The first line stands a type size below the top, and where lines are close, the last one's
    # descenders reach a little below: by that, and not by more, the more lines there are.
    assert lines[-1] - 0.265 * look.size >= -0.1 * look.size
    assert lines[0] + look.size == pytest.approx(height, abs=0.01)


@pytest.mark.long
@pytest.mark.parametrize("make", [theme.sheet, theme.book])
def test_lines_after_a_deep_formula_stand_where_they_were_measured(
    make: Callable[..., Look], tmp_path: Path
) -> None:
    look = make(theme.COLOR, fonts.Fonts())
    words = "words of a line, and more of them, " * 3
    _, *plain = baselines(look, words * 2, tmp_path / "plain.pdf")
    _, *lines = baselines(look, rf"{words} $\frac ab$ {words}", tmp_path / "deep.pdf")
    assert lines[-1] == pytest.approx(plain[-1], abs=0.02)


def test_a_fraction_in_the_first_line_stays_below_the_top(tmp_path: Path) -> None:
    look = theme.book(theme.COLOR, fonts.Fonts())
    setter = Setter(look, None, 200, labels("en"))  # type: ignore[arg-type]  # no pictures here
    (block,) = setter.blocks(r"so $\frac{\frac ab}{\frac cd}$ it is, and more " + "words " * 20)
    height = block.wrap(200, 2000)[1]
    canvas = PaperCanvas(str(tmp_path / "p.pdf"), fonts=look.fonts, pagesize=(240, 300))
    block.drawOn(canvas, 20, 100)
    canvas.save()
    with pdfplumber.open(tmp_path / "p.pdf") as document:
        page = document.pages[0]
        baseline = max(char["matrix"][5] for char in page.chars if char["text"] == "o")
    above = layout(r"\frac{\frac ab}{\frac cd}", display=False).height * look.size * MATH
    assert above > look.size
    assert baseline + above <= 100 + height + 0.08 * look.size + 0.01


@pytest.mark.parametrize("formula", [FRACTION, "$x_i^2$", r"$\sqrt{d_k}$", r"$e^{-x^2}$"])
def test_a_line_with_a_small_formula_stands_as_far_from_its_neighbours_as_any_other(
    formula: str, tmp_path: Path
) -> None:
    """One with a fraction stood nearer to the line above."""
    look = theme.book(theme.COLOR, fonts.Fonts())
    words = "words of a line, and more of them, " * 3
    _, *lines = baselines(look, f"{words} {formula} {words} {formula} of", tmp_path / "p.pdf")
    assert len(lines) >= 4
    distances = [one - other for one, other in pairwise(lines)]
    assert distances == pytest.approx([look.leading] * len(distances), abs=0.02)


@pytest.mark.parametrize("make", [theme.sheet, theme.book])
def test_no_line_stands_nearer_to_the_one_above_whatever_is_in_it(
    make: Callable[..., Look], tmp_path: Path
) -> None:
    look = make(theme.COLOR, fonts.Fonts())
    shown = [FRACTION, DEEP, r"$\sum_{i=1}^n x_i$", "`code`", "**bold**", "H~2~O", "x^2^"]
    text = " ".join(f"so {'on ' * number}{one} and" for number, one in enumerate(shown * 3))
    _, *lines = baselines(look, text, tmp_path / "p.pdf")
    distances = [one - other for one, other in pairwise(lines)]
    assert min(distances) == pytest.approx(look.leading, abs=0.02)


@pytest.mark.parametrize("make", [theme.sheet, theme.book])
@pytest.mark.parametrize("formula", [FRACTION, DEEP])
def test_formulas_under_each_other_do_not_touch(
    make: Callable[..., Look], formula: str, tmp_path: Path
) -> None:
    """Also those that begin a line, which reportlab does not measure."""
    look = make(theme.COLOR, fonts.Fonts())
    _, *lines = baselines(
        look, (f"{formula} words" + "\\\n") * 3 + formula + " end", tmp_path / "p.pdf"
    )
    assert len(lines) == 4
    box = layout(formula.strip("$"), display=False)
    tall = (box.height + box.depth) * look.size * MATH
    assert all(one - other > tall + 0.04 * look.size for one, other in pairwise(lines))


@pytest.mark.parametrize("room", range(30, 130, 3))
def test_what_is_divided_after_a_deep_line_has_room_where_it_stands(room: int) -> None:
    look = theme.book(theme.COLOR, fonts.Fonts())
    setter = Setter(look, None, 200, labels("en"))  # type: ignore[arg-type]  # no pictures here
    (block,) = setter.blocks(f"{DEEP} {'x' * 30} " * 9)
    block.wrap(200, 2000)
    parts = block.split(200, room)
    assert len(parts) == (2 if room > 3 * look.leading else len(parts))
    if parts:
        assert parts[0].wrap(200, 2000)[1] <= room + 0.001
