"""Flowables one under another, measured once, and drawn wherever a layout has decided.

reportlab's frames place a flowable as soon as they see it. A page on which cells are to end
together must know all heights first.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from prep_export.exporters.pdf.engine.blocks import Shrunk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENDLESS: Final = 100_000.0
"""Points; higher than anything that is measured."""

_FUZZ: Final = 0.01

_Size: TypeAlias = tuple[float, float]


class Stack:
    """Flowables one under another in a width, in points; space between two is the larger one that
    they ask for, and there is none around them."""

    def __init__(
        self, flowables: Sequence[Any], width: float, known: Mapping[int, _Size] | None = None
    ) -> None:
        self.flowables = list(flowables)
        self.width = width
        known = known or {}
        self._sizes = [
            known.get(id(flowable)) or flowable.wrap(width, ENDLESS) for flowable in flowables
        ]
        self._spaces = [
            0.0,
            *(max(a.getSpaceAfter(), b.getSpaceBefore()) for a, b in pairwise(self.flowables)),
        ]
        """Above each flowable."""
        self.height: float = sum(size[1] for size in self._sizes) + sum(self._spaces)

    def __bool__(self) -> bool:
        return bool(self.flowables)

    def draw(self, canvas: Any, x: float, top: float) -> None:
        """Draw them with the upper left corner at (x, top)."""
        for flowable, size, space in zip(self.flowables, self._sizes, self._spaces, strict=False):
            top -= space + size[1]
            flowable.drawOn(canvas, x, top, _sW=max(0.0, self.width - size[0]))

    def split(self, height: float, *, forced: bool = False) -> tuple[Stack, Stack]:
        """What fits in a height, and the rest; the first is empty where nothing does.

        `forced` is for a place that nothing higher will follow: there something is always set, in
        smaller size if it cannot be divided.
        """
        count, room = self._fitting(height)
        upper, lower = self._divided(count, room)
        if forced and not upper:
            upper, lower = self._divided(count, room, keep=False)
        if forced and lower and not upper:
            upper, lower = [Shrunk(lower[0], height / self._sizes[0][1])], lower[1:]
        known = {id(one): size for one, size in zip(self.flowables, self._sizes, strict=True)}
        return Stack(upper, self.width, known), Stack(lower, self.width, known)

    def _fitting(self, height: float) -> tuple[int, float]:
        """How many whole flowables fit in a height, and the room that they leave."""
        for count, (space, size) in enumerate(zip(self._spaces, self._sizes, strict=False)):
            if space + size[1] > height + _FUZZ:
                return count, height - space
            height -= space + size[1]
        return len(self.flowables), height

    def _divided(
        self, count: int, room: float, *, keep: bool = True
    ) -> tuple[list[Any], list[Any]]:
        """The first flowables, and as much of the next as has room; none that is to be kept with
        what follows it is left behind."""
        upper, lower = self.flowables[:count], self.flowables[count:]
        if not lower:
            return upper, lower
        parts = lower[0].split(self.width, room) if room > 0 else []
        if len(parts) > 1 and parts[0].wrap(self.width, ENDLESS)[1] <= room + _FUZZ:
            return [*upper, parts[0]], [*parts[1:], *lower[1:]]
        lower[0].wrap(
            self.width, ENDLESS
        )  # a paragraph that was asked for its parts forgot its lines
        while keep and upper and _is_kept(upper[-1]):
            lower.insert(0, upper.pop())
        return upper, lower


def _is_kept(flowable: Any) -> bool:
    return bool(getattr(flowable, "keepWithNext", 0))
