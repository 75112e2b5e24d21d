"""The fonts of the paper: real, embedded, with a fallback for what the text family lacks."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import fontpkg_fira_sans
import fontpkg_ibm_plex_mono
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from prep_export.markup.media import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TEXT, TEXT_BOLD, TEXT_ITALIC, TEXT_BOLD_ITALIC = (
    "Text",
    "Text-Bold",
    "Text-Italic",
    "Text-BoldItalic",
)
MONO, MONO_BOLD = "Mono", "Mono-Bold"
MATH: Final = "Math"
SYMBOLS: Final = "Symbols"

_FIRA = Path(fontpkg_fira_sans.ROOT) / "files"
_PLEX = Path(fontpkg_ibm_plex_mono.ROOT) / "files"
_FILES: Final = {
    TEXT: _FIRA / "FiraSans-Regular.ttf",
    TEXT_BOLD: _FIRA / "FiraSans-SemiBold.ttf",
    TEXT_ITALIC: _FIRA / "FiraSans-Italic.ttf",
    TEXT_BOLD_ITALIC: _FIRA / "FiraSans-SemiBoldItalic.ttf",
    MONO: _PLEX / "IBMPlexMono-Regular.ttf",
    MONO_BOLD: _PLEX / "IBMPlexMono-SemiBold.ttf",
}
FALLBACKS: Final = (SYMBOLS, TEXT, MONO)
MISSING: Final = "□"
_PRIVATE: Final = 0xF0000


def _math_file() -> Path:
    found = find_spec("ziamath")  # located, not imported: that takes time, and warns
    assert found is not None  # noqa: S101 - a dependency
    assert found.origin is not None  # noqa: S101
    return Path(found.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"


class _Font(TTFont):  # type: ignore[misc]  # reportlab is untyped
    """A TrueType font whose text extracts as it was written.

    reportlab writes ToUnicode entries with four hex digits, which turns characters above U+FFFF
    into other ones; UTF-16 wants a surrogate pair there (ISO 32000-1, 9.10.3).
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
            if stream is not None and any(code > 0xFFFF for code in subset):  # noqa: PLR2004
                stream.content = self._cmap(names[number], subset)

    def _cmap(self, name: str, subset: list[int]) -> str:
        from reportlab.pdfbase.ttfonts import makeToUnicodeCMap

        lines = makeToUnicodeCMap(name, [0] * len(subset)).split("\n")
        for code, character in enumerate(subset):
            utf16 = self.unicode_of(character).encode("utf-16-be").hex().upper()
            lines[lines.index(f"<{code:02X}> <0000>")] = f"<{code:02X}> <{utf16 or '0000'}>"
        return "\n".join(lines)


def _subset_name(number: int) -> str:
    from reportlab.pdfbase.ttfonts import SUBSETN

    name: bytes = SUBSETN(number)
    return name.decode("latin-1")


class MathFont(_Font):
    """STIX Two Math addressed by glyph: variants and pieces of delimiters have no character."""

    def __init__(self) -> None:
        super().__init__(MATH, str(_math_file()), asciiReadable=0)
        # PDF objects are named by the face, which SYMBOLS has too.
        self.face.name = b"STIXTwoMath-Glyphs"
        self._codes: dict[tuple[int, str], int] = {}
        self._text: dict[int, str] = {}

    def code(self, glyph: int, char: str) -> str:
        """A private character that draws the glyph and extracts as `char`."""
        key = (glyph, char)
        if key not in self._codes:
            code = _PRIVATE + len(self._codes)
            self._codes[key] = code
            self._text[code] = char
            self.face.charToGlyph[code] = glyph
            self.face.charWidths[code] = 0
        return chr(self._codes[key])

    def unicode_of(self, code: int) -> str:
        return self._text.get(code) or chr(code)


@cache
def register() -> MathFont:
    """Make the fonts known to reportlab, once a process; returns the math font."""
    for name, path in _FILES.items():
        pdfmetrics.registerFont(_Font(name, str(path)))
    pdfmetrics.registerFont(_Font(SYMBOLS, str(_math_file()), asciiReadable=0))
    math = MathFont()
    pdfmetrics.registerFont(math)
    return math


class FontError(ValueError):
    """A font file that cannot be used; the message says why."""


@cache
def _own(path: str) -> str:
    """The name of a bank's font, made known to reportlab. Raises FontError."""
    try:
        content = Path(path).read_bytes()
    except OSError:
        raise FontError("there is no such file") from None
    name = f"Own-{sha256(content).hexdigest()[:16]}"
    try:
        pdfmetrics.registerFont(_Font(name, path, asciiReadable=0))
    except (TTFError, struct.error, IndexError, KeyError, ValueError) as error:
        raise FontError(f"it is no TrueType font that a PDF can hold ({error})") from None
    return name


def own_font_problem(root: str, reference: str) -> str:
    """Why a bank's font cannot be used; empty where it can."""
    try:
        _own_at(root, reference)
    except FontError as error:
        return str(error)
    return ""


def _own_at(root: str, reference: str) -> str:
    path = inside(root, reference)
    if path is None:
        raise FontError("it lies outside the bank's folder")
    return _own(path)


_own_names: ContextVar[tuple[str, ...]] = ContextVar("own", default=())


@contextmanager
def own_fonts(root: str, references: Sequence[str]) -> Iterator[None]:
    """While this lasts, a bank's fonts are asked for what ours lack. Raises FontError."""
    register()
    token = _own_names.set(tuple(_own_at(root, one) for one in references))
    try:
        yield
    finally:
        _own_names.reset(token)


@cache
def _coverage(font: str) -> frozenset[int]:
    register()
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font."""

    font: str
    text: str


def _font_for(font: str, char: str) -> str | None:
    return _first_with(char, (font, *FALLBACKS, *_own_names.get()))


@cache
def _first_with(char: str, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if ord(char) in _coverage(name)), None)


def missing(text: str) -> list[str]:
    """Characters of a text that no font here has, in order, once each."""
    if text.isascii():
        return []
    return [
        c
        for c in dict.fromkeys(text)
        if not c.isspace() and not _ignorable(c) and _font_for(TEXT, c) is None
    ]


def _ignorable(char: str) -> bool:
    from unicodedata import category

    return category(char) in {"Cf", "Mn"} and ord(char) not in _coverage(SYMBOLS)


def runs(font: str, text: str) -> list[Run]:
    """Text split by the fonts that have its characters; what none has becomes MISSING."""
    if text.isascii():
        return [Run(font, text)]
    found: list[Run] = []
    for char in text:
        if _ignorable(char):
            continue
        name = font if char.isspace() else _font_for(font, char)
        shown = char if name else MISSING
        name = name or SYMBOLS
        if found and found[-1].font == name:
            found[-1] = Run(name, found[-1].text + shown)
        else:
            found.append(Run(name, shown))
    return found
