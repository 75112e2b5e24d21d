"""What stands in a cell: the forms of lists and entries in it, and no formula.

A text stands as it is. A list of texts is a Markdown list, one of ids has commas between them, and
what has fields of its own (a source, a diagram, a follow-up) is JSON.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.read.shape import ChoiceValue, FlagValue, ListValue, TextValue

if TYPE_CHECKING:
    from prep_export.bank.read.shape import Value

_FORMULA: Final = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that a spreadsheet takes for a formula, full-width signs too, whatever number
of apostrophes is before it (https://owasp.org/www-community/attacks/CSV_Injection)."""
_ENTRY: Final = re.compile(r"^[*•-][ \t]+", re.MULTILINE)
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what would be
    one. `unguarded` takes away that one apostrophe, and no author's own."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def cell(value: Any, kind: Value) -> str:
    """The cell of a plain value, of a field of a kind."""
    if isinstance(kind, FlagValue):
        return _YES[0] if value else _NO[0]  # spreadsheets translate TRUE
    if isinstance(kind, ListValue):
        if not isinstance(kind.inner, TextValue | ChoiceValue):
            return json.dumps(value, ensure_ascii=False) if value else ""
        if isinstance(kind.inner, ChoiceValue) or kind.inner.kind.pattern:
            return ", ".join(value)
        return "\n".join("* " + re.sub(r"\n(?=[^\n])", "\n  ", text) for text in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def value(text: str, kind: Value) -> Any:
    """The plain value of a cell that is not empty. Raises ValueError, saying what it should be."""
    if isinstance(kind, FlagValue):
        word = text.strip().lower()
        if word not in (*_YES, *_NO):
            raise ValueError("write yes or no")
        return word in _YES
    if isinstance(kind, ListValue):
        if not isinstance(kind.inner, TextValue | ChoiceValue):
            return _json(text, list)
        if isinstance(kind.inner, ChoiceValue) or kind.inner.kind.pattern:
            return words(text)
        starts = [*(match.span() for match in _ENTRY.finditer(text)), (len(text), 0)]
        if starts[0][0] > 0:  # something stands before the first mark, or there is none
            return [text.strip()]
        parts = [text[a[1] : b[0]] for a, b in pairwise(starts)]
        return [made for part in parts if (made := part.replace("\n  ", "\n").strip())]
    return text if isinstance(kind, TextValue | ChoiceValue) else _json(text, dict)


def words(text: str) -> list[str]:
    """The words of a cell, with blanks, commas or semicolons between."""
    return [word for word in re.split(r"[\s,;]+", text) if word]


def _json(text: str, kind: type) -> Any:
    shape = "a list [{…}] of entries" if kind is list else "an entry {…}"
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"write {shape} in JSON") from None
    if not isinstance(found, kind):
        raise ValueError(f"write {shape} in JSON")  # noqa: TRY004 - of a cell, not of a program
    return found
