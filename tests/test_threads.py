"""The library in several threads and processes: the same files as in one."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import prep_export
from prep_export.errors import BankError, ExporterError, UsageError
from prep_export.exporters import workers
from prep_export.exporters.base import Exporter
from prep_export.exporters.registry import BUILT_IN
from prep_export.findings.finding import Finding, Location
from prep_export.markdown.images import ImageError, Images

from .conftest import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prep_export.bank.model import Bank


@pytest.fixture
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")


@pytest.fixture
def part(shipped: Bank) -> Bank:
    return prep_export.select(shipped, prep_export.Selection(topics=("alignment",)))


_FIRST_USE = """
import sys
from concurrent.futures import ThreadPoolExecutor
import prep_export
part = prep_export.select(
    prep_export.load_bank(sys.argv[1]), prep_export.Selection(topics=("alignment",))
)
def work(number):
    return prep_export.export(part, "pdf", f"{sys.argv[2]}/{number}.pdf").sha256
with ThreadPoolExecutor(4) as pool:
    sums = set(pool.map(work, range(4)))
serial = work("serial")
print(len(sums | {serial}))
"""


@pytest.mark.long
def test_the_first_pdfs_of_a_process_may_be_set_in_threads(tmp_path: Path) -> None:
    """In a process of its own, because fonts are registered once a process."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795000000", "HOME": str(tmp_path)}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_USE, str(SHIPPED), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.stdout == "1\n", done.stderr


@pytest.mark.long
@pytest.mark.usefixtures("fixed_time")
def test_every_format_may_be_written_by_a_thread_of_its_own(part: Bank, tmp_path: Path) -> None:
    def work(name: str, folder: str) -> str:
        return prep_export.export(part, name, tmp_path / folder / name).sha256

    serial = [work(name, "serial") for name in BUILT_IN]
    with ThreadPoolExecutor(len(BUILT_IN)) as pool:
        assert list(pool.map(work, BUILT_IN, ["threads"] * len(BUILT_IN))) == serial


# Processes


@pytest.mark.usefixtures("fixed_time")
@pytest.mark.parametrize(
    "fork",
    [
        pytest.param(
            True, marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
        ),
        pytest.param(False, marks=pytest.mark.long),
    ],
    ids=["forked", "spawned"],
)
def test_exports_side_by_side_are_those_of_one_process(
    part: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fork: bool
) -> None:
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    monkeypatch.setattr(workers, "_can_fork", lambda: fork)
    small = prep_export.select(part, prep_export.Selection(sections=("concepts",)))
    jobs: list[workers.Export] = [
        (small, BUILT_IN[name], str(tmp_path / "many" / name), {}) for name in ("anki", "booklet")
    ]
    many = workers.exports(jobs)
    assert [report.exporter for report in many] == ["anki", "booklet"]
    for report in many:
        alone = prep_export.export(small, report.exporter, tmp_path / "one" / report.exporter)
        assert alone.sha256 == report.sha256


def _fails(bank: Bank, options: Mapping[str, str], path: Path) -> None:
    del bank, options, path
    raise UsageError("not like this")


@pytest.mark.long
def test_a_failure_in_a_worker_is_the_same_error(
    part: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    bad = Exporter("bad", ".bad", "Fails", _fails)
    jobs: list[workers.Export] = [
        (part, bad, str(tmp_path / "x.bad"), {}),
        (part, BUILT_IN["anki"], str(tmp_path / "x"), {}),
    ]
    with pytest.raises(UsageError, match="not like this"):
        workers.exports(jobs)
    assert not (tmp_path / "x.bad").exists()


def test_an_exporter_that_cannot_travel_is_run_here(
    part: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    monkeypatch.setattr(workers, "_can_fork", lambda: False)
    said = []

    def write(bank: Bank, options: Mapping[str, str], path: Path) -> None:
        del options
        said.append(bank.header.id)
        path.write_text("x")

    local = Exporter("local", ".txt", "A closure", write)
    workers.exports([(part, local, str(tmp_path / f"{n}.txt"), {}) for n in range(2)])
    assert said == ["llm", "llm"]


def test_a_bank_can_travel_to_another_process(part: Bank) -> None:
    assert pickle.loads(pickle.dumps(part)) == part


FINDING = Finding("image-missing", "there is no image 'x'", Location("a.yaml", 3), "look")


@pytest.mark.parametrize(
    "error",
    [ImageError(FINDING), BankError([FINDING]), UsageError("u"), ExporterError("e")],
    ids=lambda error: type(error).__name__,
)
def test_an_error_can_travel_with_all_that_it_says(error: Exception) -> None:
    twin = pickle.loads(pickle.dumps(error))
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)


def test_a_picture_that_is_missing_in_a_worker_is_named(
    part: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prep_export.exporters.anki.compose import compose_notes

    monkeypatch.setattr(workers, "MANY", 1)
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    monkeypatch.setattr(workers, "_can_fork", lambda: True)
    with pytest.raises(ImageError, match=r"there is no image 'media/alignment\.svg'"):
        compose_notes(replace(part, root=str(tmp_path)), Images(str(tmp_path)))
