"""A bank from an Anki package, for people who have a deck and want to keep it as text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.ask.topics import parent_of
from prep_export.bank.model import SECTIONS
from prep_export.errors import OutputError
from prep_export.exporters.anki.read import read_media, read_package
from prep_export.importing.foreign import Foreign
from prep_export.importing.markdown import to_markdown
from prep_export.importing.ours import Ours, is_ours

if TYPE_CHECKING:
    import os

    from prep_export.exporters.anki.read import Package

_HASHED: Final = re.compile(r"-[0-9a-f]{10}(?=\.\w+$)")
_PICTURES: Final = (".svg", ".png", ".jpg", ".jpeg")
_BANK: Final = re.compile(r"^([a-z0-9-]+)::section::")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made of a package."""

    folder: str
    counts: dict[str, int]
    left: tuple[str, ...] = field(default=())
    """What could not be carried, a line each."""


def import_package(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> Imported:
    """Write a bank folder from an Anki package.

    The folder must not exist, or be empty: an import never writes over a bank. Raises PackageError
    for a file that is no package, OutputError when the folder cannot be written.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputError(f"'{target}' is there already; name a new or empty folder")
    package = read_package(path)
    made = _Import(package, target)
    made.run()
    return made.write()


class _Import:
    def __init__(self, package: Package, folder: Path) -> None:
        self.package = package
        self.folder = folder
        self.pictures: dict[str, str] = {}
        """Name in the package by path in the bank."""
        self._paths: dict[str, str] = {}
        self.left: list[str] = []
        self.header: dict[str, Any] = {}
        self.topics: dict[str, str] = {}
        self.sections: dict[str, list[dict[str, Any]]] = {}

    def run(self) -> None:
        notes = list(self.package.notes.values())
        own = [note for note in notes if is_ours(note)]
        others = [note for note in notes if not is_ours(note)]
        bank = _bank_of(own)
        ours = Ours(lambda html: to_markdown(html, self._picture))
        ours.read(own, bank)
        foreign = Foreign(
            lambda html, losses: to_markdown(html, self._picture, losses), self.package.note_types
        )
        foreign.read(others)
        self.left += ours.left + foreign.left
        for name in (*SECTIONS, "retired"):
            self.sections[name] = [*ours.sections.get(name, [])]
        self.sections["patterns"] += list(foreign.holders.values())
        self.sections["questions"] += foreign.questions
        self.topics = self._all_topics({**ours.topics, **foreign.topics})
        deck = self._deck(own or others)
        self.header = {
            "id": bank or "-".join(re.findall(r"[a-z0-9]+", deck.lower())) or "imported",
            "title": deck or "Imported deck",
            "deck": deck or "Imported deck",
        }

    def _deck(self, notes: list[Any]) -> str:
        """The deck above all cards; of our own packages, the one above the sections' subdecks."""
        names = {deck for note in notes for deck in note.decks if deck}
        parts = [name.split("::") for name in sorted(names)]
        shared: list[str] = []
        for level in zip(*parts, strict=False):
            if len(set(level)) > 1:
                break
            shared.append(level[0])
        if len(names) == 1 and notes and is_ours(notes[0]) and len(shared) > 1:
            shared.pop()
        return "::".join(shared) or (parts[0][0] if parts else "")

    def _all_topics(self, named: dict[str, str]) -> dict[str, str]:
        """Every topic in use and its parents, with the titles that are known."""
        used: dict[str, str] = {}
        entries = [entry for entries in self.sections.values() for entry in entries]
        for topic in [t for entry in entries for t in entry.get("topics", [])]:
            chain: str | None = topic
            line = []
            while chain is not None:
                line.append(chain)
                chain = parent_of(chain)
            for one in reversed(line):
                title = one.rpartition("::")[2].replace("-", " ").capitalize()
                used.setdefault(one, named.get(one) or title)
        return dict(sorted(used.items()))

    def _picture(self, name: str) -> str:
        if not name.lower().endswith(_PICTURES) or name not in self.package.media:
            self.left.append(f"picture '{name}': not in the package, or not SVG, PNG or JPEG")
            return name
        if name not in self._paths:
            self._paths[name] = self._free_path(_file_name(_HASHED.sub("", name)))
            self.pictures[self._paths[name]] = name
        return self._paths[name]

    def _free_path(self, file: str) -> str:
        """A path that no other picture has, on a system that knows no capitals either."""
        taken = {path.lower() for path in self.pictures}
        stem, suffix = PurePosixPath(file).stem, PurePosixPath(file).suffix
        path, number = f"media/{file}", 2
        while path.lower() in taken:
            path, number = f"media/{stem}-{number}{suffix}", number + 1
        return path

    def write(self) -> Imported:
        from prep_export.importing.files import write_bank

        carried = set(self.pictures.values())
        unused = sorted(set(self.package.media) - carried)
        self.left += [f"media file '{name}': no card shows it" for name in unused]
        media = {path: read_media(self.package, name) for path, name in self.pictures.items()}
        write_bank(self.folder, self.header, self.topics, self.sections, media)
        counts = {name: len(entries) for name, entries in self.sections.items() if entries}
        counts["drills"] = sum(
            len(entry.get("drills", [])) for entries in self.sections.values() for entry in entries
        )
        counts["pictures"] = len(media)
        return Imported(str(self.folder), counts, tuple(dict.fromkeys(self.left)))


def _file_name(name: str) -> str:
    """The last part of a name in a package, which is somebody's file: a path in it, of any
    system, would lead out of the bank."""
    last = re.split(r"[/\\\\:]", name)[-1]
    printable = "".join(c for c in last if c.isprintable())
    stem, dot, suffix = printable.rpartition(".")
    return f"{stem.lstrip('.') or 'picture'}{dot}{suffix}"


def _bank_of(notes: list[Any]) -> str:
    found = (_BANK.match(tag) for note in notes for tag in sorted(note.tags))
    return next((match.group(1) for match in found if match), "")
