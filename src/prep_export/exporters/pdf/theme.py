"""Colours and sizes of the paper. Every text colour has 4.5:1 or more on white."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, A5, LETTER, landscape

from prep_export.errors import UsageError
from prep_export.exporters.pdf.engine.look import Look
from prep_export.exporters.pdf.engine.strings import SMALLEST
from prep_export.hues import HUES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.bank.model import Header
    from prep_export.exporters.pdf.engine.fonts import Fonts
    from prep_export.exporters.pdf.engine.pictures import Pictures
    from prep_export.labels import LabelName
    from prep_export.parts import Tone

PAPERS: Final = {"a4": landscape(A4), "letter": landscape(LETTER)}
"""Width and height in points."""

PORTRAIT: Final = {"a4": A4, "letter": LETTER, "a5": A5}

MARGIN: Final = 15.0
GUTTER: Final = 10.0
COLUMNS: Final = 4
HEAD: Final = 25.0


_TINT: Final = 0.08
"""Share of a colour in its tint."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a document. `good` and `warn` only ever colour words that say the same."""

    paper: Any
    ink: Any
    quiet: Any
    accent: Any
    warn: Any
    good: Any
    panel: Any
    line: Any
    chapters: tuple[Any, ...] = ()
    """Colours of the chapters, in order; after the last they begin again."""
    grey: bool = False
    """Pictures are turned into greys too."""

    def of_chapter(self, number: int) -> Any:
        """The colour of a chapter, by its number from 1."""
        return self.chapters[(number - 1) % len(self.chapters)]

    @property
    def title(self) -> Any:
        """The colour of titles that belong to no chapter: the header's own accent, or ink."""
        return self.accent if len(self.chapters) == 1 else self.ink

    def tint(self, color: Any) -> Any:
        """A ground for text of this palette, of a colour's hue; the panel where there is none."""
        if self.grey:
            return self.panel
        parts = zip(color.rgb(), self.paper.rgb(), strict=True)
        return Color(*(part * _TINT + white * (1 - _TINT) for part, white in parts))

    def of_tone(self, tone: Tone) -> Any:
        """The colour of a label that warns, commends, or does neither."""
        return {"plain": self.accent, "warn": self.warn, "good": self.good}[tone]

    def code(self) -> dict[str, Any]:
        """Colours by Pygments class."""
        keyword = self.ink if self.grey else HexColor("#8a1c6f")
        groups = (
            ("k kn kd kc", keyword),
            ("nf nc nb", self.accent),
            ("s s1 s2 sd", self.good),
            ("mi mf", self.warn),
            ("c c1 cm", self.quiet),
        )
        return {name: color for names, color in groups for name in names.split()}


COLOR: Final = Palette(
    paper=HexColor("#ffffff"),
    ink=HexColor("#1c2430"),
    quiet=HexColor("#566173"),
    accent=HexColor("#0b5c8a"),
    warn=HexColor("#9a3412"),
    good=HexColor("#1d6b3f"),
    panel=HexColor("#f0f1ee"),
    line=HexColor("#cfd4da"),
    chapters=tuple(HexColor(hue.day) for hue in HUES),
)

MONO: Final = Palette(
    paper=HexColor("#ffffff"),
    ink=HexColor("#000000"),
    quiet=HexColor("#4d4d4d"),
    accent=HexColor("#000000"),
    warn=HexColor("#000000"),
    good=HexColor("#000000"),
    panel=HexColor("#f0f0f0"),
    line=HexColor("#bfbfbf"),
    chapters=(HexColor("#000000"),),
    grey=True,
)
"""Black and greys, for a printer without colours; nothing in any layout is told by colour alone."""


def palette(name: str, header: Header) -> Palette:
    """The palette `color`, with the header's own colours, or `mono`.

    A header's own accent is the colour of every chapter.
    """
    if name == "mono":
        return MONO
    own = header.pdf
    given = {
        part: HexColor(value)
        for part in ("accent", "warn", "good")
        if own is not None and (value := getattr(own, part))
    }
    chapters = (given["accent"],) if "accent" in given else COLOR.chapters
    return replace(COLOR, **given, chapters=chapters)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a document is to be set: what the options of every layout say, and with what."""

    paper: str
    """A name of a paper size."""
    colors: Palette
    size: float
    """Points of running text."""
    fonts: Fonts
    pictures: Pictures
    labels: Mapping[LabelName, str]
    columns: int = COLUMNS


WRONG_SIGN: Final = "✗"
RIGHT_SIGN: Final = "✓"
"""Signs of one height and weight; where colours are missing they still tell right from wrong."""

FIGURE: Final = 64.0
"""Height of a diagram: labels of 12 units in one of 112 come out at 6.8 points."""

BOOK_FIGURE: Final = 96.0
"""The same beside running text of 9.8 points, with labels of 10.3."""

LARGEST: Final = 14.0
"""Points; larger type leaves a column too few words."""

SHEET_SIZE: Final = 8.0
BOOK_SIZE: Final = 9.8


def sheet(colors: Palette, fonts: Fonts) -> Look:
    """The look of the cheat sheet."""
    return Look(
        size=SHEET_SIZE,
        leading=9.5,
        ink=colors.ink,
        quiet=colors.quiet,
        accent=colors.accent,
        panel=colors.panel,
        line=colors.line,
        code_colors=colors.code(),
        fonts=fonts,
        grey=colors.grey,
        indent=9.2,
        gap=0.6,
        wide_tables=True,
    )


def book(colors: Palette, fonts: Fonts) -> Look:
    """The look of running text: the booklet, and flashcards at several scales."""
    return replace(
        sheet(colors, fonts), size=BOOK_SIZE, leading=13.6, indent=13.0, gap=4.2, wide_tables=False
    )


def scales(size: float) -> tuple[float, ...]:
    """Steps by which type of `size` points may be set smaller, from large to small."""
    return tuple(n / 100 for n in range(98, 0, -1) if size * n / 100 >= SMALLEST)


def font_size(text: str, default: float) -> float:
    """Points from an option. Raises UsageError for what is no size between the bounds."""
    if text == "auto":
        return default
    try:
        size = float(text)
    except ValueError:
        size = 0.0
    if not SMALLEST <= size <= LARGEST:
        raise UsageError(
            f"'font-size' cannot be '{text[:20]}'; points from {SMALLEST:g} to {LARGEST:g}"
        )
    return size
