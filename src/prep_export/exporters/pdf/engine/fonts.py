"""The fonts of the paper: real, embedded, with a fallback for what the text family lacks.

reportlab knows fonts by name in one table of the process. Ours stand there once, under names that
no host takes by chance; what belongs to one document is in `Fonts`.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from unicodedata import category

import fontpkg_fira_sans
import fontpkg_ibm_plex_mono
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from prep_export.errors import ExporterError
from prep_export.exporters.pdf.engine.kerning import Kerning
from prep_export.math_font import math_font
from prep_export.paths import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TEXT: Final = "prep-export-Text"
TEXT_BOLD: Final = "prep-export-Text-Bold"
TEXT_ITALIC: Final = "prep-export-Text-Italic"
TEXT_BOLD_ITALIC: Final = "prep-export-Text-BoldItalic"
MONO: Final = "prep-export-Mono"
MONO_BOLD: Final = "prep-export-Mono-Bold"
MATH: Final = "prep-export-Math"
SYMBOLS: Final = "prep-export-Symbols"
SIGNS: Final = "prep-export-Signs"
"""✓ and ✗ as a pair, of one height and weight: tests/support/signs.py draws them."""

_FIRA = Path(fontpkg_fira_sans.ROOT) / "files"
_PLEX = Path(fontpkg_ibm_plex_mono.ROOT) / "files"
_FILES: Final = {
    TEXT: _FIRA / "FiraSans-Regular.ttf",
    TEXT_BOLD: _FIRA / "FiraSans-SemiBold.ttf",
    TEXT_ITALIC: _FIRA / "FiraSans-Italic.ttf",
    TEXT_BOLD_ITALIC: _FIRA / "FiraSans-SemiBoldItalic.ttf",
    MONO: _PLEX / "IBMPlexMono-Regular.ttf",
    MONO_BOLD: _PLEX / "IBMPlexMono-SemiBold.ttf",
    SIGNS: Path(__file__).with_name("signs.ttf"),
}
FALLBACKS: Final = (SIGNS, SYMBOLS, TEXT, MONO)
MISSING: Final = "□"
_PRIVATE: Final = 0xF0000

_UNSHAPED: Final = re.compile(
    "[\u0590-\u109f\u1780-\u17ff\u1800-\u18af\ua840-\ua8ff\ua980-\ua9df\uaa60-\uaa7f"
    "\uabc0-\uabff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U000113ff\U0001e800-\U0001efff]"
)
"""Scripts that run from right to left, or whose letters and marks move by their neighbours: Hebrew,
Arabic, those of India, Thai, Lao, Tibetan, Burmese, Khmer, Mongolian and their like."""


class _Font(TTFont):  # type: ignore[misc]  # reportlab is untyped
    """A TrueType font whose text extracts as it was written.

    reportlab writes ToUnicode entries with four hex digits, which turns characters above U+FFFF
    into other ones; UTF-16 wants a surrogate pair there (ISO 32000-1, 9.10.3). And it maps codes
    that nothing is shown by to U+0000, which PDF/UA forbids (ISO 14289-1, 7.21.7).
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Lines are broken by the widths of words, and most words come again.
        self._units = lru_cache(maxsize=65_536)(self._sum)

    def _sum(self, text: str) -> float:
        widths, default = self.face.charWidths, self.face.defaultWidth
        total: float = sum([widths.get(ord(char), default) for char in text])
        return total

    def stringWidth(self, text: str | bytes, size: float, encoding: str = "utf8") -> float:  # noqa: N802 - reportlab's name
        if isinstance(text, bytes):
            text = text.decode(encoding)
        return 0.001 * size * self._units(text)

    def unicode_of(self, code: int) -> str:
        return chr(code)

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        state = self.state[doc]
        names = {
            number: f"toUnicodeCMap:{_subset_name(number)}+{self.face.name.decode('latin-1')}"
            for number in range(len(state.subsets))
        }
        subsets = [list(subset) for subset in state.subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            stream = doc.idToObject.get(names[number])
            if stream is not None:
                stream.content = self._cmap(names[number], subset)

    def _cmap(self, name: str, subset: list[int]) -> str:
        from reportlab.pdfbase.ttfonts import makeToUnicodeCMap

        head, _, rest = makeToUnicodeCMap(name, [0] * len(subset)).partition("endcodespacerange\n")
        _, _, foot = rest.partition("endbfchar\n")
        known = [(code, self.unicode_of(char)) for code, char in enumerate(subset) if char]
        entries = [f"<{code:02X}> <{text.encode('utf-16-be').hex()}>" for code, text in known]
        blocks = [
            f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n"
            for block in (entries[at : at + _BLOCK] for at in range(0, len(entries), _BLOCK))
        ]
        return f"{head}endcodespacerange\n{''.join(blocks)}{foot}"


_BLOCK: Final = 100
"""Entries of one block of a CMap, at most (Adobe Technical Note 5014)."""


class KernedFont(_Font):
    """A font whose pairs of letters stand as it says, as long as they stand in one word."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path))
        self._kerning = Kerning(path.read_bytes())
        self._to_thousandths = 1000 / self.face.unitsPerEm
        self._gaps_in = lru_cache(maxsize=65_536)(self._gaps)

    def gaps(self, text: str) -> list[tuple[int, float]]:
        """Where something is put between letters, as the place of the second one in the text, and
        how much in thousandths of the type size; mostly less than nothing."""
        found: list[tuple[int, float]] = []
        start = 0
        for word in text.split(" "):
            found += [(start + place, width) for place, width in self._gaps_in(word)]
            start += len(word) + 1
        return found

    def _gaps(self, word: str) -> tuple[tuple[int, float], ...]:
        glyphs = [self.face.charToGlyph.get(ord(char), 0) for char in word]
        pairs = enumerate(pairwise(glyphs), start=1)
        found = [(place, self._kerning.units(*pair)) for place, pair in pairs]
        return tuple((place, units * self._to_thousandths) for place, units in found if units)

    def _sum(self, text: str) -> float:
        return super()._sum(text) + sum(width for _, width in self.gaps(text))


def _subset_name(number: int) -> str:
    from reportlab.pdfbase.ttfonts import SUBSETN

    name: bytes = SUBSETN(number)
    return name.decode("latin-1")


class MathFont(_Font):
    """STIX Two Math addressed by glyph: variants and pieces of delimiters have no character."""

    def __init__(self) -> None:
        super().__init__(MATH, str(math_font()), asciiReadable=0)
        # PDF objects are named by the face, which SYMBOLS has too.
        self.face.name = b"STIXTwoMath-Glyphs"
        self._codes: dict[tuple[int, str], int] = {}
        self._text: dict[int, str] = {}
        self._lock = Lock()

    def code(self, glyph: int, char: str) -> str:
        """A private character that draws the glyph and extracts as `char`."""
        key = (glyph, char)
        if key not in self._codes:
            with self._lock:  # or two documents of two threads would take one code for two glyphs
                if key not in self._codes:
                    code = _PRIVATE + len(self._codes)
                    self._text[code] = char
                    self.face.charToGlyph[code] = glyph
                    # Each glyph has a place of its own, but a file's widths are its font's.
                    units = self.face.hmetrics[glyph][0]
                    self.face.charWidths[code] = units * 1000 / self.face.unitsPerEm
                    self._codes[key] = code
        return chr(self._codes[key])

    def unicode_of(self, code: int) -> str:
        return self._text.get(code) or chr(code)


_registering: Final = Lock()


def register() -> MathFont:
    """Make the fonts known to reportlab, once a process; returns the math font.

    Under a lock, as a second registration would replace fonts that a document is being set in.
    """
    with _registering:
        return _register()


@cache
def _register() -> MathFont:
    for name, path in _FILES.items():
        kerned = name.startswith(TEXT)
        pdfmetrics.registerFont(KernedFont(name, path) if kerned else _Font(name, str(path)))
    pdfmetrics.registerFont(_Font(SYMBOLS, str(math_font()), asciiReadable=0))
    math = MathFont()
    pdfmetrics.registerFont(math)
    return math


@cache
def _own(reference: str, path: str, digest: str) -> str:
    """The name of a bank's font, made known to reportlab. Raises ExporterError."""
    name = f"prep-export-Own-{digest[:16]}"
    try:
        pdfmetrics.registerFont(_Font(name, path, asciiReadable=0))
    except (TTFError, struct.error, IndexError, KeyError, ValueError, AttributeError) as error:
        # Validation has judged the file; reportlab reads more of it.
        message = f"the font '{reference}' cannot be put into a PDF ({error})"
        raise ExporterError(message) from None
    return name


def unfit(root: str, reference: str, characters: Iterable[str]) -> str:
    """Why a font of a bank cannot be put into a PDF with these characters; empty when it can.

    Sound tables may still hold damaged outlines, so the part that a PDF would take is made once.
    """
    try:
        (name,) = Fonts(root, [reference])._own  # noqa: SLF001 - of its own class's module
        face = pdfmetrics.getFont(name).face
        face.makeSubset([ord(char) for char in characters if ord(char) in face.charToGlyph])
    except ExporterError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - of a damaged file reportlab raises anything
        return f"the font '{reference}' cannot be put into a PDF ({error or type(error).__name__})"
    return ""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font."""

    font: str
    text: str


class Fonts:
    """The fonts of one document: ours, then its bank's; remembers what none of them has."""

    def __init__(self, root: str = ".", references: Sequence[str] = ()) -> None:
        """`references` are paths of TrueType files from the folder `root`. Raises ExporterError."""
        register()
        own = []
        for reference in references:
            path = inside(root, reference)
            if path is None or not Path(path).is_file():  # true of no FIFO and no device
                raise ExporterError(f"there is no font '{reference}' in the bank's folder")
            with _registering:
                own.append(_own(reference, path, sha256(Path(path).read_bytes()).hexdigest()))
        self._own = tuple(own)
        self.missing: dict[str, None] = {}
        """Characters that no font has, in the order in which they came."""
        self.unshaped: dict[str, None] = {}
        """Characters whose script takes more than a glyph for each, whether a font has them."""

    def runs(self, font: str, text: str) -> list[Run]:
        """Text split by the fonts that have its characters; what none has becomes MISSING."""
        if text.isascii():
            return [Run(font, text)]
        self.unshaped.update(dict.fromkeys(_UNSHAPED.findall(text)))
        found: list[Run] = []
        for char in text:
            shown, name = self._shown(font, char)
            if not shown:
                continue
            if found and found[-1].font == name:
                found[-1] = Run(name, found[-1].text + shown)
            else:
                found.append(Run(name, shown))
        return found

    def _shown(self, font: str, char: str) -> tuple[str, str]:
        """What stands for a character, and its font; nothing for one that shows nothing."""
        # reportlab breaks lines at a narrow no-break space.
        char = "\u00a0" if char == "\u202f" else char
        name = _first_with(char, (font, *FALLBACKS, *self._own))
        if name is not None:
            return char, name
        if char.isspace():
            return " ", font
        if category(char) in {"Cf", "Mn"}:
            return "", font
        self.missing[char] = None
        return MISSING, SYMBOLS

    def width(self, font: str, text: str, size: float) -> float:
        """Width of a text in points."""
        return float(sum(stringWidth(r.text, r.font, size) for r in self.runs(font, text)))


@cache
def _coverage(font: str) -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)


@lru_cache(maxsize=65_536)
def _first_with(char: str, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if ord(char) in _coverage(name)), None)
