"""The commands by name, and the Typer application of some or all of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMANDS: Final = {
    "init": "init.init",
    "build": "build.build",
    "anki": "anki.anki",
    "pdf": "pdf.pdf",
    "site": "site.site",
    "export": "export.export",
    "diff": "diff.diff",
    "push": "push.push",
    "import": "import_.import_",
    "serve": "serve.serve",
    "validate": "validate.validate",
    "list": "list_.list_",
    "formats": "formats.formats",
    "schema": "schema.schema",
}
"""Each command's module and function, in the order of the help."""

_HELP = """\
Turn a YAML question bank into an Anki deck, a printable cheat sheet and a study page.

A bank is a YAML file or a folder of them. With no bank named, every bank under decks/ is taken;
where there is none, the bank that lies here, else that on LLM interviews, which is shipped.

\b
Examples:
  prep-export init my-deck               a new bank, with all that a repository needs
  prep-export build                      deck, sheet and page of every bank, into out/
  prep-export serve                      the page in your browser, which follows each save
  prep-export validate --strict          every error and warning, with file, line and column
  prep-export anki decks/llm -o llm.apkg
  prep-export pdf --paper letter --topic rag
"""


def make_app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The application with these commands: declaring all takes as long as many a command does."""
    app = typer.Typer(
        name="prep-export",
        help=_HELP,
        no_args_is_help=True,
        rich_markup_mode=None,  # importing rich doubles the time of --help
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_main)
    for name in names:
        module, _, function = COMMANDS[name].partition(".")
        app.command(name)(getattr(import_module(f"prep_export.cli.{module}"), function))
    return app


def _main(
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    if version:
        from prep_export import __version__

        typer.echo(f"prep-export {__version__}")
        raise typer.Exit
