"""What every layout shares: metadata, outline entries, text of the page's head and foot."""

from __future__ import annotations

import os
from copy import copy
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import PDFString
from reportlab.platypus import Flowable, Frame

from prep_export import __version__
from prep_export.markup import fonts
from prep_export.markup.media import Media
from prep_export.markup.pictures import picture

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.exporters.pdf.theme import Palette


def metadata(bank: Bank, subject: str) -> dict[str, Any]:
    """Document options of reportlab: title, author, language, and reproducibility."""
    header = bank.header
    return {
        "title": header.title,
        "author": ", ".join(header.authors) or None,
        "subject": subject,
        "keywords": [topic.title for name, topic in bank.topics.items() if "::" not in name],
        "creator": f"prep-export {__version__}",
        "lang": header.language,
        "invariant": 1 if os.environ.get("SOURCE_DATE_EPOCH") else None,
        "displayDocTitle": True,
    }


def number_page(canvas: Any, language: str) -> None:
    """A page's label; on the first page also the language and the outline of the document."""
    page = canvas.getPageNumber()
    if page == 1:
        canvas.showOutline()
        canvas.setCatalogEntry("Lang", PDFString(language))
    canvas.addPageLabel(page - 1, "ARABIC", page)


def frame_at(corner: tuple[float, float], size: tuple[float, float]) -> Frame:
    """A frame without padding: its lower left corner, its width and height."""
    return _Frame(*corner, *size, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


class _Frame(Frame):  # type: ignore[misc]  # reportlab is untyped
    """A frame that is copied quickly: reportlab does so for every group that is kept together."""

    def __deepcopy__(self, memo: dict[int, Any]) -> _Frame:
        del memo
        return copy(self)  # its attributes are numbers


def draw_logo(canvas: Any, bank: Bank, colors: Palette, x: float, y: float, height: float) -> float:
    """The header's logo with its lower left corner at (x, y); returns the room it takes."""
    logo = bank.header.pdf.logo if bank.header.pdf else None
    if not logo:
        return 0.0
    image = picture(Media(bank.root).find(logo).path, height * 6, height, 0, grey=colors.grey)
    width, _ = image.wrap(height * 6, height)
    image.room = width  # a picture stands in the middle of its room
    image.drawOn(canvas, x, y)
    return float(width) + 8


class Logo(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """The header's logo, or its room left empty."""

    def __init__(self, bank: Bank, colors: Palette, height: float) -> None:
        super().__init__()
        self.bank, self.colors, self.height = bank, colors, height

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        return width, self.height

    def draw(self) -> None:
        size = self.height * 0.8
        with self.canv.artifact():
            draw_logo(self.canv, self.bank, self.colors, 0, self.height - size, size)


class Bookmark(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """An outline entry and link target; takes no room."""

    def __init__(self, key: str, title: str, level: int) -> None:
        super().__init__()
        self.key, self.title, self.level = key, title, level
        self.keepWithNext = 1

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width, height
        return 0, 0

    def draw(self) -> None:
        canvas = self.canv
        canvas.bookmarkHorizontal(self.key, 0, 12)
        canvas.addOutlineEntry(self.title, self.key, level=self.level, closed=False)


def fit(canvas: Any, text: str, font: str, size: float, x: float, y: float, room: float) -> None:
    """Text from x, set smaller where it would not fit."""
    runs = fonts.runs(font, text)
    width = sum(canvas.stringWidth(run.text, run.font, size) for run in runs)
    size = size if width <= room else max(4.0, size * room / width)
    for run in runs:
        canvas.setFont(run.font, size)
        canvas.drawString(x, y, run.text)
        x += canvas.stringWidth(run.text, run.font, size)


def right(canvas: Any, text: str, size: float, x: float, y: float) -> None:
    """Text that ends at x."""
    width = sum(canvas.stringWidth(r.text, r.font, size) for r in fonts.runs(fonts.TEXT, text))
    fit(canvas, text, fonts.TEXT, size, x - width, y, width + 1)
