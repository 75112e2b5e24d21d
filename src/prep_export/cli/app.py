"""The Typer application: every command by name, each imported when it runs."""

from __future__ import annotations

import typer

from prep_export.cli import (
    anki,
    build,
    diff,
    export,
    formats,
    import_,
    list_,
    pdf,
    push,
    schema,
    validate,
)

_HELP = """\
Turn a YAML question bank into an Anki deck and a printable cheat sheet.

A bank is a YAML file or a folder of them. With no bank named, every bank under decks/ is taken;
where there is none, the bank on LLM interviews that ships with prep-export.

\b
Examples:
  prep-export build                      deck and sheet of every bank, into out/
  prep-export validate --strict          every error and warning, with file, line and column
  prep-export anki decks/llm -o llm.apkg
  prep-export pdf --paper letter --topic rag
"""

app = typer.Typer(
    name="prep-export",
    help=_HELP,
    no_args_is_help=True,
    rich_markup_mode=None,  # importing rich doubles the time of --help
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _main(
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    if version:
        from prep_export import __version__

        typer.echo(f"prep-export {__version__}")
        raise typer.Exit


app.command("build")(build.build)
app.command("anki")(anki.anki)
app.command("pdf")(pdf.pdf)
app.command("export")(export.export)
app.command("diff")(diff.diff)
app.command("push")(push.push)
app.command("import")(import_.import_)
app.command("validate")(validate.validate)
app.command("list")(list_.list_)
app.command("formats")(formats.formats)
app.command("schema")(schema.schema)
