"""Where the characters stand that no font of a PDF has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.bank.model import texts
from prep_export.findings.finding import Finding, Node
from prep_export.findings.places import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prep_export.bank.model import Bank


def missing_glyphs(bank: Bank, missing: Iterable[str]) -> list[Finding]:
    """A warning for every text of the bank with one of the characters that a layout has missed.

    A character that is in none of its texts comes from a label; its place is the language.
    """
    wanted = frozenset(missing)
    if not wanted:
        return []
    findings = []
    left = set(wanted)
    for at, text, ignored in _texts(bank):
        for char in dict.fromkeys(c for c in text if c in wanted):
            left.discard(char)
            if not ignored:
                findings.append(_finding(char, at))
    language = Node(bank.header_file, ("bank", "language"))
    findings += [_finding(char, language) for char in sorted(left)]
    return resolve(findings)


def _texts(bank: Bank) -> Iterator[tuple[Node, str, bool]]:
    """Every text, where it stands, and whether its entry ignores what is missing."""
    for path, text in texts(bank.header, ("bank",)):
        yield Node(bank.header_file, path), text, False
    for label, text in bank.header.labels.items():
        yield Node(bank.header_file, ("bank", "labels", label)), text, False
    for name, topic in bank.topics.items():
        for path, text in texts(topic, ("topics", name)):
            at = Node(bank.topic_files.get(name, ""), path)
            yield at, text, "missing-glyph" in topic.ignore
    for _, item in bank.items():
        for path, text in texts(item):
            yield bank.node(item, *path), text, "missing-glyph" in item.ignore


def _finding(char: str, at: Node) -> Finding:
    message = f"no font of the PDF has '{char}' (U+{ord(char):04X})"
    hint = "the PDF shows □ in its place; the deck is not affected"
    place = Node(at.file, at.path, needle=char)
    return Finding("missing-glyph", message, place, hint)
