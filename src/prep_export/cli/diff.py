"""`prep-export diff`: what an update will do to a learner."""

from __future__ import annotations

from typing import Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.banks import read_one
from prep_export.cli.output import FOUND, Talk, errors_as_status, wants_color


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD.apkg", help="The last published package.")],
    bank: opt.Bank = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="For release notes or a pull request.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 when anything differs, as git does.")
    ] = False,
    quiet: opt.Quiet = False,
) -> None:
    """Say what an update will do to those who have the old deck: added, changed, retired, lost.

    Exit status 1 when the update would break learners' notes (a note type whose shape changed, a
    note switched between basic and cloze), or, with --exit-code, when anything differs.

    \b
    Examples:
      prep-export diff published/llm.apkg
      prep-export diff published/llm.apkg decks/llm --markdown > notes.md
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        import sys

        from prep_export.errors import UsageError
        from prep_export.exporters.anki import compare_text as changes
        from prep_export.exporters.anki.compare import difference

        if as_json and as_markdown:
            raise UsageError("choose one of --json and --markdown")
        found = difference(old, read_one(bank, talk))
        if as_json:
            text = changes.render_json(found)
        elif as_markdown:
            text = changes.render_markdown(found)
        else:
            text = changes.render_text(found, color=wants_color(sys.stdout))
        typer.echo(text, nl=False)
        if found.has_errors or (exit_code and found.changes):
            raise typer.Exit(FOUND)
