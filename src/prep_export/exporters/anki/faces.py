"""The two sides of a card as Anki makes them from a template and a note's fields.

The rules of Anki's own renderer (rslib/src/template.rs, template_filters.rs and cloze.rs), as far
as templates of ours use them; a test holds them to the official backend. Nothing here runs a
script, so a hint unfolds by HTML's own `details`, and a formula stays LaTeX.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_TAG: Final = re.compile(r"\{\{([#^/]?)\s*([^{}]*?)\s*\}\}|<!--.*?-->", re.DOTALL)
_EMPTY: Final = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)
"""A field that holds nothing but this is empty for a condition."""
_MARKUP: Final = re.compile(r"<!--.*?-->|<style.*?</style>|<script.*?</script>|<[^>]*>", re.DOTALL)
_CLOZE: Final = re.compile(r"\{\{c(\d+)::|\}\}")
_MATHJAX: Final = re.compile(r"\\\[.*?\\\]|\\\(.*?\\\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a note: its template's sides, its number from 0, and whether it is a cloze."""

    question: str
    answer: str
    ordinal: int = 0
    cloze: bool = False


def question(card: Card, fields: Mapping[str, str]) -> str:
    """The HTML of a card's question."""
    return _render(card.question, fields, card, asked=True)


def answer(card: Card, fields: Mapping[str, str]) -> str:
    """The HTML of a card's answer, with the question where the template says `FrontSide`."""
    front = {"FrontSide": question(card, fields)} if "FrontSide" in card.answer else {}
    return _render(card.answer, {**fields, **front}, card, asked=False)


def _render(template: str, fields: Mapping[str, str], card: Card, *, asked: bool) -> str:
    out: list[str] = []
    shown = [True]
    """Whether what stands here is shown: a level for each open condition."""
    place = 0
    for match in _TAG.finditer(template):
        if shown[-1]:
            out.append(template[place : match.start()])
        place = match.end()
        mark, name = match.group(1), match.group(2)
        if name is None:  # a comment, whatever it holds
            out += [match.group()] if shown[-1] else []
        elif mark == "/":
            shown.pop()
        elif mark:
            filled = _is_filled(name, fields, card)
            shown.append(shown[-1] and filled == (mark == "#"))
        elif shown[-1]:
            out.append(_value(name, fields, card, asked=asked))
    return "".join([*out, template[place:]])


def _is_filled(name: str, fields: Mapping[str, str], card: Card) -> bool:
    if re.fullmatch(r"c\d+", name):  # {{#c1}}: on the card of that deletion
        return card.cloze and name == f"c{card.ordinal + 1}"
    return _EMPTY.fullmatch(fields.get(name, "")) is None


def _value(name: str, fields: Mapping[str, str], card: Card, *, asked: bool) -> str:
    *filters, key = name.split(":")
    text = fields.get(key)
    if text is None:
        return f"{{{{{escape(name)}}}}}"
    if "type" in filters:  # what is typed is asked by the program around the card
        return _typed(text, card, asked=asked, cloze="cloze" in filters)
    for one in reversed(filters):
        if one == "cloze":
            text = cloze(text, card.ordinal + 1, asked=asked)
        elif one == "text":
            text = unescape(_MARKUP.sub("", text))
        elif one == "hint":
            text = _hint(key, text)
    return text


def _hint(name: str, text: str) -> str:
    if not text.strip():
        return ""
    return f'<details class="hint"><summary>{escape(name)}</summary><div>{text}</div></details>'


def _typed(text: str, card: Card, *, asked: bool, cloze: bool) -> str:
    """A field to type in, or what should have been typed: as it stands before anything is typed."""
    if asked:
        return '<center><input type="text" id="typeans" readonly></center>'
    wanted = _deletions(text, card.ordinal + 1) if cloze else text
    plain = unescape(_MARKUP.sub("", wanted)).strip()
    return f'<div><code id="typeans">{escape(plain)}</code></div>'


@dataclass(slots=True)
class _Deletion:
    number: int
    nodes: list[str | _Deletion] = field(default_factory=list)
    hint: str | None = None


def _nodes(text: str) -> list[str | _Deletion]:
    """The text with its deletions, which may stand in each other."""
    root = _Deletion(0)
    open_: list[_Deletion] = [root]
    place = 0
    for match in _CLOZE.finditer(text):
        _put(open_[-1], text[place : match.start()], inside=len(open_) > 1)
        place = match.end()
        if match.group(1):
            open_.append(_Deletion(int(match.group(1))))
        elif len(open_) > 1:
            done = open_.pop()
            open_[-1].nodes.append(done)
        else:
            root.nodes.append(match.group())
    _put(open_[-1], text[place:], inside=len(open_) > 1)
    return root.nodes  # what is never closed is not shown


def _put(into: _Deletion, text: str, *, inside: bool) -> None:
    if inside and "::" in text:
        text, _, into.hint = text.partition("::")
    if text:
        into.nodes.append(text)


def cloze(text: str, number: int, *, asked: bool) -> str:
    """A text with the deletions of one number hidden, or marked; empty where it has none of it."""
    nodes = _nodes(text)
    if not _has(nodes, number):
        return ""
    html = "".join(_shown(node, number, asked=asked) for node in nodes)
    # Within a formula there is no markup, or MathJax would not see the formula.
    return _MATHJAX.sub(lambda match: _MARKUP.sub("", match.group()), html)


def uncovered(text: str) -> str:
    """A text with its deletions in place, without their marks and hints."""
    return "".join(one if isinstance(one, str) else _plain(one) for one in _nodes(text))


def _has(nodes: list[str | _Deletion], number: int) -> bool:
    return any(
        isinstance(one, _Deletion) and (one.number == number or _has(one.nodes, number))
        for one in nodes
    )


def _shown(node: str | _Deletion, number: int, *, asked: bool) -> str:
    if isinstance(node, str):
        return node
    inside = "".join(_shown(one, number, asked=asked) for one in node.nodes)
    if node.number != number:
        return f'<span class="cloze-inactive" data-ordinal="{node.number}">{inside}</span>'
    if asked:
        inside = "[...]" if node.hint is None else f"[{node.hint}]"
    return f'<span class="cloze" data-ordinal="{number}">{inside}</span>'


def _deletions(text: str, number: int) -> str:
    """What stands in the deletions of a number, as it is to be typed."""
    return ", ".join(_plain(node) for node in _flat(_nodes(text)) if node.number == number)


def _flat(nodes: list[str | _Deletion]) -> list[_Deletion]:
    found = [one for one in nodes if isinstance(one, _Deletion)]
    return [deep for one in found for deep in (one, *_flat(one.nodes))]


def _plain(node: _Deletion) -> str:
    return "".join(one if isinstance(one, str) else _plain(one) for one in node.nodes)
