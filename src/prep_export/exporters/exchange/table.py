"""The table of a bank: a row for each item, followed by those of its drills."""

from __future__ import annotations

import csv
from dataclasses import MISSING, fields
from io import StringIO
from typing import TYPE_CHECKING, Final

from prep_export.bank.model import drill_priority
from prep_export.bank.plain import plain
from prep_export.exporters.exchange.cells import cell, guarded
from prep_export.exporters.exchange.columns import (
    DRILLS,
    FIRST,
    SHARED,
    back_of,
    every,
    fields_of,
    front_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.model import Bank, Item

    Row = dict[str, str]
    """Cells that are not empty, by column."""

DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}


def rows(bank: Bank) -> list[list[str]]:
    """The names of columns, then all rows; a column that would be empty is left out."""
    found = [row for section, item in bank.items() for row in _of_item(section, item)]
    used = {name for row in found for name in row}
    names = [name for name in every() if name in FIRST or name in used]
    return [names, *([guarded(row.get(name, "")) for name in names] for row in found)]


def text_of(rows: list[list[str]], delimiter: str) -> str:
    """Rows as RFC 4180 has them, with CRLF between."""
    made = StringIO(newline="")
    csv.writer(made, delimiter=DELIMITERS[delimiter], lineterminator="\r\n").writerows(rows)
    return made.getvalue()


def _of_item(section: str, item: Item) -> Iterator[Row]:
    defaults = {
        one.name: one.default
        for one in fields(item)
        if one.default is not MISSING and one.name not in FIRST
    }
    named = {"front": front_of(section), "back": back_of(section)}
    row = {"section": section}
    for column, kind in fields_of(section).items():
        field = named.get(column, column)
        value = getattr(item, field)
        if value is not None and value != defaults.get(field, ()):
            row[column] = cell(plain(value), kind)
    yield row
    for drill in item.drills:
        cells: dict[str, str | None] = {
            **{name: row[name] for name in SHARED if name in row},
            "id": f"{item.id}/{drill.id}",
            "section": DRILLS,
            "priority": drill_priority(item),
            "front": drill.text or drill.ask,
            "back": drill.answer,
            "why": drill.why,
        }
        yield {name: text for name, text in cells.items() if text}
