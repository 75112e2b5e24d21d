"""The study page: a bank as one HTML file that opens anywhere, without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.exporters.base import CACHE, Exporter, Outcome, no_progress

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Options, Progress


def write_site(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write the page. It holds no time: the same bank gives the same bytes."""
    from prep_export.exporters.site.page import page

    made = page(bank, progress, keep=options["cache"] == "on")
    destination.write_text(made.html, encoding="utf-8", newline="\n")
    return Outcome(dict(made.counts))


EXPORTER = Exporter(
    name="site",
    suffix=".html",
    summary="Study page, one file that opens anywhere",
    write=write_site,
    options=(CACHE,),
    reports_progress=True,
    leaves_out={
        "short": "it has room for the whole",
        "back-prompt": "a term stands above its definition",
    },
)
