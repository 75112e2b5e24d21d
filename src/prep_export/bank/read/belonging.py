"""To which bank a file belongs: hooks and editors name files, and a folder is judged as a whole.

What stands in the collection (`decks/`) is a bank: a YAML file, or a folder with all below it.
A folder around banks is none: whoever names it means them.
Elsewhere the folders around a file are looked at, up to the repository's top: the nearest that has
a YAML file with a header decides. It is the file's bank if no other file below it has a header; but
a file with a header is a bank by itself unless others there have sections.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from prep_export.bank.read.files import MAX_FILE_BYTES, SUFFIXES, find_files
from prep_export.bank.read.sections import SECTION_KEY
from prep_export.paths import shown_path
from prep_export.spelling import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prep_export.findings.finding import Finding

_MEDIA: Final = frozenset(
    ".svg .png .jpg .jpeg .gif .webp .bmp .tif .tiff .ttf .otf .ttc .woff .woff2".split()
)
"""Suffixes of the pictures and fonts that a bank may name."""
_PACKAGES: Final = (".apkg", ".colpkg")
"""Taken for banks by mistake, wherever they lie: reading one says what to do with it."""


@dataclass(slots=True)
class Asked:
    """A bank, and which of its files somebody has asked about."""

    bank: str
    """The path to read."""
    parts: frozenset[str] | None = frozenset()
    """Real paths of files and folders; None for all of the bank."""
    stray: str = ""
    """Why a file belongs to no bank; it is read as one of its own."""

    def split(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
        """Of the findings of the bank those that were asked about, and the others.

        A finding is about the file that it stands in, and those that it concerns; a header that is
        missing concerns whoever asks. Of a file that has nothing of a bank that alone is said.
        """
        held: list[Finding] = []
        others: list[Finding] = []
        for one in findings:
            if self.stray and one.code == "missing-header":
                hint = f"{one.hint}, or leave the file out of the check"
                message = f"the file belongs to no bank: {self.stray}"
                held.append(replace(one, message=message, hint=hint))
            else:
                (held if self._holds(one) else others).append(one)
        if self.stray and any(one.code == "no-items" for one in held):
            held = [one for one in held if one.code == "missing-header"]
        return held, others

    def _holds(self, finding: Finding) -> bool:
        if self.parts is None or finding.code == "missing-header":
            return True
        concerned = [_real(path) for path in (finding.location.path, *finding.concerns)]
        return any(_is_in(path, part) for path in concerned for part in self.parts)


def asked_for(paths: Iterable[str], collection: str = "") -> tuple[list[Asked], list[str]]:
    """The banks that files and folders belong to, each once, and the files that no bank reads.

    Every entry of the folder `collection` is a bank.
    """
    look = _Look(collection)
    found: dict[str, Asked] = {}
    unread = []
    for path in paths:
        banks = look.banks_of(path)
        if banks != [path] and look.is_unread(path, banks):
            unread.append(path)
            continue
        for bank in banks or [path]:
            one = found.setdefault(_real(bank), Asked(bank))
            if _real(bank) == _real(path):
                one.parts = None
            elif one.parts is not None:
                one.parts |= {_real(path)}
        if not banks and path.endswith(SUFFIXES):
            found[_real(path)].stray = look.why_none(path)
    return list(found.values()), unread


def banks_of(path: str, collection: str = "") -> list[str]:
    """The bank that a file or folder is, or is a part of; a picture may be one of several banks'.

    Nothing need be there.
    """
    return _Look(collection).banks_of(path)


def banks_held(folder: str, collection: str) -> list[str]:
    """The banks that a folder holds which is none itself; empty for a bank, and where none is seen.

    A folder with the name of `collection` is one, wherever it lies: its entries are banks.
    """
    return [shown_path(bank) for bank in _Look(collection).held(folder)]


def banks_here(collection: str) -> list[str]:
    """The banks that lie in the current folder, or that it holds if it is a collection itself."""
    look = _Look(collection)
    if look.is_collection(os.curdir) and (held := look.held(os.curdir)):
        return [shown_path(bank) for bank in held]
    heads = [file for file in map(shown_path, _yaml_in(os.curdir)) if look.has_header(file)]
    return list(dict.fromkeys(bank for file in heads for bank in look.banks_of(file)))


def in_words(asked: Iterable[Asked]) -> str:
    """'2 banks', or '3 files of 1 bank'."""
    asked = list(asked)
    parts = {part for one in asked for part in one.parts or ()}
    banks = number(len(asked), "bank")
    return f"{number(len(parts), 'file')} of {banks}" if parts else banks


class _Look:
    """Looks at files and folders, at each once."""

    def __init__(self, collection: str) -> None:
        self._collection = collection
        self._sections: dict[str, frozenset[str]] = {}
        self._below: dict[str, list[str]] = {}

    def banks_of(self, path: str) -> list[str]:
        if path.endswith(_PACKAGES):
            return []
        entry = self._entry(path)
        if entry and (entry.endswith(SUFFIXES) or self._files(entry)):
            return [entry]
        if entry:
            return _yaml_in(self._collection) if _is_media(path) else []
        if os.path.isdir(path):  # noqa: PTH112
            own = any(map(self.has_header, self._files(path)))
            return [path] if own else self._around(path)
        if not path.endswith(SUFFIXES) and self.has_header(path):
            return [path]  # whatever its name
        return self._around(path)

    def is_unread(self, path: str, banks: list[str]) -> bool:
        """Whether a file lies among banks and is nothing that any of them reads."""
        among = bool(banks or self._entry(path))
        other = not path.endswith((*SUFFIXES, *_PACKAGES)) and not _is_media(path)
        hidden = os.path.basename(path).startswith(".")  # noqa: PTH119
        return among and (other or hidden) and os.path.isfile(path)  # noqa: PTH113

    def held(self, folder: str) -> list[str]:
        direct = [file for file in _yaml_in(folder) if self.has_header(file)]
        if direct and not self.is_collection(folder):
            return []
        files = self._files(folder)
        heads = [file for file in files if self.has_header(file)]
        if self.is_collection(folder):
            one = not heads or heads == direct[:1]
            return [] if one else list(dict.fromkeys(_first(file, folder) for file in files))
        if self._entry(folder) or self.is_collection(os.path.dirname(os.path.abspath(folder))):  # noqa: PTH100, PTH120
            return []
        banks = list(dict.fromkeys(self._home(file, folder) for file in heads))
        banks = [one for one in banks if not any(_is_in(one, two) for two in banks if one != two)]
        # A header alone in a folder below is that of a bank with several folders.
        alone = len(banks) == 1 and not self.is_collection(os.path.dirname(banks[0]))  # noqa: PTH120
        rest = (file for file in files if not any(_is_in(file, bank) for bank in banks))
        return [] if alone or any(map(self._of, rest)) else banks

    def is_collection(self, folder: str) -> bool:
        """Whether every entry of a folder is a bank: by its name."""
        name = os.path.basename(os.path.abspath(folder))  # noqa: PTH100, PTH119
        return name == os.path.basename(self._collection)  # noqa: PTH119

    def _home(self, head: str, folder: str) -> str:
        """The bank of a header below a folder: an entry of a collection, or the folder around."""
        around = os.path.dirname(head)  # noqa: PTH120
        above = around
        while above != folder and len(above) > len(folder):
            if self.is_collection(above):
                return _first(head, above)
            above = os.path.dirname(above)  # noqa: PTH120
        return around

    def why_none(self, path: str) -> str:
        for folder in _upwards(path):
            if any(map(self.has_header, _yaml_in(folder))):
                return f"it has no 'bank' section, and '{shown_path(folder)}' holds several banks"
        return "neither it nor a YAML file beside or above it has a 'bank' section"

    def _around(self, path: str) -> list[str]:
        """By the nearest folder that has a header."""
        for folder in _upwards(path):
            heads = [file for file in _yaml_in(folder) if self.has_header(file)]
            if not heads:
                continue
            below = self._files(folder)
            one = sum(map(self.has_header, below)) == 1
            if path in heads or _real(path) in map(_real, heads):
                others = sum(bool(self._of(file)) for file in below) > 1
                return [shown_path(folder) if one and others else path]
            if one:
                return [shown_path(folder)]
            return [shown_path(file) for file in heads] if _is_media(path) else []
        return []

    def _entry(self, path: str) -> str:
        """The entry of the collection that a path is, or lies in; empty where it does not."""
        try:
            relative = os.path.relpath(path, self._collection) if self._collection else os.pardir
        except ValueError:  # another drive of Windows
            return ""
        first = relative.partition(os.sep)[0]
        inside = first not in {os.curdir, os.pardir}
        return os.path.join(self._collection, first) if inside else ""  # noqa: PTH118

    def _files(self, folder: str) -> list[str]:
        if folder not in self._below:
            self._below[folder] = find_files(folder)[0] if os.path.isdir(folder) else []  # noqa: PTH112
        return self._below[folder]

    def has_header(self, file: str) -> bool:
        return "bank" in self._of(file)

    def _of(self, file: str) -> frozenset[str]:
        """The sections at a file's left margin."""
        key = os.path.abspath(file)  # noqa: PTH100
        if key not in self._sections:
            self._sections[key] = _sections(file)
        return self._sections[key]


def _sections(file: str) -> frozenset[str]:
    try:
        if not os.path.isfile(file) or os.stat(file).st_size > MAX_FILE_BYTES:  # noqa: PTH113, PTH116
            return frozenset()
        with open(file, encoding="utf-8-sig", errors="replace") as stream:  # noqa: PTH123
            return frozenset(match[2] for match in SECTION_KEY.finditer(stream.read()))
    except (OSError, ValueError):
        return frozenset()


def _upwards(path: str) -> list[str]:
    """The folders around a path, up to the repository's top; without one, to the current folder."""
    here = os.path.abspath(path)  # noqa: PTH100
    folders: list[str] = []
    while (above := os.path.dirname(here)) != here:  # noqa: PTH120
        folders.append(above)
        if os.path.lexists(os.path.join(above, ".git")):  # noqa: PTH118
            return folders
        here = above
    current = os.path.abspath(os.curdir)  # noqa: PTH100
    return [folder for folder in folders if _is_in(folder, current)] or folders[:1]


def _yaml_in(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names
    except OSError:
        return []
    found = (name for name in names if name.endswith(SUFFIXES) and not name.startswith("."))
    return [os.path.join(folder, name) for name in found]  # noqa: PTH118


def _first(file: str, folder: str) -> str:
    """The entry of a folder that a file below it is, or lies in."""
    first = os.path.relpath(file, folder).partition(os.sep)[0]
    return os.path.join(folder, first)  # noqa: PTH118


def _is_media(path: str) -> bool:
    return os.path.splitext(path)[1].lower() in _MEDIA  # noqa: PTH122


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))  # noqa: PTH118
