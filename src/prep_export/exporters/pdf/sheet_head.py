"""The head of each page of the cheat sheet: what is on it, and where the deck is to be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.graphics.barcode.qr import QrCode

from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.anchors import Anchor
from prep_export.exporters.pdf.engine.strings import fit, right
from prep_export.exporters.pdf.engine.tags import Tagged, element
from prep_export.exporters.pdf.furniture import Logo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.bank.model import Bank
    from prep_export.exporters.pdf.engine.canvas import PaperCanvas
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.theme import Setting

QR: Final = 48.0
"""Points of a side of the code, with its white border: 17 mm, which a phone reads from a hand's
breadth away."""

_TITLE: Final = 15.5
_NAMES: Final = 12.0
_ASIDE: Final = 8.6
_ABOUT: Final = 6.8
_BASE: Final = 14.0
"""Points from the top of a page's text to the baseline of its title."""
_ABOUT_SHARE: Final = 0.28
"""Of the width of a page, what it says about itself may take."""
_BETWEEN: Final = 14.0
_SPACE: Final = 8.0


class Code(Tagged, QrCode):  # type: ignore[misc]  # reportlab is untyped
    """An address as a code for a camera, which is a link too."""

    def __init__(self, url: str) -> None:
        super().__init__(url, qrLevel="M", qrBorder=3)
        self.width = self.height = QR
        self.url = self.alt = url
        self.path = element("P", "Link", "Figure")

    def bounds(self) -> tuple[float, float, float, float]:
        return 0, 0, QR, QR

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width, height
        return QR, QR

    def draw(self) -> None:
        self.canv.setFillColorRGB(0, 0, 0)
        super().draw()
        self.canv.linkURL(self.url, (0, 0, QR, QR), relative=1)


class Head:
    """Draws the head of pages."""

    def __init__(self, bank: Bank, setting: Setting, look: Look, *, qr: bool) -> None:
        self.header, self.setting = bank.header, setting
        self.colors = setting.colors
        self.size = theme.PAPERS[setting.paper]
        self.qr = qr
        self._about_room = self.size[0] * _ABOUT_SHARE
        self._logo = Logo(bank, setting.pictures, look, 19)

    def height(self, page: int) -> float:
        """Points from the margin to the text of a page, from 0."""
        return max(theme.HEAD, QR + 2) if self.qr and page == 0 else theme.HEAD

    def draw(
        self, canvas: PaperCanvas, page: int, pages: int, names: Sequence[str], aside: Aside | None
    ) -> None:
        """Draw it on a page, from 0: on the first the title of the bank, on others what is on it;
        `aside` stands beside the title."""
        left, end = theme.MARGIN, self.size[0] - theme.MARGIN
        top = self.size[1] - theme.MARGIN
        line = top - self.height(page) + theme.HEAD - 21
        if self.qr and page == 0 and self.header.url:
            Code(self.header.url).drawOn(canvas, end - QR + _QUIET, top - QR + _QUIET)
            end -= QR + 2
        base = line + 21 - _BASE
        about = self._about(f"{page + 1} / {pages}")
        said = max(canvas.fonts.width(fonts.TEXT, text, _ABOUT) for text in about)
        room = (end - left) - min(said, self._about_room) - _BETWEEN
        canvas.saveState()
        with canvas.artifact():
            left += self._logo.draw(canvas, left, base - 4)
            canvas.setStrokeColor(self.colors.title)
            canvas.setLineWidth(0.8)
            canvas.line(theme.MARGIN, line, end, line)
        canvas.setFillColor(self.colors.ink)
        title, size = (self.header.title, _TITLE) if page == 0 else (" · ".join(names), _NAMES)
        with canvas.artifact("Pagination") if page else canvas.tagged(element("H1")):
            fit(canvas, title, fonts.TEXT_BOLD, size, left, base, room)
        canvas.restoreState()
        text, url = about
        canvas.setFillColor(self.colors.quiet)
        with canvas.artifact("Pagination") if page else canvas.tagged(element("P")):
            right(canvas, text, _ABOUT, end, base + (5.2 if url else 0), self._about_room)
        if url:
            self._draw_address(canvas, url, end, base)
        if aside:
            width = min(room, canvas.fonts.width(fonts.TEXT_BOLD, title, size)) + _SPACE
            aside.draw(canvas, left + width, base, room - width, self.colors)

    def _about(self, number: str) -> tuple[str, str]:
        """Version, licence, authors and page; and the address."""
        header = self.header
        about = (header.version, header.licence, ", ".join(header.authors), number)
        return " · ".join(part for part in about if part), header.url or ""

    def _draw_address(self, canvas: PaperCanvas, url: str, end: float, base: float) -> None:
        room = self._about_room
        width = min(room, canvas.fonts.width(fonts.TEXT, url, _ABOUT))
        canvas.setFillColor(self.colors.accent)
        with canvas.tagged(element("P", "Link")):
            right(canvas, url, _ABOUT, end, base - 3.2, room)
            canvas.linkURL(url, (end - width, base - 5, end, base + 3), relative=1)


_QUIET: Final = 3.0
"""Points by which the white border of the code may reach into the margin."""


class Aside:
    """The title of a section whose entries begin below, with how one reads them."""

    def __init__(self, name: str, title: str, how: str) -> None:
        self.title, self.how = title, how
        self.anchor = Anchor(f"section-{name}", title, 0)
        self.path = element("H1")

    def draw(self, canvas: PaperCanvas, x: float, base: float, room: float, colors: Any) -> None:
        """Draw it in one line."""
        self.anchor.drawOn(canvas, x, base)
        width = min(room, canvas.fonts.width(fonts.TEXT_BOLD, self.title, _ASIDE))
        canvas.saveState()
        canvas.setFillColor(colors.quiet)
        with canvas.tagged(self.path):
            fit(canvas, self.title, fonts.TEXT_BOLD, _ASIDE, x, base, room)
        left = room - width - _SPACE
        if canvas.fonts.width(fonts.TEXT, self.how, _ASIDE) <= left:
            with canvas.tagged(element("P")):
                fit(canvas, self.how, fonts.TEXT, _ASIDE, x + width + _SPACE, base, left)
        canvas.restoreState()
