"""Markdown to plain text, for places that know no markup: outlines, page titles."""

from __future__ import annotations

from prep_export.markdown.parser import parse_inline, walk


def plain(text: str) -> str:
    """One line of Markdown without its marks; formulas stay as their LaTeX source."""
    parts = []
    for token in walk(parse_inline(text)):
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        else:
            parts.append(token.content)
    return "".join(parts)
