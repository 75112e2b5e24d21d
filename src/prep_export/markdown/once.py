"""A formula that has a place of its own is not set a second time in the text below it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from prep_export.markdown.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token

_SPACING: Final = re.compile(
    r"\\[,;:!> ]|\\(?:quad|qquad|left|right|displaystyle)(?![a-zA-Z])|~|\s+"
)
_SMALLER: Final = re.compile(r"\\[dt]frac(?![a-zA-Z])")
_LEADS_IN: Final = (":", "\N{FULLWIDTH COLON}")


def normalised(latex: str) -> str:
    """LaTeX without what only moves or sizes its parts, and without a full stop at its end."""
    latex = latex.strip().strip("$")
    return _SPACING.sub("", _SMALLER.sub(r"\\frac", latex)).rstrip(".,")


def is_same(latex: str, other: str) -> bool:
    """Whether two formulas say the same, one of them perhaps without the name before its '='."""
    one, two = sorted((normalised(latex), normalised(other)), key=len)
    return bool(one) and (one == two or two.endswith("=" + one))


def without_formula(tokens: Sequence[Token], own: Iterable[str], label: str) -> list[Token]:
    """Blocks without those displayed formulas that are among `own`.

    Where the words before one end in a colon, it leaves a label that points up to it.
    """
    own = list(own)
    out: list[Token] = []
    for token in tokens:
        if token.type == "math_block" and _is_among(token.content, own):
            before = next((t for t in reversed(out) if t.type == "inline"), None)
            if before is not None and out[-1].type == "paragraph_close" and _leads(before.content):
                out += parse(f"↑ {label}.")
        elif token.type == "inline" and token.children:
            out.append(replace(token, children=_inline(token.children, own, label)))
        else:
            out.append(token)
    return out


def _inline(children: list[Token], own: list[str], label: str) -> list[Token]:
    out: list[Token] = []
    for token in children:
        if token.type != "math_inline_double" or not _is_among(token.content, own):
            out.append(token)
            continue
        words = "".join(one.content for one in out)
        if _leads(words):
            out.append(replace(token, type="text", content=f" ↑ {label}. ", markup=""))
    return out


def _leads(words: str) -> bool:
    return words.rstrip().endswith(_LEADS_IN)


def _is_among(latex: str, own: list[str]) -> bool:
    return any(is_same(latex, formula) for formula in own)
