"""`prep-export anki`: the Anki deck of one bank."""

from __future__ import annotations

from typing import Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import NOTHING_WRITTEN, Talk, errors_as_status
from prep_export.cli.run import export_one


@opt.selects
def anki(
    bank: opt.Bank = None,
    output: opt.Output = None,
    previous: Annotated[
        str,
        typer.Option(
            "--previous",
            metavar="APKG",
            help="The last published package: notes whose text has not changed keep their time, "
            "and learners their own edits of them.",
            show_default=False,
        ),
    ] = "",
    order: Annotated[
        str | None,
        typer.Option(
            "--order",
            metavar="ORDER",
            help="New cards by 'chapters' (if absent), or as the 'author' has them.",
            show_default=False,
            autocompletion=lambda: ["chapters", "author"],
        ),
    ] = None,
    chosen: opt.Chosen = (),
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> None:
    """Write an Anki deck; re-importing a later one keeps every interval.

    \b
    Examples:
      prep-export anki                          decks/ID → out/ID.apkg
      prep-export anki decks/llm -o llm.apkg --previous published/llm.apkg
      prep-export anki --topic rag --difficulty hard -o rag-hard.apkg
    """
    talk = Talk(quiet=quiet, verbose=verbose)
    with errors_as_status(talk, NOTHING_WRITTEN):
        values = {"previous": previous, **({"order": order} if order else {})}
        export_one("anki", bank, output, values, chosen, talk)
