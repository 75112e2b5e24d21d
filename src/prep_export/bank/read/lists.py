"""Lists that somebody wrote as a text: which entries they were meant to have, and how to write it.

`topics: cards, review` is two ids; a text behind bullets or numbers is one entry a bullet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from prep_export.bank.read.fault import clip
from prep_export.spelling import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT: Final = 40
"""Characters of a text that a hint repeats as a list."""

_BULLET: Final = re.compile(r"[•‣◦▪●○·–—*-]\s")
_NUMBER: Final = re.compile(r"(?<!\S)(\d{1,3})([.)])\s")


class Marked(NamedTuple):
    """The entries of a list that is written with other marks than dashes, and those marks."""

    entries: list[str]
    marks: str


def marked(text: str) -> Marked | None:
    """A text that starts with the mark of a list, taken apart at its marks."""
    if text.startswith(("1. ", "1) ")):
        starts: list[int] = []
        ends: list[int] = []
        for number in _NUMBER.finditer(text):
            if int(number[1]) == len(ends) + 1 and number[2] == text[1]:
                starts.append(number.start())
                ends.append(number.end())
        spans = zip(ends, [*starts[1:], len(text)], strict=True)
        return Marked([text[start:end].strip() for start, end in spans], "each number")
    if _BULLET.match(text):
        sign = text[0]
        # YAML has made one line of several, where '-' and '*' mean other things too.
        between = rf"\n\s*{re.escape(sign)}\s" if sign in "-*" else rf"\s{sign}\s"
        parts = [part.strip() for part in re.split(between, text[1:])]
        return Marked([part for part in parts if part], f"each '{sign}'")
    return None


def entries(text: str, near: Callable[[str], str] | None) -> list[str]:
    """The entries that a text was meant for; `near` makes ids, in a list of these."""
    found = marked(text)
    if found:
        return found.entries
    if near is None or not re.search("[,;]", text):
        return [text]
    return [part.strip() for part in re.split("[,;]", text) if part.strip()]


def how_to_write(name: str, text: str, near: Callable[[str], str] | None, least: int) -> str:
    """What to type for a list that is a text; of several at `least`, it is an entry of a list."""
    if least > 1:
        return f"write {name}: [[{clip(text)}, …]]"
    if re.match(r"-[^\s-]", text):
        return "put a space after each dash"
    found = marked(text)
    if found and not text.startswith("- "):
        return f"start a line below '{name}:' for each entry, with '- ' in place of {found.marks}"
    listed = entries(text, near)
    shown = ", ".join(_entry(near(one) or one if near else one) for one in listed)
    if found or not shown or len(shown) > _SHORT or "\n" in text:
        return f"write one '- ' line an entry below '{name}:', without quotes or '|'"
    return f"write {name}: [{shown}]"


def several(text: str, near: Callable[[str], str]) -> str:
    """What to type for one entry that holds several ids; empty where it does not."""
    ids = [near(part) for part in entries(text, near)]
    return f"write an entry for each: {clip(', '.join(ids))}" if len(ids) > 1 and all(ids) else ""


def _entry(text: str) -> str:
    return text if re.fullmatch(r"[\w.](?:[\w. -]|:(?=\S))*", text) else quoted(text)
