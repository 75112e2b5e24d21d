"""The font of the two signs ✓ and ✗, drawn here: no font that we depend on has the pair.

`python -m tests.support.signs` writes it anew.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

PATH: Final = Path(__file__).parents[2] / "src/prep_export/exporters/pdf/engine/signs.ttf"

_ADVANCE: Final = 640
"""In thousandths of the type size, as all that follows."""

_CHECK: Final = ((30, 265), (111, 346), (230, 227), (511, 635), (606, 570), (240, 55))
_CROSS: Final = (
    *((30, 136), (111, 55), (320, 264), (529, 55), (610, 136), (401, 345)),
    *((610, 554), (529, 635), (320, 426), (111, 635), (30, 554), (239, 345)),
)
_SIGNS: Final = {"check": ("✓✔", _CHECK), "cross": ("✗✘✕✖", _CROSS)}


def made() -> bytes:
    """The font file."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *_SIGNS])
    builder.setupCharacterMap(
        {ord(char): name for name, (chars, _) in _SIGNS.items() for char in chars}
    )
    glyphs = {".notdef": TTGlyphPen(None).glyph()}
    for name, (_, outline) in _SIGNS.items():
        pen = TTGlyphPen(None)
        pen.moveTo(outline[0])
        for point in outline[1:]:
            pen.lineTo(point)
        pen.closePath()
        glyphs[name] = pen.glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (_ADVANCE, 40)))
    builder.setupHorizontalHeader(ascent=690, descent=-200)
    builder.setupNameTable({"familyName": "prep-export Signs", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=690)
    builder.setupPost()
    # No time of making: same outlines, same bytes.
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


def bounds(glyph: int) -> tuple[int, int]:
    """The lowest and the highest point of a glyph."""
    heights = [y for _, y in list(_SIGNS.values())[glyph - 1][1]]
    return min(heights), max(heights)


if __name__ == "__main__":
    PATH.write_bytes(made())
