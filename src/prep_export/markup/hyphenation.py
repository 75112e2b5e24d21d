"""Where words may be broken: pyphen's dictionaries, which are those of LibreOffice."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SOFT = "\u00ad"
"""Shown as a hyphen at the end of a line; those who search or copy the text do not see it."""


@cache
def dictionary(language: str) -> str:
    """The name of the dictionary for a BCP 47 tag; empty where there is none."""
    from pyphen import language_fallback

    return language_fallback(language.replace("-", "_")) or ""


@cache
def breaker(name: str) -> Callable[[str], Iterator[tuple[str, str]]]:
    """Pairs of the parts of a word, the longest first part first, as reportlab asks for them."""
    from pyphen import Pyphen

    words = Pyphen(lang=name, left=3, right=3)

    def pairs(word: str) -> Iterator[tuple[str, str]]:
        for head, tail in words.iterate(word):
            yield head if head.endswith("-") else head + _SOFT, tail

    return pairs
