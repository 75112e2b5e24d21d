"""Colours and sizes of the paper. Every text colour has 4.5:1 or more on white."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, A5, LETTER, landscape

from prep_export.markup.flowables import Look

PAPERS: Final = {"a4": landscape(A4), "letter": landscape(LETTER)}
"""Width and height in points."""

PORTRAIT: Final = {"a4": A4, "letter": LETTER, "a5": A5}

MARGIN: Final = 21.0
GUTTER: Final = 16.0
COLUMNS: Final = 3
HEAD: Final = 32.0
FOOT: Final = 14.0

PAPER: Final = HexColor("#ffffff")
INK: Final = HexColor("#1c2430")
QUIET: Final = HexColor("#566173")
ACCENT: Final = HexColor("#0b5c8a")
WARN: Final = HexColor("#9a3412")
GOOD: Final = HexColor("#1d6b3f")
PANEL: Final = HexColor("#f0f1ee")
LINE: Final = HexColor("#cfd4da")

_CODE: Final = {
    "k": HexColor("#8a1c6f"),
    "kn": HexColor("#8a1c6f"),
    "kd": HexColor("#8a1c6f"),
    "kc": HexColor("#8a1c6f"),
    "nf": ACCENT,
    "nc": ACCENT,
    "nb": ACCENT,
    "s": GOOD,
    "s1": GOOD,
    "s2": GOOD,
    "sd": GOOD,
    "mi": WARN,
    "mf": WARN,
    "c": QUIET,
    "c1": QUIET,
    "cm": QUIET,
}

FIGURE: Final = 64.0
"""Height of a diagram: labels of 12 units in one of 112 come out at 6.8 points."""

SMALLEST: Final = 6.6
"""Points; nothing on paper is smaller."""

SHEET: Final = Look(
    size=8.0,
    leading=10.1,
    ink=INK,
    quiet=QUIET,
    accent=ACCENT,
    panel=PANEL,
    line=LINE,
    code_colors=_CODE,
    indent=8.6,
    gap=1.3,
)

SCALES: Final = tuple(n / 100 for n in range(98, 0, -1) if SHEET.size * n / 100 >= SMALLEST)
"""Steps by which type may be set smaller to save a page, from large to small."""

BOOK: Final = replace(SHEET, size=9.8, leading=13.6, indent=13.0, gap=4.2)
