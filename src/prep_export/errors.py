"""The exceptions of prep-export, split by who must act."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.diagnostics import Diagnostic


class PrepExportError(Exception):
    """Base of all errors that prep-export raises on purpose; its text is meant for people."""


class BankError(PrepExportError):
    """The bank is wrong: its author must act. Carries every diagnostic, not only the first."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        errors = sum(d.is_error for d in diagnostics)
        super().__init__(f"{errors} error{'s' if errors != 1 else ''} in the bank")
        self.diagnostics = tuple(diagnostics)


class ExporterError(PrepExportError):
    """An exporter is missing, broken or failed: whoever installed it must act."""


class UsageError(PrepExportError):
    """The call makes no sense (an unknown option value, say): the caller must act."""


class PackageError(PrepExportError):
    """A file given as an Anki package is none, or cannot be used: the caller must act."""


class OutputError(PrepExportError):
    """An output file cannot be written."""
