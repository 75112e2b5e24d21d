"""Where findings stand: from a node of the data, or characters of the file, to line and column.

Positions are looked up only when there is something to report, instead of being recorded for every
node of every load: that is what keeps loading fast and small. Each file concerned is read once
more, for all findings of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import yaml

from prep_export.findings.finding import Characters, Location, Node, sort_key
from prep_export.paths import open_regular, shown_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prep_export.findings.finding import Finding, Path

    Place = Node | Characters

_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def resolve(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with their lines and columns, once each, in file order."""
    findings = list(findings)
    by_file: dict[str, set[Place]] = {}
    for at in (place for one in findings for place in (one.at, one.first)):
        if at is not None and not isinstance(at, Location):
            by_file.setdefault(at.file, set()).add(at)
    known: dict[object, Location] = {
        at: location
        for path, places in by_file.items()
        for at, location in _in_file(path, places).items()
    }
    return sorted({_placed(one, known) for one in findings}, key=sort_key)


def _placed(finding: Finding, known: dict[object, Location]) -> Finding:
    at = known.get(finding.at, finding.at)
    if finding.first is None:
        return replace(finding, at=at)
    first = known[finding.first]
    hint = f"{finding.hint}; the first is at {first.path}:{first.line}"
    return replace(finding, at=at, hint=hint, first=None, concerns=(first.path,))


def _in_file(path: str, places: Iterable[Place]) -> dict[Place, Location]:
    try:
        source = SourceText(path, read_text(path))
    except OSError:  # the file went away since it was loaded, or there never was one
        return dict.fromkeys(places, Location(shown_path(path)))
    paths = [at.path for at in places if isinstance(at, Node)]
    extents = locate(source.text, {path[:n] for path in paths for n in range(len(path) + 1)})
    return {at: source.location(*_span(source.text, extents, at)) for at in places}


def _span(text: str, extents: dict[Path, Extent], at: Place) -> tuple[int, int]:
    if isinstance(at, Characters):
        return at.start, at.end
    path, exact = at.path, at.path in extents
    while path and path not in extents:
        path = path[:-1]
    extent = extents.get(path)
    if extent is None:
        return 0, 1
    if at.on_key and exact and extent.key:
        return extent.key
    start, end = extent.value
    needle = text.find(at.needle, start, end) if at.needle else -1
    if needle >= 0:
        first, last = at.within or (0, len(at.needle))
        return needle + first, needle + last
    if exact and text[start : start + 1] in "|>":
        # A block scalar: its first line of text says more than the '|' that opens it.
        line = re.compile(r"\S").search(text, text.find("\n", start) + 1, end)
        if line:
            return line.start(), end
    return start, end


class SourceText:
    """A file's text, with 1-based lines and columns for its characters."""

    def __init__(self, path: str, text: str) -> None:
        self.text = text
        self._path = shown_path(path)
        self._starts = [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", text))]

    def location(self, start: int, end: int) -> Location:
        """The place of characters [start, end)."""
        start = min(start, len(self.text))
        line = bisect_right(self._starts, start)
        line_start = self._starts[line - 1]
        line_end = self._starts[line] if line < len(self._starts) else len(self.text)
        excerpt = self.text[line_start:line_end].rstrip("\r\n")
        column = start - line_start + 1
        end_column = max(column + 1, min(end, line_start + len(excerpt)) - line_start + 1)
        return Location(self._path, line, column, end_column, excerpt)


def read_text(path: str) -> str:
    """A bank file's text as composed: UTF-8 without byte order mark.

    Raises OSError, also for what is no regular file, such as a pipe with the name of one.
    """
    with open_regular(path) as file:
        return file.read().decode("utf-8-sig", errors="replace")


@dataclass(frozen=True, slots=True)
class Extent:
    """Characters of a file that one node takes: `key` for its key, `value` for itself."""

    key: tuple[int, int] | None
    value: tuple[int, int]


def locate(text: str, wanted: set[Path]) -> dict[Path, Extent]:
    """Find where nodes stand, by going through the events of `text` once more.

    A path that is not in the file (inside an alias, say) is absent from the result.
    """
    found: dict[Path, Extent] = {}
    if not wanted:
        return found
    try:
        for path, extent in _walk(text):
            if path in wanted and path not in found:
                found[path] = extent
    except yaml.YAMLError:
        pass  # reported by compose; what stands before it has been found
    return found


def _walk(text: str) -> Iterator[tuple[Path, Extent]]:
    loader = _Loader(text)
    # An open container: [path, next index or None, pending key, its extent, start, own key extent]
    stack: list[list[Any]] = []
    try:
        while True:
            event = loader.get_event()
            span = (event.start_mark.index, event.end_mark.index)
            if isinstance(event, yaml.StreamEndEvent):
                return
            if isinstance(event, yaml.CollectionEndEvent):
                path, _, _, _, start, key = stack.pop()
                yield path, Extent(key, (start, span[1]))
                continue
            if not isinstance(event, yaml.NodeEvent):
                continue
            frame = stack[-1] if stack else None
            if frame is not None and frame[1] is None and frame[2] is None:
                frame[2], frame[3] = getattr(event, "value", ""), span
                continue
            path, key = _child(frame)
            if isinstance(event, yaml.CollectionStartEvent):
                index = 0 if isinstance(event, yaml.SequenceStartEvent) else None
                stack.append([path, index, None, None, span[0], key])
            else:
                yield path, Extent(key, span)
    finally:
        loader.dispose()


def _child(frame: list[Any] | None) -> tuple[Path, tuple[int, int] | None]:
    """The path of the next node within an open container, and the extent of its key."""
    if frame is None:
        return (), None
    if frame[1] is not None:
        frame[1] += 1
        return (*frame[0], frame[1] - 1), None
    path, key = (*frame[0], frame[2]), frame[3]
    frame[2] = None
    return path, key
