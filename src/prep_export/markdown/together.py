"""What no line end may part: an inline formula and the mark that belongs to it, and short words.

A browser takes a formula for a box, and breaks a line before and after it: a comma, a full stop or
a bracket can then start a line, and the `th` of `$k$th` too. And it breaks lines after hyphens and
strokes: `top-` and `p` are hard to read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markdown_it.token import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

OPEN: Final = "together_open"
CLOSE: Final = "together_close"
"""Types of the tokens that are put around what stays together."""

_AFTER: Final = re.compile(
    "(?:[A-Za-z]{1,3}\\b|-[A-Za-z]{1,12}\\b)?"  # $k$th, $n$-gram
    "[,.;:!?)\\]}%…»”\u2019\"'\u3001\u3002\uff0c\uff1b\uff1a\uff1f\uff01\uff09\u300b\u300d\u300f\u3011]*"
)
_BEFORE: Final = re.compile(
    "(?:(?<![\\w-])[A-Za-z]{1,9}-\\Z"  # top-$k$
    "|[(\\[{«„“\u2018\"'\uff08\u300a\u300c\u300e\u3010]+\\Z)"
)
SHORT: Final = re.compile(
    r"(?<![\w./@:&])(?<!\d-)"
    r"(?:[^\W_]{1,9}[-/][^\W\d_][^\W_]?"  # top-p, mid-p, A/B, TB/s, best-of-n
    r"|(?:[^\W\d_]|\d{1,2})[-/][^\W\d_][^\W_]{1,8})"  # n-gram, 16-bit
    r"(?![\w/-]|\.\w)"
)
"""A word in two parts of which one is very short; after a stroke or hyphen a digit is not parted.
Found alike in text and in HTML of it."""
_PAIRS: Final = {
    "strong_open": "strong_close",
    "em_open": "em_close",
    "s_open": "s_close",
    "cloze_open": "cloze_close",
}


def together(tokens: Sequence[Token]) -> Sequence[Token]:
    """Inline tokens with those of `OPEN` and `CLOSE` around each formula with marks beside it.

    The tokens given are shared by others, and stay as they are.
    """
    if not any(token.type == "math_inline" for token in tokens):
        return tokens
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _end_of_formula(tokens, at)
        before = _BEFORE.search(made[-1].content) if end and made and _is_text(made[-1]) else None
        after = _AFTER.match(tokens[end].content) if 0 < end < len(tokens) else None
        marks = after.group() if after and _is_text(tokens[end]) else ""
        if not end or not (before or marks):
            made += tokens[at : end or at + 1]
            at = end or at + 1
            continue
        if before:
            words = made.pop().content
            made += _text(words[: before.start()])
        made += [Token(OPEN, "", 0), *_text(before.group() if before else "")]
        made += [*tokens[at:end], *_text(marks), Token(CLOSE, "", 0)]
        at = end
        if marks:
            made += _text(tokens[end].content[len(marks) :])
            at = end + 1
    return made


def _end_of_formula(tokens: Sequence[Token], at: int) -> int:
    """Where a formula ends that begins there, alone within emphasis or a deletion; 0 if none."""
    closing = []
    while at < len(tokens) and tokens[at].type in _PAIRS:
        closing.append(_PAIRS[tokens[at].type])
        at += 1
    if at == len(tokens) or tokens[at].type != "math_inline":
        return 0
    at += 1
    while closing and at < len(tokens) and tokens[at].type == closing[-1]:
        closing.pop()
        at += 1
    return 0 if closing else at


def _is_text(token: Token) -> bool:
    return token.type == "text"


def _text(content: str) -> list[Token]:
    return [Token("text", "", 0, content=content)] if content else []
