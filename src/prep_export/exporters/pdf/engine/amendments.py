"""What ziamath places wrongly, placed as TeX and the font want it.

The only things whose boxes differ from its own; how it is made faster is in `typesetter`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

_DEEPEST: Final = -110
"""Thousandths of an em that an index may move under its base, as it does under a V."""

_TALL: Final = 900
"""The same for the height from which a bracket has been stretched, and lifts its exponent."""

_FLOATING: Final = 20
"""The same for the foot of a root above the foot of what stands in it."""

_SINGLE: Final = frozenset({"mi", "mn", "mo", "mtext"})


def amend() -> None:
    """Replace the functions of ziamath that place scripts, bars and roots."""
    _amend_kerns(import_module("ziamath.mathtable").MathTable)
    _amend_scripts(import_module("ziamath.nodes.msubsup"))
    _amend_bars(import_module("ziamath.nodes.munderover").Mover)
    _amend_roots(import_module("ziamath.nodes.mroot").Mroot)


def _amend_kerns(table: Any) -> None:
    index, exponent = table.kernsub, table.kernsuper

    def kernsub(self: Any, base: Any, script: Any) -> tuple[float, float]:
        # It reads the font's steps at a wrong height: the i of P_i would touch the bow.
        kern, shift = index(self, base, script)
        return max(kern, _DEEPEST), shift

    def kernsuper(self: Any, base: Any, script: Any) -> tuple[float, float]:
        kern, shift = exponent(self, base, script)
        low = base.path.bbox.ymax < _TALL
        return kern, min(shift, self.consts.superscriptShiftUp) if low else shift

    table.kernsub, table.kernsuper = kernsub, kernsuper


def _amend_scripts(module: Any) -> None:
    index, exponent = module.place_sub, module.place_super

    def place_sub(base: Any, script: Any, font: Any) -> Any:
        # Under a word as under a letter: log_2, rel_i.
        tag = base.mtag
        is_word = tag in {"mtext", "mo"} and getattr(base, "string", "").isalpha()
        base.mtag = "mi" if is_word else tag
        placed = index(base, script, font)
        base.mtag = tag
        return placed

    def place_super(base: Any, script: Any, font: Any) -> Any:
        # At one height above all letters and brackets, which TeX measures no more than they do.
        box = base.bbox
        if base.mtag in _SINGLE and not base.element.get("minsize"):
            base.bbox = type(box)(box.xmin, box.xmax, box.ymin, min(box.ymax, 0))
        placed = exponent(base, script, font)
        base.bbox = box
        return placed

    module.place_sub, module.place_super = place_sub, place_super


def _amend_bars(mover: Any) -> None:
    original = mover._setup  # noqa: SLF001 - where the bar is placed

    def setup(self: Any, **keywords: Any) -> None:
        # A bar needs air above it, as the font says: that of a root would double it.
        original(self, **keywords)
        if type(self.over).__name__ == "HLine":
            air = self.units_to_points(self.font.math.consts.overbarExtraAscender)
            left, right, low, high = self.bbox
            self.bbox = type(self.bbox)(left, right, low, high + air)
        elif self.over.mtag == "mo" and len(self.base.nodes) > 1:
            _centre_accent(self)

    mover._setup = setup  # noqa: SLF001 - as above


def _centre_accent(node: Any) -> None:
    """Put a wide accent above the middle of its word: ziamath asks the narrow one for its edge."""
    base, over = node.base.bbox, node.over
    (offset, _), ink = over.nodexy[0], over.nodes[0].bbox
    start = (base.xmin + base.xmax) / 2 - (ink.xmin + ink.xmax) / 2
    shift = max(0.0, -(start + ink.xmin))  # what stands out at the left
    node.nodexy = [(shift, 0), (start + shift - offset, node.nodexy[1][1])]
    left = shift + min(base.xmin, start + ink.xmin)
    right = shift + max(base.xmax, start + ink.xmax)
    node.bbox = type(base)(left, right, node.bbox.ymin, node.bbox.ymax)
    node._xadvance = max(right, shift + node.base.xadvance())  # noqa: SLF001 - of its own class


def _amend_roots(mroot: Any) -> None:
    original = mroot._setup  # noqa: SLF001 - where the sign is chosen

    def setup(self: Any, **keywords: Any) -> None:
        # The air above what stands in a root is no part of the height that it asks a sign for, so
        # the foot of a short one ends above the line.
        math = self.font.math
        gap = math.consts.radicalVerticalGap + math.consts.radicalRuleThickness
        low = self.points_to_units(self.base.bbox.ymin)
        top = self.points_to_units(self.base.bbox.ymax) + gap
        variant = math.variant

        def taller(glyph: Any, height: float, *, vert: bool = True) -> Any:
            sign = variant(glyph, height, vert=vert)
            foot = top - (sign.path.bbox.ymax - sign.path.bbox.ymin)
            return variant(glyph, height + gap, vert=vert) if foot > low + _FLOATING else sign

        math.variant = taller
        try:
            original(self, **keywords)
        finally:
            del math.variant

    mroot._setup = setup  # noqa: SLF001 - as above
