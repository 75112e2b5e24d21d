"""What stands on a page beside its text: frames and the bank's logo."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from reportlab.platypus import Flowable, Frame

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.exporters.pdf.engine.canvas import PaperCanvas
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.engine.pictures import Pictures


def frame_at(corner: tuple[float, float], size: tuple[float, float]) -> Frame:
    """A frame without padding: its lower left corner, its width and height."""
    return _Frame(*corner, *size, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


class _Frame(Frame):  # type: ignore[misc]  # reportlab is untyped
    """A frame that is copied quickly: reportlab does so for every group that is kept together."""

    def __deepcopy__(self, memo: dict[int, Any]) -> _Frame:
        del memo
        return copy(self)  # its attributes are numbers


class Logo:
    """The header's logo at a height, made once for all pages; takes no room where there is none."""

    def __init__(self, bank: Bank, pictures: Pictures, look: Look, height: float) -> None:
        reference = bank.header.pdf.logo if bank.header.pdf else None
        self._height = height
        self._image: Any = None
        if reference:
            self._image = pictures.flowable(reference, height * 6, height, 0, look)

    def draw(self, canvas: PaperCanvas, x: float, y: float) -> float:
        """Draw it with its lower left corner at (x, y); returns the room that it takes."""
        if self._image is None:
            return 0.0
        width, _ = self._image.wrap(self._height * 6, self._height)
        self._image.room = width  # a picture stands in the middle of its room
        self._image.drawOn(canvas, x, y)
        return float(width) + 8


class LogoLine(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A logo on a line of its own, or the room of one left empty."""

    def __init__(self, logo: Logo, height: float) -> None:
        super().__init__()
        self.logo, self.height = logo, height

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        return width, self.height

    def draw(self) -> None:
        with self.canv.artifact():
            self.logo.draw(self.canv, 0, self.height * 0.2)
