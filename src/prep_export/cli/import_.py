"""`prep-export import`: a bank from a deck, a table, or a bank in JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import Talk, counted, errors_as_status
from prep_export.cli.run import EMPTY_OUTPUT
from prep_export.errors import UsageError


def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="An Anki package, a table (.csv, .tsv, .txt), JSON (a bank, CrowdAnki).",
        ),
    ],
    folder: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR", help="A new folder for the bank.")
    ],
    topics_from: Annotated[
        str,
        typer.Option(
            "--topics-from",
            metavar="tags|decks",
            help="Whether notes' tags become topics, or the decks of their cards.",
        ),
    ] = "tags",
    columns: Annotated[
        str,
        typer.Option(
            "--columns",
            metavar="NAME,…",
            help="What the columns of a table are, in their order; '-' leaves one out.",
            show_default=False,
        ),
    ] = "",
    verbose: opt.Verbose = False,
    quiet: opt.Quiet = False,
) -> None:
    """Write a bank from a deck or a table, so that it can live on as text.

    Basic notes become questions, cloze notes drills, tags topics. What cannot be carried is listed
    on stderr, never dropped in silence; with --verbose, note by note. A package of prep-export, and
    what it has exported as JSON or CSV, comes back as the bank it was.

    \b
    Examples:
      prep-export import deck.apkg -o decks/mine
      prep-export import cards.csv -o decks/mine --columns question,answer,topics
      prep-export import Capitals/deck.json -o decks/capitals
      prep-export import deck.apkg -o decks/mine --topics-from decks
    """
    talk = Talk(quiet=quiet, verbose=verbose)
    with errors_as_status(talk):
        from prep_export.importing import import_file
        from prep_export.reading import read_bank

        if not folder:
            raise UsageError(EMPTY_OUTPUT)
        names = columns.split(",") if columns else []
        made = import_file(file, folder, topics_from=topics_from, columns=names)
        for line in made.left_of_each if verbose else made.left:
            talk.say(f"not carried: {line}")
        talk.say(f"wrote {made.folder}: {counted(made.counts)}")
        if made.left:
            what = (
                "1 kind of thing" if len(made.left) == 1 else f"{len(made.left):,} kinds of things"
            )
            talk.say(f"{what} could not be carried: see above")
        found = read_bank(made.folder).findings
        if found:
            errors = sum(finding.is_error for finding in found)
            counts = {"errors": errors, "warnings": len(found) - errors}
            talk.say(
                f"to mend: {counted({word: n for word, n in counts.items() if n})}; "
                f"see them with: prep-export validate {made.folder}"
            )
        typer.echo(made.folder)
