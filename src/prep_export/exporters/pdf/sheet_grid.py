"""The grid of the cheat sheet: entries in cells, whose parts stand level across a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import Flowable

from prep_export.exporters.pdf.engine.stack import ENDLESS, Stack
from prep_export.exporters.pdf.engine.strings import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RULE: Final = 2.4
"""Points of the rule over a cell."""

BELOW_RULE: Final = 2.8
ROW_GAP: Final = 8.0

FIGURE_LEAST: Final = 48.0
FIGURE_MOST: Final = 112.0
"""Heights of pictures, in points: as high as the page has room for, between these, and so that
their labels can be read."""

_BAR: Final = 2.0
_INSET: Final = 6.0
_PAD: Final = 2.6
_LARGEST_BOX: Final = 200.0


class Rule(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A rule below a heading."""

    def __init__(self, color: Any) -> None:
        super().__init__()
        self.color = color
        self.keepWithNext = 1
        self.spaceAfter = 3

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        self.width = width
        return width, 1.6

    def draw(self) -> None:
        with self.canv.artifact():
            self.canv.setStrokeColor(self.color)
            self.canv.setLineWidth(0.8)
            self.canv.line(0, 0.8, self.width, 0.8)


class Panel(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """What one is to remember, on a tint with a bar at its left; its ground may be made higher."""

    def __init__(self, flowables: Sequence[Any], color: Any, tint: Any, space: float) -> None:
        super().__init__()
        self.flowables = flowables
        self.color, self.tint = color, tint
        self.spaceBefore = self.spaceAfter = space
        self.ground = 0.0
        """Height that it is to have at least."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        self.width = width
        self.stack = Stack(self.flowables, width - _BAR - 2 * _INSET)
        self.height = max(self.ground, self.stack.height + 2 * _PAD)
        return width, self.height

    def draw(self) -> None:
        canvas = self.canv
        with canvas.artifact():
            canvas.saveState()
            canvas.setFillColor(self.tint)
            canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
            canvas.setFillColor(self.color)
            canvas.rect(0, 0, _BAR, self.height, stroke=0, fill=1)
            canvas.restoreState()
        self.stack.draw(canvas, _BAR + _INSET, (self.height + self.stack.height) / 2)


@dataclass(slots=True)
class Cell:
    """An entry on the grid."""

    color: Any
    head: list[Any]
    figure: list[Any] = field(default_factory=list)
    """A picture as high as it may be, and what stands below it."""
    panel: Panel | None = None
    rest: list[list[Any]] = field(default_factory=list)
    """Groups of flowables; between them there may be more space than they ask for."""

    def flowables(self, width: float) -> list[Any]:
        """All that is in it, in order, for a width; what fills a large box stands in none."""
        boxed: Sequence[Any] = [self.panel] if self.panel else []
        if self.panel and self.panel.wrap(width, ENDLESS)[1] > _LARGEST_BOX:
            boxed = self.panel.flowables
        return [*self.head, *self.figure, *boxed, *(one for group in self.rest for one in group)]


class _Measured:
    """A cell with the heights of its parts in a width."""

    def __init__(self, cell: Cell, width: float, gap: float) -> None:
        self.cell, self.width, self.gap = cell, width, gap
        self.head = Stack(cell.head, width)
        self.picture = cell.figure[0] if cell.figure else None
        self.tallest = self.picture.shown_height if self.picture else 0.0
        label = self.picture.smallest_label if self.picture else 0.0
        self.least = min(self.tallest, self.tallest * SMALLEST / label if label else FIGURE_LEAST)
        self.below = Stack(cell.figure[1:], width)
        self.panel = cell.panel.wrap(width, ENDLESS)[1] if cell.panel else 0.0
        self.rest = [Stack(group, width) for group in cell.rest]

    def figure(self, tallest: float) -> float:
        """Height of its figure where pictures may be so high."""
        if self.picture is None:
            return 0.0
        below = self.below.height + 2 if self.below else 0.0
        return self.shown(tallest) + below

    def shown(self, tallest: float) -> float:
        """Height of its picture, whose labels one is to read, where pictures may be so high."""
        return float(min(self.tallest, max(tallest, self.least)))

    @property
    def resting(self) -> float:
        """Height of its last groups, with their least spaces."""
        return sum(stack.height + self.gap for stack in self.rest)


class Row:
    """Cells side by side. It is as high as its highest cell must be; heads, pictures and panels
    stand level in all cells that have room for that."""

    def __init__(
        self, cells: Sequence[Cell], columns: Sequence[float], width: float, gap: float
    ) -> None:
        self.columns = columns
        """Left edge of each column."""
        self.gap = gap
        self.cells = [_Measured(cell, width, gap) for cell in cells]

    def height(self, tallest: float) -> float:
        """Its least height where pictures may be so high."""
        return max(self._least(cell, tallest) for cell in self.cells)

    def broken(self) -> Broken:
        """The same in a form that can be divided."""
        stacks = [Stack(cell.cell.flowables(cell.width), cell.width) for cell in self.cells]
        return Broken(stacks, [cell.cell.color for cell in self.cells], self.columns)

    def _least(self, cell: _Measured, tallest: float) -> float:
        used = RULE + BELOW_RULE + cell.head.height + cell.resting
        used += self.gap + cell.figure(tallest) if cell.picture is not None else 0.0
        used += self.gap + cell.panel if cell.panel else 0.0
        return used

    def draw(self, canvas: Any, top: float, height: float, tallest: float) -> None:
        """Draw it from `top` down, in a height that is at least its own."""
        bands = _Bands(
            max(cell.head.height for cell in self.cells),
            max(cell.figure(tallest) for cell in self.cells),
            max(cell.panel for cell in self.cells),
        )
        spare = [height - self._least(cell, tallest) for cell in self.cells]
        level = [
            bands.taken(cell, tallest, left) for cell, left in zip(self.cells, spare, strict=True)
        ]
        left = [room - sum(taken) for room, taken in zip(spare, level, strict=True)]
        common = min(left) / max(len(cell.cell.rest) + 1 for cell in self.cells)
        for x, cell, more, room in zip(self.columns, self.cells, level, left, strict=False):
            self._draw_cell(canvas, cell, (x, top), tallest, more, room, common)

    def _draw_cell(
        self,
        canvas: Any,
        cell: _Measured,
        at: tuple[float, float],
        tallest: float,
        more: tuple[float, float, float],
        room: float,
        common: float,
    ) -> None:
        x, y = at
        rule(canvas, x, y, cell.width, cell.cell.color)
        y -= RULE + BELOW_RULE
        cell.head.draw(canvas, x, y)
        y -= cell.head.height + more[0]
        if cell.picture is not None:
            band = cell.figure(tallest) + more[1]
            self._draw_figure(canvas, cell, (x, y - self.gap - more[1] / 2), tallest)
            y -= self.gap + band
        if cell.cell.panel:
            cell.cell.panel.ground = cell.panel + more[2]
            cell.cell.panel.wrap(cell.width, ENDLESS)
            y -= self.gap + cell.panel + more[2]
            cell.cell.panel.drawOn(canvas, x, y)
        for stack, space in zip(cell.rest, self._spaces(cell, room, common), strict=True):
            y -= space
            stack.draw(canvas, x, y)
            y -= stack.height

    def _spaces(self, cell: _Measured, room: float, common: float) -> list[float]:
        """Space above each of the last groups of a cell with `room` left: a `common` one, so that
        they begin level across the row, and above the very last what lets the cells end level."""
        spaces = [self.gap + common] * len(cell.rest)
        left = room - common * len(spaces)
        if spaces:
            last = min(left, self.gap * _LOOSEST)
            spaces[-1] += last
            if left - last > self.gap * len(spaces):  # a cell without a picture has much left
                each = min((left - last) / len(spaces), self.gap * _LOOSEST)
                spaces = [space + each for space in spaces]
        return spaces

    def _draw_figure(
        self, canvas: Any, cell: _Measured, at: tuple[float, float], tallest: float
    ) -> None:
        """A picture with its caption below it."""
        picture, (x, top) = cell.picture, at
        assert picture is not None  # noqa: S101 - for the type checker
        picture.shrink(cell.shown(tallest) / cell.tallest)
        width, height = picture.wrap(cell.width, ENDLESS)
        picture.drawOn(canvas, x, top - height, _sW=max(0.0, cell.width - width))
        if cell.below:
            cell.below.draw(canvas, x, top - height - 2)


@dataclass(frozen=True, slots=True)
class _Bands:
    """Heights at which parts of the cells of a row stand level."""

    head: float
    figure: float
    panel: float

    def taken(self, cell: _Measured, tallest: float, room: float) -> tuple[float, float, float]:
        """What the head, the picture and the panel of a cell take of its room to stand level."""
        head = min(room, self.head - cell.head.height)
        room -= head
        figure = min(room, self.figure - cell.figure(tallest)) if cell.picture is not None else 0.0
        room -= figure
        return head, figure, min(room, self.panel - cell.panel) if cell.panel else 0.0


_LOOSEST: Final = 7.0
"""Most space above a group of a cell that has room left, in least spaces more."""


class Broken:
    """What is too high for a page: cells whose parts simply follow each other, to be divided."""

    def __init__(
        self, stacks: Sequence[Stack], colors: Sequence[Any], columns: Sequence[float]
    ) -> None:
        self.stacks, self.colors, self.columns = stacks, colors, columns

    def height(self, tallest: float) -> float:
        """Its height."""
        del tallest
        return RULE + BELOW_RULE + max(stack.height for stack in self.stacks)

    def split(self, height: float) -> tuple[Broken, Broken | None]:
        """What a page of a height has room for, and the rest."""
        room = height - RULE - BELOW_RULE
        parts = [stack.split(room, forced=True) for stack in self.stacks]
        upper, lower = ([part[n] for part in parts] for n in (0, 1))
        rest = Broken(lower, self.colors, self.columns) if any(lower) else None
        return Broken(upper, self.colors, self.columns), rest

    def draw(self, canvas: Any, top: float, height: float, tallest: float) -> None:
        """Draw it from `top` down."""
        del height, tallest
        for x, stack, color in zip(self.columns, self.stacks, self.colors, strict=False):
            if stack:
                rule(canvas, x, top, stack.width, color)
                stack.draw(canvas, x, top - RULE - BELOW_RULE)


def rule(canvas: Any, x: float, top: float, width: float, color: Any) -> None:
    """The rule over a cell."""
    with canvas.artifact():
        canvas.saveState()
        canvas.setFillColor(color)
        canvas.rect(x, top - RULE, width, RULE, stroke=0, fill=1)
        canvas.restoreState()


_MOST_SHARE: Final = 0.15
"""Of the height of rows: what they may be higher than they must, to end at the foot of a page."""


class GridPage:
    """Rows of a page, drawn so that they fill a height if they nearly do."""

    def __init__(self, rows: Sequence[Row | Broken], height: float) -> None:
        self.rows = rows
        self.tallest = _tallest(rows, height)
        self.used = _total(rows, self.tallest)
        """Points from the top, with pictures as high as there is room for."""
        self.height = height

    def draw(self, canvas: Any, top: float, bottom_at: float) -> None:
        """Draw them from `top` down; what is left down to `bottom_at` is shared by the rows."""
        spare = max(0.0, top - bottom_at - self.used)
        share = min(spare / len(self.rows), _MOST_SHARE * self.used / len(self.rows))
        for row in self.rows:
            height = row.height(self.tallest) + share
            row.draw(canvas, top, height, self.tallest)
            top -= height + ROW_GAP


def pages(rows: Sequence[Row], room: Callable[[int], float]) -> list[GridPage]:
    """Rows of cells on pages, each of a height by its number from 0: whole, where one has room."""
    waiting: list[Row | Broken] = list(reversed(rows))
    out: list[GridPage] = []
    while waiting:
        height = room(len(out))
        taken: list[Row | Broken] = []
        while waiting and _total([*taken, waiting[-1]], FIGURE_LEAST) <= height:
            taken.append(waiting.pop())
        if not taken:
            tall = waiting.pop()
            upper, lower = (tall.broken() if isinstance(tall, Row) else tall).split(height)
            taken = [upper]
            waiting += [lower] if lower else []
        out.append(GridPage(taken, height))
    return out


def _total(rows: Sequence[Row | Broken], tallest: float) -> float:
    return sum(row.height(tallest) for row in rows) + ROW_GAP * (len(rows) - 1)


def _tallest(rows: Sequence[Row | Broken], height: float) -> float:
    """The greatest height of pictures with which the rows fit, by bisection."""
    low, high = FIGURE_LEAST, FIGURE_MOST
    while high - low > 0.25:  # noqa: PLR2004 - a quarter of a point is not seen
        middle = (low + high) / 2
        low, high = (middle, high) if _total(rows, middle) <= height else (low, middle)
    return low
