"""Rows of a table to entries of a bank.

Rows of ours say of which section they are, and come back as they were. Of others each is a
question, or a drill where it hides something. What a bank has no place for is named by row and
column.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prep_export.errors import PackageError, TableError
from prep_export.exporters.exchange.columns import DRILLS
from prep_export.importing.decks import say_flattened, shared
from prep_export.importing.entries import Entries, levels
from prep_export.importing.names import unique
from prep_export.importing.row_cells import SHOWN, Cells, id_of
from prep_export.importing.rows_of_others import OtherRows
from prep_export.importing.rows_of_ours import OwnRows

if TYPE_CHECKING:
    from prep_export.importing.entries import Entry
    from prep_export.importing.losses import Losses
    from prep_export.importing.table import Table


class Rows:
    """Gathers entries by section from the rows of a table."""

    def __init__(self, table: Table, losses: Losses, topics_from: str) -> None:
        self._table = table
        self._losses = losses
        self._from = topics_from
        self._cells = Cells(table, losses)
        self.pictures = self._cells.pictures
        self.deck = self._shared_deck()
        self.entries = Entries(losses)
        self._ours = OwnRows(self._cells, losses)
        self._others = OtherRows(
            table, self._cells, losses, self.entries, deck=self.deck, topics_from=topics_from
        )
        self.sections = self._ours.sections

    @property
    def tags(self) -> dict[str, str]:
        """Titles of tags, by id."""
        return {**self._ours.tags, **self._others.tags}

    def read(self) -> None:
        """Take every row. Raises TableError with all that is wrong in any cell, PackageError where
        nothing can be carried."""
        self._unread()
        self._ids()
        later = []
        for row in self._table.rows:
            if "/" in id_of(row) or row.cells.get("section", "").strip() == DRILLS:
                later.append(row)
            elif self._table.is_ours:
                self._ours.item(row)
            else:
                self._others.row(row)
        self._ours.items.update(self._others.items)
        for row in later:
            self._ours.drill(row)
        if self._cells.faults:
            raise TableError(self._cells.faults)
        self.sections.setdefault("patterns", []).extend(self.entries.holders.values())
        self.sections.setdefault("questions", []).extend(self.entries.questions)
        if not any(self.sections.values()):
            first = next(iter(self._losses.lines()), "it has none")
            raise PackageError(f"no row of '{self._table.path}' can be carried ({first})")

    def _unread(self) -> None:
        """Say what of the table as a whole no bank has a place for."""
        table = self._table
        decks = {row.cells["deck"] for row in table.rows if "deck" in row.cells}
        if self._from == "decks" and not decks:
            self._cells.faults.append(f"{table.path}: no column 'deck' to take topics from")
        for line, comment in table.head.comments.items():
            self._losses.say(f"line {line}, a comment: {comment[:SHOWN]}")
        if table.is_ours:
            what = "the header, the titles of topics and tags, what was retired"
            self._losses.say(f"{what}: a table has none; the JSON has them")
            if table.head.tags:
                self._losses.say("'#tags': each row has its own where it says its section")
            return
        if self._from == "tags":
            say_flattened(self._losses, decks, self.header["deck"])
        if any("notetype" in row.cells for row in table.rows):
            what = "a row is a question, or a drill where it hides something"
            self._losses.say(f"the column 'notetype': {what}")

    def _shared_deck(self) -> str:
        """The deck above all, by what the table says."""
        names = {row.cells["deck"] for row in self._table.rows if "deck" in row.cells}
        found = shared([levels(name) for name in sorted(names)])
        return "::".join(found) or self._table.head.deck

    @property
    def header(self) -> Entry:
        """The header of the bank, of which a table holds the deck at most."""
        stem = Path(self._table.path).stem
        title = self.deck or stem
        return {"id": unique(stem, "table"), "title": title, "deck": title}

    def _ids(self) -> None:
        lines: dict[str, int] = {}
        for row in self._table.rows:
            name = id_of(row)
            if name and name in lines:
                said = f"the id '{name}' is that of line {lines[name]} too; choose another"
                self._cells.fault(row, said)
            if name:
                lines.setdefault(name, row.line)
                self.entries.take(name)
