"""Cloze texts on paper: the text with blanks, and what belongs into them."""

from __future__ import annotations

import re
from typing import Final

_OPEN: Final = re.compile(r"\{\{c\d{1,3}::")
_SKIPPED: Final = re.compile(r"`[^`]*`|\$\$.*?\$\$|\$[^$\s](?:[^$]*[^$\s])?\$", re.DOTALL)
BLANK: Final = r"\_\_\_\_\_\_"


def deletions(text: str) -> list[tuple[int, int, str, str]]:
    """(start, end, hidden text, hint) of every deletion; braces in code and math do not count."""
    found = []
    at = 0
    while opening := _OPEN.search(text, at):
        end = _closing(text, opening.end())
        if end < 0:
            break
        inside = text[opening.end() : end]
        cut = _hint(inside)
        hint = inside[cut + 2 :] if cut >= 0 else ""
        found.append((opening.start(), end + 2, inside[:cut] if cut >= 0 else inside, hint))
        at = end + 2
    return found


def blanked(text: str) -> str:
    """The text with a blank for every deletion, with its hint."""
    out, at = [], 0
    for start, end, _, hint in deletions(text):
        out += [text[at:start], BLANK, f" ({hint})" if hint else ""]
        at = end
    return "".join([*out, text[at:]])


def hidden(text: str) -> list[str]:
    """What the blanks hide, in order."""
    return [inside for _, _, inside, _ in deletions(text)]


def _closing(text: str, at: int) -> int:
    while at < len(text):
        skipped = _SKIPPED.match(text, at)
        if skipped:
            at = skipped.end()
        elif text.startswith("}}", at):
            return at
        else:
            at += 1
    return -1


def _hint(inside: str) -> int:
    at = 0
    while at < len(inside):
        skipped = _SKIPPED.match(inside, at)
        if skipped:
            at = skipped.end()
        elif inside.startswith("::", at):
            return at
        else:
            at += 1
    return -1
