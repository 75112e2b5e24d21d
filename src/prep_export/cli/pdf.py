"""`prep-export pdf`: a cheat sheet, a booklet, or flashcards."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from prep_export.cli import options as opt
from prep_export.cli.output import NOTHING_WRITTEN, Talk, errors_as_status
from prep_export.cli.run import export_one

_FORMATS: Final = {"cheatsheet": "pdf", "booklet": "booklet", "flashcards": "flashcards"}
"""The format of each layout, which is what a PDF can be."""


def _choices(name: str) -> list[str]:
    """The values that the layouts take for an option, for shell completion."""
    from prep_export.exporters.registry import BUILT_IN

    options = [o for format_ in _FORMATS.values() for o in BUILT_IN[format_].options]
    return list(dict.fromkeys(c for o in options if o.name == name for c in o.choices))


def _option(name: str, metavar: str, about: str) -> typer.models.OptionInfo:
    """An option of the layouts, which know its values: absent where it is not given."""
    declared: typer.models.OptionInfo = typer.Option(
        f"--{name}",
        metavar=metavar,
        help=about,
        show_default=False,
        autocompletion=lambda: _choices(name),
    )
    return declared


@opt.selects
def pdf(
    bank: opt.Bank = None,
    output: opt.Output = None,
    layout: Annotated[
        str,
        typer.Option(
            "--layout",
            metavar="|".join(_FORMATS),
            help="The sheet for the wall, a book of everything, or cards to cut out.",
            autocompletion=lambda: list(_FORMATS),
        ),
    ] = "cheatsheet",
    paper: Annotated[
        str | None, _option("paper", "SIZE", "a4 (if absent) or letter; a5 for the booklet.")
    ] = None,
    theme: Annotated[
        str | None, _option("theme", "NAME", "color (if absent), or mono for any printer.")
    ] = None,
    pages: Annotated[
        str | None,
        _option("pages", "N", "Cheat sheet: fit on 1 to 9 pages by smaller type, or fail."),
    ] = None,
    columns: Annotated[
        str | None, _option("columns", "N", "Cheat sheet: 2 to 4 columns; 4 if absent.")
    ] = None,
    qr: Annotated[
        bool,
        typer.Option("--qr", help="Cheat sheet: show the bank's url as a QR code too."),
    ] = False,
    font_size: Annotated[
        str | None,
        _option("font-size", "POINTS", "Sheet and booklet: exactly so, 6.6 to 14 points."),
    ] = None,
    per_page: Annotated[
        str | None,
        _option("per-page", "N", "Flashcards: 8 (if absent) or 10; folded, 4 or 5 of them."),
    ] = None,
    flip: Annotated[
        str | None,
        _option(
            "flip",
            "EDGE",
            "Flashcards: long (if absent) or short, as the printer turns the paper; or fold: "
            "print one side, fold the backs behind.",
        ),
    ] = None,
    chosen: opt.Chosen = (),
    no_cache: opt.NoCache = False,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> None:
    """Write a PDF: the cheat sheet, the booklet of everything, or flashcards to cut out.

    \b
    Examples:
      prep-export pdf                           decks/ID → out/ID-cheatsheet.pdf
      prep-export pdf --paper letter -o sheet.pdf
      prep-export pdf --layout booklet --paper a5
      prep-export pdf --layout flashcards --topic rag --flip short
      prep-export pdf --topic rag -o - | lpr
    """
    talk = Talk(quiet=quiet, verbose=verbose)
    with errors_as_status(talk, NOTHING_WRITTEN):
        given = {
            "paper": paper,
            "theme": theme,
            "pages": pages,
            "columns": columns,
            "qr": "on" if qr else None,
            "font-size": font_size,
            "per-page": per_page,
            "flip": flip,
            "cache": "off" if no_cache else None,
        }
        opt.require_choice("layout", layout, _FORMATS)
        values = {name: value for name, value in given.items() if value is not None}
        export_one(_FORMATS[layout], bank, output, values, chosen, talk)
