"""Markers, such as arrow heads, as copies that stand on the corners of an outline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prep_export.svg import geometry, paint
from prep_export.svg.draft import SMALLEST, alpha_of
from prep_export.svg.geometry import GeometryError
from prep_export.svg.painted import stroke_width
from prep_export.svg.tree import SvgError

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.svg.draft import Draft
    from prep_export.svg.geometry import Step
    from prep_export.svg.style import Style
    from prep_export.svg.tree import Node

    Children = Callable[[Node, Style, float, Node], None]
    """Draws what an element holds."""

_SIDES: Final = ("markerWidth", "markerHeight")


def markers(
    draft: Draft,
    node: Node,
    style: Style,
    alpha: float,
    path: list[Step],
    out: Node,
    children: Children,
) -> None:
    wanted = [_marker(draft, style, f"marker-{place}") for place in ("start", "mid", "end")]
    if all(one is None for one in wanted) or any(one.name == "marker" for one in draft.open):
        return
    corners = geometry.vertices(path)
    stroke = stroke_width(draft, node, style)
    outer = draft.context
    draft.context = (style.get("fill", "black"), style.get("stroke", "none"))
    for index, corner in enumerate(corners):
        first, last = index == 0, index == len(corners) - 1
        places = [0] * first + [2] * last or [1]
        for place in places:
            marker = wanted[place]
            if marker is not None:
                reverse = place == 0 and marker.get("orient") == "auto-start-reverse"
                turned = corner.angle + (180 if reverse else 0)
                at = geometry.Vertex(corner.point, turned)
                _draw_marker(draft, marker, at, stroke, alpha, out, children)
    draft.context = outer


def _marker(draft: Draft, style: Style, key: str) -> Node | None:
    reference = paint.REFERENCE.fullmatch(style.get(key, "none").strip())
    target = draft.ids.get(reference.group(1)) if reference else None
    return target if target is not None and target.name == "marker" else None


def _draw_marker(
    draft: Draft,
    marker: Node,
    at: geometry.Vertex,
    stroke: float,
    alpha: float,
    out: Node,
    children: Children,
) -> None:
    style = draft.style_of(marker)
    box = draft.view_box(marker)
    width = draft.length(marker, style, "markerWidth", "3")
    height = draft.length(marker, style, "markerHeight", "3")
    scale = 1.0 if marker.get("markerUnits") == "userSpaceOnUse" else stroke
    if min(width, height, scale) < SMALLEST:
        return
    orient = marker.get("orient", "0")
    angle = at.angle if orient.startswith("auto") else _angle(marker, orient)
    fitted = geometry.view(box, width, height, marker.get("preserveAspectRatio", ""))
    # The reference point, wherever the box puts it, stands on the corner.
    x, y = (_reference_point(draft, marker, style, key, box) for key in ("refX", "refY"))
    px, py = geometry.moved(fitted, (x, y))
    matrix = geometry.translation(*at.point)
    matrix = geometry.times(matrix, geometry.rotation(angle))
    matrix = geometry.times(matrix, geometry.scaling(scale, scale))
    matrix = geometry.times(matrix, geometry.translation(-px, -py))
    matrix = geometry.times(matrix, fitted)
    group = draft.add(out, marker, "g", transform=geometry.matrix_text(matrix))
    outer, draft.box = draft.box, (box[2], box[3]) if box else (width, height)
    draft.open.append(marker)
    children(marker, style, alpha * alpha_of(style), group)
    draft.open.pop()
    draft.box = outer


def _reference_point(
    draft: Draft, marker: Node, style: Style, key: str, box: list[float] | None
) -> float:
    side = key == "refY"
    words = {"left": 0.0, "top": 0.0, "center": 0.5, "right": 1.0, "bottom": 1.0}
    text = marker.get(key, "0").strip()
    if text in words:
        whole = box or [0, 0, *(draft.length(marker, style, k, "3") for k in _SIDES)]
        return whole[side] + words[text] * whole[2 + side]
    base = box[2 + side] if box else draft.box[side]
    return draft.measured(marker, key, text, float(style["font-size"]), base)


def _angle(marker: Node, text: str) -> float:
    try:
        return geometry.number(text.strip().removesuffix("deg"))
    except GeometryError as error:
        raise SvgError(f"has a broken orient: {error}", marker.line) from None
