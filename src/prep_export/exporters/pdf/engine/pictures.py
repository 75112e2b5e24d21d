"""Pictures on paper: SVG as vectors through svglib, PNG and JPEG as they are."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from reportlab.graphics.renderPDF import _PDFRenderer
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import standardFonts
from reportlab.platypus import Flowable, Image

from prep_export.errors import ExporterError
from prep_export.exporters.pdf.engine.fonts import SYMBOLS, TEXT, TEXT_BOLD
from prep_export.exporters.pdf.engine.tags import Tagged, element

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.exporters.pdf.engine.fonts import Fonts
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.markdown.images import Images


class _Renderer(_PDFRenderer):  # type: ignore[misc]  # reportlab is untyped
    """Starts in our text font: the default one would come into the file, and not embedded."""

    def applyStateChanges(self, delta: dict[str, Any], newState: dict[str, Any]) -> None:  # noqa: N802, N803 - reportlab's names
        if delta.get("fontName") in standardFonts:
            delta = {**delta, "fontName": TEXT}
        super().applyStateChanges(delta, newState)


class Bitmap(Tagged, Image):  # type: ignore[misc]  # reportlab is untyped
    """An image of pixels."""


class Picture(Tagged, Flowable):  # type: ignore[misc]  # reportlab is untyped
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
        self.path = element("Figure")

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


class Pictures:
    """The pictures of one document; each drawing is parsed once, however often it is set."""

    def __init__(self, images: Images) -> None:
        self._images = images
        self._drawings: dict[Path, Any] = {}

    def flowable(
        self, reference: str, width: float, max_height: float, indent: float, look: Look
    ) -> Any:
        """An image of the bank within a width and height; a grey look takes its colours.

        Raises ImageError for one that validation would refuse, ExporterError for one that cannot be
        set all the same.
        """
        path = self._images.find(reference).path
        try:
            if path.suffix.lower() == ".svg":
                return Picture(self._drawing(path, look), width, max_height, indent)
            image = Bitmap(_greyed(path) if look.grey else str(path), hAlign="CENTER")
        except Exception as error:  # the libraries raise anything for what they do not know
            raise ExporterError(f"the picture '{reference}' cannot be set: {error!r}") from error
        image.path = element("Figure")
        scale = min(width / image.imageWidth, max_height / image.imageHeight)
        image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
        return image

    def _drawing(self, path: Path, look: Look) -> Any:
        if path not in self._drawings:
            from svglib.svglib import svg2rlg

            logging.getLogger("svglib").setLevel(logging.ERROR)
            drawing = svg2rlg(str(path))
            if drawing is None:
                raise ValueError("svglib reads nothing in it")
            _embed_fonts(drawing, look.fonts)
            if look.grey:
                _grey(drawing)
            self._drawings[path] = drawing
        return self._drawings[path]


def _embed_fonts(node: Any, fonts: Fonts) -> None:
    """Set every label in our text family: the standard fonts would not be embedded."""
    if hasattr(node, "fontName"):
        font = TEXT_BOLD if "Bold" in str(node.fontName) else TEXT
        used = fonts.runs(font, str(getattr(node, "text", "")))
        # A label is one string in one font, so a rare character takes the whole label along.
        node.fontName = font if all(run.font == font for run in used) else SYMBOLS
    for child in getattr(node, "contents", []):
        _embed_fonts(child, fonts)


def _grey(node: Any) -> None:
    """Every colour of a drawing as a grey of the same luma (ITU-R BT.601)."""
    for name in ("fillColor", "strokeColor"):
        color = getattr(node, name, None)
        if color is not None:
            luma = 0.299 * color.red + 0.587 * color.green + 0.114 * color.blue
            setattr(node, name, Color(luma, luma, luma, color.alpha))
    for child in getattr(node, "contents", []):
        _grey(child)


def _greyed(path: Path) -> Any:
    """A bitmap without its colours, as a file in memory; what is transparent becomes white."""
    from io import BytesIO

    from PIL import Image as Pixels

    with Pixels.open(path) as opened:
        picture = opened.convert("RGBA")
    white = Pixels.new("RGBA", picture.size, "white")
    memory = BytesIO()
    Pixels.alpha_composite(white, picture).convert("L").save(memory, "PNG")
    memory.seek(0)
    return memory
