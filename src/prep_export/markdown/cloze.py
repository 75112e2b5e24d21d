"""Cloze texts on paper: the text with blanks, and what belongs into them.

Both are made from the tokens of the one parse, so that a card and a page agree on what is hidden.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final

from markdown_it.token import Token

from prep_export.markdown.parser import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANK: Final = "______"


def blanked(text: str) -> list[Token]:
    """The text's tokens with a blank for every deletion, with its hint."""
    blocks = []
    for block in parse(text, cloze=True):
        if block.type == "inline":
            block = copy(block)  # noqa: PLW2901 - the same block with other children
            block.children = _blanked(block.children or [])
        blocks.append(block)
    return blocks


def hidden(text: str) -> list[list[Token]]:
    """What each blank hides, in order, as inline tokens."""
    found = []
    for block in parse(text, cloze=True):
        if block.type == "inline":
            found += [_balanced(inside) for inside, _ in _deletions(block.children or [])]
    return found


def revealed(text: str) -> list[Token]:
    """The text's tokens with every deletion in place, between `marked_open` and `marked_close`;
    hints are left out."""
    blocks = []
    for block in parse(text, cloze=True):
        if block.type == "inline":
            block = copy(block)  # noqa: PLW2901 - the same block with other children
            block.children = _revealed(block.children or [])
        blocks.append(block)
    return blocks


def paragraph_of(inline: Sequence[Token]) -> list[Token]:
    """Inline tokens as the blocks of one paragraph."""
    container = Token("inline", "", 0, children=list(inline), block=True, level=1)
    opening, closing = Token("paragraph_open", "p", 1), Token("paragraph_close", "p", -1)
    return [opening, container, closing]


def joined(runs: Sequence[Sequence[Token]], separator: str) -> list[Token]:
    """Runs of inline tokens with a text between them."""
    out: list[Token] = []
    for number, run in enumerate(runs):
        out += [Token("text", "", 0, content=separator)] if number else []
        out += run
    return out


def _blanked(tokens: Sequence[Token]) -> list[Token]:
    out: list[Token] = []
    within = False
    for token in tokens:
        if token.type == "cloze_open":
            within = True
            out.append(Token("text", "", 0, content=BLANK))
        elif token.type == "cloze_hint":
            within = False
            out.append(Token("text", "", 0, content=" ("))
        elif token.type == "cloze_close":
            if not within:
                out.append(Token("text", "", 0, content=")"))
            within = False
        elif not within:
            out.append(token)
    return _balanced(out)


def _revealed(tokens: Sequence[Token]) -> list[Token]:
    out: list[Token] = []
    hinted = False
    for token in tokens:
        if token.type == "cloze_open":
            out.append(Token("marked_open", "mark", 1))
        elif token.type == "cloze_hint":
            hinted = True
        elif token.type == "cloze_close":
            hinted = False
            out.append(Token("marked_close", "mark", -1))
        elif not hinted:
            out.append(token)
    return _balanced(out)


def _deletions(tokens: Sequence[Token]) -> list[tuple[list[Token], list[Token]]]:
    """The inside and the hint of every deletion."""
    found: list[tuple[list[Token], list[Token]]] = []
    side: list[Token] | None = None
    for token in tokens:
        if token.type == "cloze_open":
            found.append(([], []))
            side = found[-1][0]
        elif token.type == "cloze_hint" and found:
            side = found[-1][1]
        elif token.type == "cloze_close":
            side = None
        elif side is not None:
            side.append(token)
    return found


def _balanced(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without those whose partner has been left out, as in `**a {{c1::b** c}}`."""
    open_: list[int] = []
    drop: set[int] = set()
    for number, token in enumerate(tokens):
        if token.nesting == 1:
            open_.append(number)
        elif token.nesting == -1:
            if open_ and tokens[open_[-1]].tag == token.tag:
                open_.pop()
            else:
                drop.add(number)
    drop.update(open_)
    return [token for number, token in enumerate(tokens) if number not in drop]
