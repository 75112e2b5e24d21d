"""The order of words in an alphabet, whatever the computer's own language."""

from __future__ import annotations

import unicodedata


def order(word: str) -> tuple[str, str]:
    """A key to sort words by: marks over letters, capitals and what is no letter do not count
    until all else is the same."""
    folded = unicodedata.normalize("NFKD", word).casefold()
    letters = "".join(char for char in folded if char.isalnum() or char == " ")
    return letters.strip(), word


def initial(word: str) -> str:
    """The letter under which a word stands; empty for digits, and where a script has no capitals,
    so that nearly every word would begin another."""
    first = order(word)[0][:1]
    return first.upper() if first.lower() != first.upper() else ""
