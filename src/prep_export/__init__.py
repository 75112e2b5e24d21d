"""prep-export: a YAML question bank becomes an Anki deck and a printable cheat sheet.

    import prep_export

    bank = prep_export.load_bank("decks/llm")       # raises BankError with every finding
    report = prep_export.export(bank, "anki", "out/llm.apkg")
    print(report.counts, report.sha256)

The library never prints and never exits; `read_bank` returns findings as data.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not typing.TYPE_CHECKING: its import would be most of `--version`
if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from typing import Any

    from prep_export.bank.ask.counts import count
    from prep_export.bank.ask.selection import Selection, select
    from prep_export.bank.model import Bank
    from prep_export.bank.read.schema import json_schema
    from prep_export.errors import (
        BankError,
        ExporterError,
        HistoryError,
        OutputError,
        PackageError,
        PrepExportError,
        TableError,
        UsageError,
    )
    from prep_export.exporters.anki.compare import Difference, difference
    from prep_export.exporters.base import Exporter, Option, Outcome, Report
    from prep_export.findings.finding import Finding
    from prep_export.history import difference_since
    from prep_export.importing import Imported, import_file, import_package
    from prep_export.reading import Reading, load_bank, read_bank
    from prep_export.starting import Started, start_repository

__version__ = "0.1.0"

_HOMES = {
    "Bank": "bank.model",
    "BankError": "errors",
    "Finding": "findings.finding",
    "Difference": "exporters.anki.compare",
    "Exporter": "exporters.base",
    "ExporterError": "errors",
    "HistoryError": "errors",
    "Option": "exporters.base",
    "Outcome": "exporters.base",
    "OutputError": "errors",
    "PackageError": "errors",
    "PrepExportError": "errors",
    "Reading": "reading",
    "Report": "exporters.base",
    "Selection": "bank.ask.selection",
    "Started": "starting",
    "TableError": "errors",
    "UsageError": "errors",
    "count": "bank.ask.counts",
    "difference": "exporters.anki.compare",
    "difference_since": "history",
    "Imported": "importing",
    "import_file": "importing",
    "import_package": "importing",
    "json_schema": "bank.read.schema",
    "load_bank": "reading",
    "read_bank": "reading",
    "select": "bank.ask.selection",
    "start_repository": "starting",
}

__all__ = [
    "Bank",
    "BankError",
    "Difference",
    "Exporter",
    "ExporterError",
    "Finding",
    "HistoryError",
    "Imported",
    "Option",
    "Outcome",
    "OutputError",
    "PackageError",
    "PrepExportError",
    "Reading",
    "Report",
    "Selection",
    "Started",
    "TableError",
    "UsageError",
    "__version__",
    "count",
    "difference",
    "difference_since",
    "export",
    "import_file",
    "import_package",
    "json_schema",
    "load_bank",
    "read_bank",
    "select",
    "start_repository",
]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `prep-export --version` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def export(
    bank: Bank,
    format: str | Exporter,  # noqa: A002 - the word a caller looks for
    destination: str | os.PathLike[str],
    options: Mapping[str, str] | None = None,
) -> Report:
    """Write a bank in a format (a registered name, or an Exporter) to a file.

    The file is written whole or not at all. Raises UsageError for an unknown format or option,
    OutputError when the file cannot be written, ExporterError when the exporter fails.
    """
    from prep_export.exporters import base, registry

    exporter = registry.get(format) if isinstance(format, str) else format
    return base.export(bank, exporter, destination, options)
