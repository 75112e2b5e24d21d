"""LaTeX math laid out as glyphs, rules and lines, ready to be drawn at any size.

ziamath does the typesetting (STIX Two Math); this module walks its node tree, because glyphs of an
embedded font keep a PDF small and its text searchable where outlines do neither. It also refuses
what ziamath would drop or misprint in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from prep_export.exporters.pdf.engine.spacing import HYPHEN
from prep_export.exporters.pdf.engine.typesetter import EM, TypesetError, typeset


class MathError(ValueError):
    """A formula that cannot be set; the text says why, for the author."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph of the math font: index, the character it stands for, baseline origin, size."""

    index: int
    char: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A filled rectangle: fraction bars, radicals, overlines."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line from (x, y) to (x2, y2)."""

    x: float
    y: float
    x2: float
    y2: float
    width: float


@dataclass(frozen=True, slots=True)
class MathBox:
    """A formula set at one point per em: y upwards from the baseline, x from the left edge."""

    latex: str
    width: float
    height: float
    """Above the baseline."""
    depth: float
    """Below the baseline, positive."""
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    strokes: tuple[Stroke, ...]


MAX_FINISHED: Final = 20_000

finished: Final[dict[tuple[str, bool], MathBox]] = {}
"""Layouts by formula and whether it is displayed; formula_cache keeps them between processes."""


def layout(latex: str, *, display: bool) -> MathBox:
    """Set a formula. Raises MathError for whatever would not print as written.

    It takes what markdown.math lets through; safe for threads, one of which sets at a time.
    """
    box = finished.get((latex, display))
    if box is None:
        box = set_anew(latex, display=display)
        if len(finished) < MAX_FINISHED:
            finished[latex, display] = box
    return box


def set_anew(latex: str, *, display: bool) -> MathBox:
    """`layout` without a look at what is finished."""
    try:
        node = typeset(latex, display=display)
    except TypesetError as error:
        raise MathError(str(error)) from None
    walk = _Walk()
    walk.visit(node, 0.0, 0.0)
    _compare(latex, node, walk)
    box = node.bbox
    scale = 1 / EM
    shift = -min(box.xmin, 0.0)
    return MathBox(
        latex,
        (max(box.xmax, node.xadvance()) + shift) * scale,
        max(box.ymax, 0.0) * scale,
        max(-box.ymin, 0.0) * scale,
        tuple(
            Glyph(g.index, g.char, (g.x + shift) * scale, g.y * scale, g.size * scale)
            for g in walk.glyphs
        ),
        tuple(
            Rule((r.x + shift) * scale, r.y * scale, r.width * scale, r.height * scale)
            for r in walk.rules
        ),
        tuple(
            Stroke(
                (s.x + shift) * scale,
                s.y * scale,
                (s.x2 + shift) * scale,
                s.y2 * scale,
                s.width * scale,
            )
            for s in walk.strokes
        ),
    )


class _Walk:
    """Collects what a node tree draws. ziamath's y grows downwards; ours upwards."""

    def __init__(self) -> None:
        self.glyphs: list[Glyph] = []
        self.rules: list[Rule] = []
        self.strokes: list[Stroke] = []

    def visit(self, node: Any, x: float, y: float) -> None:
        kind = type(node).__name__
        if getattr(node, "phantom", False):
            return
        if kind == "Glyph":
            self._glyph(node, x, y)
        elif kind == "HLine" and node.lw <= 0:
            pass  # the bar of a binomial, which a viewer would draw as a hairline
        elif kind == "HLine":
            self.rules.append(Rule(x, -y - node.lw, node.length, node.lw))
        elif kind == "Diagonal":
            self.strokes.append(Stroke(x, -y + node.height, x + node.width, -y, node.lw))
        elif kind == "Box":
            self._box(node, x, y)
        elif kind == "Ellipse":
            raise MathError("circles cannot be set")
        else:
            for (dx, dy), child in zip(node.nodexy, node.nodes, strict=False):
                self.visit(child, x + dx, y + dy)

    def _glyph(self, node: Any, x: float, y: float) -> None:
        glyph, unit = node.glyph, node.funit_to_points(1)
        if hasattr(glyph, "offsets"):  # a delimiter assembled from pieces
            for piece, offset in zip(glyph.glyphs, glyph.offsets, strict=True):
                dx, dy = (0, offset) if glyph.vert else (offset, 0)
                self.glyphs.append(
                    Glyph(piece.index, node.char, x + dx * unit, -y + dy * unit, node.size)
                )
            return
        if glyph.index == 0:
            raise MathError(f"the math font has no '{node.char}'")
        char = "-" if node.char == HYPHEN else node.char
        self.glyphs.append(Glyph(glyph.index, char, x, -y, node.size))

    def _box(self, node: Any, x: float, y: float) -> None:
        w, h = node.width, node.height
        corners = [(x, -y), (x + w, -y), (x + w, -y + h), (x, -y + h), (x, -y)]
        for (x1, y1), (x2, y2) in pairwise(corners):
            self.strokes.append(Stroke(x1, y1, x2, y2, node.lw))


def _compare(latex: str, node: Any, walk: _Walk) -> None:
    r"""Letters in, glyphs out: what ziamath drops (\mathop{…}) or prints as source (\foo)."""
    texts = list(node.element.itertext())
    unknown = next((text for text in texts if re.match(r"\\[a-zA-Z]", text)), None)
    if unknown:
        raise MathError(f"the command '{unknown}' is not known")
    if "phantom" in latex:
        return
    source = "".join(texts)
    expected = sum(c.isalnum() for c in source)
    if sum(c.isalnum() for g in walk.glyphs for c in g.char) < expected:
        raise MathError("part of the formula would be lost")
