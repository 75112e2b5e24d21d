"""Pictures on paper: SVG as vectors through svglib, PNG and JPEG as they are."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from reportlab.graphics.renderPDF import _PDFRenderer
from reportlab.pdfbase.pdfmetrics import standardFonts
from reportlab.platypus import Flowable, Image

from prep_export.markup.fonts import SYMBOLS, TEXT, TEXT_BOLD, runs

if TYPE_CHECKING:
    from pathlib import Path


class _Renderer(_PDFRenderer):  # type: ignore[misc]  # reportlab is untyped
    """Starts in our text font: the default one would come into the file, and not embedded."""

    def applyStateChanges(self, delta: dict[str, Any], newState: dict[str, Any]) -> None:  # noqa: N802, N803 - reportlab's names
        if delta.get("fontName") in standardFonts:
            delta = {**delta, "fontName": TEXT}
        super().applyStateChanges(delta, newState)


class Picture(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A drawing scaled to a width, centred in the column."""

    def __init__(self, drawing: Any, width: float, max_height: float, indent: float) -> None:
        super().__init__()
        self.drawing = drawing
        self.indent = indent
        natural = (drawing.width or 1.0, drawing.height or 1.0)
        self.scale = min(width / natural[0], max_height / natural[1], 1.6)
        self.room = width
        self.size = (natural[0] * self.scale, natural[1] * self.scale)
        self.spaceBefore = self.spaceAfter = 2

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width, height
        return self.size

    def draw(self) -> None:
        from reportlab.graphics.renderbase import renderScaledDrawing

        canvas = self.canv
        canvas.saveState()
        canvas.translate(self.indent + (self.room - self.size[0]) / 2, 0)
        canvas.scale(self.scale, self.scale)
        _Renderer().draw(renderScaledDrawing(self.drawing), canvas, 0, 0)
        canvas.restoreState()


def picture(path: Path, width: float, max_height: float, indent: float) -> Any:
    """A flowable for an image file that markup.media has accepted."""
    if path.suffix.lower() != ".svg":
        image = Image(str(path), hAlign="CENTER")
        scale = min(width / image.imageWidth, max_height / image.imageHeight)
        image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
        return image
    return Picture(_drawing(path), width, max_height, indent)


def _drawing(path: Path) -> Any:
    from reportlab.graphics.shapes import Drawing
    from svglib.svglib import svg2rlg

    logging.getLogger("svglib").setLevel(logging.ERROR)
    drawing = svg2rlg(str(path)) or Drawing(100, 20)
    _embed_fonts(drawing)
    return drawing


def _embed_fonts(node: Any) -> None:
    """Set every label in our text family: the standard fonts would not be embedded."""
    if hasattr(node, "fontName"):
        font = TEXT_BOLD if "Bold" in str(node.fontName) else TEXT
        used = runs(font, str(getattr(node, "text", "")))
        # A label is one string in one font, so a rare character takes the whole label along.
        node.fontName = font if all(run.font == font for run in used) else SYMBOLS
    for child in getattr(node, "contents", []):
        _embed_fonts(child)
