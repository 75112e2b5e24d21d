"""`prep-export export`: any format of one bank."""

from __future__ import annotations

from typing import Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import NOTHING_WRITTEN, Talk, errors_as_status
from prep_export.cli.run import export_one


@opt.selects
def export(
    format_: Annotated[
        str, typer.Argument(metavar="FORMAT", help="A name that 'prep-export formats' lists.")
    ],
    bank: opt.Bank = None,
    output: opt.Output = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME=VALUE",
            help="An option of the format; repeatable.",
            show_default=False,
        ),
    ] = None,
    chosen: opt.Chosen = (),
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> None:
    """Write any format, an installed plugin's too.

    \b
    Example:
      prep-export export pdf decks/llm --option paper=letter -o sheet.pdf
    """
    talk = Talk(quiet=quiet, verbose=verbose)
    with errors_as_status(talk, NOTHING_WRITTEN):
        export_one(
            format_,
            bank,
            output,
            _pairs(option or []),
            chosen,
            talk,
        )


def _pairs(given: list[str]) -> dict[str, str]:
    from prep_export.errors import UsageError

    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"'--option {text}' is not NAME=VALUE")
        pairs[name] = value
    return pairs
