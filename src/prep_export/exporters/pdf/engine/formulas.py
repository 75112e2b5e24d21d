"""LaTeX math laid out as glyphs, rules and lines, ready to be drawn at any size.

ziamath does the typesetting (STIX Two Math); this module walks its node tree, because glyphs of an
embedded font keep a PDF small and its text searchable where outlines do neither. It also refuses
what ziamath would drop or misprint in silence.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

EM: Final = 24.0
"""Points at which formulas are laid out; ziamath keeps small sizes readable by not shrinking
subscripts below a floor, so the layout is made large and scaled down."""

MAX_CHARACTERS: Final = 2_000
MAX_NESTING: Final = 12
"""Levels of braces: layout time grows fast with depth."""

MAX_DELIMITERS: Final = 5
r"""Nested \left … \right pairs: layout time doubles with each."""


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


_BEGIN: Final = re.compile(r"\\(?:begin|end)\s*\{([^}]*)\}")
_ENVIRONMENTS: Final = frozenset(
    (
        "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix "
        "cases aligned align align* array split"
    ).split()
)
_REFUSED: Final = {
    r"\color": "colours belong to the theme",
    r"\textcolor": "colours belong to the theme",
    r"\colorbox": "colours belong to the theme",
    r"\href": "put the link outside the formula",
    r"\def": "write the formula out",
    r"\newcommand": "write the formula out",
    r"\tag": "number the formula in the text",
    r"\label": "number the formula in the text",
    r"\operatorname*": r"use \operatorname, or \max with \limits",
}
_COMMAND: Final = re.compile(r"\\(?:[a-zA-Z]+\*?|.)")


@lru_cache(maxsize=20_000)
def layout(latex: str, *, display: bool) -> MathBox:
    """Set a formula. Raises MathError for whatever would not print as written."""
    _refuse(latex)
    node = _typeset(latex, display=display)
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


def problem(latex: str, *, display: bool) -> str:
    """Why a formula cannot be set; empty when it can."""
    try:
        layout(latex, display=display)
    except MathError as error:
        return str(error)
    return ""


def _refuse(latex: str) -> None:
    if not latex.strip():
        raise MathError("the formula is empty")
    if len(latex) > MAX_CHARACTERS:
        raise MathError(f"the formula is longer than {MAX_CHARACTERS:,} characters")
    depth = deepest = left = 0
    for command in _COMMAND.finditer(latex):
        name = command.group()
        if name in _REFUSED:
            raise MathError(f"'{name}' cannot be set; {_REFUSED[name]}")
        left = left + 1 if name == r"\left" else left - 1 if name == r"\right" else left
        if left > MAX_DELIMITERS:
            raise MathError(
                rf"more than {MAX_DELIMITERS} nested '\left'; use plain brackets inside"
            )
    if left:
        raise MathError(r"'\left' and '\right' do not pair up")
    for char in _COMMAND.sub("", latex):
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
        if depth < 0:
            raise MathError("a '}' has no '{'")
    if depth:
        raise MathError("a '{' has no '}'")
    if deepest > MAX_NESTING:
        raise MathError(f"braces nested more than {MAX_NESTING} deep")
    for name in _BEGIN.findall(latex):
        if name not in _ENVIRONMENTS:
            raise MathError(f"the environment '{name}' is not known")


def _typeset(latex: str, *, display: bool) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ziamath's import and its guesses both warn
            import ziamath
            from ziamath.config import config

            config.svg2 = False
            math = ziamath.zmath.Latex(latex, size=EM, inline=not display)
    except RecursionError:
        raise MathError("the formula is nested too deeply") from None
    except Exception as error:  # noqa: BLE001 - the two libraries raise anything from AssertionError on
        name = (
            re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).removesuffix(" Error").lower()
        )
        raise MathError(f"not valid LaTeX math ({name})") from None
    return math.node


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
        elif kind == "HLine":
            self.rules.append(Rule(x, -y - node.lw, node.length, node.lw))
        elif kind == "VLine":
            self.rules.append(Rule(x - node.lw / 2, -y - node.height, node.lw, node.height))
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
        self.glyphs.append(Glyph(glyph.index, node.char, x, -y, node.size))

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
