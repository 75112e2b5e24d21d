"""Many trials, on several cores, until the time is over; what fails is kept once for each kind."""

from __future__ import annotations

import hashlib
import multiprocessing
import re
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from tests.fuzz import sandbox, trial
from tests.fuzz.kinds import KINDS
from tests.fuzz.shrink import shrink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

RESULTS: Final = ("clean", "warned", "errors", "refused", "failed")

SLOWEST: Final = 5
"""Trials that the report names."""


@dataclass
class Report:
    """What a farm has seen."""

    seed: int
    results: dict[str, Counter[str]] = field(default_factory=dict)
    """How many trials of each kind came to what."""
    failures: dict[str, list[str]] = field(default_factory=dict)
    """Trials by what they failed of."""
    slowest: list[tuple[float, str]] = field(default_factory=list)
    """Seconds of processor time, and the trial."""
    memory: int = 0
    """Bytes at the peak of the largest trial."""
    seconds: float = 0.0

    @property
    def trials(self) -> int:
        return sum(counts.total() for counts in self.results.values())

    def add(self, kind: str, name: str, outcome: sandbox.Outcome) -> bool:
        """Takes note of a trial; whether it failed as none before."""
        self.results.setdefault(kind, Counter())[outcome.result] += 1
        self.slowest = sorted([*self.slowest, (outcome.seconds, name)], reverse=True)[:SLOWEST]
        self.memory = max(self.memory, outcome.memory)
        if not outcome.failed:
            return False
        known = self.failures.setdefault(f"{kind}: {outcome.signature}", [])
        known.append(name)
        return len(known) == 1

    def __str__(self) -> str:
        lines = [f"{self.trials:,} trials in {self.seconds / 60:.1f} minutes, seed {self.seed}", ""]
        lines.append(f"{'':<10}" + "".join(f"{result:>9}" for result in RESULTS))
        for kind, counts in sorted(self.results.items()):
            lines.append(f"{kind:<10}" + "".join(f"{counts[result]:>9,}" for result in RESULTS))
        lines += ["", "slowest, in seconds of processor time:"]
        lines += [f"  {seconds:5.1f}  {name}" for seconds, name in self.slowest]
        lines += [f"most memory of a trial: {self.memory / 1024**2:.0f} MiB", ""]
        if not self.failures:
            lines.append("no failures")
        for signature, names in sorted(self.failures.items()):
            lines.append(f"{len(names):>5}  {signature}   (first: {names[0]})")
        return "\n".join(lines)


def names(kinds: Sequence[str], lane: int, lanes: int) -> Iterator[tuple[str, int]]:
    """Kinds and numbers of the trials of one lane: each kind in its turn, without end."""
    turn = lane
    while True:
        yield kinds[turn % len(kinds)], turn // len(kinds)
        turn += lanes


def make(kind: str, number: int, seed: int, folder: Path) -> None:
    """The input of one trial: the same for the same kind, number and seed."""
    folder.mkdir(parents=True)
    KINDS[kind](Random(f"{seed} {kind} {number}"), folder)


def run(
    kinds: Sequence[str],
    *,
    seed: int,
    seconds: float,
    jobs: int,
    keep: Path,
    say: Callable[[str], object],
) -> Report:
    """Trials for so many seconds; each new kind of failure becomes a folder in `keep`."""
    started = time.monotonic()
    report = Report(seed)
    queue: Any = multiprocessing.Queue()
    deadline = started + seconds
    lanes = [
        multiprocessing.Process(
            target=_lane, args=(kinds, seed, deadline, lane, jobs, queue), daemon=False
        )
        for lane in range(jobs)
    ]
    for lane in lanes:
        lane.start()
    running = len(lanes)
    while running:
        told = queue.get()
        if told is None:
            running -= 1
            continue
        kind, number, outcome = told
        if report.add(kind, f"{kind} {number}", outcome):
            say(f"new: {kind} {number}: {outcome.signature}")
            _keep(kind, number, seed, outcome, keep)
    for lane in lanes:
        lane.join()
        if lane.exitcode:
            raise RuntimeError("the farm itself has failed: see above")
    report.seconds = time.monotonic() - started
    return report


def _lane(
    kinds: Sequence[str], seed: int, deadline: float, lane: int, lanes: int, queue: Any
) -> None:
    try:
        with TemporaryDirectory(prefix="prep-export-fuzz-") as folder:
            trial.warm_up(Path(folder) / "warm")
            for kind, number in names(kinds, lane, lanes):
                if time.monotonic() > deadline:
                    break
                place = Path(folder) / f"{kind}-{number}"
                outcome = sandbox.run(partial(_made_and_tried, kind, number, seed), place)
                queue.put((kind, number, outcome))
                _clear(place)
    finally:
        queue.put(None)


def _made_and_tried(kind: str, number: int, seed: int, place: Path) -> str:
    make(kind, number, seed, place)
    return trial.run(place)


def tried(place: Path) -> sandbox.Outcome:
    """What comes of the files of a folder."""
    try:
        return sandbox.run(trial.run, place)
    finally:
        shutil.rmtree(_output(place), ignore_errors=True)


def _output(place: Path) -> Path:
    return place.with_name(f"{place.name}.out")


def _clear(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(_output(place), ignore_errors=True)


def _only_made(kind: str, number: int, seed: int, place: Path) -> str:
    make(kind, number, seed, place)
    return "clean"


def _keep(kind: str, number: int, seed: int, outcome: sandbox.Outcome, keep: Path) -> None:
    slug = re.sub(r"[^a-z0-9]+", "-", outcome.signature.lower()).strip("-")[:60]
    digest = hashlib.sha256(outcome.signature.encode()).hexdigest()[:6]
    target = keep / f"{kind}-{slug}-{digest}"
    if target.exists():
        return
    with TemporaryDirectory(prefix="prep-export-fuzz-") as folder:
        place = Path(folder) / "case"
        sandbox.run(partial(_only_made, kind, number, seed), place)
        shrink(place, lambda one: tried(one).signature == outcome.signature, seconds=60)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(place, target)
    (target / "failure.txt").write_text(
        f"{kind} {number}, seed {seed}: {outcome.signature}\n\n{outcome.detail}", encoding="utf-8"
    )
