"""Numbers, transformations and outlines of SVG: parsed strictly, and the places of markers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, ceil, cos, degrees, hypot, isfinite, pi, radians, sin, sqrt, tan
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Point: TypeAlias = tuple[float, float]
Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""a b c d e f, as SVG writes them."""

_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
NUMBER: Final = re.compile(_NUMBER)
_SEPARATED: Final = re.compile(rf"\s*,?\s*({_NUMBER})")
_FLAG: Final = re.compile(r"\s*,?\s*([01])")
_LARGEST: Final = 1e7
"""More than any page has; paper's numbers end at 32,767 points, times what a scale takes away."""


class GeometryError(ValueError):
    """Numbers, a path or a transformation that SVG does not have; says what."""


def number(text: str) -> float:
    """A number of bearable size. Raises GeometryError."""
    if not NUMBER.fullmatch(text.strip()):
        raise GeometryError(f"'{text.strip()[:40]}' is no number")
    return _bounded(float(text))


def _bounded(value: float) -> float:
    if not isfinite(value) or abs(value) > _LARGEST:
        raise GeometryError(f"the number {value:g} is too large")
    return value


def numbers(text: str) -> list[float]:
    """Numbers with spaces or commas between them, or nothing where a sign tells them apart."""
    found, at, text = [], 0, text.strip()
    while at < len(text):
        match = _SEPARATED.match(text, at)
        if match is None:
            raise GeometryError(f"'{text[at : at + 20]}' is no number")
        found.append(_bounded(float(match.group(1))))
        at = match.end()
    return found


def shown(value: float) -> str:
    """A number as text: short, and the same on every machine."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def precise(value: float) -> str:
    """As `shown`, for factors, which are multiplied."""
    return f"{value:.8g}"


# Transformations

_CALL: Final = re.compile(r"\s*,?\s*([a-zA-Z]+)\s*\(([^()]*)\)")
_ARGUMENTS: Final = {
    "matrix": (6,),
    "translate": (1, 2),
    "scale": (1, 2),
    "rotate": (1, 3),
    "skewX": (1,),
    "skewY": (1,),
}
_LONGEST: Final = 10_000
IDENTITY: Final[Matrix] = (1, 0, 0, 1, 0, 0)


def times(m: Matrix, n: Matrix) -> Matrix:
    """First `n`, then `m`."""
    return (
        m[0] * n[0] + m[2] * n[1],
        m[1] * n[0] + m[3] * n[1],
        m[0] * n[2] + m[2] * n[3],
        m[1] * n[2] + m[3] * n[3],
        m[0] * n[4] + m[2] * n[5] + m[4],
        m[1] * n[4] + m[3] * n[5] + m[5],
    )


def moved(m: Matrix, point: Point) -> Point:
    """A point, transformed."""
    x, y = point
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def translation(x: float, y: float) -> Matrix:
    return (1, 0, 0, 1, x, y)


def scaling(x: float, y: float) -> Matrix:
    return (x, 0, 0, y, 0, 0)


def rotation(angle: float) -> Matrix:
    """By degrees, clockwise as SVG sees it."""
    a = radians(angle)
    return (cos(a), sin(a), -sin(a), cos(a), 0, 0)


def transformation(text: str) -> Matrix:
    """The matrix of a `transform`. Raises GeometryError."""
    result, at, text = IDENTITY, 0, text.strip()
    if text == "none":
        return result
    if len(text) > _LONGEST:
        raise GeometryError(f"it has more than {_LONGEST:,} characters")
    while at < len(text):
        match = _CALL.match(text, at)
        if match is None:
            raise GeometryError(f"'{text[at : at + 40]}' is no transformation")
        name, inside = match.groups()
        counts = _ARGUMENTS.get(name, ())
        # Style sheets write units, and only these change nothing.
        values = numbers(re.sub(r"(?<=[\d.])(?:px|deg)", "", inside))
        if len(values) not in counts:
            raise GeometryError(f"'{match.group().strip()[:40]}' is no transformation")
        result = times(result, _one(name, values))
        at = match.end()
    for value in result:
        _bounded(value)
    return result


def _one(name: str, v: list[float]) -> Matrix:
    match name:
        case "matrix":
            return (v[0], v[1], v[2], v[3], v[4], v[5])
        case "translate":
            return translation(v[0], v[1] if len(v) > 1 else 0)
        case "scale":
            return scaling(v[0], v[-1])
        case "rotate":
            x, y = v[1:] or (0, 0)
            return times(times(translation(x, y), rotation(v[0])), translation(-x, -y))
        case "skewX":
            return (1, 0, tan(radians(v[0])), 1, 0, 0)
        case _:
            return (1, tan(radians(v[0])), 0, 1, 0, 0)


def matrix_text(m: Matrix) -> str:
    """A matrix as a `transform`; a mere shift by its short name."""
    if m[:4] == (1, 0, 0, 1):
        return f"translate({shown(m[4])},{shown(m[5])})"
    return f"matrix({','.join(precise(value) for value in m[:4])},{shown(m[4])},{shown(m[5])})"


def view(box: Sequence[float] | None, width: float, height: float, aspect: str = "") -> Matrix:
    """How a `viewBox` is fitted into a width and height."""
    if box is None:
        return IDENTITY
    x, y, w, h = box
    sx, sy = width / w, height / h
    align, _, how = (aspect or "xMidYMid meet").strip().partition(" ")
    if align == "none":
        return (sx, 0, 0, sy, -x * sx, -y * sy)
    s = max(sx, sy) if how.strip() == "slice" else min(sx, sy)
    part = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
    dx = (width - w * s) * part.get(align[1:4], 0.5)
    dy = (height - h * s) * part.get(align[5:8], 0.5)
    return (s, 0, 0, s, dx - x * s, dy - y * s)


# Outlines

Step: TypeAlias = tuple[str, tuple[float, ...]]
"""M x y, L x y, C x1 y1 x2 y2 x y or Z, with absolute coordinates."""

_COUNTS: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_COMMAND: Final = re.compile(r"[\s,]*([MLHVCSQTAZmlhvcsqtaz])")


def steps(data: str) -> list[Step]:
    """A path in absolute lines and cubic curves. Raises GeometryError, which shows the place."""
    return list(_Path(data).steps())


class _Path:
    def __init__(self, data: str) -> None:
        self.data = data
        self.at = 0

    def steps(self) -> Iterator[Step]:
        here: Point = (0.0, 0.0)
        start = here
        control: Point | None = None
        before = ""
        for command, v in self._commands():
            kind = command.upper()
            x0, y0 = (0.0, 0.0) if command.isupper() else here
            if not before and kind != "M":
                raise GeometryError("a path begins with a move ('M')")
            mirrored = (2 * here[0] - control[0], 2 * here[1] - control[1]) if control else here
            control = None
            match kind:
                case "M":
                    here = start = (x0 + v[0], y0 + v[1])
                    yield "M", here
                case "L" | "H" | "V":
                    x = x0 + v[0] if kind != "V" else here[0]
                    y = y0 + v[-1] if kind != "H" else here[1]
                    here = (x, y)
                    yield "L", here
                case "C" | "S":
                    points = [(x0 + v[i], y0 + v[i + 1]) for i in range(0, len(v), 2)]
                    if kind == "S":
                        points.insert(0, mirrored if before in {"C", "S"} else here)
                    control, here = points[1], points[2]
                    yield "C", (*points[0], *points[1], *points[2])
                case "Q" | "T":
                    if kind == "Q":
                        control = (x0 + v[0], y0 + v[1])
                    else:
                        control = mirrored if before in {"Q", "T"} else here
                    end = (x0 + v[-2], y0 + v[-1])
                    yield "C", _quadratic(here, control, end)
                    here = end
                case "A":
                    end = (x0 + v[5], y0 + v[6])
                    yield from _arc(here, v, end)
                    here = end
                case _:
                    here = start
                    yield "Z", ()
            before = kind

    def _commands(self) -> Iterator[tuple[str, list[float]]]:
        text = self.data.rstrip()
        while self.at < len(text):
            match = _COMMAND.match(text, self.at)
            if match is None:
                raise GeometryError(
                    f"'{text[self.at : self.at + 20].strip()}' is no part of a path"
                )
            command = match.group(1)
            self.at = match.end()
            count = _COUNTS[command.upper()]
            yield command, self._values(command, count)
            if command in "Mm":  # what follows a move without a letter is a line
                command = "L" if command == "M" else "l"
            while count and _SEPARATED.match(text, self.at):
                yield command, self._values(command, count)

    def _values(self, command: str, count: int) -> list[float]:
        values = []
        for index in range(count):
            flag = command in "Aa" and index in {3, 4}
            match = (_FLAG if flag else _SEPARATED).match(self.data, self.at)
            if match is None:
                begin = self.data[max(0, self.at - 12) : self.at + 8].strip()
                raise GeometryError(f"'{command}' of a path lacks a number near '{begin}'")
            values.append(_bounded(float(match.group(1))))
            self.at = match.end()
        return values


def _quadratic(start: Point, control: Point, end: Point) -> tuple[float, ...]:
    one, two = (
        (p[0] + 2 / 3 * (control[0] - p[0]), p[1] + 2 / 3 * (control[1] - p[1]))
        for p in (start, end)
    )
    return (*one, *two, *end)


def _arc(start: Point, v: Sequence[float], end: Point) -> Iterator[Step]:
    """An elliptical arc as curves (SVG 1.1, appendix F.6)."""
    rx, ry, tilt, large, sweep = abs(v[0]), abs(v[1]), radians(v[2]), v[3], v[4]
    if start == end:
        return
    if not rx or not ry:
        yield "L", end
        return
    c, s = cos(tilt), sin(tilt)
    dx, dy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = c * dx + s * dy, c * dy - s * dx
    grown = (x / rx) ** 2 + (y / ry) ** 2
    if grown > 1:
        rx, ry = rx * sqrt(grown), ry * sqrt(grown)
    under = (rx * ry) ** 2 - (rx * y) ** 2 - (ry * x) ** 2
    factor = sqrt(max(0.0, under) / ((rx * y) ** 2 + (ry * x) ** 2))
    factor = -factor if bool(large) == bool(sweep) else factor
    mx, my = factor * rx * y / ry, -factor * ry * x / rx
    center = (c * mx - s * my + (start[0] + end[0]) / 2, s * mx + c * my + (start[1] + end[1]) / 2)
    first = atan2((y - my) / ry, (x - mx) / rx)
    turn = atan2((-y - my) / ry, (-x - mx) / rx) - first
    if sweep and turn < 0:
        turn += 2 * pi
    elif not sweep and turn > 0:
        turn -= 2 * pi
    ellipse: Matrix = (c * rx, s * rx, -s * ry, c * ry, *center)
    count = max(1, ceil(abs(turn) / (pi / 2) - 1e-9))
    reach = 4 / 3 * tan(turn / count / 4)
    for part in range(count):
        a, b = first + turn * part / count, first + turn * (part + 1) / count
        one = moved(ellipse, (cos(a) - reach * sin(a), sin(a) + reach * cos(a)))
        two = moved(ellipse, (cos(b) + reach * sin(b), sin(b) - reach * cos(b)))
        last = end if part == count - 1 else moved(ellipse, (cos(b), sin(b)))
        yield "C", (*one, *two, *last)


def path_text(path: Sequence[Step]) -> str:
    """Steps as the data of a path."""
    return " ".join(" ".join([kind, *map(shown, values)]) for kind, values in path)


def polygon(points: Sequence[float], *, closed: bool) -> list[Step]:
    """A line through points as steps."""
    pairs = list(zip(points[::2], points[1::2], strict=False))
    found: list[Step] = [("L" if i else "M", pair) for i, pair in enumerate(pairs)]
    return [*found, ("Z", ())] if closed and found else found


# Places of markers


@dataclass(frozen=True, slots=True)
class Vertex:
    """A corner of an outline, and the direction in degrees in which a marker there looks."""

    point: Point
    angle: float


def vertices(path: Sequence[Step]) -> list[Vertex]:
    """The corners of an outline, where markers stand (SVG 2, 13.7.3)."""
    pieces: list[tuple[Point, float | None, float | None]] = []
    """Each corner, with the directions of the segments that come to it and leave it."""
    opened = 0
    here = start = (0.0, 0.0)
    for kind, v in path:
        if kind == "M":
            here = start = (v[0], v[1])
            opened = len(pieces)
            pieces.append((here, None, None))
            continue
        way = [here, *zip(v[::2], v[1::2], strict=True)] if kind != "Z" else [here, start]
        end = way[-1]
        moving = [(a, b) for a, b in pairwise(way) if a != b]
        leaves = _direction(way[0], next((p for p in way[1:] if p != way[0]), end))
        comes = _direction(next((p for p in way[-2::-1] if p != end), way[0]), end)
        if moving:
            point, before, _ = pieces[-1]
            pieces[-1] = (point, before, leaves)
        if kind == "Z":  # it ends where it began, so both corners look between the two segments
            point, before, after = pieces[opened]
            if moving:
                pieces[opened] = (point, comes, after)
            pieces.append((end, comes if moving else pieces[-1][1], after))
        else:
            pieces.append((end, comes if moving else pieces[-1][1], None))
        here = end
    return [Vertex(point, _between(before, after)) for point, before, after in pieces]


def _direction(start: Point, end: Point) -> float | None:
    dx, dy = end[0] - start[0], end[1] - start[1]
    return degrees(atan2(dy, dx)) if dx or dy else None


def _between(one: float | None, two: float | None) -> float:
    if one is None or two is None:
        return one if one is not None else two if two is not None else 0.0
    x = cos(radians(one)) + cos(radians(two))
    y = sin(radians(one)) + sin(radians(two))
    return degrees(atan2(y, x)) if hypot(x, y) > 1e-9 else two  # noqa: PLR2004 - opposite ones
