"""The look of running text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from reportlab.lib.styles import ParagraphStyle

from prep_export.exporters.pdf.engine.fonts import TEXT
from prep_export.exporters.pdf.engine.hyphens import breaker

if TYPE_CHECKING:
    from prep_export.exporters.pdf.engine.fonts import Fonts


MATH: Final = 1.11
"""The size of formulas in that of the text around: of their sizes, the x of STIX Two Math is 0.473
high and that of Fira Sans 0.527, and so are their stems, 0.083 and 0.092 wide."""


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes (points) and colours of running text."""

    size: float
    leading: float
    ink: Any
    quiet: Any
    accent: Any
    panel: Any
    line: Any
    code_colors: dict[str, Any]
    fonts: Fonts
    indent: float = 9.0
    gap: float = 2.0
    """Space after a paragraph or list item."""
    grey: bool = False
    """Pictures are turned into greys."""
    wide_tables: bool = False
    """Tables take the whole width, also where they need less."""
    bold: bool = False
    """Running text is semibold; what is strong in it is italic too."""
    hyphens: str = ""
    """Dictionary by which long words are broken; none are where it is empty."""

    def scaled(self, factor: float) -> Look:
        """The same look with all its lengths multiplied."""
        return replace(
            self,
            size=self.size * factor,
            leading=self.leading * factor,
            indent=self.indent * factor,
            gap=self.gap * factor,
        )

    def style(self, **changes: Any) -> ParagraphStyle:
        """A paragraph style of this look, with changes."""
        values: dict[str, Any] = {
            "fontName": TEXT,
            "fontSize": self.size,
            "leading": self.leading,
            "textColor": self.ink,
            "spaceAfter": self.gap,
            "bulletFontName": TEXT,
            "bulletFontSize": self.size,
            "bulletColor": self.accent,
            "splitLongWords": 1,
            "allowWidows": 0,
            "allowOrphans": 0,
            # Not embeddedHyphenation: where it tries a break and takes it back, the hyphen is lost.
            "uriWasteReduce": 0.3,
            "spaceShrinkage": 0,  # lines are not justified, so one too wide would stay too wide
            "autoLeading": "max",  # a tall formula pushes its line apart instead of overlapping
        }
        if self.hyphens:
            values["hyphenationLang"] = breaker(self.hyphens)
            values["hyphenationMinWordLength"] = 8
        return ParagraphStyle("text", **{**values, **changes})
