"""The deck options preset that travels with a deck; Anki applies it where the learner agrees."""

from __future__ import annotations

from typing import Any, Final

PRESET_ID: Final = 1_795_478_400_010

NEW_A_DAY: Final = 15
REVIEWS_A_DAY: Final = 200

# Anki's numbers (proto/anki/deck_config.proto): gather new cards by position, whatever their deck,
# so that chapters come mixed as we ordered them; show them as they were gathered.
_LOWEST_POSITION, _AS_GATHERED = 1, 1


def preset(default: dict[str, Any]) -> dict[str, Any]:
    """The preset, made from Anki's default one: few new cards a day, siblings on different days."""
    return {
        **default,
        "id": PRESET_ID,
        "name": "prep-export",
        "new": {**default["new"], "perDay": NEW_A_DAY, "bury": True, "order": 1},
        "rev": {**default["rev"], "perDay": REVIEWS_A_DAY, "bury": True},
        "buryInterdayLearning": True,
        "newGatherPriority": _LOWEST_POSITION,
        "newSortOrder": _AS_GATHERED,
    }
