"""Warnings that an author has judged: `ignore` of an item, a topic, or the bank as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prep_export.findings.finding import Characters, Finding, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prep_export.bank.model import Bank
    from prep_export.findings.codes import Code, WarningCode
    from prep_export.findings.finding import Path

    Entry = tuple[str, Path]
    """A file, and the path of an entry in it."""

_FOUND_LATER: Final[frozenset[Code]] = frozenset({"missing-glyph", "unshaped-script"})
"""What exporters find: whether it is there to be ignored, reading a bank cannot tell."""


def without_ignored(
    bank: Bank, findings: Iterable[Finding], unsound: frozenset[Entry]
) -> list[Finding]:
    """The findings that nothing ignores, and a warning for every `ignore` that ignores nothing.

    Entries that are not sound are not blamed: what they would give is unknown.
    """
    ignored = dict(_ignored(bank))
    if not ignored:
        return list(findings)
    whole = (bank.header_file, ("bank",))
    used: set[tuple[Entry, Code]] = set()
    kept = []
    for finding in findings:
        owners = [owner for owner in (_entry(finding), whole) if owner is not None]
        by = next((o for o in owners if finding.code in ignored.get(o, ())), None)
        if by is None:
            kept.append(finding)
        else:
            used.add((by, finding.code))
    for owner, codes in ignored.items():
        for index, code in enumerate(codes):
            blamed = code and code not in _FOUND_LATER and owner not in unsound
            if blamed and (owner, code) not in used:
                message = f"nothing here gives the warning '{code}'"
                at = Node(owner[0], (*owner[1], "ignore", index))
                kept.append(Finding("unused-ignore", message, at, "remove it"))
    return kept


def _ignored(bank: Bank) -> Iterator[tuple[Entry, tuple[WarningCode, ...]]]:
    if bank.header.ignore:
        yield (bank.header_file, ("bank",)), bank.header.ignore
    for name, topic in bank.topics.items():
        if topic.ignore:
            yield (bank.topic_files.get(name, ""), ("topics", name)), topic.ignore
    for _, item in bank.items():
        if item.ignore:
            at = bank.node(item)
            yield (at.file, at.path), item.ignore


def _entry(finding: Finding) -> Entry | None:
    """The entry that a finding stands in."""
    at = finding.at
    return (at.file, at.path[:2]) if isinstance(at, Node | Characters) else None
