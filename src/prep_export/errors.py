"""The exceptions of prep-export, split by who must act."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.findings.finding import Finding


class PrepExportError(Exception):
    """Base of all errors that prep-export raises on purpose; its text is meant for people."""


class BankError(PrepExportError):
    """The bank is wrong: its author must act. Carries every finding, not only the first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(tuple(findings))  # the argument is what travels from a worker process
        self.findings = tuple(findings)

    def __str__(self) -> str:
        errors = [finding for finding in self.findings if finding.is_error]
        text = f"{len(errors)} error{'s' if len(errors) != 1 else ''} in the bank"
        if not errors:
            return text
        first, at = errors[0], errors[0].location
        which = ", the first" if len(errors) > 1 else ""
        hint = f"; {first.hint}" if first.hint else ""
        return f"{text}{which} at {at.path}:{at.line}:{at.column}: {first.message}{hint}"


class ExporterError(PrepExportError):
    """An exporter is missing, broken or failed: whoever installed it must act."""


class UsageError(PrepExportError):
    """The call makes no sense (an unknown option value, say): the caller must act."""


class PackageError(PrepExportError):
    """A file given as an Anki package, or as a bank in JSON, is none, or cannot be used: the caller
    must act."""


class TableError(PrepExportError):
    """A table has faults: whoever wrote it must act. Carries every fault, a line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(tuple(faults))
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join(self.faults)


class HistoryError(PrepExportError):
    """A revision of git cannot be read: the caller must act."""


class OutputError(PrepExportError):
    """An output file cannot be written."""


class AnkiError(PrepExportError):
    """A running Anki cannot be reached, or refuses: whoever runs it must act."""
