"""The cheat sheet: landscape, in columns, made to be pinned to a wall."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import ceil, log2
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import BaseDocTemplate, PageTemplate
from reportlab.platypus.doctemplate import LayoutError

from prep_export.errors import UsageError
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.document import metadata, number_page
from prep_export.exporters.pdf.engine import fonts, hyphens
from prep_export.exporters.pdf.engine.canvas import DraftCanvas
from prep_export.exporters.pdf.engine.finish import finish
from prep_export.exporters.pdf.engine.strings import SMALLEST, fit, right
from prep_export.exporters.pdf.furniture import Logo, frame_at
from prep_export.exporters.pdf.sheet_entries import SECTIONS, SheetEntries, sections

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Progress
    from prep_export.exporters.pdf.engine.canvas import PaperCanvas
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.theme import Setting


def build(
    bank: Bank, destination: Path, setting: Setting, wanted: str, progress: Progress
) -> dict[str, int]:
    """Write the sheet; returns counts of pages and entries.

    `wanted` is the number of pages to fit on, by smaller type down to theme.SMALLEST; UsageError
    when that does not do. Or it is 'auto': a sheet of paper has two sides, so where the last one
    would stay empty, type is set smaller if that saves a page.
    """
    press = _Press(bank, destination, setting, progress)
    sheet = press.run(1.0)
    if wanted == "auto":
        if 1 < sheet.pages <= _MANY and sheet.pages % 2:
            sheet = press.fitted(sheet.pages - 1) or sheet
    elif sheet.pages > int(wanted):
        found = press.fitted(int(wanted))
        if found is None:
            smallest = press.run(press.scales[-1], trial=True) if press.scales else sheet
            pages = "1 page" if wanted == "1" else f"{wanted} pages"
            raise UsageError(
                f"the sheet does not fit on {pages}: at {SMALLEST:g} points, the "
                f"smallest type, it needs {smallest.pages}; select less, or allow more pages"
            )
        sheet = found
    press.balance(sheet)
    finish(str(destination))
    progress(1, 1)
    entries = sum(len(bank.section(name)) for name in sections(bank))
    return {"pages": sheet.pages, "entries": entries}


_LEAST_LINES: Final = 12
"""Lines of a column on the last page, below which balanced columns look like a mistake."""

_MANY: Final = 12
"""Pages beyond which a sheet is a book: trials to save one, or to balance the last, do not pay."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A sheet as set: its scale, its pages, and how much of the last one is used."""

    scale: float
    pages: int
    used: float
    """Points of column filled on the last page, over all its columns."""


class _Press:
    """Sets the sheet, as often as it takes."""

    def __init__(self, bank: Bank, destination: Path, setting: Setting, progress: Progress) -> None:
        self.bank, self.destination, self.setting = bank, destination, setting
        self.scales = theme.scales(setting.size)
        look = theme.sheet(setting.colors, setting.fonts).scaled(setting.size / theme.SHEET_SIZE)
        self.look = replace(look, hyphens=hyphens.dictionary(bank.header.language))
        self._progress = progress
        self._done = 0
        # One layout, a bisection over the scales, and a few to balance the last page.
        self._expected = ceil(log2(len(self.scales) + 1)) + 6

    def fitted(self, limit: int) -> _Run | None:
        """Set the sheet in the largest type that needs at most `limit` pages, by bisection.

        Returns None, with the file as it was, when no size will do.
        """
        found = None
        low, high = 0, len(self.scales)  # before `low` they are too large, from `high` on they fit
        while low < high:
            middle = (low + high) // 2
            run = self.run(self.scales[middle], trial=True, limit=limit)
            if run.pages <= limit:
                high, found = middle, run
            else:
                low = middle + 1
        return found

    def balance(self, sheet: _Run) -> None:
        """End the columns of the last page at one height: the least at which all still fits."""
        if sheet.pages > _MANY or sheet.used <= 0:
            return
        grid = self.look.leading * sheet.scale
        full = _room(theme.PAPERS[self.setting.paper])
        height = max(sheet.used / self.setting.columns, _LEAST_LINES * grid)
        while height < full:
            try:
                last = (sheet.pages, height)
                run = self.run(sheet.scale, trial=True, limit=sheet.pages, last=last)
            except LayoutError:  # a paragraph or a picture is higher than that
                pass
            else:
                if run.pages <= sheet.pages:
                    return
            height += grid

    def run(
        self,
        scale: float,
        *,
        trial: bool = False,
        limit: int = 0,
        last: tuple[int, float] = (0, 0.0),
    ) -> _Run:
        """Set the sheet once; a trial that needs more than `limit` pages leaves the file alone.

        `last` is a page and the height of the columns on it.
        """
        path = self.destination
        target = path.with_name(f"trial-{path.name}") if trial else path
        run = _write(self.bank, target, self.setting, self.look.scaled(scale), last)
        run = replace(run, scale=scale)
        self._done = min(self._done + 1, self._expected)
        self._progress(self._done, self._expected + 1)
        if trial:
            if run.pages <= limit:
                target.replace(path)
            else:
                target.unlink()
        return run


def _room(size: tuple[float, float]) -> float:
    """Height of a column."""
    return size[1] - 2 * theme.MARGIN - theme.HEAD - theme.FOOT


def _write(
    bank: Bank, destination: Path, setting: Setting, look: Look, last: tuple[int, float]
) -> _Run:
    size = theme.PAPERS[setting.paper]
    gaps = (setting.columns - 1) * theme.GUTTER
    column = (size[0] - 2 * theme.MARGIN - gaps) / setting.columns
    entries = SheetEntries(bank, column, look, setting)
    document = _document(bank, destination, setting, look, column, last)
    story = [
        flowable
        for name in sections(bank)
        for number, item in enumerate(bank.section(name), start=1)
        for flowable in entries.entry(name, number, item)
    ]
    if not story:
        titles = (bank.header.sections.get(name) or setting.labels[name] for name in SECTIONS)
        shown = setting.labels["comma"].join(titles)
        text = setting.labels["nothing-here"].replace("{sections}", shown)
        story.append(entries.setter.line(text, look.style()))
    document.build(story, canvasmaker=partial(DraftCanvas, fonts=setting.fonts))
    frame = document.frame
    done_columns = document.pageTemplate.frames.index(frame)
    used = done_columns * frame._height + frame._height - (frame._y - frame._y1)  # noqa: SLF001 - reportlab has no other way to ask
    return _Run(1.0, document.page, used)


class _Document(BaseDocTemplate):  # type: ignore[misc]  # reportlab is untyped
    """Takes the second page template for the page that is to have shorter columns."""

    def __init__(self, *args: Any, short_page: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.short_page = short_page

    def handle_pageBegin(self) -> None:  # noqa: N802 - reportlab's name
        if self.page + 1 == self.short_page:
            self.pageTemplate = self.pageTemplates[1]
        super().handle_pageBegin()


def _document(
    bank: Bank,
    destination: Path,
    setting: Setting,
    look: Look,
    column: float,
    last: tuple[int, float],
) -> Any:
    size = theme.PAPERS[setting.paper]
    full = _room(size)
    document = _Document(
        str(destination),
        pagesize=size,
        short_page=last[0],
        **metadata(bank, setting.labels["sheet"]),
    )

    logo = Logo(bank, setting.pictures, look, 19)

    def furniture(canvas: PaperCanvas, _document: Any) -> None:
        with canvas.artifact("Pagination"):
            _furniture(canvas, bank, setting, column, logo)

    def template(name: str, height: float) -> PageTemplate:
        top = theme.MARGIN + theme.FOOT + full
        frames = [
            frame_at(
                (theme.MARGIN + number * (column + theme.GUTTER), top - height), (column, height)
            )
            for number in range(setting.columns)
        ]
        return PageTemplate(name, frames, onPage=furniture)

    document.addPageTemplates([template("sheet", full), template("last", last[1] or full)])
    return document


def _furniture(
    canvas: PaperCanvas, bank: Bank, setting: Setting, column: float, logo: Logo
) -> None:
    """What stands on every page: logo, title, rules between columns, page number."""
    header, colors = bank.header, setting.colors
    size = theme.PAPERS[setting.paper]
    top = size[1] - theme.MARGIN
    page = canvas.getPageNumber()
    number_page(canvas, header.language)
    canvas.saveState()
    left = theme.MARGIN + logo.draw(canvas, theme.MARGIN, top - 18)
    canvas.setFillColor(colors.ink)
    fit(canvas, header.title, fonts.TEXT_BOLD, 15.5, left, top - 14, size[0] * 0.62)
    canvas.setFillColor(colors.quiet)
    about = " · ".join(p for p in (", ".join(header.authors), header.version) if p)
    right(canvas, about, 7.4, size[0] - theme.MARGIN, top - 14, size[0] * 0.26)
    canvas.setStrokeColor(colors.accent)
    canvas.setLineWidth(1.4)
    canvas.line(theme.MARGIN, top - 21, size[0] - theme.MARGIN, top - 21)
    canvas.setStrokeColor(colors.line)
    canvas.setLineWidth(0.4)
    for number in range(1, setting.columns):
        x = theme.MARGIN + number * (column + theme.GUTTER) - theme.GUTTER / 2
        canvas.line(x, theme.MARGIN + theme.FOOT, x, top - theme.HEAD)
    foot = theme.MARGIN
    canvas.setFillColor(colors.quiet)
    fit(canvas, header.licence or "", fonts.TEXT, 6.8, theme.MARGIN, foot, size[0] * 0.6)
    right(canvas, f"{page}", 7.4, size[0] - theme.MARGIN, foot, 40)
    canvas.restoreState()
