"""What the fuzz farm has found once does not come back; and the farm finds what it is there for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fuzz import farm, sandbox
from tests.fuzz.kinds import KINDS
from tests.fuzz.shrink import shrink

SLOW_TO_MAKE = {"fonts", "formulas", "packages"}

CASES = sorted(path for path in (Path(__file__).parent / "fuzz" / "cases").glob("*/"))


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            path, id=path.name, marks=pytest.mark.long if path.name.startswith("slow-") else ()
        )
        for path in CASES
    ],
)
def test_what_has_failed_once_does_not_fail_again(case: Path, tmp_path: Path) -> None:
    shutil.copytree(case, tmp_path / "case")
    outcome = farm.tried(tmp_path / "case")
    assert not outcome.failed, f"{outcome.signature}\n{outcome.detail}"


def _crashes(folder: Path) -> str:
    raise ValueError(folder.name)


def _is_slow(folder: Path) -> str:
    count = 0
    while count >= 0:
        count += 1
    return folder.name


def _hangs(folder: Path) -> str:
    import time

    time.sleep(1_000)
    return folder.name


def _is_large(folder: Path) -> str:
    return str(len(bytearray(10**9))) + folder.name


def _dies(folder: Path) -> str:
    import os

    os.kill(os.getpid(), 6)
    return folder.name


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "signature"),
    [
        (_crashes, "ValueError in _crashes"),
        (_is_slow, "over 0.2 s in _is_slow"),
        (_hangs, "process never ends"),
        (_is_large, "over 500 MiB"),
        (_dies, "process dies of signal 6"),
    ],
)
def test_a_fault_is_seen_and_named(
    fault: object, signature: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.2)
    if fault is _hangs:
        monkeypatch.setattr(sandbox, "PATIENCE", 0.5)
    outcome = sandbox.run(fault, tmp_path)  # type: ignore[arg-type]
    assert outcome.failed
    assert outcome.signature == signature


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=pytest.mark.long if kind in SLOW_TO_MAKE else ()) for kind in KINDS],
)
def test_an_input_can_be_made_again(kind: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        farm.make(kind, 3, 1, tmp_path / name)
    files = [path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*")]
    assert files
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_failing_input_becomes_as_small_as_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "bank.yaml").write_text("one\ntwo\nthree\n" * 20 + "x fault y\n" + "four\n" * 9)
    shrink(folder, lambda one: "fault" in (one / "bank.yaml").read_text(), seconds=10)
    assert (folder / "bank.yaml").read_text() == "fault"


def test_the_lanes_share_the_trials_of_every_kind() -> None:
    kinds = ["a", "b", "c"]
    lanes = [farm.names(kinds, lane, 2) for lane in range(2)]
    taken = [next(lane) for _ in range(6) for lane in lanes]
    assert sorted(taken) == [(kind, number) for kind in kinds for number in range(4)]
