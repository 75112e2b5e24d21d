"""Markdown for a terminal: paragraphs broken at a width, code as it is."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_BOLD, _NORMAL = "\x1b[1m", "\x1b[22m"
_INDENT: Final = "    "
_SILENT: Final = frozenset({"paragraph_open", "paragraph_close", "heading_open", "heading_close"})


def for_terminal(text: str, width: int, *, color: bool = False) -> str:
    """Headings, paragraphs and blocks of code as plain text; `color` makes bold what is strong.

    Code in a line keeps its backticks, so that one sees where it ends. An address follows the words
    that link to it. Raises ValueError for what it does not know, such as tables.
    """
    blocks = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "inline":
            line, strong = _line(token.children or ())
            # An address or a name that is broken could not be copied.
            broken = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
            block = "\n".join(broken)
            for words in strong if color else ():  # now, so that a line's width is what one sees
                block = block.replace(words, f"{_BOLD}{words}{_NORMAL}", 1)
            blocks.append(block)
        elif token.type in {"fence", "code_block"}:
            blocks.append(textwrap.indent(token.content.rstrip("\n"), _INDENT))
        elif token.type not in _SILENT:
            raise ValueError(token.type)
    return "\n\n".join(blocks) + "\n"


def _line(tokens: Sequence[Token]) -> tuple[str, list[str]]:
    """The text of a line, and what of it is strong."""
    parts: list[str] = []
    targets: list[str] = []
    strong: list[str] = []
    start = 0
    for token in tokens:
        match token.type:
            case "text":
                parts.append(token.content)
            case "code_inline":
                parts.append(token.content if "`" in token.content else f"`{token.content}`")
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "strong_open":
                start = len(parts)
            case "strong_close":
                strong.append("".join(parts[start:]))
            case "em_open" | "em_close":
                parts.append("*")
            case "link_open":
                targets.append(str(token.attrGet("href")))
            case "link_close":
                parts.append(f" <{targets.pop()}>")
            case other:
                raise ValueError(other)
    return "".join(parts), strong
