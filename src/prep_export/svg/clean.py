"""The allow-list: what an SVG may hold to travel in a deck or a PDF, and what is taken out of it.

Scripts, event handlers and references to anything outside the file are faults. What means nothing
to a viewer (an editor's own notes, which may name folders of its author's machine) is left out.
"""

from __future__ import annotations

import re
from typing import Final

from prep_export.svg.tree import SVG, XHTML, XLINK, XML, Node, SvgError, parse, write

_ELEMENTS: Final = frozenset(
    """
    a animate animateMotion animateTransform circle clipPath defs desc ellipse feBlend
    feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
    feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence filter foreignObject g image line
    linearGradient marker mask mpath path pattern polygon polyline radialGradient rect set stop
    style svg switch symbol text textPath title tspan use view
    """.split()
)
_FORBIDDEN: Final = frozenset(
    "audio canvas embed handler iframe listener object script video".split()
)

_HTML: Final = frozenset(
    """
    b blockquote body br center code dd div dl dt em font h1 h2 h3 h4 h5 h6 hr html i li ol p pre s
    section small span strong sub sup table tbody td tfoot th thead tr u ul
    """.split()
)
"""Elements of labels in a `foreignObject`."""

_ATTRIBUTES: Final = frozenset(
    """
    accent-height accumulate additive align alignment-baseline amplitude attributeName attributeType
    azimuth baseFrequency baseline-shift bias begin bgcolor border by calcMode class clip clip-path
    clip-rule clipPathUnits color color-interpolation color-interpolation-filters color-rendering
    colspan cursor cx cy d diffuseConstant direction display divisor dominant-baseline dur dx dy
    edgeMode elevation enable-background end exponent face fill fill-opacity fill-rule filter
    filterUnits flood-color flood-opacity font font-family font-feature-settings font-kerning
    font-size font-size-adjust font-stretch font-style font-variant font-variant-caps font-weight fr
    from fx fy gradientTransform gradientUnits height href id image-rendering in in2 intercept
    isolation k1 k2 k3 k4 kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lang
    lengthAdjust letter-spacing lighting-color limitingConeAngle line-height marker marker-end
    marker-mid marker-start markerHeight markerUnits markerWidth mask mask-type maskContentUnits
    maskUnits max method min mix-blend-mode mode numOctaves offset opacity operator order orient
    origin overflow paint-order path pathLength patternContentUnits patternTransform patternUnits
    pointer-events points pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio
    primitiveUnits r radius refX refY repeatCount repeatDur requiredExtensions requiredFeatures
    restart result role rotate rowspan rx ry scale seed shape-rendering side size slope spacing
    specularConstant specularExponent spreadMethod startOffset stdDeviation stitchTiles stop-color
    stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
    stroke-miterlimit stroke-opacity stroke-width style surfaceScale systemLanguage tabindex
    tableValues target targetX targetY text-align text-anchor text-decoration text-overflow
    text-rendering textLength title to transform transform-box transform-origin type unicode-bidi
    valign values vector-effect version vertical-align viewBox viewTarget visibility white-space
    width word-spacing writing-mode x x1 x2 xChannelSelector y y1 y2 yChannelSelector z zoomAndPan
    baseProfile contentScriptType contentStyleType media rel
    """.split()
)
_TRANSFORMS: Final = frozenset("gradientTransform patternTransform transform".split())
_HARMLESS: Final = re.compile(r"[^(\\@]*|(?:rgb|hsl)a?\([^()\\]*\)|url\(#[^()'\"\\]*\)")
"""Values that need no parser to be seen to load nothing."""
_XLINK: Final = frozenset("actuate arcrole href role show title type".split())
_XML: Final = frozenset("lang space".split())

_KINDS: Final = "png jpeg jpg gif webp avif".split()
_REFERENCES: Final = ("#", *(f"data:image/{kind}" for kind in _KINDS))
_LINKS: Final = ("#", "http://", "https://", "mailto:")


def clean(content: bytes) -> tuple[bytes, Node]:
    """A file as it may travel, and its tree. Raises SvgError.

    One that holds nothing but what is allowed keeps its bytes, so that its name among a learner's
    media stays.
    """
    root = parse(content)
    if not _keep_allowed(root):
        return content, root
    return write(root), root


def _keep_allowed(node: Node) -> bool:
    """Take out what is not on the list; whether there was any."""
    changed = False
    for key in list(node.attrib):
        if not _attribute(node, key):
            del node.attrib[key]
            changed = True
    if node.name == "style":
        _style(node.text or "", node.line)
    kept: list[Node] = []
    for child in node.nodes:
        if _element(child):
            changed |= _keep_allowed(child)
            kept.append(child)
        else:  # the text after it stays
            changed = True
            if kept:
                kept[-1].tail = (kept[-1].tail or "") + (child.tail or "")
            else:
                node.text = (node.text or "") + (child.tail or "")
    if len(kept) != len(node):
        node[:] = kept
    return changed


def _element(node: Node) -> bool:
    local = node.tag.rpartition("}")[2]
    if local.lower() in _FORBIDDEN or (node.tag.startswith(XHTML) and local not in _HTML):
        raise SvgError(f"holds '{local}', which is no part of a picture", node.line)
    return node.name in _ELEMENTS or node.tag.startswith(XHTML)


def _attribute(node: Node, key: str) -> bool:
    space, _, name = key.rpartition("}")
    value = node.attrib[key]
    if name.lower().startswith("on") and (not space or name.lower() in {"onload", "onclick"}):
        raise SvgError(f"holds a script ('{name.lower()[:40]}')", node.line)
    if name in {"href", "src"} and space in {"", XLINK[:-1]}:
        _reference(value, node)
    elif name.startswith(("data-", "aria-")):
        return not space
    elif not space:
        if name not in _TRANSFORMS and not _HARMLESS.fullmatch(value):
            _style(value, node.line)
        if name == "attributeName" and value.rpartition(":")[2].lower() in {"href", "src"}:
            raise SvgError("changes what it refers to ('attributeName')", node.line)
    if space + "}" == XLINK:
        return name in _XLINK
    if space + "}" == XML:
        return name in _XML
    return not space and name in _ATTRIBUTES


def _reference(value: str, node: Node) -> None:
    value = value.strip()
    kept = _LINKS if node.tag in {SVG + "a", XHTML + "a"} else _REFERENCES
    if value and not value.lower().startswith(kept):
        if value.lower().startswith("data:"):
            raise SvgError(f"holds data that is no picture: '{value[:40]}'", node.line)
        raise SvgError(f"refers to something outside of it: '{value[:60]}'", node.line)


def _style(css: str, line: int) -> None:
    if not any(sign in css for sign in "(\\@"):
        return
    from prep_export.css import reach

    found = reach(css, fonts=True)
    if found:
        raise SvgError(f"refers to something outside of it: '{found}'", line)
