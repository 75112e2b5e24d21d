"""Markdown to plain text, for places that know no markup (outlines, page titles); and back."""

from __future__ import annotations

import re
from typing import Final

from prep_export.markdown.parser import parse_inline, walk

_SIGNS: Final = "0123456789+-=()"
_SUBSCRIPT: Final = dict(zip(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
_SUPERSCRIPT: Final = dict(zip(_SIGNS + "in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ", strict=True))
_SCRIPTS: Final = {"sub_open": ("_", _SUBSCRIPT), "sup_open": ("^", _SUPERSCRIPT)}


def plain(text: str) -> str:
    """One line of Markdown without its marks; formulas stay as their LaTeX source.

    Subscripts and superscripts become Unicode's, or stand behind a sign as in LaTeX.
    """
    parts = []
    script = None
    for token in walk(parse_inline(text)):
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type in _SCRIPTS:
            script = _SCRIPTS[token.type]
        elif script and token.type == "text":
            sign, letters = script
            known = all(char in letters for char in token.content)
            parts.append(
                "".join(letters[c] for c in token.content) if known else sign + token.content
            )
            script = None
        else:
            parts.append(token.content)
    return "".join(parts)


_MARKS: Final = re.compile(r"[\\`*_\[\]<>$&#~^!|]")


def escaped(text: str) -> str:
    """Markdown that shows a text as it is: of a field without markup, such as a topic's title."""
    return _MARKS.sub(r"\\\g<0>", text)
