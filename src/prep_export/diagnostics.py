"""Diagnostics: what is wrong with a bank, where, and what to do about it.

A problem is data; its text is made here and nowhere else, for people (`render_text`), for programs
(`render_json`) and for GitHub's annotations (`render_github`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Severity = Literal["error", "warning"]

CODES: dict[str, Severity] = {
    # reading files
    "unreadable-file": "error",
    "no-bank-files": "error",
    "file-too-large": "error",
    "not-utf8": "error",
    "control-character": "error",
    "empty-file": "error",
    # YAML
    "yaml-syntax": "error",
    "several-documents": "error",
    "duplicate-key": "error",
    "unknown-tag": "error",
    "complex-key": "error",
    "recursive-alias": "error",
    "alias-expansion": "error",
    "too-deep": "error",
    # shape
    "unknown-section": "error",
    "unknown-field": "error",
    "missing-field": "error",
    "expected-text": "error",
    "expected-list": "error",
    "expected-mapping": "error",
    "unknown-value": "error",
    "empty-text": "error",
    "empty-list": "error",
    "too-long-value": "error",
    "malformed-id": "error",
    "malformed-value": "error",
    "low-contrast": "error",
    # meaning
    "missing-header": "error",
    "duplicate-header": "error",
    "duplicate-id": "error",
    "unknown-topic": "error",
    "duplicate-topic": "error",
    "repeated-topic": "error",
    "undeclared-parent": "error",
    "unused-topic": "warning",
    "dangling-reference": "error",
    "retired-id": "error",
    "drill-shape": "error",
    "near-duplicate": "warning",
    "long-answer": "warning",
    "house-style": "warning",
    "no-items": "error",
    # content
    "cloze-syntax": "error",
    "no-cloze": "error",
    "unexpected-cloze": "error",
    "bad-math": "error",
    "bad-link": "error",
    "image-missing": "error",
    "image-outside": "error",
    "image-type": "error",
    "image-broken": "error",
    "unusable-font": "error",
    "unknown-language": "warning",
    "deep-nesting": "error",
    # paper
    "missing-glyph": "warning",
}
"""Every code with its severity; each is described in docs/diagnostics.md (a test holds this)."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: 1-based line and column, columns counted in characters."""

    path: str
    line: int = 1
    column: int = 1
    end_column: int = 0
    """Exclusive, on the same line; 0 when the extent is unknown."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a bank."""

    code: str
    message: str
    location: Location
    hint: str = ""
    excerpt: str | None = None
    """The source line at `location`, without its line break."""

    @property
    def severity(self) -> Severity:
        return CODES[self.code]

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def sort_key(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    """File order: what an author reads from top to bottom."""
    at = diagnostic.location
    return (at.path, at.line, at.column, diagnostic.code, diagnostic.message)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """'2 errors, 1 warning'; empty when there is nothing to say."""
    counts = {"error": 0, "warning": 0}
    for diagnostic in diagnostics:
        counts[diagnostic.severity] += 1
    return ", ".join(f"{n} {what}{'s' if n != 1 else ''}" for what, n in counts.items() if n)


_STYLES = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m"}
_BOLD, _DIM, _BLUE, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"
_EXCERPT_COLUMNS = 100


def render_text(diagnostics: Sequence[Diagnostic], *, color: bool = False) -> str:
    """Diagnostics for people: place, cause, the source line with carets, remedy."""
    return "".join(_text(d, color=color) for d in diagnostics)


def _text(diagnostic: Diagnostic, *, color: bool) -> str:
    def paint(style: str, text: str) -> str:
        return f"{style}{text}{_RESET}" if color else text

    at = diagnostic.location
    label = f"{diagnostic.severity}[{diagnostic.code}]"
    place = paint(_BOLD, f"{_printable(at.path)}:{at.line}:{at.column}:")
    lines = [
        f"{place} {paint(_STYLES[diagnostic.severity], label)}: {_printable(diagnostic.message)}"
    ]
    hint = _printable(diagnostic.hint)
    if diagnostic.excerpt is None or not diagnostic.excerpt.strip():
        return "\n".join([*lines, *([f"    {paint(_BLUE, hint)}"] if hint else []), ""])
    shown, before, width = _window(diagnostic.excerpt, at)
    gutter = f"{at.line:>5} | "
    lines.append(paint(_DIM, gutter) + shown)
    margin = paint(_DIM, " " * (len(gutter) - 2) + "| ")
    carets = paint(_STYLES[diagnostic.severity], "^" * width)
    lines.append(f"{margin}{' ' * before}{carets}{' ' + paint(_BLUE, hint) if hint else ''}")
    return "\n".join([*lines, ""])


def _window(excerpt: str, at: Location) -> tuple[str, int, int]:
    """The part of a long line around the place, the cells before the caret, the caret's width."""
    start = at.column - 1
    first = max(0, start - _EXCERPT_COLUMNS // 2) if start > _EXCERPT_COLUMNS - 20 else 0
    text = excerpt[first : first + _EXCERPT_COLUMNS]
    shown = ("…" if first else "") + _printable(text)
    before = _cells(("…" if first else "") + _printable(excerpt[first:start]))
    marked = excerpt[start : max(at.end_column - 1, start + 1)][: max(1, first + len(text) - start)]
    return shown, before, max(1, _cells(_printable(marked)))


def _printable(text: str) -> str:
    """Text without what could move a terminal's cursor or hide itself (controls, bidi marks)."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else " " if c in "\t\n" else f"\\u{ord(c):04x}" for c in text
    )


def _cells(text: str) -> int:
    """Terminal cells of a text: wide East Asian characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def to_dict(diagnostic: Diagnostic) -> dict[str, object]:
    """The JSON form of one diagnostic."""
    at = diagnostic.location
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "end_column": at.end_column or at.column,
    }


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Diagnostics for programs: one JSON object with `diagnostics`, `errors`, `warnings`."""
    import json

    errors = sum(d.is_error for d in diagnostics)
    report = {
        "errors": errors,
        "warnings": len(diagnostics) - errors,
        "diagnostics": [to_dict(d) for d in diagnostics],
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Workflow commands that GitHub shows as annotations at the line of a pull request.

    The escapes are those of GitHub's workflow commands: %, CR and LF everywhere, and : and , in
    property values.
    """
    lines = []
    for diagnostic in diagnostics:
        at = diagnostic.location
        properties = f"file={_property(at.path)},line={at.line},col={at.column}"
        if at.end_column:
            properties += f",endColumn={at.end_column}"
        title = _property(f"prep-export[{diagnostic.code}]")
        text = diagnostic.message + (f" ({diagnostic.hint})" if diagnostic.hint else "")
        lines.append(f"::{diagnostic.severity} {properties},title={title}::{_data(text)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
