"""`prep-export push`: the deck into a running Anki."""

from __future__ import annotations

from typing import Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.banks import read_one, select_parts
from prep_export.cli.output import Talk, counted, errors_as_status
from prep_export.cli.run import run


@opt.selects
def push(
    bank: opt.Bank = None,
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="Where AnkiConnect listens.")
    ] = "http://127.0.0.1:8765",
    key: Annotated[
        str,
        typer.Option("--key", envvar="ANKICONNECT_KEY", help="Its API key.", show_default=False),
    ] = "",
    chosen: opt.Chosen = (),
    quiet: opt.Quiet = False,
) -> None:
    """Send the deck to a running Anki that has the add-on AnkiConnect.

    For trying cards out while writing. In Anki before 26.9 the add-on imports through an older path
    than File → Import: it does not merge note types and renumbers new cards.

    \b
    Examples:
      prep-export push decks/llm
      prep-export push --topic rag --url http://localhost:8765
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk, "nothing was sent"):
        from prep_export.exporters.anki.connect import push_package
        from prep_export.exporters.registry import BUILT_IN
        from prep_export.scratch import scratch

        (part,) = select_parts([read_one(bank, talk)], chosen, talk)
        with scratch() as folder:
            path = folder / f"{part.header.id}.apkg"
            report = run(part, BUILT_IN["anki"], str(path), {}, Talk(quiet=True))
            push_package(path, url, key)
        talk.say(f"pushed '{part.deck}' to Anki: {counted(report.counts)}")
