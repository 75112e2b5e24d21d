"""STIX Two Math, which ziamath brings along: found without importing it, which takes time."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def math_font() -> Path:
    """The TrueType file of the math font."""
    found = find_spec("ziamath")
    assert found is not None  # noqa: S101 - a dependency
    assert found.origin is not None  # noqa: S101
    return Path(found.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
