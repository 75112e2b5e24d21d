"""Balanced columns, with flowables that only have a height."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.platypus import CondPageBreak, Flowable

from prep_export.exporters.pdf.columns import Columns


class Block(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """So many lines of ten points, divided between any of them."""

    def __init__(self, name: int, lines: int, *, kept: bool = False, whole: bool = False) -> None:
        super().__init__()
        self.name, self.lines, self.whole = name, lines, whole
        self.keepWithNext = kept

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        return width, self.lines * 10.0

    def split(self, width: float, height: float) -> list[Any]:
        del width
        fit = int(height // 10)
        if self.whole or not 0 < fit < self.lines:
            return []
        return [Block(self.name, fit), Block(self.name, self.lines - fit)]


def pages(blocks: list[Any], count: int, height: float) -> list[list[list[tuple[int, int]]]]:
    """What stands in each column of each page, as (name, lines)."""
    rest: Any = Columns(blocks, count, 300, 10, height)
    out = []
    while rest is not None:
        tall = rest.wrap(300, height)[1]
        placed, rest = (rest, None) if tall <= height else rest.split(300, height)
        poured = placed._poured if rest is None else placed.poured
        for column in poured.columns:
            assert all(foot <= height + 0.1 for _, foot in column)
        out.append(
            [
                [(getattr(b, "name", -1), int(b.wrap(90, height)[1]) // 10) for b, _ in c]
                for c in poured.columns
            ]
        )
    return out


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40), st.integers(1, 4))
def test_nothing_is_lost_and_the_order_is_kept(lines: list[int], count: int) -> None:
    blocks = [Block(n, tall) for n, tall in enumerate(lines)]
    found = [one for page in pages(blocks, count, 200) for column in page for one in column]
    assert [name for name, _ in found] == sorted(name for name, _ in found)
    for number, tall in enumerate(lines):
        assert sum(part for name, part in found if name == number) == tall


def test_columns_end_together() -> None:
    (page,) = pages([Block(n, 1) for n in range(31)], 3, 700)
    assert [len(column) for column in page] == [11, 11, 9]


def test_a_head_stays_with_what_follows_it() -> None:
    blocks = [Block(0, 9, whole=True), Block(1, 1, kept=True), Block(2, 3, whole=True)]
    (page,) = pages(blocks, 2, 100)
    assert page == [[(0, 9)], [(1, 1), (2, 3)]]


def test_a_condition_begins_the_next_column() -> None:
    blocks = [Block(0, 8, whole=True), CondPageBreak(40), Block(1, 3), Block(2, 3)]
    (page,) = pages(blocks, 2, 100)
    assert [[name for name, _ in column] for column in page] == [[0], [1, 2]]


@pytest.mark.parametrize("kept", [False, True])
def test_what_is_taller_than_a_page_and_whole_is_set_smaller(kept: bool) -> None:
    blocks = [Block(0, 1, kept=kept), Block(1, 90, whole=True), Block(2, 1)]
    found = [one for page in pages(blocks, 2, 200) for column in page for one in column]
    assert [name for name, _ in found] == [0, -1, 2]
