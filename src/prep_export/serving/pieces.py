"""A page in pieces, so that a browser takes those alone that a save has changed.

A page of a large bank takes a browser long to lay out, whoever is fast. Mostly one item changes;
what stands around the items rarely does, and then the whole page is loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ARTICLE: Final = re.compile(r'<article class="item[^>]* id="([^"]*)".*?</article>', re.DOTALL)
"""An item of the study page, which holds no other; author's text has no tags."""
_KEPT: Final = 50
"""Versions of which is known what they were: a browser that sleeps longer loads the page."""


@dataclass(frozen=True, slots=True)
class _Version:
    around: int
    """A hash of all but the items, and of their order."""
    items: dict[str, int]
    """A hash of each item."""


class Pieces:
    """What the last versions of a page were, and the items of the last one."""

    def __init__(self) -> None:
        self._state: tuple[int, dict[int, _Version], dict[str, str]] = (-1, {}, {})
        """The last version, all that are known, the last one's items; replaced as a whole, since
        other threads read it."""

    def add(self, version: int, html: str) -> None:
        """The page of a version."""
        items = {match[1]: match[0] for match in _ARTICLE.finditer(html)}
        around = _ARTICLE.sub(lambda match: f"<article {match[1]}>", html)
        hashes = {name: hash(item) for name, item in items.items()}
        known = {**self._state[1], version: _Version(hash(around), hashes)}
        for old in list(known)[:-_KEPT]:
            del known[old]
        self._state = (version, known, items)

    def since(self, version: int) -> tuple[int, dict[str, str] | None]:
        """The last version, and its items that were others in a version before; None where more
        has changed than items."""
        last, known, items = self._state
        before, now = known.get(version), known.get(last)
        if before is None or now is None or before.around != now.around:
            return last, None
        return last, {
            name: items[name] for name, one in now.items.items() if before.items[name] != one
        }
