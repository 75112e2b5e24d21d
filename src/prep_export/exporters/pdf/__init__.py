"""The PDF exporters: the cheat sheet, the booklet with everything, and flashcards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.exporters.base import Exporter, Option, Outcome, no_progress

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Options, Progress


def write(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write the cheat sheet; what no font can show comes back as warnings."""
    from prep_export.exporters.pdf.cheatsheet import build
    from prep_export.exporters.pdf.glyphs import missing_glyphs

    counts = build(bank, destination, options["paper"], options["pages"], progress)
    return Outcome(counts, tuple(missing_glyphs(bank)))


EXPORTER = Exporter(
    name="pdf",
    suffix="-cheatsheet.pdf",
    summary="Printable cheat sheet, landscape",
    write=write,
    options=(
        Option("paper", "Paper size", "a4", ("a4", "letter")),
        Option("pages", "Pages to fit on, by smaller type", "auto", ("auto", *"123456789")),
    ),
    reports_progress=True,
)


def write_booklet(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write the booklet; what no font can show comes back as warnings."""
    from prep_export.bank.model import SECTIONS
    from prep_export.exporters.pdf.booklet import build
    from prep_export.exporters.pdf.glyphs import missing_glyphs

    counts = build(bank, destination, options["paper"], progress)
    return Outcome(counts, tuple(missing_glyphs(bank, tuple(SECTIONS))))


BOOKLET = Exporter(
    name="booklet",
    suffix="-booklet.pdf",
    summary="Printable book of everything, portrait",
    write=write_booklet,
    options=(Option("paper", "Paper size", "a4", ("a4", "letter", "a5")),),
    reports_progress=True,
)


def write_flashcards(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write flashcards to cut out; what no font can show comes back as warnings."""
    from prep_export.bank.model import SECTIONS
    from prep_export.exporters.pdf.flashcards import COLUMNS, build
    from prep_export.exporters.pdf.glyphs import missing_glyphs

    rows = int(options["per-page"]) // COLUMNS
    counts = build(bank, destination, options["paper"], options["flip"], rows, progress)
    return Outcome(counts, tuple(missing_glyphs(bank, tuple(SECTIONS))))


FLASHCARDS = Exporter(
    name="flashcards",
    suffix="-flashcards.pdf",
    summary="Cards to print on both sides and cut out",
    write=write_flashcards,
    options=(
        Option("paper", "Paper size", "a4", ("a4", "letter")),
        Option("flip", "Edge at which the printer turns the paper", "long", ("long", "short")),
        Option("per-page", "Cards on a page", "8", ("8", "10")),
    ),
    reports_progress=True,
)
