"""The columns of a table of a bank: one row is an item or a drill. Export and import share them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from prep_export.bank.model import SECTIONS, Drill, Item
from prep_export.bank.read.shape import value_of
from prep_export.parts import ROWS

if TYPE_CHECKING:
    from prep_export.bank.read.shape import Value

DRILLS: Final = "drills"
"""What `section` says of a drill, whose id is 'item/drill'."""

FIRST: Final = (
    "id",
    "section",
    "topics",
    "kind",
    "difficulty",
    "priority",
    "tags",
    "front",
    "back",
)
"""Columns that each table has, in this order; further ones have the names of fields."""

SHARED: Final = ("topics", "kind", "difficulty", "priority", "tags")
"""What a drill has of its item, said again in its row so that a spreadsheet can sort by it."""

_BACKS: Final = ("answer", "definition", "lead", "table", "remedy", "strong")
"""The roles of what one says first, whatever the section."""


def front_of(section: str) -> str:
    """The field of a section that the column `front` holds."""
    return SECTIONS[section].title


def back_of(section: str) -> str:
    """The field of a section that the column `back` holds."""
    roles = {row.role: row.field for row in ROWS[section]}
    return next(roles[role] for role in _BACKS if role in roles)


def fields_of(section: str) -> dict[str, Value]:
    """What each column may hold in the rows of a section, by the column's name."""
    if section == DRILLS:
        drill = value_of(Drill).fields
        named = {"front": "text", "back": "answer"}
        return {name: drill[named.get(name, name)] for name in ("id", "front", "back", "why")}
    kind: type = SECTIONS[section].type
    kinds = value_of(kind).fields
    renamed = {front_of(section): "front", back_of(section): "back"}
    return {renamed.get(name, name): value for name, value in kinds.items() if name != "drills"}


def every() -> list[str]:
    """The names of all columns in their order: what every item has comes last."""
    last = [one.name for one in fields(Item)]
    names = dict.fromkeys(FIRST)
    for section in (DRILLS, *SECTIONS):
        names |= dict.fromkeys(name for name in fields_of(section) if name not in last)
    return [*names, *(name for name in last if name not in (*FIRST, DRILLS))]
