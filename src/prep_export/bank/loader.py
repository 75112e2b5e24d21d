"""Files to a bank: one YAML file, or every YAML file of a folder, merged."""

from __future__ import annotations

import gc
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.composer import Fault, compose
from prep_export.bank.findings import Finding, SourceText, did_you_mean, shown_path
from prep_export.bank.model import SECTIONS, TOPIC_ID, Bank, Header, Place, Retired, Topic
from prep_export.bank.shape import ENTRY_TYPES, SECTION_NAMES, build
from prep_export.diagnostics import Diagnostic, Location, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILE_BYTES: Final = 256 * 1024 * 1024
SUFFIXES: Final = (".yaml", ".yml")

# What YAML 1.1 forbids in a stream (libyaml names the place only as a byte offset).
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_TOPIC_ID: Final = re.compile(TOPIC_ID)


@dataclass(slots=True)
class Loaded:
    """What loading found: the bank when its shape allows one, and everything wrong so far."""

    bank: Bank | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def find_files(path: str) -> list[str]:
    """The YAML files of a bank: the file itself, or all below a folder, sorted by path.

    Hidden files and folders (a leading dot) are passed over.
    """
    if not os.path.isdir(path):  # noqa: PTH112 - plain strings throughout: 100,000 paths are cheap
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        found += [
            os.path.join(folder, name)  # noqa: PTH118
            for name in names
            if name.endswith(SUFFIXES) and not name.startswith(".")
        ]
    return sorted(found)


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the cyclic collector from walking a heap that only grows: half the time of a load."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load(path: str) -> Loaded:
    """Read a bank from a file or folder. Never raises on bad input: faults become diagnostics."""
    merge = _Merge(path)
    files = find_files(path)
    if not files:
        at = Location(shown_path(path))
        hint = "a bank is a YAML file, or a folder with *.yaml files"
        message = f"no YAML files in '{shown_path(path)}'"
        return Loaded(diagnostics=[Diagnostic("no-bank-files", message, at, hint)])
    with without_collector():
        for file in files:
            merge.add(file)
        bank = merge.bank()
    diagnostics = sorted(merge.diagnostics, key=sort_key)
    return Loaded(bank, diagnostics, merge.findings)


class _Merge:
    """Gathers the sections of all files."""

    def __init__(self, path: str) -> None:
        folder = os.path.isdir(path)  # noqa: PTH112
        self.root = path if folder else os.path.dirname(path) or "."  # noqa: PTH120
        self.files: list[str] = []
        self.diagnostics: list[Diagnostic] = []
        self.findings: list[Finding] = []
        self.header: Header | None = None
        self.header_seen = ""
        self.topics: dict[str, Topic] = {}
        self.sections: dict[str, list[Any]] = {name: [] for name in ENTRY_TYPES}
        self.places: dict[str, Place] = {}
        self.retired_at: dict[str, str] = {}
        self.unread = False

    def add(self, file: str) -> None:
        self.files.append(file)
        text = self._read(file)
        if text is None:
            self.unread = True
            return
        data, faults = compose(text)
        if faults:
            source = SourceText(file, text)
            self.diagnostics += [_from_fault(source, fault) for fault in faults]
        if data is None:
            self.unread = True
            if not faults:
                self._whole(
                    file, "empty-file", "the file holds no data", "write sections, or delete it"
                )
            return
        if not isinstance(data, dict):
            if data == "":
                self._whole(
                    file, "empty-file", "the file holds no data", "write sections, or delete it"
                )
            else:
                shape = "a list" if isinstance(data, list) else "text"
                self.findings.append(
                    Finding(
                        "expected-mapping",
                        f"a bank file is a mapping of sections, not {shape}",
                        file,
                        (),
                        "start with a section such as 'questions:'",
                    )
                )
            self.unread = True
            return
        for name in list(data):
            self._section(file, name, data.pop(name))

    def _whole(self, file: str, code: str, message: str, hint: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, Location(shown_path(file)), hint))

    def _read(self, file: str) -> str | None:
        try:
            size = os.stat(file).st_size  # noqa: PTH116
            if size > MAX_FILE_BYTES:
                limit = MAX_FILE_BYTES // 1024**2
                self._whole(
                    file,
                    "file-too-large",
                    f"{size / 1024**2:,.0f} MiB; the limit is {limit} MiB",
                    "split the bank into several files of a folder",
                )
                return None
            if not os.path.isfile(file):  # noqa: PTH113
                self._whole(
                    file, "unreadable-file", "not a regular file", "name a YAML file or a folder"
                )
                return None
            with open(file, "rb") as stream:  # noqa: PTH123
                data = stream.read(MAX_FILE_BYTES + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._whole(
                file,
                "unreadable-file",
                f"cannot be read: {reason}",
                "check the path and its permissions",
            )
            return None
        return self._decode(file, data)

    def _decode(self, file: str, data: bytes) -> str | None:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8-sig", errors="replace")
            line = len(re.findall(r"\r\n|\n|\r", before)) + 1
            column = len(re.split(r"\r\n|\n|\r", before)[-1]) + 1
            utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
            self.diagnostics.append(
                Diagnostic(
                    "not-utf8",
                    "the file is UTF-16, not UTF-8"
                    if utf16
                    else f"byte 0x{data[error.start]:02x} is not UTF-8",
                    Location(shown_path(file), line, column),
                    "save the file as UTF-8",
                )
            )
            return None
        bad = None if text.isascii() and text.isprintable() else _CONTROL.search(text)
        if bad:
            location, excerpt = SourceText(file, text).location(bad.start(), bad.end())
            name = f"U+{ord(bad.group()):04X}"
            self.diagnostics.append(
                Diagnostic(
                    "control-character",
                    f"the control character {name}",
                    location,
                    "remove it",
                    excerpt,
                )
            )
            return None
        return text

    def _section(self, file: str, name: str, value: Any) -> None:
        if name == "bank":
            self._header(file, value)
        elif name == "topics":
            self._topics(file, value)
        elif name in ENTRY_TYPES:
            self._entries(file, name, value)
        else:
            self.findings.append(
                Finding(
                    "unknown-section",
                    f"there is no section '{name}'",
                    file,
                    (name,),
                    did_you_mean(name, SECTION_NAMES) or "sections: " + ", ".join(SECTION_NAMES),
                    on_key=True,
                )
            )

    def _header(self, file: str, value: Any) -> None:
        if self.header_seen:
            self.findings.append(
                Finding(
                    "duplicate-header",
                    "a second header of this bank",
                    file,
                    ("bank",),
                    f"the first stands in {shown_path(self.header_seen)}; keep one",
                    on_key=True,
                )
            )
            return
        self.header_seen = file
        self.header = build(Header, value, file, ("bank",), self.findings)

    def _topics(self, file: str, value: Any) -> None:
        if not isinstance(value, dict):
            self.findings.append(
                Finding(
                    "expected-mapping",
                    "'topics' is a mapping of ids to titles",
                    file,
                    ("topics",),
                    "write 'topic-id: Title' lines",
                )
            )
            return
        for name, body in value.items():
            path = ("topics", name)
            if not _TOPIC_ID.fullmatch(name):
                self.findings.append(
                    Finding(
                        "malformed-id",
                        f"'{name[:60]}' is not a topic id",
                        file,
                        path,
                        "small letters, digits and single hyphens, '::' between levels",
                        on_key=True,
                    )
                )
                continue
            if name in self.topics:
                self.findings.append(
                    Finding(
                        "duplicate-topic",
                        f"topic '{name}' is declared twice",
                        file,
                        path,
                        "keep one",
                        on_key=True,
                    )
                )
                continue
            if isinstance(body, str):
                body = {"title": body}  # noqa: PLW2901 - the short form of the same thing
            topic = build(Topic, body, file, path, self.findings)
            self.topics[name] = topic or Topic(title=name)

    def _entries(self, file: str, name: str, value: Any) -> None:
        if not isinstance(value, list):
            self.findings.append(
                Finding(
                    "expected-list",
                    f"'{name}' is a list of entries",
                    file,
                    (name,),
                    "start each entry with '- id: …'",
                )
            )
            return
        kind = ENTRY_TYPES[name]
        number = len(self.files) - 1
        value.reverse()  # popping from the end frees each entry's plain data as its model is built
        index = 0
        while value:
            entry = build(kind, value.pop(), file, (name, index), self.findings)
            if entry is not None:
                self._keep(file, name, Place(number, name, index), entry)
            index += 1

    def _keep(self, file: str, name: str, place: Place, entry: Any) -> None:
        if isinstance(entry, Retired):
            if entry.id in self.retired_at:
                self._twice(file, place, entry.id, self.retired_at[entry.id])
            self.retired_at[entry.id] = file
        else:
            first = self.places.get(entry.id)
            if first:
                self._twice(file, place, entry.id, self.files[first.file], first.section)
                return
            self.places[entry.id] = place
        self.sections[name].append(entry)

    def _twice(
        self, file: str, place: Place, name: str, first: str, section: str = "retired"
    ) -> None:
        self.findings.append(
            Finding(
                "duplicate-id",
                f"the id '{name}' is taken",
                file,
                (place.section, place.index, "id"),
                f"it stands under '{section}' in {shown_path(first)}; ids are unique in a bank",
            )
        )

    def bank(self) -> Bank | None:
        """The merged bank; None when its header cannot be had."""
        if self.header is None:
            if not self.header_seen and not self.unread:
                self._whole(
                    self.files[0],
                    "missing-header",
                    "no file of this bank has a 'bank' section",
                    "add 'bank:' with 'id' and 'title'",
                )
            return None
        return Bank(
            header=self.header,
            topics=self.topics,
            root=self.root,
            files=tuple(self.files),
            header_file=self.header_seen,
            places=self.places,
            retired=tuple(self.sections["retired"]),
            **{name: tuple(self.sections[name]) for name in SECTIONS},
        )


def _from_fault(source: SourceText, fault: Fault) -> Diagnostic:
    location, excerpt = source.location(fault.start, fault.end)
    return Diagnostic(fault.code, fault.message, location, fault.hint, excerpt)
