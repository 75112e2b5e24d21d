"""The files of a bank, and their text."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from prep_export.bank.read.composer import CONTROL
from prep_export.bank.read.sections import SECTION_KEY
from prep_export.findings.finding import Characters, Finding, Location
from prep_export.paths import shown_path
from prep_export.spelling import number

if TYPE_CHECKING:
    from prep_export.findings.codes import Code

MAX_FILE_BYTES: Final = 256 * 1024 * 1024
SUFFIXES: Final = (".yaml", ".yml")

_KINDS: Final = {
    b"PK\x03\x04": "a zip archive",
    b"%PDF-": "a PDF",
    b"SQLite format 3": "a database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive",
}
"""How files begin that are taken for banks by mistake."""
_IMPORTED: Final = {
    ".apkg": "an Anki package",
    ".colpkg": "an Anki package",
    ".csv": "a table",
    ".tsv": "a table",
}
"""How names end of files of which a bank can be made."""
_JSON: Final = re.compile(rb'\s*\{\s*"(?:format"\s*:\s*"prep-export bank|__type__)"')


class UnreadableError(Exception):
    """A file that gives no text; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def find_files(path: str) -> tuple[list[str], list[Finding]]:
    """The YAML files of a bank, sorted by path, and what keeps others from being found.

    They are the file itself, or all below a folder. Hidden files and folders (a leading dot) are
    passed over. A link to a folder is followed where it stays inside the bank.
    """
    if not os.path.isdir(path):  # noqa: PTH112 - plain strings throughout: 100,000 paths are cheap
        return [path], []
    search = _Search(os.path.realpath(path))
    search.folder(path)
    while search.links:  # last, so that what lies in the bank has its own path
        search.link(search.links.pop())
    for folder in search.misnamed:
        if not any(file.startswith(os.path.join(folder, "")) for file in search.files):  # noqa: PTH118
            search.fault(folder, "a folder, not a file, and it holds no YAML files", "delete it")
    return sorted(search.files), search.faults


class _Search:
    def __init__(self, root: str) -> None:
        self.root = root
        self.files: list[str] = []
        self.links: list[str] = []
        """To folders, or to nowhere."""
        self.misnamed: list[str] = []
        """Folders with the names of files."""
        self.faults: list[Finding] = []
        self.seen: set[str] = set()
        """Real paths of the folders searched."""

    def folder(self, path: str) -> None:
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            self.seen.add(os.path.realpath(folder))
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        if not entry.name.startswith("."):
                            self._entry(entry, waiting)
            except OSError as error:
                message = f"the folder cannot be read: {error.strerror or error}"
                self.fault(folder, message, "check its permissions")

    def _entry(self, entry: os.DirEntry[str], waiting: list[str]) -> None:
        if entry.is_dir(follow_symlinks=False):
            waiting.append(entry.path)
            if entry.name.endswith(SUFFIXES):
                self.misnamed.append(entry.path)
        elif entry.name.endswith(SUFFIXES) and not entry.is_dir():
            self.files.append(entry.path)
        elif entry.is_symlink() and not os.path.isfile(entry.path):  # noqa: PTH113
            self.links.append(entry.path)

    def link(self, path: str) -> None:
        target = os.path.realpath(path)
        if not os.path.isdir(target):  # noqa: PTH112
            self.fault(path, "a link that leads to no file or folder", "mend it, or delete it")
        elif not _within(target, self.root):
            message = "a link that leads out of the bank is not followed"
            self.fault(path, message, "move the folder into the bank's")
        elif target not in self.seen:
            self.folder(path)

    def fault(self, path: str, message: str, hint: str) -> None:
        self.faults.append(whole("unreadable-file", message, path, hint))


def _within(path: str, folder: str) -> bool:
    try:
        return os.path.commonpath([path, folder]) == folder
    except ValueError:  # another drive of Windows
        return False


def contents(folder: str) -> str:
    """What a folder without YAML files holds, in a few words."""
    names = sorted(name for _, _, found in os.walk(folder) for name in found)
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return f"{number(len(names), 'file')}: {shown}" if names else "no files"


_SHOWN: Final = 3


def read_file(file: str) -> str:
    """The text of a file. Raises UnreadableError."""
    try:
        if not os.path.isfile(file) and os.path.exists(file):  # noqa: PTH110, PTH113
            hint = "name a YAML file or a folder"
            raise UnreadableError(whole("unreadable-file", "not a regular file", file, hint))
        size = os.stat(file).st_size  # noqa: PTH116
        if size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024**2
            message = f"{size / 1024**2:,.0f} MiB; the limit is {limit} MiB"
            hint = "split the bank into several files of a folder"
            raise UnreadableError(whole("file-too-large", message, file, hint))
        with open(file, "rb") as stream:  # noqa: PTH123
            data = stream.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message, hint = f"cannot be read: {reason}", "check the path and its permissions"
        raise UnreadableError(whole("unreadable-file", message, file, hint)) from None
    kind = next((kind for head, kind in _KINDS.items() if data.startswith(head)), "")
    brought = next((kind for end, kind in _IMPORTED.items() if file.lower().endswith(end)), "")
    if file.lower().endswith(".json") and _JSON.match(data):  # other JSON is YAML
        brought = "a deck or a bank in JSON"
    if kind or brought:
        hint = "name a YAML file or a folder"
        if brought:
            kind, hint = brought, f"make a bank of it: prep-export import {file} -o DIR"
        message = f"this is {kind}, not a bank"
        raise UnreadableError(whole("unreadable-file", message, file, hint))
    text = _decoded(file, data)
    end = os.path.splitext(file)[1]  # noqa: PTH122
    if end.lower() not in {"", *SUFFIXES, ".json"} and not SECTION_KEY.search(text):
        message = f"this is a '{end}' file with no section of a bank, not YAML"
        hint = "name a YAML file or a folder"
        raise UnreadableError(whole("unreadable-file", message, file, hint))
    bad = CONTROL.search(text)  # libyaml would name its place as a byte offset
    if bad:
        message = f"the control character U+{ord(bad.group()):04X}"
        place = Characters(file, bad.start(), bad.end())
        raise UnreadableError(Finding("control-character", message, place, "remove it"))
    return text


def whole(code: Code, message: str, file: str, hint: str) -> Finding:
    """A finding about a file as a whole."""
    return Finding(code, message, Location(shown_path(file)), hint)


def _decoded(file: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        lines = re.split(r"\r\n|\n|\r", data[: error.start].decode("utf-8-sig", errors="replace"))
        place = Location(shown_path(file), len(lines), len(lines[-1]) + 1)
        utf16 = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
        byte = f"byte 0x{data[error.start]:02x} is not UTF-8"
        message = "the file is UTF-16, not UTF-8" if utf16 else byte
        finding = Finding("not-utf8", message, place, "save the file as UTF-8")
        raise UnreadableError(finding) from None
