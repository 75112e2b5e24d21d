"""Texts and their parts, with all that their look depends on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prep_export.svg import geometry, paint
from prep_export.svg.draft import ANIMATIONS, alpha_of
from prep_export.svg.painted import painted
from prep_export.svg.tree import XML

if TYPE_CHECKING:
    from prep_export.svg.draft import Draft
    from prep_export.svg.style import Style
    from prep_export.svg.tree import Node

_BASELINES: Final = {
    "middle": 0.3,
    "central": 0.35,
    "mathematical": 0.4,
    "hanging": 0.72,
    "text-before-edge": 0.8,
    "text-top": 0.8,
    "text-after-edge": -0.2,
    "text-bottom": -0.2,
    "ideographic": -0.2,
}
"""Of the type size: how far below its point a text's baseline stands."""


def text(draft: Draft, node: Node, style: Style, alpha: float, out: Node) -> None:
    if style.get("visibility", "visible") != "visible" or not "".join(node.itertext()).strip():
        return
    draft.counted_text(node, len("".join(node.itertext())))
    made = draft.add(out, node, "text")
    _words(draft, node, style, alpha, made)
    made.text = node.text
    above: Node | None = node
    while above is not None:  # white space is kept where an element around says so
        kept = above.get(XML + "space")
        if kept:
            made.set(XML + "space", kept)
            break
        above = draft.parents.get(id(above))


def _words(draft: Draft, node: Node, style: Style, alpha: float, made: Node) -> None:
    size = float(style["font-size"])
    # svglib takes one place for each letter only where there is nothing else in a text.
    places = len(node.text or "") if not len(node) or node.name != "text" else 1
    for key in ("x", "y", "dx", "dy"):
        parts = [one for one in re.split(r"[\s,]+", node.get(key, "").strip()) if one]
        if len(parts) > 1 and places == 1 and len(node):
            draft.lack(f"places of letters ({key})", node)
        values = [
            draft.measured(node, key, one, size, draft.box[key.endswith("y")])
            for one in parts[: max(1, places)]
        ]
        if key == "y" and (values or node.name == "text"):
            down = size * _BASELINES.get(style.get("dominant-baseline", ""), 0)
            values = [value + down for value in values or [0.0]]
        if values:
            made.set(key, " ".join(map(geometry.shown, values)))
    made.set("font-family", "sans-serif")
    made.set("font-size", style["font-size"])
    weight = style.get("font-weight", "normal")
    if weight in {"bold", "bolder"} or (weight.isdigit() and int(weight[:4]) > 500):  # noqa: PLR2004
        made.set("font-weight", "bold")
    if style.get("font-style") in {"italic", "oblique"}:
        made.set("font-style", "italic")
    anchor = style.get("text-anchor")
    if anchor in {"start", "middle", "end"}:
        made.set("text-anchor", anchor)
    shift = style.get("baseline-shift", "")
    if shift in {"sub", "super"}:
        made.set("baseline-shift", shift)
    if node.get("rotate", "0").strip("0 ,"):
        draft.lack("rotate", node)
    colours = painted(draft, node, style, alpha)
    seen = float(colours.get("fill-opacity", 1))
    if seen < 1:  # svglib sets every text opaque
        colours["fill"] = paint.on_white(paint.Colour(colours["fill"], seen))
    made.set("fill", colours["fill"])
    for child in node.nodes:
        if child.name in ANIMATIONS:
            draft.lack("animation", child)
        _part_of_text(draft, child, style, alpha, made)


def _part_of_text(draft: Draft, child: Node, parent: Style, alpha: float, made: Node) -> None:
    inner = draft.style(child, parent)
    shown = child.name in {"a", "textPath", "tspan"} and inner.get("display") != "none"
    if child.name == "textPath":
        draft.lack("textPath", child)
    if shown:
        draft.unshown(child, inner)
        part = draft.add(made, child, "tspan")
        _words(draft, child, inner, alpha * alpha_of(inner), part)
        part.text, part.tail = child.text, child.tail
    elif child.tail:
        part = draft.add(made, child, "tspan")
        part.tail = child.tail
