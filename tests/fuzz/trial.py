"""What is done with an input, and what must hold whatever it is."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pikepdf

import prep_export
from prep_export.exporters import registry
from prep_export.exporters.anki.read import read_package
from prep_export.findings import forms
from prep_export.findings.github import render_github
from prep_export.findings.sarif import render_sarif
from tests.fuzz import kinds, material
from tests.fuzz.sandbox import ViolationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prep_export.bank.model import Bank
    from prep_export.findings.finding import Finding

REFUSALS: Final = (prep_export.PackageError, prep_export.UsageError, prep_export.OutputError)
"""What a command says in one line; any other exception is a fault of ours."""


def run(folder: Path) -> str:
    """Does with the files of a folder what the commands would.

    Gives `clean`, `warned`, `errors` or `refused`. Raises ViolationError where something does not
    hold, and whatever else goes wrong.
    """
    work = folder.with_name(f"{folder.name}.out")
    work.mkdir()
    if (folder / "deck.apkg").exists():
        return _package(folder / "deck.apkg", work)
    return _bank(folder, work)


def warm_up(folder: Path) -> None:
    """Loads and sets up once what every trial needs, so that a trial's time is its own.

    Raises BankError when even a bank without faults has one.
    """
    folder.mkdir()
    material.write_bank(folder, material.bank())
    prep_export.load_bank(folder)
    run(folder)
    material.font()
    material.formulas()
    kinds.packages()


def _bank(folder: Path, work: Path) -> str:
    reading = prep_export.read_bank(folder)
    _sound(reading.findings, folder)
    if reading.has_errors:
        return "errors"
    if reading.bank is not None and any(one.is_error for one in registry.check(reading.bank)):
        return "errors"
    if reading.bank is None:
        raise ViolationError("no bank, and no error")
    _exported(reading.bank, work)
    return "warned" if reading.findings else "clean"


def _exported(bank: Bank, work: Path) -> None:
    for name in ("anki", "pdf", "booklet", "flashcards"):
        target = work / name
        report = prep_export.export(bank, name, target, {} if name == "anki" else {"cache": "off"})
        _printable(forms.render_text(report.findings, color=False))
        if name == "anki":
            _same_deck(bank, target, report.counts["notes"])
        else:
            with pikepdf.open(target) as pdf:
                if not pdf.pages:
                    raise ViolationError(f"{name} without a page")


def _same_deck(bank: Bank, deck: Path, notes: int) -> None:
    if len(read_package(deck).notes) != notes:
        raise ViolationError("a deck does not hold the notes it says")
    if prep_export.difference(deck, bank).changes:
        raise ViolationError("a deck differs from its own bank")
    guids = [note.guid for note in read_package(deck).notes.values()]
    if len(guids) != len(set(guids)):
        raise ViolationError("two notes of one guid")


def _package(deck: Path, work: Path) -> str:
    material.write_bank(work, material.bank())
    bank = prep_export.load_bank(work)
    results = set()
    try:
        made = prep_export.import_package(deck, work / "imported")
        found = prep_export.read_bank(made.folder)
        _sound(found.findings, Path(made.folder))
        results.add("errors" if found.has_errors else "clean")
    except REFUSALS as error:
        results.add(_refused(error))
    try:
        prep_export.difference(deck, bank)
    except REFUSALS as error:
        results.add(_refused(error))
    try:
        prep_export.export(bank, "anki", work / "next.apkg", {"previous": str(deck)})
    except REFUSALS as error:
        results.add(_refused(error))
    outside = {path.name for path in work.iterdir()} - {
        "bank.yaml",
        "media",
        "imported",
        "next.apkg",
    }
    if outside or {path.name for path in (work / "media").iterdir()} - {"a.svg", "a.png"}:
        raise ViolationError("something is written outside of the folder")
    return next(r for r in ("errors", "refused", "clean") if r in results)


def _refused(error: Exception) -> str:
    if not str(error).strip():
        raise ViolationError(f"an empty {type(error).__name__}")
    return "refused"


def _sound(findings: Iterable[Finding], folder: Path) -> None:
    findings = list(findings)
    for finding in findings:
        at = finding.location
        path = Path(at.path)
        if path.is_file():
            lines = path.read_bytes().count(b"\n") + path.read_bytes().count(b"\r") + 1
            if not 1 <= at.line <= lines + 1 or at.column < 1:
                raise ViolationError(
                    f"the place of a finding ({finding.code}) is outside of its file"
                )
        elif not path.is_dir() and path.resolve().is_relative_to(folder.resolve()):
            raise ViolationError(f"the place of a finding ({finding.code}) is no file")
    _printable(forms.render_text(findings, color=False))
    _printable(render_github(findings))
    json.loads(forms.render_json(findings))
    json.loads(render_sarif(findings, "0"))


def _printable(text: str) -> None:
    """What is printed must not steer a terminal or a CI run, and must be UTF-8."""
    text.encode()
    if any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in text):
        raise ViolationError("a control character in what is printed")
    if "##[" in text:
        raise ViolationError("a command for GitHub's runner in what is printed")
