"""`prep-export anki`, `pdf` and `export`: one format of one bank."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from prep_export.cli import options as opt
from prep_export.cli.talk import Talk, errors_as_status


class Paper(str, Enum):
    """Paper sizes; A5 for the booklet only."""

    a4 = "a4"
    letter = "letter"
    a5 = "a5"


class Layout(str, Enum):
    """What a PDF can be."""

    cheatsheet = "cheatsheet"
    booklet = "booklet"
    flashcards = "flashcards"


class Flip(str, Enum):
    """The edge at which a duplex printer turns the paper, or one side that is folded."""

    long = "long"
    short = "short"
    fold = "fold"


class Theme(str, Enum):
    """Colours on paper."""

    color = "color"
    mono = "mono"


class Order(str, Enum):
    """Orders of new cards."""

    chapters = "chapters"
    author = "author"


def anki(
    bank: opt.Bank = None,
    output: opt.Output = None,
    previous: Annotated[
        str,
        typer.Option(
            "--previous",
            metavar="APKG",
            help="The last published package: notes that have not changed keep their time, "
            "and learners their own edits of them.",
            show_default=False,
        ),
    ] = "",
    order: Annotated[
        Order, typer.Option("--order", help="New cards by chapter, or as the bank has them.")
    ] = Order.chapters,
    topic: opt.Topics = None,
    kind: opt.Kinds = None,
    difficulty: opt.Difficulties = None,
    section: opt.Sections = None,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> None:
    """Write an Anki deck; re-importing a later one keeps every interval.

    \b
    Examples:
      prep-export anki                          decks/ID → out/ID.apkg
      prep-export anki decks/llm -o llm.apkg --previous published/llm.apkg
      prep-export anki --topic rag --difficulty hard -o rag-hard.apkg
    """
    talk = Talk(quiet=quiet, verbose=verbose)
    with errors_as_status(talk):
        values = {"previous": previous, "order": order.value}
        _one("anki", bank, output, values, (topic, kind, difficulty, section), talk)


def pdf(
    bank: opt.Bank = None,
    output: opt.Output = None,
    layout: Annotated[
        Layout,
        typer.Option(
            "--layout", help="The sheet for the wall, a book of everything, or cards to cut out."
        ),
    ] = Layout.cheatsheet,
    paper: Annotated[
        Paper, typer.Option("--paper", help="Paper size; a5 for the booklet only.")
    ] = Paper.a4,
    pages: Annotated[
        str,
        typer.Option(
            "--pages",
            metavar="N",
            help="Cheat sheet: fit on so many pages by smaller type, 1 to 9; else it is an error.",
        ),
    ] = "auto",
    theme: Annotated[
        Theme, typer.Option("--theme", help="Colours, or black and greys for any printer.")
    ] = Theme.color,
    columns: Annotated[
        int | None,
        typer.Option("--columns", metavar="N", help="Cheat sheet: 2 to 4 columns; 3 if absent."),
    ] = None,
    font_size: Annotated[
        str,
        typer.Option("--font-size", metavar="POINTS", help="Sheet and booklet: 6.6 to 14 points."),
    ] = "auto",
    per_page: Annotated[
        int | None,
        typer.Option(
            "--per-page", metavar="N", help="Flashcards: 8 or 10 (folded: 4 or 5); 8 if absent."
        ),
    ] = None,
    flip: Annotated[
        Flip,
        typer.Option(
            "--flip",
            help="Flashcards: edge at which the printer turns the paper; fold: print one side, "
            "fold the backs behind.",
        ),
    ] = Flip.long,
    topic: opt.Topics = None,
    kind: opt.Kinds = None,
    difficulty: opt.Difficulties = None,
    section: opt.Sections = None,
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
    with errors_as_status(talk):
        name = "pdf" if layout is Layout.cheatsheet else layout.value
        values = {"paper": paper.value, "theme": theme.value}
        given = {"columns": columns, "per-page": per_page}
        values |= {name: str(number) for name, number in given.items() if number is not None}
        if font_size != "auto":
            values["font-size"] = font_size
        if layout is Layout.flashcards:
            values["flip"] = flip.value
        if layout is Layout.cheatsheet:
            values["pages"] = pages
        _one(name, bank, output, values, (topic, kind, difficulty, section), talk)


def export(
    format_: Annotated[
        str, typer.Argument(metavar="FORMAT", help="A name that 'prep-export formats' lists.")
    ],
    bank: opt.Bank = None,
    output: opt.Output = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="NAME=VALUE",
            help="An option of the format; repeatable.",
            show_default=False,
        ),
    ] = None,
    topic: opt.Topics = None,
    kind: opt.Kinds = None,
    difficulty: opt.Difficulties = None,
    section: opt.Sections = None,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> None:
    """Write any format, an installed plugin's too.

    \b
    Example:
      prep-export export pdf decks/llm --option paper=letter -o sheet.pdf
    """
    talk = Talk(quiet=quiet, verbose=verbose)
    with errors_as_status(talk):
        _one(format_, bank, output, _pairs(option or []), (topic, kind, difficulty, section), talk)


def _pairs(given: list[str]) -> dict[str, str]:
    from prep_export.errors import UsageError

    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"'--option {text}' is not NAME=VALUE")
        pairs[name] = value
    return pairs


_Chosen = tuple[list[str] | None, list[str] | None, list[str] | None, list[str] | None]


def _one(
    name: str,
    bank: str | None,
    output: str | None,
    values: dict[str, str],
    chosen: _Chosen,
    talk: Talk,
) -> None:
    from prep_export.bank.selection import select
    from prep_export.cli.banks import resolve_one
    from prep_export.cli.build import read_all, run
    from prep_export.exporters.base import resolve_options
    from prep_export.exporters.registry import get

    exporter = get(name)
    resolve_options(exporter, values)
    loaded = select(read_all([resolve_one(bank, talk)], talk)[0], opt.selection(*chosen))
    if output != "-":
        report = run(
            loaded, exporter, output or f"out/{loaded.header.id}{exporter.suffix}", values, talk
        )
        typer.echo(report.path)
        return
    import sys
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="prep-export-") as folder:
        path = Path(folder) / f"{loaded.header.id}{exporter.suffix}"
        run(loaded, exporter, str(path), values, Talk(quiet=True))
        sys.stdout.buffer.write(path.read_bytes())
        sys.stdout.buffer.flush()
