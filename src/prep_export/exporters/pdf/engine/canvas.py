"""A reportlab canvas that draws formulas into the running text."""

from __future__ import annotations

import gc
import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import PDFPage

from prep_export.exporters.pdf.engine.finish import finish
from prep_export.exporters.pdf.engine.fonts import MATH, TEXT, Fonts, register
from prep_export.exporters.pdf.engine.marking import LineText, MarkingCanvas
from prep_export.markdown.math_words import in_words

if TYPE_CHECKING:
    from prep_export.exporters.pdf.engine.formulas import MathBox


UNDERLINE = 0.16
"""How far below its baseline a text is underlined, of its size."""


class Formula:
    """A formula at a size and colour; stands where reportlab expects an image."""

    def __init__(self, box: MathBox, size: float, color: Any, *, underlined: bool = False) -> None:
        self.box = box
        self.size = size
        self.color = color
        self.underlined = underlined

    def scaled(self, factor: float) -> Formula:
        """The same formula at another size."""
        return Formula(self.box, self.size * factor, self.color, underlined=self.underlined)

    @property
    def width(self) -> float:
        return self.box.width * self.size

    @property
    def height(self) -> float:
        return (self.box.height + self.box.depth) * self.size

    @property
    def depth(self) -> float:
        return self.box.depth * self.size

    def draw(self, canvas: Any, text: Any, x: float, y: float) -> None:
        """Draw with the left end of the baseline at (x, y); glyphs go into the text object."""
        font = register()
        size = self.size
        said = in_words(self.box.latex)
        path = text.formula(said)
        text.setFillColor(self.color)
        used = 0.0
        for glyph in self.box.glyphs:
            if glyph.size != used:
                text._setFont(MATH, glyph.size * size)  # noqa: SLF001 - setFont would set the leading too
                used = glyph.size
            text.setTextOrigin(x + glyph.x * size, y + glyph.y * size)
            text._code.append(text._formatText(font.code(glyph.index, glyph.char)))  # noqa: SLF001 - textOut would move the cursor by a width of our own
        if not self.box.rules and not self.box.strokes and not self.underlined:
            return
        with canvas.tagged(path, said) if path else nullcontext():
            self._draw_rules(canvas, x, y)

    def _draw_rules(self, canvas: Any, x: float, y: float) -> None:
        size = self.size
        canvas.saveState()
        canvas.setFillColor(self.color)
        canvas.setStrokeColor(self.color)
        if self.underlined:  # as text is, or below what hangs deeper
            below = max(UNDERLINE * size, self.depth + 0.08 * size)
            canvas.rect(x, y - below, self.width, 0.06 * size, stroke=0, fill=1)
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


class PaperCanvas(MarkingCanvas):
    """Knows formulas as images of a line, and starts in an embedded font."""

    def __init__(self, *args: Any, fonts: Fonts, **options: Any) -> None:
        self.fonts = fonts
        # Packed at the end, better: reportlab would write ASCII85 around what it has compressed.
        options["pageCompression"] = 0
        options["initialFontName"] = TEXT  # the default would add an unembedded Helvetica
        super().__init__(*args, **options)
        self._open_text: Any = None
        self._doc: Any
        self._later: list[tuple[str, float, float, float]] = []

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
        self.finish_marks(pages)
        super().save()
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
        self._open_text = LineText(self, x, y, direction)
        return self._open_text

    def drawImage(self, image: Any, x: float, y: float, *args: Any, **options: Any) -> Any:  # noqa: N802
        if not isinstance(image, Formula):
            return super().drawImage(image, x, y, *args, **options)
        text = self._open_text
        # The line's start, from which reportlab counts; it may have come to this line by a mere T*.
        origin = (text._x0, y + image.depth)  # noqa: SLF001 - reportlab's own
        image.draw(self, text, x, y + image.depth)
        text.setTextOrigin(*origin)
        if hasattr(text, "XtraState"):
            text.XtraState.textColor = None  # the next fragment sets its own colour again
        return image.width, image.height
