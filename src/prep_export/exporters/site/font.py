"""The math font as a page needs it: the glyphs of its formulas, with all sizes of them, inside it.

Browsers set MathML by the MATH table of a font, which few readers have installed.
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prep_export.exporters import kept
from prep_export.math_font import math_font

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

FAMILY: Final = "Prep Math"
"""What style.css calls it. Not the font's own name, which its licence reserves for the whole."""


MAX_FONTS: Final = 16
"""Sets of characters whose fonts are kept from one process to the next: of a bank or two, and of
how they were a while ago."""


def font_face(characters: AbstractSet[str], *, keep: bool = False) -> str:
    """The rule that brings the font, with these characters; empty where there are none.

    `keep` is whether the font may come from the cache folder, and stays there.
    """
    if not characters:
        return ""
    data = _font("".join(sorted(characters)), keep)
    return f'@font-face {{ font-family: "{FAMILY}"; src: url(data:font/woff;base64,{data}); }}\n'


@lru_cache(maxsize=4)
def _font(characters: str, keep: bool) -> str:
    """The font as Base64."""
    path = kept.file("fonts.json") if keep else None
    if path is None:
        return _subset(characters)
    found = _load(path).get(characters)
    if found is None:
        found = _subset(characters)
        # Another process may have kept its own meanwhile.
        fonts = {**_load(path), characters: found}
        kept.store(path, _key(), dict(list(fonts.items())[-MAX_FONTS:]))
    return found


def _load(path: Path) -> dict[str, str]:
    fonts = kept.load(path, _key())
    return fonts if isinstance(fonts, dict) else {}


@cache
def _key() -> str:
    """Changes with whatever a font depends on: our own code, the libraries, the whole font."""
    from fontTools import version

    return kept.key([Path(__file__), math_font()], version, zlib.ZLIB_RUNTIME_VERSION)


_ROOT: Final = 0x221A


def _narrow_roots(font: Any) -> None:
    """Make every size of the root sign as wide as the smallest.

    Chromium (150) keeps room for the widest, 0.4 em more than what most roots take, and so sets a
    gap behind them.
    """
    root = font.getBestCmap().get(_ROOT)
    variants = font["MATH"].table.MathVariants
    signs = variants.VertGlyphCoverage.glyphs if variants else []
    if root not in signs:
        return
    sizes = variants.VertGlyphConstruction[signs.index(root)]
    names = [size.VariantGlyph for size in sizes.MathGlyphVariantRecord]
    names += [part.glyph for part in sizes.GlyphAssembly.PartRecords]
    glyphs, metrics = font["glyf"], font["hmtx"]
    width = metrics[root][0]
    for name in dict.fromkeys(names):
        share = width / metrics[name][0]
        glyph = glyphs[name]
        glyph.expand(glyphs)
        glyph.coordinates.scale((share, 1))
        glyph.coordinates.toInt()
        glyph.recalcBounds(glyphs)
        metrics[name] = (width, glyph.xMin)


def _subset(characters: str) -> str:
    from fontTools import subset

    options = subset.Options(
        flavor="woff",
        layout_features=[],  # other forms for small scripts would double it
        hinting=False,
        drop_tables=["GDEF", "GPOS", "GSUB", "DSIG", "meta"],
        name_IDs=[0, 13, 14],  # copyright and licence go with every copy
        name_languages=[0x409],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    buffer = BytesIO()
    with subset.load_font(str(math_font()), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        _narrow_roots(font)
        subset.save_font(font, buffer, options)
    return b64encode(buffer.getvalue()).decode()
