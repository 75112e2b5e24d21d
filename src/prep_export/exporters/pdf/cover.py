"""The booklet's first page: title, what it is about, and its chapters in their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import Flowable, Spacer

from prep_export.exporters.pdf.back_matter import GUTTER
from prep_export.exporters.pdf.columns import Columns
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.anchors import Anchor
from prep_export.exporters.pdf.engine.strings import fit
from prep_export.exporters.pdf.engine.tags import Tagged, as_contents, element
from prep_export.exporters.pdf.furniture import Logo, LogoLine
from prep_export.exporters.pdf.margin import Spanning
from prep_export.exporters.pdf.references import PageLine
from prep_export.markdown.plain import escaped

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.exporters.pdf.book_page import BookPage, Part
    from prep_export.exporters.pdf.engine.canvas import PaperCanvas
    from prep_export.exporters.pdf.entries import Entries
    from prep_export.exporters.pdf.theme import Palette, Setting

BAND: Final = 26.0
"""Height in points of the band of colours at the head of the cover."""
_MANY: Final = 9
"""Parts that one column of the cover has room for."""


def band(canvas: PaperCanvas, page: BookPage, parts: list[Part], colors: Palette) -> None:
    """The chapters' colours across the head of the paper."""
    width = page.size[0] / max(len(parts), 1)
    for number, part in enumerate(parts):
        grey = colors.line if number % 2 else colors.panel
        canvas.setFillColor(grey if colors.grey else part.color)
        canvas.rect(number * width, page.size[1] - BAND, width + 0.5, BAND, stroke=0, fill=1)


def cover(bank: Bank, entries: Entries, setting: Setting, parts: list[Part]) -> list[Any]:
    """The flowables of the first page."""
    header, page, look = bank.header, entries.page, entries.look
    by = entries.hand(page.full, look.accent)
    style = look.style(
        fontSize=look.size * 3.4,
        leading=look.size * 3.9,
        spaceAfter=look.leading * 1.4,
        hyphenationLang="",
    )
    title = by.setter.line(escaped(header.title), style, bold=True, role="H1")
    balance(title, page.full)
    height = look.leading * 4
    quiet = look.style(textColor=look.quiet)
    words = (", ".join(header.authors), header.version, header.licence)
    about = [escaped(part) for part in words if part]
    if header.url:
        about.append(f"[{escaped(header.url.removeprefix('https://'))}](<{header.url}>)")
    columns = 2 if len(parts) > _MANY else 1
    lines = [_Chip(part, entries) for part in parts]
    as_contents(lines)
    listed = Columns(lines, columns, page.full, GUTTER, page.height - 1)
    return [
        Spacer(0, page.height * 0.07),
        LogoLine(Logo(bank, setting.pictures, look, height * 0.8), height),
        Anchor("title", header.title, 0),
        Spanning(title, page.full),
        *(by.setter.blocks(header.description) if header.description else []),
        Spacer(0, look.leading * 2),
        listed,
        _AtFoot(by.setter.line(" · ".join(about), quiet), page.full),
    ]


def balance(title: Any, width: float) -> None:
    """Indent a paragraph at its right so that its lines are about as long as each other."""
    lines = _lines(title, width, 0.0)
    low, high = 0.0, width * 0.6
    while high - low > 1:
        middle = (low + high) / 2
        if _lines(title, width, middle) > lines:
            high = middle
        else:
            low = middle
    _lines(title, width, low)


def _lines(title: Any, width: float, indent: float) -> int:
    title.style = title.style.clone("balanced", rightIndent=indent)
    title._broken = None  # noqa: SLF001 - lines are kept for a width, whatever the indent
    title.wrap(width, 9999)
    return len(title.blPara.lines)


_AIR: Final = 6.0
"""Points below the last line of the cover, for letters that hang below it."""


class _AtFoot(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A paragraph at the foot of its page."""

    def __init__(self, inner: Any, full: float) -> None:
        super().__init__()
        self.inner, self.full = inner, full

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del width
        tall = self.inner.wrap(self.full, height)[1] + _AIR
        return self.full, max(tall, min(height, 9_999.0))

    def draw(self) -> None:
        self.inner.drawOn(self.canv, 0, _AIR)


class _Chip(Tagged, Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A part's mark on a ground of its colour, its title, and its page."""

    def __init__(self, part: Part, entries: Entries) -> None:
        super().__init__()
        self.part, self.colors = part, entries.setting.colors
        look = self.look = entries.look
        by = entries.hand(entries.page.full, part.color)
        style = look.style(fontSize=look.size * 1.06, spaceAfter=0, hyphenationLang="")
        title = by.setter.line("", style, lead=[(part.title, look.ink)])
        self.line = PageLine(title, part.key, look)
        self.path = element("P")
        self.side = look.leading * 1.6
        self.spaceAfter = look.gap * 1.6

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        tall = self.line.wrap(width - self.side - 9, height)[1]
        self.height = max(self.side, tall)
        return width, self.height

    def draw(self) -> None:
        canvas, part = self.canv, self.part
        y = self.height - self.side
        canvas.saveState()
        with canvas.artifact():
            canvas.setFillColor(self.colors.line if self.colors.grey else part.color)
            canvas.rect(0, y, self.side, self.side, stroke=0, fill=1)
        canvas.setFillColor(self.look.ink if self.colors.grey else self.colors.paper)
        size = self.look.size
        width = min(canvas.fonts.width(fonts.TEXT_BOLD, part.mark, size), self.side - 2)
        at = y + self.side / 2 - size * 0.36
        fit(canvas, part.mark, fonts.TEXT_BOLD, size, (self.side - width) / 2, at, self.side - 2)
        lift = (self.height - self.line.height) / 2
        canvas.translate(self.side + 9, lift)
        self.line.canv = canvas
        self.line.draw()
        canvas.restoreState()
