"""Files to a bank: the sections of one YAML file, or of every YAML file of a folder, merged."""

from __future__ import annotations

import gc
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from prep_export.bank.model import SECTIONS, Bank, Header, Place, Retired, Tag, Topic
from prep_export.bank.read.composer import compose
from prep_export.bank.read.fault import clip, shape
from prep_export.bank.read.files import UnreadableError, contents, find_files, read_file, whole
from prep_export.bank.read.repeated import loses_entries
from prep_export.bank.read.sections import ENTRY_TYPES, SECTION_NAMES
from prep_export.bank.read.shape import build, holds_text, is_field, salvage
from prep_export.bank.values import TOPIC_ID, Kind
from prep_export.findings.finding import Characters, Finding, Node
from prep_export.paths import shown_path
from prep_export.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALL: Final = frozenset({"items", "topics", "header"})
_TOPIC_ID: Final = re.compile(TOPIC_ID)


@dataclass(slots=True)
class Loaded:
    """What loading found, and everything wrong so far."""

    bank: Bank | None = None
    """The bank with all that is sound of what is not, for the checks; None without any file."""
    has_header: bool = False
    broken: frozenset[Place] = frozenset()
    """Where the items and retired entries stand that are not sound."""
    findings: list[Finding] = field(default_factory=list)
    unread: frozenset[str] = frozenset()
    """'items', 'topics' or 'header', where some may stand in what could not be read."""

    @property
    def sound(self) -> Bank | None:
        """The bank without what is not sound; None when its header is not."""
        bank = self.bank
        if bank is None or not self.has_header:
            return None
        if not self.broken:
            return bank
        places = {name: at for name, at in bank.places.items() if at not in self.broken}
        retired = [
            (entry, at)
            for entry, at in zip(bank.retired, bank.retired_places, strict=True)
            if at not in self.broken
        ]
        return replace(
            bank,
            entries={
                name: tuple(item for item in items if item.id in places)
                for name, items in bank.entries.items()
            },
            places=places,
            retired=tuple(entry for entry, _ in retired),
            retired_places=tuple(at for _, at in retired),
        )


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


Composed: TypeAlias = "dict[str, tuple[str, Any, list[Finding]]]"
"""The text of each file, its plain data, and what was wrong with it."""


def load(path: str, known: Composed | None = None) -> Loaded:
    """Read a bank from a file or folder. Never raises on bad input: faults become findings.

    Who loads a bank again and again gives each time the same `known`: of files whose text has not
    changed it has what was made of it, and only that of the last time.
    """
    files, faults = find_files(path)
    if faults and not files:
        return Loaded(findings=faults)
    if not files:
        hint = "a bank is a YAML file, or a folder with *.yaml files"
        message = f"no YAML files in '{shown_path(path)}', which holds {contents(path)}"
        return Loaded(findings=[whole("no-bank-files", message, path, hint)])
    merge = _Merge(path, known)
    merge.findings += faults
    if faults:
        merge.unread |= _ALL
    with without_collector():
        for file in files:
            merge.add(file)
        if known is not None:
            known.clear()
            known.update(merge.composed)
        return merge.loaded()


class _Merge:
    """Gathers the sections of all files."""

    def __init__(self, path: str, known: Composed | None) -> None:
        self.known = known
        self.composed: Composed = {}
        folder = os.path.isdir(path)  # noqa: PTH112
        self.root = path if folder else os.path.dirname(path) or "."  # noqa: PTH120
        self.files: list[str] = []
        self.findings: list[Finding] = []
        self.lost: list[Finding] = []
        """Of the file at hand: texts of which YAML takes a part."""
        self.header: Header | None = None
        self.header_file = ""
        self.has_header = False
        self.topics: dict[str, Topic] = {}
        self.topic_files: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.tag_files: dict[str, str] = {}
        self.sections: dict[str, list[Any]] = {name: [] for name in SECTIONS}
        self.places: dict[str, Place] = {}
        self.retired: dict[str, tuple[Retired, Place]] = {}
        self.proposed: dict[str, str] = {}
        """Ids that topics might have, with the malformed ones that they have."""
        self.unread: set[str] = set()
        self.broken: set[Place] = set()
        self.strange = ""
        """The file whose header is another bank's."""

    def add(self, file: str) -> None:
        self.files.append(file)
        data = self._data(file)
        if data is None:
            self.unread |= _ALL
            return
        lost, self.lost = self.lost, []
        before = len(self.findings)
        for name in list(data):
            self._section(file, name, data)
        self._lose(lost, before)

    def _lose(self, lost: list[Finding], before: int) -> None:
        """Tell of what YAML takes of texts; where it takes all, that is why a text is empty."""
        taken = {one.at.path: one for one in lost if isinstance(one.at, Characters)}
        for index in range(before, len(self.findings) if taken else before):
            found = self.findings[index]
            one = taken.pop(found.at.path, None) if isinstance(found.at, Node) else None
            if one and found.code in {"empty-text", "malformed-value"}:
                message = f"{found.message}: {one.message}"
                self.findings[index] = replace(found, message=message, at=one.at, hint=one.hint)
        self.findings += taken.values()

    def _data(self, file: str) -> dict[str, Any] | None:
        """The mapping in a file; None, with a finding, where it holds none."""
        try:
            text = read_file(file)
        except UnreadableError as error:
            self.findings.append(error.finding)
            return None
        data, faults = self._composed(text, file)
        self.findings += [fault for fault in faults if fault.code != "lost-text"]
        self.lost = [fault for fault in faults if fault.code == "lost-text"]
        if any(map(loses_entries, faults)):
            self.unread |= {"items", "topics"}
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
        hint = "write a section above it, such as 'questions:'"
        self.findings.append(Finding("expected-mapping", message, Node(file), hint))
        return None

    def _composed(self, text: str, file: str) -> tuple[Any, list[Finding]]:
        if self.known is None:
            return compose(text, file, holds_text)
        before, data, faults = self.known.get(file, ("", None, []))
        if before != text:
            data, faults = compose(text, file, holds_text)
        if text:
            self.composed[file] = (text, data, faults)
        # Sections are taken out of the mapping as they are read; what they hold stays as it is.
        return dict(data) if isinstance(data, dict) else data, faults

    def _section(self, file: str, key: str, data: dict[str, Any]) -> None:
        name = key
        if name not in SECTION_NAMES:
            near = nearest(key, SECTION_NAMES)
            name = near if near and near not in data else ""
            hint = did_you_mean(key, SECTION_NAMES) or "sections: " + ", ".join(SECTION_NAMES)
            if not name and is_field(key):
                hint = f"'{key}' is a field: indent it like the others of what it belongs to"
            place = Node(file, (key,), on_key=True)
            message = f"there is no section '{clip(key)}'"
            self.findings.append(Finding("unknown-section", message, place, hint))
        if name == "bank":
            self._header(file, key, data[key])
        elif name == "topics":
            self._topics(file, key, data[key])
        elif name == "tags":
            self._tags(file, key, data[key])
        elif name:
            self._entries(file, key, name, data)
        elif isinstance(data[key], list | dict):
            self.unread |= {"items", "topics"}

    def _header(self, file: str, key: str, value: Any) -> None:
        place = Node(file, (key,), on_key=True)
        if self.header_file:
            name = value.get("id") if isinstance(value, dict) else None
            if self.header and name != self.header.id:
                self.strange = file
                self.unread.add("items")  # those that have the ids of the first bank's
                message = f"the header of another bank, '{name}'"
                hint = "give each bank a folder of its own, or keep one header"
            else:
                message, hint = "a second header of this bank", "keep one"
            first = Node(self.header_file, ("bank",), on_key=True)
            self.findings.append(Finding("duplicate-header", message, place, hint, first))
            return
        self.header_file = file
        self.header = build(Header, value, Node(file, (key,)), self.findings)
        self.has_header = self.header is not None
        if self.header is None:
            self.header = salvage(Header, value)
            if isinstance(value, dict) and not {*value}.isdisjoint({*SECTION_NAMES} - {"sections"}):
                self.unread |= {"items", "topics"}  # a section that stands under the header

    def _topics(self, file: str, key: str, value: Any) -> None:
        if not isinstance(value, dict):
            self.unread.add("topics")
            message = f"'{key}' is {shape(value)}, where ids with titles belong"
            glued = isinstance(value, str) and ":" in value
            hint = "write 'topic-id: Title' lines, " + (
                "with a space after the colon" if glued else "without dashes"
            )
            self.findings.append(Finding("expected-mapping", message, Node(file, (key,)), hint))
            return
        for name, body in value.items():
            place = Node(file, (key, name))
            on_key = Node(file, (key, name), on_key=True)
            if name in ENTRY_TYPES and isinstance(body, list):
                self.unread.add("items")
                message = f"the section '{name}' stands under '{key}'"
                hint = "move it to the left margin"
                self.findings.append(Finding("expected-mapping", message, on_key, hint))
                continue
            if name in self.topics:
                if file != self.strange:
                    message = f"topic '{name}' is declared twice"
                    first = Node(self.topic_files[name], (key, name), on_key=True)
                    found = Finding("duplicate-topic", message, on_key, "keep one", first)
                    self.findings.append(found)
                continue
            if not _TOPIC_ID.fullmatch(name):
                near = Kind(pattern=TOPIC_ID).near(name)
                message = f"'{clip(name)}' is not a topic id"
                hint = "small letters, digits and single hyphens, '::' between levels"
                hint += f", such as '{near}'" if near else ""
                self.findings.append(Finding("malformed-id", message, on_key, hint))
                self.proposed[near] = name
                self.topics[name] = Topic(title=name)
                self.topic_files[name] = file
                continue
            if isinstance(body, str):
                body = {"title": body}  # noqa: PLW2901 - the short form of the same thing
            topic = build(Topic, body, place, self.findings) or salvage(Topic, body)
            self.topics[name] = topic
            self.topic_files[name] = file

    def _tags(self, file: str, key: str, value: Any) -> None:
        if not isinstance(value, dict):
            self.unread.add("topics")
            message = f"'{key}' is {shape(value)}, where ids with titles belong"
            hint = "write 'tag-id: Title' lines, without dashes"
            self.findings.append(Finding("expected-mapping", message, Node(file, (key,)), hint))
            return
        for name, title in value.items():
            if name in self.tags:
                message = f"tag '{name}' is declared twice"
                on_key = Node(file, (key, name), on_key=True)
                first = Node(self.tag_files[name], (key, name), on_key=True)
                self.findings.append(Finding("duplicate-topic", message, on_key, "keep one", first))
                continue
            tag = build(Tag, {"id": name, "title": title}, Node(file, (key, name)), self.findings)
            self.tags[name] = tag.title if tag else name
            self.tag_files[name] = file

    def _entries(self, file: str, key: str, name: str, data: dict[str, Any]) -> None:
        if not isinstance(data[key], list):
            self.unread.add("items")
            if data[key] in ("", {}):
                message, hint = f"'{key}' is empty", "write '- id: …' entries, or remove it"
            else:
                message = f"'{key}' is {shape(data[key])}, where a list of entries belongs"
                hint = "start each entry with '- id: …', its fields below it"
            self.findings.append(Finding("expected-list", message, Node(file, (key,)), hint))
            return
        if len(data[key]) > 1 and all(isinstance(one, dict) and len(one) == 1 for one in data[key]):
            self.unread.add("items")
            message = f"each field of '{key}' is an entry of its own"
            hint = "write a dash before the first field of an entry only, the others below it"
            self.findings.append(Finding("missing-field", message, Node(file, (key, 1)), hint))
            return
        kind = ENTRY_TYPES[name]
        number = len(self.files) - 1
        # Taking each entry from the end of a copy frees its plain data as soon as its model is
        # built; a copy, because an alias may name the same list again.
        waiting = list(reversed(data.pop(key)))
        index = 0
        while waiting:
            plain = waiting.pop()
            entry = build(kind, plain, Node(file, (key, index)), self.findings)
            place = Place(number, key, index)
            if entry is None:
                entry = salvage(kind, plain)
                # A name that no item can have keeps those apart that have none.
                known = {} if entry.id else {"id": f"{file}:{key}:{index}"}
                entry = replace(entry, **known)
                self.broken.add(place)
            self._keep(file, name, place, entry)
            index += 1

    def _keep(self, file: str, section: str, place: Place, entry: Any) -> None:
        if isinstance(entry, Retired):
            if entry.id in self.retired:
                self._twice(file, place, entry.id, self.retired[entry.id][1])
            else:
                self.retired[entry.id] = (entry, place)
        elif entry.id in self.places:
            self._twice(file, place, entry.id, self.places[entry.id])
        else:
            self.places[entry.id] = place
            self.sections[section].append(entry)

    def _twice(self, file: str, place: Place, name: str, first: Place) -> None:
        if file == self.strange:
            return
        message = f"the id '{name}' is taken"
        hint = "ids are unique in a bank: choose another"
        node = Node(file, (place.section, place.index, "id"))
        other = Node(self.files[first.file], (first.section, first.index, "id"))
        self.findings.append(Finding("duplicate-id", message, node, hint, other))

    def loaded(self) -> Loaded:
        """What all files hold, merged."""
        if self.header is None and "header" not in self.unread:
            message = "no file of this bank has a 'bank' section"
            hint = "add 'bank:' with 'id: …' and 'title: …' below it"
            self.findings.append(whole("missing-header", message, self.files[0], hint))
        bank = self._bank()
        broken, unread = frozenset(self.broken), frozenset(self.unread)
        return Loaded(bank, self.has_header, broken, self.findings, unread)

    def _bank(self) -> Bank:
        for near, name in self.proposed.items():
            if near and near not in self.topics:  # who names it shall find it
                self.topics[name] = Topic(title=name, aliases=(near,))
        retired = self.retired.values()
        return Bank(
            header=self.header or salvage(Header, {}),
            topics=self.topics,
            entries={name: tuple(items) for name, items in self.sections.items()},
            root=self.root,
            files=tuple(self.files),
            header_file=self.header_file,
            places=self.places,
            topic_files=self.topic_files,
            tags=self.tags,
            tag_files=self.tag_files,
            retired=tuple(entry for entry, _ in retired),
            retired_places=tuple(place for _, place in retired),
        )
