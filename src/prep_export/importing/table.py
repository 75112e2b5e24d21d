"""Tables: CSV, TSV and Anki's 'Notes in Plain Text', as rows of cells by the names of columns.

A table is somebody's file: it is read with limits, and every fault of its form is told at once.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prep_export.bank.model import SECTIONS
from prep_export.bank.read.composer import CONTROL
from prep_export.errors import PackageError, TableError, UsageError
from prep_export.exporters.exchange.columns import back_of, every, front_of
from prep_export.importing.content import content_of
from prep_export.importing.directives import directives
from prep_export.spelling import did_you_mean, nearest, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.importing.directives import Directives

SUFFIXES: Final = (".csv", ".tsv", ".txt")
MAX_BYTES: Final = 64 * 1024**2
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 1_000

_CANDIDATES: Final = (",", ";", "\t")
_SKIPPED: Final = "-"
"""The name of a column that its author leaves out."""
_OTHER_NAMES: Final = {
    **{front_of(section): "front" for section in SECTIONS},
    **{back_of(section): "back" for section in SECTIONS},
    "text": "front",
    "ask": "front",
    "topic": "topics",
    "tag": "tags",
}
_ABOUT: Final = ("deck", "guid", "notetype")
"""What Anki says of a note beside its fields."""
KNOWN: Final = (*every(), *_ABOUT)
_NAMES: Final = (*KNOWN, *_OTHER_NAMES)
_OF_ANKI: Final = frozenset({"front", "back", "tags", *_ABOUT})
"""What a name means in a file for Anki, where an 'id' or 'details' is a field like any other."""
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it begins, and its cells that are not empty, by the names of columns."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds."""

    path: str
    columns: tuple[str, ...]
    fields: frozenset[str]
    """Those that are fields of an Anki note, under the names that these have there."""
    rows: tuple[Row, ...]
    head: Directives

    @property
    def is_ours(self) -> bool:
        """Whether each row says of which section it is, as `export csv` writes them."""
        return "section" in self.columns


def read_table(path: str, columns: Sequence[str] = ()) -> Table:
    """Read a table, whose columns are named in its first row unless they are given.

    Raises PackageError for a file that cannot be read, TableError for what is wrong with its form,
    UsageError for `columns` that there are not.
    """
    given = [_given(name) for name in columns]
    text = _text(path)
    head = directives(text)
    faults = [f"{path}:{line}: {fault}" for line, fault in head.faults.items()]
    body = "".join(islice(StringIO(text, newline=""), head.lines, None))
    control = CONTROL.search(body)
    if control:
        line = head.lines + body.count("\n", 0, control.start()) + 1
        code = f"U+{ord(control.group()):04X}"
        raise TableError([*faults, f"{path}:{line}: the control character {code}; remove it"])
    delimiter = head.delimiter or _delimiter(path, body, given, faults)
    if not delimiter:
        raise TableError(faults)
    lines = _Lines(path, head.lines, faults)
    rows = lines.of(body, delimiter)
    if not rows and not faults:
        raise TableError([*faults, f"{path}:{head.lines + 1}: no rows"])
    names, named = _names(path, rows, given, head, delimiter, faults) if rows else ([], False)
    by_anki = head.by_anki and not given
    told = len(rows[0][1]) if given and rows and len(rows[0][1]) != len(given) else None
    found = [
        Row(line, {n: c for n, c in zip(names, cells, strict=False) if n != _SKIPPED and c.strip()})
        for line, cells in (rows[1:] if named else rows)
        if len(cells) == told or _fits(path, line, cells, names, faults)
    ]
    if not found and not faults:
        faults.append(f"{path}:{head.lines + 1}: no rows below the names of columns")
    if faults:
        raise TableError(faults)
    kept = tuple(name for name in names if name != _SKIPPED)
    fields = frozenset(kept) - _OF_ANKI if by_anki else frozenset()
    return Table(path, kept, fields, tuple(row for row in found if row.cells), head)


def known_name(name: str) -> str:
    """The column that a name means; empty where there is none of it."""
    word = re.sub(r"[\s_-]+", "_", name.strip().lower())
    word = _OTHER_NAMES.get(word, word)
    return word if word in KNOWN else ""


def _given(name: str) -> str:
    known = _SKIPPED if name.strip() in {"", _SKIPPED} else known_name(name)
    if not known:
        raise UsageError(f"--columns: {_unknown(name)}")
    return known


def _unknown(name: str) -> str:
    hint = did_you_mean(name.strip(), _NAMES) or f"known are {', '.join(KNOWN)}"
    return f"there is no column '{name.strip()[:_SHOWN]}'; {hint}"


def _text(path: str) -> str:
    content = content_of(path, MAX_BYTES)
    if content.startswith(b"PK\x03\x04"):
        hint = "in a spreadsheet, save it as CSV (UTF-8)"
        raise PackageError(f"'{path}' is a zip archive, such as a workbook, and no table; {hint}")
    wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what = "half a character of UTF-16" if wide else f"byte 0x{content[error.start]:02x}"
        hint = "is not UTF-8; save the file as UTF-8 (in Excel: 'CSV UTF-8')"
        raise TableError([f"{path}:{line}: {what} {hint}"]) from None


def _delimiter(path: str, body: str, given: list[str], faults: list[str]) -> str:
    """What parts the cells: tabs in a .tsv; else what makes of the first row the columns that are
    given or known, and, of several such, of the most rows as many cells."""
    if Path(path).suffix.lower() == ".tsv":
        return "\t"
    found: list[tuple[int, str]] = []
    for mark in _CANDIDATES:
        rows = _Lines(path, 0, []).of(body, mark)
        first = rows[0][1] if rows else []
        fitting = sum(len(cells) == len(first) for _, cells in rows)
        if given:
            score = fitting if len(first) == len(given) else 0
        else:
            score = sum(bool(known_name(name)) for name in first) * (len(rows) + 1) + fitting
            score *= len(first) > 1
        if score:
            found.append((score, mark))
    best = [mark for score, mark in found if score == max(found)[0]]
    if len(best) == 1:
        return best[0]
    if not best:  # one column, or nothing that fits: what is wrong with it is said later
        return ","
    hint = "write '#separator:comma', semicolon or tab above it"
    faults.append(f"{path}:1: it cannot be told what parts the cells; {hint}")
    return ""


class _Lines:
    """The rows of a text, with the lines where they begin."""

    def __init__(self, path: str, before: int, faults: list[str]) -> None:
        self._path, self._before, self._faults = path, before, faults

    def of(self, body: str, delimiter: str) -> list[tuple[int, list[str]]]:
        """Rows that hold something."""
        reader = csv.reader(StringIO(body, newline=""), delimiter=delimiter, strict=True)
        found: list[tuple[int, list[str]]] = []
        begins = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    found.append((self._before + begins, cells))
                begins = reader.line_num + 1
                if len(found) > MAX_ROWS:
                    self._faults.append(f"{self._path}: more than {MAX_ROWS:,} rows; split it")
                    break
        except csv.Error as error:
            self._faults.append(f"{self._path}:{self._before + begins}: {_said(error)}")
        return found


def _said(error: csv.Error) -> str:
    """What the csv module says of a row, for people."""
    text = str(error)
    if "unexpected end" in text:
        return 'a cell that begins with " never ends; close it, or write "" for a quote in it'
    if "expected after" in text:
        return 'a cell goes on after its closing "; write "" for a quote in it'
    if "larger than field limit" in text:
        return "a cell of more than 131,072 characters, or a quote that is never closed"
    return text


def _names(
    path: str,
    rows: list[tuple[int, list[str]]],
    given: list[str],
    head: Directives,
    delimiter: str,
    faults: list[str],
) -> tuple[list[str], bool]:
    """The names of the columns, and whether the first row is them."""
    line, first = rows[0]
    _few(f"{path}:{line}", first)
    known = [known_name(cell) for cell in first]
    if given:
        named = all(known) and len(known) > 1
        if len(given) != len(first):
            faults.append(
                f"{path}:{line}: {number(len(first), 'cell')}, where --columns names {len(given)}; "
                "write '-' for one to leave out"
            )
        return _once(path, line, given, faults), named
    if head.by_anki:
        return _of_anki(path, head, delimiter, len(first), faults), False
    if not any(known):
        faults.append(
            f"{path}:{line}: no column is named here; name them with --columns, such as "
            f"--columns front,back (known are {', '.join(KNOWN)})"
        )
        return [_SKIPPED] * len(first), True
    filled = {n for _, cells in rows[1:] for n, cell in enumerate(cells, 1) if cell.strip()}
    for place, (cell, name) in enumerate(zip(first, known, strict=True), start=1):
        if not name and cell.strip():
            faults.append(f"{path}:{line}: {_unknown(cell)}; --columns may name it '-'")
        elif not name and place in filled:
            faults.append(f"{path}:{line}: column {place} has cells and no name")
    meant = {known_name(nearest(cell.strip(), _NAMES)) for cell in first if cell.strip()}
    names = [name or _SKIPPED for name in known]
    return _once(path, line, names, faults, asks="front" in meant), True


def _few(where: str, names: list[str]) -> None:
    """Raises TableError for more columns than any table has: each is compared with others."""
    if len(names) > MAX_COLUMNS:
        raise TableError([f"{where}: {len(names):,} columns; at most {MAX_COLUMNS:,}"])


def _once(
    path: str, line: int, names: list[str], faults: list[str], *, asks: bool = False
) -> list[str]:
    """The names, of which each stands for one column; `asks` if one was meant to be 'front'."""
    twice = {name for name in names if name != _SKIPPED and names.count(name) > 1}
    faults += [f"{path}:{line}: two columns are '{name}'; keep one" for name in sorted(twice)]
    if "front" not in names and not asks:
        hint = "name the one that holds the question 'front'"
        faults.append(f"{path}:{line}: no column 'front' (or 'question'); {hint}")
    return names


def _of_anki(
    path: str, head: Directives, delimiter: str, width: int, faults: list[str]
) -> list[str]:
    """Names where the file says which columns are what: the first other one asks, the second
    answers, unless they are named, and all further ones are fields."""
    labels = _labels(path, head, delimiter)
    width = max(width, len(labels))
    names = [head.places.get(place, "") for place in range(1, width + 1)]
    for place, label in enumerate(labels):
        known, label = known_name(label), label.strip()  # noqa: PLW2901 - blanks say nothing
        known = known if known in _OF_ANKI and known not in names else ""
        own = label.capitalize() if label in KNOWN else label  # columns have small letters
        own = f"{own} ({place + 1})" if own in names else own
        names[place] = names[place] or known or (own if label else "")
    beyond = [place for place in head.places if place > width]
    faults += [f"{path}: there is no column {place}" for place in sorted(beyond)]
    for role in ("front", "back"):
        rest = [n for n, name in enumerate(names) if name not in _OF_ANKI]
        if role not in names and rest:
            names[rest[0]] = role
    return [name or f"field {place}" for place, name in enumerate(names, start=1)]


def _labels(path: str, head: Directives, delimiter: str) -> list[str]:
    """The names of columns above all rows. Raises TableError where they cannot be read."""
    try:
        labels = next(csv.reader([head.names], delimiter=delimiter), []) if head.names else []
    except csv.Error as error:
        raise TableError([f"{path}: '#columns': {_said(error)}"]) from None
    _few(f"{path}: '#columns'", labels)
    return labels


def _fits(path: str, line: int, cells: list[str], names: list[str], faults: list[str]) -> bool:
    """Whether a row has as many cells as there are columns, but for empty ones at its end."""
    over = any(cell.strip() for cell in cells[len(names) :])
    if over or len(cells) < len(names):
        said = number(len(cells), "cell")
        faults.append(f"{path}:{line}: {said}, where there are {number(len(names), 'column')}")
        return False
    return True
