"""What is wrong with a bank, and where: the one class for it, from the first look to the last word.

A finding is made where something is seen, with the place as it is known there: characters of a
file, or a node of its data. `places.resolve` turns that into a line and a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from prep_export.findings.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prep_export.findings.codes import Code, Severity

Path: TypeAlias = "tuple[str | int, ...]"
"""Where a node stands in the data of a file: keys and list indices from the root."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a file's data."""

    file: str
    path: Path = ()
    on_key: bool = False
    """The place is the key of the node, not its value."""
    needle: str = ""
    """Text of one line inside the value that the place should narrow down to."""
    within: tuple[int, int] | None = None
    """Characters of the needle to narrow down to."""


@dataclass(frozen=True, slots=True)
class Characters:
    """Characters of a file, from `start` up to but not including `end`."""

    file: str
    start: int
    end: int
    path: Path = ()
    """The node that they are a part of, where it is known."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: 1-based line and column, columns counted in characters."""

    path: str
    line: int = 1
    column: int = 1
    end_column: int = 0
    """Exclusive, on the same line; 0 when the extent is unknown."""
    excerpt: str | None = None
    """The line, without its break."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: its code, what it is, where, and what to do about it."""

    code: Code
    message: str
    at: Node | Characters | Location
    hint: str = ""
    first: Node | None = None
    """Of two that clash, the one before: its place ends the hint once it is known."""
    concerns: tuple[str, ...] = ()
    """Paths of other files that it is about: a picture, a font, that of the first of two."""

    @property
    def severity(self) -> Severity:
        """`error` or `warning`."""
        return CODES[self.code]

    @property
    def is_error(self) -> bool:
        """Whether it stops every export."""
        return self.severity == "error"

    @property
    def location(self) -> Location:
        """The place by line and column, which every finding has that the library hands out."""
        assert isinstance(self.at, Location)  # noqa: S101 - for the type checker
        return self.at


def sort_key(finding: Finding) -> tuple[str, int, int, str, str]:
    """File order: what an author reads from top to bottom."""
    at = finding.location
    return (at.path, at.line, at.column, finding.code, finding.message)


def summary(findings: Iterable[Finding]) -> str:
    """'2 errors, 1 warning'; empty when there is nothing to say."""
    counts = {"error": 0, "warning": 0}
    for finding in findings:
        counts[finding.severity] += 1
    return ", ".join(f"{n} {what}{'s' if n != 1 else ''}" for what, n in counts.items() if n)
