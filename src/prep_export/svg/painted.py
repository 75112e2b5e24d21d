"""Fill and stroke: colours, gradients, widths and dashes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from prep_export.svg import geometry, paint
from prep_export.svg.draft import SHAPES, element, share
from prep_export.svg.geometry import GeometryError
from prep_export.svg.tree import MAX_DEPTH, SvgError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prep_export.svg.draft import Draft
    from prep_export.svg.style import Style
    from prep_export.svg.tree import Node

_MAX_DASHES: Final = 64
"""More make no pattern that anybody sees."""
_CHOICES: Final = {
    "stroke-linecap": {"round", "square"},
    "stroke-linejoin": {"round", "bevel"},
}


def painted(draft: Draft, node: Node, style: Style, alpha: float) -> dict[str, str]:
    """Fill and stroke as attributes."""
    fill, seen = _paint(draft, node, style, "fill", "black")
    found = {"fill": fill}
    seen *= alpha * share(style.get("fill-opacity", "1"))
    if fill != "none" and seen < 1:
        found["fill-opacity"] = geometry.precise(seen)
    if style.get("fill-rule") == "evenodd":
        found["fill-rule"] = "evenodd"
    stroke, seen = _paint(draft, node, style, "stroke", "none")
    if stroke == "none":
        return found
    width = stroke_width(draft, node, style)
    if not width:
        return found
    found |= {"stroke": stroke, "stroke-width": geometry.shown(width)}
    seen *= alpha * share(style.get("stroke-opacity", "1"))
    if seen < 1:
        found["stroke-opacity"] = geometry.precise(seen)
    for key, allowed in _CHOICES.items():
        if style.get(key) in allowed:
            found[key] = style[key]
    dashes = _dashes(draft, node, style)
    if dashes:
        found["stroke-dasharray"] = " ".join(map(geometry.shown, dashes))
    return found


def stroke_width(draft: Draft, node: Node, style: Style) -> float:
    text = style.get("stroke-width", "1")
    width = draft.measured(node, "stroke-width", text, float(style["font-size"]), draft.across())
    if width < 0:
        raise SvgError(f"has a negative stroke-width '{text}'", node.line)
    return width


def _dashes(draft: Draft, node: Node, style: Style) -> list[float]:
    text = style.get("stroke-dasharray", "none")
    if text in {"none", ""}:
        return []
    size = float(style["font-size"])
    dashes = [
        draft.measured(node, "stroke-dasharray", part, size, draft.across())
        for part in re.split(r"[\s,]+", text, maxsplit=_MAX_DASHES)[:_MAX_DASHES]
        if part
    ]
    if any(dash < 0 for dash in dashes):
        raise SvgError(f"has a negative stroke-dasharray '{text[:40]}'", node.line)
    return dashes if any(round(dash, 4) for dash in dashes) else []


def _paint(draft: Draft, node: Node, style: Style, which: str, default: str) -> tuple[str, float]:
    """A colour or a gradient of a fill or stroke, and how opaque it is."""
    text = style.get(which, default).strip()
    if text in {"context-fill", "context-stroke"}:
        text = draft.context[text == "context-stroke"]
    reference = paint.REFERENCE.fullmatch(text)
    if reference:
        target = draft.ids.get(reference.group(1))
        if target is not None and target.name in {"linearGradient", "radialGradient"}:
            return _gradient(draft, node, target, which)
        if target is not None:
            draft.lack(target.name or "pattern", node)
        text = reference.group(2).strip() or "none"
    if text in {"none", "transparent", ""}:
        return "none", 1.0
    found = _colour(text, style)
    if found is None:
        found = _colour(default, style) if default != "none" else None
    return (found.rgb, found.alpha) if found else ("none", 1.0)


def _colour(text: str, style: Style) -> paint.Colour | None:
    if text.lower() == "currentcolor":
        text = style.get("color", "black")
    return paint.BLACK if text.lower() in {"black", "currentcolor"} else paint.colour(text)


def _gradient(draft: Draft, node: Node, target: Node, which: str) -> tuple[str, float]:
    """A reference to a gradient, defined in the form for paper; or its one colour."""
    chain = [target]
    while (above := draft.ids.get(chain[-1].href.removeprefix("#"))) is not None:
        if above in chain or len(chain) > MAX_DEPTH:
            raise SvgError(f"refers to itself by '{chain[-1].href[:40]}'", chain[-1].line)
        chain.append(above)
    stops = _stops(draft, next((one for one in chain if _has_stops(one)), target))
    if not stops:
        return "none", 1.0
    only = len({colour for _, colour in stops}) == 1
    whole = which == "fill" and node.name in SHAPES
    if not whole and not only:
        draft.lack("gradient on a " + ("stroke" if which == "stroke" else "text"), node)
    if not whole or only:
        first = stops[0][1]
        return first.rgb, first.alpha
    key = ("gradient", id(target))
    if key not in draft.defined:
        made = _gradient_node(draft, chain, stops)
        draft.defined[key] = name = f"gradient-{len(draft.defined)}"
        made.set("id", name)
        draft.defs.append(made)
    return f"url(#{draft.defined[key]})", 1.0


def _has_stops(node: Node) -> bool:
    return any(child.name == "stop" for child in node.nodes)


def _stops(draft: Draft, node: Node) -> list[tuple[float, paint.Colour]]:
    found: list[tuple[float, paint.Colour]] = []
    above = draft.style_of(node)
    for stop in node.nodes:
        if stop.name != "stop":
            continue
        draft.counted(stop)
        style = draft.style(stop, above)
        seen = _colour(style.get("stop-color", "black"), style) or paint.BLACK
        alpha = seen.alpha * share(style.get("stop-opacity", "1"))
        offset = max(share(stop.get("offset", "0")), found[-1][0] if found else 0.0)
        found.append((offset, paint.Colour(seen.rgb, alpha)))
    return found


def _gradient_node(draft: Draft, chain: Sequence[Node], stops: Iterable[Any]) -> Node:
    kind = chain[0].name

    def given(key: str, default: str) -> str:
        return next((one.get(key, "") for one in chain if one.get(key)), default)

    user = given("gradientUnits", "objectBoundingBox") == "userSpaceOnUse"
    try:
        matrix = geometry.transformation(given("gradientTransform", "none"))
    except GeometryError as error:
        problem = f"has a broken gradientTransform: {error}"
        raise SvgError(problem, chain[0].line) from None

    def at(key: str, default: str, base: float) -> float:
        text = given(key, default)
        return draft.measured(chain[0], key, text, 16, base if user else 1.0)

    w, h = draft.box
    made = element(kind, gradientUnits="userSpaceOnUse" if user else "objectBoundingBox")
    if kind == "linearGradient":
        one = geometry.moved(matrix, (at("x1", "0%", w), at("y1", "0%", h)))
        two = geometry.moved(matrix, (at("x2", "100%", w), at("y2", "0%", h)))
        ends = zip(("x1", "y1", "x2", "y2"), (*one, *two), strict=True)
    else:
        center = geometry.moved(matrix, (at("cx", "50%", w), at("cy", "50%", h)))
        scale = abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
        radius = max(at("r", "50%", draft.across()) * scale, 1e-3)
        ends = zip(("cx", "cy", "r"), (*center, radius), strict=True)
    for key, value in ends:
        made.set(key, geometry.precise(value))
    if given("spreadMethod", "pad") != "pad":
        draft.lack("spreadMethod", chain[0])
    previous = -1.0
    for offset, seen in stops:
        if seen.alpha < 1:
            draft.lack("stop-opacity", chain[0])
        previous = max(offset, previous + 1e-4)
        stop = {"offset": geometry.shown(previous), "stop-color": paint.on_white(seen)}
        made.append(element("stop", **stop))
    return made
