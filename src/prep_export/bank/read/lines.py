"""Lines of a text that is no YAML, taken for what their author will have meant: `- key: value`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from prep_export.spelling import quoted

ODD_SPACES: Final = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\u2060"
"""White space that looks like a space and is none to YAML, for a class of characters."""

KEY: Final = r"[A-Za-z_][\w:-]*|'[^']*'|\"[^\"]*\""
_LINE: Final = re.compile(
    rf"(?P<indent>[\s{ODD_SPACES}]*)(?P<dashes>(?:- +)*)"
    rf"(?:(?P<key>{KEY})(?P<colon> *:(?:[ \t]+|$)))?(?P<value>.*)"
)
BLOCK: Final = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?")
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
        key = f"{clip(self.key)}: " if self.key else ""
        return f"{clip(self.dashes + key)} {value}" if self.dashes + key else value

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
    return block(line) if goes_on(text, line) else line.in_quotes()


def block(line: Line) -> str:
    return f"write '{line.typed('>-')}' and the text below it, indented"


def goes_on(text: str, line: Line) -> bool:
    """Whether a value goes on in the next line."""
    following = line_at(text, min(line.end + 1, len(text)))
    deeper = len(following.indent) > len(line.indent) + len(line.dashes)
    return line.end < len(text) and bool(following.value) and not following.colon and deeper


_MARKS: Final = (
    ("list", 2, re.compile(r"(?:[-*+\u2022]|\d{1,3}[.)])[ \t]+\S")),
    ("table", 2, re.compile(r"\|.*\|")),
    ("code", 1, re.compile(r"(?:```|~~~)[\w+-]*")),
    ("heading", 1, re.compile(r"#{2,6}[ \t]+\S.*")),
)
"""What lines make by how they begin, how many it takes, and what they look like."""


def joined(text: str, start: int, end: int, style: str) -> tuple[str, int, int] | None:
    """What a text would hold if YAML did not join its lines, and the first line of that.

    `>` keeps those apart that are indented deeper; nothing joins across an empty line.
    """
    lines = [line_at(text, start)]
    while lines[-1].end < end - 1:
        lines.append(line_at(text, lines[-1].end + 1))
    shown = [(line, text[line.start : line.end].strip()) for line in lines]
    first = text[start : lines[0].end].strip()
    shown = shown[1:] if style == ">" else [(lines[0], first), *shown[1:]]
    base = len(shown[0][0].indent) if shown else 0
    for what, least, mark in _MARKS:
        run: list[Line] = []
        for number, (line, words) in enumerate(shown):
            is_apart = style == ">" and len(line.indent) > base
            if not mark.match(words) or is_apart:
                run = []
                continue
            run.append(line)
            is_joined = number > 0 and bool(shown[number - 1][1])
            if len(run) == least and (is_joined or number + 1 < len(shown)):
                return what, run[0].start + len(run[0].indent), run[0].end
    return None


def before_it(text: str, line: Line) -> Line:
    """The last line before one that holds something; the line itself where there is none."""
    start = line.start
    while start > 0:
        previous = line_at(text, start - 1)
        if (previous.indent + previous.dashes + previous.key + previous.value).strip():
            return previous
        start = previous.start
    return line


def clip(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
