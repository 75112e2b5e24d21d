"""Strings set in one line at a place of the page, such as running heads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prep_export.exporters.pdf.engine.fonts import TEXT

if TYPE_CHECKING:
    from prep_export.exporters.pdf.engine.canvas import PaperCanvas

SMALLEST: Final = 6.6
"""Points; nothing on paper is smaller."""

ELLIPSIS: Final = "…"


def fit(
    canvas: PaperCanvas, text: str, font: str, size: float, x: float, y: float, room: float
) -> None:
    """Text from x, set smaller where it would not fit, and cut where that does not do."""
    fonts = canvas.fonts
    width = fonts.width(font, text, size)
    if width > room:
        size = max(min(size, SMALLEST), size * room / width)
        text = _cut(canvas, text, font, size, room)
    for run in fonts.runs(font, text):
        canvas.setFont(run.font, size)
        canvas.drawString(x, y, run.text)
        x += canvas.stringWidth(run.text, run.font, size)


def _cut(canvas: PaperCanvas, text: str, font: str, size: float, room: float) -> str:
    """As much of a text as has room, with an ellipsis; found by bisection."""

    def shown(count: int) -> str:
        return text if count == len(text) else text[:count].rstrip() + ELLIPSIS

    if canvas.fonts.width(font, text, size) <= room + 0.01:
        return text  # which an ellipsis in place of its last letter may be wider than
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if canvas.fonts.width(font, shown(middle), size) <= room + 0.01:
            low = middle
        else:
            high = middle - 1
    return shown(low)


def right(canvas: PaperCanvas, text: str, size: float, x: float, y: float, room: float) -> None:
    """Text that ends at x and takes at most `room`."""
    width = min(canvas.fonts.width(TEXT, text, size), room)
    fit(canvas, text, TEXT, size, x - width, y, width + 0.1)
