r"""Judges LaTeX math without setting it: in microseconds, where a layout takes milliseconds.

A formula must come out alike in Anki (MathJax) and on paper (our layout). What both show is listed
in `math_commands`; math-core parses the formula, and says where it fails.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from math_core import LatexError, LatexToMathML

from prep_export.markdown.math_tokens import BOTH, PAIR, TWICE, MathFault, first_fault, tokens

__all__ = ["MAX_CHARACTERS", "MathFault", "mathml", "problem"]

MAX_CHARACTERS: Final = 2_000


@lru_cache(maxsize=20_000)
def problem(latex: str, *, display: bool) -> MathFault | None:
    """The first fault of a formula, given without its dollars; None when it can be shown.

    `display` tells a formula on a line of its own from one in a line of text. Never raises; safe
    for threads.
    """
    if not latex.strip():
        return MathFault(
            "the formula is empty", "write it, or leave out the dollars", 0, len(latex)
        )
    if len(latex) > MAX_CHARACTERS:
        message = f"the formula is longer than {MAX_CHARACTERS:,} characters"
        return MathFault(message, "split it", 0, len(latex))
    return first_fault(latex) or _parsed(latex, display=display)


@cache
def _converter() -> LatexToMathML:
    # One for all threads: it is not changed by a conversion, and holds a lock of its own.
    return LatexToMathML(fancy_error=False, allow_unreliable_rendering=True)


def mathml(latex: str, *, display: bool = True) -> str | None:
    """A formula as MathML; None where it is no valid LaTeX. Safe for threads."""
    try:
        return _converter().convert_with_local_state(latex, displaystyle=display)
    except LatexError:
        return None


def _parsed(latex: str, *, display: bool) -> MathFault | None:
    """What math-core says, in words for authors."""
    try:
        _converter().convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        place, _, said = str(error).partition(": ")
        start, end = _token_at(latex, int(place) if place.isdecimal() else 0)
        for pattern, message, hint in _SAID:
            match = pattern.match(said)
            if match:
                return MathFault(match.expand(message), hint or BOTH, start, end)
        return MathFault("not valid LaTeX math", BOTH, start, end)
    return None


def _token_at(latex: str, offset: int) -> tuple[int, int]:
    """The token at a place; the last one where the place is the end."""
    spans = [(token.start, token.end) for token in tokens(latex)]
    return next((span for span in spans if span[1] > offset), spans[-1])


_SAID: Final = [
    (re.compile(pattern), message, hint)
    for pattern, message, hint in (
        (r'Unknown command "(.*)"\.', r"the command '\1' cannot stand here", ""),
        (r'Unknown environment "(.*)"\.', r"the environment '\1' is not known", ""),
        (r'Expected "(.*)", but found "(.*)"\.', r"'\1' is expected instead of '\2'", PAIR),
        (r'Expected closing token "(.*)", but', r"a '\1' is missing", PAIR),
        (r'Unmatched closing token: "(.*)"', r"'\1' closes nothing", PAIR),
        (
            r"Expected (?:argument|at most one|exactly one)|Switch-like",
            "an argument is missing here, or is not what it must be",
            "give it in braces: {…}",
        ),
        (r"Duplicate sub|'\^' or '_'", *TWICE),
        (r'Found "&"', "'&' stands outside a table", r"write \&, or use \begin{aligned}"),
        (r'Found "(.*?)", which', r"'\1' does not belong here", ""),
        (r"Math mode within text", "a formula inside text", "end the text before it"),
        (r'Expected length.*"(.*)"', r"'\1' is no length", "write a number and a unit: 1em"),
        (r'Expected column.*"(.*)"', r"'\1' are no columns", "write l, c or r for each column"),
        (r'Unexpected "\$"', "a dollar inside a formula", r"write \$"),
        (r"Macro parameter", "'#' has no meaning here", r"write \#"),
        (r'There must be a paren.*?"(.*?)[",]', r"'\1' needs a bracket after it", r"'.' is none"),
        (r"Disallowed character", "a control character", "leave it out"),
        (r"Hard limit", "the formula would take too long to set", "split it"),
        (r"Not valid in text", "this does not belong into text", "end the text before it"),
        (r"Expected a relation", r"'\\not' needs a relation after it", ""),
    )
]
