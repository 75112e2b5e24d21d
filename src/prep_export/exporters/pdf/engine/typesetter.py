r"""ziamath, made fast and safe for threads: LaTeX in, a tree of placed glyphs out.

ziamath sets what a row holds twice: first to learn how tall the row is without what stretches,
then for good. Rows lie in rows, so the time doubles with each level: x^{x^{…}} twelve deep took
eleven seconds. What is put in its place here gives the same boxes to the last bit, but for the
`amendments`, and tests/test_math.py holds it to that. The spaces are ours (`spacing`). All of it
relies on how ziamath 0.12 and 0.13 are written, to which pyproject.toml holds ziamath.
"""

from __future__ import annotations

import re
import threading
import warnings
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any, Final
from xml.etree import ElementTree as ET

from prep_export.exporters.pdf.engine.amendments import amend
from prep_export.exporters.pdf.engine.spacing import spaced

EM: Final = 24.0
"""Points at which formulas are laid out; ziamath keeps small sizes readable by not shrinking
subscripts below a floor, so the layout is made large and scaled down."""

MAX_NODES: Final = 8_000
"""Nodes made for one formula, those of first passes included: half a second of work."""

_ROWS: Final = frozenset("math mrow mtd mtr mpadded mphantom merror none".split())
"""Elements that ziamath sets as rows: they measure themselves, whatever they lie in."""

_lock: Final = threading.RLock()
"""ziamath has one font, which it switches to another script while it sets text, and reads by
seeking in one file: two threads at once would read each other's glyphs."""


class TypesetError(ValueError):
    """What ziamath cannot set; the text says why, for the author."""


@dataclass(slots=True)
class _Work:
    """What has been done for one formula."""

    nodes: int = 0
    heights: dict[Any, tuple[float, float]] = field(default_factory=dict)


_here: Final = threading.local()
"""`work`, where this thread is setting a formula: others who use ziamath are not counted."""


def typeset(latex: str, *, display: bool) -> Any:
    """ziamath's root node of a formula, EM points large.

    Raises TypesetError. One thread at a time is let in; the others wait.
    """
    with _lock:
        zmath = _ziamath()
        _here.work = _Work()
        try:
            return zmath.Math(mathml(latex, display=display), size=EM).node
        except TypesetError:
            raise
        except RecursionError:
            raise TypesetError("the formula is nested too deeply") from None
        except Exception:  # noqa: BLE001 - the two libraries raise anything from AssertionError on
            raise TypesetError("it cannot be set on paper as it is written") from None
        finally:
            _here.work = None
            # A fault inside text would leave the font without its rules for math.
            zmath.loadedfonts["default"].language("math", "")


def mathml(latex: str, *, display: bool) -> Any:
    """What ziamath is given to set: an element of MathML."""
    zmath = _ziamath()
    made = zmath.tex2mml(_without_binomials(latex), inline=not display)
    element = zmath.denamespace(ET.fromstring(_unescaped(made)))  # noqa: S314 - made here
    _refuse_unknown(element)
    _drop_empty_lines(element)
    spaced(element, display=display)
    return element


def _drop_empty_lines(element: Any) -> None:
    """Take out what would begin a line before which, or in which, nothing stands: ziamath would set
    the next one far off the page."""
    for row in element.iter("mrow"):
        stands = False
        for child in list(row):
            is_break = child.tag == "mspace" and child.get("linebreak") == "newline"
            if is_break and not stands:
                row.remove(child)
            stands = not is_break


_BINOMIAL: Final = re.compile(r"\\[dt]?binom\s*(?=\{)")
_GROUP_ENDS: Final = re.compile(r"\\.|[{}]", re.DOTALL)


def _without_binomials(latex: str) -> str:
    """\\binom as ziamath wants it, which finds the arguments only where no group lies in them."""
    for match in reversed([*_BINOMIAL.finditer(latex)]):
        upper = _group_end(latex, match.end())
        lower = _group_end(latex, upper)
        if upper and lower:
            above = _atop(latex[match.end() + 1 : upper - 1])
            below = _atop(latex[upper + 1 : lower - 1])
            set_as = rf"\left( {above} \atop {below} \right)"
            latex = latex[: match.start()] + set_as + latex[lower:]
    return latex


def _atop(argument: str) -> str:
    """An argument of \\atop; an empty one and a table must be groups."""
    return f"{{{argument}}}" if not argument.strip() or r"\begin" in argument else argument


def _group_end(latex: str, start: int) -> int:
    """Just after the '}' of the group that starts there; 0 where none does."""
    depth = 0
    if not latex.startswith("{", start):
        return 0
    for match in _GROUP_ENDS.finditer(latex, start):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return match.end()
    return 0


def _unescaped(mathml: str) -> str:
    """ziamath's unescape without its search for minus signs, which latex2mathml writes as such:
    it takes all between a number and the '-' of a later text."""
    from ziamath.escapes import ESCAPES, regex

    text: str = regex.sub(lambda match: ESCAPES[match[0]], mathml)
    return text


def _refuse_unknown(element: Any) -> None:
    """What ziamath would set as a plain row, with no more than a line in the log."""
    from ziamath.nodes.mnode import _node_classes

    known = {*_node_classes, *_ROWS, "ms", "mi", "mstyle", "mtr"}
    for one in element.iter():
        if one.tag not in known:
            raise TypesetError(f"'{one.tag}' cannot be set")


@lru_cache(maxsize=1)
def _ziamath() -> Any:
    """The module ziamath.zmath, with what is slow in it replaced: the one place that does so."""
    # One narrow filter for good: catch_warnings would put back the filters of all threads.
    warnings.filterwarnings("ignore", module=r"(.*\W)?(ziamath|ziafont|latex2mathml)\b")
    zmath: Any = import_module("ziamath.zmath")
    mfrac: Any = import_module("ziamath.nodes.mfrac")
    mnode: Any = import_module("ziamath.nodes.mnode")
    mrow: Any = import_module("ziamath.nodes.mrow")

    style, lengths = _style_parser(mnode.parse_style), _length_reader(mnode.Mnode.size_px)
    zmath.parse_style = mnode.parse_style = mfrac.parse_style = style
    mnode.Mnode.size_px = lengths
    mrow.Mrow._setup_single_line = _line_setter()  # noqa: SLF001 - where the two passes are made
    zmath.apply_mstyle = _style_spreader(zmath.apply_mstyle)
    amend()
    return zmath


def _style_parser(original: Any) -> Any:
    """parse_style without a deep copy of the parent's style for each node; counts the nodes."""
    from ziamath.config import config
    from ziamath.styles import MathStyle, MathVariant, parse_variant

    def parse_style(element: Any, parent: Any = None) -> Any:
        work = getattr(_here, "work", None)
        if work is not None:
            work.nodes += 1
            if work.nodes > MAX_NODES:
                raise TypesetError("the formula would take too long to set")
        given = element.attrib
        if parent is None or "style" in given:
            return original(element, parent)
        variant, above = given.get("mathvariant", config.math.variant), parent.mathvariant
        return MathStyle(
            mathvariant=(
                parse_variant(variant, above)
                if variant
                else MathVariant(above.style, above.italic, above.bold, above.normal)
            ),
            displaystyle=given.get("displaystyle", parent.displaystyle) in {"true", True},
            mathcolor=given.get("mathcolor", parent.mathcolor),
            mathbackground=given.get("mathbackground", parent.mathbackground),
            mathsize=given.get("mathsize", parent.mathsize),
            scriptlevel=int(given.get("scriptlevel", parent.scriptlevel)),
        )

    return parse_style


def _length_reader(original: Any) -> Any:
    """size_px that reads each of the few lengths once: they are constants, or so many em."""

    @lru_cache(maxsize=1_000)
    def at_ten(size: str) -> tuple[float, bool]:
        points = original(None, size, 10.0)
        return points, points != original(None, size, 20.0)

    def size_px(self: Any, size: str, fontsize: float | None = None) -> float:
        points, grows = at_ten(size)
        if not grows:
            return points
        return points * ((self.glyphsize if fontsize is None else fontsize) / 10)

    return size_px


def _style_spreader(original: Any) -> Any:
    """apply_mstyle, which writes and reads the whole tree, only where there is something to do."""

    def apply_mstyle(element: Any) -> Any:
        return element if element.find(".//mstyle") is None else original(element)

    return apply_mstyle


def _line_setter() -> Any:
    """_setup_single_line that measures a row only where something in it stretches."""
    from ziafont.fonttypes import BBox
    from ziamath.nodes.mnode import Mnode
    from ziamath.nodes.nodetools import elementtext

    def set_line(self: Any, line: list[Any], **keywords: Any) -> None:
        if any(_stretches(child) for child in line):
            keywords["rowymin"], keywords["rowymax"] = _height(self, line, keywords)
        x = xmax = 0.0
        xmin, ymin, ymax = float("inf"), 9999, -9999
        for child in line:
            if child.tag == "mo" and not elementtext(child):
                continue
            node = Mnode.fromelement(child, parent=self, **keywords)
            self.nodes.append(node)
            self.nodexy.append((x, 0))
            xmin, xmax = min(xmin, x + node.bbox.xmin), max(xmax, x + node.bbox.xmax)
            ymin, ymax = min(ymin, node.bbox.ymin), max(ymax, node.bbox.ymax)
            x += node.xadvance()
        self.bbox = BBox(xmin if self.nodes else 0.0, xmax, ymin, ymax)
        self._xadvance = x

    return set_line


def _height(row: Any, line: list[Any], keywords: dict[str, Any]) -> tuple[float, float]:
    """Where a row begins and ends without what stretches: measured once for a formula.

    A row that stretches is asked for this in each pass of all the rows that it lies in.
    """
    keywords = {**keywords, "nostretch": True}
    if not any(_stretches(child) for child in line if child.tag != "mo"):
        # Nothing below will ask how tall the enclosing row is: it cannot tell two passes apart.
        keywords.pop("rowymin", None)
        keywords.pop("rowymax", None)
    style = row.style
    variant = style.mathvariant
    key = (
        id(row.font),
        tuple(_content(child) for child in line),
        (row.mtag, row.parent.mtag, row.glyphsize, style.displaystyle, style.scriptlevel),
        (variant.style, variant.italic, variant.bold, variant.normal, style.mathsize),
        tuple(sorted(keywords.items())),
    )
    work = getattr(_here, "work", None)
    heights: dict[Any, tuple[float, float]] = {} if work is None else work.heights
    if key not in heights:
        heights[key] = _measure(row, line, keywords)
    return heights[key]


def _content(element: Any) -> tuple[Any, ...]:
    children = tuple(_content(child) for child in element)
    return element.tag, element.text, tuple(element.attrib.items()), children


def _measure(row: Any, line: list[Any], keywords: dict[str, Any]) -> tuple[float, float]:
    from ziamath.nodes.mnode import Mnode
    from ziamath.nodes.nodetools import elementtext

    ymin: float = 9999
    ymax: float = -9999
    for child in line:
        if child.tag != "mo" or elementtext(child):
            # A copy, because nodes write down in their element what they found out.
            node = Mnode.fromelement(deepcopy(child), parent=row, **keywords)
            ymin, ymax = min(ymin, node.bbox.ymin), max(ymax, node.bbox.ymax)
    return ymin, ymax


@lru_cache(maxsize=1)
def _stretching() -> frozenset[str]:
    from ziamath.operators import operators

    return frozenset(
        name for (name, _), given in operators.items() if given.get("stretchy", "false") != "false"
    )


@lru_cache(maxsize=1_000)
def _has_sizes(char: str) -> bool:
    """Whether the font has a character in several heights: an arrow stretches, but lies flat."""
    from ziamath.nodes.nodetools import subglyph
    from ziamath.zmath import loadedfonts

    font: Any = loadedfonts["default"]
    glyph = font.glyph(char)
    return any(font.math.listvariants(one.index) for one in (glyph, subglyph(glyph, font)))


def _stretches(element: Any) -> bool:
    """Whether an element, or one below that is no row of its own, may ask how tall its row is."""
    if element.tag in {"mo", "mi"}:
        given, text = element.get("stretchy"), (element.text or "").strip()
        stretchy = text in _stretching() if given is None else given != "false"
        return stretchy and any(_has_sizes(char) for char in text)
    return element.tag not in _ROWS and any(_stretches(child) for child in element)
