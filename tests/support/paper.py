"""What independent programs say about a PDF: qpdf and poppler."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import pikepdf

from .programs import program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_ZOOM: Final = 3
"""pdftohtml rounds to whole pixels, of which this many make a point; it goes no higher."""


def tool(name: str, *arguments: str | Path) -> str:
    """Output of a program; the test skips where it is absent, but never in `.ci/run`."""
    path = program(name, package="qpdf, poppler-utils")
    done = subprocess.run(
        [path, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def is_sound(path: Path) -> bool:
    """Whether qpdf finds neither an error nor a warning."""
    return "No syntax or stream encoding errors found" in tool("qpdf", "--check", path)


def fonts(path: Path) -> dict[str, tuple[str, bool]]:
    """(type, embedded) of every font by its name, as pdffonts lists them."""
    found = {}
    for line in tool("pdffonts", path).splitlines()[2:]:
        name, rest = line[:36].strip(), line[36:]
        embedded, subset, unicode_map = rest[35:48].split()
        found[name] = (rest[:18].strip(), embedded == subset == unicode_map == "yes")
    return found


def text(path: Path) -> str:
    """Text in reading order, with runs of white space as single spaces."""
    return " ".join(tool("pdftotext", "-raw", path, "-").split())


def letters(text: str) -> str:
    """A text without its spaces, which line breaks may add or take."""
    return "".join(text.split())


def info(path: Path) -> dict[str, str]:
    """The document's metadata as pdfinfo shows it."""
    pairs = (line.split(":", 1) for line in tool("pdfinfo", path).splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


_PAINT: Final = re.compile(rb"(?<!\S)([-.\d]+) ([-.\d]+) ([-.\d]+) (?:rg|RG)(?!\S)")


def colours(path: Path) -> set[tuple[float, float, float]]:
    """Every colour (red, green, blue, each 0 to 1) in which a document draws or writes."""
    with pikepdf.open(path) as document:
        return {
            (float(red), float(green), float(blue))
            for page in document.pages
            for red, green, blue in _PAINT.findall(page.Contents.read_bytes())
        }


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one font, with its box in points from the page's upper left corner."""

    page: int
    text: str
    font: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_math(self) -> bool:
        return "STIXTwoMath" in self.font


def spans(path: Path) -> list[Span]:
    """All text of a document as poppler places it: quick enough for every page of a book."""
    return list(_spans(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=8)
def _spans(path: Path, _written: int) -> tuple[Span, ...]:
    markup = tool(
        "pdftohtml", "-xml", "-i", "-stdout", "-zoom", str(_ZOOM), "-fontfullname", "-hidden", path
    )
    fonts: dict[str, str] = {}
    found = []
    for page in ET.fromstring(markup.encode()).iter("page"):
        fonts |= {spec.attrib["id"]: spec.attrib["family"] for spec in page.iter("fontspec")}
        for one in page.iter("text"):
            at = {key: int(one.attrib[key]) / _ZOOM for key in ("left", "top", "width", "height")}
            raw = "".join(one.itertext())
            text = raw.strip()
            # Tagged PDF ends lines in a space, which may hang over the edge: there is no ink in it.
            font = fonts[one.attrib["font"]]
            space = 0.5 if "Mono" in font else 0.27
            hanging = space * at["height"] if raw.endswith(" ") else 0.0
            if text:
                found.append(
                    Span(
                        int(page.attrib["number"]),
                        text,
                        font,
                        at["left"],
                        at["top"],
                        at["left"] + at["width"] - hanging,
                        at["top"] + at["height"],
                    )
                )
    return tuple(found)


def overlapping(path: Path) -> list[str]:
    """Pairs of texts one of which is set over the other.

    Boxes are as high as their font, which is more than its letters are; half of the height of each
    is left out. Parts of a formula lie in each other's boxes by design.
    """
    found = []
    waiting: list[Span] = []
    for span in sorted(spans(path), key=lambda s: (s.page, s.top)):
        waiting = [w for w in waiting if w.page == span.page and w.bottom > span.top]
        for other in waiting:
            if span.is_math and other.is_math:
                continue
            width = min(span.right, other.right) - max(span.left, other.left)
            quarter = (span.bottom - span.top + other.bottom - other.top) / 8
            height = min(span.bottom, other.bottom) - max(span.top, other.top) - 2 * quarter
            least = 1.5 if span.is_math or other.is_math else 1  # scripts reach out of their boxes
            if width > least and height > 0:
                found.append(f"page {span.page}: {span.text[:40]!r} over {other.text[:40]!r}")
        waiting.append(span)
    return found


def outside(path: Path, boxes: Sequence[tuple[float, float, float, float]]) -> list[str]:
    """Texts that lie in none of the boxes (left, top, right, bottom)."""
    return [
        f"page {span.page}: {span.text[:60]!r}"
        for span in spans(path)
        if not any(
            left - 1 <= span.left <= span.right <= right + 1
            and top - 1 <= (span.top + span.bottom) / 2 <= bottom + 1
            for left, top, right, bottom in boxes
        )
    ]
