"""The width of a picture: `![alt](media/x.svg){width=60%}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_inline import StateInline

    Rule = Callable[[StateInline, bool], bool]

_ATTRIBUTE: Final = re.compile(r'\{ *width="?([^"{}]*)"? *\}')
_WIDTH: Final = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)(%|mm|cm|px|pt)")
LIKE_ATTRIBUTES: Final = re.compile(r"\s?\{[^{}\n]{0,80}\}")
"""What may have been meant for the attributes of a picture, just after it."""

_POINTS: Final = {"mm": 72 / 25.4, "cm": 72 / 2.54, "px": 72 / 96, "pt": 1.0}
_LONGEST: Final = 2_000.0
"""Points; more is a slip of the finger."""


def sized(image: Rule) -> Rule:
    """The rule for images, which takes a width with them; what is no width stays text."""

    def rule(state: StateInline, silent: bool) -> bool:
        if not image(state, silent):
            return False
        found = _ATTRIBUTE.match(state.src, state.pos, state.posMax)
        if found and is_width(found[1]):
            if not silent:
                state.tokens[-1].attrs["width"] = found[1]
            state.pos = found.end()
        return True

    return rule


def is_width(text: str) -> bool:
    """Whether this is a width: up to 100 %, or a length of more than nothing."""
    found = _WIDTH.fullmatch(text)
    if not found:
        return False
    number, unit = float(found[1]), found[2]
    most = 100.0 if unit == "%" else _LONGEST / _POINTS[unit]
    return 0 < number <= most


def in_points(width: str, whole: float) -> float:
    """A width in points; `whole` is what a hundred percent are."""
    found = _WIDTH.fullmatch(width)
    if not found:
        return whole
    number, unit = float(found[1]), found[2]
    return number * (whole / 100 if unit == "%" else _POINTS[unit])
