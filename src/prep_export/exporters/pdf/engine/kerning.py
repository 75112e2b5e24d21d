"""Pairs of letters that stand closer or wider than their widths say: AV, To, r.

Read from the font's GPOS table (OpenType 1.9, 'Pair adjustment positioning'). reportlab shapes text
by HarfBuzz, at twice the time, and its shaped text survives none of what is done here to fragments;
pairs are what of it shows in Latin, Greek and Cyrillic text.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIRS: Final = 2
"""The type of lookups that adjust pairs."""
_EXTENSION: Final = 9
"""The type of those that stand elsewhere, as another type."""
_ADVANCE: Final = 0x0004
"""The bit of a value format that says that a value changes the width of the first glyph."""


class Kerning:
    """The pairs of one font; asked by the numbers of glyphs."""

    def __init__(self, font: bytes) -> None:
        self._data = b""
        self._lookups: list[list[_Pairs]] = []
        (count,) = struct.unpack_from(">4xH", font)
        for at in range(count):
            name, start, length = struct.unpack_from(">4s4xII", font, 12 + 16 * at)
            if name == b"GPOS":
                self._data = font[start : start + length]
                self._lookups = [
                    [_Pairs(self._data, one) for one in lookup] for lookup in self._found()
                ]

    def units(self, one: int, other: int) -> int:
        """What is added between two glyphs, in units of the font; mostly nothing, or less."""
        total = 0
        for lookup in self._lookups:
            for table in lookup:  # the first one that knows the pair has the say
                found = table.units(one, other)
                if found is not None:
                    total += found
                    break
        return total

    def _found(self) -> Iterator[list[int]]:
        """Where the tables of pairs begin, lookup by lookup."""
        features, lookups = struct.unpack_from(">6xHH", self._data)
        wanted: dict[int, None] = {}
        for at in range(struct.unpack_from(">H", self._data, features)[0]):
            name, start = struct.unpack_from(">4sH", self._data, features + 2 + 6 * at)
            if name == b"kern":
                wanted.update(dict.fromkeys(_numbers(self._data, features + start + 2)))
        places = _numbers(self._data, lookups)
        for number in sorted(wanted):
            lookup = lookups + places[number]
            (kind,) = struct.unpack_from(">H", self._data, lookup)
            starts = [lookup + start for start in _numbers(self._data, lookup + 4)]
            if kind == _EXTENSION:
                inner = [struct.unpack_from(">2xHI", self._data, at) for at in starts]
                kind = inner[0][0] if inner else 0
                starts = [at + further for at, (_, further) in zip(starts, inner, strict=True)]
            if kind == _PAIRS:
                yield starts


class _Pairs:
    """One table of pairs, by glyphs or by classes of glyphs."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data, self._start = data, start
        self._form, coverage, first, second = struct.unpack_from(">HHHH", data, start)
        self._covered = _coverage(data, start + coverage)
        # The one value that counts, in the record of a pair: what stands before it there.
        self._has_advance = bool(first & _ADVANCE)
        self._before = 2 * (first & (_ADVANCE - 1)).bit_count()
        self._size = 2 * (first.bit_count() + second.bit_count())
        if self._form == 2:  # noqa: PLR2004 - by classes
            one, other, _, self._width = struct.unpack_from(">HHHH", data, start + 8)
            self._first = _classes(data, start + one)
            self._second = _classes(data, start + other)
        else:
            self._sets: dict[int, dict[int, int]] = {}

    def units(self, one: int, other: int) -> int | None:
        """What is added between two glyphs; None where this table says nothing about them."""
        index = self._covered.get(one)
        if index is None or not self._has_advance:
            return None
        if self._form != 2:  # noqa: PLR2004 - as above
            return self._set(index).get(other)
        row = self._first.get(one, 0) * self._width + self._second.get(other, 0)
        return self._value(self._start + 16 + row * self._size)

    def _set(self, index: int) -> dict[int, int]:
        if index not in self._sets:
            start = self._start + _numbers(self._data, self._start + 8)[index]
            (count,) = struct.unpack_from(">H", self._data, start)
            places = [start + 2 + n * (2 + self._size) for n in range(count)]
            self._sets[index] = {
                struct.unpack_from(">H", self._data, at)[0]: self._value(at + 2) for at in places
            }
        return self._sets[index]

    def _value(self, at: int) -> int:
        value: int = struct.unpack_from(">h", self._data, at + self._before)[0]
        return value


def _numbers(data: bytes, at: int) -> tuple[int, ...]:
    """Numbers of 16 bits, behind their count."""
    (count,) = struct.unpack_from(">H", data, at)
    return struct.unpack_from(f">{count}H", data, at + 2)


def _coverage(data: bytes, at: int) -> dict[int, int]:
    """Index of each glyph of a coverage table."""
    (form,) = struct.unpack_from(">H", data, at)
    if form == 1:
        return {glyph: index for index, glyph in enumerate(_numbers(data, at + 2))}
    (count,) = struct.unpack_from(">H", data, at + 2)
    found = {}
    for n in range(count):
        first, last, index = struct.unpack_from(">HHH", data, at + 4 + 6 * n)
        found.update({glyph: index + glyph - first for glyph in range(first, last + 1)})
    return found


def _classes(data: bytes, at: int) -> dict[int, int]:
    """Class of each glyph of a class definition; those that are not in it have class 0."""
    (form,) = struct.unpack_from(">H", data, at)
    if form == 1:
        (first,) = struct.unpack_from(">H", data, at + 2)
        return {first + n: kind for n, kind in enumerate(_numbers(data, at + 4))}
    (count,) = struct.unpack_from(">H", data, at + 2)
    found = {}
    for n in range(count):
        first, last, kind = struct.unpack_from(">HHH", data, at + 4 + 6 * n)
        found.update(dict.fromkeys(range(first, last + 1), kind))
    return found
