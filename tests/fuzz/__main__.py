"""The command line of the farm; exit status 1 when something failed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz import farm
from tests.fuzz.kinds import KINDS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=farm.__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, help="the same seed makes the same inputs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kind", action="append", choices=sorted(KINDS), help="repeatable")
    parser.add_argument("--keep", type=Path, default=Path("fuzz"), metavar="DIR")
    parser.add_argument(
        "--write", nargs=2, metavar=("KIND", "NUMBER"), help="one input, to look at"
    )
    given = parser.parse_args()
    seed = int(time.time()) if given.seed is None else given.seed
    if given.write:
        kind, number = given.write
        farm.make(kind, int(number), seed, given.keep / f"{kind}-{number}")
        return 0
    with tempfile.TemporaryDirectory(prefix="prep-export-fuzz-") as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        report = farm.run(
            given.kind or list(KINDS),
            seed=seed,
            seconds=60 * given.minutes,
            jobs=given.jobs,
            keep=given.keep,
            say=lambda line: sys.stderr.write(f"{line}\n"),
        )
    sys.stdout.write(f"{report}\n")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
