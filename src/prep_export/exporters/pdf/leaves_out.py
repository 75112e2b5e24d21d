"""What each layout does not show, by section, role or field, and why."""

from __future__ import annotations

from typing import Final

_NO_ROOM: Final = "a wall has no room for it; it is in the booklet"

SHEET: Final = {
    "questions": _NO_ROOM,
    "concepts": _NO_ROOM,
    "tables.table": "where a smaller one (`short`) stands in its place, or `sheet` is `false`",
    "tables.note": "as its table",
    "faqs.answer": "where one line (`short`) says it; it is in the booklet",
    "drills": "for practice",
    "details": _NO_ROOM,
    "sources": _NO_ROOM,
    "related": _NO_ROOM,
    "prompt": "the title says enough",
    "why": "where a pair of sentences, wrong and right, shows it in less room",
    "remedy": "as above",
    "description": "for the deck and the booklet",
    "report": "for cards",
    "topics": "for the booklet's index",
    "retired": "for those who have the cards",
}

BOOKLET: Final = {
    "short": "it has room for the whole",
    "report": "for cards",
    "sections": "its chapters go by topic; titles of what stands behind them are shown",
    "prompt": "the title says enough",
    "back-prompt": "as the prompt",
    "retired": "for those who have the cards",
}

_SMALL: Final = "a card of paper has no room for it; it is in the booklet"

FLASHCARDS: Final = {
    "short": "for the sheet",
    "url": "for the sheet",
    "report": "for cards on a screen",
    "points": _SMALL,
    "details": _SMALL,
    "pitfalls": _SMALL,
    "follow-ups": _SMALL,
    "example": _SMALL,
    "sources": _SMALL,
    "related": _SMALL,
    "back-prompt": "a card of paper is turned by hand",
    "description": "for the deck and the booklet",
    "licence": "each card stands for itself",
    "version": "each card stands for itself",
    "sections": "each card stands for itself",
    "retired": "for those who have the cards",
}
