"""Tables with thin rules, whose columns share the width by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph, Table

from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.blocks import Indented
from prep_export.exporters.pdf.engine.clinging import ROOM_BESIDE
from prep_export.exporters.pdf.engine.tags import leaves, under

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.exporters.pdf.engine.look import Look

_PADDING: Final = 2

_ROUNDING: Final = 0.1
"""Points that a word has more than it takes: sums of widths differ in their last digits, and a word
that is too wide by so much loses its last letter."""

_SHORT: Final = 9
_LOW: Final = 200.0
"""Rows and points of a table that is worth a gap at the foot of a page to stay together."""
_FEW: Final = 2
"""Rows below a head that may end a page."""


class RuledTable(Table):  # type: ignore[misc]  # reportlab is untyped
    """A table whose rules are no part of its text; a short one is divided only if it must be."""

    natural: Sequence[float] = ()
    """Widths at which no cell of a column turns over."""
    least: Sequence[float] = ()
    """Those of what cannot be broken. Parts of a divided table have neither, and keep theirs."""
    look: Look

    def fit(self, width: float) -> None:
        """Share a width among the columns."""
        if self.natural:
            self._argW = self._colWidths = _widths(self.natural, self.least, self.look, width)
            self._width_calculated_once = None

    @property
    def beginning(self) -> float:
        """The height below which it does not begin at the foot of a page, once it is wrapped."""
        if self._stays_whole:
            return float(self._height)
        return float(sum(self._rowHeights[: self.repeatRows + _FEW]))

    @property
    def _stays_whole(self) -> bool:
        few = len(self._cellvalues) <= self.repeatRows + _FEW
        return few or (len(self._cellvalues) <= _SHORT and self._height <= _LOW)

    def split(self, width: float, height: float) -> list[Any]:
        frame = getattr(self, "_frame", None)
        if frame is not None and not frame._atTop:  # noqa: SLF001 - reportlab has no other way to ask
            self.wrap(width, height)
            if height < self.beginning:
                return []
        parts: list[Any] = super().split(width, height)
        return parts

    def draw(self) -> None:
        path = next((leaf.path for leaf in leaves(self)), ())
        for number in (number for role, number in path if role == "Table"):
            self.canv.bound(number, (0, 0, self._width, self._height))
        super().draw()

    def _drawBkgrnd(self) -> None:  # noqa: N802 - reportlab's name
        with self.canv.artifact():
            super()._drawBkgrnd()

    def _drawLines(self) -> None:  # noqa: N802 - reportlab's name
        with self.canv.artifact():
            super()._drawLines()


def ruled_table(
    rows: list[list[Any]], header: int, look: Look, width: float, indent: float
) -> Flowable:
    """A table of cells, the first `header` rows of which are repeated where it is divided."""
    columns = max(len(row) for row in rows)
    rows = [row + [""] * (columns - len(row)) for row in rows]
    natural = [
        max((_natural_width(row[c]) for row in rows), default=1.0) + look.size
        for c in range(columns)
    ]
    least = [max((_least_width(row[c], look) for row in rows), default=0.0) for c in range(columns)]
    if sum(least) <= width:
        # Each word has room for itself: broken ones would be harder to read than a line more.
        for row in rows:
            for cell in row:
                if isinstance(cell, Paragraph):
                    cell.style.hyphenationLang = ""
    top, bottom = min(1.0, look.gap * 0.6), min(1.5, look.gap)
    style: list[tuple[Any, ...]] = [
        ("FONTNAME", (0, 0), (-1, -1), fonts.TEXT),  # the default would add Helvetica
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), top),
        ("BOTTOMPADDING", (0, 0), (-1, -1), bottom),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, look.line),
    ]
    if header:
        style.append(("LINEBELOW", (0, header - 1), (-1, header - 1), 0.6, look.quiet))
    for number, row in enumerate(rows):
        above = max((_overshoot(cell) for cell in row), default=0.0)
        if above > 0:
            style.append(("TOPPADDING", (0, number), (-1, number), top + above))
    for row in rows:
        under("TR", [cell for cell in row if cell])
    under("Table", [cell for row in rows for cell in row if cell])
    table = RuledTable(
        rows,
        colWidths=_widths(natural, least, look, width),
        style=style,
        hAlign="LEFT",
        repeatRows=header,
        spaceBefore=1,
        spaceAfter=look.gap + 1,
        splitInRow=1,
    )
    table.natural, table.least, table.look = natural, least, look
    return Indented(table, indent) if indent else table


def _widths(
    natural: Sequence[float], least: Sequence[float], look: Look, width: float
) -> list[float]:
    """Those of the columns of a table in a column of text."""
    columns = len(natural)
    spare = width - sum(natural) + columns * (look.size - 2 * _PADDING - 0.5)
    if sum(natural) <= width:
        widths = list(natural)
    elif spare >= 0:  # with less air than they had
        widths = [n - look.size + 2 * _PADDING + 0.5 + spare / columns for n in natural]
    else:
        widths = _shared(natural, least, look, width)
    scale = width / sum(widths)
    scale = scale if look.wide_tables else min(1.0, scale)
    return [one * scale for one in widths]


_ASCENT: Final = 0.85
"""Of the type size: what the first line of a cell has above its baseline, but for a little air."""


def _overshoot(cell: Any) -> float:
    """Points by which the highest formula of a cell is higher than its first line."""
    formulas = (
        shown.image.height - shown.image.depth - cell.style.fontSize * _ASCENT
        for frag in (cell.frags if isinstance(cell, Paragraph) else ())
        if (shown := getattr(frag, "cbDefn", None)) is not None
    )
    return max(formulas, default=0.0)


def _shared(
    natural: Sequence[float], least: Sequence[float], look: Look, width: float
) -> list[float]:
    """The width in proportion to what the columns hold, but none less than its longest word or
    widest formula, as long as there is room for these."""
    floor = min(look.size * 3, width / len(natural))
    if sum(least) > width:
        return [max(floor, n * width / sum(natural)) for n in natural]
    least = [max(floor, n) for n in least]
    narrow: set[int] = set()
    while True:
        rest = width - sum(least[c] for c in narrow)
        total = sum(n for c, n in enumerate(natural) if c not in narrow)
        shares = [least[c] if c in narrow else n * rest / total for c, n in enumerate(natural)]
        more = {c for c, share in enumerate(shares) if share < least[c]} - narrow
        if not more or len(narrow | more) == len(natural):
            return shares
        narrow |= more


def _natural_width(cell: Any) -> float:
    return sum(map(_frag_width, cell.frags)) if isinstance(cell, Paragraph) else 1.0


def _least_width(cell: Any, look: Look) -> float:
    """Of what cannot be broken, with the padding."""
    if not isinstance(cell, Paragraph):
        return 0.0
    alone = len(cell.frags) == 1
    return (
        2 * _PADDING
        + _ROUNDING
        + max(
            _frag_width(frag) + look.size * (0.5 if alone else ROOM_BESIDE)
            if hasattr(frag, "cbDefn")
            else max((_text_width(frag, word) for word in frag.text.split()), default=0.0)
            for frag in cell.frags
        )
    )


def _frag_width(frag: Any) -> float:
    return frag.cbDefn.width if hasattr(frag, "cbDefn") else _text_width(frag, frag.text)


def _text_width(frag: Any, text: str) -> float:
    return float(stringWidth(text, frag.fontName, frag.fontSize))
