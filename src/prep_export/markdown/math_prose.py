"""Words of prose in a formula, which are set as letters that are multiplied, without spaces.

Mostly a dollar is missing, or one too many: `for $n tokens ($m$ bytes)`, `between $5k and 10k$`.
"""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"(?<=\s)(?:[a-z]{3,}|to|or|is|of|in|if|at|by)(?=\s)")
_COMMANDS: Final = re.compile(
    r"\\(?:text[a-z]*|math[a-z]+|operatorname\*?|begin|end|tag\*?|[fhmv]box)\s*\{[^{}]*\}"
    r"|\\(?:[a-zA-Z]+|.)"
)


def prose(latex: str) -> tuple[int, int] | None:
    """Where the first such word of a formula is, given without its dollars: from, to."""
    if not _WORD.search(latex):  # true of nearly every formula
        return None
    found = _WORD.search(_COMMANDS.sub(lambda command: "\0" * len(command[0]), latex))
    return found and found.span()
