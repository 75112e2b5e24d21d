"""A reportlab canvas that draws formulas into the running text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.pdfgen.canvas import Canvas

from prep_export.markup.fonts import MATH, TEXT, register

if TYPE_CHECKING:
    from prep_export.markup.math import MathBox


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


class PaperCanvas(Canvas):  # type: ignore[misc]  # reportlab is untyped
    """Knows formulas as images of a line, and starts in an embedded font."""

    def __init__(self, *args: Any, **options: Any) -> None:
        register()
        options["initialFontName"] = TEXT  # the default would add an unembedded Helvetica
        super().__init__(*args, **options)

    def beginText(self, x: float = 0, y: float = 0, direction: Any = None) -> Any:  # noqa: N802
        self._open_text = super().beginText(x, y, direction)
        return self._open_text

    def drawImage(self, image: Any, x: float, y: float, *args: Any, **options: Any) -> Any:  # noqa: N802
        if not isinstance(image, Formula):
            return super().drawImage(image, x, y, *args, **options)
        text = self._open_text
        origin = (text._x0, text._y0)  # noqa: SLF001 - the line's start, which reportlab counts from
        image.draw(self, text, x, y + image.depth)
        text.setTextOrigin(*origin)
        if hasattr(text, "XtraState"):
            text.XtraState.textColor = None  # the next fragment sets its own colour again
        return image.width, image.height
