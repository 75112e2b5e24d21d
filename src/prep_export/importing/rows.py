"""Rows of a table to entries of a bank.

Rows of ours say of which section they are, and come back as they were. Of others each is a
question, or a drill where it hides something. What a bank has no place for is named by row and
column.
"""

from __future__ import annotations

import re
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.model import PRIORITIES, SECTIONS, Drill
from prep_export.bank.read.shape import ListValue, TextValue, value_of
from prep_export.errors import PackageError, TableError
from prep_export.exporters.exchange.cells import unguarded, value
from prep_export.exporters.exchange.columns import DRILLS, SHARED, back_of, fields_of, front_of
from prep_export.importing.beside import Beside
from prep_export.importing.clean import text_of
from prep_export.importing.entries import CLOZE, Entries, levels
from prep_export.importing.foreign import OCCLUSION
from prep_export.importing.markdown import to_markdown
from prep_export.importing.names import unique
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from prep_export.bank.read.shape import Value
    from prep_export.importing.entries import Entry
    from prep_export.importing.losses import Lose, Losses
    from prep_export.importing.table import Row, Table

_HTML: Final = re.compile(
    r"</?(?:b|i|u|br|div|p|img|span|ul|ol|li|sub|sup|code|pre|font|a)\b[^<>]*>"
)
_NAMED: Final = 40
_ELSEWHERE: Final = frozenset({"id", "front", "back", "topics", "tags"})
"""Columns of a question that are not read as they stand."""


class Rows:
    """Gathers entries by section from the rows of a table."""

    def __init__(self, table: Table, losses: Losses, topics_from: str) -> None:
        self._table = table
        self._losses = losses
        self._from = topics_from
        self._faults: list[str] = []
        self._lines: dict[str, int] = {}
        """Where each id stands."""
        self._items: dict[str, Entry] = {}
        self.entries = Entries(losses)
        self.sections: dict[str, list[Entry]] = {}
        self.tags: dict[str, str] = {}
        """Titles of tags, by id."""
        self.pictures = Beside(str(Path(table.path).parent))
        self.deck = self._deck()

    def read(self) -> None:
        """Take every row. Raises TableError with all that is wrong in any cell, PackageError where
        nothing can be carried."""
        if self._from == "decks" and not any("deck" in row.cells for row in self._table.rows):
            self._faults.append(f"{self._table.path}: no column 'deck' to take topics from")
        for line, comment in self._table.head.comments.items():
            self._losses.say(f"line {line}, a comment: {comment[:_NAMED]}")
        self._ids()
        later = []
        for row in self._table.rows:
            if "/" in _id(row) or row.cells.get("section", "").strip() == DRILLS:
                later.append(row)
            elif self._table.is_ours:
                self._ours(row)
            else:
                self._other(row)
        for row in later:
            self._drill(row)
        if self._faults:
            raise TableError(self._faults)
        if self._table.is_ours:
            what = "the header, the titles of topics and tags, what was retired"
            self._losses.say(f"{what}: a table has none; the JSON has them")
        self.sections.setdefault("patterns", []).extend(self.entries.holders.values())
        self.sections.setdefault("questions", []).extend(self.entries.questions)
        if not any(self.sections.values()):
            first = next(iter(self._losses.lines()), "it has none")
            raise PackageError(f"no row of '{self._table.path}' can be carried ({first})")

    def _deck(self) -> str:
        """The deck above all, by what the table says."""
        names = {row.cells["deck"] for row in self._table.rows if "deck" in row.cells}
        shared: list[str] = []
        for level in zip(*(levels(name) for name in sorted(names)), strict=False):
            if len(set(level)) > 1:
                break
            shared.append(level[0])
        return "::".join(shared) or self._table.head.deck

    @property
    def header(self) -> Entry:
        """The header of the bank, of which a table holds the deck at most."""
        stem = Path(self._table.path).stem
        title = self.deck or stem
        return {"id": unique(stem, "table"), "title": title, "deck": title}

    def _ids(self) -> None:
        for row in self._table.rows:
            name = _id(row)
            if name and name in self._lines:
                first = self._lines[name]
                self._fault(row, f"the id '{name}' is that of line {first} too; choose another")
            if name:
                self._lines.setdefault(name, row.line)
                self.entries.take(name)

    def _fault(self, row: Row, said: str) -> None:
        self._faults.append(f"{self._table.path}:{row.line}: {said}")

    # Rows of ours

    def _ours(self, row: Row) -> None:
        section = row.cells.get("section", "").strip()
        if section not in SECTIONS:
            known = (*SECTIONS, DRILLS)
            hint = did_you_mean(section, known) or f"one of {', '.join(known)}"
            self._fault(row, f"there is no section '{section[:_NAMED]}'; {hint}")
            return
        kinds = fields_of(section)
        named = {"front": front_of(section), "back": back_of(section)}
        entry: Entry = {}
        for column, value_kind in kinds.items():
            if column in row.cells:
                entry[named.get(column, column)] = self._value(row, column, value_kind)
        kind: type = SECTIONS[section].type
        columns = {field: column for column, field in named.items()}
        for field in value_of(kind).required:
            if field not in entry:
                self._fault(row, f"'{columns.get(field, field)}' is empty, and {section} need it")
        self._unplaced(row, {*kinds, "section"}, section)
        self.tags |= {tag: _title(tag) for tag in entry.get("tags", ())}
        self._items[entry.get("id", "")] = entry
        self.sections.setdefault(section, []).append(entry)

    def _value(self, row: Row, column: str, kind: Value) -> Any:
        """The plain value of a cell; what is wrong with it is a fault of its row."""
        text = row.cells[column]
        text = unguarded(text) if self._table.is_ours else text
        lose = self._losses.of(self._name(row), column)
        if isinstance(kind, TextValue) and not kind.kind.pattern:
            text = self._markdown(text, lose, line=kind.kind.one_line)
        else:
            text = _ends(text).strip()
        try:
            found = value(text, kind)
        except ValueError as error:
            self._fault(row, f"'{column}' is '{text[:_NAMED]}'; {error}")
            return text
        if column == "diagram" and isinstance(found.get("image"), str):
            self.pictures.path(found["image"], lose)
        if isinstance(kind, ListValue):
            found = self._list(found, kind, lose)
        data = str(found).lower() if isinstance(found, bool) else found
        if text:
            for fault in kind.faults(data, (column,)):
                self._fault(row, f"{fault.message}; {fault.hint}")
        return data

    def _list(self, found: list[Any], kind: ListValue, lose: Lose) -> list[Any]:
        """A list whose texts are Markdown; the pictures of all its texts come along."""
        if isinstance(kind.inner, TextValue) and not kind.inner.kind.pattern:
            return [self._markdown(text, lose, line=False) for text in found]
        for entry in found:
            for text in entry.values() if isinstance(entry, dict) else ():
                if isinstance(text, str):
                    self.pictures.named_in(text, lose)
        return found

    def _drill(self, row: Row) -> None:
        item, _, name = _id(row).partition("/")
        if not name:
            self._fault(row, "a drill has an id such as 'item/drill'")
            return
        if item not in self._items:
            self._fault(row, f"there is no item '{item}' for the drill '{name}'")
            return
        kinds = fields_of(DRILLS)
        found = {
            n: self._value(row, n, k) for n, k in kinds.items() if n in row.cells and n != "id"
        }
        entry: Entry = {"id": name}
        if CLOZE.search(found.get("front", "")):
            if "back" in found:
                self._fault(row, "a drill hides something in 'front', or has 'back', not both")
            entry["text"] = found.get("front", "")
        elif "front" in found and "back" in found:
            entry |= {"ask": found["front"], "answer": found["back"]}
        else:
            self._fault(row, "a drill needs 'front' and 'back', or 'front' with {{c1::…}}")
        if "why" in found:
            entry["why"] = found["why"]
        for fault in value_of(Drill).fields["id"].faults(name, ("id",)):
            self._fault(row, f"{fault.message}; {fault.hint}")
        parent = self._items[item]
        self._unplaced(row, {*kinds, *SHARED, "section", "deck", "guid", "notetype"}, "a drill")
        self._repeated(row, parent)
        parent.setdefault("drills", []).append(entry)

    def _repeated(self, row: Row, item: Entry) -> None:
        """Name what a drill's row says of its item, where that one's own row says otherwise."""
        own = max(item.get("priority", "standard"), item.get("drill_priority", ""), key=_late)
        for column in SHARED:
            told = row.cells.get(column, "")
            if column in {"topics", "tags"}:
                same = re.split(r"[\s,;]+", told) == item.get(column, [])
            else:
                same = told == (own if column == "priority" else item.get(column, ""))
            if told and not same:
                self._losses.add(self._name(row), column, "a drill has that of its item", told)

    # Rows of others

    def _other(self, row: Row) -> None:
        name, cells = self._name(row), row.cells
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
            further = [(n, self._text(row, n)) for n in columns if n in row.cells]
            made = self.entries.drill(name, self._text(row, "front"), further, topics, seed)
            taken = {"why", "details", "id"}
        else:
            asked = ("front", self._text(row, "front", line=True))
            answers = [(n, self._text(row, n)) for n in ("back", *others) if n in row.cells]
            plain = text_of(front) if self._table.head.html else front
            made = self.entries.question(name, asked, answers if back else [], topics, seed, plain)
            taken = {*kinds}
            for column in cells:
                if made is not None and column in kinds and column not in _ELSEWHERE:
                    made[column] = self._value(row, column, kinds[column])
        if made is None:
            return
        self._named(row, made)
        if "topics" in self._table.columns and "tags" in cells:
            self._tags(row, made)
        taken |= {"front", "back", "topics", "tags", *others, "deck", "guid", "notetype"}
        self._unplaced(row, taken, "a drill" if "text" in made else "a question")

    def _named(self, row: Row, made: Entry) -> None:
        """Give an entry the id that its row asks for."""
        name = _id(row)
        if not name:
            return
        for fault in fields_of("questions")["id"].faults(name, ("id",)):
            self._fault(row, f"{fault.message}; {fault.hint}")
        made["id"] = name
        if "question" in made:
            self._items[name] = made

    def _tags(self, row: Row, made: Entry) -> None:
        words = [word for word in re.split(r"[\s,;]+", row.cells["tags"]) if word]
        tags = {unique(word, "tag"): word for word in words}
        if "text" in made:
            for word in words:
                self._losses.add(self._name(row), "tags", "a drill has those of its item", word)
            return
        self.tags |= {tag: _title(word) for tag, word in tags.items()}
        made["tags"] = [*tags]

    def _topics(self, row: Row) -> list[str]:
        """By the column of that name; without it, by tags or decks as notes of a package."""
        cells = row.cells
        if "topics" in self._table.columns and self._from == "tags":
            return self.entries.topics_of(re.split(r"[,;\n]", cells.get("topics", "")))
        words = [word for word in re.split(r"[\s,;]+", cells.get("tags", "")) if word]
        tags = [*words, *self._table.head.tags]
        deck = cells.get("deck", self._table.head.deck)
        name = self._name(row)
        return self.entries.topics_of_note(name, tags, deck, self.deck, self._from)

    # Cells

    def _name(self, row: Row) -> str:
        """What a row is called where it is listed."""
        text = " ".join(text_of(row.cells.get("front", "")[:2_000]).split())
        return f"line {row.line}: {text[:_NAMED]}" if text else f"line {row.line}"

    def _text(self, row: Row, column: str, *, line: bool = False) -> str:
        lose = self._losses.of(self._name(row), column)
        return self._markdown(row.cells.get(column, ""), lose, line=line)

    def _markdown(self, text: str, lose: Lose, *, line: bool) -> str:
        """The Markdown of a cell: it is Markdown already, or HTML or plain text where the table
        says so."""
        text = _ends(text).strip()
        if self._table.head.html is None:
            if _HTML.search(text):
                lose("HTML, kept as text; '#html:true' above all rows would read it")
            if line and "\n" in text:
                lose("several lines, written in one")
                text = " ".join(text.split())
            self.pictures.named_in(text, lose)
            return text
        if not self._table.head.html:
            text = escape(text, quote=False).replace("\n", "<br>")
        return to_markdown(text, self.pictures.path, lose, line=line)

    def _unplaced(self, row: Row, taken: set[str], what: str) -> None:
        """Name the cells that an entry has no field for."""
        for column in row.cells:
            if column not in taken:
                self._losses.add(self._name(row), column, f"{what} has no such field: left out")


def _id(row: Row) -> str:
    return row.cells.get("id", "").strip()


def _ends(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text)


def _late(priority: str) -> int:
    return PRIORITIES.index(priority) if priority in PRIORITIES else -1


def _title(word: str) -> str:
    return word.replace("-", " ").replace("_", " ").capitalize()
