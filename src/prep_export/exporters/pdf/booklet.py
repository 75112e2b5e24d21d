"""The booklet: portrait, every item of the bank, with contents, self-test, glossary and index."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from reportlab.platypus import BaseDocTemplate, FrameBreak, PageBreak, PageTemplate, Spacer, Table
from reportlab.platypus.flowables import Flowable

from prep_export.bank.model import title_of
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.back_matter import BackMatter
from prep_export.exporters.pdf.book_page import Furniture, Part, page_of
from prep_export.exporters.pdf.book_plan import WIDE, back_parts, plan
from prep_export.exporters.pdf.cover import band, cover
from prep_export.exporters.pdf.document import metadata, number_page
from prep_export.exporters.pdf.engine import fonts, hyphens
from prep_export.exporters.pdf.engine.anchors import Later
from prep_export.exporters.pdf.engine.canvas import PaperCanvas
from prep_export.exporters.pdf.engine.tags import as_contents
from prep_export.exporters.pdf.entries import Entries
from prep_export.exporters.pdf.furniture import frame_at
from prep_export.exporters.pdf.margin import Margin, Spanning
from prep_export.exporters.pdf.references import PageLine, PartTitle
from prep_export.exporters.pdf.term_index import index

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.bank.model import Bank, Item
    from prep_export.exporters.base import Progress
    from prep_export.exporters.pdf.book_page import BookPage
    from prep_export.exporters.pdf.book_plan import Plan, Section
    from prep_export.exporters.pdf.theme import Setting


def build(bank: Bank, destination: Path, setting: Setting, progress: Progress) -> dict[str, int]:
    """Write the booklet; returns counts of pages and entries."""
    return _Book(bank, setting, progress).write(destination)


class _Book:
    """A bank's booklet, set item by item as the pages come."""

    def __init__(self, bank: Bank, setting: Setting, progress: Progress) -> None:
        self.bank, self.setting = bank, setting
        self.page = page_of(setting.paper)
        look = theme.book(setting.colors, setting.fonts).scaled(setting.size / theme.BOOK_SIZE)
        self.look = replace(look, hyphens=hyphens.dictionary(bank.header.language))
        self.plan: Plan = plan(bank, setting.labels, setting.colors)
        self.back = back_parts(bank, self.plan, setting.labels, setting.colors.accent)
        self.margin = Margin(self.page)
        self.entries = Entries(bank, self.page, self.margin, setting, self.look, self.plan.numbers)
        self.matter = BackMatter(self.entries)
        self._total = sum(len(section.entries) for section in self.plan.sections)
        self._done = count(1)
        self._tell = progress

    def _progress(self) -> None:
        self._tell(next(self._done), self._total)

    def write(self, destination: Path) -> dict[str, int]:
        """Set everything; returns counts of pages and entries."""
        setting = self.setting
        document = _Document(destination, self)
        sections = self.plan.sections
        story = [
            *cover(self.bank, self.entries, setting, [section.part for section in sections]),
            *self._contents(),
        ]
        # An item is set when the book has come to it, so that no more than a page of them is held.
        for number, section in enumerate(sections):
            story += self._heading(section.part, flows=number > 0)
            story += self._section(section)
        makers: dict[str, list[Callable[[], list[Any]]]] = {
            "answers": [partial(self.matter.answers, one) for one in self.plan.chapters],
            "glossary": [
                lambda: self.matter.glossary(self.plan.terms, setting.colors.accent),
            ],
            "bibliography": [lambda: self.matter.bibliography(setting.colors.accent)],
            "index": [lambda: self._index(document.canv.places)],
        }
        for number, part in enumerate(self.back, start=len(sections)):
            story += [*self._heading(part, flows=number > 0), *map(Later, makers[part.key])]
        document.build(story, canvasmaker=partial(PaperCanvas, fonts=setting.fonts))
        return {"pages": document.page, "entries": sum(1 for _ in self.bank.items())}

    def _heading(self, part: Part, *, flows: bool = False) -> list[Any]:
        """The title of a part, on a new page; one that flows begins on the page before, where more
        than half of it is free."""
        by = self.entries.hand(self.page.full, part.color)
        title = PartTitle(part, by.setter, self.page.full)
        if not flows:
            return [PageBreak(), title]
        return [_Opening(self.page, self.look.leading * 1.6), title]

    def _section(self, section: Section) -> list[Any]:
        color = section.part.color
        if section.number:
            topic = next(
                (t for t in self.bank.topics.values() if t.title == section.part.title), None
            )
            about = topic.description if topic is not None else None
            by = self.entries.hand(self.page.full, color)
            said = by.setter.blocks(about) if about else []
            story = [Spanning(one, self.page.full) for one in said]
            make = self.entries.entry
            story += [
                Later(partial(self._set, make, name, item, color)) for name, item in section.entries
            ]
            return [*story, Later(partial(self.matter.self_test, section))]
        if section.entries[0][0] in WIDE:
            return [
                Later(partial(self._set, self._wide, name, item, color))
                for name, item in section.entries
            ]
        return [Later(partial(self._columned, section))]

    def _set(
        self, make: Callable[[str, Item, Any], list[Any]], name: str, item: Item, color: Any
    ) -> list[Any]:
        self._progress()
        return make(name, item, color)

    def _wide(self, name: str, item: Item, color: Any) -> list[Any]:
        """An item over the whole width of the page."""
        full = self.page.full
        stacked = self.entries.stacked(name, item, color, full)
        return [*(_spanned(one, full) for one in stacked), Spacer(0, self.look.leading)]

    def _columned(self, section: Section) -> list[Any]:
        """Items in two columns; in one on a small page, and a single one in that of the text."""
        columns = 2 if self.page.note and len(section.entries) > 1 else 1
        color = section.part.color
        width = self.page.column
        if columns > 1:
            width = self.matter.hand(columns, color, 1.0).setter.width
        out: list[Any] = []
        for name, item in section.entries:
            self._progress()
            out += self.entries.stacked(name, item, color, width)
            out.append(Spacer(0, self.look.leading))
        if any(_is_crowded(one, width, self.look.size) for one in out):
            full = self.page.full
            return [
                _spanned(one, full)
                for name, item in section.entries
                for one in (*self.entries.stacked(name, item, color, full), Spacer(0, 12))
            ]
        return [self.matter.columns(out[:-1], columns)] if columns > 1 else out

    def _contents(self) -> list[Any]:
        look, labels = self.look, self.setting.labels
        part = Part("contents", "", labels["contents"], look.accent)
        lines = []
        for section in self.plan.sections:
            lines.append(self._line(section.part.title, section.part, section.part.mark, bold=True))
            for _, item in section.entries:
                number = self.plan.numbers[item.id]
                lines.append(self._line(title_of(item), section.part, number, f"item-{item.id}"))
        lines += [self._line(one.title, one, "", bold=True) for one in self.back]
        as_contents(lines)
        return [*self._heading(part), *(Spanning(one, self.page.full) for one in lines)]

    def _line(
        self, title: str, part: Part, mark: str, key: str = "", *, bold: bool = False
    ) -> PageLine:
        """A line of the contents: the mark, the title, which may turn over, and the page."""
        look = self.look
        setter = self.entries.hand(self.page.full, part.color).setter
        indent = look.size * 2.6
        style = look.style(
            leftIndent=indent if mark else 0,
            bulletIndent=0,
            bulletColor=part.color,
            bulletFontName=fonts.TEXT_BOLD,
            leading=look.leading * 0.96,
            spaceBefore=look.gap * 1.5 if bold else 0,
            spaceAfter=0,
            hyphenationLang="",
        )
        if bold:
            line = setter.line("", style, lead=[(title, look.ink)], bullet=mark or None)
        else:
            line = setter.line(title, style, bullet=mark)
        return PageLine(line, key or part.key, look, dots=not bold)

    def _index(self, places: dict[str, int]) -> list[Any]:
        columns = 3 if self.page.note else 2
        by = self.matter.hand(columns, self.setting.colors.accent, 0.84)
        return [self.matter.columns(index(self.bank, places, by), columns)]


def _spanned(flowable: Any, full: float) -> Any:
    return Spanning(flowable, full) if flowable.wrap(full, 9999)[0] else flowable


def _is_crowded(flowable: Any, width: float, size: float) -> bool:
    """Whether this is a table with more columns than a narrow one has room for."""
    while hasattr(flowable, "inner"):
        flowable = flowable.inner
    return isinstance(flowable, Table) and len(flowable._cellvalues[0]) * size * 3 > width  # noqa: SLF001 - reportlab has no other way to ask


class _Opening(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """Room above a part, or the end of a page that is more than half full."""

    def __init__(self, page: BookPage, room: float) -> None:
        super().__init__()
        self.page, self.room = page, room

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width
        if height >= self.page.height - 1:
            return 0, 0
        if height < self.page.height / 2:
            self._frame.add_generated_content(FrameBreak())
            return 0, 0
        return 0, self.room

    def draw(self) -> None:
        pass


class _Document(BaseDocTemplate):  # type: ignore[misc]  # reportlab is untyped
    """Knows which parts stand on a page."""

    def __init__(self, destination: Path, book: _Book) -> None:
        page, bank = book.page, book.bank
        options = metadata(bank, book.setting.labels["booklet"])
        super().__init__(str(destination), pagesize=page.size, **options)
        self.book = book
        self.parts: list[Part] = []
        """Those on the page that is being set."""
        self.opens = True
        self.furniture = Furniture(page, book.setting.colors, len(book.plan.sections))
        frame = frame_at((page.side, page.bottom), (page.column, page.height))
        self.addPageTemplates(
            [PageTemplate("page", [frame], onPage=self._begin, onPageEnd=self._end)]
        )

    def afterFlowable(self, flowable: Any) -> None:  # noqa: N802 - reportlab's name
        if isinstance(flowable, PartTitle):
            at_top = self.frame._y > self.book.page.top - flowable.height - 20  # noqa: SLF001
            if at_top:
                self.parts, self.opens = [], True
            self.parts.append(flowable.part)

    def _begin(self, canvas: PaperCanvas, document: Any) -> None:
        del document
        self.parts, self.opens = self.parts[-1:], False
        self.book.margin.go_on(canvas)

    def _end(self, canvas: PaperCanvas, document: Any) -> None:
        del document
        book = self.book
        book.margin.draw_begun(canvas)
        number_page(canvas, book.bank.header.language)
        with canvas.artifact("Pagination"):
            if canvas.getPageNumber() == 1:
                parts = [section.part for section in book.plan.sections]
                band(canvas, book.page, parts, book.setting.colors)
            else:
                self.furniture.draw(canvas, self.parts, opens=self.opens)
