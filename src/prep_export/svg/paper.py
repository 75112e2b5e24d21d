"""An SVG in the few words that svglib draws well: the form for paper.

Style sheets, variables and inherited values become attributes; `use`, `symbol`, nested `svg` and
markers become groups with a transformation; opacity goes to the shapes. What has no such form is
named with its line. Numbers, paths and references are judged on the way, and everything is counted,
so that what comes out can be drawn in bounded time.
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prep_export.svg import geometry
from prep_export.svg.clip import clip
from prep_export.svg.draft import ANIMATIONS, SHAPES, SMALLEST, Draft, alpha_of, element
from prep_export.svg.geometry import GeometryError
from prep_export.svg.markers import markers
from prep_export.svg.outline import outline
from prep_export.svg.painted import painted
from prep_export.svg.tree import MAX_DEPTH, SVG, XLINK, Node, SvgError, write
from prep_export.svg.words import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.svg.geometry import Matrix
    from prep_export.svg.style import Style

    Draw = Callable[[Node, Style, float, Node], None]


@dataclass(frozen=True, slots=True)
class Paper:
    """An SVG for paper."""

    root: Node
    lacks: tuple[str, ...]
    """Features that paper does not show, each with the first line that has it."""
    bitmaps: tuple[tuple[int, bytes], ...]
    """Pictures of pixels within it, with their lines."""

    @property
    def content(self) -> bytes:
        """The SVG as text, written for who asks: most only want to know whether there is one."""
        return write(self.root)


def for_paper(root: Node) -> Paper:
    """The form for paper of a clean tree. Raises SvgError for broken numbers, circles and more than
    can be drawn."""
    return _Paper(root).all()


_BITMAP: Final = re.compile(r"data:image/(?:png|jpe?g);base64,")


class _Paper(Draft):
    def __init__(self, root: Node) -> None:
        super().__init__(root)
        self._drawn: dict[str, Draw] = {
            "a": self._children,
            "g": self._children,
            "svg": self._svg,
            "switch": self._switch,
            "use": self._use,
            "text": self._text,
            "image": self._image,
            **dict.fromkeys(SHAPES, self._shape),
        }
        """What is drawn where it stands, and how."""

    def all(self) -> Paper:
        root = self.root
        box = self.view_box(root)
        style = self.style(root, {})
        width = self._side(root, style, "width", box)
        height = self._side(root, style, "height", box)
        out = element("svg", width=geometry.shown(width), height=geometry.shown(height))
        self.box = (box[2], box[3]) if box else (width, height)
        if box:
            out.set("viewBox", " ".join(map(geometry.shown, box)))
            if root.get("preserveAspectRatio"):
                out.set("preserveAspectRatio", root.get("preserveAspectRatio", ""))
        out.append(self.defs)
        self._children(root, style, alpha_of(style), out)
        if not self.count and not self.lacks:
            raise SvgError("shows nothing: it holds no shape, text or picture")
        if not len(self.defs):
            out.remove(self.defs)
        lacks = tuple(f"{name} (line {line})" for name, line in self.lacks.items())
        return Paper(out, lacks, tuple(self.bitmaps))

    def _side(self, root: Node, style: Style, name: str, box: list[float] | None) -> float:
        """Width or height of the whole."""
        text = root.get(name, "").strip()
        if text in {"", "auto"} or text.endswith("%"):
            if box is None:
                raise SvgError("has no size: its root needs a viewBox, or width and height", 1)
            other = root.get("height" if name == "width" else "width", "").strip()
            if other in {"", "auto"} or other.endswith("%"):
                return box[2] if name == "width" else box[3]
            size = self.length(root, style, "height" if name == "width" else "width")
            return size * (box[2] / box[3] if name == "width" else box[3] / box[2])
        size = self.length(root, style, name)
        if size < SMALLEST:
            raise SvgError(f"has no size: its {name} is '{text}'", root.line)
        return size

    def _children(self, node: Node, style: Style, alpha: float, out: Node) -> None:
        for child in node.nodes:
            self._walk(child, style, alpha, out)

    def _walk(self, node: Node, parent: Style, alpha: float, out: Node) -> None:
        name = node.name
        if name in ANIMATIONS:
            self.lack("animation", node)
        if name == "foreignObject":
            self.lack(name, node)
        draw = self._drawn.get(name)
        if draw is None:
            return
        style = self.style(node, parent)
        alpha *= alpha_of(style)
        if style.get("display") == "none" or alpha <= 0:
            return
        self.unshown(node, style)
        if len(self.open) > MAX_DEPTH:
            raise SvgError(f"nests elements more than {MAX_DEPTH} deep", node.line)
        self.open.append(node)
        group = self._group(node, style, out)
        if group is not None:
            draw(node, style, alpha, group)
        self.open.pop()

    def _group(self, node: Node, style: Style, out: Node) -> Node | None:
        """Where to draw an element: a group of its own if it is moved or clipped; None for what a
        transformation makes vanish."""
        found = {}
        text = style.get("transform", "none")
        if text != "none":
            try:
                matrix = geometry.transformation(text)
            except GeometryError as error:
                if node.get("transform") == text:
                    raise SvgError(f"has a broken transform: {error}", node.line) from None
                self.lack("transform", node)
                matrix = geometry.IDENTITY
            if abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) < 1e-9:  # noqa: PLR2004 - flat
                return None
            if matrix != geometry.IDENTITY:
                found["transform"] = geometry.matrix_text(matrix)
        clipped = clip(self, node, style)
        if clipped:
            found["clip-path"] = clipped
        return self.add(out, node, "g", **found) if found else out

    def _switch(self, node: Node, style: Style, alpha: float, out: Node) -> None:
        choices = [one for one in node.nodes if one.name and not one.get("requiredExtensions")]
        choices.sort(key=lambda one: one.name not in self._drawn)  # what paper can show comes first
        if choices:
            self._walk(choices[0], style, alpha, out)

    def _svg(self, node: Node, style: Style, alpha: float, out: Node) -> None:
        x, y = self.length(node, style, "x"), self.length(node, style, "y")
        self._viewport(node, node, style, alpha, out, geometry.translation(x, y))

    def _viewport(
        self, node: Node, sized: Node, style: Style, alpha: float, out: Node, place: Matrix
    ) -> None:
        """What an `svg` or `symbol` holds, fitted into the size that `sized` has."""
        box = self.view_box(node)
        sides = []
        for side, name in enumerate(("width", "height")):
            owner = sized if sized.get(name, "auto") != "auto" else node
            given = owner.get(name, "auto") != "auto"
            sides.append(self.length(owner, style, name) if given else self.box[side])
        width, height = sides
        if min(width, height) < SMALLEST:
            return
        fitted = geometry.view(box, width, height, node.get("preserveAspectRatio", ""))
        matrix = geometry.times(place, fitted)
        if matrix != geometry.IDENTITY:
            out = self.add(out, node, "g", transform=geometry.matrix_text(matrix))
        outer, self.box = self.box, (box[2], box[3]) if box else (width, height)
        self._children(node, style, alpha, out)
        self.box = outer

    def _use(self, node: Node, style: Style, alpha: float, out: Node) -> None:
        target = self.ids.get(node.href.removeprefix("#"))
        if target is None or not target.name:
            return  # browsers show nothing either
        if target in self.open:
            raise SvgError(f"refers to itself by '{node.href[:40]}'", node.line)
        self.counted(node)  # even one that shows nothing takes its time
        place = geometry.translation(self.length(node, style, "x"), self.length(node, style, "y"))
        if target.name in {"symbol", "svg"}:
            inner = self.style(target, style)
            self.open.append(target)
            self._viewport(target, node, inner, alpha * alpha_of(inner), out, place)
            self.open.pop()
            return
        if place != geometry.IDENTITY:
            out = self.add(out, node, "g", transform=geometry.matrix_text(place))
        self._walk(target, style, alpha, out)

    def _shape(self, node: Node, style: Style, alpha: float, out: Node) -> None:
        for child in node.nodes:
            if child.name in ANIMATIONS:
                self.lack("animation", child)
        found = outline(self, node, style)
        if style.get("visibility", "visible") == "visible" and found:
            colours = painted(self, node, style, alpha)
            if isinstance(found, dict):
                self.add(out, node, node.name, **found, **colours)
            else:
                data = geometry.path_text(found)
                self.counted_path(node, len(data))
                self.add(out, node, "path", d=data, **colours)
        if node.name in {"line", "path", "polygon", "polyline"} and isinstance(found, list):
            markers(self, node, style, alpha, found, out, self._children)

    def _image(self, node: Node, style: Style, alpha: float, out: Node) -> None:
        if style.get("visibility", "visible") != "visible" or not node.href:
            return
        match = _BITMAP.match(node.href)
        if match is None:
            self.lack("picture that is neither PNG nor JPEG", node)
            return
        try:
            content = b64decode("".join(node.href[match.end() :].split()), validate=True)
        except ValueError:
            raise SvgError("holds a damaged picture: its base64 is broken", node.line) from None
        self.bitmaps.append((node.line, content))
        if alpha < 1:
            self.lack("opacity of a picture", node)
        place = {}
        for key in ("x", "y", "width", "height"):
            given = style.get(key) or node.get(key) or "auto"
            if given != "auto":
                place[key] = geometry.shown(self.length(node, style, key))
        if any(float(place.get(key, 1)) <= 0 for key in ("width", "height")):
            return
        made = self.add(out, node, "image", **place)
        made.set(XLINK + "href", match.group() + "".join(node.href[match.end() :].split()))

    def _text(self, node: Node, style: Style, alpha: float, out: Node) -> None:
        text(self, node, style, alpha, out)


def labels(root: Node) -> list[str]:
    """The words of every text, which some font must have."""
    texts = (" ".join("".join(node.itertext()).split()) for node in root.iter(SVG + "text"))
    return [text for text in texts if text]
