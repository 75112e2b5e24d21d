"""How many words a text has, in scripts with spaces between words and in those without."""

from __future__ import annotations

import re
from typing import Final

_EAST_ASIAN: Final = re.compile(
    "[\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003fffd]"
)
_SOUTH_EAST_ASIAN: Final = re.compile(
    "[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"
    "\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3]"
)
_LENGTHS: Final = ((_EAST_ASIAN, 2), (_SOUTH_EAST_ASIAN, 4))
"""Letters of Chinese and Japanese, and of Thai, Lao, Burmese and Khmer, with those of a word."""


def count_words(text: str) -> int:
    """What stands between spaces; of scripts without spaces, their letters by the usual length."""
    if text.isascii():
        return len(text.split())
    words, rest = 0, text
    for letters, length in _LENGTHS:
        rest, count = letters.subn(" ", rest)
        words += -(-count // length)
    if not words:
        return len(text.split())
    return words + sum(any(char.isalnum() for char in part) for part in rest.split())
