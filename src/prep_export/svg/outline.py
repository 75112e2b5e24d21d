"""The outlines of shapes, as paths or as the simpler shapes that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.svg import geometry
from prep_export.svg.draft import MAX_PATHS
from prep_export.svg.geometry import GeometryError
from prep_export.svg.tree import SvgError

if TYPE_CHECKING:
    from prep_export.svg.draft import Draft
    from prep_export.svg.geometry import Step
    from prep_export.svg.style import Style
    from prep_export.svg.tree import Node


def outline(draft: Draft, node: Node, style: Style) -> list[Step] | dict[str, str]:
    """A path, or the attributes of a simpler shape; empty for what is not drawn."""
    name = node.name
    if name == "path":
        text = node.get("d", "")
        if len(text) > 4 * MAX_PATHS:
            problem = f"holds paths of more than {MAX_PATHS:,} characters"
            raise SvgError(problem, node.line)
        try:
            path = geometry.steps(text)
        except GeometryError as error:
            raise SvgError(f"holds a broken path: {error}", node.line) from None
        return path if len(path) > 1 else []
    if name in {"polygon", "polyline"}:
        points = draft.numbers(node, "points", node.get("points", ""))
        if len(points) % 2:
            raise SvgError("holds points that are no pairs of numbers", node.line)
        closed = name == "polygon"
        return geometry.polygon(points, closed=closed) if len(points) > 2 else []  # noqa: PLR2004
    names = {
        "line": "x1 y1 x2 y2",
        "rect": "x y width height rx ry",
        "circle": "cx cy r",
        "ellipse": "cx cy rx ry",
    }[name].split()
    values = {key: draft.length(node, style, key) for key in names}
    if name == "line":
        return geometry.polygon(list(values.values()), closed=False)
    sizes = [key for key in ("width", "height", "r", "rx", "ry") if key in values]
    for key in sizes:
        if values[key] < 0:
            raise SvgError(f"holds a '{name}' whose {key} is negative", node.line)
    if name == "rect":
        values["rx"], values["ry"] = _corners(node, style, values)
        sizes = ["width", "height"]
    if any(not values[key] for key in sizes):
        return []
    return {key: geometry.shown(value) for key, value in values.items() if value}


def _corners(node: Node, style: Style, values: dict[str, float]) -> tuple[float, float]:
    """Radii of a rectangle's corners: one stands for both, and none is more than half."""
    given = {key: (style.get(key) or node.get(key) or "auto") != "auto" for key in ("rx", "ry")}
    rx = values["rx"] if given["rx"] else values["ry"]
    ry = values["ry"] if given["ry"] else values["rx"]
    return min(rx, values["width"] / 2), min(ry, values["height"] / 2)


def path_of(draft: Draft, node: Node, style: Style) -> list[Step]:
    found = outline(draft, node, style)
    if not isinstance(found, dict):
        return found
    v = {key: float(value) for key, value in found.items()}
    if node.name == "rect":
        x, y, w, h = v.get("x", 0), v.get("y", 0), v["width"], v["height"]
        rx, ry = v.get("rx", 0), v.get("ry", 0)
        if not rx or not ry:
            return geometry.polygon([x, y, x + w, y, x + w, y + h, x, y + h], closed=True)
        corner = f"A{rx} {ry} 0 0 1"
        return geometry.steps(
            f"M{x + rx} {y}H{x + w - rx}{corner} {x + w} {y + ry}V{y + h - ry}"
            f"{corner} {x + w - rx} {y + h}H{x + rx}{corner} {x} {y + h - ry}V{y + ry}"
            f"{corner} {x + rx} {y}Z"
        )
    x, y = v.get("cx", 0), v.get("cy", 0)
    rx, ry = v.get("rx", v.get("r", 0)), v.get("ry", v.get("r", 0))
    half = f"A{rx} {ry} 0 0 1"
    return geometry.steps(f"M{x - rx} {y}{half} {x + rx} {y}{half} {x - rx} {y}Z")
