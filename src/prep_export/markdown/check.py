"""What is wrong with a Markdown text, seen by those who must render it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from prep_export.findings.finding import Finding, Node
from prep_export.markdown import as_typed, highlight
from prep_export.markdown.links import is_allowed
from prep_export.markdown.math import problem
from prep_export.markdown.math_prose import prose
from prep_export.markdown.parser import MAX_NESTING, attribute, parse, source, walk
from prep_export.markdown.widths import LIKE_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from prep_export.findings.codes import Code
    from prep_export.markdown.images import Images

# Parsing is what costs, and nearly every text is fine. These find, without a parse, texts that
# cannot be wrong: what they let through is a superset of what a parser would take for a link, an
# image, a fence with a language, a formula, or nesting.
_NEEDS_PARSING: Final = re.compile(
    r"\$\$\$|\\\$|\]\s*[(\[:]|<[a-zA-Z][a-zA-Z0-9+.-]*:|\{\{c"
    r"|^[ \t>*+.)0-9-]{10}",  # 10 levels of lists
    re.MULTILINE,
)
_SHOWS_NOTHING: Final = re.compile(r"[\s>*+-]*(?:\d{1,9}[.)])?[\s>]*")
"""Only marks of lists and quotations, such as the answer '8.': a list with one empty entry."""

_DISPLAYED: Final = re.compile(r"(?:\A|\n\n)\$\$([^$\n]+)\$\$(?=\n\n|\n?\Z)")
"""Displayed formulas that are a block of their own: dollars around them cannot pair with theirs."""

_FENCE: Final = re.compile(r"(?:`{3}|~{3})[ \t]*([^\s`~]+)")
_LOOKS_LIKE_CLOZE: Final = re.compile(r"\{\{c\d[\d,]*::")
_NO_CLOZE: Final = re.compile(
    r"\{\{\s*[cC]\s*\d[\d\s,]*(?:[:;.\uff1a\uff1b]+|\}\})|\{\s*[cC]\s*\d[\d\s,]*[:\uff1a]{2}"
    r"|\{\{\s*\d+\s*[:\uff1a]+"
)
"""What its author will have meant for the start of a deletion."""
_IN_BRACES: Final = re.compile(r"\{\{[^{}\n]{1,60}\}\}")

MOST_CLOZES: Final = 500
"""The highest number for which Anki keeps a card."""


def check(text: str, images: Images, *, cloze: bool = False) -> list[Finding]:
    """Every fault of a text. Math is judged, images are opened, links are read."""
    if _SHOWS_NOTHING.fullmatch(text):
        hint = "say it in words, or leave out the dot: Markdown takes this for the start of a list"
        return [_fault("empty-text", f"'{text.strip()[:20]}' alone shows nothing", hint)]
    if not cloze and _is_harmless(text):
        return []
    tokens = parse(text, cloze=cloze)
    flat = walk(tokens)
    odd = as_typed.may_be(text)
    parts = as_typed.reported(text, flat) if odd else set()
    problems = [
        found
        for index, token in enumerate(flat)
        if index not in parts
        for found in [*_token(token, text, images), *_no_width(flat, index)]
    ]
    if any(token.level > MAX_NESTING for token in tokens):
        problems.append(
            _fault(
                "deep-nesting",
                f"lists or quotes nested more than {MAX_NESTING // 2} deep",
                "flatten them",
            )
        )
    if odd:
        problems += [*as_typed.shown_as_typed(text, tokens), *as_typed.lost_cells(text, tokens)]
    if cloze:
        problems += _cloze(text, tokens)
    elif _LOOKS_LIKE_CLOZE.search(text):
        problems += _stray_cloze(tokens)
    return problems


def _fault(code: Code, message: str, hint: str, needle: str = "") -> Finding:
    """A finding in a text; the caller knows the text's file and path."""
    return Finding(code, message, Node("", needle=needle), hint)


def _is_harmless(text: str) -> bool:
    if _NEEDS_PARSING.search(text) or as_typed.may_be(text):
        return False
    if "$$" in text:
        displayed = _DISPLAYED.findall(text)
        text = _DISPLAYED.sub("\n\n", text)
        if "$$" in text or any(
            problem(latex.strip(), display=True) or prose(latex) for latex in displayed
        ):
            return False
    # An inline formula is what stands between a dollar and the next, without spaces at its ends.
    inside = text.split("$")[1:-1]
    if any(
        part and part.strip() == part and (problem(part, display=False) or prose(part))
        for part in inside
    ):
        return False
    fences = _FENCE.findall(text) if "```" in text or "~~~" in text else ()
    return not fences or (
        highlight.is_short(text) and all(highlight.is_known(name.lower()) for name in fences)
    )


def _token(token: Token, text: str, images: Images) -> Iterator[Finding]:
    if token.type.startswith("math"):
        latex = token.content.strip()
        fault = problem(latex, display=token.type != "math_inline")
        if fault:
            at = _in_line(latex, fault.start, fault.end)
            yield Finding("bad-math", fault.message, at, fault.hint)
        elif word := prose(latex):
            message = f"'{latex[slice(*word)]}' is set as letters of a formula, without spaces"
            hint = r"end the formula before it with '$', or write \text{ … }; a price is \$5"
            yield Finding("words-in-formula", message, _in_line(latex, *word), hint)
    elif token.type == "link_open":
        url = attribute(token, "href")
        if not is_allowed(url):
            hint = "links start with http://, https:// or mailto:"
            yield _fault("bad-link", f"the link '{url[:60]}' leads nowhere", hint, url)
    elif token.type == "image":
        reference = source(token)
        finding = images.finding(reference)
        if finding is not None:
            encoded = attribute(token, "src")
            needle = encoded if encoded in text else reference  # as its author wrote it
            yield replace(finding, at=Node("", needle=needle))
    elif token.type == "text":
        yield from _no_image(token.content)
    elif token.type == "fence":
        language = highlight.language_of(token.info)
        if not highlight.is_known(language):
            hint = "name a language that Pygments knows, or 'text'"
            yield _fault("unknown-language", f"no highlighting for '{language}'", hint, language)
        elif language and not highlight.is_short(token.content):
            message = "the code block is too long to be shown in colours"
            limits = f"{highlight.MAX_LINES} lines, {highlight.MAX_CHARACTERS:,} characters"
            yield _fault("long-code", message, f"at most {limits}; show less of it", language)


_LIKE_IMAGE: Final = re.compile(
    r"!\[([^\[\]\n]*)\](\s*)\(([^()<>\n]*\.(?:svg|png|jpe?g))\)", re.IGNORECASE
)


def _no_image(text: str) -> Iterator[Finding]:
    """What was meant as an image, and is shown as typed because of a space."""
    for match in _LIKE_IMAGE.finditer(text):
        alt, gap, path = match.groups()
        fixed = f"<{path.strip()}>" if re.search(r"\s", path.strip()) else path.strip()
        where = "before its path" if gap else "in its path"
        message = f"'{match.group()[:60]}' is shown as typed: an image has no space {where}"
        yield _fault("image-syntax", message, f"write ![{alt}]({fixed})", match.group())


def _no_width(flat: Sequence[Token], index: int) -> Iterator[Finding]:
    """What was meant to say how wide an image is, and is shown as typed."""
    if index and flat[index].type == "text" and flat[index - 1].type == "image":
        match = LIKE_ATTRIBUTES.match(flat[index].content)
        if match:
            shown = match.group().strip()
            message = f"'{shown}' is shown as typed: of an image only the width can be given"
            hint = "write {width=60%} or {width=6cm} right after it; units are %, mm, cm, px, pt"
            yield _fault("image-syntax", message, hint, shown)


def _in_line(latex: str, start: int, end: int) -> Node:
    """Characters of a formula, as a place in the one of its lines that they begin in: YAML may have
    indented the others."""
    first = latex.rfind("\n", 0, start) + 1
    line = latex[first:].split("\n", 1)[0]
    needle = line.strip()
    indent = len(line) - len(line.lstrip())
    low = min(max(0, start - first - indent), max(0, len(needle) - 1))
    return Node(
        "", needle=needle, within=(low, max(low + 1, min(end - first - indent, len(needle))))
    )


def _stray_cloze(tokens: Sequence[Token]) -> list[Finding]:
    for token in walk(tokens):
        match = _LOOKS_LIKE_CLOZE.search(token.content)
        if match and token.type == "text":
            hint = "clozes belong in the 'text' of a drill"
            return [
                _fault(
                    "unexpected-cloze",
                    "a cloze deletion outside a cloze drill",
                    hint,
                    match.group(),
                )
            ]
    return []


def _cloze(text: str, tokens: Sequence[Token]) -> list[Finding]:
    problems = list(_no_clozes(text, tokens))
    blocks = [walk([block]) for block in tokens if block.type == "inline"]
    for block in blocks:
        problems += _deletions(block, stray=not problems)
    if not any(t.type == "cloze_open" for block in blocks for t in block):
        return problems or [_no_deletion(tokens)]
    return [*problems, *_beside_deletions(tokens)]


def _no_deletion(tokens: Sequence[Token]) -> Finding:
    for where, match in _inside(tokens):
        message = f"the deletion stands in {where}, so it would make no card"
        return _fault("no-cloze", message, _AROUND[where], match)
    message = "the text has no deletion, so it would make no card"
    return _fault("no-cloze", message, "mark what to ask: {{c1::…}}")


def _beside_deletions(tokens: Sequence[Token]) -> Iterator[Finding]:
    """Deletions in code or a formula that make no card, while others of the text do."""
    for where, match in _inside(tokens):
        if where == "a formula":  # code may be about deletions
            yield _syntax("a deletion in a formula makes no card", _AROUND[where], match)
        else:
            message = f"a deletion in {where} makes no card, and is shown as it is typed"
            yield _fault("shown-as-typed", message, _AROUND[where], match)


_AROUND: Final = {
    "code": "put the code into it: {{c1::`…`}}; what stays to be seen is code of its own",
    "a formula": "put the formula into it: {{c1::$…$}}; what stays to be seen is one of its own",
}


def _inside(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """The first start of a deletion in code, and in a formula, with which of them it is."""
    seen = set()
    for token in walk(tokens):
        is_math = token.type.startswith("math")
        if not is_math and token.type not in {"code_inline", "code_block", "fence"}:
            continue
        where = "a formula" if is_math else "code"
        match = _LOOKS_LIKE_CLOZE.search(token.content)
        if match and where not in seen:
            seen.add(where)
            yield where, match[0]


def _no_clozes(text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
    """What looks like a deletion and is none for Anki, beside good ones too."""
    found = _in_texts(_NO_CLOZE, text, tokens)
    for match in found:
        if re.search(r"\d\s*,\s*\d", match):
            yield _syntax("one deletion, several numbers", "write one {{cN::…}} each", match)
        else:
            message = f"'{match.strip()}' is no deletion, and would be shown as it is typed"
            hint = "write {{c1::…}}: two braces, a small c, plain digits, two colons, no spaces"
            yield _syntax(message, hint, match)
    for match in _in_texts(_IN_BRACES, text, tokens):
        if not any(match.startswith(told) for told in found):
            hint = f"write {{{{c1::{match[2:-2].strip()}}}}} to ask for it, or `{match}` as code"
            message = f"'{match}', in braces without a number, is shown as it is typed"
            yield _fault("shown-as-typed", message, hint, match)


def _in_texts(pattern: re.Pattern[str], text: str, tokens: Sequence[Token]) -> list[str]:
    """What a pattern finds in texts; by an entity or behind a backslash it is meant to be seen."""
    found = [m[0] for t in walk(tokens) if t.type == "text" for m in pattern.finditer(t.content)]
    return [match for match in dict.fromkeys(found) if match in text and "\\" + match not in text]


def _deletions(block: Sequence[Token], *, stray: bool) -> Iterator[Finding]:
    """Faults of the deletions of one paragraph; `stray` is whether to look for braces left over."""
    opened: list[str] = []
    nested: list[Finding] = []
    deletions = 0
    empty = one_brace = False
    for token in block:
        if token.type == "cloze_open":
            deletions += 1
            if opened:
                message, hint = "a deletion inside a deletion", "split the drill in two"
                nested.append(_syntax(message, hint, token.content))
            if token.meta["number"] == 0:
                yield _syntax("clozes are numbered from c1", "write {{c1::…}}", token.content)
            elif token.meta["number"] > MOST_CLOZES:
                message = f"Anki keeps no card of a number above {MOST_CLOZES}"
                yield _syntax(message, "number the deletions from c1", token.content)
            opened.append(token.content)
            empty = True
        elif token.type == "cloze_close":
            if empty:
                yield _syntax("an empty deletion", "write {{c1::text}}", "{{c")
            if opened:  # else it closes a deletion of another paragraph, which is told there
                opened.pop()
        elif opened:
            one_brace = one_brace or (token.type == "text" and "}" in token.content)
            empty = empty and token.type == "text" and not token.content.strip()
        elif stray and deletions and token.type == "text" and _is_left_over(token.content):
            hint = "inside a deletion put a space between braces, '} }', or the braces into code"
            yield _syntax("'}}' closes nothing: a brace before it ended the deletion", hint, "}}")
    if not opened:
        yield from nested
        return
    # Those that follow are inside it only because it is not closed.
    hint = "end it with '}}' in the same paragraph" + (", two braces" if one_brace else "")
    yield _syntax("a deletion is not closed", hint, opened[-1])


def _is_left_over(text: str) -> bool:
    return "}}" in text and text.count("}") > text.count("{")


def _syntax(message: str, hint: str, needle: str) -> Finding:
    return _fault("cloze-syntax", message, hint, needle)
