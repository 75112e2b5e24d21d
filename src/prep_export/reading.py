"""Reading a bank: load it, judge its shape, its meaning and its markup, all at once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prep_export.bank.check.arithmetic import check_arithmetic
from prep_export.bank.check.fonts import unusable_fonts
from prep_export.bank.check.ignoring import without_ignored
from prep_export.bank.check.markup import check_markup
from prep_export.bank.check.meaning import check_meaning
from prep_export.bank.read.merge import load, without_collector
from prep_export.errors import BankError
from prep_export.findings.finding import Characters, Node
from prep_export.findings.places import resolve

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.bank.read.merge import Loaded
    from prep_export.findings.codes import Code
    from prep_export.findings.finding import Finding, Path
    from prep_export.markdown.images import Images


@dataclass(frozen=True, slots=True)
class Reading:
    """A bank as far as it could be read, and everything that is wrong with it, in file order."""

    bank: Bank | None
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything stops an export."""
        return any(finding.is_error for finding in self.findings)


def read_bank(path: str | os.PathLike[str]) -> Reading:
    """Load and validate the bank at a file or folder. Never raises on bad input."""
    with without_collector():
        return checked(load(os.fspath(path)))


def checked(loaded: Loaded, images: Images | None = None) -> Reading:
    """What was loaded, judged; `images` are those of the bank, where the caller wants to know which
    files they are."""
    with without_collector():
        findings, bank = list(loaded.findings), loaded.bank
        if bank is not None:
            unsound = _around(findings)
            later = [*check_meaning(bank), *check_markup(bank, images), *unusable_fonts(bank)]
            later += check_arithmetic(bank)
            findings += [f for f in later if not _follows(f, unsound, loaded.unread)]
            if loaded.unread:
                unsound |= {(bank.header_file, ("bank",))}
            findings = without_ignored(bank, findings, unsound)
        return Reading(loaded.sound, tuple(resolve(findings)))


_NEEDS_ALL: Final[dict[Code, str]] = {
    "unknown-topic": "topics",
    "undeclared-parent": "topics",
    "unused-topic": "items",
    "undeclared-tag": "topics",
    "unused-tag": "items",
    "dangling-reference": "items",
    "no-items": "items",
}
"""What is missing may be in what could not be read: in which part of it."""


def _around(findings: list[Finding]) -> frozenset[tuple[str, Path]]:
    """The nodes that errors stand at, and all around them: file and path."""
    nodes = [f.at for f in findings if f.is_error and isinstance(f.at, Node | Characters)]
    return frozenset((at.file, at.path[:n]) for at in nodes for n in range(1, len(at.path) + 1))


def _follows(
    finding: Finding, unsound: frozenset[tuple[str, Path]], unread: frozenset[str]
) -> bool:
    """Whether a finding says again, or because of it, what has been said already."""
    at = finding.at
    if _NEEDS_ALL.get(finding.code) in unread:
        return True
    if not isinstance(at, Node):
        return False
    # Of fields that may be those that are not sound.
    counts = finding.code in {"house-style", "check-words"}
    return (at.file, at.path[:2] if counts else at.path) in unsound


def load_bank(path: str | os.PathLike[str]) -> Bank:
    """The bank at a file or folder.

    Raises BankError, carrying every finding, when anything in it is an error.
    """
    reading = read_bank(path)
    if reading.has_errors or reading.bank is None:
        raise BankError(reading.findings)
    return reading.bank
