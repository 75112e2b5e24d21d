"""CSS, parsed: what in it reaches for a network or a file, and what is no CSS at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FUNCTIONS: Final = frozenset(
    """
    abs acos asin atan atan2 attr blur brightness calc circle clamp color color-mix conic-gradient
    contrast cos counter counters cubic-bezier dir drop-shadow ellipse env exp fit-content
    grayscale has host hsl hsla hue-rotate hwb hypot inset invert is lab lang layer lch light-dark
    linear linear-gradient log matrix matrix3d max min minmax mod not nth-child nth-last-child
    nth-last-of-type nth-of-type oklab oklch opacity path perspective polygon pow
    radial-gradient ray rect rem repeat repeating-conic-gradient repeating-linear-gradient
    repeating-radial-gradient rgb rgba rotate rotate3d rotatex rotatey rotatez round saturate scale
    scale3d scalex scaley scalez selector sepia sign sin skew skewx skewy sqrt steps style tan
    translate translate3d translatex translatey translatez var where xywh
    """.split()
)
"""Functions that load nothing. Others are refused: `url()` and `src()`, but also `image-set()`,
whose address is a plain string, and whatever browsers will add."""

_AT_RULES: Final = frozenset(
    "container keyframes layer media -webkit-keyframes property starting-style supports".split()
)
"""Rules of a header's CSS that a card can use, and that load nothing."""


def reach(css: str, *, fonts: bool = False) -> str:
    """The first thing in a style sheet or in declarations that could load something from outside,
    as it is written; empty where nothing can. With `fonts`, fonts that are in it are allowed."""
    return next((said for said, _ in _reaching(_tokens(css), fonts=fonts)), "")


def _tokens(css: str) -> list[Any]:
    import tinycss2

    found: list[Any] = tinycss2.parse_component_value_list(css, skip_comments=True)
    return found


def _reaching(tokens: Iterable[Any], *, fonts: bool = False) -> Iterator[tuple[str, Any]]:
    waiting = [iter(tokens)]
    while waiting:
        token = next(waiting[-1], None)
        if token is None:
            waiting.pop()
            continue
        if token.type == "at-keyword" and token.lower_value == "import":
            yield "@import", token
        elif token.type == "url":
            if not _stays(token.value, fonts=fonts):
                yield f"url({token.value[:60]})", token
        elif token.type == "function":
            name, inside = token.lower_name, token.arguments
            if name == "url":
                value = next((t.value for t in inside if t.type == "string"), "")
                if not _stays(value, fonts=fonts):
                    yield f"url({value[:60]})", token
            elif name not in _FUNCTIONS and not (fonts and name in {"format", "local"}):
                yield f"{token.name}()", token
            waiting.append(iter(inside))
        elif hasattr(token, "content"):
            waiting.append(iter(token.content))


def _stays(address: str, *, fonts: bool) -> bool:
    """Whether an address is in the file itself."""
    address = address.strip().lower()
    kinds = ("#", "data:image/") + (("data:font/", "data:application/") if fonts else ())
    return address.startswith(kinds)


_MAX_DEPTH: Final = 32
_BRACKETS: Final = re.compile(r"[\[({]|[\])}]")


def nests_deep(css: str) -> bool:
    """Whether brackets are nested deeper than anybody writes them: tinycss2 recurses."""
    depth = 0
    for bracket in _BRACKETS.finditer(css):
        depth = depth + 1 if bracket.group() in "[({" else max(0, depth - 1)
        if depth > _MAX_DEPTH:
            return True
    return False


def fault(css: str) -> tuple[str, str]:
    """What is wrong with a header's CSS, and what to do about it; empty texts for sound CSS."""
    import tinycss2

    if nests_deep(css):
        return f"nests brackets more than {_MAX_DEPTH} deep", "close them, or flatten its rules"
    if "<" in css:
        line, column = _place(css, css.index("<"))
        return f"holds '<' at line {line}, column {column} of it", "write CSS alone, without markup"
    for said, token in _reaching(_tokens(css)):
        where = f"at line {token.source_line}, column {token.source_column} of it"
        hint = (
            "leave it out: cards must work without a network; a picture may be a data:image/… URL"
        )
        return f"holds '{said}' {where}, which could load something from outside", hint
    wrong = _unsound(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))
    if wrong is not None:
        said, token = wrong
        where = f"at line {token.source_line}, column {token.source_column} of it"
        return f"holds {said} {where}", "write rules such as: .pe-front { color: teal }"
    return "", ""


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _unsound(rules: Iterable[Any]) -> tuple[str, Any] | None:
    """The first thing that a browser would pass over."""
    import tinycss2

    for rule in rules:
        if rule.type == "error":
            return "what is no CSS", rule
        if rule.type == "at-rule":
            if rule.lower_at_keyword not in _AT_RULES:
                return f"'@{rule.at_keyword}', which a card cannot use,", rule
            if rule.content is None:
                continue
        inside = tinycss2.parse_blocks_contents(
            rule.content, skip_comments=True, skip_whitespace=True
        )
        for one in inside:
            if one.type == "error":
                return "what is no CSS", one
        nested = [one for one in inside if one.type in {"qualified-rule", "at-rule"}]
        found = _unsound(nested)
        if found is not None:
            return found
    return None
