"""`prep-export serve`: a bank in the browser while it is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import Talk, errors_as_status

if TYPE_CHECKING:
    from prep_export.serving.desk import Built, Desk


def serve(
    banks: opt.Banks = None,
    port: Annotated[
        int, typer.Option("--port", metavar="N", help="Where to listen; 0 takes a free port.")
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Say the address, and open nothing.")
    ] = False,
    editor: Annotated[
        str,
        typer.Option(
            "--editor",
            metavar="NAME",
            help="Let findings lead to their line: vscode, vscodium, cursor, zed, idea, "
            "or an address with {path}, {line} and {column}.",
            show_default=False,
        ),
    ] = "",
    quiet: opt.Quiet = False,
) -> None:
    """Show banks in the browser while they are written: the page follows each save.

    Findings stand at their items, cards are shown as in Anki, PDFs are made when they are asked
    for. Only this machine is answered, only with the token of the address. Ctrl-C ends it.

    \b
    Examples:
      prep-export serve
      prep-export serve decks/llm --editor vscode
      prep-export serve --no-browser --port 8765
    """
    talk = Talk(quiet=quiet)
    with errors_as_status(talk):
        from prep_export.cli.banks import resolve
        from prep_export.cli.process import at_end
        from prep_export.serving.session import Session

        session = Session(resolve(banks, talk), port, editor)

        def tell(desk: Desk, built: Built) -> None:
            _tell(desk, built, talk)

        session.look(tell)
        session.open()
        at_end.append(lambda: talk.say("stopped"))
        typer.echo(session.address)
        talk.say("each save is shown there; Ctrl-C ends")
        if not no_browser:
            _browse(session.address)
        session.run(tell)


def _tell(desk: Desk, built: Built, talk: Talk) -> None:
    """A line about each build, and its findings where they are not those of the last."""
    from datetime import datetime

    shown = desk.shown
    done = f"page in {built.seconds * 1000:.0f} ms" if built.new_page else "the page stays"
    talk.say(f"{datetime.now():%H:%M:%S} {desk.path}: {done}")  # noqa: DTZ005 - the author's clock
    if built.new_findings:
        talk.findings(shown.findings)
        if not shown.findings:
            talk.say("no findings")
    if shown.failure:
        talk.say(f"a fault of prep-export, not of the bank: {shown.failure}")


def _browse(address: str) -> None:
    import threading
    import webbrowser

    # A browser in the terminal would hold up everything.
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
