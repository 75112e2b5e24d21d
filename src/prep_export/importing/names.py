"""Ids from the words of decks, tags and notes, in whatever script these are.

An id names cards for ever, so two things never share one by accident: where an id cannot hold all
of a name, it ends in a hash of that name, which is the same at each import.
"""

from __future__ import annotations

import re
from hashlib import sha256

from prep_export.bank.values import LONGEST_SLUG, slug, spelled


def digest(text: str) -> str:
    """A hash of a text, as part of an id."""
    return sha256(text.encode()).hexdigest()[:10]


def unique(name: str, fallback: str) -> str:
    """An id that no other name has: with a hash, unless letters and digits say all of it."""
    made = slug(name)
    unsaid = any(c.isalnum() and not c.isascii() for c in spelled(name))
    lost = unsaid or len(made) == LONGEST_SLUG
    if lost or not made or re.search(r"[^\w\s.,:;/+#'\u2019()-]", name):
        return f"{made[:40] or fallback}-{digest(name)}"
    return made


class Topics:
    """Topic ids for paths of names, such as tags; two paths never share one."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        """By topic id."""
        self._ids: dict[tuple[str, ...], str] = {}

    def of(self, path: tuple[str, ...]) -> str:
        """The id of a path of names. Anki's tags know no capitals, so neither do these."""
        known = tuple(part.casefold() for part in path)
        if known not in self._ids:
            above = f"{self.of(path[:-1])}::" if len(path) > 1 else ""
            made = above + unique(path[-1], "topic")
            if made in self.titles:  # of another tag, such as 'a_b' beside 'a-b'
                made = f"{made}-{digest(known[-1])}"
            self._ids[known] = made
            self.titles[made] = " ".join(path[-1].replace("_", " ").split())
        return self._ids[known]
