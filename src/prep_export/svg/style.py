"""The style of every element of an SVG: style sheets, `style` and attributes become one table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from prep_export.css import nests_deep
from prep_export.svg.tree import SvgError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.svg.tree import Node

Style: TypeAlias = dict[str, str]
"""Values by property, own properties of the file (`--x`) among them."""

INHERITED: Final = frozenset(
    """
    clip-rule color dominant-baseline fill fill-opacity fill-rule font-family font-size font-style
    font-weight letter-spacing marker-end marker-mid marker-start paint-order stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-opacity stroke-width
    text-anchor visibility writing-mode word-spacing
    """.split()
)
_OWN: Final = frozenset(
    """
    alignment-baseline baseline-shift clip-path display filter mask mix-blend-mode opacity
    stop-color stop-opacity text-decoration transform transform-origin
    """.split()
)
PROPERTIES: Final = INHERITED | _OWN

MAX_RULES: Final = 2_000
_MAX_MATCHES: Final = 500_000
"""Selectors times elements."""
_MAX_STEPS: Final = 20_000_000
"""The same, where each ancestor that a selector names may be any one above the element."""
_LONGEST: Final = 10_000
_VARIABLES: Final = 200
"""Looked up for one value."""


class Styles:
    """What the file's own style sheets say about each element. Raises SvgError."""

    def __init__(self, root: Node) -> None:
        self._declared: dict[int, list[tuple[str, str]]] = {}
        sheets = [node for node in root.iter() if node.tag.endswith("}style")]
        if sheets:
            self._match(root, sheets)

    def _match(self, root: Node, sheets: list[Any]) -> None:
        import cssselect2
        import tinycss2

        matcher = cssselect2.Matcher()
        elements, depth = _extent(root)
        count = selected = steps = 0
        for sheet in sheets:
            text = "".join(sheet.itertext())
            if nests_deep(text):
                raise SvgError("nests brackets in its style too deep", sheet.line)
            rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
            count += len(rules)
            if count > MAX_RULES:
                raise SvgError(f"holds more than {MAX_RULES:,} rules of style", sheet.line)
            for rule in rules:
                if rule.type != "qualified-rule":
                    continue
                try:
                    selectors = cssselect2.compile_selector_list(rule.prelude)
                except cssselect2.SelectorError:
                    continue  # as browsers do
                declared = _declarations(rule.content)
                selected += len(selectors)
                names = _COMBINED.sub(">", tinycss2.serialize(rule.prelude).strip())
                steps += elements * depth ** len(names.split()[1:])
                if selected * elements > _MAX_MATCHES or steps > _MAX_STEPS or ":has(" in names:
                    raise SvgError("holds rules of style that take too long to match", sheet.line)
                for selector in selectors:
                    if selector.pseudo_element is None:
                        matcher.add_selector(selector, declared)
        wrapped = cssselect2.ElementWrapper.from_xml_root(root)
        for element in wrapped.iter_subtree():
            said = [one for match in matcher.match(element) for one in match[3]]
            if said:
                self._declared[id(element.etree_element)] = said

    def of(self, node: Node, parent: Mapping[str, str]) -> Style:
        """The style of an element within one of a style."""
        style = {key: value for key, value in parent.items() if _is_inherited(key)}
        for key, value in self._said(node):
            if key == "marker":
                style.update(dict.fromkeys(("marker-start", "marker-mid", "marker-end"), value))
            elif key == "font":
                style.update(_font(value))
            elif value != "inherit":
                style[key] = value
            elif key in parent:
                style[key] = parent[key]
        for key, value in list(style.items()):
            if "var(" in value and not key.startswith("--"):
                found = _resolved(value, style, node.line)
                if found is None:  # as if nothing were said
                    found = parent.get(key) if _is_inherited(key) else None
                del style[key]
                style |= {key: found} if found is not None else {}
        return style

    def _said(self, node: Node) -> list[tuple[str, str]]:
        """All that is said about one element, the weakest first."""
        own = [(key, value.strip()) for key, value in node.attrib.items() if key in PROPERTIES]
        inline = node.get("style", "")
        if nests_deep(inline):
            raise SvgError("nests brackets in its style too deep", node.line)
        declared = [*self._declared.get(id(node), ()), *_inline(inline)]
        strong = [(key, value) for key, value in declared if value.endswith(_STRONG)]
        return [
            *own,
            *(one for one in declared if not one[1].endswith(_STRONG)),
            *((key, value.removesuffix(_STRONG).rstrip()) for key, value in strong),
        ]


_STRONG: Final = "!important"


def _is_inherited(key: str) -> bool:
    return key in INHERITED or key.startswith("--")


_COMBINED: Final = re.compile(r"\s*[>+,]\s*")


def _extent(root: Node) -> tuple[int, int]:
    """How many elements there are, and how deep they are nested."""
    count, depth, level = 0, 0, [root]
    while level:
        count += len(level)
        depth += 1
        level = [child for node in level for child in node.nodes]
    return count, depth


def _declarations(content: Any) -> list[tuple[str, str]]:
    import tinycss2

    return [
        (
            one.name if one.name.startswith("--") else one.lower_name,
            tinycss2.serialize(one.value).strip() + (_STRONG if one.important else ""),
        )
        for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        if one.type == "declaration"
    ]


_SIMPLE: Final = re.compile(r"\s*(?:-?[a-z][a-z-]*\s*:[^:;(\\\"'{}/!]*(?:;|$)\s*)*")


def _inline(text: str) -> list[tuple[str, str]]:
    if _SIMPLE.fullmatch(text):  # nearly all are, and need no parser
        pairs = (part.partition(":") for part in text.split(";") if part.strip())
        return [(key.strip(), value.strip()) for key, _, value in pairs]
    return _declarations(text)


_SIZE: Final = re.compile(r"(?:^|\s)(\d*\.?\d+(?:px|pt|em|rem|%))(?:/\S+)?\s+(.+)$")


def _font(value: str) -> dict[str, str]:
    """The parts of the shorthand that paper shows."""
    match = _SIZE.search(value)
    if match is None:
        return {}
    parts = {"font-size": match.group(1), "font-family": match.group(2)}
    for word in value[: match.start()].split():
        if word in {"bold", "bolder"} or word.isdigit():
            parts["font-weight"] = word
        elif word in {"italic", "oblique"}:
            parts["font-style"] = word
    return parts


def _resolved(value: str, style: Mapping[str, str], line: int) -> str | None:
    """A value with what its `var()` stand for; None where one stands for nothing."""
    for _ in range(_VARIABLES):
        at = value.rfind("var(")
        if at < 0:
            return value
        end = _closing(value, at + 3)
        name, _, fallback = value[at + 4 : end].partition(",")
        given = style.get(name.strip(), fallback.strip() or None)
        if given is None:
            return None
        value = value[:at] + given + value[end + 1 :]
        if len(value) > _LONGEST:
            break
    raise SvgError("holds variables that refer to each other without end", line)


def _closing(text: str, at: int) -> int:
    depth = 0
    for index in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if not depth:
            return index
    return len(text)
