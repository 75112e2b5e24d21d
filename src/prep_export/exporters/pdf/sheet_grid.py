"""The grid of the cheat sheet: entries in cells, whose parts stand level across a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import Flowable

from prep_export.exporters.pdf.engine.stack import ENDLESS, Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RULE: Final = 2.4
"""Points of the rule over a cell."""

BELOW_RULE: Final = 3.2
ROW_GAP: Final = 9.0

FIGURE_LEAST: Final = 52.0
FIGURE_MOST: Final = 112.0
"""Heights of pictures, in points: as high as the page has room for, between these."""

_BAR: Final = 2.0
_INSET: Final = 6.0
_PAD: Final = 2.6


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

    def flowables(self) -> list[Any]:
        """All that is in it, in order."""
        boxed = [self.panel] if self.panel else []
        return [*self.head, *self.figure, *boxed, *(one for group in self.rest for one in group)]


class _Measured:
    """A cell with the heights of its parts in a width."""

    def __init__(self, cell: Cell, width: float, gap: float) -> None:
        self.cell, self.width, self.gap = cell, width, gap
        self.head = Stack(cell.head, width)
        self.picture = cell.figure[0] if cell.figure else None
        self.tallest = self.picture.shown_height if self.picture else 0.0
        self.below = Stack(cell.figure[1:], width)
        self.panel = cell.panel.wrap(width, ENDLESS)[1] if cell.panel else 0.0
        self.rest = [Stack(group, width) for group in cell.rest]

    def figure(self, tallest: float) -> float:
        """Height of its figure where pictures may be so high."""
        if self.picture is None:
            return 0.0
        below = self.below.height + 2 if self.below else 0.0
        return float(min(self.tallest, tallest)) + below

    @property
    def resting(self) -> float:
        """Height of its last groups, with their least spaces."""
        return sum(stack.height + self.gap for stack in self.rest)


class Row:
    """Cells side by side: heads, pictures and panels stand level, what follows begins level."""

    def __init__(self, cells: Sequence[Cell], columns: Sequence[float], width: float, gap: float):
        self.columns = columns
        """Left edge of each column."""
        self.gap = gap
        self.cells = [_Measured(cell, width, gap) for cell in cells]
        self._head = max(cell.head.height for cell in self.cells)
        self._panel = max(cell.panel for cell in self.cells)

    def height(self, tallest: float) -> float:
        """Its least height where pictures may be so high."""
        figure = self._figure(tallest)
        return max(self._used(cell, figure) for cell in self.cells)

    def broken(self) -> Broken:
        """The same in a form that can be divided."""
        stacks = [Stack(cell.cell.flowables(), cell.width) for cell in self.cells]
        return Broken(stacks, [cell.cell.color for cell in self.cells], self.columns)

    def _figure(self, tallest: float) -> float:
        return max(cell.figure(tallest) for cell in self.cells)

    def _used(self, cell: _Measured, figure: float) -> float:
        used = RULE + BELOW_RULE + self._head + cell.resting
        if cell.picture is not None:
            used += self.gap + figure
        if cell.cell.panel:
            used += self.gap + self._panel
        return used

    def draw(self, canvas: Any, top: float, height: float, tallest: float) -> None:
        """Draw it from `top` down, in a height that is at least its own."""
        figure = self._figure(tallest)
        for x, cell in zip(self.columns, self.cells, strict=False):
            rule(canvas, x, top, cell.width, cell.cell.color)
            y = top - RULE - BELOW_RULE
            cell.head.draw(canvas, x, y)
            y -= self._head
            if cell.picture is not None:
                self._draw_figure(canvas, cell, x, y - self.gap, min(tallest, figure), figure)
                y -= self.gap + figure
            if cell.cell.panel:
                cell.cell.panel.ground = self._panel
                y -= self.gap + self._panel
                cell.cell.panel.wrap(cell.width, ENDLESS)
                cell.cell.panel.drawOn(canvas, x, y)
            spare = height - self._used(cell, figure)
            more = min(spare / len(cell.rest), self.gap * _LOOSEST) if cell.rest else 0.0
            for stack in cell.rest:
                y -= self.gap + more
                stack.draw(canvas, x, y)
                y -= stack.height

    def _draw_figure(
        self, canvas: Any, cell: _Measured, x: float, top: float, tallest: float, band: float
    ) -> None:
        """A picture in the middle of its band, with its caption below it."""
        picture = cell.picture
        assert picture is not None  # noqa: S101 - for the type checker
        if cell.tallest > tallest:
            picture.shrink(tallest / cell.tallest)
        height = cell.figure(tallest)
        top -= (band - height) / 2
        width, shown = picture.wrap(cell.width, ENDLESS)
        picture.drawOn(canvas, x, top - shown, _sW=max(0.0, cell.width - width))
        if cell.below:
            cell.below.draw(canvas, x, top - shown - 2)


_LOOSEST: Final = 1.6
"""Most space between groups of a cell that has room left, in least spaces more."""


class Broken:
    """What is too high for a page: cells whose parts simply follow each other, to be divided."""

    def __init__(self, stacks: Sequence[Stack], colors: Sequence[Any], columns: Sequence[float]):
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
        share = spare / len(self.rows)
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
