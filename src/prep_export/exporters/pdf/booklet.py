"""The booklet: portrait, every item of the bank, with contents, self-test, glossary and index."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import (
    BaseDocTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)

from prep_export.bank.model import SECTIONS, title_of
from prep_export.bank.topics import resolve, root_of
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.entries import Entries
from prep_export.exporters.pdf.furniture import (
    Bookmark,
    Logo,
    fit,
    frame_at,
    metadata,
    number_page,
    right,
)
from prep_export.exporters.pdf.lines import ChapterTitle, Later, PageLine
from prep_export.markup import fonts
from prep_export.markup.canvas import PaperCanvas
from prep_export.markup.flowables import Setter
from prep_export.markup.media import Media
from prep_export.markup.plain import plain
from prep_export.markup.tagging import under

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.bank.model import AnyItem, Bank
    from prep_export.exporters.base import Progress
    from prep_export.exporters.pdf.theme import Palette, Setting


@dataclass(slots=True)
class Chapter:
    """The items of one root topic."""

    number: int
    title: str
    sections: dict[str, list[AnyItem]] = field(default_factory=dict)

    def items(self) -> list[AnyItem]:
        return [item for items in self.sections.values() for item in items]


def chapters_of(bank: Bank) -> list[Chapter]:
    """One chapter for each root topic that has items, in the order of the topics."""
    found: dict[str, Chapter] = {}
    for topic in bank.topics:
        found.setdefault(root_of(topic), Chapter(0, bank.topics[topic].title))
    for section, item in bank.items():
        if section != "concepts":
            root = root_of(resolve(item.topics[0], bank.topics))
            chapter = found.setdefault(root, Chapter(0, root))
            chapter.sections.setdefault(section, []).append(item)
    chapters = [chapter for chapter in found.values() if chapter.sections]
    for number, chapter in enumerate(chapters, start=1):
        chapter.number = number
    return chapters


def build(bank: Bank, destination: Path, setting: Setting, progress: Progress) -> dict[str, int]:
    """Write the booklet; returns counts of pages and entries."""
    size = theme.PORTRAIT[setting.paper]
    margin = 36.0 if setting.paper == "a5" else 66.0
    look = theme.book(setting.colors).scaled(setting.size / theme.BOOK_SIZE)
    width = size[0] - 2 * margin
    setter = Setter(look, Media(bank.root), width)
    document = _document(bank, destination, setting, margin)
    entries = Entries(bank, setter, setting.colors)
    chapters = chapters_of(bank)
    story: list[Any] = [
        *_front(bank, entries, setting.colors),
        *_contents(bank, chapters, entries),
    ]
    total = sum(len(chapter.items()) for chapter in chapters)
    done = count(1)

    def entry(item: AnyItem, chapter: int) -> list[Any]:
        progress(next(done), total)
        return entries.entry(item, chapter)

    # An item is set when the book has come to it, so that no more than a page of them is held.
    for chapter in chapters:
        number, items = chapter.number, chapter.items()
        story += _heading(f"chapter-{number}", f"{number}  {chapter.title}", setter)
        story += [Later(partial(entry, item, number)) for item in items]
        story.append(Later(partial(entries.self_test, number, items)))
    story += _back(bank, chapters, entries, lambda: entries.index(document.canv.places))
    document.build(story, canvasmaker=PaperCanvas)
    written = sum(len(bank.section(name)) for name in SECTIONS)
    return {"pages": document.page, "entries": written}


def _heading(key: str, title: str, setter: Setter) -> list[Any]:
    return [PageBreak(), ChapterTitle(key, title, setter.look), Spacer(0, setter.look.leading)]


def _front(bank: Bank, entries: Entries, colors: Palette) -> list[Any]:
    header = bank.header
    look = entries.setter.look
    big = look.style(fontSize=look.size * 2.6, leading=look.size * 3.1, spaceAfter=look.leading)
    about = [part for part in (", ".join(header.authors), header.version, header.licence) if part]
    return [
        Spacer(0, look.leading * 4),
        Logo(bank, colors, look.leading * 4),
        Bookmark("title", header.title, 0),
        entries.setter.line(header.title, big, bold=True, role="H1"),
        entries.setter.line(" · ".join(about), look.style(textColor=look.quiet)),
        Spacer(0, look.leading * 2),
        *(entries.setter.blocks(header.description) if header.description else []),
    ]


def _contents(bank: Bank, chapters: list[Chapter], entries: Entries) -> list[Any]:
    look = entries.setter.look
    story = _heading("contents", "Contents", entries.setter)
    for chapter in chapters:
        key = f"chapter-{chapter.number}"
        title = f"{chapter.number}  {chapter.title}"
        story.append(PageLine(title, key, look, bold=True))
        for item in chapter.items():
            key = f"item-{item.id}"
            story.append(PageLine(plain(title_of(item)), key, look, indent=14))
    back = _parts_of_back(bank, chapters)
    story += [PageLine(back[key], key, look, bold=True) for key in back]
    under("TOC", story)
    return story


def _parts_of_back(bank: Bank, chapters: list[Chapter]) -> dict[str, str]:
    """Titles of the parts after the chapters that this bank has something for."""
    items = [item for _, item in bank.items()]
    has = {
        "answers": any(item.drills for chapter in chapters for item in chapter.items()),
        "glossary": bool(bank.concepts),
        "bibliography": any(item.sources for item in items),
        "index": bool(bank.topics),
    }
    return {key: title for key, title in _BACK if has[key]}


_BACK: Final = (
    ("answers", "Answers to the self-tests"),
    ("glossary", "Glossary"),
    ("bibliography", "Bibliography"),
    ("index", "Index of topics"),
)


def _back(
    bank: Bank, chapters: list[Chapter], entries: Entries, index: Callable[[], list[Any]]
) -> list[Any]:
    parts = {
        "answers": [Later(partial(entries.answers, c.number, c.title)) for c in chapters],
        "glossary": [Later(entries.glossary)],
        "bibliography": [Later(entries.bibliography)],
        "index": [Later(index)],
    }
    story: list[Any] = []
    for key, title in _parts_of_back(bank, chapters).items():
        story += [*_heading(key, title, entries.setter), *parts[key]]
    return story


class _Document(BaseDocTemplate):  # type: ignore[misc]  # reportlab is untyped
    """Knows which chapter a page belongs to."""

    chapter = ""

    def afterFlowable(self, flowable: Any) -> None:  # noqa: N802 - reportlab's name
        if isinstance(flowable, ChapterTitle):
            self.chapter = flowable.title


def _document(
    bank: Bank,
    destination: Path,
    setting: Setting,
    margin: float,
) -> Any:
    size = theme.PORTRAIT[setting.paper]
    top = bottom = margin * 0.92
    frame = frame_at((margin, bottom), (size[0] - 2 * margin, size[1] - top - bottom))
    options = metadata(bank, "Questions with answers, self-tests, glossary and index")
    document = _Document(str(destination), pagesize=size, **options)

    def furniture(canvas: Any, doc: Any) -> None:
        number_page(canvas, bank.header.language)
        page = canvas.getPageNumber()
        if page == 1:
            return
        with canvas.artifact():
            _running_head(canvas, doc.chapter or bank.header.title, setting, margin)

    document.addPageTemplates([PageTemplate("page", [frame], onPageEnd=furniture)])
    return document


def _running_head(canvas: Any, title: str, setting: Setting, margin: float) -> None:
    size, colors = theme.PORTRAIT[setting.paper], setting.colors
    y = size[1] - margin * 0.92 + 14
    canvas.saveState()
    canvas.setFillColor(colors.quiet)
    fit(canvas, title, fonts.TEXT, 8, margin, y, size[0] - 3 * margin)
    right(canvas, str(canvas.getPageNumber()), 8, size[0] - margin, y)
    canvas.setStrokeColor(colors.line)
    canvas.setLineWidth(0.4)
    canvas.line(margin, y - 5, size[0] - margin, y - 5)
    canvas.restoreState()
