"""Which characters of a bank the paper cannot show, and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prep_export.bank.findings import Finding, diagnose
from prep_export.bank.model import markdown_texts
from prep_export.bank.places import entry_path
from prep_export.markup.fonts import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.composer import Path
    from prep_export.bank.model import Bank
    from prep_export.diagnostics import Diagnostic

SECTIONS: Final = ("patterns", "criteria", "mistakes", "faqs")
"""What the sheet shows, in its order."""


def missing_glyphs(bank: Bank, sections: tuple[str, ...] = SECTIONS) -> list[Diagnostic]:
    """A warning for every text of these sections with a character that no font here has."""
    findings = []
    for name in sections:
        for item in bank.section(name):
            for path, text in markdown_texts(item):
                for char in missing(text):
                    file, at = entry_path(bank, item)
                    findings.append(_finding(char, file, (*at, *path)))
    for path, text in _header_texts(bank):
        findings += [_finding(char, bank.header_file, path) for char in missing(text)]
    return diagnose(findings)


def _header_texts(bank: Bank) -> Iterator[tuple[Path, str]]:
    header = bank.header
    for field in ("title", "licence", "version"):
        yield ("bank", field), getattr(header, field) or ""
    for index, author in enumerate(header.authors):
        yield ("bank", "authors", index), author
    for section in SECTIONS:
        yield ("bank", "sections", section), header.sections.get(section, "")


def _finding(char: str, file: str, path: Path) -> Finding:
    return Finding(
        "missing-glyph",
        f"no font of the PDF has '{char}' (U+{ord(char):04X})",
        file,
        path,
        "the PDF shows □ in its place; the deck is not affected",
        needle=char,
    )
