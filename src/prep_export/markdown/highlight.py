"""Code highlighting by Pygments: one lexer a language, made once; results remembered."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_PLAIN = frozenset({"", "text", "plain", "txt", "none"})
COMMON = frozenset(
    """
    bash c c++ console cpp css diff docker go html ini java javascript json jsx kotlin latex
    makefile markdown php py python r ruby rust sh shell sql swift toml ts typescript xml yaml
    """.split()
)
"""Names that Pygments knows, so that it need not be asked: its import takes time."""

MAX_CHARACTERS: Final = 4_000
MAX_LINES: Final = 500
"""Of a block with colours: some lexers take time by the square of these."""


@cache
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


def language_of(info: str) -> str:
    """The language that a code fence names: the first word after the backticks."""
    words = info.split()
    return words[0].lower() if words else ""


def is_known(language: str) -> bool:
    """Whether Pygments can highlight a language; no language at all is fine too.

    By name if it can be: a lexer compiles its patterns, which takes longer than a whole check.
    """
    return (
        language in _PLAIN
        or language in COMMON
        or language in _names()
        or _lexer(language) is not None
    )


def is_short(code: str) -> bool:
    """Whether a block is highlighted, if its language is known."""
    return len(code) <= MAX_CHARACTERS and code.count("\n") <= MAX_LINES


@cache
def _names() -> frozenset[str]:
    from pygments.lexers import get_all_lexers

    return frozenset(name for _, names, *_ in get_all_lexers(plugins=False) for name in names)


@lru_cache(maxsize=4096)
def tokens(code: str, language: str) -> tuple[tuple[str, str], ...]:
    """(CSS class, text) pairs of a code block; the class is empty for plain text."""
    lexer = None if language in _PLAIN or not is_short(code) else _lexer(language)
    if lexer is None:
        return (("", code),)
    from pygments.token import STANDARD_TYPES

    def css_class(kind: Any) -> str:
        while kind not in STANDARD_TYPES:
            kind = kind.parent
        return str(STANDARD_TYPES[kind])

    pairs: list[tuple[str, str]] = []
    for kind, text in lexer.get_tokens(code):
        name = css_class(kind)
        if name == "w" or not text.strip():
            name = ""
        if pairs and pairs[-1][0] == name:
            pairs[-1] = (name, pairs[-1][1] + text)
        else:
            pairs.append((name, text))
    return tuple(pairs)
