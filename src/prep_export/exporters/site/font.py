"""The math font as a page needs it: the glyphs of its formulas, with all sizes of them, inside it.

Browsers set MathML by the MATH table of a font, which few readers have installed.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

from prep_export.math_font import math_font

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

FAMILY: Final = "Prep Math"
"""What style.css calls it. Not the font's own name, which its licence reserves for the whole."""


def font_face(characters: AbstractSet[str]) -> str:
    """The rule that brings the font, with these characters; empty where there are none."""
    if not characters:
        return ""
    data = b64encode(_subset("".join(sorted(characters)))).decode()
    return f'@font-face {{ font-family: "{FAMILY}"; src: url(data:font/woff;base64,{data}); }}\n'


@lru_cache(maxsize=4)
def _subset(characters: str) -> bytes:
    from fontTools import subset

    options = subset.Options(
        flavor="woff",
        layout_features=["ssty", "flac", "dtls"],  # smaller scripts and accents, as MathML has them
        hinting=False,
        drop_tables=["GPOS", "kern", "DSIG"],
        name_IDs=[0, 13, 14],  # copyright and licence go with every copy
        name_languages=[0x409],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    font = subset.load_font(str(math_font()), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    buffer = BytesIO()
    subset.save_font(font, buffer, options)
    return buffer.getvalue()
