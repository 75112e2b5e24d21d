"""Keeps a formula on one line with the marks that touch it.

To reportlab every image of a line, and so every formula, is a word of its own, before and after
which a line may end: a question mark could begin the next line.
"""

from __future__ import annotations

from typing import Any, Final

from reportlab.platypus.paragraph import _getFragWords, _HSFrag

ROOM_BESIDE: Final = 2.0
"""Ems kept beside a formula that takes a whole line, for what clings to it, such as a comma."""

_PREFIX: Final = 4
"""Letters; a longer word before a formula stays one that can be hyphenated."""


def clinging(frags: list[Any], width: float) -> list[Any]:
    """Fragments as words, those that touch a formula joined with it; as they are, if none do.

    `width` is that of a line in points: what would fill more than half of it is left in pieces.
    """
    if len(frags) < 2 or not any(hasattr(frag, "cbDefn") for frag in frags):  # noqa: PLR2004
        return frags
    words: list[Any] = []
    for word in _getFragWords(frags, width):
        if words and _touch(words[-1], word) and words[-1][0] + word[0] <= width / 2:
            joined = [words[-1][0] + word[0], *words[-1][1:], *word[1:]]
            words[-1] = _HSFrag(joined) if isinstance(word, _HSFrag) else joined
        else:
            words.append(word)
    return words if len(words) > 1 else frags


def _touch(one: list[Any], other: list[Any]) -> bool:
    """Whether a word with a formula and another stand together, with no space between them."""
    if isinstance(one, _HSFrag) or _is_break(one) or _is_break(other):
        return False
    if _has_formula(one):
        return True
    return _has_formula(other) and sum(len(text) for _, text in one[1:]) <= _PREFIX


def _has_formula(word: list[Any]) -> bool:
    return any(hasattr(frag, "cbDefn") for frag, _ in word[1:])


def _is_break(word: list[Any]) -> bool:
    return any(hasattr(frag, "lineBreak") for frag, _ in word[1:])
