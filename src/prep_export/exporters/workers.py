"""Work on all cores, where there is enough of it to be worth the processes."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar

from prep_export.exporters.base import export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Exporter, Options, Report

    Export = tuple[Bank, Exporter, str, Options]

MANY: Final = 2_000
"""Items from which on workers pay: below, starting them costs more than they save."""

Job = TypeVar("Job")
Result = TypeVar("Result")

_work: Any = None
"""What a forked worker inherits, and cannot be sent; set in the workers alone."""


def each(work: Callable[[Job], Result], jobs: Iterable[Job], items: int) -> Iterator[Result]:
    """`work` done on every job, in order; on all cores when the jobs hold many items.

    Workers are forked, so that they share the bank instead of receiving a copy of it. Where forking
    is not safe (no Linux, or other threads are running), everything is done here.
    """
    cores = _cores()
    if items < MANY or cores < 2 or not _can_fork():  # noqa: PLR2004 - one core is no crowd
        yield from map(work, jobs)
        return
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(cores, fork, _keep, (work,)) as pool:
        yield from pool.map(_do, jobs)


def exports(jobs: Sequence[Export]) -> list[Report]:
    """Several exports, side by side on the cores there are; the reports in the order of the jobs.

    Raises what `export` raises: the first failure in the order of the jobs, when all have ended.
    """
    workers = min(_cores(), len(jobs))
    if workers < 2:  # noqa: PLR2004 - as above
        return [export(*job) for job in jobs]
    method = "fork" if _can_fork() else "spawn"
    if method == "spawn" and not _can_travel(jobs):
        return [export(*job) for job in jobs]
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(workers, context, _keep, (jobs,)) as pool:
        # The last formats are the longest; started first, they leave no core idle at the end.
        running = [pool.submit(_export, number) for number in reversed(range(len(jobs)))]
        return [one.result() for one in reversed(running)]


def _can_travel(jobs: Sequence[Export]) -> bool:
    """Whether a process that is not forked can be sent the jobs: a plugin may hold anything."""
    try:
        pickle.dumps(jobs)
    except Exception:  # noqa: BLE001 - of what cannot be pickled anything is raised
        return False
    return True


def _can_fork() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1


def _cores() -> int:
    if multiprocessing.parent_process() is not None:
        return 1  # the cores are taken by the worker's siblings
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _keep(work: Any) -> None:
    global _work  # noqa: PLW0603 - see there
    _work = work


def _do(job: Any) -> Any:
    return _work(job)


def _export(number: int) -> Report:
    return export(*_work[number])
