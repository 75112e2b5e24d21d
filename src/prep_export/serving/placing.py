"""Where findings belong: the item that each stands in, and the address of its line in an editor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from prep_export.errors import UsageError
from prep_export.findings.places import SourceText, locate, read_text
from prep_export.paths import shown_path
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.bank.model import Bank
    from prep_export.findings.finding import Finding, Location, Path

EDITORS: Final = {
    "vscode": "vscode://file/{path}:{line}:{column}",
    "vscodium": "vscodium://file/{path}:{line}:{column}",
    "cursor": "cursor://file/{path}:{line}:{column}",
    "zed": "zed://file/{path}:{line}:{column}",
    "idea": "idea://open?file={path}&line={line}&column={column}",
}
"""Addresses by which editors open a file at a place."""
_FOR_BROWSERS: Final = ("javascript", "data", "blob", "file", "about")


def template(editor: str) -> str:
    """The address that an editor's name, or a template of the author's own, stands for.

    Raises UsageError.
    """
    if not editor or editor in EDITORS:
        return EDITORS.get(editor, "")
    scheme, colon, _ = editor.partition(":")
    if "{path}" not in editor or not colon:
        hint = did_you_mean(editor, EDITORS) or "one of: " + ", ".join(EDITORS)
        raise UsageError(
            f"'--editor {editor}' is neither an editor nor an address with {{path}}; {hint}"
        )
    if not scheme.replace("-", "").isalnum() or scheme.lower() in _FOR_BROWSERS:
        raise UsageError(f"'--editor {editor}' opens no editor: its scheme is '{scheme}'")
    return editor


def address(template_: str, at: Location) -> str:
    """The address that opens a place; empty without a template."""
    path = os.path.abspath(at.path).replace(os.sep, "/")  # noqa: PTH100
    values = {"path": quote(path.lstrip("/") if "file/{path}" in template_ else path, "/:")}
    values |= {"line": str(at.line), "column": str(at.column)}
    for name, value in values.items():
        template_ = template_.replace(f"{{{name}}}", value)
    return template_


def items_of(bank: Bank | None, findings: Sequence[Finding]) -> tuple[str, ...]:
    """For each finding the id of the item whose lines it stands in; empty where it is in none."""
    if bank is None or not findings:
        return ("",) * len(findings)
    wanted = {finding.location.path for finding in findings}
    spans: dict[str, list[tuple[int, int, str]]] = {}
    for number, file in enumerate(bank.files):
        path = shown_path(file)
        if path in wanted:
            spans[path] = _spans(bank, number, file)
    return tuple(_at(finding.location, spans) for finding in findings)


def _spans(bank: Bank, number: int, file: str) -> list[tuple[int, int, str]]:
    """First line, last line and id of each item in a file."""
    paths: dict[Path, str] = {
        (place.section, place.index): item
        for item, place in bank.places.items()
        if place.file == number
    }
    try:
        source = SourceText(file, read_text(file))
    except OSError:  # it went away meanwhile: news of that comes soon
        return []
    found = []
    for path, extent in locate(source.text, set(paths)).items():
        start, end = extent.value
        last = len(source.text[start:end].rstrip()) + start
        first_line = source.location(start, start).line
        found.append((first_line, source.location(last, last).line, paths[path]))
    return found


def _at(at: Location, spans: dict[str, list[tuple[int, int, str]]]) -> str:
    for first, last, item in spans.get(at.path, ()):
        if first <= at.line <= last:
            return item
    return ""
