"""The PDF exporters: the cheat sheet, the booklet with everything, and flashcards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from prep_export.errors import UsageError
from prep_export.exporters.base import CACHE, Exporter, Option, Outcome, no_progress
from prep_export.exporters.pdf import leaves_out

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Options, Progress
    from prep_export.exporters.pdf.theme import Setting
    from prep_export.findings.finding import Finding


_FONT_SIZE: Final = Option("font-size", "Points of running text, 6.6 to 14", "auto")
_PAPER: Final = Option("paper", "Paper size", "a4", ("a4", "letter"))
_THEME: Final = Option("theme", "Colours, or black and greys", "color", ("color", "mono"))


def _setting(bank: Bank, options: Options, size: float) -> Setting:
    from prep_export.exporters.pdf import theme
    from prep_export.exporters.pdf.engine.fonts import Fonts
    from prep_export.exporters.pdf.engine.pictures import Pictures
    from prep_export.labels import labels
    from prep_export.markdown.images import Images

    header = bank.header
    return theme.Setting(
        options["paper"],
        theme.palette(options["theme"], header),
        theme.font_size(options.get("font-size", "auto"), size),
        Fonts(bank.root, header.pdf.fonts if header.pdf else ()),
        Pictures(Images(bank.root)),
        labels(header.language, header.labels),
        int(options.get("columns", theme.COLUMNS)),
    )


def _kept_layouts(options: Options) -> AbstractContextManager[None]:
    from prep_export.exporters.pdf.engine.formula_cache import kept_layouts

    return kept_layouts(enabled=options["cache"] == "on")


def _outcome(bank: Bank, setting: Setting, counts: dict[str, int]) -> Outcome:
    """The counts, and a warning for what the fonts could not show."""
    from prep_export.exporters.pdf.missing_glyphs import missing_glyphs

    return Outcome(counts, tuple(missing_glyphs(bank, setting.fonts)))


def _check(bank: Bank) -> list[Finding]:
    """What no layout can show."""
    from prep_export.exporters.pdf.missing_glyphs import check

    return check(bank)


def write_sheet(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write the cheat sheet; what no font can show comes back as warnings."""
    from prep_export.exporters.pdf import theme
    from prep_export.exporters.pdf.sheet import Wishes, build

    setting = _setting(bank, options, theme.SHEET_SIZE)
    with _kept_layouts(options):
        wishes = Wishes(
            options["pages"], exact=options["font-size"] != "auto", qr=options["qr"] == "on"
        )
        counts = build(bank, destination, setting, wishes, progress)
    return _outcome(bank, setting, counts)


EXPORTER = Exporter(
    name="pdf",
    suffix="-cheatsheet.pdf",
    summary="Printable cheat sheet, landscape",
    write=write_sheet,
    options=(
        _PAPER,
        _THEME,
        Option("columns", "Columns of a page and of its grid", "4", ("2", "3", "4")),
        _FONT_SIZE,
        Option("pages", "Pages to fit on, by smaller type", "auto", ("auto", *"123456789")),
        Option("qr", "The header's url as a QR code on the first page", "off", ("on", "off")),
        CACHE,
    ),
    reports_progress=True,
    leaves_out=leaves_out.SHEET,
    check=_check,
)


def write_booklet(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write the booklet; what no font can show comes back as warnings."""
    from prep_export.exporters.pdf import theme
    from prep_export.exporters.pdf.booklet import build

    size = theme.BOOK_SIZE * (0.88 if options["paper"] == "a5" else 1)
    setting = _setting(bank, options, size)
    with _kept_layouts(options):
        counts = build(bank, destination, setting, progress)
    return _outcome(bank, setting, counts)


BOOKLET = Exporter(
    name="booklet",
    suffix="-booklet.pdf",
    summary="Printable book of everything, portrait",
    write=write_booklet,
    options=(
        replace(_PAPER, choices=(*_PAPER.choices, "a5")),
        _THEME,
        _FONT_SIZE,
        CACHE,
    ),
    reports_progress=True,
    leaves_out=leaves_out.BOOKLET,
    check=_check,
)


_PER_PAGE: Final = ("auto", "4", "5", "8", "10")


def _rows(flip: str, per_page: str) -> int:
    """Rows of cards on a page. Raises UsageError for a number that the way of printing has not."""
    rows = {"4": 4, "5": 5, "auto": 4} if flip == "fold" else {"8": 4, "10": 5, "auto": 4}
    if per_page not in rows:
        known = " or ".join(number for number in rows if number != "auto")
        raise UsageError(f"'per-page' is {known} where 'flip' is '{flip}', not {per_page}")
    return rows[per_page]


def write_flashcards(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write flashcards to cut out; what no font can show comes back as warnings."""
    from prep_export.exporters.pdf import theme
    from prep_export.exporters.pdf.flashcards import build

    rows = _rows(options["flip"], options["per-page"])
    setting = _setting(bank, options, theme.BOOK_SIZE)
    with _kept_layouts(options):
        counts = build(bank, destination, setting, options["flip"], rows, progress)
    return _outcome(bank, setting, counts)


FLASHCARDS = Exporter(
    name="flashcards",
    suffix="-flashcards.pdf",
    summary="Cards to print on both sides and cut out",
    write=write_flashcards,
    options=(
        _PAPER,
        _THEME,
        Option(
            "flip",
            "Edge at which the printer turns the paper; or one side only, to fold",
            "long",
            ("long", "short", "fold"),
        ),
        Option("per-page", "Cards on a page, 4 or 5 where they are folded", "auto", _PER_PAGE),
        CACHE,
    ),
    reports_progress=True,
    leaves_out=leaves_out.FLASHCARDS,
    check=_check,
)
