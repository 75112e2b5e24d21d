"""Which formulas are too long for a phone at their usual size, by their signs alone.

Counted are signs that take room, whether beside or above each other; of the displayed formulas of
the bank on LLM interviews, measured in Anki's reviewer on a card of 360 pixels, this tells all
that were too wide from those that were not, but for two of 118.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LONGEST: Final = 33
"""Signs that a phone shows in one line."""

_NO_ROOM: Final = re.compile(
    r"\\(?:left|right|[bB]igg?[lrm]?|q?quad|displaystyle|text|operatorname|mathrm|mathbf|mathbb"
    r"|mathcal|[dt]?frac|sqrt|hat|bar|tilde|vec)(?![a-zA-Z])|\\(?:begin|end)\{\w+\*?\}|\\[,;!: ]"
)
_NAMED: Final = re.compile(r"\\(log|ln|exp|min|max|sin|cos|tan|Pr|lim|arg|det|sup|inf)(?![a-zA-Z])")
_COMMAND: Final = re.compile(r"\\[a-zA-Z]+|\\.")
_MARKS: Final = re.compile(r"[{}_^\s&]")


@lru_cache(maxsize=1024)
def is_long(latex: str) -> bool:
    """Whether a displayed formula is wider than a phone; the longest of its lines decides."""
    return any(_signs(line) > LONGEST for line in latex.split("\\\\"))


def _signs(latex: str) -> int:
    return len(_MARKS.sub("", _COMMAND.sub("x", _NAMED.sub(r"\1", _NO_ROOM.sub("", latex)))))
