"""Pictures on paper: SVG as vectors through svglib, PNG and JPEG as they are."""

from __future__ import annotations

import logging
from functools import cache
from io import BytesIO
from math import ceil, sqrt
from threading import local
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reportlab.graphics.renderPDF import _PDFRenderer
from reportlab.graphics.shapes import String
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import standardFonts
from reportlab.platypus import Flowable, Image

from prep_export.errors import ExporterError
from prep_export.exporters.pdf.engine.fonts import (
    SYMBOLS,
    TEXT,
    TEXT_BOLD,
    TEXT_BOLD_ITALIC,
    TEXT_ITALIC,
)
from prep_export.exporters.pdf.engine.tags import Tagged, element
from prep_export.svg.paper import for_paper
from prep_export.svg.tree import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.exporters.pdf.engine.fonts import Fonts
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.markdown.images import Image as BankImage
    from prep_export.markdown.images import Images


class _Renderer(_PDFRenderer):  # type: ignore[misc]  # reportlab is untyped
    """Starts in our text font: the default one would come into the file, and not embedded."""

    def applyStateChanges(self, delta: dict[str, Any], newState: dict[str, Any]) -> None:  # noqa: N802, N803 - reportlab's names
        if delta.get("fontName") in standardFonts:
            delta = {**delta, "fontName": TEXT}
        super().applyStateChanges(delta, newState)


class Bitmap(Tagged, Image):  # type: ignore[misc]  # reportlab is untyped
    """An image of pixels, centred in the column."""

    smallest_label: Final = 0.0
    """Nobody knows its texts."""

    def __init__(
        self, content: bytes, size: tuple[float, float], width: float, indent: float
    ) -> None:
        super().__init__(BytesIO(content), *size, hAlign="LEFT")
        self.indent = indent
        self.room = width
        self.spaceBefore = self.spaceAfter = 2
        self.path = element("Figure")

    @property
    def shown_height(self) -> float:
        """Its height, without the space around it."""
        return float(self.drawHeight)

    def bounds(self) -> tuple[float, float, float, float]:
        left = self._left()
        return left, 0, left + float(self.drawWidth), float(self.drawHeight)

    def _left(self) -> float:
        return self.indent + (self.room - float(self.drawWidth)) / 2

    def draw(self) -> None:
        self.canv.saveState()
        self.canv.translate(self._left(), 0)
        super().draw()
        self.canv.restoreState()

    def shrink(self, factor: float) -> None:
        """Make it smaller."""
        self.drawWidth *= factor
        self.drawHeight *= factor


class Picture(Tagged, Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A drawing scaled to a width, centred in the column."""

    def __init__(
        self,
        drawing: Any,
        width: float,
        max_height: float,
        indent: float,
        wanted: float | None = None,
    ) -> None:
        super().__init__()
        self.drawing = drawing
        self.indent = indent
        natural = (drawing.width or 1.0, drawing.height or 1.0)
        most = _LARGER if wanted is None else wanted / natural[0]
        self.scale = min(width / natural[0], max_height / natural[1], most)
        self.room = width
        self.size = (natural[0] * self.scale, natural[1] * self.scale)
        self.spaceBefore = self.spaceAfter = 2
        self.path = element("Figure")

    @property
    def shown_height(self) -> float:
        """Its height, without the space around it."""
        return float(self.size[1])

    @property
    def smallest_label(self) -> float:
        """Points of the smallest text in it; 0 where there is none."""
        return min(_label_sizes(self.drawing), default=0.0) * self.scale

    def shrink(self, factor: float) -> None:
        """Make it smaller."""
        self.scale *= factor
        self.size = (self.size[0] * factor, self.size[1] * factor)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width, height
        return self.size

    def bounds(self) -> tuple[float, float, float, float]:
        left = self.indent + (self.room - self.size[0]) / 2
        return left, 0, left + self.size[0], self.size[1]

    def draw(self) -> None:
        from reportlab.graphics.renderbase import renderScaledDrawing

        canvas = self.canv
        canvas.saveState()
        canvas.translate(self.indent + (self.room - self.size[0]) / 2, 0)
        canvas.scale(self.scale, self.scale)
        _Renderer().draw(renderScaledDrawing(self.drawing), canvas, 0, 0)
        canvas.restoreState()


def _label_sizes(node: Any, scale: float = 1.0) -> Iterator[float]:
    """Sizes of the texts in a drawing, in its units."""
    if isinstance(node, String):
        yield float(node.fontSize) * scale
    matrix = getattr(node, "transform", None)
    if matrix is not None:
        a, b, c, d = matrix[:4]
        scale *= sqrt(abs(a * d - b * c))
    for child in getattr(node, "contents", []):
        yield from _label_sizes(child, scale)


_LARGER: Final = 1.6
"""How much larger than drawn a drawing is shown, at most, where its author gives no width."""


_DOTS: Final = 300
"""Dots an inch, the most that printers show: what a bitmap has more is left out of the file."""
_NATURAL: Final = 72 / 96
"""Points of a pixel at its natural size, which is as large as a bitmap is shown."""


class Pictures:
    """The pictures of one document; each drawing is parsed once, however often it is set."""

    def __init__(self, images: Images) -> None:
        self._images = images
        self._drawings: dict[str, Any] = {}
        self._bitmaps: dict[tuple[str, _Room, bool], _Pixels] = {}

    def flowable(
        self,
        reference: str,
        width: float,
        max_height: float,
        indent: float,
        look: Look,
        wanted: float | None = None,
    ) -> Any:
        """An image of the bank within a width and height, `wanted` wide if it can be; a grey look
        takes its colours. All in points.

        Raises ImageError for one that validation would refuse, ExporterError for one that cannot be
        set all the same.
        """
        image = self._images.find(reference)
        try:
            if image.is_svg:
                return Picture(self._drawing(image, look), width, max_height, indent, wanted)
            return self._bitmap(image, (width, max_height, wanted), indent, grey=look.grey)
        except Exception as error:  # the libraries raise anything for what they do not know
            raise ExporterError(f"the picture '{reference}' cannot be set: {error!r}") from error

    def _bitmap(self, image: BankImage, room: _Room, indent: float, *, grey: bool) -> Bitmap:
        key = (image.name, room, grey)
        if key not in self._bitmaps:  # a sheet is set over and over until it fits
            self._bitmaps[key] = _fitted(image, room, grey=grey)
        content, size = self._bitmaps[key]
        return Bitmap(content, size, room[0], indent)

    def _drawing(self, image: BankImage, look: Look) -> Any:
        if image.name not in self._drawings:
            # From memory: svglib has no folder then in which to follow a reference.
            source = BytesIO(for_paper(parse(image.content)).content)
            _here.fonts = look.fonts
            try:
                drawing = _svglib().svg2rlg(source)
            finally:
                _here.fonts = None
            if drawing is None:
                raise ValueError("svglib reads nothing in it")
            _embed_fonts(drawing, look.fonts)
            if look.grey:
                _grey(drawing)
            self._drawings[image.name] = drawing
        return self._drawings[image.name]


_Pixels: TypeAlias = tuple[bytes, tuple[float, float]]
"""A bitmap as it stands in the file, and its size in points."""


_Room: TypeAlias = tuple[float, float, "float | None"]
"""The width and height that a bitmap has, and the width that it is to have, in points."""


def _fitted(image: BankImage, room: _Room, *, grey: bool) -> _Pixels:
    from PIL import Image as Pixels

    with Pixels.open(BytesIO(image.content)) as opened:
        pixels = opened.size
        width, max_height, wanted = room
        most = _NATURAL if wanted is None else wanted / pixels[0]
        scale = min(width / pixels[0], max_height / pixels[1], most)
        size = (pixels[0] * scale, pixels[1] * scale)
        dots = (max(1, ceil(size[0] * _DOTS / 72)), max(1, ceil(size[1] * _DOTS / 72)))
        smaller = dots[0] * 2 <= pixels[0] and dots[1] * 2 <= pixels[1]
        content = _pixels(opened, dots, grey=grey) if smaller or grey else image.content
    return content, size


_FACES: Final = {
    (False, False): TEXT,
    (True, False): TEXT_BOLD,
    (False, True): TEXT_ITALIC,
    (True, True): TEXT_BOLD_ITALIC,
}
"""Our fonts, by whether svglib's are bold and oblique."""


_here: Final = local()
"""`fonts`, where this thread is reading a drawing: others who use svglib are not counted."""


@cache
def _svglib() -> Any:
    """svglib's module, which places the parts of a label by the widths that they will have: it
    would measure them in the font that it takes them to be in."""
    import svglib.svglib

    module: Any = svglib.svglib
    logging.getLogger("svglib").setLevel(logging.ERROR)
    original = module.stringWidth

    def width(text: str, font: str, size: float, *more: Any) -> Any:
        fonts = getattr(_here, "fonts", None)
        named = font if fonts is None else _face(font, text, fonts)
        return original(text, named, size, *more)

    module.stringWidth = width
    return module


def _face(said: str, text: str, fonts: Fonts) -> str:
    """The font of ours for a label that svglib wants in one of its own.

    A label is one string in one font, so a rare character takes the whole label along.
    """
    font = _FACES["Bold" in said, "Oblique" in said]
    return font if all(run.font == font for run in fonts.runs(font, text)) else SYMBOLS


def _embed_fonts(node: Any, fonts: Fonts) -> None:
    """Set every label in our text family: the standard fonts would not be embedded."""
    if hasattr(node, "fontName"):
        node.fontName = _face(str(node.fontName), str(getattr(node, "text", "")), fonts)
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


def _pixels(picture: Any, dots: tuple[int, int], *, grey: bool) -> bytes:
    """A bitmap of no more dots than are seen, as a file in memory; in grey, what is transparent
    becomes white."""
    from PIL import Image as Pixels

    kind = "JPEG" if picture.format == "JPEG" else "PNG"
    picture.draft(None, dots)  # a JPEG is decoded at a part of its size
    # Whole steps first, before anything makes a copy: the largest picture is a matter of memory.
    factor = min(picture.width // dots[0], picture.height // dots[1])
    if "transparency" in picture.info:
        picture = picture.convert("RGBA")
    elif picture.mode in {"P", "1"}:  # a byte less a dot, which counts for the largest ones
        picture = picture.convert("RGB")
    if factor > 1:
        picture = picture.reduce(factor)
    if grey:
        picture = picture.convert("RGBA")
        white = Pixels.new("RGBA", picture.size, "white")
        picture = Pixels.alpha_composite(white, picture).convert("L")
    memory = BytesIO()
    picture.save(memory, kind, **({"quality": 90} if kind == "JPEG" else {}))
    return memory.getvalue()
