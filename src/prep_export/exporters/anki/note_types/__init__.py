"""The note types: frozen shapes, with their templates and CSS as files beside this one.

Their shape is a contract with every collection that holds the deck (docs/anki-contract.md): under
the same id, a field or template added, moved or renamed without a stable id turns each existing
note into a conflict on import. So ids are constants, fields are general, and three spare ones wait
for what nobody thought of. Template text and CSS may change freely.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

BASIC_ID: Final = 1_795_478_400_001
CLOZE_ID: Final = 1_795_478_400_002

BASIC_FIELDS: Final = (
    ("Front", 6_110_001),
    ("Back", 6_110_002),
    ("Details", 6_110_003),
    ("Header", 6_110_004),
    ("Footer", 6_110_005),
    ("Id", 6_110_006),
    ("Reverse", 6_110_007),
    ("Spare 1", 6_110_008),
    ("Spare 2", 6_110_009),
    ("Spare 3", 6_110_010),
)
CLOZE_FIELDS: Final = (
    ("Text", 6_120_001),
    ("Back", 6_120_002),
    ("Details", 6_120_003),
    ("Header", 6_120_004),
    ("Footer", 6_120_005),
    ("Id", 6_120_006),
    ("Spare 1", 6_120_007),
    ("Spare 2", 6_120_008),
    ("Spare 3", 6_120_009),
)
BASIC_TEMPLATES: Final = (("Card", 6_210_001, "basic"), ("Reverse", 6_210_002, "reverse"))
CLOZE_TEMPLATES: Final = (("Cloze", 6_220_001, "cloze"),)


@cache
def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def css() -> str:
    """The style of both note types."""
    return _text("style.css")


def fields(declared: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    """Field definitions as genanki takes them; `id` lets even a rename update in place."""
    return [{"name": name, "id": number, "font": "Arial"} for name, number in declared]


def templates(declared: tuple[tuple[str, int, str], ...]) -> list[dict[str, Any]]:
    """Card templates as genanki takes them."""
    return [
        {
            "name": name,
            "id": number,
            "qfmt": _text(f"{file}-front.html").strip(),
            "afmt": _text(f"{file}-back.html").strip(),
        }
        for name, number, file in declared
    ]
