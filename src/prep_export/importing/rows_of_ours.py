"""Rows that say of which section they are, as `export csv` writes them, and drills of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prep_export.bank.model import PRIORITIES, SECTIONS, Drill
from prep_export.bank.read.shape import value_of
from prep_export.exporters.exchange.cells import words
from prep_export.exporters.exchange.columns import DRILLS, SHARED, back_of, fields_of, front_of
from prep_export.importing.entries import CLOZE
from prep_export.importing.row_cells import SHOWN, id_of, title_of
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from prep_export.importing.entries import Entry
    from prep_export.importing.losses import Losses
    from prep_export.importing.row_cells import Cells
    from prep_export.importing.table import Row

_OF_ITEM: Final = "left out, since a drill has that of its item:"


class OwnRows:
    """Gathers items by section, and drills below them."""

    def __init__(self, cells: Cells, losses: Losses) -> None:
        self._cells = cells
        self._losses = losses
        self.sections: dict[str, list[Entry]] = {}
        self.items: dict[str, Entry] = {}
        """By id; those of others too, which may have drills."""
        self.tags: dict[str, str] = {}
        """Titles of tags, by id."""

    def item(self, row: Row) -> None:
        """Take the row of an item, which says its section."""
        section = row.cells.get("section", "").strip()
        if section not in SECTIONS:
            known = (*SECTIONS, DRILLS)
            hint = did_you_mean(section, known) or f"one of {', '.join(known)}"
            self._cells.fault(row, f"there is no section '{section[:SHOWN]}'; {hint}")
            return
        kinds = fields_of(section)
        named = {"front": front_of(section), "back": back_of(section)}
        entry: Entry = {}
        for column, value_kind in kinds.items():
            if column in row.cells:
                entry[named.get(column, column)] = self._cells.value(row, column, value_kind)
        kind: type = SECTIONS[section].type
        columns = {field: column for column, field in named.items()}
        for field in value_of(kind).required:
            if field not in entry:
                self._cells.fault(
                    row, f"'{columns.get(field, field)}' is empty, and {section} need it"
                )
        self._cells.unplaced(row, {*kinds, "section"}, section)
        self.tags |= {tag: title_of(tag) for tag in entry.get("tags", ())}
        self.items[entry.get("id", "")] = entry
        self.sections.setdefault(section, []).append(entry)

    def drill(self, row: Row) -> None:
        """Take the row of a drill, whose item has been taken."""
        item, _, name = id_of(row).partition("/")
        if not name:
            self._cells.fault(row, "a drill has an id such as 'item/drill'")
            return
        if item not in self.items:
            self._cells.fault(row, f"there is no item '{item}' for the drill '{name}'")
            return
        kinds = fields_of(DRILLS)
        found = {
            n: self._cells.value(row, n, k)
            for n, k in kinds.items()
            if n in row.cells and n != "id"
        }
        entry: Entry = {"id": name}
        if CLOZE.search(found.get("front", "")):
            if "back" in found:
                self._cells.fault(
                    row, "a drill hides something in 'front', or has 'back', not both"
                )
            entry["text"] = found.get("front", "")
        elif "front" in found and "back" in found:
            entry |= {"ask": found["front"], "answer": found["back"]}
        else:
            self._cells.fault(row, "a drill needs 'front' and 'back', or 'front' with {{c1::…}}")
        if "why" in found:
            entry["why"] = found["why"]
        for fault in value_of(Drill).fields["id"].faults(name, ("id",)):
            self._cells.fault(row, f"{fault.message}; {fault.hint}")
        parent = self.items[item]
        self._cells.unplaced(
            row, {*kinds, *SHARED, "section", "deck", "guid", "notetype"}, "a drill"
        )
        self._repeated(row, parent)
        parent.setdefault("drills", []).append(entry)

    def _repeated(self, row: Row, item: Entry) -> None:
        """Name what a drill's row says of its item, where that one's own row says otherwise."""
        own = max(item.get("priority", "standard"), item.get("drill_priority", ""), key=_late)
        for column in SHARED:
            told = row.cells.get(column, "")
            if column in {"topics", "tags"}:
                same = words(told) == item.get(column, [])
            else:
                same = told == (own if column == "priority" else item.get(column, ""))
            if told and not same:
                self._losses.add(self._cells.name(row), column, _OF_ITEM, told)


def _late(priority: str) -> int:
    return PRIORITIES.index(priority) if priority in PRIORITIES else -1
