"""What is wrong with how the lines of a text follow each other, where it is no YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prep_export.bank.read.lines import (
    BLOCK,
    Cause,
    Error,
    Line,
    before_it,
    block,
    clip,
    goes_on,
    line_at,
)
from prep_export.spelling import number

if TYPE_CHECKING:
    from collections.abc import Iterator


def of_order(text: str, error: Error, here: Line, before: Line, opened: Line) -> Cause | None:
    """What is wrong with how lines follow each other."""
    if "mapping values are not allowed" in error.problem:
        return _colon(text, error, here, before)
    if "could not find expected ':'" in error.problem:
        return _no_colon(text, opened)
    if "expected <document start>" in error.problem:
        return _start(text, here)
    if before.dashes.count("-") > 1:
        message, hint = "one dash too many", f"write - {before.key}: {clip(before.value)}"
        at = before.start + len(before.indent)
        return Cause(message, hint, (at, at + len(before.dashes)))
    if "expected key" in error.problem and here.dashes:
        above = _entry_above(text, here)
        if above and len(above.indent) != len(here.indent):
            return _indented(here, len(above.indent))
        hint = "write above it whose entry it is, such as 'questions:'"
        at = here.start + len(here.indent)
        return Cause("an entry of a list among fields", hint, (at, here.end))
    if "expected key" in error.problem or "expected '-'" in error.problem:
        return _field(text, error, here)
    return None


def conflict(text: str) -> Cause | None:
    """The first mark that git has left of two versions, which it could not merge."""
    marks = [*re.finditer(r"^(?:<{7} .*|={7}|>{7} .*)\r?$", text, re.MULTILINE)]
    first = next((mark for mark in marks if mark[0][0] != "="), None)
    if not first:
        return None
    if first[0][0] == "<" and any(mark[0][0] == ">" for mark in marks):
        hint = "keep one of the two versions, or both, and remove '<<<<<<<', '=======', '>>>>>>>'"
        return Cause("an unresolved merge conflict", hint, first.span())
    return Cause("a line left of a merge conflict", "remove it", first.span())


def _field(text: str, error: Error, here: Line) -> Cause | None:
    """What is wrong with a line where a field or an entry belongs."""
    if not here.key and not here.dashes:
        return _no_colon(text, here)
    above = _entry_above(text, here)
    if here.key == "id" and above and above.indent == here.indent and _has_id(text, above, here):
        at = (here.start + len(here.indent), here.end)
        hint = f"write - id: {clip(here.value)}"
        return Cause("a new entry starts here, and has no dash", hint, at)
    have = len(here.indent)
    wanted = min(_levels(text, here), key=lambda level: (abs(level - have), -level), default=0)
    if have != wanted:
        return _indented(here, wanted)
    if "expected '-'" in error.problem:
        hint = "indent it below the '- ' that it belongs to"
        return Cause("a field among the entries of a list", hint, (error.at, here.end))
    return None


def _indented(line: Line, wanted: int) -> Cause:
    have = len(line.indent)
    message = f"indented by {number(have, 'space')}, unlike the lines above"
    hint = f"indent it by {wanted}" if wanted else "move it to the left margin"
    return Cause(message, hint, (line.start + have, line.end))


def _entry_above(text: str, line: Line) -> Line | None:
    """The first line of the entry above a line, of the list whose dashes are the nearest to it."""
    around = [one for one in _around(text, line) if one.dashes]
    return min(around, key=lambda one: abs(len(one.indent) - len(line.indent)), default=None)


def _has_id(text: str, entry: Line, end: Line) -> bool:
    line = before_it(text, end)
    while line.start > entry.start and line.key != "id":
        line = before_it(text, line)
    return line.key == "id"


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


def _around(text: str, line: Line) -> Iterator[Line]:
    """The fields and entries above a line, each less indented than those before it."""
    least = len(text)
    while line.start > 0 and least:
        line = line_at(text, line.start - 1)
        if (line.key or line.dashes) and len(line.indent) < least:
            yield line
            least = len(line.indent)


def _out_of_line(text: str, here: Line, before: Line) -> Cause | None:
    """A field that is less indented than those above and below it, which go together."""
    above = before_it(text, before)
    level = len(above.indent) + len(above.dashes)
    opens = not above.value and level == len(before.indent)
    if not above.key or before.dashes or not (len(before.indent) < len(here.indent)):
        return None
    if not opens and level != len(here.indent):
        return None
    have = len(before.indent)
    said = f"indented by {number(have, 'space')}" if have else "not indented"
    hint = f"indent it by {number(len(here.indent), 'space')}"
    at = (before.start + have, before.end)
    return Cause(f"{said}, unlike the lines around it", hint, at)


def _colon(text: str, error: Error, here: Line, before: Line) -> Cause | None:
    if error.at >= here.value_at:
        hint = block(here) if goes_on(text, here) else here.in_quotes()
        message = "a text that holds ': ' needs quotes"
        return Cause(message, hint, (error.at, error.at + 1))
    if before is here:
        return None
    if not before.key and not before.dashes:
        words = before.value.split()
        name = clip(words[0].rstrip("=:")) if words else ""
        rest = " ".join(words[1:]).lstrip("= ")
        at = (before.value_at, before.end)
        return Cause("a line without ': '", f"write {name}: {clip(rest)}".rstrip(), at)
    outdented = _out_of_line(text, here, before)
    if outdented:
        return outdented
    wanted = len(before.indent) + len(before.dashes)
    name = f"of '{before.key}'" if before.key else "above"
    message = f"the text {name} goes on here, and holds ': '"
    hint = f"if this is a field, indent it by {wanted} spaces; if not, {block(before)}"
    return Cause(message, hint, (here.start + len(here.indent), here.end))


def _no_colon(text: str, line: Line) -> Cause | None:
    at = (line.value_at, line.end)
    glued = re.match(r"([A-Za-z_]\w*):(\S.*)", line.value)
    if glued:
        hint = f"write {line.dashes}{clip(glued[1])}: {clip(glued[2])}"
        return Cause("a colon without a space after it", hint, at)
    other = re.match(r"([A-Za-z_]\w*)\s*[;=]\s+(.*)", line.value)
    if other:
        hint = f"write {line.dashes}{clip(other[1])}: {clip(other[2])}"
        return Cause("a line without ': '", hint, at)
    above = before_it(text, line)
    if above.key and BLOCK.fullmatch(above.value):
        hint = f"indent it by {len(above.indent) + len(above.dashes) + 2} spaces"
        return Cause(f"the block of '{above.key}' is not indented", hint, at)
    said = "a field has ': ' after its name"
    of, indent = _goes_on_from(text, line)
    if of:
        by = f"by {number(indent, 'space')}" if BLOCK.fullmatch(of.value) else "deeper"
        said += f"; indent {by} what goes on with '{of.key}'"
    return Cause("a line without ': '", said, at)


def _goes_on_from(text: str, line: Line) -> tuple[Line | None, int]:
    """The field above whose text a line may be meant to go on with, and how that is indented."""
    found: Line | None = None
    least = indent = len(text)
    above = before_it(text, line)
    while least > len(line.indent):
        level = len(above.indent) + len(above.dashes)
        if above.key and level < least and len(line.indent) <= level:
            if BLOCK.fullmatch(above.value):  # lines of its text may look like fields
                return above, least
            found, indent = found or above, indent if found else least
        least = min(least, level)
        if above.start == 0:
            break
        above = before_it(text, above)
    return found, indent
