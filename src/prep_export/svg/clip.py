"""Clipping paths, as one outline each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.svg import geometry, paint
from prep_export.svg.draft import SHAPES, element
from prep_export.svg.outline import path_of
from prep_export.svg.tree import MAX_DEPTH, SvgError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.svg.draft import Draft
    from prep_export.svg.geometry import Matrix
    from prep_export.svg.style import Style
    from prep_export.svg.tree import Node


def clip(draft: Draft, node: Node, style: Style) -> str:
    text = style.get("clip-path", "none").strip()
    if text == "none":
        return ""
    reference = paint.REFERENCE.fullmatch(text)
    if reference is None:
        draft.lack("clip-path", node)
        return ""
    target = draft.ids.get(reference.group(1))
    if target is None or target.name != "clipPath":
        return ""
    key = ("clip", id(target))
    if key not in draft.defined:
        draft.defined[key] = ""  # against a circle
        if target.get("clipPathUnits") == "objectBoundingBox":
            draft.lack("clipPathUnits", target)
            return ""
        made = element("clipPath", id=f"clip-{len(draft.defined)}")
        matrix = draft.matrix(target, draft.style_of(target))
        _clip_shapes(draft, target, draft.style_of(target), matrix, made, 0)
        if len(made):
            draft.defs.append(made)
            draft.defined[key] = f"url(#{made.get('id')})"
    return draft.defined[key]


def _clip_shapes(
    draft: Draft, node: Node, parent: Style, matrix: Matrix, made: Node, depth: int
) -> None:
    """The outlines within a clipping path, moved to where they stand: svglib forgets groups."""
    if depth > MAX_DEPTH:
        raise SvgError(f"nests elements more than {MAX_DEPTH} deep", node.line)
    for child in node.nodes:
        style = draft.style(child, parent)
        if style.get("display") == "none":
            continue
        here = geometry.times(matrix, draft.matrix(child, style))
        if child.name in SHAPES:
            path = path_of(draft, child, style)
            if path:
                moved = [(kind, _moved(here, values)) for kind, values in path]
                rule = "evenodd" if style.get("clip-rule") == "evenodd" else "nonzero"
                text = geometry.path_text(moved)
                draft.counted_path(child, len(text))
                draft.add(made, child, "path", d=text, **{"clip-rule": rule})
        elif child.name == "use":
            target = draft.ids.get(child.href.removeprefix("#"))
            if target is not None and target.name in SHAPES:
                x, y = draft.length(child, style, "x"), draft.length(child, style, "y")
                holder = element("g")
                holder.append(target)
                place = geometry.times(here, geometry.translation(x, y))
                _clip_shapes(draft, holder, style, place, made, depth + 1)
            elif target is not None:
                draft.lack("clip-path", child)
        elif child.name == "text":
            draft.lack("clip-path with text", child)


def _moved(matrix: Matrix, values: Sequence[float]) -> tuple[float, ...]:
    pairs = zip(values[::2], values[1::2], strict=True)
    return tuple(part for pair in pairs for part in geometry.moved(matrix, pair))
