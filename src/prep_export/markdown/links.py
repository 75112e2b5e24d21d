"""Which links may leave a card or a page."""

from __future__ import annotations

import re
from typing import Final

_ALLOWED: Final = re.compile(r"(?:https?://[^\s/]|mailto:[^\s@]+@)", re.IGNORECASE)


def is_allowed(url: str) -> bool:
    """Only web addresses and mail: a deck or a sheet has no page of its own to be relative to."""
    return _ALLOWED.match(url) is not None
