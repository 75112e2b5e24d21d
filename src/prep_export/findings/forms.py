"""Findings as text: for people and for programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prep_export.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.findings.finding import Finding, Location

_STYLES = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m"}
_BOLD, _DIM, _BLUE, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"
_EXCERPT_COLUMNS = 100


def render_text(findings: Sequence[Finding], *, color: bool = False) -> str:
    """Findings for people: place, cause, the source line with carets, remedy."""
    text = "".join(_text(d, color=color) for d in findings)
    return _COMMAND.sub(r"\1\\u003a", text)


_COMMAND: Final = re.compile(r"^([ \t]*):(?=:)", re.MULTILINE)
"""How a line begins that GitHub's runner obeys: a file may have such a name."""


def _text(finding: Finding, *, color: bool) -> str:
    def paint(style: str, text: str) -> str:
        return f"{style}{text}{_RESET}" if color else text

    at = finding.location
    label = f"{finding.severity}[{finding.code}]"
    place = paint(_BOLD, f"{printable(at.path)}:{at.line}:{at.column}:")
    lines = [f"{place} {paint(_STYLES[finding.severity], label)}: {printable(finding.message)}"]
    hint = printable(finding.hint)
    if at.excerpt is None or not at.excerpt.strip():
        return "\n".join([*lines, *([f"    {paint(_BLUE, hint)}"] if hint else []), ""])
    # A tab as indentation is nearly always what is wrong: shown, it can be seen.
    indent = len(at.excerpt) - len(at.excerpt.lstrip(" \t"))
    excerpt = at.excerpt[:indent].replace("\t", "→") + at.excerpt[indent:]
    shown, before, width = _window(excerpt, at)
    gutter = f"{at.line:>5} | "
    lines.append(paint(_DIM, gutter) + shown)
    margin = paint(_DIM, " " * (len(gutter) - 2) + "| ")
    carets = paint(_STYLES[finding.severity], "^" * width)
    lines.append(f"{margin}{' ' * before}{carets}{' ' + paint(_BLUE, hint) if hint else ''}")
    return "\n".join([*lines, ""])


def _window(excerpt: str, at: Location) -> tuple[str, int, int]:
    """The part of a long line around the place, the cells before the caret, the caret's width."""
    start = at.column - 1
    first = max(0, start - _EXCERPT_COLUMNS // 2) if start > _EXCERPT_COLUMNS - 20 else 0
    text = excerpt[first : first + _EXCERPT_COLUMNS]
    shown = ("…" if first else "") + printable(text)
    before = _cells(("…" if first else "") + printable(excerpt[first:start]))
    marked = excerpt[start : max(at.end_column - 1, start + 1)][: max(1, first + len(text) - start)]
    return shown, before, max(1, _cells(printable(marked)))


def _cells(text: str) -> int:
    """Terminal cells of a text: wide East Asian characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def to_dict(finding: Finding) -> dict[str, object]:
    """The JSON form of one finding."""
    at = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "end_column": at.end_column or at.column,
    }


def render_json(findings: Sequence[Finding]) -> str:
    """Findings for programs: one JSON object with `findings`, `errors`, `warnings`."""
    errors = sum(d.is_error for d in findings)
    report = {
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": [to_dict(d) for d in findings],
    }
    return json_text(report)


def json_text(report: object) -> str:
    """JSON that is harmless for a terminal or the log of a CI run."""
    import json

    text = json.dumps(report, indent=2, ensure_ascii=False)
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"


_STEERING: Final = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]|#(?=#\\[)")
"""What JSON lets stand, and a terminal or a CI run may obey: later controls, marks of direction,
the beginning of a command."""
