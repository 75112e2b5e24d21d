"""Files to a bank: the sections of one YAML file, or of every YAML file of a folder, merged."""

from __future__ import annotations

import gc
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.model import SECTIONS, Bank, Header, Place, Retired, Topic
from prep_export.bank.read.composer import compose
from prep_export.bank.read.files import UnreadableError, find_files, read_file, whole
from prep_export.bank.read.shape import ENTRY_TYPES, SECTION_NAMES, build
from prep_export.bank.values import TOPIC_ID
from prep_export.findings.finding import Finding, Node
from prep_export.paths import shown_path
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOPIC_ID: Final = re.compile(TOPIC_ID)


@dataclass(slots=True)
class Loaded:
    """What loading found: the bank when its shape allows one, and everything wrong so far."""

    bank: Bank | None = None
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True
    """Whether every file could be read: what one of the others declares is unknown."""


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the cyclic collector from walking a heap that only grows: half the time of a load.

    It is the process's, so other threads do without it meanwhile; what they leave is collected
    afterwards.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load(path: str) -> Loaded:
    """Read a bank from a file or folder. Never raises on bad input: faults become findings."""
    files, faults = find_files(path)
    if faults and not files:
        return Loaded(findings=faults)
    if not files:
        hint = "a bank is a YAML file, or a folder with *.yaml files"
        message = f"no YAML files in '{shown_path(path)}'"
        return Loaded(findings=[whole("no-bank-files", message, path, hint)])
    merge = _Merge(path)
    merge.findings += faults
    merge.complete = not faults
    with without_collector():
        for file in files:
            merge.add(file)
        bank = merge.bank()
    return Loaded(bank, merge.findings, merge.complete)


class _Merge:
    """Gathers the sections of all files."""

    def __init__(self, path: str) -> None:
        folder = os.path.isdir(path)  # noqa: PTH112
        self.root = path if folder else os.path.dirname(path) or "."  # noqa: PTH120
        self.files: list[str] = []
        self.findings: list[Finding] = []
        self.header: Header | None = None
        self.header_file = ""
        self.topics: dict[str, Topic] = {}
        self.topic_files: dict[str, str] = {}
        self.sections: dict[str, list[Any]] = {name: [] for name in SECTIONS}
        self.places: dict[str, Place] = {}
        self.retired: dict[str, tuple[Retired, Place]] = {}
        self.complete = True

    def add(self, file: str) -> None:
        self.files.append(file)
        data = self._data(file)
        if data is None:
            self.complete = False
            return
        for name in list(data):
            self._section(file, name, data)

    def _data(self, file: str) -> dict[str, Any] | None:
        """The mapping in a file; None, with a finding, where it holds none."""
        try:
            text = read_file(file)
        except UnreadableError as error:
            self.findings.append(error.finding)
            return None
        data, faults = compose(text, file)
        self.findings += faults
        if isinstance(data, dict):
            return data
        if data is None and faults:
            return None
        if not data:
            hint = "write sections, or delete it"
            self.findings.append(whole("empty-file", "the file holds no data", file, hint))
            return None
        shape = "a list" if isinstance(data, list) else "text"
        message = f"a bank file is a mapping of sections, not {shape}"
        hint = "start with a section such as 'questions:'"
        self.findings.append(Finding("expected-mapping", message, Node(file), hint))
        return None

    def _section(self, file: str, name: str, data: dict[str, Any]) -> None:
        if name == "bank":
            self._header(file, data[name])
        elif name == "topics":
            self._topics(file, data[name])
        elif name in ENTRY_TYPES:
            self._entries(file, name, data)
        else:
            hint = did_you_mean(name, SECTION_NAMES) or "sections: " + ", ".join(SECTION_NAMES)
            place = Node(file, (name,), on_key=True)
            message = f"there is no section '{name}'"
            self.findings.append(Finding("unknown-section", message, place, hint))

    def _header(self, file: str, value: Any) -> None:
        if self.header_file:
            hint = f"the first stands in {shown_path(self.header_file)}; keep one"
            place = Node(file, ("bank",), on_key=True)
            message = "a second header of this bank"
            self.findings.append(Finding("duplicate-header", message, place, hint))
            return
        self.header_file = file
        self.header = build(Header, value, Node(file, ("bank",)), self.findings)

    def _topics(self, file: str, value: Any) -> None:
        if not isinstance(value, dict):
            message = "'topics' is a mapping of ids to titles"
            hint = "write 'topic-id: Title' lines"
            self.findings.append(
                Finding("expected-mapping", message, Node(file, ("topics",)), hint)
            )
            return
        for name, body in value.items():
            place = Node(file, ("topics", name))
            on_key = Node(file, ("topics", name), on_key=True)
            if not _TOPIC_ID.fullmatch(name):
                message = f"'{name[:60]}' is not a topic id"
                hint = "small letters, digits and single hyphens, '::' between levels"
                self.findings.append(Finding("malformed-id", message, on_key, hint))
                continue
            if name in self.topics:
                first = shown_path(self.topic_files[name])
                message = f"topic '{name}' is declared twice"
                hint = f"the first stands in {first}; keep one"
                self.findings.append(Finding("duplicate-topic", message, on_key, hint))
                continue
            if isinstance(body, str):
                body = {"title": body}  # noqa: PLW2901 - the short form of the same thing
            topic = build(Topic, body, place, self.findings)
            self.topics[name] = topic or Topic(title=name)
            self.topic_files[name] = file

    def _entries(self, file: str, name: str, data: dict[str, Any]) -> None:
        if not isinstance(data[name], list):
            message, hint = f"'{name}' is a list of entries", "start each entry with '- id: …'"
            self.findings.append(Finding("expected-list", message, Node(file, (name,)), hint))
            return
        kind = ENTRY_TYPES[name]
        number = len(self.files) - 1
        # Taking each entry from the end of a copy frees its plain data as soon as its model is
        # built; a copy, because an alias may name the same list again.
        waiting = list(reversed(data.pop(name)))
        index = 0
        while waiting:
            entry = build(kind, waiting.pop(), Node(file, (name, index)), self.findings)
            if entry is not None:
                self._keep(file, Place(number, name, index), entry)
            index += 1

    def _keep(self, file: str, place: Place, entry: Any) -> None:
        if isinstance(entry, Retired):
            if entry.id in self.retired:
                self._twice(file, place, entry.id, self.retired[entry.id][1])
            else:
                self.retired[entry.id] = (entry, place)
        elif entry.id in self.places:
            self._twice(file, place, entry.id, self.places[entry.id])
        else:
            self.places[entry.id] = place
            self.sections[place.section].append(entry)

    def _twice(self, file: str, place: Place, name: str, first: Place) -> None:
        message = f"the id '{name}' is taken"
        at = shown_path(self.files[first.file])
        hint = f"it stands under '{first.section}' in {at}; ids are unique in a bank"
        node = Node(file, (place.section, place.index, "id"))
        self.findings.append(Finding("duplicate-id", message, node, hint))

    def bank(self) -> Bank | None:
        """The merged bank; None when its header cannot be had."""
        if self.header is None:
            if not self.header_file and self.complete:
                message = "no file of this bank has a 'bank' section"
                hint = "add 'bank:' with 'id' and 'title'"
                self.findings.append(whole("missing-header", message, self.files[0], hint))
            return None
        retired = self.retired.values()
        return Bank(
            header=self.header,
            topics=self.topics,
            entries={name: tuple(items) for name, items in self.sections.items()},
            root=self.root,
            files=tuple(self.files),
            header_file=self.header_file,
            places=self.places,
            topic_files=self.topic_files,
            retired=tuple(entry for entry, _ in retired),
            retired_places=tuple(place for _, place in retired),
        )
