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

from prep_export.bank.ask.topics import resolve, root_of
from prep_export.bank.model import title_of
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.document import metadata, number_page
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.anchors import Anchor, Later
from prep_export.exporters.pdf.engine.canvas import PaperCanvas
from prep_export.exporters.pdf.engine.setter import Setter
from prep_export.exporters.pdf.engine.strings import fit, right
from prep_export.exporters.pdf.engine.tags import as_contents
from prep_export.exporters.pdf.entries import Entries, ending_together
from prep_export.exporters.pdf.furniture import Logo, LogoLine, frame_at
from prep_export.exporters.pdf.references import ChapterTitle, PageLine
from prep_export.markdown.plain import plain
from prep_export.parts import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from prep_export.bank.model import Bank, Item
    from prep_export.exporters.base import Progress
    from prep_export.exporters.pdf.theme import Setting
    from prep_export.labels import LabelName


_GLOSSARY: Final = frozenset(
    section for section, rows in ROWS.items() if any(row.role == "definition" for row in rows)
)
"""Sections of terms: they stand in alphabetical order at the back, not in the chapters."""


@dataclass(slots=True)
class Chapter:
    """The items of one root topic, with their sections."""

    number: int
    title: str
    entries: list[tuple[str, Item]] = field(default_factory=list)
    terms: list[Item] = field(default_factory=list)
    """Terms of its topic, which stand in the glossary; their drills stand here."""

    @property
    def drilled(self) -> list[Item]:
        """The items whose drills its self-test asks."""
        return [*(item for _, item in self.entries), *self.terms]


def chapters_of(bank: Bank) -> list[Chapter]:
    """One chapter for each root topic that has items, in the order of the topics."""
    found: dict[str, Chapter] = {}
    for topic in bank.topics:
        found.setdefault(root_of(topic), Chapter(0, bank.topics[topic].title))
    for section, item in bank.items():
        root = root_of(resolve(item.topics[0], bank.topics))
        chapter = found.setdefault(root, Chapter(0, root))
        if section in _GLOSSARY:
            chapter.terms.append(item)
        else:
            chapter.entries.append((section, item))
    chapters = [c for c in found.values() if c.entries or any(t.drills for t in c.terms)]
    for number, chapter in enumerate(chapters, start=1):
        chapter.number = number
    return chapters


def build(bank: Bank, destination: Path, setting: Setting, progress: Progress) -> dict[str, int]:
    """Write the booklet; returns counts of pages and entries."""
    size = theme.PORTRAIT[setting.paper]
    margin = 36.0 if setting.paper == "a5" else 66.0
    look = theme.book(setting.colors, setting.fonts).scaled(setting.size / theme.BOOK_SIZE)
    setter = Setter(look, setting.pictures, size[0] - 2 * margin, setting.labels)
    document = _document(bank, destination, setting, margin)
    entries = Entries(bank, setter, setting.colors)
    chapters = chapters_of(bank)
    story: list[Any] = [*_front(bank, entries, setting), *_contents(bank, chapters, entries)]
    total = sum(len(chapter.entries) for chapter in chapters)
    done = count(1)

    def entry(section: str, item: Item, number: str) -> list[Any]:
        progress(next(done), total)
        return entries.entry(section, item, number)

    # An item is set when the book has come to it, so that no more than a page of them is held.
    for chapter in chapters:
        title = f"{chapter.number}  {chapter.title}"
        story += _heading(f"chapter-{chapter.number}", title, setter)
        for place, (section, item) in enumerate(chapter.entries, start=1):
            story.append(Later(partial(entry, section, item, f"{chapter.number}.{place}")))
        story.append(Later(partial(entries.self_test, chapter.number, chapter.drilled)))
    story += _back(bank, chapters, entries, lambda: entries.index(document.canv.places))
    document.build(story, canvasmaker=partial(PaperCanvas, fonts=setting.fonts))
    return {"pages": document.page, "entries": sum(1 for _ in bank.items())}


def _heading(key: str, title: str, setter: Setter) -> list[Any]:
    return [PageBreak(), ChapterTitle(key, title, setter.look), Spacer(0, setter.look.leading)]


def _front(bank: Bank, entries: Entries, setting: Setting) -> list[Any]:
    header = bank.header
    look = entries.setter.look
    big = look.style(fontSize=look.size * 2.6, leading=look.size * 3.1, spaceAfter=look.leading)
    about = [part for part in (", ".join(header.authors), header.version, header.licence) if part]
    height = look.leading * 4
    return [
        Spacer(0, height),
        LogoLine(Logo(bank, setting.pictures, look, height * 0.8), height),
        Anchor("title", header.title, 0),
        entries.setter.line(header.title, big, bold=True, role="H1"),
        entries.setter.line(" · ".join(about), look.style(textColor=look.quiet)),
        Spacer(0, look.leading * 2),
        *(entries.setter.blocks(header.description) if header.description else []),
    ]


def _contents(bank: Bank, chapters: list[Chapter], entries: Entries) -> list[Any]:
    look = entries.setter.look
    story = _heading("contents", entries.labels["contents"], entries.setter)
    first = len(story)
    for chapter in chapters:
        key = f"chapter-{chapter.number}"
        title = f"{chapter.number}  {chapter.title}"
        story.append(PageLine(title, key, look, bold=True))
        for _, item in chapter.entries:
            key = f"item-{item.id}"
            story.append(PageLine(plain(title_of(item)), key, look, indent=14))
    back = _parts_of_back(bank, chapters, entries.labels)
    story += [PageLine(back[key], key, look, bold=True) for key in back]
    as_contents(story[first:])
    return ending_together(story)


def _parts_of_back(
    bank: Bank, chapters: list[Chapter], labels: Mapping[LabelName, str]
) -> dict[str, str]:
    """Titles of the parts after the chapters that this bank has something for."""
    has = {
        "answers": any(item.drills for chapter in chapters for item in chapter.drilled),
        "glossary": bool(_terms(bank)),
        "bibliography": any(item.sources for _, item in bank.items()),
        "index": bool(bank.topics),
    }
    return {key: labels[key] for key in has if has[key]}


def _terms(bank: Bank) -> list[tuple[str, Item]]:
    return [(section, item) for section, item in bank.items() if section in _GLOSSARY]


def _back(
    bank: Bank, chapters: list[Chapter], entries: Entries, index: Callable[[], list[Any]]
) -> list[Any]:
    parts = {
        "answers": [
            Later(partial(entries.answers, c.number, c.title, c.drilled)) for c in chapters
        ],
        "glossary": [Later(partial(entries.glossary, _terms(bank)))],
        "bibliography": [Later(entries.bibliography)],
        "index": [Later(index)],
    }
    story: list[Any] = []
    for key, title in _parts_of_back(bank, chapters, entries.labels).items():
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
    options = metadata(bank, setting.labels["booklet"])
    document = _Document(str(destination), pagesize=size, **options)

    def furniture(canvas: PaperCanvas, doc: Any) -> None:
        number_page(canvas, bank.header.language)
        page = canvas.getPageNumber()
        if page == 1:
            return
        with canvas.artifact("Pagination"):
            _running_head(canvas, doc.chapter or bank.header.title, setting, margin)

    document.addPageTemplates([PageTemplate("page", [frame], onPageEnd=furniture)])
    return document


def _running_head(canvas: PaperCanvas, title: str, setting: Setting, margin: float) -> None:
    size, colors = theme.PORTRAIT[setting.paper], setting.colors
    y = size[1] - margin * 0.92 + 14
    canvas.saveState()
    canvas.setFillColor(colors.quiet)
    fit(canvas, title, fonts.TEXT, 8, margin, y, size[0] - 3 * margin)
    right(canvas, str(canvas.getPageNumber()), 8, size[0] - margin, y, margin)
    canvas.setStrokeColor(colors.line)
    canvas.setLineWidth(0.4)
    canvas.line(margin, y - 5, size[0] - margin, y - 5)
    canvas.restoreState()
