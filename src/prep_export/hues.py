"""The colours of chapters, one for each on every product: paper, cards, pages.

A colour repeats only after all have been used, and never says anything that the chapter's number
beside it does not. Contrast is tested: 4.5:1 or more on each ground that they stand on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Hue:
    """A colour as '#rrggbb', on a light ground and on a dark one."""

    day: str
    night: str


HUES: Final = (
    Hue("#0b5c8a", "#7cc4ee"),
    Hue("#7a3e9d", "#d3a6ee"),
    Hue("#0f6b5c", "#76d3c0"),
    Hue("#8a5300", "#f0bd6e"),
    Hue("#a3224b", "#f59ab4"),
    Hue("#4a5a12", "#bfd075"),
    Hue("#9a3412", "#f4a574"),
    Hue("#3f4a5a", "#b9c4d4"),
)


def place(number: int) -> int:
    """Which colour a chapter has, as an index of HUES; chapters are numbered from 1."""
    return (number - 1) % len(HUES)


def hue(number: int) -> Hue:
    """The colour of a chapter, by its number from 1."""
    return HUES[place(number)]


def mixed(colour: str, ground: str, share: float) -> str:
    """A tint: so much of a colour, from 0 to 1, on a ground; all as '#rrggbb'."""
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)
