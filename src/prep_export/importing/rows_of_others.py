"""Rows of other people's tables: each a question, or a drill where it hides something."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from prep_export.exporters.exchange.cells import words
from prep_export.exporters.exchange.columns import fields_of
from prep_export.importing.clean import text_of
from prep_export.importing.entries import CLOZE
from prep_export.importing.foreign import OCCLUSION
from prep_export.importing.names import unique
from prep_export.importing.row_cells import id_of, title_of

if TYPE_CHECKING:
    from prep_export.importing.entries import Entries, Entry
    from prep_export.importing.losses import Losses
    from prep_export.importing.row_cells import Cells
    from prep_export.importing.table import Row, Table

_ELSEWHERE: Final = frozenset({"id", "front", "back", "topics", "tags"})
"""Columns of a question that are not read as they stand."""
_OF_ITEM: Final = "left out, since a drill has those of its item:"


class OtherRows:
    """Makes entries of rows, and keeps the titles of their tags."""

    def __init__(
        self,
        table: Table,
        cells: Cells,
        losses: Losses,
        entries: Entries,
        *,
        deck: str,
        topics_from: str,
    ) -> None:
        self._table = table
        self._cells = cells
        self._losses = losses
        self._entries = entries
        self._deck = deck
        self._from = topics_from
        self._has_topics = "topics" in table.columns
        self.items: dict[str, Entry] = {}
        """Questions by the ids that their rows ask for."""
        self.tags: dict[str, str] = {}
        """Titles of tags, by id."""

    def row(self, row: Row) -> None:
        """Take a row: a question, or a drill where it hides something."""
        name, cells = self._cells.name(row), row.cells
        if any(OCCLUSION in cell for cell in cells.values()):
            self._losses.add(name, "", "an image occlusion note: left out")
            return
        front, back = cells.get("front", ""), cells.get("back", "")
        seed = cells.get("guid") or front
        topics = partial(self._topics, row)
        others = [column for column in cells if column in self._table.fields]
        cells = {name: text for name, text in cells.items() if name not in others}
        kinds = fields_of("questions")
        if CLOZE.search(front):
            columns = ["back", *(n for n in ("why", "details") if n in cells), *others]
            further = [(n, self._cells.text(row, n)) for n in columns if n in row.cells]
            made = self._entries.drill(name, self._cells.text(row, "front"), further, topics, seed)
            taken = {"why", "details", "id"}
        else:
            asked = ("front", self._cells.text(row, "front", line=True))
            answers = [(n, self._cells.text(row, n)) for n in ("back", *others) if n in row.cells]
            plain = text_of(front) if self._table.head.html else front
            made = self._entries.question(name, asked, answers if back else [], topics, seed, plain)
            taken = {*kinds}
            for column in cells:
                if made is not None and column in kinds and column not in _ELSEWHERE:
                    made[column] = self._cells.value(row, column, kinds[column])
        if made is None:
            return
        self._named(row, made)
        if self._has_topics:
            self._tags(row, made)
        taken |= {"front", "back", "topics", "tags", *others, "deck", "guid", "notetype"}
        self._cells.unplaced(row, taken, "a drill" if "text" in made else "a question")

    def _named(self, row: Row, made: Entry) -> None:
        """Give an entry the id that its row asks for."""
        name = id_of(row)
        if not name:
            return
        for fault in fields_of("questions")["id"].faults(name, ("id",)):
            self._cells.fault(row, f"{fault.message}; {fault.hint}")
        made["id"] = name
        if "question" in made:
            self.items[name] = made

    def _tags(self, row: Row, made: Entry) -> None:
        """Tags beside topics are tags of the bank, as those that the table has for every row."""
        found = [*words(row.cells.get("tags", "")), *self._table.head.tags]
        tags = {unique(word, "tag"): word for word in found}
        if "text" in made:
            for word in found:
                self._losses.add(self._cells.name(row), "tags", _OF_ITEM, word)
            return
        self.tags |= {tag: title_of(word) for tag, word in tags.items()}
        if tags:
            made["tags"] = [*tags]

    def _topics(self, row: Row) -> list[str]:
        """By the column of that name; without it, by tags or decks as notes of a package."""
        told = row.cells.get("topics", "")
        if self._has_topics and self._from == "tags":
            return self._entries.topics_of(re.split(r"[,;\n]", told))
        name = self._cells.name(row)
        if told:
            self._losses.add(name, "topics", "not read, since topics come from decks:", told)
        tags = [] if self._has_topics else words(row.cells.get("tags", ""))
        tags += [] if self._has_topics else self._table.head.tags
        deck = row.cells.get("deck", self._table.head.deck)
        return self._entries.topics_of_note(name, tags, deck, self._deck, self._from)
