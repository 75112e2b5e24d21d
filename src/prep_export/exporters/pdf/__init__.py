"""The PDF exporters: the cheat sheet, the booklet with everything, and flashcards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from prep_export.exporters.base import Exporter, Option, Outcome, no_progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Options, Progress
    from prep_export.exporters.pdf.theme import Setting


_FONT_SIZE: Final = Option("font-size", "Points of running text, 6.6 to 14", "auto")
_THEME: Final = Option("theme", "Colours, or black and greys", "color", ("color", "mono"))


@contextmanager
def _fonts(bank: Bank) -> Iterator[None]:
    """With the fonts that the bank brings along."""
    from prep_export.markup.fonts import own_fonts

    with own_fonts(bank.root, bank.header.pdf.fonts if bank.header.pdf else ()):
        yield


def _setting(bank: Bank, options: Options, size: float) -> Setting:
    from prep_export.exporters.pdf import theme

    return theme.Setting(
        options["paper"],
        theme.palette(options["theme"], bank.header),
        theme.font_size(options.get("font-size", "auto"), size),
        int(options.get("columns", theme.COLUMNS)),
    )


def write(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write the cheat sheet; what no font can show comes back as warnings."""
    from prep_export.exporters.pdf import theme
    from prep_export.exporters.pdf.cheatsheet import build
    from prep_export.exporters.pdf.glyphs import missing_glyphs

    setting = _setting(bank, options, theme.SHEET_SIZE)
    with _fonts(bank):
        counts = build(bank, destination, setting, options["pages"], progress)
        return Outcome(counts, tuple(missing_glyphs(bank)))


EXPORTER = Exporter(
    name="pdf",
    suffix="-cheatsheet.pdf",
    summary="Printable cheat sheet, landscape",
    write=write,
    options=(
        Option("paper", "Paper size", "a4", ("a4", "letter")),
        _THEME,
        Option("columns", "Columns on a page", "3", ("2", "3", "4")),
        _FONT_SIZE,
        Option("pages", "Pages to fit on, by smaller type", "auto", ("auto", *"123456789")),
    ),
    reports_progress=True,
)


def write_booklet(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write the booklet; what no font can show comes back as warnings."""
    from prep_export.bank.model import SECTIONS
    from prep_export.exporters.pdf import theme
    from prep_export.exporters.pdf.booklet import build
    from prep_export.exporters.pdf.glyphs import missing_glyphs

    size = theme.BOOK_SIZE * (0.88 if options["paper"] == "a5" else 1)
    with _fonts(bank):
        counts = build(bank, destination, _setting(bank, options, size), progress)
        return Outcome(counts, tuple(missing_glyphs(bank, tuple(SECTIONS))))


BOOKLET = Exporter(
    name="booklet",
    suffix="-booklet.pdf",
    summary="Printable book of everything, portrait",
    write=write_booklet,
    options=(Option("paper", "Paper size", "a4", ("a4", "letter", "a5")), _THEME, _FONT_SIZE),
    reports_progress=True,
)


def write_flashcards(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write flashcards to cut out; what no font can show comes back as warnings."""
    from prep_export.bank.model import SECTIONS
    from prep_export.exporters.pdf import theme
    from prep_export.exporters.pdf.flashcards import COLUMNS, build
    from prep_export.exporters.pdf.glyphs import missing_glyphs

    rows = int(options["per-page"]) // COLUMNS
    setting = _setting(bank, options, theme.BOOK_SIZE)
    with _fonts(bank):
        counts = build(bank, destination, setting, options["flip"], rows, progress)
        return Outcome(counts, tuple(missing_glyphs(bank, tuple(SECTIONS))))


FLASHCARDS = Exporter(
    name="flashcards",
    suffix="-flashcards.pdf",
    summary="Cards to print on both sides and cut out",
    write=write_flashcards,
    options=(
        Option("paper", "Paper size", "a4", ("a4", "letter")),
        _THEME,
        Option(
            "flip",
            "Edge at which the printer turns the paper; or one side only, to fold",
            "long",
            ("long", "short", "fold"),
        ),
        Option("per-page", "Cards on a page", "8", ("8", "10")),
    ),
    reports_progress=True,
)
