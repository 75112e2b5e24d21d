"""The cheat sheet: landscape, in columns, made to be pinned to a wall."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    PageTemplate,
)
from reportlab.platypus.doctemplate import LayoutError

from prep_export.errors import UsageError
from prep_export.exporters.base import no_progress
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.furniture import (
    Bookmark,
    draw_logo,
    fit,
    frame_at,
    metadata,
    number_page,
    right,
)
from prep_export.exporters.pdf.glyphs import SECTIONS
from prep_export.exporters.pdf.lines import ToBaseline, boxed
from prep_export.markup import fonts, hyphenation
from prep_export.markup.canvas import DraftCanvas, finish
from prep_export.markup.flowables import Setter
from prep_export.markup.media import Media
from prep_export.markup.plain import plain
from prep_export.markup.tagging import Tagged, element

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import AnyItem, Bank, Criterion, Faq, Mistake, Pattern
    from prep_export.exporters.base import Progress
    from prep_export.exporters.pdf.theme import Palette, Setting
    from prep_export.markup.flowables import Look

_TITLES = {
    "patterns": "Patterns",
    "criteria": "How answers are evaluated",
    "mistakes": "Common mistakes",
    "faqs": "Frequently asked",
}


def build(
    bank: Bank, destination: Path, setting: Setting, wanted: str, progress: Progress
) -> dict[str, int]:
    """Write the sheet; returns counts of pages and entries.

    `wanted` is the number of pages to fit on, by smaller type down to theme.SMALLEST; UsageError
    when that does not do. Or it is 'auto': a sheet of paper has two sides, so where the last one
    would stay empty, type is set smaller if that saves a page.
    """
    press = _Press(bank, destination, setting)
    sheet = press.run(1.0, progress=progress)
    if wanted == "auto":
        if 1 < sheet.pages <= _MANY and sheet.pages % 2:
            sheet = press.fitted(sheet.pages - 1) or sheet
    elif sheet.pages > int(wanted):
        found = press.fitted(int(wanted))
        if found is None:
            smallest = press.run(press.scales[-1], trial=True) if press.scales else sheet
            pages = "1 page" if wanted == "1" else f"{wanted} pages"
            raise UsageError(
                f"the sheet does not fit on {pages}: at {theme.SMALLEST:g} points, the "
                f"smallest type, it needs {smallest.pages}; select less, or allow more pages"
            )
        sheet = found
    press.balance(sheet)
    finish(str(destination))
    entries = sum(len(bank.section(name)) for name in SECTIONS)
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

    def __init__(self, bank: Bank, destination: Path, setting: Setting) -> None:
        self.bank, self.destination, self.setting = bank, destination, setting
        self.scales = theme.scales(setting.size)
        self.look = theme.sheet(setting.colors).scaled(setting.size / theme.SHEET_SIZE)
        language = hyphenation.dictionary(bank.header.language)
        self.look = replace(self.look, hyphens=language)

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
        progress: Progress = no_progress,
    ) -> _Run:
        """Set the sheet once; a trial that needs more than `limit` pages leaves the file alone.

        `last` is a page and the height of the columns on it.
        """
        path = self.destination
        target = path.with_name(f"trial-{path.name}") if trial else path
        run = _write(self.bank, target, self.setting, self.look.scaled(scale), last, progress)
        run = replace(run, scale=scale)
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
    bank: Bank,
    destination: Path,
    setting: Setting,
    look: Look,
    last: tuple[int, float],
    progress: Progress,
) -> _Run:
    size = theme.PAPERS[setting.paper]
    gaps = (setting.columns - 1) * theme.GUTTER
    column = (size[0] - 2 * theme.MARGIN - gaps) / setting.columns
    sheet = _Sheet(bank, column, look, setting.colors)
    document = _document(bank, destination, setting, column, last)
    total = sum(len(bank.section(name)) for name in SECTIONS)
    story: list[Any] = []
    done = 0
    for name in SECTIONS:
        for number, item in enumerate(bank.section(name), start=1):
            story += sheet.entry(name, number, item)
            done += 1
            progress(done, total)
    if not story:
        nothing = "Nothing here: the selection holds no patterns, criteria, mistakes or FAQs."
        story.append(sheet.setter.line(nothing, look.style()))
    document.build(story, canvasmaker=DraftCanvas)
    frame = document.frame
    done_columns = document.pageTemplate.frames.index(frame)
    used = done_columns * frame._height + frame._height - (frame._y - frame._y1)  # noqa: SLF001 - reportlab has no other way to ask
    return _Run(1.0, document.page, used)


class Section(Tagged, Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A section's title: white on a bar across the column."""

    def __init__(self, title: str, colors: Palette) -> None:
        super().__init__()
        self.title = title
        self.colors = colors
        self.path = element("H1")
        self.keepWithNext = 1
        self.spaceBefore = 5
        self.spaceAfter = 4

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        self.width = width
        return width, 14

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.setFillColor(self.colors.accent)
        canvas.roundRect(0, 0, self.width, 14, 2, stroke=0, fill=1)
        canvas.setFillColor(self.colors.paper)
        fit(canvas, self.title, fonts.TEXT_BOLD, 8.6, 5, 4, self.width - 10)
        canvas.restoreState()


class _Sheet:
    """Entries as flowables."""

    def __init__(self, bank: Bank, column: float, look: Look, colors: Palette) -> None:
        self.bank = bank
        self.colors = colors
        self.setter = Setter(look, Media(bank.root), column)
        self._heading = look.style(
            fontSize=look.size * 1.15,
            leading=look.leading * 1.11,
            spaceBefore=2,
            spaceAfter=1.5,
            keepWithNext=1,
            leftIndent=11,
            bulletFontName=fonts.TEXT_BOLD,
            bulletFontSize=look.size * 1.15,
            bulletColor=self.colors.accent,
            hyphenationLang="",
        )
        self._lead = look.style(textColor=self.colors.quiet, spaceAfter=2, keepWithNext=1)
        self._label = look.style(spaceBefore=2.5, spaceAfter=0.8, keepWithNext=1)

    def entry(self, name: str, number: int, item: AnyItem) -> list[Any]:
        head: list[Any] = []
        if number == 1:
            title = self.bank.header.sections.get(name, _TITLES[name])  # type: ignore[call-overload]  # a section's name
            head = [Bookmark(f"section-{name}", title, 0), Section(title, self.colors)]
        set_one: dict[str, Any] = {
            "patterns": self._pattern,
            "criteria": self._criterion,
            "mistakes": self._mistake,
            "faqs": self._faq,
        }
        title, body = set_one[name](item)
        block = [Bookmark(f"item-{item.id}", plain(title), 1), self._title(title, number), *body]
        # 'Keep with next' reckons without the space between flowables, so a title may still be left
        # behind at the foot of a column; it needs room for two lines of its own and three of text.
        look = self.setter.look
        room = look.leading * 5.5 + (26 if head else 0)
        return [CondPageBreak(room), *head, *block, ToBaseline(look.leading / 2, 2)]

    def _title(self, text: str, number: int) -> Any:
        return self.setter.line(text, self._heading, bold=True, bullet=str(number), role="H2")

    def _part(self, label: str, color: Any, body: list[Any]) -> list[Any]:
        return (
            [self.setter.line("", self._label, lead=[(label, color)], role="H3"), *body]
            if body
            else []
        )

    def _pattern(self, item: Pattern) -> tuple[str, list[Any]]:
        setter = self.setter
        body: list[Any] = [setter.line(item.summary, self._lead)]
        if item.diagram:
            body += setter.figure(item.diagram.image, max_height=theme.FIGURE, alt=item.diagram.alt)
        if item.formula:
            body += boxed(setter.blocks(item.formula), self.colors)
        if item.recognise:
            body += setter.joined("Recognise", self.colors.accent, item.recognise)
        body += self._part(
            "Approach", self.colors.accent, setter.bullets(item.approach, numbered=True)
        )
        if item.pitfalls:
            body += setter.joined("Pitfalls", self.colors.warn, item.pitfalls)
        return item.title, body

    def _criterion(self, item: Criterion) -> tuple[str, list[Any]]:
        labelled = self.setter.labelled
        return item.criterion, [
            *labelled("Weak", self.colors.warn, item.weak),
            *labelled("Strong", self.colors.good, item.strong),
        ]

    def _mistake(self, item: Mistake) -> tuple[str, list[Any]]:
        setter, colors = self.setter, self.colors
        body = setter.labelled("Why it costs you", colors.warn, item.why)
        if not (item.not_that and item.say_this):  # a pair of sentences shows it in less room
            body += setter.labelled("Instead", colors.good, item.instead)
        if item.not_that:
            body += setter.labelled(theme.NOT_THAT, colors.warn, item.not_that)
        if item.say_this:
            body += setter.labelled(theme.SAY_THIS, colors.good, item.say_this)
        return item.mistake, body + (setter.blocks(item.example) if item.example else [])

    def _faq(self, item: Faq) -> tuple[str, list[Any]]:
        return item.question, self.setter.blocks(item.answer)


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
    column: float,
    last: tuple[int, float],
) -> Any:
    size = theme.PAPERS[setting.paper]
    full = _room(size)
    document = _Document(
        str(destination),
        pagesize=size,
        short_page=last[0],
        **metadata(bank, "Cheat sheet: patterns, criteria, mistakes, FAQs"),
    )

    def furniture(canvas: Any, _document: Any) -> None:
        with canvas.artifact():
            _furniture(canvas, bank, setting, column)

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


def _furniture(canvas: Any, bank: Bank, setting: Setting, column: float) -> None:
    """What stands on every page: logo, title, rules between columns, page number."""
    header, colors = bank.header, setting.colors
    size = theme.PAPERS[setting.paper]
    top = size[1] - theme.MARGIN
    page = canvas.getPageNumber()
    number_page(canvas, header.language)
    canvas.saveState()
    left = theme.MARGIN + draw_logo(canvas, bank, colors, theme.MARGIN, top - 18, 19)
    canvas.setFillColor(colors.ink)
    fit(canvas, header.title, fonts.TEXT_BOLD, 15.5, left, top - 14, size[0] * 0.62)
    canvas.setFillColor(colors.quiet)
    about = " · ".join(p for p in (", ".join(header.authors), header.version) if p)
    right(canvas, about, 7.4, size[0] - theme.MARGIN, top - 14)
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
    right(canvas, f"{page}", 7.4, size[0] - theme.MARGIN, foot)
    canvas.restoreState()
