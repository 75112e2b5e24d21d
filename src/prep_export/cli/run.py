"""Exports as commands run them: with progress, talk, and the path of what was written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import typer

from prep_export.cli import options as opt
from prep_export.cli.banks import read_one, select_parts
from prep_export.cli.output import Talk, counted, size
from prep_export.errors import UsageError
from prep_export.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Exporter, Report


EMPTY_OUTPUT: Final = "'--output' names nothing; leave it out, or name what it should be"


def run(
    bank: Bank, exporter: Exporter, destination: str, values: dict[str, str], talk: Talk
) -> Report:
    """One export, with its progress and a line about what was written."""
    from prep_export.exporters.base import export

    with talk.progress(f"{bank.header.id}{exporter.suffix}") as progress:
        report = export(bank, exporter, destination, values, progress)
    tell([report], talk)
    return report


def tell(reports: Iterable[Report], talk: Talk) -> None:
    """What was written, and each finding once, whichever exports have made it."""
    reports = list(reports)
    talk.findings(list(dict.fromkeys(f for report in reports for f in report.findings)))
    for report in reports:
        talk.say(f"wrote {report.path}: {counted(report.counts)}, {size(report.size)}")
        talk.detail(f"  sha256 {report.sha256}")


def export_one(
    name: str,
    bank: str | None,
    output: str | None,
    values: dict[str, str],
    chosen: opt.Chosen,
    talk: Talk,
) -> None:
    """Export one bank in one format, to a file or to standard output."""
    from prep_export.exporters.base import resolve_options
    from prep_export.exporters.registry import get

    if output == "":
        raise UsageError(EMPTY_OUTPUT)
    exporter = get(name)
    resolve_options(exporter, values)
    (loaded,) = select_parts([read_one(bank, talk)], chosen, talk)
    file = f"{loaded.header.id}{exporter.suffix}"
    if output != "-":
        report = run(loaded, exporter, output or f"out/{file}", values, talk)
        typer.echo(report.path)
        return
    with scratch() as folder:
        path = folder / file
        report = run(loaded, exporter, str(path), values, Talk(quiet=True))
        content = path.read_bytes()
    talk.findings(report.findings)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
