"""The columns of the cheat sheet: blocks that stay whole, in columns that end together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prep_export.exporters.pdf.engine.stack import Stack

_LEAST_LINES: Final = 12
"""Lines of a column, below which balanced columns look like a mistake."""

_PART: Final = 6
"""Lines of a column that are worth beginning a block that no column holds whole."""


@dataclass(slots=True)
class Block:
    """An entry, with the title of its section if it is the first."""

    stack: Stack
    space: float
    """Points above it, where it does not begin a column."""
    of: str = ""
    """Its section."""
    section: str = ""
    """The same, where it is the first there."""


@dataclass(slots=True)
class Column:
    """Blocks one under another."""

    blocks: list[Block] = field(default_factory=list)
    used: float = 0.0
    """Points, with the least spaces."""

    def room_for(self, block: Block) -> float:
        """Points that it would take."""
        return block.stack.height + (block.space if self.blocks else 0.0)

    def add(self, block: Block) -> None:
        """Put a block below the others."""
        self.used += self.room_for(block)
        self.blocks.append(block)

    def draw(self, canvas: Any, x: float, top: float, more: float) -> None:
        """Draw it, with `more` points between its blocks than they ask for."""
        for number, block in enumerate(self.blocks):
            top -= block.space + more if number else 0.0
            block.stack.draw(canvas, x, top)
            top -= block.stack.height


def fill(blocks: Sequence[Block], height: Callable[[int], float], leading: float) -> list[Column]:
    """Blocks in columns, of which each has a height by its number; a block is divided only where
    the next column would not hold it whole."""
    columns = [Column()]
    waiting = list(reversed(blocks))
    while waiting:
        block, column = waiting.pop(), columns[-1]
        number = len(columns) - 1
        room = height(number) - column.used
        if column.room_for(block) <= room:
            column.add(block)
            continue
        left = room - (block.space if column.blocks else 0.0)
        if block.stack.height > height(number + 1) and (
            not column.blocks or left > _PART * leading
        ):
            upper, lower = block.stack.split(left, forced=not column.blocks)
            if upper:
                column.add(Block(upper, block.space, block.of, block.section))
                block = Block(lower, block.space, block.of)
        columns.append(Column())
        waiting += [block] if block.stack else []
    return columns


def balanced(
    blocks: Sequence[Block], height: Callable[[int], float], leading: float, on_page: int
) -> tuple[list[Column], float]:
    """Blocks in columns, those of the last page no longer than they must be; and how long."""
    columns = fill(blocks, height, leading)
    first = (len(columns) - 1) // on_page * on_page
    full = height(first)
    last = columns[first:]
    whole = [b.stack.height for column in last for b in column.blocks if b.stack.height <= full]
    used = sum(column.used for column in last)
    least = max(used / on_page, _LEAST_LINES * leading, *whole)
    while least < full:

        def lower(number: int, last: float = least) -> float:
            return last if number >= first else height(number)

        shorter = fill(blocks, lower, leading)
        if len(shorter) <= first + on_page:
            return shorter, least
        least += leading / 2
    return columns, full
