"""Why a text is not YAML, in the words of who typed it.

libyaml says where its grammar came to an end. The cause is nearly always in how that line, or the
one before, looks: a sign at the start of a text, a colon inside it, white space. It is looked at
here once something is wrong, and never before.
"""

from __future__ import annotations

import re
from typing import Final

from prep_export.bank.read.lines import (
    BLOCK,
    KEY,
    ODD_SPACES,
    Cause,
    Error,
    Line,
    before_it,
    block,
    clip,
    goes_on,
    line_at,
)
from prep_export.bank.read.order import conflict, of_order
from prep_export.spelling import quoted

_ESCAPE: Final = re.compile(
    r"""\\(?:\\|x(?![\da-fA-F]{2})|u(?![\da-fA-F]{4})|U(?![\da-fA-F]{8})|[^0abtnvfreN_LPxuU "/])"""
)
"""A backslash in double quotes that begins no escape; or two, which are one."""
_SIGNS: Final = "*&!%@`,]}"


def of_a_value(text: str, at: int) -> Cause | None:
    """What is wrong with the value that starts at a character, by its first sign."""
    line = line_at(text, at)
    start = at - 1 if text.startswith("{{", at - 1) else at
    return _value(text, line) if start == line.value_at else _entry(text, start)


def _entry(text: str, at: int) -> Cause | None:
    """What is wrong with an entry in brackets by its first sign."""
    match = re.compile(r"\{\{.*?\}\}[^,}\n]*|[*&!%@`][^,\]}\n]*").match(text, at)
    if not match:
        return None
    sign = "{{" if match[0].startswith("{{") else match[0][0]
    hint = f"quote it: {quoted(match[0].strip())}"
    return Cause(f"a text that starts with '{sign}' needs quotes", hint, match.span())


def odd_indentation(line: Line) -> Cause | None:
    """A tab, or a space that is none, where a line is indented."""
    for index, char in enumerate(line.indent):
        at = (line.start + index, line.start + index + 1)
        if char == "\t":
            return Cause("a tab in the indentation", "indent with spaces, not tabs", at)
        if char not in " \r\f\v":
            name = "no-break space" if char == "\u00a0" else "space of another kind"
            hint = "replace it by an ordinary space"
            return Cause(f"a {name} (U+{ord(char):04X}) in the indentation", hint, at)
    return None


def explain(text: str, error: Error) -> Cause | None:
    """The cause of an error; None where nothing says more than libyaml does."""
    if unmerged := conflict(text):
        return unmerged
    at, began = (min(index, max(0, len(text) - 1)) for index in (error.at, error.began))
    here, opened = line_at(text, at), line_at(text, began)
    before = before_it(text, here)
    for line in (here, opened, before):
        found = odd_indentation(line) or _odd_end(text, line) or _odd_sign(text, line)
        if found and not (line is before and text[found.span[0]] == "\t"):  # text of a block?
            return found
    if "quoted scalar" in error.problem and "unexpected" in error.problem:
        return _open_quote(opened, began)
    if error.quote and "\n" in text[slice(*error.quote)] and not text[error.quote[1] : at].strip():
        return _open_quote(line_at(text, error.quote[0]), error.quote[0])
    if "flow" in error.problem:
        hidden = _hidden_end(here) or _hidden_end(before)
        if hidden or text[began] in "[{":
            return hidden or _open_bracket(opened, began)
        if text[began] == ",":
            return Cause("nothing stands before this comma", "leave it out", (began, began + 1))
    for line, index in ((here, at), (before, -1), (opened, began)):
        found = _dash(line) or (_value(text, line) if index >= line.value_at else None)
        if found:
            return found
    return of_order(text, error, here, before, opened) or _entry(text, began) or _entry(text, at)


_ODD_END: Final = re.compile("[\u2028\u2029\x85]")


def _odd_end(text: str, line: Line) -> Cause | None:
    """What ends a line for YAML and is not seen, as it comes from word processors."""
    match = _ODD_END.search(text, line.start, line.end)
    if not match:
        return None
    message = f"U+{ord(match[0]):04X} ends the line here, and is not seen"
    return Cause(message, "replace it by a space, or by a line break of its own", match.span())


_ODD_SIGN: Final = re.compile(
    rf"(?:- +)*(?:-(?=[{ODD_SPACES}])|[A-Za-z_][\w-]*(?::(?=[{ODD_SPACES}])|\uff1a))"
)


def _odd_sign(text: str, line: Line) -> Cause | None:
    """A dash or colon with a no-break space after it, or a full-width colon."""
    match = _ODD_SIGN.match(text, line.start + len(line.indent), line.end)
    if not match:
        return None
    if match[0].endswith("\uff1a"):
        hint = f"write {clip(match[0][:-1])}: {clip(text[match.end() : line.end])}"
        return Cause("a full-width colon", hint, (match.end() - 1, match.end()))
    what = "dash" if match[0].endswith("-") else "colon"
    code = f"U+{ord(text[match.end()]):04X}"
    message = f"a no-break space ({code}) after the {what}"
    return Cause(message, "replace it by an ordinary space", (match.end(), match.end() + 1))


def _dash(line: Line) -> Cause | None:
    if line.key or not re.match(r"-[^\s-]", line.value):
        return None
    hint = f"write {line.dashes}- {clip(line.value[1:])}"
    return Cause("a dash without a space after it", hint, (line.value_at, line.value_at + 1))


def _value(text: str, line: Line) -> Cause | None:
    """What is wrong with a value by its first character."""
    value = line.value
    first = value[:1]
    at = (line.value_at, line.end)
    alias = re.fullmatch(r"\*([\w-]+)\s*", value)
    if alias:
        hint = f"{line.in_quotes()}, or name something '&{alias[1]}' above"
        return Cause(f"nothing above is named '&{alias[1]}'", hint, at)
    if (first and first in _SIGNS) or value.startswith(("{{", "? ")):
        sign = "{{" if value.startswith("{{") else first
        hint = block(line) if goes_on(text, line) else line.in_quotes()
        return Cause(f"a text that starts with '{sign}' needs quotes", hint, at)
    if first and first in "|>" and not BLOCK.fullmatch(value):
        return Cause(f"a text that starts with '{first}' needs quotes", line.in_quotes(), at)
    if line.key and value.startswith("- "):
        hint = f"{line.in_quotes()}, or start a list in the line below"
        return Cause("a list cannot start in the line of its field", hint, at)
    if first and first in "\"'":
        return _quotes(line)
    if first and first in "[{":
        return _brackets(line)
    return None


def _quotes(line: Line) -> Cause | None:
    """Text behind the closing quote, or an escape that is none."""
    value = line.value.rstrip()
    mark = value[0]
    single = re.compile(r"'(?:[^']|'')*'").match(value)
    double = re.compile(r'"(?:[^"\\]|\\.)*"').match(value)
    closed = single if mark == "'" else double
    inner = value[1:-1] if len(value) > 1 and value.endswith(mark) else value
    if closed and closed.end() < len(value) and not value[closed.end() :].strip().startswith("#"):
        at = line.value_at + closed.end()
        hint = f"write {line.typed(quoted(inner))}"
        return Cause("the quotes end before the text does", hint, (at, line.end))
    if closed and mark == '"':
        bad = next((e for e in _ESCAPE.finditer(value) if e[0] != "\\\\"), None)
        if bad:
            at = line.value_at + bad.start()
            hint = f"write {line.typed(quoted(inner))}"
            message = f"'{bad[0]}' is no escape that YAML has in double quotes"
            return Cause(message, hint, (at, at + 2))
    return None


def _brackets(line: Line) -> Cause | None:
    """Text behind the closing bracket."""
    depth = 0
    for index, char in enumerate(line.value):
        depth += (char in "[{") - (char in "]}")
        if depth == 0:
            rest = line.value[index + 1 :].strip()
            if not rest or rest.startswith("#"):
                return None
            at = line.value_at + index + 1
            if not rest.strip("]}"):
                hint = f"write {line.typed(clip(line.value[: index + 1]))}"
                return Cause("a closing bracket too many", hint, (at, line.end))
            message = f"a text that starts with '{line.value[0]}' needs quotes"
            return Cause(message, line.in_quotes(), (line.value_at, line.end))
    return None


def _open_quote(line: Line, at: int) -> Cause | None:
    if at != line.value_at:
        return Cause("the quotes are never closed", "close them", (at, at + 1))
    value = line.value.rstrip()
    hint = f"close them: {line.typed(clip(value) + value[0])}"
    return Cause("the quotes are never closed", hint, (at, line.end))


_COMMENT: Final = re.compile(r"(?<=[\s\[{,])#")
_UNPARTED: Final = re.compile(r"""('[^']*'|"[^"]*")\s+(?=['"])""")


def _hidden_end(line: Line) -> Cause | None:
    """Brackets whose end is in a comment, of which libyaml knows only what stands after them."""
    is_list = line.value[:1] in {"[", "{"} and bool(line.value)
    comment = _COMMENT.search(line.value) if is_list else None
    if comment and re.search(r"[\]}]", line.value[comment.start() :]):
        return _open_bracket(line, line.value_at)
    return None


def _open_bracket(line: Line, at: int) -> Cause | None:
    message = "the bracket is never closed"
    if at != line.value_at:
        return Cause(message, "close it", (at, at + 1))
    value = line.value.rstrip()
    comment = _COMMENT.search(value)
    if comment:
        start = line.value_at + comment.start()
        entry = re.split(r"[\[{,]", value[: comment.start()])[-1]
        entry += re.split(r"[\]},]", value[comment.start() :])[0]
        entry = re.sub(rf"^\s*(?:{KEY}): +", "", entry)
        message += ": '#' begins a comment"
        return Cause(message, f"quote the entry: {quoted(entry.strip())}", (start, line.end))
    if value.endswith(("]", "}")) and _UNPARTED.search(value):
        parted = clip(_UNPARTED.sub(r"\1, ", value))
        message = "there is no comma between two entries"
        return Cause(message, f"write {line.typed(parted)}", (at, line.end))
    if re.search(r"[).?!]", value):
        return Cause(message, f"if it is text, {line.in_quotes()}", (at, line.end))
    close = {"[": "]", "{": "}"}[value[0]]
    return Cause(message, f"write {line.typed(clip(value) + close)}", (at, line.end))


def odd_line(text: str) -> Cause | None:
    """The first line that is indented with what looks like spaces."""
    match = re.compile(rf"^[ \t]*[{ODD_SPACES}]", re.MULTILINE).search(text)
    return odd_indentation(line_at(text, match.start())) if match else None
