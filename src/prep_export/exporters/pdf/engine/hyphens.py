"""Where words may be broken: pyphen's dictionaries, which are those of LibreOffice."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@cache
def dictionary(language: str) -> str:
    """The name of the dictionary for a BCP 47 tag; empty where there is none."""
    from pyphen import language_fallback

    return language_fallback(language.replace("-", "_")) or ""


@cache
def breaker(name: str) -> Callable[[str], Iterator[tuple[str, str]]]:
    """Pairs of the parts of a word, the longest first part first, as reportlab asks for them.

    reportlab adds the hyphen itself, and takes it out when it sets the paragraph again. That is why
    it is a plain one: where a soft hyphen ends the first part, it stays in the word.
    """
    from pyphen import Pyphen

    pairs: Callable[[str], Iterator[tuple[str, str]]] = Pyphen(lang=name, left=3, right=3).iterate
    return pairs
