"""The cheat sheet: landscape, made to be pinned to a wall.

Patterns stand in the cells of a grid, the rest follows in columns. All is measured first, as often
as it takes to fit, and drawn once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import ceil, log2
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import BaseDocTemplate, Flowable, PageTemplate

from prep_export.errors import UsageError
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.document import metadata, number_page
from prep_export.exporters.pdf.engine import hyphens
from prep_export.exporters.pdf.engine.canvas import PaperCanvas
from prep_export.exporters.pdf.engine.strings import SMALLEST
from prep_export.exporters.pdf.furniture import frame_at
from prep_export.exporters.pdf.sheet_columns import Column, balanced
from prep_export.exporters.pdf.sheet_entries import IN_COLUMNS, ON_GRID, SheetEntries, shown
from prep_export.exporters.pdf.sheet_grid import ROW_GAP, GridPage, Row
from prep_export.exporters.pdf.sheet_grid import pages as grid_pages
from prep_export.exporters.pdf.sheet_head import Aside, Head

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Progress
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.theme import Setting


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asks of the sheet beyond its look."""

    pages: str = "auto"
    """The number of pages to fit on, by smaller type down to SMALLEST; or 'auto': a sheet of paper
    has two sides, so where the last one would stay empty, type is set smaller if that saves it."""
    exact: bool = False
    """Type has the size of the setting, whatever becomes of the pages."""
    qr: bool = False
    """The first page shows the header's address as a code for a camera."""


def build(
    bank: Bank, destination: Path, setting: Setting, wishes: Wishes, progress: Progress
) -> dict[str, int]:
    """Write the sheet; returns counts of pages and entries.

    Raises UsageError where it does not fit on the pages wished for, or has no address for a code.
    """
    if wishes.qr and not bank.header.url:
        raise UsageError(
            "there is no address to make a QR code of: name it as 'url' in the bank's header"
        )
    press = _Press(bank, setting, wishes, progress)
    layout = press.layout()
    layout.write(destination)
    progress(1, 1)
    return {"pages": len(layout.pages), "entries": sum(map(len, press.items.values()))}


_MANY: Final = 12
"""Pages beyond which a sheet is a book, and trials to save one do not pay."""

_ROOM_BELOW: Final = 0.3
"""Of a page: what a grid must leave free for columns to begin below it."""

_NEARLY_FULL: Final = 0.86
"""Of a page's height: columns that reach so far are spread down to its foot."""

_SPREAD: Final = 1.1
"""Most space between blocks of a spread column, in lines more than they ask for."""


class _Press:
    """Lays the sheet out, as often as it takes."""

    def __init__(self, bank: Bank, setting: Setting, wishes: Wishes, progress: Progress) -> None:
        self.bank, self.setting, self.wishes = bank, setting, wishes
        self.items = shown(bank)
        look = theme.sheet(setting.colors, setting.fonts).scaled(setting.size / theme.SHEET_SIZE)
        self.look = replace(look, hyphens=hyphens.dictionary(bank.header.language))
        self._scales = () if wishes.exact else theme.scales(setting.size)
        self._progress = progress
        self._done = 0
        self._expected = ceil(log2(len(self._scales) + 1)) + 1

    def layout(self) -> _Layout:
        """The layout that does what is wished for."""
        layout = self._try(1.0)
        count, wanted = len(layout.pages), self.wishes.pages
        if wanted == "auto":
            if 1 < count <= _MANY and count % 2:
                return self._fitted(count - 1) or layout
            return layout
        if count <= int(wanted):
            return layout
        found = self._fitted(int(wanted))
        if found is None:
            pages = "1 page" if wanted == "1" else f"{wanted} pages"
            least = self._try(self._scales[-1]) if self._scales else layout
            size = f"{self.setting.size:g} points" if self.wishes.exact else (
                f"{SMALLEST:g} points, the smallest type,"
            )  # fmt: skip
            raise UsageError(
                f"the sheet does not fit on {pages}: at {size} it needs {len(least.pages)}; "
                "select less, or allow more pages"
            )
        return found

    def _fitted(self, limit: int) -> _Layout | None:
        """The layout in the largest type that needs at most `limit` pages, by bisection."""
        found = None
        low, high = 0, len(self._scales)  # before `low` they are too large, from `high` on they fit
        while low < high:
            middle = (low + high) // 2
            layout = self._try(self._scales[middle])
            if len(layout.pages) <= limit:
                high, found = middle, layout
            else:
                low = middle + 1
        return found

    def _try(self, scale: float) -> _Layout:
        layout = _Layout(self.bank, self.items, self.setting, self.look.scaled(scale), self.wishes)
        self._done = min(self._done + 1, self._expected)
        self._progress(self._done, self._expected + 1)
        return layout


@dataclass(slots=True)
class _Page:
    """What stands on a page."""

    names: list[str]
    """Titles of its sections."""
    grid: GridPage | None = None
    columns: list[Column] | None = None
    top: float = 0.0
    """Where the columns begin, in points from the lower edge."""
    foot: float = 0.0
    """Where they are to end."""


class _Layout:
    """The sheet in one size of type, on its pages."""

    def __init__(
        self, bank: Bank, items: dict[str, Any], setting: Setting, look: Look, wishes: Wishes
    ) -> None:
        self.bank, self.setting, self.look = bank, setting, look
        size = theme.PAPERS[setting.paper]
        count = setting.columns
        self.width = (size[0] - 2 * theme.MARGIN - (count - 1) * theme.GUTTER) / count
        self.lefts = [theme.MARGIN + n * (self.width + theme.GUTTER) for n in range(count)]
        self.head = Head(bank, setting, look, qr=wishes.qr)
        self.entries = SheetEntries(bank, self.width, look, setting)
        self.pages: list[_Page] = []
        self.aside: Aside | None = None
        if items[ON_GRID]:
            self._grid(items[ON_GRID])
        blocks = [b for name in IN_COLUMNS for b in self.entries.blocks(name, items[name])]
        if not blocks and not self.pages:
            blocks = [self.entries.nothing()]
        if blocks:
            self._columns(blocks)

    def _top(self, page: int) -> float:
        """Where the text of a page begins, in points from its lower edge."""
        return float(theme.PAPERS[self.setting.paper][1] - theme.MARGIN - self.head.height(page))

    def _grid(self, items: list[Any]) -> None:
        count = len(self.lefts)
        cells = self.entries.cells(items)
        rows = [
            Row(cells[n : n + count], self.lefts, self.width, self.entries.gap)
            for n in range(0, len(cells), count)
        ]
        title, labels = self.entries.section_title(ON_GRID), self.setting.labels
        ways = ("recognise", "approach", "pitfalls")
        self.aside = Aside(ON_GRID, title, " → ".join(labels[name] for name in ways))
        for page in grid_pages(rows, lambda n: self._top(n) - theme.MARGIN):
            self.pages.append(_Page([title], grid=page))

    def _columns(self, blocks: list[Any]) -> None:
        begin = len(self.pages)
        starts: dict[int, float] = {}
        if self.pages and (grid := self.pages[-1].grid):
            room = self._top(begin - 1) - theme.MARGIN - grid.used - ROW_GAP
            if room > (self._top(begin - 1) - theme.MARGIN) * _ROOM_BELOW:
                begin -= 1
                starts[begin] = theme.MARGIN + room
        count = len(self.lefts)

        def start(page: int) -> float:
            return starts.get(page, self._top(page))

        columns, least = balanced(
            blocks, lambda n: start(begin + n // count) - theme.MARGIN, self.look.leading, count
        )
        for first in range(0, len(columns), count):
            number = begin + first // count
            if number == len(self.pages):
                self.pages.append(_Page([]))
            page = self.pages[number]
            page.columns, page.top = columns[first : first + count], start(number)
            sections = [b.section for column in page.columns for b in column.blocks if b.section]
            going_on = next((b.of for c in page.columns for b in c.blocks), "")
            names = dict.fromkeys([going_on, *sections])
            page.names += [self.entries.section_title(name) for name in names if name]
            full = page.top - theme.MARGIN
            last = first + count >= len(columns)
            page.foot = page.top - (least if last and least < full * _NEARLY_FULL else full)

    def write(self, destination: Path) -> None:
        """Draw all of it into a file."""
        size = theme.PAPERS[self.setting.paper]
        document = BaseDocTemplate(
            str(destination), pagesize=size, **metadata(self.bank, self.setting.labels["sheet"])
        )
        document.addPageTemplates([PageTemplate("sheet", [frame_at((0, 0), size)])])
        story = [_Drawn(self, number) for number in range(len(self.pages))]
        document.build(story, canvasmaker=partial(PaperCanvas, fonts=self.setting.fonts))

    def draw(self, canvas: PaperCanvas, number: int) -> None:
        """Draw a page, from 0."""
        page = self.pages[number]
        number_page(canvas, self.bank.header.language)
        self.head.draw(canvas, number, len(self.pages), page.names, None if number else self.aside)
        if page.grid:
            foot = page.top + ROW_GAP if page.columns else theme.MARGIN
            page.grid.draw(canvas, self._top(number), foot)
        columns = page.columns or []
        for x, column in zip(self.lefts, columns, strict=False):
            spare = page.top - page.foot - column.used
            gaps = max(1, len(column.blocks) - 1)
            most = self.look.leading * _SPREAD
            column.draw(canvas, x, page.top, max(0.0, min(spare / gaps, most)))


class _Drawn(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A page as one flowable, which fills it."""

    def __init__(self, layout: _Layout, number: int) -> None:
        super().__init__()
        self.layout, self.number = layout, number

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return width, height

    def draw(self) -> None:
        self.layout.draw(self.canv, self.number)
