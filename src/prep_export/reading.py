"""Reading a bank: load it, judge its shape, its meaning and its markup, all at once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prep_export.bank.check.arithmetic import check_arithmetic
from prep_export.bank.check.fonts import unusable_fonts
from prep_export.bank.check.markup import check_markup
from prep_export.bank.check.meaning import check_meaning
from prep_export.bank.read.merge import load, without_collector
from prep_export.errors import BankError
from prep_export.findings.places import resolve

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.findings.codes import Code
    from prep_export.findings.finding import Finding


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
        loaded = load(os.fspath(path))
        findings = loaded.findings
        if loaded.bank is not None:
            findings += [
                *check_meaning(loaded.bank),
                *check_markup(loaded.bank),
                *check_arithmetic(loaded.bank),
                *unusable_fonts(loaded.bank),
            ]
        if not loaded.complete:
            # What an unread file declares is unknown, so what seems missing may be there.
            findings = [f for f in findings if f.code not in _NEEDS_ALL_FILES]
        return Reading(loaded.bank, tuple(resolve(findings)))


_NEEDS_ALL_FILES: Final[frozenset[Code]] = frozenset(
    {"unknown-topic", "dangling-reference", "unused-topic", "undeclared-parent", "no-items"}
)


def load_bank(path: str | os.PathLike[str]) -> Bank:
    """The bank at a file or folder.

    Raises BankError, carrying every finding, when anything in it is an error.
    """
    reading = read_bank(path)
    if reading.has_errors or reading.bank is None:
        raise BankError(reading.findings)
    return reading.bank
