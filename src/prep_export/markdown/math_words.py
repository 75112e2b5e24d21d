r"""Formulas as one line of plain text, for those who have a page read aloud.

`\frac{QK^\top}{\sqrt{d_k}}` is (QK^T)/√(d_k): signs that screen readers know, in place of commands
that they would spell. The words are those of no language, so that it is right in each.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5
from typing import TYPE_CHECKING, Final
from unicodedata import category, combining, decomposition, normalize
from xml.etree import ElementTree as ET

from prep_export.markdown.math import mathml

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED: Final = re.compile(r"&((?!amp;|lt;|gt;|quot;|apos;)\w+;)")
"""Characters by the names of HTML, which XML does not know."""
_OF: Final = "\u2061"
"""Between the name of a function and what it is of."""
_INVISIBLE: Final = re.compile("[\u2061-\u2064\ufe00-\ufe0f]")
_ACCENTS: Final = {
    "\u02c6": "\u0302",
    "\u02dc": "\u0303",
    "\u00af": "\u0304",
    "\u02d9": "\u0307",
    "\u2192": "\u20d7",
}
"""Accents that stand alone, and as they stand over a letter: hat, tilde, bar, dot, arrow."""
_BRACES: Final = frozenset("⏟⏞⎵⎴")
_PRIMES: Final = "\u2032\u2033\u2034"
_POWERS: Final = {"2": "²", "3": "³", "\u22a4": "^T", "\u2218": "°", **{p: p for p in _PRIMES}}
_PLAINER: Final = {"\u2223": "|", "\u2225": "\u2016", "\u2217": "*", "\u22c5": "·"}
_SPACED: Final = frozenset("·:|‖∘…⋯*")
"""Signs that stand between spaces, beside those that Unicode takes for mathematical."""
_TIGHT: Final = frozenset("/¬∂∇√∏∑∫∞∀∃~∅")
"""Those that it takes for mathematical and that stand by what follows them."""
_SIMPLE: Final = re.compile(rf"[\w.%{_PRIMES}°\u0300-\u036f\u20d7]+|\w[²³]")
_INDEXED: Final = re.compile(rf"[_^][\w{_PRIMES}]+$")
_WORD: Final = re.compile(r"[^\W\d_²³]{2,}")
_OPEN: Final = re.compile(r"(?:^|[(\[{,;]|(?<!\w)\|)$")
_DEEPEST: Final = 100
"""Elements within each other. Nobody follows deeper words, and how far Python could differs."""
_WIDE: Final = re.compile(r"^(?:[1-9]|0\.[5-9])[\d.]*em$")


@lru_cache(maxsize=4_096)
def in_words(latex: str) -> str:
    """A formula, given without its dollars; as it is written, where it is no formula."""
    source = mathml(latex)
    if source is None:
        return latex
    source = _NAMED.sub(lambda found: html5.get(found[1], ""), source)
    try:
        root = ET.fromstring(source)  # noqa: S314 - math-core's own output
    except ET.ParseError:  # characters that XML has not
        return latex
    if _depth(root) > _DEEPEST:
        return latex
    said = _row(list(root))
    return " ".join(said.split()) or latex


def _depth(root: ET.Element) -> int:
    """How many elements stand within each other."""
    depth, level = 0, [root]
    while level:
        depth, level = depth + 1, [kid for node in level for kid in node]
    return depth


def _said(node: ET.Element) -> str:
    kids = list(node)
    match node.tag:
        case "mi" | "mn" | "mo" | "mtext" | "ms":
            return _plain(node.text or "")
        case "mfrac":
            over, under = map(_group, kids)
            return f"{over}; {under}" if node.get("linethickness") == "0" else f"{over}/{under}"
        case "msqrt":
            return f"√{_inner(kids)}"
        case "mroot":
            return f"{_group(kids[0])}^(1/{_said(kids[1])})"
        case "msub" | "msup" | "msubsup" | "munder" | "mover" | "munderover":
            return _scripted(node.tag, kids)
        case "mtable":
            return "; ".join(", ".join(_row(list(cell)) for cell in row) for row in kids)
        case "mspace":
            return " " if _WIDE.match(node.get("width", "")) else ""
        case "mphantom":
            return ""
    return _row(kids)


def _plain(text: str) -> str:
    """Letters of mathematical alphabets as letters; signs as they are."""
    kept = "".join(_PLAINER.get(char, char) for char in _INVISIBLE.sub("", text))
    return "".join(
        normalize("NFKC", char)
        if decomposition(char).startswith("<font>") and char != "\u2113"
        else char
        for char in kept
    )


def _row(nodes: Sequence[ET.Element]) -> str:
    """Signs between spaces where they join two things, functions before what they are of."""
    out = before = ""
    kids = [(node, said) for node in nodes if (said := _said(node)) or node.text == _OF]
    for at, (kid, said) in enumerate(kids):
        if kid.tag == "mo":
            out += _OF if kid.text == _OF else _sign(kid, said, after=out)
            continue
        following = kids[at + 1] if at + 1 < len(kids) else None
        factor = out[-1:].isalnum() or out.endswith((")", _OF)) or _begins(following)
        shown = said
        if kid.tag == "mfrac" and factor:
            shown = said if _is_bracketed(said) else f"({said})"
        if out.endswith(_OF):
            out = out[:-1] + ("" if shown.startswith(("(", "[")) else " ")
        elif _is_apart(out, shown, after_word=bool(_WORD.fullmatch(before))):
            out += " "
        out += shown
        before = said
    return out.replace(_OF, "")


def _begins(node: tuple[ET.Element, str] | None) -> bool:
    """Whether this goes on with a factor, so that what is before it must be told from it."""
    if node is None or node[0].tag == "mtext":
        return False
    return node[0].tag != "mo" or node[1] in {"(", "["}


def _is_apart(before: str, said: str, *, after_word: bool) -> bool:
    """Whether two factors would run into one: words, and what is after an index."""
    last = before.rpartition(" ")[2]
    if not last or not said[0].isalnum():
        return False
    if _WORD.match(said) or after_word:
        return last[-1].isalnum() or last[-1] in ")]"
    return bool(_INDEXED.search(last))


def _sign(node: ET.Element, sign: str, *, after: str) -> str:
    if sign in {",", ";"}:
        return sign if node.get("rspace") == "0" else f"{sign} "  # as in 65{,}536
    joins = sign not in _TIGHT and (sign in _SPACED or category(sign[:1] or " ") == "Sm")
    fence = node.get("form") in {"prefix", "postfix"} or (
        sign == "|" and node.get("lspace") == node.get("rspace") == "0"
    )
    if fence or not joins:
        return sign
    before = after.rstrip(f" {_OF}")
    if _OPEN.search(before) or (before[-1] != "|" and category(before[-1]) == "Sm"):
        return sign  # of a negative number
    return f" {sign} "


def _scripted(tag: str, kids: Sequence[ET.Element]) -> str:
    base, first = _said(kids[0]), _said(kids[1])
    last = _said(kids[-1])
    if tag in {"munder", "mover"}:
        if first in _BRACES:
            return _in_brackets(base)
        accent = _ACCENTS.get(first) or (first if first and combining(first[0]) else "")
        if accent:
            return normalize("NFC", base + accent) if len(base) == 1 else f"({base}){accent}"
    base = base if base.replace(" ", "").isalpha() else _in_brackets(base)
    below = tag in {"msub", "msubsup", "munder", "munderover"}
    above = tag in {"msup", "msubsup", "mover", "munderover"}
    under = f"_{_in_brackets(first)}" if below else ""
    over = (_POWERS.get(last) or f"^{_in_brackets(last)}") if above else ""
    gap = " " if tag.startswith("mu") else ""
    return f"{base}{under}{over}{gap}"


def _group(node: ET.Element) -> str:
    return _in_brackets(_said(node))


def _inner(kids: Sequence[ET.Element]) -> str:
    return _in_brackets(_row(kids))


def _in_brackets(text: str) -> str:
    """What is more than one thing, between brackets."""
    text = text.strip()
    if _SIMPLE.fullmatch(text) or _is_bracketed(text) or len(text) <= 1:
        return text
    return f"({text})"


def _is_bracketed(text: str) -> bool:
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if depth == 0:
            return text[0] in "([" and at == len(text) - 1
    return False
