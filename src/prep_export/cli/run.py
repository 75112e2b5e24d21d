"""Exports as commands run them: with progress, talk, and the path of what was written."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

import typer

from prep_export.cli import options as opt
from prep_export.cli.banks import read_one, select_parts
from prep_export.cli.output import Talk, counted, size
from prep_export.errors import PackageError, UsageError

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


def tell_previous(path: str, destination: str, talk: Talk) -> None:
    """Which package the next one follows, and whether a newer one is about to be replaced.

    Raises PackageError for a previous package that cannot be read.
    """
    from prep_export.exporters.anki.read import read_package
    from prep_export.exporters.anki.times import date_of

    memory = read_package(path).memory
    if memory is None:
        talk.say(f"previous package: {path}, from Anki itself: it does not say when what changed")
        return
    talk.say(f"previous package: {path}, built {date_of(memory.built)}")
    if not os.path.isfile(destination):  # noqa: PTH113 - no pipe, which would be waited for
        return
    try:
        there = read_package(destination).memory
    except PackageError:  # something else stands there
        return
    same = there is not None and (there.bank, there.part) == (memory.bank, memory.part)
    if there and same and there.built > memory.built:
        talk.say(
            f"warning: {destination}, built {date_of(there.built)}, is newer than the previous "
            "package; where you have published it, give that one as --previous"
        )


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
    destination = output or f"out/{file}"
    if name == "anki" and values.get("previous"):
        tell_previous(values["previous"], destination, talk)
    if output != "-":
        report = run(loaded, exporter, destination, values, talk)
        typer.echo(report.path)
        return
    from prep_export.scratch import scratch

    with scratch() as folder:
        path = folder / file
        report = run(loaded, exporter, str(path), values, Talk(quiet=True))
        content = path.read_bytes()
    talk.findings(report.findings)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
