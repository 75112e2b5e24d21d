"""Packages as a later version will write them: with texts in fields that wait for a use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prep_export.exporters.anki import note_types

from .packages import altered, rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CARD: Final = (
    "id nid did ord mod usn type queue due ivl factor reps lapses left odue odid flags data"
)
RESERVED: Final = {
    "Hint": note_types.HINT,
    "Picture": note_types.PICTURE,
    "Audio": note_types.AUDIO,
    "Typed": note_types.TYPED,
}


def fill(package: Path, filled: Mapping[str, str]) -> Path:
    """Writes into fields of the item 'one' and its drills, and adds the card that the third
    template then makes."""
    statements = []
    for number, text in rows(package, "SELECT id, flds FROM notes"):
        fields = text.split("\x1f")
        if fields[note_types.ID].partition("/")[0] != "one":
            continue
        for name, content in filled.items():
            fields[RESERVED[name]] = content
        joined = "\x1f".join(fields).replace("'", "''")
        statements.append(f"UPDATE notes SET flds = '{joined}' WHERE id = {number}")
        if "Typed" in filled and "/" not in fields[note_types.ID]:
            columns = ", ".join(
                {"id": "id + 900000", "ord": "2"}.get(name, name) for name in _CARD.split()
            )
            statements.append(f"INSERT INTO cards SELECT {columns} FROM cards WHERE nid = {number}")
    return altered(package, statements)
