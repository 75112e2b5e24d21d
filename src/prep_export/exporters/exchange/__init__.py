"""A bank for other programs: all of it as JSON, its items and drills as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.exporters.base import Exporter, Option, Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Options


def write_json(bank: Bank, options: Options, destination: Path) -> Outcome:
    """Write everything of a bank, its pictures and fonts too. It holds no time."""
    del options
    from prep_export.exporters.exchange.document import document, text_of

    made = document(bank)
    destination.write_bytes(text_of(made).encode())
    return Outcome({**_counts(bank), "files": len(made["files"])})


def write_csv(bank: Bank, options: Options, destination: Path) -> Outcome:
    """Write a row for each item and each drill. It holds no time."""
    from prep_export.exporters.exchange.table import rows, text_of

    made = rows(bank)
    # Excel takes a file for UTF-8 only where it begins with this mark.
    destination.write_bytes(text_of(made, options["delimiter"]).encode("utf-8-sig"))
    return Outcome({"rows": len(made) - 1, **_counts(bank)})


def _counts(bank: Bank) -> dict[str, int]:
    items = [item for _, item in bank.items()]
    return {"items": len(items), "drills": sum(len(item.drills) for item in items)}


JSON = Exporter(
    name="json",
    suffix=".json",
    summary="Everything of the bank, for programs; import brings it back",
    write=write_json,
    as_written=True,
)

CSV = Exporter(
    name="csv",
    suffix=".csv",
    summary="A row for each item and drill, for spreadsheets; import brings it back",
    write=write_csv,
    options=(Option("delimiter", "What parts cells", "comma", ("comma", "semicolon", "tab")),),
    leaves_out={
        "bank": "rows are items and drills; the JSON has it",
        "topics": "their ids are there; the JSON has their titles",
        "retired": "no item is left of them; the JSON has them",
    },
    as_written=True,
)
