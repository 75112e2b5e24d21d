"""The library as Python uses it: it takes text and path objects, never prints and never exits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import prep_export

from .conftest import HEADER, QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.bank.model import Bank

GOOD = HEADER + QUESTION
BAD = {
    "nothing": b"",
    "no YAML": b"a: [",
    "no UTF-8": b"\xff",
    "no bank": b"questions: [1, 2]\n",
    "a wrong topic": (HEADER + QUESTION.replace("[rag]", "[rgg]")).encode(),
    "bad math": (HEADER + QUESTION.replace("An answer.", r"'$\frac{a$'")).encode(),
}
FORMATS = ("anki", "pdf", "booklet", "flashcards")


@pytest.fixture(params=[str, Path])
def form(request: pytest.FixtureRequest) -> Callable[[Path], str | Path]:
    """A path as a caller may have it."""
    kind: Callable[[Path], str | Path] = request.param
    return kind


def test_paths_are_text_or_path_objects(form: Callable[[Path], str | Path], tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "a.yaml").write_text(GOOD, encoding="utf-8")
    for path in (tmp_path / "bank", tmp_path / "bank" / "a.yaml"):
        reading = prep_export.read_bank(form(path))
        assert reading.findings == ()
        assert reading.bank is not None
        assert reading.bank == prep_export.load_bank(form(path))
        assert reading.bank.files == (str(tmp_path / "bank" / "a.yaml"),)
    bank = prep_export.load_bank(form(tmp_path / "bank"))
    report = prep_export.export(bank, "anki", form(tmp_path / "x.apkg"))
    assert (report.path, report.size) == (
        str(tmp_path / "x.apkg"),
        (tmp_path / "x.apkg").stat().st_size,
    )
    assert prep_export.difference(form(tmp_path / "x.apkg"), bank).changes == ()
    made = prep_export.import_package(form(tmp_path / "x.apkg"), form(tmp_path / "again"))
    assert made.folder == str(tmp_path / "again")


# Silence


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    return prep_export.load_bank(tmp_path / "good.yaml")


def silent(capfd: pytest.CaptureFixture[str]) -> bool:
    return capfd.readouterr() == ("", "")


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_bank_is_findings_and_not_a_word(
    content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.yaml").write_bytes(content)
    reading = prep_export.read_bank(tmp_path / "bad.yaml")
    assert reading.has_errors
    with pytest.raises(prep_export.BankError) as raised:
        prep_export.load_bank(tmp_path / "bad.yaml")
    assert tuple(raised.value.findings) == reading.findings
    assert silent(capfd)


def test_the_text_of_a_bad_banks_error_has_the_first_place_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD.replace("[rag]", "[rgg, rig]"), encoding="utf-8")
    with pytest.raises(prep_export.BankError) as raised:
        prep_export.load_bank(path)
    assert str(raised.value) == (
        f"2 errors in the bank, the first at {path}:5:14: topic 'rgg' is not declared; "
        "did you mean 'rag'?"
    )


@pytest.mark.long
@pytest.mark.parametrize("name", FORMATS)
def test_an_export_says_nothing_whether_it_succeeds_or_fails(
    name: str, bank: Bank, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert prep_export.export(bank, name, tmp_path / "x").size > 0
    with pytest.raises(prep_export.UsageError):
        prep_export.export(bank, name, tmp_path / "y", {"no-such-option": "x"})
    with pytest.raises(prep_export.OutputError):
        prep_export.export(bank, name, tmp_path / "good.yaml" / "in-a-file")
    assert silent(capfd)


def test_an_exporter_that_exits_is_the_only_one_that_speaks(
    bank: Bank, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("in the middle")

    broken = prep_export.Exporter("broken", ".x", "Broken", fail)
    with pytest.raises(prep_export.ExporterError, match="in the middle"):
        prep_export.export(bank, broken, tmp_path / "x")
    assert silent(capfd)


def test_a_comparison_says_nothing(
    bank: Bank, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    prep_export.export(bank, "anki", tmp_path / "x.apkg")
    assert prep_export.difference(tmp_path / "x.apkg", bank).unchanged == 1
    for bad in ("good.yaml", "nowhere.apkg"):
        with pytest.raises(prep_export.PackageError):
            prep_export.difference(tmp_path / bad, bank)
    assert silent(capfd)


def test_an_import_says_nothing(
    bank: Bank, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    prep_export.export(bank, "anki", tmp_path / "x.apkg")
    prep_export.import_package(tmp_path / "x.apkg", tmp_path / "again")
    for bad in ("good.yaml", "nowhere.apkg"):
        with pytest.raises(prep_export.PackageError):
            prep_export.import_package(tmp_path / bad, tmp_path / "other")
    with pytest.raises(prep_export.OutputError):
        prep_export.import_package(tmp_path / "x.apkg", tmp_path / "again")
    assert not (tmp_path / "other").exists()
    assert silent(capfd)
