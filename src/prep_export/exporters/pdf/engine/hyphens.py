"""Where words may be broken: pyphen's dictionaries, which are those of LibreOffice."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from reportlab.platypus import paragraph

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

    found: Callable[[str], Iterator[tuple[str, str]]] = Pyphen(lang=name, left=3, right=3).iterate

    def pairs(word: str) -> Iterator[tuple[str, str]]:
        if not _DIGIT.search(word):
            yield from ((head, tail) for head, tail in found(word) if _is_apart(head, tail))

    return pairs


_DIGIT: Final = re.compile(r"\d")
"""No number is broken, nor a name of a model with one in it."""

_LEAST: Final = 4
"""Letters between a break and a hyphen of the word's own: not mul-ti-step."""


def _is_apart(head: str, tail: str) -> bool:
    return "-" not in head[-_LEAST:] and "-" not in tail[:_LEAST]


_LONGEST: Final = 2_000
"""Letters of an address. Of each line that a word goes over, reportlab asks anew whether what is
left is an address, by a pattern: of tens of thousands of letters that takes minutes."""

_address_parts = paragraph._uri_split_pairs  # noqa: SLF001 - it has no switch of its own


def _parts_of_short(word: str) -> list[tuple[str, str]] | None:
    return _address_parts(word) if len(word) <= _LONGEST else None


paragraph._uri_split_pairs = _parts_of_short  # noqa: SLF001 - as above
