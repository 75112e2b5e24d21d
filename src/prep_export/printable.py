"""Somebody's text made harmless for a terminal or the log of a CI run."""

from __future__ import annotations


def printable(text: str) -> str:
    """Text on one line, without what could move a terminal's cursor or hide itself (controls,
    bidi marks), or what GitHub's runner takes for a command wherever it stands (`##[name]`)."""
    if "##[" in text:
        text = text.replace("##[", "#\\u0023[")
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else " " if c in "\t\n" else f"\\u{ord(c):04x}" for c in text
    )
