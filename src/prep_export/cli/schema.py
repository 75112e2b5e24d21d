"""`prep-export schema`: the format of a bank file, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import Talk, errors_as_status

if TYPE_CHECKING:
    from prep_export.bank.read.merge import Loaded


def schema(
    bank: Annotated[
        str | None,
        typer.Argument(
            metavar="BANK",
            help="A YAML file or a folder of them, whose topics, tags and ids are completed.",
            show_default=False,
        ),
    ] = None,
    quiet: opt.Quiet = False,
) -> None:
    """Print the JSON Schema of a bank file, of any bank or of this one.

    \b
    Example:
      prep-export schema decks/llm > bank.schema.json
    then, as the first line of a bank file:
      # yaml-language-server: $schema=bank.schema.json
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        from prep_export.bank.read.schema import json_schema
        from prep_export.findings.forms import json_text

        if bank is None:
            typer.echo(json_text(json_schema()), nl=False)
            return
        loaded = _load(bank, talk)
        whole = "topics" not in loaded.unread
        typer.echo(json_text(json_schema(loaded.bank, whole=whole)), nl=False)


def _load(named: str, talk: Talk) -> Loaded:
    """A bank as far as it can be read. Raises UsageError, or BankError where nothing can."""
    from prep_export.bank.read.merge import load
    from prep_export.cli.banks import resolve_whole
    from prep_export.errors import BankError
    from prep_export.findings.finding import summary
    from prep_export.findings.places import resolve

    path = resolve_whole(named, talk)
    loaded = load(path)
    faults = summary(one for one in loaded.findings if one.is_error)
    bank = loaded.bank
    if bank is None or (faults and not bank.topics and not any(bank.items())):
        raise BankError(resolve(loaded.findings))
    if faults:
        text = f"{faults} in '{path}': what could not be read is not completed"
        talk.say(f"{text}; see prep-export validate {path}")
    return loaded
