"""The cheat sheet: landscape, in columns, made to be pinned to a wall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageTemplate,
    Spacer,
)

from prep_export.errors import UsageError
from prep_export.exporters.base import no_progress
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.furniture import Bookmark, fit, metadata, number_page, right
from prep_export.exporters.pdf.glyphs import SECTIONS
from prep_export.markup import fonts
from prep_export.markup.canvas import PaperCanvas
from prep_export.markup.flowables import Setter
from prep_export.markup.media import Media
from prep_export.markup.plain import plain

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import AnyItem, Bank, Criterion, Faq, Mistake, Pattern
    from prep_export.exporters.base import Progress
    from prep_export.markup.flowables import Look

_TITLES = {
    "patterns": "Patterns",
    "criteria": "How answers are evaluated",
    "mistakes": "Common mistakes",
    "faqs": "Frequently asked",
}


def build(
    bank: Bank, destination: Path, paper: str, wanted: str, progress: Progress
) -> dict[str, int]:
    """Write the sheet; returns counts of pages and entries.

    `wanted` is the number of pages to fit on, by smaller type down to theme.SMALLEST; UsageError
    when that does not do. Or it is 'auto': a sheet of paper has two sides, so where the last one
    would stay empty, type is set smaller if that saves a page.
    """
    pages = _write(bank, destination, paper, 1.0, progress)
    if wanted == "auto":
        if pages > 1 and pages % 2:
            pages = _fitted(bank, destination, paper, pages - 1) or pages
    elif pages > int(wanted):
        found = _fitted(bank, destination, paper, int(wanted))
        if found is None:
            smallest = destination.with_name(f"smallest-{destination.name}")
            needed = _write(bank, smallest, paper, theme.SCALES[-1], no_progress)
            smallest.unlink()
            raise UsageError(
                f"the sheet does not fit on {wanted} pages: at {theme.SMALLEST:g} points, the "
                f"smallest type, it needs {needed}; select less, or allow more pages"
            )
        pages = found
    return {"pages": pages, "entries": sum(len(bank.section(name)) for name in SECTIONS)}


def _fitted(bank: Bank, destination: Path, paper: str, limit: int) -> int | None:
    """Set the sheet in the largest type that needs at most `limit` pages, found by bisection.

    Returns the pages it needs, or None, with the file as it was, when no size will do.
    """
    trial = destination.with_name(f"trial-{destination.name}")
    found = None
    low, high = 0, len(theme.SCALES)  # scales before `low` are too large, from `high` on they fit
    while low < high:
        middle = (low + high) // 2
        pages = _write(bank, trial, paper, theme.SCALES[middle], no_progress)
        if pages <= limit:
            high, found = middle, pages
            trial.replace(destination)
        else:
            low = middle + 1
    trial.unlink(missing_ok=True)
    return found


def _write(bank: Bank, destination: Path, paper: str, scale: float, progress: Progress) -> int:
    size = theme.PAPERS[paper]
    column = (size[0] - 2 * theme.MARGIN - (theme.COLUMNS - 1) * theme.GUTTER) / theme.COLUMNS
    look = theme.SHEET.scaled(scale)
    sheet = _Sheet(bank, column, look)
    document = _document(bank, destination, size, column)
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
    document.build(story, canvasmaker=PaperCanvas)
    pages: int = document.page
    return pages


class Section(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A section's title: white on a bar across the column."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
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
        canvas.setFillColor(theme.ACCENT)
        canvas.roundRect(0, 0, self.width, 14, 2, stroke=0, fill=1)
        canvas.setFillColor(theme.PAPER)
        fit(canvas, self.title, fonts.TEXT_BOLD, 8.6, 5, 4, self.width - 10)
        canvas.restoreState()


class _Sheet:
    """Entries as flowables."""

    def __init__(self, bank: Bank, column: float, look: Look) -> None:
        self.bank = bank
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
            bulletColor=theme.ACCENT,
        )
        self._lead = look.style(textColor=theme.QUIET, spaceAfter=2, keepWithNext=1)
        self._label = look.style(spaceBefore=2.5, spaceAfter=0.8, keepWithNext=1)

    def entry(self, name: str, number: int, item: AnyItem) -> list[Any]:
        head: list[Any] = []
        if number == 1:
            title = self.bank.header.sections.get(name, _TITLES[name])  # type: ignore[call-overload]  # a section's name
            head = [Bookmark(f"section-{name}", title, 0), Section(title)]
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
        room = self.setter.look.leading * 5.5 + (26 if head else 0)
        return [CondPageBreak(room), *head, *block, Spacer(0, 4)]

    def _title(self, text: str, number: int) -> Any:
        return self.setter.line(text, self._heading, bold=True, bullet=str(number))

    def _part(self, label: str, color: Any, body: list[Any]) -> list[Any]:
        return [self.setter.line("", self._label, lead=[(label, color)]), *body] if body else []

    def _pattern(self, item: Pattern) -> tuple[str, list[Any]]:
        setter = self.setter
        body: list[Any] = [setter.line(item.summary, self._lead)]
        if item.diagram:
            body += setter.figure(item.diagram.image, max_height=theme.FIGURE)
        body += self._part("Recognise", theme.ACCENT, setter.bullets(item.recognise))
        body += self._part("Approach", theme.ACCENT, setter.bullets(item.approach, numbered=True))
        body += self._part("Pitfalls", theme.WARN, setter.bullets(item.pitfalls))
        return item.title, body

    def _criterion(self, item: Criterion) -> tuple[str, list[Any]]:
        labelled = self.setter.labelled
        return item.criterion, [
            *labelled("Weak", theme.WARN, item.weak),
            *labelled("Strong", theme.GOOD, item.strong),
        ]

    def _mistake(self, item: Mistake) -> tuple[str, list[Any]]:
        labelled = self.setter.labelled
        return item.mistake, [
            *labelled("Why it costs you", theme.WARN, item.why),
            *labelled("Instead", theme.GOOD, item.instead),
            *(self.setter.blocks(item.example) if item.example else []),
        ]

    def _faq(self, item: Faq) -> tuple[str, list[Any]]:
        return item.question, self.setter.blocks(item.answer)


def _document(bank: Bank, destination: Path, size: tuple[float, float], column: float) -> Any:
    height = size[1] - 2 * theme.MARGIN - theme.HEAD - theme.FOOT
    frames = [
        Frame(
            theme.MARGIN + number * (column + theme.GUTTER),
            theme.MARGIN + theme.FOOT,
            column,
            height,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
            id=f"column-{number}",
        )
        for number in range(theme.COLUMNS)
    ]
    document = BaseDocTemplate(
        str(destination),
        pagesize=size,
        **metadata(bank, "Cheat sheet: patterns, criteria, mistakes, FAQs"),
    )

    def furniture(canvas: Any, _document: Any) -> None:
        _furniture(canvas, bank, size, column)

    document.addPageTemplates([PageTemplate("sheet", frames, onPage=furniture)])
    return document


def _furniture(canvas: Any, bank: Bank, size: tuple[float, float], column: float) -> None:
    """What stands on every page: title, rules between columns, page number."""
    header = bank.header
    top = size[1] - theme.MARGIN
    page = canvas.getPageNumber()
    number_page(canvas, header.language)
    canvas.saveState()
    canvas.setFillColor(theme.INK)
    fit(canvas, header.title, fonts.TEXT_BOLD, 17, theme.MARGIN, top - 17, size[0] * 0.62)
    canvas.setFillColor(theme.QUIET)
    about = " · ".join(p for p in (", ".join(header.authors), header.version) if p)
    right(canvas, about, 7.4, size[0] - theme.MARGIN, top - 16)
    canvas.setStrokeColor(theme.ACCENT)
    canvas.setLineWidth(1.4)
    canvas.line(theme.MARGIN, top - 25, size[0] - theme.MARGIN, top - 25)
    canvas.setStrokeColor(theme.LINE)
    canvas.setLineWidth(0.4)
    for number in range(1, theme.COLUMNS):
        x = theme.MARGIN + number * (column + theme.GUTTER) - theme.GUTTER / 2
        canvas.line(x, theme.MARGIN + theme.FOOT, x, top - theme.HEAD)
    foot = theme.MARGIN + 2
    canvas.setFillColor(theme.QUIET)
    fit(canvas, header.licence or "", fonts.TEXT, 6.8, theme.MARGIN, foot, size[0] * 0.6)
    right(canvas, f"{page}", 7.4, size[0] - theme.MARGIN, foot)
    canvas.restoreState()
