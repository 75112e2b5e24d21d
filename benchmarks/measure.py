"""Time and memory of whole processes, taken in turns so that a busy machine hurts all alike."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Cost:
    """The least seen of each."""

    seconds: float
    mebibytes: float


def run(command: Sequence[str]) -> Cost:
    """One run of a command. Raises CalledProcessError when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=complaint)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(seconds, usage.ru_maxrss / unit)


def in_turns(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Cost]:
    """The least cost of each command over some rounds, in which they take turns."""
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            seen[name].append(run(command))
    return {
        name: Cost(min(c.seconds for c in costs), min(c.mebibytes for c in costs))
        for name, costs in seen.items()
    }
