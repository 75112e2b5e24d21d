"""`prep-export import`: a bank from an Anki package."""

from __future__ import annotations

from typing import Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import Talk, counted, errors_as_status
from prep_export.cli.run import EMPTY_OUTPUT
from prep_export.errors import UsageError


def import_(
    package: Annotated[str, typer.Argument(metavar="DECK.apkg", help="An Anki package.")],
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
    verbose: opt.Verbose = False,
    quiet: opt.Quiet = False,
) -> None:
    """Write a bank from an Anki package, so that an existing deck can live on as text.

    Basic notes become questions, cloze notes drills, tags topics. What cannot be carried is listed
    on stderr, never dropped in silence; with --verbose, note by note. A package of prep-export
    comes back as the bank it was.

    \b
    Examples:
      prep-export import deck.apkg -o decks/mine
      prep-export import deck.apkg -o decks/mine --topics-from decks
    """
    talk = Talk(quiet=quiet, verbose=verbose)
    with errors_as_status(talk):
        from prep_export.importing import import_package
        from prep_export.reading import read_bank

        if not folder:
            raise UsageError(EMPTY_OUTPUT)
        made = import_package(package, folder, topics_from=topics_from)
        for line in made.left_of_each if verbose else made.left:
            talk.say(f"not carried: {line}")
        talk.say(f"wrote {made.folder}: {counted(made.counts)}")
        if made.left:
            talk.say(f"{len(made.left):,} kinds of things could not be carried: see above")
        found = read_bank(made.folder).findings
        if found:
            errors = sum(finding.is_error for finding in found)
            counts = {"errors": errors, "warnings": len(found) - errors}
            talk.say(
                f"to mend: {counted({word: n for word, n in counts.items() if n})}; "
                f"see them with: prep-export validate {made.folder}"
            )
        typer.echo(made.folder)
