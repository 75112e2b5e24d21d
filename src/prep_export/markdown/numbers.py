"""Columns of numbers, which stand at the right, so that digits of one weight stand in one place."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_ONE: Final = r"[~≈≤≥<>±+−–-]?\s?[$€£¥]?\d[\d,.\u00a0\u2009\u202f]*(?:e[+−-]?\d+|\^[−-]?\d+)?"
_UNIT: Final = r"\s?(?:[%‰×°]|[A-Za-zµμΩ]{1,6}(?:/[A-Za-z]{1,6})?)?"
_NUMBER: Final = re.compile(
    rf"(?:about |at most |at least |up to )?{_ONE}{_UNIT}(?:\s?(?:[–−-]|to|±)\s?{_ONE}{_UNIT})?"
)
"""A number with a sign and a unit, or a range of two."""

_NOTHING: Final = re.compile(r"[–—−-]?|n/a|\?|none")
_TEX: Final = re.compile(r"\\(?:text|mathrm|mathbf)\{([^{}]*)\}|\^\{?([−-]?\d+)\}?")
_IN_TEX: Final = (
    (r"\times", "×"),
    (r"\cdot", "×"),
    (r"\approx", "≈"),
    (r"\sim", "~"),
    (r"\pm", "±"),
    (r"\le", "≤"),
    (r"\ge", "≥"),
    (r"\%", "%"),
    (r"\,", " "),
    ("{,}", ","),
)
_POWER: Final = re.compile(rf"({_ONE})\s?×\s?10\^\d+")


def align_numbers(state: StateCore) -> None:
    """Give every column that holds numbers alone, and no alignment of its author's, one to the
    right, with its header."""
    tokens = state.tokens
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            _align(tokens, index)


def _align(tokens: Sequence[Token], start: int) -> None:
    rows: list[list[int]] = []
    for index in range(start, len(tokens)):
        kind = tokens[index].type
        if kind == "tr_open":
            rows.append([])
        elif kind in {"th_open", "td_open"}:
            rows[-1].append(index)
        elif kind == "table_close":
            break
    for cells in zip_longest(*rows):
        if any(cell is None or "style" in tokens[cell].attrs for cell in cells):
            continue
        shown = [_text(tokens[cell + 1]) for cell in cells[1:]]
        if any(map(_is_number, shown)) and all(
            _is_number(s) or _NOTHING.fullmatch(s) for s in shown
        ):
            for cell in cells:
                tokens[cell].attrs["style"] = "text-align:right"


def _text(inline: Token) -> str:
    return "".join(
        _of_tex(token.content) if token.type.startswith("math") else token.content
        for token in inline.children or []
    ).strip()


_WORDS: Final = re.compile(r"\\[a-zA-Z]+\{[^{}]*\}|\\(?:[a-zA-Z]+|.)")


def _of_tex(latex: str) -> str:
    if re.search("[A-Za-z]", _WORDS.sub("", latex)):
        return "a term"  # its letters are no units
    for tex, sign in _IN_TEX:
        latex = latex.replace(tex, sign)
    latex = _TEX.sub(lambda found: found[1] or f"^{found[2]}", latex)
    return " ".join(latex.split())


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(_POWER.sub(r"\1", text)) is not None
