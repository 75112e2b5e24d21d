"""A reportlab canvas that draws formulas into the running text."""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfbase.pdfdoc import PDFPage
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from prep_export.exporters.pdf.engine.finish import finish
from prep_export.exporters.pdf.engine.fonts import MATH, TEXT, Fonts, register
from prep_export.exporters.pdf.engine.tags import add_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.exporters.pdf.engine.formulas import MathBox
    from prep_export.exporters.pdf.engine.tags import Mark, Path


_SPARE: Final = 0.06
"""Ems of a formula that may go into the white between lines, above and below, so that an index with
a tail or a root leaves the lines at their distance."""


class Formula:
    """A formula at a size and colour; stands where reportlab expects an image."""

    def __init__(self, box: MathBox, size: float, color: Any) -> None:
        self.box = box
        self.size = size
        self.color = color

    @property
    def width(self) -> float:
        return self.box.width * self.size

    @property
    def height(self) -> float:
        return (self.box.height + self.box.depth) * self.size

    @property
    def depth(self) -> float:
        return self.box.depth * self.size

    @property
    def reach(self) -> float:
        """Depth that a line is to allow for."""
        return max(0.0, self.depth - _SPARE * self.size)

    @property
    def room(self) -> float:
        """Height and depth that a line is to allow for."""
        return max(0.0, self.height - self.depth - _SPARE * self.size) + self.reach

    def draw(self, canvas: Any, text: Any, x: float, y: float) -> None:
        """Draw with the left end of the baseline at (x, y); glyphs go into the text object."""
        font = register()
        size = self.size
        text.setFillColor(self.color)
        for glyph in self.box.glyphs:
            text.setFont(MATH, glyph.size * size)
            text.setTextOrigin(x + glyph.x * size, y + glyph.y * size)
            text._code.append(text._formatText(font.code(glyph.index, glyph.char)))  # noqa: SLF001 - textOut would move the cursor by a width of our own
        if not self.box.rules and not self.box.strokes:
            return
        canvas.saveState()
        canvas.setFillColor(self.color)
        canvas.setStrokeColor(self.color)
        for rule in self.box.rules:
            canvas.rect(
                x + rule.x * size,
                y + rule.y * size,
                rule.width * size,
                rule.height * size,
                stroke=0,
                fill=1,
            )
        for stroke in self.box.strokes:
            canvas.setLineWidth(stroke.width * size)
            canvas.line(
                x + stroke.x * size, y + stroke.y * size, x + stroke.x2 * size, y + stroke.y2 * size
            )
        canvas.restoreState()


class _TextObject(PDFTextObject):  # type: ignore[misc]  # reportlab is untyped
    """Text whose lines end in a space, so that words stay apart (ISO 32000-1, 14.8.2.5)."""

    def _textOut(self, text: str, TStar: Any = 0) -> None:  # noqa: N802, N803 - reportlab's names
        space = " " if TStar and text and not text.endswith(("-", " ")) else ""
        super()._textOut(text + space, TStar)


class PaperCanvas(Canvas):  # type: ignore[misc]  # reportlab is untyped
    """Knows formulas as images of a line, and starts in an embedded font."""

    draft = False

    def __init__(self, *args: Any, fonts: Fonts, **options: Any) -> None:
        self.fonts = fonts
        # Packed at the end, better: reportlab would write ASCII85 around what it has compressed.
        options["pageCompression"] = 0
        options["initialFontName"] = TEXT  # the default would add an unembedded Helvetica
        super().__init__(*args, **options)
        self.places: dict[str, int] = {}
        """Page of each key that a flowable has noted."""
        self._marks: list[Mark] = []
        self._marked: dict[int, int] = {}
        self._in_artifact = False
        self._open_text: Any = None
        self._doc: Any
        self._later: list[tuple[str, float, float, float]] = []

    @contextmanager
    def tagged(self, path: Path, alt: str = "") -> Iterator[None]:
        """Mark what is drawn inside as a piece of the last element of the path."""
        if self._in_artifact:
            yield
            return
        page = self.getPageNumber() - 1
        number = self._marked.get(page, 0)
        self._marked[page] = number + 1
        self._marks.append((path, alt, page, number))
        self._code.append(f"/{path[-1][0] if path else 'P'} <</MCID {number}>> BDC")
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Mark what is drawn inside as no part of the text: rules, panels, running heads."""
        if self._in_artifact:
            yield
            return
        self._in_artifact = True
        self._code.append("/Artifact BMC")
        yield
        self._code.append("EMC")
        self._in_artifact = False

    def number_later(self, key: str, x: float, y: float, size: float) -> None:
        """Draw the page number of a key so that it ends at x, once all pages are set.

        Its place in the page is held by a comment, so that no page has to be set twice.
        """
        self._code.append(f"%page {len(self._later)}")
        self._later.append((key, x, y, size))

    def save(self) -> None:
        """Write the file, with the awaited page numbers."""
        if self._code:
            self.showPage()
        pages = [one for one in self._doc.idToObject.values() if isinstance(one, PDFPage)]
        self._draw_numbers(pages)
        add_tree(self._doc, pages, self._marks)
        super().save()
        if not self.draft:
            # The file has it all, and is now read by another library, which needs room too.
            self._doc = self._open_text = None
            pages.clear()
            gc.collect()
            finish(self._filename)

    def _draw_numbers(self, pages: list[PDFPage]) -> None:
        drawn: list[str] = []
        for key, x, y, size in self._later:
            self.setFont(TEXT, size)
            self.drawRightString(x, y, str(self.places.get(key, "")))
            drawn.append("\n".join(self._code))
            self._code.clear()
        for page in pages if drawn else []:
            page.stream = re.sub(r"%page (\d+)", lambda found: drawn[int(found[1])], page.stream)

    def beginText(self, x: float = 0, y: float = 0, direction: Any = None) -> Any:  # noqa: N802
        self._open_text = _TextObject(self, x, y, direction)
        return self._open_text

    def drawImage(self, image: Any, x: float, y: float, *args: Any, **options: Any) -> Any:  # noqa: N802
        if not isinstance(image, Formula):
            return super().drawImage(image, x, y, *args, **options)
        text = self._open_text
        origin = (text._x0, text._y0)  # noqa: SLF001 - the line's start, which reportlab counts from
        image.draw(self, text, x, y + image.reach)
        text.setTextOrigin(*origin)
        if hasattr(text, "XtraState"):
            text.XtraState.textColor = None  # the next fragment sets its own colour again
        return image.width, image.room


class DraftCanvas(PaperCanvas):
    """For a file that may be set again before it is finished."""

    draft = True
