"""Work on all cores, where there is enough of it to be worth the processes."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MANY: Final = 2_000
"""Items from which on workers pay: below, starting them costs more than they save."""

Job = TypeVar("Job")
Result = TypeVar("Result")

_work: Any = None


def each(work: Callable[[Job], Result], jobs: Iterable[Job], items: int) -> Iterator[Result]:
    """`work` done on every job, in order; on all cores when the jobs hold many items.

    Workers are forked, so that they share the bank instead of receiving a copy of it. Where forking
    is not safe (no Linux, or other threads are running), everything is done here.
    """
    cores = _cores()
    if items < MANY or cores < 2:  # noqa: PLR2004 - one core is no crowd
        yield from map(work, jobs)
        return
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(cores, fork, _keep, (work,)) as pool:
        yield from pool.map(_do, jobs)


def _cores() -> int:
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def _keep(work: Any) -> None:
    global _work  # noqa: PLW0603 - what a forked worker inherits, and cannot be sent
    _work = work


def _do(job: Any) -> Any:
    return _work(job)
