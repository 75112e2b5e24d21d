"""Lines at the distance by which paragraphs are measured.

Where tall formulas may push lines apart (`autoLeading` 'max'), reportlab measures a line by its
leading, or by its ascent and descent if they are more; but it draws it by the larger of each with
five sixths and one sixth of the leading, which is more: of ten lines of 13.6 points, each stood
0.33 too low, and the last 3 points nearer to what follows than it was meant to.
"""

from __future__ import annotations

from typing import Any

from reportlab.platypus import paragraph

from prep_export.exporters.pdf.engine.marking import LineText

_put_line = paragraph._putFragLine  # noqa: SLF001 - it has no switch of its own


def _put_as_measured(cur_x: float, tx: Any, line: Any, *others: Any) -> None:
    state = tx.XtraState
    if state.autoLeading != "max" or not isinstance(tx, LineText):
        _put_line(cur_x, tx, line, *others)
        return
    ascent = line.ascent
    # Under 'min' reportlab draws by ascent and descent alone; what a leading has more stands above.
    line.ascent += max(0.0, state.leading - (ascent - line.descent))
    state.autoLeading = "min"
    try:
        _put_line(cur_x, tx, line, *others)
    finally:
        line.ascent, state.autoLeading = ascent, "max"


def draw_as_measured() -> None:
    """Have our lines drawn so; those of others who use reportlab in this process stay the same."""
    paragraph._putFragLine = _put_as_measured  # noqa: SLF001 - as above
