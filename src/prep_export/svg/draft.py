"""What an SVG for paper is made in: its elements by id, their style and lengths, and counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prep_export.svg import geometry
from prep_export.svg.geometry import GeometryError
from prep_export.svg.style import Style, Styles
from prep_export.svg.tree import SVG, Node, SvgError

if TYPE_CHECKING:
    from prep_export.svg.geometry import Matrix

MAX_SHAPES: Final = 8_000
"""Shapes, groups and texts, copies by `use` and markers counted: some seconds of a typesetter."""
MAX_PATHS: Final = 500_000
"""Characters of all paths."""
MAX_LETTERS: Final = 20_000
"""Characters of all texts."""
SMALLEST: Final = 1e-3
"""A width or height, below which nothing is left of a picture but divisions by nothing."""

SHAPES: Final = frozenset("circle ellipse line path polygon polyline rect".split())
ANIMATIONS: Final = frozenset("animate animateMotion animateTransform set".split())
_LENGTH: Final = re.compile(rf"({geometry.NUMBER.pattern})\s*([a-zA-Z%]*)")
_UNITS: Final = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 9.6 / 2.54,
    "q": 2.4 / 2.54,
}
_RELATIVE: Final = {"em": 1.0, "ex": 0.5, "ch": 0.5}
_SIZES: Final = {
    "xx-small": 9,
    "x-small": 10,
    "small": 13,
    "medium": 16,
    "large": 18,
    "x-large": 24,
    "xx-large": 32,
}
_UNSHOWN: Final = {
    "filter": {"none"},
    "mask": {"none"},
    "mix-blend-mode": {"normal"},
    "text-decoration": {"none"},
    "transform-origin": {"0", "0 0", "0px 0px"},
    "writing-mode": {"lr", "lr-tb", "horizontal-tb"},
}
"""Properties that paper does not show, with the values that change nothing."""


class Draft:
    """An SVG on its way to paper."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.styles = Styles(root)
        self.ids: dict[str, Node] = {}
        self.parents: dict[int, Node] = {}
        for node in root.iter():
            assert isinstance(node, Node)  # noqa: S101 - for the type checker
            if "id" in node.attrib:
                self.ids.setdefault(node.attrib["id"], node)
            self.parents.update((id(child), node) for child in node.nodes)
        self.lacks: dict[str, int] = {}
        self.bitmaps: list[tuple[int, bytes]] = []
        self.defs = element("defs")
        """What is referred to: gradients and clipping paths."""
        self.defined: dict[tuple[str, int], str] = {}
        """References to what stands in `defs`, by kind and the element that it is made of."""
        self.count = self.paths = self.letters = 0
        self.open: list[Node] = []
        """Elements being copied, to see a circle."""
        self.context: tuple[str, str] = ("none", "none")
        """Fill and stroke of the shape whose markers are drawn."""
        self.box = (100.0, 100.0)

    def view_box(self, node: Node) -> list[float] | None:
        text = node.get("viewBox", "").strip()
        if not text:
            return None
        box = self.numbers(node, "viewBox", text)
        if len(box) != 4:  # noqa: PLR2004 - x, y, width, height
            raise SvgError(f"has a viewBox '{text[:40]}', which is not four numbers", node.line)
        if min(box[2:]) < SMALLEST:
            raise SvgError(f"has a viewBox '{text[:40]}' without a size", node.line)
        return box

    def style(self, node: Node, parent: Style) -> Style:
        style = self.styles.of(node, parent)
        style["font-size"] = geometry.shown(self._type_size(node, style, parent))
        return style

    def _type_size(self, node: Node, style: Style, parent: Style) -> float:
        text = style.get("font-size", "medium")
        outer = float(parent.get("font-size", 16))
        if text in _SIZES:
            return float(_SIZES[text])
        if text in {"smaller", "larger"}:
            return outer * (1.2 if text == "larger" else 1 / 1.2)
        return self.measured(node, "font-size", text, outer, outer)

    def style_of(self, node: Node) -> Style:
        """The style of an element where it is defined."""
        above = self.parents.get(id(node))
        return self.style(node, self.style_of(above) if above is not None else {})

    def counted(self, source: Node) -> None:
        self.count += 1
        if self.count > MAX_SHAPES:
            raise SvgError(f"draws more than {MAX_SHAPES:,} shapes", source.line)

    def add(self, out: Node, source: Node, name: str, /, **attributes: str) -> Node:
        self.counted(source)
        made = element(name, **attributes)
        out.append(made)
        return made

    def lack(self, feature: str, node: Node) -> None:
        self.lacks.setdefault(feature, node.line)

    def matrix(self, node: Node, style: Style) -> Matrix:
        try:
            return geometry.transformation(style.get("transform", "none"))
        except GeometryError as error:
            raise SvgError(f"has a broken transform: {error}", node.line) from None

    def across(self) -> float:
        """What a percentage that is neither of a width nor of a height is of."""
        w, h = self.box
        return float(((w * w + h * h) / 2) ** 0.5)

    def length(self, node: Node, style: Style, name: str, default: str = "0") -> float:
        text = style.get(name) or node.get(name) or default
        axis = name.lower()
        if axis in {"x", "cx", "x1", "x2", "width", "markerwidth", "rx"}:
            base = self.box[0]
        elif axis in {"y", "cy", "y1", "y2", "height", "markerheight", "ry"}:
            base = self.box[1]
        else:
            base = self.across()
        return self.measured(node, name, text, float(style.get("font-size", 16)), base)

    def measured(self, node: Node, name: str, text: str, size: float, base: float) -> float:
        """A length in user units; `size` is of the type, `base` what a percentage is of."""
        text = text.strip()
        if text in {"auto", "none", "normal"}:
            return 0.0
        match = _LENGTH.fullmatch(text)
        unit = match.group(2).lower() if match else ""
        if match is None and text.endswith(")"):
            self.lack(text.partition("(")[0] + "()", node)
            return 0.0
        try:
            value = geometry.number(match.group(1)) if match else None
        except GeometryError as error:
            raise SvgError(f"has a broken '{name}': {error}", node.line) from None
        if value is not None:
            if unit in _UNITS:
                return value * _UNITS[unit]
            if unit in _RELATIVE:
                return value * _RELATIVE[unit] * size
            if unit == "rem":
                return value * 16
            if unit in {"%", "vw", "vh", "vmin", "vmax"}:
                wide = {"vw": self.box[0], "vh": self.box[1]}.get(unit, min(self.box))
                return value / 100 * (base if unit == "%" else wide)
        raise SvgError(f"has '{text[:40]}' as its '{name}', which is no length", node.line)

    def numbers(self, node: Node, name: str, text: str) -> list[float]:
        try:
            return geometry.numbers(text)
        except GeometryError as error:
            raise SvgError(f"has broken '{name}': {error}", node.line) from None

    def counted_path(self, source: Node, characters: int) -> None:
        """Raises SvgError where paths become too many."""
        self.paths += characters
        if self.paths > MAX_PATHS:
            raise SvgError(f"holds paths of more than {MAX_PATHS:,} characters", source.line)

    def counted_text(self, source: Node, characters: int) -> None:
        """Raises SvgError where texts become too long."""
        self.letters += characters
        if self.letters > MAX_LETTERS:
            raise SvgError(f"holds more than {MAX_LETTERS:,} characters of text", source.line)

    def unshown(self, node: Node, style: Style) -> None:
        """Name the properties of an element that paper does not show."""
        for key, harmless in _UNSHOWN.items():
            if style.get(key, "none") not in harmless | {"none"}:
                self.lack(key, node)


def element(name: str, /, **attributes: str) -> Node:
    """A new element."""
    return Node(SVG + name, attributes)


def share(text: str) -> float:
    """A share, 0 to 1, as a number or a percentage; 1 for what is none, as browsers take it."""
    text = text.strip()
    try:
        value = geometry.number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except GeometryError:
        return 1.0
    return min(1.0, max(0.0, value))


def alpha_of(style: Style) -> float:
    """How opaque an element is, by its own `opacity`."""
    return share(style.get("opacity", "1"))
