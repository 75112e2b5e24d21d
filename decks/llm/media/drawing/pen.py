"""The vocabulary of the pictures: boxes, cells, arrows, curves, labels, in one style.

Units are those of the viewBox: a picture is about 300 of them wide and is printed 190 pt wide, so
that a label of 11 prints at 6.6 pt or more. There is no ground: a picture stands on paper and on
cards, and a dark card inverts it. Fills are tints of the chapter's hue, by lightness, so that they
differ in greyscale too.
"""

from __future__ import annotations

import re
from html import escape
from math import hypot
from typing import TYPE_CHECKING, Final, TypeAlias

from prep_export.hues import hue

if TYPE_CHECKING:
    from collections.abc import Sequence

Point: TypeAlias = tuple[float, float]

INK: Final = "#10151c"
SIZE: Final = 12.0
SMALL: Final = 11.0
"""The smallest size of a label."""
LINE: Final = 1.2
PIXELS: Final = 1.2
"""Of a unit, at the natural size: a card's text has 18 pixels, so a label has 14."""
THIN: Final = 0.8
"""Width of lines, and of those between the cells of a table."""

_ROOT: Final[dict[str, float | str]] = {"fill": "none", "stroke": INK, "stroke_width": LINE}
"""What the root says of shapes, and a shape therefore need not."""
_LABELS: Final[dict[str, float | str]] = {"fill": INK, "font_size": SMALL}
"""As much of labels, which stand in a group at the end, above all shapes."""

PALE: Final = 91.0
MID: Final = 74.0
"""Lightness (L*, 0 to 100) of the two tints of a hue. Ink can be read on both."""
GREY: Final = "#c9cdd3"
"""What is fixed, hidden or left out; between the two tints in lightness."""


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def luminance(colour: str) -> float:
    """Relative luminance of '#rrggbb', 0 to 1, as WCAG 2 defines it."""
    parts = [one / 255 for one in _channels(colour)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(colour: str) -> float:
    """L* of '#rrggbb', 0 to 100: equal steps look equal."""
    found = luminance(colour)
    return 116 * found ** (1 / 3) - 16 if found > 0.008856 else 903.3 * found


def mixed(colour: str, share: float) -> str:
    """A colour thinned with white; a share of 1 is the colour itself."""
    return "#" + "".join(f"{round(255 + (one - 255) * share):02x}" for one in _channels(colour))


def tint(colour: str, target: float) -> str:
    """The mixture with white that has a lightness."""
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if lightness(mixed(colour, middle)) > target else (low, middle)
    return mixed(colour, low)


def shown(number: float) -> str:
    """A coordinate, in hundredths at most."""
    return f"{round(number, 2) + 0.0:g}"  # no -0


class Picture:
    """A picture of a chapter, in its hue."""

    def __init__(self, width: float, height: float, chapter: int) -> None:
        self.width, self.height, self.chapter = width, height, chapter
        self.hue = hue(chapter).day
        self.pale = tint(self.hue, PALE)
        self.mid = tint(self.hue, MID)
        self._shapes: list[str] = []
        self._labels: list[str] = []

    def scale(self, share: float) -> str:
        """A tint for a value from 0 to 1; ink can be read on all of them."""
        return tint(self.hue, 98 - (98 - MID) * share)

    def _put(self, name: str, text: str = "", /, **attributes: float | str | None) -> None:
        known, lines = (_LABELS, self._labels) if text else (_ROOT, self._shapes)
        said = "".join(
            f' {key.replace("_", "-")}="{value if isinstance(value, str) else shown(value)}"'
            for key, value in attributes.items()
            if value is not None and known.get(key) != value
        )
        lines.append(f"  <{name}{said}>{text}</{name}>" if text else f"  <{name}{said}/>")

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        stroke: str | None = INK,
        corner: float = 0,
        dashed: bool = False,
        line: float = LINE,
    ) -> None:
        """A rectangle."""
        self._put(
            "rect",
            x=x,
            y=y,
            width=width,
            height=height,
            rx=corner or None,
            fill=fill or "none",
            stroke=stroke or "none",
            stroke_width=line if stroke else None,
            stroke_dasharray="3 3" if dashed else None,
        )

    def cell(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        label: str = "",
        *,
        fill: str | None = None,
        dashed: bool = False,
    ) -> None:
        """A cell of a table or a part of a bar: thin lines, sharp corners, a small label."""
        self.rect(x, y, width, height, fill=fill, dashed=dashed, line=THIN)
        if label:
            self.note(x + width / 2, y + height / 2 + SMALL * 0.36, label, anchor="middle")

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        label: str,
        *,
        fill: str | None = None,
        size: float = SIZE,
        corner: float = 3,
        dashed: bool = False,
    ) -> None:
        """A rectangle with a label in its middle; lines of the label are split by '|'."""
        self.rect(x, y, width, height, fill=fill, corner=corner, dashed=dashed)
        self.lines(x + width / 2, y + height / 2, label, size=size)

    def lines(self, x: float, y: float, label: str, *, size: float = SIZE) -> None:
        """Lines of text, split by '|', around a middle."""
        parts = label.split("|")
        first = y + size * 0.36 - (len(parts) - 1) * size * 0.58
        for number, part in enumerate(parts):
            self.text(x, first + number * size * 1.16, part, size=size)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "middle",
        size: float = SIZE,
        colour: str | None = None,
        bold: bool = False,
    ) -> None:
        """A label on a baseline; '_k' and '^T' set one sign low and high.

        With such signs it starts at its point, and has a gap before each: on paper the parts of a
        centred text are centred one by one.
        """
        parts = re.split(r"([_^].)", words)
        said, back = "", 0.0
        for part in parts:
            if part[:1] in {"_", "^"} and len(part) == 2:
                shift = size * (0.2 if part[0] == "_" else -0.3)
                down = shown(back + shift)
                said += f'<tspan dx="0.6" dy="{down}" font-size="11">{escape(part[1])}</tspan>'
                back = -shift
            elif part:
                moved = f' dy="{shown(back)}"' if back else ""
                said += f"<tspan{moved}>{escape(part)}</tspan>" if moved else escape(part)
                back = 0.0
        self._put(
            "text",
            said,
            x=x,
            y=y,
            text_anchor=None if anchor == "start" else anchor,
            font_size=size,
            font_weight="bold" if bold else None,
            fill=colour,
        )

    def note(self, x: float, y: float, words: str, *, anchor: str = "start") -> None:
        """A small label."""
        self.text(x, y, words, anchor=anchor, size=SMALL)

    def key(self, x: float, y: float, words: str, fill: str | None) -> None:
        """What a fill means: a patch and its words, on a baseline."""
        self.rect(x, y - 9, 14, 10, fill=fill, corner=2)
        self.note(x + 18, y, words)

    def line(
        self,
        points: Sequence[Point],
        *,
        dashed: bool = False,
        colour: str = INK,
        width: float = LINE,
    ) -> None:
        """A line through points."""
        self._put(
            "path",
            d="M" + " L".join(f"{shown(x)} {shown(y)}" for x, y in points),
            fill="none",
            stroke=colour,
            stroke_width=width,
            stroke_dasharray="3 3" if dashed else None,
        )

    def arrow(self, points: Sequence[Point], *, dashed: bool = False, colour: str = INK) -> None:
        """A line through points, with a head at the last."""
        (x1, y1), (x2, y2) = points[-2:]
        length = hypot(x2 - x1, y2 - y1)
        right, down = (x2 - x1) / length, (y2 - y1) / length
        back = (x2 - 7 * right, y2 - 7 * down)
        self.line([*points[:-1], back], dashed=dashed, colour=colour)
        corners = [
            (x2, y2),
            (back[0] - 3 * down, back[1] + 3 * right),
            (back[0] + 3 * down, back[1] - 3 * right),
        ]
        self._put(
            "path",
            d="M" + " L".join(f"{shown(x)} {shown(y)}" for x, y in corners) + " Z",
            fill=colour,
            stroke="none",
        )

    def bow(self, start: Point, control: Point, end: Point, *, dashed: bool = False) -> None:
        """A bent arrow: a quadratic curve that leaves and arrives in the direction of `control`."""
        points = []
        for number in range(13):
            t = number / 12
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            points.append(
                (
                    a * start[0] + b * control[0] + c * end[0],
                    a * start[1] + b * control[1] + c * end[1],
                )
            )
        self.arrow([*points[:-2], points[-1]], dashed=dashed)

    def area(self, points: Sequence[Point], fill: str) -> None:
        """A filled shape without an outline."""
        self._put(
            "path",
            d="M" + " L".join(f"{shown(x)} {shown(y)}" for x, y in points) + " Z",
            fill=fill,
            stroke="none",
        )

    def dot(self, x: float, y: float, *, fill: str | None = INK, radius: float = 4.5) -> None:
        """A point of a plot; without a fill, a ring."""
        self._put(
            "circle", cx=x, cy=y, r=radius, fill=fill or "none", stroke=INK, stroke_width=LINE
        )

    def ring(self, x: float, y: float, radius: float) -> None:
        """A circle that is only a line."""
        self._put("circle", cx=x, cy=y, r=radius, fill="none", stroke=INK, stroke_width=THIN)

    def axes(self, left: float, top: float, right: float, bottom: float) -> None:
        """Two axes, with heads."""
        self.arrow([(left, bottom), (left, top)])
        self.arrow([(left, bottom), (right, bottom)])

    def svg(self) -> str:
        """The file."""
        size = f"{shown(self.width)} {shown(self.height)}"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"'
            f' width="{shown(self.width * PIXELS)}" height="{shown(self.height * PIXELS)}"'
            f' fill="none" stroke="{INK}" stroke-width="{shown(LINE)}" stroke-linejoin="round">'
        )
        labels = (
            f'<g font-family="sans-serif" font-size="{shown(SMALL)}" fill="{INK}" stroke="none">'
        )
        return "\n".join([head, *self._shapes, labels, *self._labels, "</g>", "</svg>", ""])
