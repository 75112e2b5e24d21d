"""Why a text is not YAML, in the words of who typed it.

libyaml says where its grammar came to an end. The cause is nearly always in how that line, or the
one before, looks: a sign at the start of a text, a colon inside it, white space. It is looked at
here once something is wrong, and never before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from prep_export.spelling import number, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD_SPACES: Final = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\u2060"
"""White space that looks like a space and is none to YAML, for a class of characters."""

_KEY: Final = r"[A-Za-z_][\w:-]*|'[^']*'|\"[^\"]*\""
_LINE: Final = re.compile(
    rf"(?P<indent>[\s{ODD_SPACES}]*)(?P<dashes>(?:- +)*)"
    rf"(?:(?P<key>{_KEY})(?P<colon> *:(?:[ \t]+|$)))?(?P<value>.*)"
)
_BLOCK: Final = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?")
_ESCAPE: Final = re.compile(
    r"""\\(?:\\|x(?![\da-fA-F]{2})|u(?![\da-fA-F]{4})|U(?![\da-fA-F]{8})|[^0abtnvfreN_LPxuU "/])"""
)
"""A backslash in double quotes that begins no escape; or two, which are one."""
_SIGNS: Final = "*&!%@`,]}"
_SHOWN: Final = 70


class Cause(NamedTuple):
    """What is wrong, what to type, and the characters that it is about."""

    message: str
    hint: str
    span: tuple[int, int]


class Error(NamedTuple):
    """What libyaml says: the problem, where, and where what it was reading began."""

    problem: str
    at: int
    began: int
    quote: tuple[int, int] | None = None
    """The last text in quotes before it."""


@dataclass(frozen=True)
class Line:
    """A line of the text, taken for `- key: value`."""

    start: int
    indent: str
    dashes: str
    key: str
    colon: str
    value: str

    @property
    def value_at(self) -> int:
        """Where its value starts."""
        return self.end - len(self.value)

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.indent + self.dashes + self.key + self.colon + self.value)

    def typed(self, value: str) -> str:
        """The line, without its indentation, with another value."""
        key = f"{_clip(self.key)}: " if self.key else ""
        return f"{_clip(self.dashes + key)} {value}" if self.dashes + key else value

    def in_quotes(self) -> str:
        """What to type so that the value is text."""
        return f"write {self.typed(quoted(self.value.strip()))}"


def line_at(text: str, index: int) -> Line:
    """The line that a character stands in."""
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", index)
    line = text[start : len(text) if end < 0 else end].rstrip("\r")
    match = _LINE.fullmatch(line)
    assert match is not None  # noqa: S101 - everything in it is optional
    return Line(start, **match.groupdict(default=""))


def in_quotes(text: str, start: int) -> str:
    """What to type so that the text that starts at a character is one; empty inside brackets."""
    line = line_at(text, start)
    if start not in range(line.value_at - len(line.colon), line.value_at + 1):
        return ""
    return _block(line) if _goes_on(text, line) else line.in_quotes()


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


def _block(line: Line) -> str:
    return f"write '{line.typed('>-')}' and the text below it, indented"


def _goes_on(text: str, line: Line) -> bool:
    """Whether a value goes on in the next line."""
    following = line_at(text, min(line.end + 1, len(text)))
    deeper = len(following.indent) > len(line.indent) + len(line.dashes)
    return line.end < len(text) and bool(following.value) and not following.colon and deeper


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
    at, began = (min(index, max(0, len(text) - 1)) for index in (error.at, error.began))
    here, opened = line_at(text, at), line_at(text, began)
    before = _before(text, here)
    for line in (here, opened, before):
        found = odd_indentation(line) or _odd_sign(text, line)
        if found and not (line is before and text[found.span[0]] == "\t"):  # text of a block?
            return found
    if "quoted scalar" in error.problem and "unexpected" in error.problem:
        return _open_quote(opened, began)
    if error.quote and "\n" in text[slice(*error.quote)] and not text[error.quote[1] : at].strip():
        return _open_quote(line_at(text, error.quote[0]), error.quote[0])
    if "flow" in error.problem:
        return _open_bracket(opened, began)
    for line, index in ((here, at), (before, -1), (opened, began)):
        found = _dash(line) or (_value(text, line) if index >= line.value_at else None)
        if found:
            return found
    return _structure(text, error, here, before, opened) or _entry(text, began) or _entry(text, at)


_ODD_SIGN: Final = re.compile(
    rf"(?:- +)*(?:-(?=[{ODD_SPACES}])|[A-Za-z_][\w-]*(?::(?=[{ODD_SPACES}])|\uff1a))"
)


def _odd_sign(text: str, line: Line) -> Cause | None:
    """A dash or colon with a no-break space after it, or a full-width colon."""
    match = _ODD_SIGN.match(text, line.start + len(line.indent), line.end)
    if not match:
        return None
    if match[0].endswith("\uff1a"):
        hint = f"write {_clip(match[0][:-1])}: {_clip(text[match.end() : line.end])}"
        return Cause("a full-width colon", hint, (match.end() - 1, match.end()))
    what = "dash" if match[0].endswith("-") else "colon"
    code = f"U+{ord(text[match.end()]):04X}"
    message = f"a no-break space ({code}) after the {what}"
    return Cause(message, "replace it by an ordinary space", (match.end(), match.end() + 1))


def _before(text: str, line: Line) -> Line:
    """The last line before one that holds something; the line itself where there is none."""
    start = line.start
    while start > 0:
        previous = line_at(text, start - 1)
        if (previous.indent + previous.dashes + previous.key + previous.value).strip():
            return previous
        start = previous.start
    return line


def _dash(line: Line) -> Cause | None:
    if line.key or not re.match(r"-[^\s-]", line.value):
        return None
    hint = f"write {line.dashes}- {_clip(line.value[1:])}"
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
        hint = _block(line) if _goes_on(text, line) else line.in_quotes()
        return Cause(f"a text that starts with '{sign}' needs quotes", hint, at)
    if first and first in "|>" and not _BLOCK.fullmatch(value):
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
                hint = f"write {line.typed(_clip(line.value[: index + 1]))}"
                return Cause("a closing bracket too many", hint, (at, line.end))
            message = f"a text that starts with '{line.value[0]}' needs quotes"
            return Cause(message, line.in_quotes(), (line.value_at, line.end))
    return None


def _open_quote(line: Line, at: int) -> Cause | None:
    if at != line.value_at:
        return Cause("the quotes are never closed", "close them", (at, at + 1))
    value = line.value.rstrip()
    hint = f"close them: {line.typed(_clip(value) + value[0])}"
    return Cause("the quotes are never closed", hint, (at, line.end))


def _open_bracket(line: Line, at: int) -> Cause | None:
    message = "the bracket is never closed"
    if at != line.value_at:
        return Cause(message, "close it", (at, at + 1))
    value = line.value.rstrip()
    comment = re.compile(r"\s#").search(value)
    if comment:
        start = line.value_at + comment.start() + 1
        entry = re.split(r"[\[{,]", value[: comment.start()])[-1]
        entry += re.split(r"[\]},]", value[comment.start() :])[0]
        entry = re.sub(rf"^\s*(?:{_KEY}): +", "", entry)
        message += ": '#' begins a comment"
        return Cause(message, f"quote the entry: {quoted(entry.strip())}", (start, line.end))
    if re.search(r"[).?!]", value):
        return Cause(message, f"if it is text, {line.in_quotes()}", (at, line.end))
    close = {"[": "]", "{": "}"}[value[0]]
    return Cause(message, f"write {line.typed(_clip(value) + close)}", (at, line.end))


def _structure(text: str, error: Error, here: Line, before: Line, opened: Line) -> Cause | None:
    """What is wrong with how lines follow each other."""
    if "mapping values are not allowed" in error.problem:
        return _colon(text, error, here, before)
    if "could not find expected ':'" in error.problem:
        return _no_colon(text, opened)
    if "expected <document start>" in error.problem:
        return _start(text, here)
    if before.dashes.count("-") > 1:
        message, hint = "one dash too many", f"write - {before.key}: {_clip(before.value)}"
        at = before.start + len(before.indent)
        return Cause(message, hint, (at, at + len(before.dashes)))
    if "expected key" in error.problem and here.dashes:
        hint = "write above it whose entry it is, such as 'questions:'"
        at = here.start + len(here.indent)
        return Cause("an entry of a list among fields", hint, (at, here.end))
    if "expected key" in error.problem or "expected '-'" in error.problem:
        have = len(here.indent)
        wanted = min(_levels(text, here), key=lambda level: (abs(level - have), -level), default=0)
        if have != wanted:
            message = f"indented by {number(have, 'space')}, unlike the lines above"
            hint = f"indent it by {wanted}" if wanted else "move it to the left margin"
            return Cause(message, hint, (here.start + have, here.end))
        if "expected '-'" in error.problem:
            hint = "indent it below the '- ' that it belongs to"
            return Cause("a field among the entries of a list", hint, (error.at, here.end))
    return None


def _start(text: str, here: Line) -> Cause | None:
    """What is wrong with the first line, after which no other can follow."""
    match = re.compile(r"^(?!\s*(?:#|$|---|%))", re.MULTILINE).search(text)
    first = line_at(text, match.start()) if match else here
    at = (first.start + len(first.indent), first.end)
    if first.dashes or len(first.indent) > len(here.indent):
        hint = "write above it the section that it belongs to, such as 'bank:' or 'questions:'"
        return Cause("the first line stands in no section", hint, at)
    if not first.key:
        return Cause("a line without ': '", "a section has ':' after its name", at)
    return None


def _levels(text: str, line: Line) -> Iterator[int]:
    """The columns of the fields above a line, from the innermost outwards."""
    least = -1
    while line.start > 0:
        line = line_at(text, line.start - 1)
        level = len(line.indent) + len(line.dashes)
        if line.key and (least < 0 or level < least):
            yield level
            least = level
        if least == 0:
            return


def _colon(text: str, error: Error, here: Line, before: Line) -> Cause | None:
    if error.at >= here.value_at:
        hint = _block(here) if _goes_on(text, here) else here.in_quotes()
        message = "a text that holds ': ' needs quotes"
        return Cause(message, hint, (error.at, error.at + 1))
    if before is here:
        return None
    if not before.key and not before.dashes:
        words = before.value.split()
        name = _clip(words[0].rstrip("=:")) if words else ""
        rest = " ".join(words[1:]).lstrip("= ")
        at = (before.value_at, before.end)
        return Cause("a line without ': '", f"write {name}: {_clip(rest)}".rstrip(), at)
    wanted = len(before.indent) + len(before.dashes)
    name = f"of '{before.key}'" if before.key else "above"
    message = f"the text {name} goes on here, and holds ': '"
    hint = f"if this is a field, indent it by {wanted} spaces; if not, {_block(before)}"
    return Cause(message, hint, (here.start + len(here.indent), here.end))


def _no_colon(text: str, line: Line) -> Cause | None:
    at = (line.value_at, line.end)
    glued = re.match(r"([A-Za-z_]\w*):(\S.*)", line.value)
    if glued:
        hint = f"write {line.dashes}{_clip(glued[1])}: {_clip(glued[2])}"
        return Cause("a colon without a space after it", hint, at)
    other = re.match(r"([A-Za-z_]\w*)\s*[;=]\s+(.*)", line.value)
    if other:
        hint = f"write {line.dashes}{_clip(other[1])}: {_clip(other[2])}"
        return Cause("a line without ': '", hint, at)
    above = _before(text, line)
    if above.key and _BLOCK.fullmatch(above.value):
        hint = f"indent it by {len(above.indent) + len(above.dashes) + 2} spaces"
        return Cause(f"the block of '{above.key}' is not indented", hint, at)
    if above.key and len(line.indent) <= len(above.indent):
        hint = f"a field has ': ' after its name; indent deeper what goes on with '{above.key}'"
        return Cause("a line without ': '", hint, at)
    return Cause("a line without ': '", "a field has ': ' after its name", at)


def _clip(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def odd_line(text: str) -> Cause | None:
    """The first line that is indented with what looks like spaces."""
    match = re.compile(rf"^[ \t]*[{ODD_SPACES}]", re.MULTILINE).search(text)
    return odd_indentation(line_at(text, match.start())) if match else None
