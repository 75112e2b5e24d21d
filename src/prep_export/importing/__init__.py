"""A bank from a deck, a table, or a bank in JSON, for people who want to keep them as text."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote
from zipfile import is_zipfile

from prep_export.bank.model import SECTIONS
from prep_export.bank.values import is_address
from prep_export.errors import PackageError, UsageError
from prep_export.exporters.anki.note_types import VERSION
from prep_export.exporters.anki.read import media_reader, read_package
from prep_export.exporters.report import report_address
from prep_export.importing.crowdanki import is_crowdanki, media_beside, package_of
from prep_export.importing.decks import say_flattened, shared
from prep_export.importing.declared import all_tags, all_topics, counted
from prep_export.importing.document import write_document
from prep_export.importing.files import bank_folder
from prep_export.importing.foreign import Foreign
from prep_export.importing.json_file import read_json
from prep_export.importing.losses import Losses
from prep_export.importing.names import unique
from prep_export.importing.ours import Ours, is_ours
from prep_export.importing.rows import Rows
from prep_export.importing.table import SUFFIXES, read_table
from prep_export.importing.target import Imported, checked
from prep_export.markdown.images import MAX_BYTES as MAX_PICTURE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prep_export.exporters.anki.package import NoteType, Package, PackagedNote
    from prep_export.importing.files import BankFolder
    from prep_export.importing.losses import Lose

__all__ = ["Imported", "import_document", "import_file", "import_package", "import_table"]

MAX_PICTURES: Final = 2 * 1024**3
"""Bytes of all pictures of a package together."""

_PACKAGES: Final = (".apkg", ".colpkg")
_WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".numbers"})
_HASHED: Final = re.compile(r"-[0-9a-f]{10}(?=\.\w+$)")
_PICTURES: Final = (".svg", ".png", ".jpg", ".jpeg")
_UNWANTED: Final = re.compile(r'[<>"|?*%]')
"""What a system or a Markdown destination takes for something else."""
_LONGEST: Final = 150
"""Bytes of a file's name, of which no system takes more than 255."""
_DECK: Final = 200
"""Characters of a bank's `deck`."""
_UNUSED: Final = 20
"""Media files that no card shows, of which each is named."""
_BANK: Final = re.compile(r"^([a-z0-9-]+)::section::")


def import_file(
    path: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    topics_from: str = "tags",
    columns: Sequence[str] = (),
) -> Imported:
    """Write a bank folder from a file: a table by the end of its name (.csv, .tsv, .txt), JSON
    (.json: a bank, or CrowdAnki's), else an Anki package.

    `columns` names those of a table. Raises as `import_package` does, and TableError for a table
    with faults.
    """
    suffix = Path(path).suffix.lower()
    if suffix in _WORKBOOKS:
        raise PackageError(f"'{path}' is a workbook, and no table yet; save it as CSV (UTF-8)")
    if columns and suffix not in SUFFIXES:
        raise UsageError(f"only tables have columns ({', '.join(SUFFIXES)}), not '{path}'")
    if suffix in SUFFIXES:
        return import_table(path, folder, topics_from=topics_from, columns=columns)
    if suffix == ".json":
        return import_document(path, folder, topics_from=topics_from)
    if suffix not in _PACKAGES and os.path.isfile(path) and not is_zipfile(path):  # noqa: PTH113
        tables = f"tables ({', '.join(SUFFIXES)})"
        raise PackageError(
            f"'{path}' is nothing that a bank can be made of: Anki packages "
            f"({', '.join(_PACKAGES)}), {tables} and JSON (.json) are"
        )
    return import_package(path, folder, topics_from=topics_from)


def import_table(
    path: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    topics_from: str = "tags",
    columns: Sequence[str] = (),
) -> Imported:
    """Write a bank folder from CSV, TSV or Anki's 'Notes in Plain Text'.

    Raises TableError for all that is wrong with it, UsageError for `columns` that there are not,
    else as `import_package` does.
    """
    target = checked(folder, topics_from)
    losses = Losses()
    rows = Rows(read_table(os.fspath(path), columns), losses, topics_from)
    rows.read()
    sections = {name: rows.sections.get(name, []) for name in SECTIONS}
    with bank_folder(target) as made:
        topics = all_topics(sections, rows.entries.topics.titles)
        pictures = rows.pictures.write(made)
        made.finish(rows.header, topics, all_tags(sections, rows.tags), sections)
    counts = {**counted(sections), "pictures": pictures}
    return Imported(str(target), counts, losses.lines(), losses.all_lines())


def import_document(
    path: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    topics_from: str = "tags",
) -> Imported:
    """Write a bank folder from JSON: of `export json`, or CrowdAnki's `deck.json`.

    Raises as `import_package` does.
    """
    target = checked(folder, topics_from)
    name = os.fspath(path)
    data = read_json(name)
    if not is_crowdanki(data):
        return write_document(name, data, target)
    with bank_folder(target) as made:
        work = _Import(package_of(name, data), media_beside(name), made)
        work.run(topics_from)
        return work.finish(str(target))


def import_package(
    path: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    topics_from: str = "tags",
) -> Imported:
    """Write a bank folder from an Anki package.

    The folder must not exist, or be empty: an import never writes over a bank. Topics are made from
    notes' tags, or from the decks in which their cards lie. Raises PackageError for a file that is
    no package or holds nothing for a bank, OutputError when the folder cannot be written.
    """
    target = checked(folder, topics_from)
    package = read_package(path)
    with media_reader(package) as read, bank_folder(target) as made:
        work = _Import(package, read, made)
        work.run(topics_from)
        return work.finish(str(target))


class _Import:
    def __init__(
        self, package: Package, read: Callable[[str, int], bytes], folder: BankFolder
    ) -> None:
        self.package = package
        self.read = read
        self.folder = folder
        self.losses = Losses()
        self.header: dict[str, Any] = {}
        self.topics: dict[str, str] = {}
        self.sections: dict[str, list[dict[str, Any]]] = {}
        self._known = {_shown(name): name for name in package.media}
        """Name in the package by the name that a card can show."""
        self._paths: dict[str, str | None] = {}
        """Path in the bank by name in the package; None for what cannot be carried."""
        self._taken: set[str] = set()
        """Those paths in small letters: some systems know no capitals."""
        self._alike: dict[str, int] = {}
        """How many pictures would have had a path, by the name of its file."""
        self._bytes = 0

    def run(self, topics_from: str) -> None:
        notes = [*self.package.notes.values(), *self.package.twins]
        kinds = self.package.note_types
        own = [note for note in notes if is_ours(note)]
        others = [note for note in notes if not is_ours(note)]
        bank = _bank_of(own)
        deck = _deck(own or others, own=bool(own))
        ours = Ours(self._picture, self.losses)
        ours.read(own, bank)
        foreign = Foreign(self._picture, kinds, self.losses, ours.items, deck, topics_from)
        foreign.read(others)
        for twin in self.package.twins:
            self.losses.say(f"the guid '{twin.guid}' has two notes: both are kept, with other ids")
        if topics_from == "tags" and not own:
            say_flattened(self.losses, (name for note in others for name in note.decks), deck)
        for name in (*SECTIONS, "retired"):
            self.sections[name] = [*ours.sections.get(name, [])]
        self.sections["patterns"] += list(foreign.entries.holders.values())
        self.sections["questions"] += foreign.entries.questions
        if not any(self.sections.values()):
            first = next(iter(self.losses.lines()), "it has none")
            raise PackageError(f"no note of '{self.package.path}' can be carried ({first})")
        named = {**ours.topics, **foreign.entries.topics.titles}
        self.topics = all_topics(self.sections, named, ours.chapters)
        self.header = {
            "id": bank or unique(deck, "deck"),
            "title": deck or "Imported deck",
            "deck": deck or "Imported deck",
            **_report_of(kinds, own),
            **_version_of(own),
        }

    def _picture(self, source: str, lose: Lose) -> str | None:
        """The path of a picture in the bank, where it is written when it is first met."""
        name = self._known.get(source) or self._known.get(unquote(source)) or source
        if name not in self._paths:
            self._paths[name] = self._carried(name)
        if self._paths[name] is None:
            lose("a picture that is not in the package, damaged, or no SVG, PNG, JPEG", name[:200])
        return self._paths[name]

    def _carried(self, name: str) -> str | None:
        if not name.lower().endswith(_PICTURES) or name not in self.package.media:
            return None
        try:
            content = self.read(name, MAX_PICTURE)
        except PackageError as error:
            self.losses.say(str(error))
            return None
        self._bytes += len(content)
        if self._bytes > MAX_PICTURES:
            raise PackageError("the pictures of the package unpack to more than 2 GiB")
        path = self._free_path(_file_name(_HASHED.sub("", name)))
        self.folder.picture(path, content)
        return path

    def _free_path(self, file: str) -> str:
        """A path that no other picture has, on a system that knows no capitals either."""
        stem, suffix = PurePosixPath(file).stem, PurePosixPath(file).suffix
        path = f"media/{file}"
        while path.lower() in self._taken:
            self._alike[file] = number = self._alike.get(file, 1) + 1
            path = f"media/{stem}-{number}{suffix}"
        self._taken.add(path.lower())
        return path

    def finish(self, folder: str) -> Imported:
        unused = sorted(set(self.package.media) - set(self._paths))
        for name in unused[:_UNUSED]:
            self.losses.say(f"media file '{name}': no imported card shows it")
        if len(unused) > _UNUSED:
            more = len(unused) - _UNUSED
            self.losses.say(f"{more:,} more media files that no imported card shows")
        self.folder.finish(self.header, self.topics, all_tags(self.sections), self.sections)
        counts = counted(self.sections)
        counts["pictures"] = sum(path is not None for path in self._paths.values())
        return Imported(folder, counts, self.losses.lines(), self.losses.all_lines())


def _shown(name: str) -> str:
    return "".join(c for c in name if c.isprintable())


def _file_name(name: str) -> str:
    """The last part of a name in a package, which is somebody's file: a path in it, of any
    system, would lead out of the bank."""
    last = re.split(r"[/\\\\:]", name)[-1]
    printable = _UNWANTED.sub("-", _shown(last))
    stem, dot, suffix = printable.rpartition(".")
    while len(stem.encode()) > _LONGEST:
        stem = stem[:-1]
    return f"{stem.strip('. ') or 'picture'}{dot}{suffix}"


def _deck(notes: list[PackagedNote], *, own: bool) -> str:
    """The deck above all cards; of our own packages, the one above the sections' subdecks."""
    names = {deck for note in notes for deck in note.decks if deck}
    parts = [[part for part in name.split("::") if part.strip()] for name in sorted(names)]
    parts = [part for part in parts if part]
    above = shared(parts)
    if len(names) == 1 and own and len(above) > 1:
        above.pop()
    whole = "::".join(above) or (parts[0][0] if parts else "")
    return " ".join("".join(c if c.isprintable() else " " for c in whole).split())[:_DECK].strip()


def _report_of(kinds: Mapping[int, NoteType], notes: list[PackagedNote]) -> dict[str, str]:
    """The address at which cards are reported, from the templates of our own notes; one that a
    bank may have, since anybody can have made the package."""
    for kind in dict.fromkeys(note.note_type for note in notes):
        for _, back in kinds[kind].texts if kind in kinds else ():
            address = report_address(back)
            if address and is_address(address):
                return {"report": address}
    return {}


def _version_of(notes: list[PackagedNote]) -> dict[str, str]:
    """The bank's version: that of the note which was changed last, since others keep older ones."""
    told = [note for note in notes if len(note.fields) > VERSION and note.fields[VERSION]]
    if not told:
        return {}
    newest = max(told, key=lambda note: (note.modified, note.guid))
    text = " ".join(unquote(newest.fields[VERSION]).split())
    shown = "".join(c for c in text if c.isprintable())
    return {"version": shown} if shown else {}


def _bank_of(notes: list[PackagedNote]) -> str:
    found = (_BANK.match(tag) for note in notes for tag in sorted(note.tags))
    return next((match.group(1) for match in found if match), "")
