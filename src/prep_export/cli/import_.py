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
    quiet: opt.Quiet = False,
) -> None:
    """Write a bank from an Anki package, so that an existing deck can live on as text.

    Basic notes become questions, cloze notes drills, tags topics. What cannot be carried is listed
    on stderr, never dropped in silence. A package of prep-export comes back as the bank it was.

    \b
    Example:
      prep-export import deck.apkg -o decks/mine
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        from prep_export.importing import import_package

        if not folder:
            raise UsageError(EMPTY_OUTPUT)
        made = import_package(package, folder)
        for line in made.left:
            talk.say(f"not carried: {line}")
        talk.say(f"wrote {made.folder}: {counted(made.counts)}")
        if made.left:
            talk.say(f"{len(made.left):,} things could not be carried: see above")
        typer.echo(made.folder)
