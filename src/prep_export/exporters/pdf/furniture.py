"""What every layout shares: metadata, outline entries, text of the page's head and foot."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import PDFString
from reportlab.platypus import Flowable

from prep_export import __version__
from prep_export.markup import fonts

if TYPE_CHECKING:
    from prep_export.bank.model import Bank


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
