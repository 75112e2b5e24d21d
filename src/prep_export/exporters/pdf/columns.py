"""Columns of one height, as short as they can be, that go on over pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import CondPageBreak, Flowable

from prep_export.exporters.pdf.engine.blocks import Shrunk

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDLESS: Final = 100_000.0
_LEAST: Final = 60.0
"""Points; what is left of a page below this is not worth a row of columns."""
_SLACK: Final = 2.0
"""Points by which columns may be taller than they must be."""


@dataclass(slots=True)
class _Poured:
    """Columns as they come out at a height."""

    columns: list[list[tuple[Any, float]]] = field(default_factory=lambda: [[]])
    """For each column its flowables with the distance of their feet from its top."""
    rest: list[Any] = field(default_factory=list)
    """What had no room."""

    @property
    def height(self) -> float:
        return max((column[-1][1] for column in self.columns if column), default=0.0)


class Columns(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """Flowables in `count` columns across a width, in points."""

    def __init__(
        self, flowables: Sequence[Any], count: int, width: float, gutter: float, tallest: float
    ) -> None:
        super().__init__()
        self.flowables = list(flowables)
        self.count, self.full, self.gutter = count, width, gutter
        self.tallest = tallest
        """Height of a page: what is taller and cannot be divided is set smaller."""
        self.spaceAfter = 0.0

    @property
    def column(self) -> float:
        """The width of one column."""
        return (self.full - (self.count - 1) * self.gutter) / self.count

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width
        high = min(height, self.tallest)
        poured = self._pour(high)
        if poured.rest:
            return self.full, _ENDLESS  # asks to be divided
        low = poured.height / self.count
        high = min(high, poured.height + 1)
        if self._pour(high).rest:
            high = min(height, self.tallest)
        while high - low > _SLACK:
            middle = (low + high) / 2
            if self._pour(middle).rest:
                low = middle
            else:
                high = middle
        poured = self._pour(high)  # once more: a paragraph that is divided loses its lines
        self._poured = poured
        self.height = poured.height
        return self.full, self.height

    def split(self, width: float, height: float) -> list[Any]:
        del width
        height = min(height, self.tallest)
        if height < min(_LEAST, self.tallest):
            return []
        poured = self._pour(height)
        if not any(poured.columns) or not poured.rest:
            return []
        return [
            _Placed(poured, self.full, self._step, height),
            Columns(poured.rest, self.count, self.full, self.gutter, self.tallest),
        ]

    @property
    def _step(self) -> float:
        return self.column + self.gutter

    def draw(self) -> None:
        _draw(self.canv, self._poured, self._step, self.height)

    def _pour(self, height: float) -> _Poured:
        out = _Poured()
        waiting = list(reversed(self.flowables))
        after = 0.0
        while waiting:
            column = out.columns[-1]
            used = column[-1][1] if column else 0.0
            group = _group(waiting)
            if isinstance(group[0], CondPageBreak):
                waiting.pop()
                if used + after + group[0].height > height and (column or height < self.tallest):
                    if len(out.columns) == self.count or not column:
                        waiting.append(group[0])
                        break
                    out.columns.append([])
                    after = 0.0
                continue
            placed, rest, after = self._place(group, column, used, after, height)
            del waiting[len(waiting) - len(group) :]
            waiting += reversed(rest)
            column += placed
            if rest:
                if len(out.columns) == self.count or (not placed and not column):
                    break
                out.columns.append([])
                after = 0.0
        out.rest = list(reversed(waiting))
        return out

    def _place(
        self, group: list[Any], column: list[Any], used: float, after: float, height: float
    ) -> tuple[list[tuple[Any, float]], list[Any], float]:
        """As much of a group as has room: with the feet, what is left, and the space after."""
        placed: list[tuple[Any, float]] = []
        start, first = (used, after), not column
        for number, flowable in enumerate(group):
            space = 0.0 if first and not placed else max(after, float(flowable.getSpaceBefore()))
            room = height - used - space
            tall = self._height(flowable, room)
            if tall <= room + 0.01:
                used += space + tall
                after = float(flowable.getSpaceAfter()) if tall else after
                placed.append((flowable, used))
                continue
            parts = flowable.split(self.column, room) if room > 0 else []
            if len(parts) > 1:
                used += space + self._height(parts[0], room)
                return [*placed, (parts[0], used)], [*parts[1:], *group[number + 1 :]], 0.0
            if first and not number and tall > self.tallest:
                small = Shrunk(flowable, (self.tallest - 1) / tall)
                if self._height(small, room) <= room:
                    return [(small, small.wrap(self.column, room)[1])], group[1:], 0.0
            if first and number:  # heads cannot wait for what is taller than a column
                return placed, group[number:], after
            return [], group, start[1]
        return placed, [], after

    def _height(self, flowable: Any, room: float) -> float:
        return float(flowable.wrapOn(getattr(self, "canv", None), self.column, max(room, 1.0))[1])


class _Placed(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A row of columns that fills the rest of a page."""

    def __init__(self, poured: _Poured, width: float, step: float, height: float) -> None:
        super().__init__()
        self.poured, self.full, self.step, self.height = poured, width, step, height

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width
        self.height = min(self.height, height)
        return self.full, self.height

    def draw(self) -> None:
        _draw(self.canv, self.poured, self.step, self.height)


def _draw(canvas: Any, poured: _Poured, step: float, height: float) -> None:
    for number, column in enumerate(poured.columns):
        for flowable, foot in column:
            flowable.drawOn(canvas, number * step, height - foot)


def _group(waiting: list[Any]) -> list[Any]:
    """The next flowable (they wait in reverse), with those that it is to be kept with."""
    group = []
    for flowable in reversed(waiting):
        group.append(flowable)
        if not flowable.getKeepWithNext():
            break
    return group
