"""The distance of lines: as a look's leading says it, and more where what is in them would touch.

reportlab takes each line for a box as tall as its fonts and formulas, at least as its leading, and
puts boxes under each other. So lines with other fonts in them have other distances, a fraction that
reaches down brings its line nearer to the one above, a formula that begins a line is not measured,
and the first line starts at one type size below the top, above which a fraction would stand out.

Here a line asks for more than its leading only if it must, for what really stands in the line above
(TeX's way), and says so to reportlab in the only terms that it knows: ascents and descents.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfbase.pdfmetrics import getAscentDescent
from reportlab.platypus import Paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHITE_ABOVE: Final = 0.185
_WHITE_BELOW: Final = 0.055
"""Of the type size: what Fira Sans has between its letters and its ascent and descent, and other
fonts by their habit too."""

_SKIP: Final = 0.1
"""Of the type size: the white between lines that would touch at their leading."""

_OVER: Final = 0.08
"""Of the type size: what may stand out above a first line and below a last one."""

_ABOVE: Final = 5 / 6
_BELOW: Final = 1 / 6
"""Of the leading: how reportlab divides it at a baseline, and less than that it never draws."""

_FUZZ: Final = 1e-6


class EvenLines(Paragraph):  # type: ignore[misc]  # reportlab is untyped
    """A paragraph whose lines have one distance, and stay below its top."""

    @property
    def has_room_above(self) -> bool:
        """Whether what is around makes room for a first line that is higher than its type size."""
        return False

    @property
    def below_last(self) -> float:
        """Points from its last baseline to its foot, once it is wrapped."""
        style, last = self.style, self.blPara.lines[-1]
        return float(style.leading - style.fontSize + getattr(last, "hangs", 0.0))

    def breakLines(self, width: Any) -> Any:  # noqa: N802 - reportlab's name
        """Lines whose ascents and descents sum up to the distances of their baselines."""
        broken = super().breakLines(width)
        style = self.style
        size, leading, over = style.fontSize, style.leading, _OVER * style.fontSize
        if broken.kind == 0:  # all in one font
            above, below = _reach([broken])
            distance = _distance(below, above, style)
            broken.ascent, broken.descent = distance - leading * _BELOW, -leading * _BELOW
            return broken
        if not broken.lines:
            return broken
        for line in broken.lines:
            line.above, line.below = _reach(line.words)
            line.hangs = max(0.0, line.below - (leading - size) - over)
            line.descent = -leading * _BELOW
        for upper, lower in pairwise(broken.lines):
            lower.ascent = _distance(upper.below, lower.above, style) - leading * _BELOW
        first, last = broken.lines[0], broken.lines[-1]
        stands_out = 0.0 if self.has_room_above else max(0.0, first.above - over - size)
        first.ascent = leading * _ABOVE + stands_out
        last.descent -= last.hangs
        return broken

    def split(self, width: float, height: float) -> list[Any]:
        """As reportlab does it, but so that there is room for what hangs below a line that becomes
        the last one."""
        room = height
        while True:
            parts: list[Any] = super().split(width, room)
            if len(parts) < 2:  # noqa: PLR2004 - all or nothing
                return parts
            upper = parts[0]
            tall = upper.height + getattr(upper.blPara.lines[-1], "hangs", 0.0)
            if tall <= height + _FUZZ:
                return parts
            room -= tall - height

    def drawPara(self, debug: int = 0) -> None:  # noqa: N802 - reportlab's name
        if self.blPara.kind and self.blPara.lines and not self.has_room_above:
            first = self.blPara.lines[0]
            first.fontSize = max(first.fontSize, first.above - _OVER * self.style.fontSize)
        super().drawPara(debug)


def _distance(below: float, above: float, style: Any) -> float:
    """Of two lines, by how far the upper one reaches down and the lower one up: TeX's rule of
    baselineskip, lineskip and lineskiplimit."""
    least = below + above
    return float(style.leading if least <= style.leading else least + _SKIP * style.fontSize)


def _reach(words: Sequence[Any]) -> tuple[float, float]:
    """How far fragments reach above and below their baseline, in points."""
    above = below = 0.0
    for word in words:
        shown = getattr(getattr(word, "cbDefn", None), "image", None)
        if shown is not None:
            up, down = shown.height - shown.depth, shown.depth
        elif getattr(word, "text", None) or getattr(word, "lines", None):
            ascent, descent = getAscentDescent(word.fontName, word.fontSize)
            up = ascent - _WHITE_ABOVE * word.fontSize + word.rise
            down = -descent - _WHITE_BELOW * word.fontSize - word.rise
        else:
            continue
        above, below = max(above, up), max(below, down)
    return above, below
