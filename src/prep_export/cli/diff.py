"""`prep-export diff`: what an update will do to a learner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.banks import read_one
from prep_export.cli.output import FOUND, Talk, errors_as_status, wants_color
from prep_export.errors import UsageError

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.exporters.anki.compare import Difference


def diff(
    old: Annotated[
        str | None,
        typer.Argument(
            metavar="OLD.apkg",
            help="The last published package; left out with --since.",
            show_default=False,
        ),
    ] = None,
    bank: opt.Bank = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="REV",
            help="Compare with the bank of a git revision (a tag, say); no old package is needed.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="For release notes or a pull request.")
    ] = False,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="Exit with 1 when the update breaks what learners have."),
    ] = False,
    quiet: opt.Quiet = False,
) -> None:
    """Say what an update will do to those who have the old deck: added, changed, retired, lost.

    The old deck is a package, or the bank as it was in a git revision. What must not break is an
    error: an id gone without being retired, or renamed; a note switched between basic and cloze;
    another id or deck name of the bank; another shape of a note type. With --exit-code, errors
    give exit status 1; other changes never do.

    \b
    Examples:
      prep-export diff --since v1.0
      prep-export diff --since v1.0 decks/llm --markdown > notes.md
      prep-export diff published/llm.apkg decks/llm --exit-code
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        import sys

        from prep_export.exporters.anki import compare_text as changes
        from prep_export.exporters.anki.release_notes import render_markdown

        if as_json and as_markdown:
            raise UsageError("choose one of --json and --markdown")
        found, compared = _difference(old, bank, since, talk)
        for notice in found.notices:
            talk.say(notice)
        for doubt in found.doubts:
            talk.say(f"warning: {doubt}")
        if as_json:
            text = changes.render_json(found)
        elif as_markdown:
            text = render_markdown(found, compared)
        else:
            text = changes.render_text(found, color=wants_color(sys.stdout))
        typer.echo(text, nl=False)
        if exit_code and found.has_errors:
            raise typer.Exit(FOUND)


def _difference(
    first: str | None, second: str | None, since: str | None, talk: Talk
) -> tuple[Difference, Bank]:
    """The comparison that the arguments ask for, and the bank: with --since their only one."""
    if since is not None:
        if second is not None or (first or "").lower().endswith(".apkg"):
            raise UsageError("give OLD.apkg or --since, not both; with --since, name only the bank")
        from prep_export.history import difference_since

        bank = read_one(first, talk, own=True)
        return difference_since(since, bank), bank
    if first is None:
        raise UsageError("name the package that you published last, OLD.apkg, or --since REV")
    from prep_export.bank.read.files import SUFFIXES

    if second is None and (first.endswith(SUFFIXES) or Path(first).is_dir()):
        raise UsageError(f"'{first}' is a bank: name OLD.apkg before it, or --since REV")
    from prep_export.exporters.anki.compare import difference

    bank = read_one(second, talk)
    return difference(first, bank), bank
