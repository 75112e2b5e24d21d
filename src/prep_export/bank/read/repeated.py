"""Keys that stand twice in a mapping: a field given twice, or an entry without its dash."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from prep_export.findings.finding import Characters, Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.findings.finding import Path


class Repeat(NamedTuple):
    """A key that its mapping has already."""

    mapping: dict[str, Any]
    path: Path
    """Of the mapping."""
    key: str
    at: Characters


def findings_of(repeats: Sequence[Repeat]) -> list[Finding]:
    """What is wrong where keys stand twice: one finding a key, or one for all of an entry."""
    groups: list[list[Repeat]] = []
    last: dict[int, list[Repeat]] = {}
    for repeat in repeats:
        group = last.get(id(repeat.mapping))
        if group is None or repeat.key in {one.key for one in group}:
            group = last[id(repeat.mapping)] = []
            groups.append(group)
        group.append(repeat)
    return [finding for group in groups for finding in _of(group)]


def _of(group: list[Repeat]) -> list[Finding]:
    """What is wrong with keys of one mapping, each of which it has once before."""
    first, path = group[0], group[0].path
    keys = {repeat.key for repeat in group}
    if len(keys) > 1 and "id" in keys and path and isinstance(path[-1], int):
        message = "a new entry starts here, and has no dash"
        hint = f"write '- {first.key}: …', its dash below the one of the entry above"
        return [Finding("duplicate-key", message, replace(first.at, path=path), hint)]
    said = []
    for repeat in group:
        message = f"the key '{repeat.key}' stands twice in one mapping"
        at = repeat.at if path else replace(repeat.at, path=(repeat.key,))
        said.append(Finding("duplicate-key", message, at, "keep one, or merge their values"))
    return said


def loses_entries(finding: Finding) -> bool:
    """Whether entries, which others may name, stand in what is not read because of a finding."""
    path = finding.at.path if isinstance(finding.at, Characters) else ()
    is_whole = len(path) == 1 or (len(path) > 1 and isinstance(path[-1], int))
    return finding.code == "duplicate-key" and is_whole
