"""The lines before the first row: Anki's own (`#separator:tab`), and Excel's `sep=;`.

Anki writes them into 'Notes in Plain Text' and reads them
(https://docs.ankiweb.net/importing/text-files.html#file-headers).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import StringIO
from typing import Final

_MARKS: Final = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "space": " ",
    "pipe": "|",
    "colon": ":",
}
_COLUMN: Final = {
    "tags column": "tags",
    "deck column": "deck",
    "guid column": "guid",
    "notetype column": "notetype",
}
_WITHOUT_MEANING: Final = frozenset({"notetype", "if matches"})
"""What tells Anki how to import, and says nothing of a note."""
_FLAGS: Final = {"true": True, "false": False}
_DIGITS: Final = 5


@dataclass(slots=True)
class Directives:
    """What these lines say."""

    lines: int = 0
    """How many there are."""
    delimiter: str = ""
    html: bool | None = None
    """Whether cells are HTML, or plain text; None where neither is said."""
    tags: list[str] = field(default_factory=list)
    """Of every note."""
    deck: str = ""
    """Of every note."""
    names: str = ""
    """The names of columns, parted as cells are."""
    places: dict[int, str] = field(default_factory=dict)
    """What stands in a column, by its number from 1."""
    comments: dict[int, str] = field(default_factory=dict)
    """Lines that say nothing, by their number."""
    faults: dict[int, str] = field(default_factory=dict)
    """What is wrong, by the number of its line."""

    @property
    def by_anki(self) -> bool:
        """Whether the file is made for Anki: then a column that it does not name is a field."""
        return bool(self.places or self.names)


def directives(text: str) -> Directives:
    """Read the lines before the first row of a table."""
    found = Directives()
    excel = re.match(r"sep=(.)\r?\n", text)
    if excel:
        found.lines, found.delimiter = 1, excel[1]
    for line in StringIO(text, newline="") if not excel else ():
        if not line.startswith("#") and not (found.lines == 0 and line.startswith("tags:")):
            break
        found.lines += 1
        line = line.rstrip("\r\n")  # noqa: PLW2901 - what ends it says nothing
        key, colon, value = line.removeprefix("#").partition(":")
        if colon:
            _take(found, " ".join(key.lower().split()), value.strip(" "), line)
        else:
            found.comments[found.lines] = line
    return found


def _take(found: Directives, key: str, value: str, line: str) -> None:
    word = value.strip().lower()
    fault = ""
    if key == "separator":
        mark = _MARKS.get(word, value)
        found.delimiter = mark if len(mark) == 1 else ""
        if not found.delimiter:
            fault = f"there is no separator '{value[:20]}'; write one of {', '.join(_MARKS)}"
    elif key == "html" and word in _FLAGS:
        found.html = _FLAGS[word]
    elif key == "html":
        fault = f"'html' cannot be '{value[:20]}'; write true or false"
    elif key == "tags":
        found.tags = value.split()
    elif key == "deck":
        found.deck = value.strip()
    elif key == "columns":
        found.names = value
    elif key in _COLUMN:
        place = int(word) if word.isascii() and word.isdigit() and len(word) < _DIGITS else 0
        found.places |= {place: _COLUMN[key]} if place else {}
        fault = "" if place else f"'{key}' is '{value[:20]}'; write its number, from 1"
    elif key not in _WITHOUT_MEANING:
        found.comments[found.lines] = line
    if fault:
        found.faults[found.lines] = fault
