"""Tables with thin rules, whose columns share the width by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph, Table

from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.blocks import Indented
from prep_export.exporters.pdf.engine.tags import under

if TYPE_CHECKING:
    from prep_export.exporters.pdf.engine.look import Look

_SHORT: Final = 9
"""Rows of a table that are worth a gap at the foot of a page to stay together."""


class _Table(Table):  # type: ignore[misc]  # reportlab is untyped
    """A table whose rules are no part of its text; a short one is divided only if it must be."""

    def split(self, width: float, height: float) -> list[Any]:
        frame = getattr(self, "_frame", None)
        if frame is not None and not frame._atTop and len(self._cellvalues) <= _SHORT:  # noqa: SLF001 - reportlab has no other way to ask
            return []
        parts: list[Any] = super().split(width, height)
        return parts

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
    total = sum(natural)
    floor = min(look.size * 3, width / columns)
    widths = natural if total <= width else [max(floor, n * width / total) for n in natural]
    scale = min(1.0, width / sum(widths))
    style: list[tuple[Any, ...]] = [
        ("FONTNAME", (0, 0), (-1, -1), fonts.TEXT),  # the default would add Helvetica
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, look.line),
    ]
    if header:
        style.append(("LINEBELOW", (0, header - 1), (-1, header - 1), 0.6, look.quiet))
    for row in rows:
        under("TR", [cell for cell in row if cell])
    under("Table", [cell for row in rows for cell in row if cell])
    table = _Table(
        rows,
        colWidths=[w * scale for w in widths],
        style=style,
        hAlign="LEFT",
        repeatRows=header,
        spaceBefore=1,
        spaceAfter=look.gap + 1,
        splitInRow=1,
    )
    return Indented(table, indent) if indent else table


def _natural_width(cell: Any) -> float:
    if not isinstance(cell, Paragraph):
        return 1.0
    width = 0.0
    for frag in cell.frags:
        width += (
            frag.cbDefn.width
            if hasattr(frag, "cbDefn")
            else stringWidth(frag.text, frag.fontName, frag.fontSize)
        )
    return width
