"""From findings (what is wrong, by path in the data) to diagnostics (where, by line and column)."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from prep_export.bank.composer import Extent, Path, locate
from prep_export.diagnostics import Diagnostic, Location, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with an entry. `path` leads from the root of the file's data to the node."""

    code: str
    message: str
    file: str
    path: Path = ()
    hint: str = ""
    on_key: bool = False
    """The place is the key of the node, not its value."""
    needle: str = ""
    """Text inside the value that the place should narrow down to."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A hint naming the closest of the known words, or an empty one."""
    close = get_close_matches(wrong[:100], [str(k) for k in known], n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""


def shown_path(path: str) -> str:
    """A path as an author would type it: relative to the current folder where it lies below."""
    if not path:
        return "<memory>"  # a bank that a program has built
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


class SourceText:
    """A file's text, with 1-based lines and columns for its characters."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts = [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", text))]

    def location(self, start: int, end: int) -> tuple[Location, str]:
        """The place of characters [start, end), and the line on which it starts."""
        start = min(start, len(self.text))
        line = bisect_right(self._starts, start)
        line_start = self._starts[line - 1]
        line_end = self._starts[line] if line < len(self._starts) else len(self.text)
        excerpt = self.text[line_start:line_end].rstrip("\r\n")
        column = start - line_start + 1
        end_column = max(column + 1, min(end, line_start + len(excerpt)) - line_start + 1)
        return Location(shown_path(self.path), line, column, end_column), excerpt


def read_text(path: str) -> str:
    """A bank file's text as composed: UTF-8 without byte order mark."""
    with open(path, "rb") as file:  # noqa: PTH123 - a path that the loader has checked
        return file.read().decode("utf-8-sig", errors="replace")


def diagnose(findings: Sequence[Finding]) -> list[Diagnostic]:
    """Look up the places of findings, reading each file concerned once more; in file order."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    diagnostics = [d for path, group in by_file.items() for d in _in_file(path, group)]
    return sorted(set(diagnostics), key=sort_key)


def _in_file(path: str, findings: list[Finding]) -> list[Diagnostic]:
    try:
        source = SourceText(path, read_text(path))
    except OSError:  # the file went away since it was loaded, or there never was one
        place = Location(shown_path(path))
        return [Diagnostic(f.code, f.message, place, f.hint) for f in findings]
    wanted = {f.path[:n] for f in findings for n in range(len(f.path) + 1)}
    extents = locate(source.text, wanted)
    return [_diagnostic(source, extents, f) for f in findings]


def _diagnostic(source: SourceText, extents: dict[Path, Extent], finding: Finding) -> Diagnostic:
    start, end = _span(source, extents, finding)
    location, excerpt = source.location(start, end)
    return Diagnostic(finding.code, finding.message, location, finding.hint, excerpt)


def _span(source: SourceText, extents: dict[Path, Extent], finding: Finding) -> tuple[int, int]:
    path = finding.path
    exact = path in extents
    while path and path not in extents:
        path = path[:-1]
    extent = extents.get(path)
    if extent is None:
        return 0, 1
    if finding.on_key and exact and extent.key:
        return extent.key
    start, end = extent.value
    at = source.text.find(finding.needle, start, end) if finding.needle else -1
    if at >= 0:
        return at, at + len(finding.needle)
    if exact and source.text[start : start + 1] in "|>":
        # A block scalar: its first line of text says more than the '|' that opens it.
        first = re.compile(r"\S").search(source.text, source.text.find("\n", start) + 1, end)
        if first:
            return first.start(), end
    return start, end
