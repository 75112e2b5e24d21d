"""Colours and gradients of SVG as paper takes them: colours as `#rrggbb`, opacity apart."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
REFERENCE: Final = re.compile(r"""url\(\s*['"]?#([^'")]*)['"]?\s*\)\s*(.*)""", re.DOTALL)


class Colour(NamedTuple):
    """A colour and how opaque it is, 0 to 1."""

    rgb: str
    alpha: float = 1.0


BLACK: Final = Colour("#000000")


@lru_cache(maxsize=1024)
def colour(text: str) -> Colour | None:
    """A colour as SVG and CSS write it; None for what is none."""
    if _HEX.fullmatch(text):
        digits = text[1:] if len(text) > 5 else "".join(2 * digit for digit in text[1:])  # noqa: PLR2004 - '#rgba'
        alpha = int(digits[6:], 16) / 255 if digits[6:] else 1.0
        return Colour("#" + digits[:6].lower(), alpha)
    from tinycss2.color5 import parse_color

    try:
        found = parse_color(text)
        if found is None or isinstance(found, str):
            return None
        converted = found.to("srgb")
        parts = [min(255, max(0, round(255 * (part or 0)))) for part in converted.coordinates]
        return Colour("#" + "".join(f"{part:02x}" for part in parts), float(converted.alpha))
    except (AttributeError, NotImplementedError, RecursionError, TypeError, ValueError):
        return None  # a space of colours that tinycss2 does not convert, or one within another


def on_white(one: Colour) -> str:
    """A colour that one can see through, as it looks on white paper."""
    parts = (int(one.rgb[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * one.alpha):02x}" for part in parts)
