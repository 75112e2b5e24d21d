"""What is nearly Markdown, and shown as it is typed: by a space too many, or by another's sign.

Prose holds such signs too: `$ 5 and $ 6` are prices, `a == b` is code. So a formula is one that has
a sign of math and no word in it, and marks stand close around what they mark.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token


class Nearly(NamedTuple):
    """What it was meant to be, what to write, and how it is typed."""

    what: str
    hint: str
    typed: str


_MARKED: Final = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]{0,98}[^\s=])==(?![=\w])")
_LINK: Final = re.compile(
    r"\[([^\[\]\n]{0,200}[^\W\d][^\[\]\n]{0,200})\][ \t]{1,9}\(((?:https?://|mailto:)[^()\s]{1,999})\)"
)
_BULLET: Final = re.compile(r"^[ \t]*([•‣◦▪●])[ \t]+\S[^\n]*", re.MULTILINE)
_WIKI: Final = re.compile(r"(?<!\w)!?\[\[[^\[\]\n]*[^\W\d][^\[\]\n]*\]\]")
_REFERENCE: Final = re.compile(r"(?<!\w)\[([^\[\]\n]*[^\W\d][^\[\]\n]*)\]\[\d{1,3}\](?![(\[])")
_CALLOUT: Final = re.compile(r"^\[![a-zA-Z]{2,20}\]", re.MULTILINE)
_NOTE: Final = re.compile(r"^[ \t]*>[ \t>]*\[!", re.MULTILINE)
_HEADING: Final = re.compile(r"^[ \t]*#{1,6}(?=[^\W\d])[^\n]*", re.MULTILINE)
_DEFINED: Final = re.compile(r"(?<=\n)[ \t]*:[ \t]+[^\n]*")
_LATEX: Final = re.compile(
    r"(?<![\w:\\/$])\\(?:(?:d?frac|sqrt|sum|prod|int|text|math[a-z]{2,4}|hat|bar|vec|log|exp|lim)"
    r"(?=[{_^])|(?:alpha|beta|gamma|delta|epsilon|theta|lambda|sigma|omega|infty|times|cdot|leq|geq"
    r"|neq|approx|rightarrow|partial|nabla)(?![a-zA-Z\\]))[^\s]*"
)
_SIGNS: Final = (
    ("==", _MARKED),
    ("[[", _WIKI),
    ("][", _REFERENCE),
    ("[!", _NOTE),
    ("#", _HEADING),
    ("\n", _DEFINED),
    *((sign, _BULLET) for sign in "•‣◦▪●"),
)
"""What to look for in a text that has a sign."""
_DOUBLE: Final = re.compile(r"\$\$[^$]+\$\$")
_APART: Final = re.compile(r"[\0`|\n]|\\\Z")
"""What may tear a formula apart: code, cells, blocks, and what was cut out, come before it."""
_SPACED: Final = re.compile(r"(?<![\\$\w])\$([^$\n]{1,200})\$(?![$\w({])")
_OPEN: Final = re.compile(
    r"(?<![\\$\w])\$"
    r"(?:\\[a-zA-Z]{2,}|[a-zA-Z][\^_][\w{\\(]|[a-zA-Z]\([^$()\n]{0,40}[\^\\])"
    r"[^\s$]*"
)
_COMMAND: Final = re.compile(r"\\[a-zA-Z]+\s*(?:\{[a-zA-Z ]*\})?")
_HAS_MATH: Final = re.compile(r"\\[a-zA-Z]|[\^_=<>]|\A[a-zA-Z]'*\Z")
_TORN: Final = re.compile(r"\A[=<>+*/]|[=<>+*/-]\Z|[a-zA-Z]{3}|\s(?!d)[a-z]{2}(?:\s|\Z)|\([^()]*\Z")
"""What stands between two prices: an operator at an end, a word, half of a parenthesis."""


def may_be(text: str) -> bool:
    """Whether something may be found here."""
    if "$" in text and _may_have_formulas(_DOUBLE.sub("\0", text)):
        return True
    if "\\" in text and _LATEX.search(_without_formulas(text)):
        return True
    return "] (" in text or any(sign in text and p.search(text) for sign, p in _SIGNS)


def _without_formulas(text: str) -> str:
    """A text with a blank in place of each formula, where every dollar has its second."""
    text = _DOUBLE.sub("\0", text)
    return "\0".join(text.split("$")[::2]) if _is_paired(text) else text


def _may_have_formulas(text: str) -> bool:
    if _is_paired(text):
        return False
    return _OPEN.search(text) is not None or any(True for _ in _formulas(text))


def _is_paired(text: str) -> bool:
    """Whether every dollar has its second, whatever a parse makes of the rest: nearly all have."""
    pieces = text.split("$")
    around, inside = pieces[::2], pieces[1::2]
    return (
        len(around) > len(inside)
        and all(one and one.strip() == one and not _APART.search(one) for one in inside)
        and not any(one[-1:] == "\\" or one[-1:].isdigit() for one in around[:-1])
        and not any(one[:1].isdigit() for one in around[1:])
    )


def markdown(inline: Token) -> Iterator[Nearly]:
    """What was meant as Markdown in a paragraph, a heading or a cell."""
    shown = _shown(inline)
    if "$" in shown:
        yield from _formulas(shown)
    for match in _MARKED.finditer(shown):
        yield Nearly("a text marked by '=='", f"write **{_clip(match[1])}**", match[0])
    for match in _LINK.finditer(shown):
        hint = f"write [{_clip(match[1])}]({match[2]}), without a space"
        yield Nearly("a link with a space before its address", hint, match[0])
    yield from _of_others(shown)
    for match in _BULLET.finditer(shown):
        hint = "write '- ' in its place, each on a line of its own, with an empty line above them"
        yield Nearly(f"the bullet '{match[1]}'", hint, match[0].strip())


def _of_others(shown: str) -> Iterator[Nearly]:
    """Marks of wikis, of GitHub and of LaTeX."""
    for match in _WIKI.finditer(shown):
        is_image = match[0][0] == "!"
        hint = "![what it shows](media/picture.svg)" if is_image else "its id under 'related'"
        what = "a picture" if is_image else "a link"
        yield Nearly(f"{what} as in a wiki", f"write {hint}", match[0])
    for match in _REFERENCE.finditer(shown):
        hint = f"write [{_clip(match[1])}](https://…), or name the work in 'sources'"
        yield Nearly("a link to an address that is not given", hint, match[0])
    for match in _CALLOUT.finditer(shown):
        yield Nearly("the kind of a quotation", "write it in words: **Note.**", match[0])
    for match in _HEADING.finditer(shown):
        hint = "write a space after '#', or \\# where it is meant to be seen"
        yield Nearly("a heading without a space after '#'", hint, match[0].strip())
    for match in _DEFINED.finditer(shown):
        hint = "write - **term**: meaning"
        yield Nearly("the ':' of a list of definitions", hint, match[0].strip())
    for match in _LATEX.finditer(shown):
        yield Nearly("LaTeX outside a formula", "put '$' on both sides of the formula", match[0])


def _formulas(shown: str) -> Iterator[Nearly]:
    rest, at = [], 0
    for match in _SPACED.finditer(shown):
        latex = match[1].strip()
        plain = _COMMAND.sub("", latex)
        if latex != match[1] and _HAS_MATH.search(latex) and not _TORN.search(plain):
            yield Nearly("a formula with spaces inside its dollars", f"write ${latex}$", match[0])
            rest.append(shown[at : match.start()])
            at = match.end()
    for match in _OPEN.finditer("".join([*rest, shown[at:]])):
        hint = r"end it with '$' in the same paragraph; a dollar that is to be seen is \$"
        yield Nearly("a formula without its second '$'", hint, match[0])


_BREAKS: Final = frozenset({"softbreak", "hardbreak"})
_NO_TEXT: Final = frozenset({"code_inline", "image", "math_inline", "math_inline_double"})


def _shown(inline: Token) -> str:
    """The text of a paragraph as it is typed, with a blank in place of code, formulas, pictures."""
    parts = []
    for token in inline.children or []:
        if token.type in _BREAKS:
            parts.append("\n")
        elif token.type in _NO_TEXT:
            parts.append("\0")
        elif not token.type.startswith("link"):
            parts.append(token.content or token.markup)
    return "".join(parts)


_LONG: Final = 40


def _clip(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
