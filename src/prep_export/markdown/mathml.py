"""LaTeX math as MathML Core, for pages that need no script to show it.

What math-core writes as styles of elements stays for `without_styles`: a page may forbid them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from prep_export.markdown import math

if TYPE_CHECKING:
    from collections.abc import Mapping

_MATH: Final = re.compile(r"<math\b.*?</math>", re.DOTALL)
_STYLE: Final = re.compile(r' style="([^"]*)"')
_HARMLESS: Final = re.compile(r"(?:[a-z-]+: *[A-Za-z0-9 .#%-]+;? *)+")
"""Declarations of keywords, lengths and colours: nothing that could load or hide a thing."""
_ENCLOSED: Final = re.compile(r'<menclose notation="([a-z ]+)">|</menclose>')
_PAINTED: Final = re.compile(r'<mrow class="menclose-[a-z]+"></mrow>')
_EXACT: Final = re.compile(r"(?<=\.\d{4})\d+(?=em)")
"""Digits of a length that no screen shows."""
_LINE: Final = "\N{COMBINING LOW LINE}"
"""What math-core stretches over or under a term."""
_OVER_UNDER: Final = re.compile(
    rf"(<m(?:over|under)\b[^>]*>|(?:<mo[^>]*>{_LINE}</mo>)?</m(?:over|under)>)"
)
_TAGS: Final = re.compile(r"<[^>]*>")
_SINGLE: Final = re.compile(r"<mi>(.)</mi>")


@lru_cache(maxsize=20_000)
def mathml(latex: str, *, display: bool) -> str:
    """The `math` element of a formula; its LaTeX as code where it is none, which no valid bank has.

    `display` tells a formula on a line of its own from one in a line of text.
    """
    latex = latex.strip()
    made = math.mathml(latex, display=display)
    if made is None:
        return f"<code>{escape(latex)}</code>"
    # MathML Core has no menclose, and browsers agree on none: ours is drawn by CSS.
    made = _ENCLOSED.sub(_enclosed, _PAINTED.sub("", _EXACT.sub("", made)))
    made = made.replace("&ApplyFunction;", "\N{FUNCTION APPLICATION}")
    return _ruled(made) if _LINE in made else made


def _ruled(made: str) -> str:
    """Lines over and under a term by CSS: Chromium (150) sets those of a font beside it."""
    pieces = _OVER_UNDER.split(made)
    opened: list[int] = []
    for at, piece in enumerate(pieces):
        if piece.startswith(("<mover", "<munder")) and at % 2:
            opened.append(at)
        elif at % 2:
            first = opened.pop()
            if _LINE in piece:
                side = "over" if piece.endswith("</mover>") else "under"
                pieces[first], pieces[at] = f'<mrow class="pe-math-{side}">', "</mrow>"
    return "".join(pieces)


def _enclosed(match: re.Match[str]) -> str:
    if not match[1]:
        return "</mrow>"
    return '<mrow class="{}">'.format(" ".join(f"pe-math-{name}" for name in match[1].split()))


def without_styles(html: str) -> tuple[str, Mapping[str, str]]:
    """HTML whose formulas have classes in place of styles, and the declarations of each class."""
    found = {match[1] for one in _MATH.findall(html) for match in _STYLE.finditer(one)}
    kept = sorted(style for style in found if _HARMLESS.fullmatch(style))
    names = {style: f"pe-m{number}" for number, style in enumerate(kept, start=1)}

    def named(match: re.Match[str]) -> str:
        return f' class="{names[match[1]]}"' if match[1] in names else ""

    changed = _MATH.sub(lambda one: _STYLE.sub(named, one[0]), html)
    return changed, {name: style for style, name in names.items()}


def characters(html: str) -> frozenset[str]:
    """Every character that the formulas of a page show, as a browser will show it.

    A browser makes a single letter of `mi` italic, which is another character of the font, a hyphen
    among operators a minus; and it draws roots with a character that is not written.
    """
    formulas = dict.fromkeys(_MATH.findall(html))
    text = unescape("".join(_TAGS.sub("", one) for one in formulas))
    single = {unescape(found[1]) for one in formulas for found in _SINGLE.finditer(one)}
    shown = {*text, *map(_italic, single)}
    if "-" in shown:
        shown.add("\N{MINUS SIGN}")
    if any("<msqrt>" in one or "<mroot>" in one for one in formulas):
        shown.add("\N{SQUARE ROOT}")
    return frozenset(shown - {"\n"})


_CAPITALS: Final = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡϴΣΤΥΦΧΨΩ∇"
_SMALL: Final = "αβγδεζηθικλμνξοπρςστυφχψω∂ϵϑϰϕϱϖ"


def _italic(letter: str) -> str:
    """The mathematical italic of a letter, as MathML Core maps it; else the letter."""
    if letter == "h":
        return "\N{PLANCK CONSTANT}"
    for first, last, base in (("A", "Z", 0x1D434), ("a", "z", 0x1D44E)):
        if first <= letter <= last:
            return chr(base + ord(letter) - ord(first))
    for letters, base in ((_CAPITALS, 0x1D6E2), (_SMALL, 0x1D6FC)):
        if letter in letters:
            return chr(base + letters.index(letter))
    return {"\u0131": "\U0001d6a4", "\u0237": "\U0001d6a5"}.get(letter, letter)
