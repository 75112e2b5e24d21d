"""Cells of a table: their Markdown, their values, and what is wrong with them."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.read.shape import ListValue, TextValue
from prep_export.exporters.exchange.cells import unguarded, value
from prep_export.importing.beside import Beside
from prep_export.importing.clean import text_of
from prep_export.importing.markdown import to_markdown

if TYPE_CHECKING:
    from collections.abc import Container

    from prep_export.bank.read.shape import Value
    from prep_export.importing.losses import Lose, Losses
    from prep_export.importing.table import Row, Table

SHOWN: Final = 40
"""Characters of a cell that a message shows."""
_CODE: Final = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|^~~~.*?^~~~", re.DOTALL | re.MULTILINE)
_HTML: Final = re.compile(
    r"</?(?:b|i|u|br|div|p|img|span|ul|ol|li|sub|sup|code|pre|font|a)\b[^<>]*>"
)


class Cells:
    """Reads the cells of a table's rows, and gathers their faults and pictures."""

    def __init__(self, table: Table, losses: Losses) -> None:
        self._table = table
        self._losses = losses
        self.faults: list[str] = []
        self.pictures = Beside(str(Path(table.path).parent))

    def fault(self, row: Row, said: str) -> None:
        """Something is wrong in a row."""
        self.faults.append(f"{self._table.path}:{row.line}: {said}")

    def name(self, row: Row) -> str:
        """What a row is called where it is listed."""
        text = " ".join(text_of(row.cells.get("front", "")[:2_000]).split())
        return f"line {row.line}: {text[:SHOWN]}" if text else f"line {row.line}"

    def value(self, row: Row, column: str, kind: Value) -> Any:
        """The plain value of a cell; what is wrong with it is a fault of its row."""
        text = row.cells[column]
        text = unguarded(text) if self._table.is_ours else text
        lose = self._losses.of(self.name(row), column)
        if isinstance(kind, TextValue) and not kind.kind.pattern:
            text = self._markdown(text, lose, line=kind.kind.one_line)
        else:
            text = _ends(text).strip()
        try:
            found = value(text, kind)
        except ValueError as error:
            self.fault(row, f"'{column}' is '{text[:SHOWN]}'; {error}")
            return text
        if column == "diagram" and isinstance(found.get("image"), str):
            self.pictures.path(found["image"], lose)
        if isinstance(kind, ListValue):
            found = self._list(found, kind, lose)
        data = str(found).lower() if isinstance(found, bool) else found
        if text:
            for fault in kind.faults(data, (column,)):
                self.fault(row, f"{fault.message}; {fault.hint}")
        return data

    def text(self, row: Row, column: str, *, line: bool = False) -> str:
        """The Markdown of a column, empty where the row has none."""
        lose = self._losses.of(self.name(row), column)
        return self._markdown(row.cells.get(column, ""), lose, line=line)

    def unplaced(self, row: Row, taken: Container[str], what: str) -> None:
        """Name the cells that an entry has no field for."""
        for column in row.cells:
            if column not in taken:
                self._losses.add(self.name(row), column, f"{what} has no such field: left out")

    def _list(self, found: list[Any], kind: ListValue, lose: Lose) -> list[Any]:
        """A list whose texts are Markdown; the pictures of all its texts come along."""
        if isinstance(kind.inner, TextValue) and not kind.inner.kind.pattern:
            return [self._markdown(text, lose, line=False) for text in found]
        for entry in found:
            for text in entry.values() if isinstance(entry, dict) else ():
                if isinstance(text, str):
                    self.pictures.named_in(text, lose)
        return found

    def _markdown(self, text: str, lose: Lose, *, line: bool) -> str:
        """The Markdown of a cell: it is Markdown already, or HTML or plain text where the table
        says so."""
        text = _ends(text).strip()
        if self._table.head.html is None:
            if _HTML.search(_CODE.sub("", text)):
                lose("HTML, kept as text; '#html:true' above all rows would read it")
            if line and "\n" in text:
                lose("several lines, written in one")
                text = " ".join(text.split())
            self.pictures.named_in(text, lose)
            return text
        if not self._table.head.html:
            text = escape(text, quote=False).replace("\n", "<br>")
        return to_markdown(text, self.pictures.path, lose, line=line)


def id_of(row: Row) -> str:
    """The id that a row asks for, or an empty text."""
    return row.cells.get("id", "").strip()


def title_of(word: str) -> str:
    """The title of a tag that is but a word."""
    return word.replace("-", " ").replace("_", " ").capitalize()


def _ends(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text)
