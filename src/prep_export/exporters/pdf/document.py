"""What a PDF says of itself: title, author, language, page labels."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import PDFString

from prep_export import __version__

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.exporters.pdf.engine.canvas import PaperCanvas


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


def number_page(canvas: PaperCanvas, language: str) -> None:
    """A page's label; on the first page also the language and the outline of the document."""
    page = canvas.getPageNumber()
    if page == 1:
        canvas.showOutline()
        canvas.setCatalogEntry("Lang", PDFString(language))
    canvas.addPageLabel(page - 1, "ARABIC", page)
