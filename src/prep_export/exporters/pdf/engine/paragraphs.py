"""Paragraphs of fragments: broken once, tagged as one element, their formulas kept whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prep_export.exporters.pdf.engine.clinging import ROOM_BESIDE, clinging
from prep_export.exporters.pdf.engine.fragments import fragment, inline_image
from prep_export.exporters.pdf.engine.leading import EvenLines
from prep_export.exporters.pdf.engine.tags import CELLS, Tagged, element

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    from prep_export.exporters.pdf.engine.tags import Path


class _Text(Tagged, EvenLines):
    """A paragraph whose parts, when it is divided, stay one element.

    What is to be kept with its neighbours is asked for its height before it is placed; lines broken
    for one width are those of the next time too.
    """

    frags: list[Any]
    label: Path = ()
    """What its number or bullet is, where that is not part of it."""
    _broken: tuple[float, tuple[float, float]] | None = None

    @property
    def has_room_above(self) -> bool:
        """In a cell: a table makes room for all cells of a row."""
        return self.path[-1][0] in CELLS

    def put_under(self, outer: Path) -> None:
        super().put_under(outer)
        if self.label:
            self.label = outer + self.label

    def marking(self, canvas: Any) -> AbstractContextManager[None]:
        path = self.path
        if self.blPara.kind == 0 and self.blPara.link:  # reportlab tells of no link in plain lines
            path += (("Link", self.blPara.link[0][0]),)
        label = self.label if self.bulletText else ()
        marked: AbstractContextManager[None] = canvas.line_by_line(path, label)
        return marked

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        broken = self._broken
        if broken is None or broken[0] != width or not hasattr(self, "blPara"):  # split drops it
            room = width - self.style.leftIndent - self.style.rightIndent
            self._shrink_formulas(room)
            self.frags = clinging(self.frags, room)
            self._broken = (width, super().wrap(width, height))
            return self._broken[1]
        return broken[1]

    def _shrink_formulas(self, room: float) -> None:
        """Set formulas smaller that are wider than a line, for they cannot be broken; with room for
        what clings to them, where they are not alone."""
        alone = len(self.frags) == 1 and not self.bulletText
        beside = 0.0 if alone else ROOM_BESIDE * self.style.fontSize
        most = max(room - beside, room / 2)
        for frag in self.frags:
            shown = getattr(frag, "cbDefn", None)
            if shown is not None and shown.width > most:
                frag.cbDefn = inline_image(shown.image.scaled(most / shown.width))

    def split(self, width: float, height: float) -> list[Any]:
        parts: list[Any] = super().split(width, height)
        for part in parts:
            part.path, part.label = self.path, self.label
        return parts


def paragraph(
    frags: list[Any], style: ParagraphStyle, bullet: str | None = None, role: str = "P"
) -> Paragraph:
    """A paragraph from fragments; `role` is its kind of structure element."""
    if not frags:
        frags = [fragment(style.fontName, style.fontSize, "", style.textColor)]
    text = _Text("", style, frags=frags, bulletText=bullet)
    text.path = element(role)
    return text
