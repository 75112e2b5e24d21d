"""`prep-export build`: every export of every bank."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.banks import read_all, resolve, select_parts
from prep_export.cli.output import NOTHING_WRITTEN, Talk, errors_as_status
from prep_export.cli.run import EMPTY_OUTPUT, tell, tell_previous
from prep_export.errors import UsageError

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Exporter, Report


@opt.selects
def build(
    banks: opt.Banks = None,
    directory: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR", help="Folder to write into.")
    ] = "out",
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Only this format; repeatable. Default: all that are for learners.",
            show_default=False,
        ),
    ] = None,
    previous: Annotated[
        str,
        typer.Option(
            "--previous",
            metavar="DIR",
            help="Folder with the last published packages (ID.apkg): see 'anki --previous'. It "
            "must be there, and may be empty.",
            show_default=False,
        ),
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a summary for programs, with SHA-256 sums.")
    ] = False,
    chosen: opt.Chosen = (),
    no_cache: opt.NoCache = False,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> None:
    """Write all exports of every bank into out/.

    ID.apkg is the deck, ID-cheatsheet.pdf, ID-booklet.pdf and ID-flashcards.pdf are for paper,
    ID.html is the study page.

    Every bank is read first; an error in any of them means that nothing is written. All files
    are moved to their places at the end, or none.

    \b
    Examples:
      prep-export build
      prep-export build decks/llm -o dist --json
      SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) prep-export build
    """
    talk = Talk(quiet=quiet, verbose=verbose)
    with errors_as_status(talk, NOTHING_WRITTEN):
        from prep_export.exporters.base import build_time
        from prep_export.exporters.registry import FOR_LEARNERS, get
        from prep_export.exporters.workers import exports

        if not directory:
            raise UsageError(EMPTY_OUTPUT)
        build_time()  # a wrong one is better said before the banks are read
        _require_folder(previous)
        exporters = [get(name) for name in dict.fromkeys(formats or FOR_LEARNERS)]
        paths = resolve(banks, talk)
        whole = read_all(paths, talk)
        loaded = select_parts(whole, chosen, talk)
        reports = exports(
            [
                (
                    bank,
                    exporter,
                    f"{directory}/{bank.header.id}{exporter.suffix}",
                    {
                        **_last(bank, exporter, previous, directory, talk),
                        **_cache(exporter, no_cache),
                    },
                )
                for bank in loaded
                for exporter in exporters
            ]
        )
        tell(reports, talk)
        if as_json:
            import json

            places = {bank.header.id: path for bank, path in zip(whole, paths, strict=True)}
            found = {
                "banks": [_named(bank, places[bank.header.id]) for bank in loaded],
                "files": [summary(r) for r in reports],
            }
            typer.echo(json.dumps(found, indent=2))
        else:
            for report in reports:
                typer.echo(report.path)


def _require_folder(previous: str) -> None:
    """A first release has an empty folder. A slip must not look like one: it would cost learners
    their own edits. Raises UsageError."""
    if not previous:
        return
    try:
        if stat.S_ISDIR(os.stat(previous).st_mode):  # noqa: PTH116 - as Path.exists, with the reason
            return
    except FileNotFoundError:
        hint = "make an empty one where nothing has been published yet"
        raise UsageError(f"--previous: there is no folder '{previous}'; {hint}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"--previous: cannot read '{previous}': {reason}") from None
    raise UsageError(
        f"--previous: '{previous}' is a file, and 'build' takes the folder in which ID.apkg of "
        f"each bank lies; one package: prep-export anki --previous {previous}"
    )


def _last(
    bank: Bank, exporter: Exporter, folder: str, directory: str, talk: Talk
) -> dict[str, str]:
    """The option that names the last published package, where the format has one and it exists."""
    if not folder or not any(option.name == "previous" for option in exporter.options):
        return {}
    path = Path(folder) / f"{bank.header.id}{exporter.suffix}"
    if os.path.exists(path):  # noqa: PTH110 - Path.exists raises where a folder is closed
        if exporter.name == "anki":
            tell_previous(str(path), f"{directory}/{path.name}", talk)
        return {"previous": str(path)}
    talk.say(f"no '{path}': taking '{bank.header.id}' as not yet published")
    return {}


def _cache(exporter: Exporter, off: bool) -> dict[str, str]:
    has = any(option.name == "cache" for option in exporter.options)
    return {"cache": "off"} if off and has else {}


def _named(bank: Bank, path: str) -> dict[str, object]:
    return {"id": bank.header.id, "title": bank.header.title, "path": path}


def summary(report: Report) -> dict[str, object]:
    """The JSON form of a report."""
    return {
        "format": report.exporter,
        "path": report.path,
        "bytes": report.size,
        "sha256": report.sha256,
        "counts": dict(report.counts),
    }
