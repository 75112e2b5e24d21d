"""Signs that mean something elsewhere and nothing here: a card would show them as they were typed.

HTML, Anki's own math, footnotes, task lists, tables that are none; and cells that a table drops.
What is nearly Markdown, such as a formula with spaces in its dollars, is in `nearly.py`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core.normalize import NEWLINES_RE

from prep_export.findings.finding import Finding, Node
from prep_export.markdown import nearly
from prep_export.markdown.parser import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_INSTEAD: Final = {
    "sub": "~…~",
    "sup": "^…^",
    "br": "a backslash at the end of the line",
    "img": "![what it shows](media/picture.svg)",
    "hr": "--- between two empty lines",
    "a": "[text](https://…)",
    "pre": "``` on the lines before and after",
    **dict.fromkeys(("b", "strong"), "**…**"),
    **dict.fromkeys(("i", "em"), "*…*"),
    **dict.fromkeys(("s", "del", "strike"), "~~…~~"),
    **dict.fromkeys(("code", "tt", "kbd"), "`…`"),
    **dict.fromkeys(("ul", "ol", "li"), "- … on a line for each entry"),
    **dict.fromkeys(("table", "tr", "td", "th"), "| … | … | with |---|---| under the first line"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "## …"),
    "blockquote": "> …",
    **dict.fromkeys("p div".split(), "an empty line"),
    **dict.fromkeys("u span font small big center mark ins ruby rt rp details summary".split(), ""),
    **dict.fromkeys("audio video iframe script style".split(), ""),
}
"""What to write for an element of HTML; nothing where Markdown has nothing like it."""

_HTML: Final = re.compile(r"(</?)([a-zA-Z]+[1-6]?)(?:\s+[\w-]+=[^<>]*)?\s*/?>")
_NO_TYPES: Final = frozenset({"sub", "sup", "br", "img", "hr"})
"""Names of elements that are not those of types too, as in `Vec<b>`."""

# A bracket behind a backslash may be meant: what looks like a formula inside, is not.
_PARENTHESES: Final = re.compile(
    r"(?<!\\)\\(?:\(.{1,999}?\\\)"
    r"|\[(?=\s*[a-z]\s*\\\]|(?:(?!\\\]).){0,300}?(?:(?<!\\)[\^_=+]|\\[a-z]{2})).{1,999}?\\\])",
    re.DOTALL | re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"\[(\$\$?|latex)\].{0,999}?\[/\1\]", re.DOTALL)
_COMMENT: Final = re.compile(r"(?<!\\)<!--.{0,999}?-->", re.DOTALL)
_FOOTNOTE: Final = re.compile(r"\[\^(?:\d{1,3}\]|\w+\](?=:))")
_TASK: Final = re.compile(r"\[[ xX]\]\s")
_SECOND: Final = 2
_ROWS: Final = re.compile(r"^\|.*\|[ \t]*\n[ \t]*\|.*\|", re.MULTILINE)

# One class of characters to begin with, which is found fastest.
_MAY_BE: Final = re.compile(
    r"[<\\\[~^](?:(?<=<)(?:/?[a-zA-Z]+[1-6]?[\s/>]|!--)|(?<=\\)[(\[]"
    r"|(?<=\[)(?:\$|latex\]|\^\w|[ xX]\]\s)|(?<=[~^])(?=[^\s~^]*[~^])[^\s~^*_`$\[]*[*_`$\[])"
)


_FENCES: Final = ("```", "~~~")


def may_be(text: str) -> bool:
    """Whether something may be found here; a text that is not worth a parse is not."""
    return (
        _MAY_BE.search(text) is not None
        or ("|" in text and _has_odd_rows(text))
        or any(text.count(fence) % 2 for fence in _FENCES)
        or nearly.may_be(text)
    )


def _has_odd_rows(text: str) -> bool:
    """Whether lines of cells may be no table, or have more cells than its header."""
    columns: list[int] = []
    for line in NEWLINES_RE.split(text):
        row = line.strip(" \t>")
        if not row.startswith("|"):
            columns = []
            continue
        columns.append(len(_cells(row)))
        is_second = len(columns) == _SECOND
        if columns[-1] > columns[0] or (
            is_second and (columns[-1] != columns[0] or not re.fullmatch(r"[-:|\s]+", row))
        ):
            return True
    return False


def shown_as_typed(text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
    """What a text holds that Markdown does not know; `tokens` are the blocks of its parse."""
    flat = walk(tokens)
    code = [t.content for t in flat if t.type in {"code_inline", "code_block", "fence"}]
    math = [token.content for token in flat if token.type.startswith("math")]
    yield from _html(text, flat)
    formulas = []
    for pattern, quoted in ((_PARENTHESES, [*code, *math]), (_BRACKETS, code)):
        match = _typed(pattern, text, quoted)
        if match:
            formulas.append(match[0])
            yield _finding("a formula in Anki's own marks", "write $…$, or $$…$$", match[0])
    match = _typed(_FOOTNOTE, text, [*code, *math])
    if match:
        yield _finding("a footnote", "say it in the text, or in 'sources'", match[0])
    match = _typed(_COMMENT, text, code)
    if match:
        yield _finding("an HTML comment", "write comments of YAML, outside the text", match[0])
    yield from _blocks(tokens)
    yield from _fences(text, flat)
    yield from _scripts(flat)
    yield from _nearly(text, tokens, formulas)


def _nearly(text: str, tokens: Sequence[Token], formulas: Sequence[str]) -> Iterator[Finding]:
    """What `nearly` finds, but for what stands in the `formulas` that have been told."""
    told = set()
    for token in tokens:
        for what, hint, typed in nearly.markdown(token) if token.type == "inline" else ():
            # By an entity or behind a backslash it is meant to be seen.
            is_meant = typed not in text or "\\" + typed in text
            if what not in told and not is_meant and not any(typed in one for one in formulas):
                told.add(what)
                yield _finding(what, hint, typed)


def reported(text: str, flat: Sequence[Token]) -> set[int]:
    """Indices of tokens that are but the middle of Anki's `[$]…[/$]`, or of a footnote's mark."""
    notes = _FOOTNOTE.search(text) is not None
    found = set()
    for index, token in enumerate(flat):
        if token.type.startswith("math"):
            is_part = token.content[:1] == "]" and token.content[-2:] == "[/"
        else:
            is_part = notes and token.type == "link_open" and flat[index + 1].content[:1] == "^"
        if is_part:
            found.add(index)
    return found


def _typed(pattern: re.Pattern[str], text: str, quoted: Sequence[str]) -> re.Match[str] | None:
    """The first match that stands in no code and no formula."""
    apart = "\n".join(quoted)
    return next((match for match in pattern.finditer(text) if match[0] not in apart), None)


def _html(text: str, flat: Sequence[Token]) -> Iterator[Finding]:
    found = [m for t in flat if t.type == "text" for m in _HTML.finditer(t.content) if _is_html(m)]
    seen = set()
    for tag, name in dict.fromkeys((match[0], match[2].lower()) for match in found):
        # By an entity or behind a backslash it is meant to be seen.
        if name in seen or tag not in text or "\\" + tag in text:
            continue
        seen.add(name)
        instead = f"write {_INSTEAD[name]}" if _INSTEAD[name] else "leave it out"
        hint = f"{instead}; to show the tag itself: `<{name}>`"
        yield _finding(f"the HTML element '{name}'", hint, tag)


def _is_html(match: re.Match[str]) -> bool:
    name, before = match[2].lower(), match.string[max(match.start() - 1, 0) : match.start()]
    is_type = match[1] == "<" and (before.isalnum() or before == "_") and name not in _NO_TYPES
    return name in _INSTEAD and not is_type


def _blocks(tokens: Sequence[Token]) -> Iterator[Finding]:
    boxes = False
    for index, token in enumerate(tokens):
        if token.type != "inline":
            continue
        before = [one.type for one in tokens[max(0, index - 2) : index]]
        if before == ["list_item_open", "paragraph_open"] and _TASK.match(token.content):
            if not boxes:
                yield _finding("the box of a task list", "write ☐ or ☑", token.content[:3])
            boxes = True
        rows = _ROWS.search(token.content) if before[-1:] == ["paragraph_open"] else None
        if rows:
            first = rows[0].partition("\n")[0].strip()
            hint = "the second line of a table is |---|---|, with as many cells as the first"
            yield _finding("a table without the line that makes it one", hint, first)


def _fences(text: str, flat: Sequence[Token]) -> Iterator[Finding]:
    """The last block of code, where no line ends it: the text below is code too."""
    lines = NEWLINES_RE.split(text)  # as the parser counts them
    for token in flat:
        if token.type == "fence" and token.map:
            first, end = token.map
            last = lines[end - 1].lstrip(" \t>") if end - 1 > first else ""
            if not last.startswith(token.markup) or last.strip(token.markup[0] + " \t"):
                message = f"no '{token.markup}' ends the code: all that follows is shown as code"
                hint = f"write '{token.markup}' on a line of its own below it"
                needle = lines[first].strip(" \t>")
                yield Finding("shown-as-typed", message, Node("", needle=needle), hint)


def _scripts(flat: Sequence[Token]) -> Iterator[Finding]:
    for before, token in pairwise(flat):
        if before.type in {"sub_open", "sup_open"} and re.search(r"[*_`$]|\]\(", token.content):
            hint = "write a formula: $x_{…}$, $x^{…}$"
            sign = before.markup
            yield _finding(f"markup between '{sign}' and '{sign}'", hint, token.content)


def lost_cells(text: str, tokens: Sequence[Token]) -> Iterator[Finding]:
    """An error for every row of a table with more in it than the header has columns for."""
    lines = NEWLINES_RE.split(text)  # as the parser counts them
    columns = 0
    for token in tokens:
        if token.type == "table_open":
            columns = 0
        elif token.type == "th_open":
            columns += 1
        elif token.type == "tr_open" and token.map and columns:
            row = lines[token.map[0]].strip(" \t>")
            lost = [cell.strip() for cell in _cells(row)[columns:]]
            if any(lost):
                shown = "columns" if columns > 1 else "column"
                message = f"the table has {columns} {shown}, so '{' | '.join(lost)[:40]}' is lost"
                hint = r"a '|' that ends no cell is written \|, in code and formulas too"
                yield Finding("lost-cells", message, Node("", needle=row), hint)


def _cells(row: str) -> list[str]:
    cells = escapedSplit(row)
    return cells[1 if cells[:1] == [""] else 0 : -1 if cells[-1] == "" else None]


def _finding(what: str, hint: str, needle: str) -> Finding:
    message = f"{what} is shown as it is typed"
    return Finding("shown-as-typed", message, Node("", needle=needle.partition("\n")[0]), hint)
