"""Reading a bank: load it, judge its shape, its meaning and its markup, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prep_export.bank.findings import Finding, diagnose
from prep_export.bank.loader import load, without_collector
from prep_export.bank.model import Diagram, markdown_texts
from prep_export.bank.places import entry_path
from prep_export.bank.validation import validate
from prep_export.diagnostics import sort_key
from prep_export.errors import BankError
from prep_export.markup.check import check
from prep_export.markup.media import ImageError, Media

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.model import Bank
    from prep_export.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Reading:
    """A bank as far as it could be read, and everything that is wrong with it, in file order."""

    bank: Bank | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        return any(d.is_error for d in self.diagnostics)


def read_bank(path: str) -> Reading:
    """Load and validate the bank at a file or folder. Never raises on bad input."""
    with without_collector():
        loaded = load(path)
        findings = loaded.findings
        if loaded.bank is not None:
            findings = [*findings, *validate(loaded.bank), *check_markup(loaded.bank)]
            if any(d.code == "yaml-syntax" for d in loaded.diagnostics):
                # What an unread file declares is unknown, so what seems missing may be there.
                findings = [f for f in findings if f.code not in _NEEDS_ALL_FILES]
        diagnostics = [*loaded.diagnostics, *diagnose(findings)]
    return Reading(loaded.bank, tuple(sorted(diagnostics, key=sort_key)))


_NEEDS_ALL_FILES = {
    "unknown-topic",
    "dangling-reference",
    "unused-topic",
    "undeclared-parent",
    "no-items",
}


def load_bank(path: str) -> Bank:
    """The bank at a file or folder.

    Raises BankError, carrying every diagnostic, when anything in it is an error.
    """
    reading = read_bank(path)
    if reading.has_errors or reading.bank is None:
        raise BankError(reading.diagnostics)
    return reading.bank


def check_markup(bank: Bank) -> Iterator[Finding]:
    """Faults of every Markdown text and every image of a bank."""
    media = Media(bank.root)
    for _, item in bank.items():
        for path, text in markdown_texts(item):
            cloze = len(path) == 3 and path[0] == "drills" and path[2] == "text"  # noqa: PLR2004
            for problem in check(text, media, cloze=cloze):
                file, at = entry_path(bank, item)
                yield Finding(
                    problem.code,
                    problem.message,
                    file,
                    (*at, *path),
                    problem.hint,
                    needle=problem.needle,
                )
        diagram = getattr(item, "diagram", None)
        if isinstance(diagram, Diagram):
            try:
                media.find(diagram.image)
            except ImageError as error:
                file, at = entry_path(bank, item)
                yield Finding(error.code, str(error), file, (*at, "diagram", "image"), error.hint)
    logo = bank.header.pdf.logo if bank.header.pdf else None
    if logo:
        try:
            media.find(logo)
        except ImageError as error:
            at = ("bank", "pdf", "logo")
            yield Finding(error.code, str(error), bank.header_file, at, error.hint)
    yield from _unusable_fonts(bank)
    if bank.header.description:
        for problem in check(bank.header.description, media):
            yield Finding(
                problem.code,
                problem.message,
                bank.files[0] if bank.files else "",
                ("bank", "description"),
                problem.hint,
                needle=problem.needle,
            )


def _unusable_fonts(bank: Bank) -> Iterator[Finding]:
    names = bank.header.pdf.fonts if bank.header.pdf else ()
    if not names:
        return
    from prep_export.markup.fonts import own_font_problem  # slow to load, and rarely needed

    for index, name in enumerate(names):
        problem = own_font_problem(bank.root, name)
        if problem:
            yield Finding(
                "unusable-font",
                f"the font '{name}' cannot be used: {problem}",
                bank.header_file,
                ("bank", "pdf", "fonts", index),
                "name a TrueType file (.ttf with outlines, one weight) in the bank's folder",
            )
