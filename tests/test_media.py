"""The pictures of the shipped bank: computed, legible in any font, in greyscale, on dark cards."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import fontpkg_fira_sans
import pytest
from fontTools.ttLib import TTFont

from prep_export.bank.ask.chapters import Chapters
from prep_export.hues import hue
from prep_export.reading import load_bank
from prep_export.svg.paper import for_paper
from prep_export.svg.tree import parse

from .conftest import ROOT

MEDIA = ROOT / "decks" / "llm" / "media"
FILES = sorted(MEDIA.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
DARK = ((1.0, "#2c2c2c"), (0.88, "#191d23"))
"""By how much a night theme inverts, and its ground: Anki's own, and that of our cards."""

each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


# Fonts: labels are set in the sans of whoever looks. Fira Sans is ours on paper; DejaVu Sans is as
# wide as such fonts get (Verdana is its twin), so it needs little slack.

_FIRA = Path(fontpkg_fira_sans.ROOT) / "files"
_DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
FONTS = [
    (_FIRA / "FiraSans-Regular.ttf", _FIRA / "FiraSans-SemiBold.ttf", 1.2),
    (_DEJAVU / "DejaVuSans.ttf", _DEJAVU / "DejaVuSans-Bold.ttf", 1.03),
]


@cache
def _widths(path: Path) -> dict[int, float]:
    font = TTFont(path)
    size = font["head"].unitsPerEm
    return {code: font["hmtx"][name][0] / size for code, name in font.getBestCmap().items()}


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


@dataclass(frozen=True)
class Label:
    words: str
    x: float
    y: float
    anchor: str
    size: float
    bold: bool
    colour: str

    def box(self, regular: Path, bold: Path, slack: float) -> Box:
        table = _widths(bold if self.bold else regular)
        width = slack * self.size * sum(table.get(ord(one), 0.6) for one in self.words)
        left = self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * width
        return Box(left, self.y - 0.74 * self.size, left + width, self.y + 0.2 * self.size)


def _root(path: Path) -> Any:
    """A picture, each of its elements with what it inherits."""
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    for parent in root.iter():  # in the order of the file, so that all comes down
        for name in ("fill", "stroke", "font-family", "font-size"):
            for child in parent:
                if (said := parent.get(name)) is not None and child.get(name) is None:
                    child.set(name, said)
    return root


def _labels(root: Any) -> list[Label]:
    return [
        Label(
            "".join(node.itertext()),
            float(node.get("x")),
            float(node.get("y")),
            node.get("text-anchor", "start"),
            float(node.get("font-size")),
            node.get("font-weight") == "bold",
            node.get("fill"),
        )
        for node in root.iter(SVG + "text")
    ]


def _rects(root: Any) -> list[tuple[Box, str]]:
    found = []
    for node in root.iter(SVG + "rect"):
        x, y, width, height = (float(node.get(key)) for key in ("x", "y", "width", "height"))
        found.append((Box(x, y, x + width, y + height), node.get("fill")))
    return found


def _points(data: str) -> list[tuple[float, float]]:
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", data)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _lines(root: Any) -> list[list[tuple[float, float]]]:
    """Points of each line, close enough together to be tested one by one."""
    found = []
    for node in root.iter(SVG + "path"):
        if node.get("fill") != "none":
            continue
        corners, dense = _points(node.get("d")), []
        for (x1, y1), (x2, y2) in pairwise(corners):
            steps = 1 + int(max(abs(x2 - x1), abs(y2 - y1)))
            dense += [
                (x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps)
                for step in range(steps + 1)
            ]
        found.append(dense)
    return found


def _area(points: list[tuple[float, float]], x: float, y: float) -> bool:
    """Whether a point is within a polygon."""
    inside = False
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1):
            inside = not inside
    return inside


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    weighed = zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    return sum(
        share * (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4)
        for share, one in weighed
    )


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _lightness(colour: str) -> float:
    found = _luminance(colour)
    return 116 * found ** (1 / 3) - 16 if found > 0.008856 else 903.3 * found


def _inverted(colour: str, share: float) -> str:
    """As `filter: invert(share) hue-rotate(180deg)` shows it."""
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    red, green, blue = (255 * share + one * (1 - 2 * share) for one in parts)
    rows = ((-0.574, 1.43, 0.144), (0.426, 0.43, 0.144), (0.426, 1.43, -0.856))
    mixed = (a * red + b * green + c * blue for a, b, c in rows)
    return "#" + "".join(f"{min(255, max(0, round(one))):02x}" for one in mixed)


def _ground(root: Any, label: Label) -> str | None:
    """The fill under a label; None where there is none."""
    middle = label.box(*FONTS[0][:2], 1)
    x, y = (middle.left + middle.right) / 2, (middle.top + middle.bottom) / 2
    found = None
    for node in root:
        fill = node.get("fill")
        if not fill or fill == "none":
            continue
        if node.tag == SVG + "rect":
            left, top, width, height = (
                float(node.get(key)) for key in ("x", "y", "width", "height")
            )
            if left <= x <= left + width and top <= y <= top + height:
                found = fill
        elif node.tag == SVG + "path" and _area(_points(node.get("d")), x, y):
            found = fill
    return found


def test_the_script_writes_what_is_committed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, MEDIA / "draw.py", tmp_path], check=True)
    drawn = {path.name: path.read_bytes() for path in tmp_path.glob("*")}
    assert drawn == {path.name: path.read_bytes() for path in FILES}


@each
def test_a_label_fits_with_slack_in_any_font(path: Path) -> None:
    root = _root(path)
    _, _, width, height = map(float, root.get("viewBox").split())
    whole = Box(0, 0, width, height)
    labels, rects, lines = _labels(root), _rects(root), _lines(root)
    faults = []
    for regular, bold, slack in FONTS:
        if not regular.is_file():
            continue
        boxes = {label: label.box(regular, bold, slack) for label in labels}
        for label, box in boxes.items():
            if not whole.holds(box):
                faults.append(f"'{label.words}' leaves the picture in {regular.stem}: {box}")
            faults += [
                f"'{label.words}' crosses the edge of a box in {regular.stem}: {box} {rect}"
                for rect, _ in rects
                if box.meets(rect) and not (rect.left <= box.left and box.right <= rect.right)
            ]
            near = label.box(regular, bold, 1)
            faults += [
                f"a line runs through '{label.words}' at {x:.0f}, {y:.0f}"
                for line in lines
                for x, y in line
                if near.left < x < near.right and near.top < y < near.bottom
            ][:1]
        faults += [
            f"'{one.words}' and '{other.words}' overlap in {regular.stem}"
            for (one, a), (other, b) in combinations(boxes.items(), 2)
            if a.meets(b)
        ]
    assert not faults, "\n".join(faults)


@each
def test_a_picture_is_as_large_as_a_phone_shows_and_has_no_ground(path: Path) -> None:
    root = _root(path)
    _, _, width, height = map(float, root.get("viewBox").split())
    natural = (float(root.get("width")), float(root.get("height")))
    assert natural == pytest.approx((1.2 * width, 1.2 * height))
    assert width <= 340
    assert height <= 200
    assert all(box.right - box.left < 0.9 * width for box, fill in _rects(root) if fill != "none")
    assert {node.get("font-family") for node in root.iter(SVG + "text")} == {"sans-serif"}
    assert min(label.size for label in _labels(root)) >= 11


@each
def test_labels_are_read_on_paper_and_on_dark_cards(path: Path) -> None:
    root = _root(path)
    for label in _labels(root):
        ground = _ground(root, label)
        assert _contrast(label.colour, ground or "#ffffff") >= 4.5, label
        for share, night in DARK:
            dark = _inverted(ground, share) if ground else night
            assert _contrast(_inverted(label.colour, share), dark) >= 4.5, label


@each
def test_fills_differ_in_greyscale(path: Path) -> None:
    """Fills that mean something, not those of a scale, which are many and have their number."""
    fills = {
        node.get("fill")
        for node in _root(path).iter()
        if node.tag in {SVG + "rect", SVG + "circle"} and node.get("fill") != "none"
    }
    if len(fills) > 4:
        return
    levels = sorted(100.0 if fill == "none" else _lightness(fill) for fill in fills)
    assert all(b - a >= 8 for a, b in pairwise(levels)), levels


@each
def test_labels_in_parts_start_at_their_point(path: Path) -> None:
    """On paper the parts of a centred text are centred one by one, on top of each other."""
    for node in _root(path).iter(SVG + "text"):
        assert not len(node) or node.get("text-anchor") is None


@each
def test_paper_draws_all_of_it(path: Path) -> None:
    assert for_paper(parse(path.read_bytes())).lacks == ()


def _wired() -> list[tuple[str, str, int, str]]:
    """Of every picture that an item shows: its name, its words, and the item's chapter and text."""
    bank = load_bank(ROOT / "decks" / "llm")
    chapters = Chapters(bank)
    found = []
    for _, item in bank.items():
        texts = [str(getattr(item, name, "")) for name in ("body", "details", "answer")]
        text = "\n".join(texts)
        pairs = re.findall(r"!\[([^]]*)\]\(media/([^)]+)\)", text)
        text = re.sub(r"!\[[^]]*\]", "", text)
        diagram = getattr(item, "diagram", None)
        if diagram:
            pairs.append((diagram.alt, diagram.image.removeprefix("media/")))
        found += [(name, alt, chapters.of(item).number, text) for alt, name in pairs]
    return found


def test_every_picture_is_shown_in_its_chapters_hue_and_has_words() -> None:
    wired = _wired()
    assert {name for name, *_ in wired} == {path.name for path in FILES}
    days = {hue(number).day for number in range(1, 9)}
    for name, alt, chapter, _ in wired:
        used = set(re.findall(r"#[0-9a-f]{6}", (MEDIA / name).read_text(encoding="utf-8")))
        assert used & days <= {hue(chapter).day}, name
        assert 40 <= len(alt) <= 420, name
        assert not re.match(r"(?i)(a |the )?(diagram|picture|drawing|plot|chart)\b", alt), name


def _numbers(text: str) -> set[str]:
    """Those of two digits or more, without the commas of thousands."""
    found = re.findall(r"\d[\d,]*(?:\.\d+)?", text.replace("{,}", ","))
    return {one.replace(",", "") for one in found if len(one.strip(",")) > 1}


def test_numbers_of_alt_text_stand_in_the_picture_or_the_text() -> None:
    for name, alt, _, text in _wired():
        labels = " ".join(label.words for label in _labels(_root(MEDIA / name)))
        assert _numbers(alt) <= _numbers(labels) | _numbers(text), name
