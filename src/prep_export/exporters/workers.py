"""Work on all cores, where there is enough of it to be worth the processes.

What starts them is loaded only then: it takes longer than to set a page of a small bank.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from prep_export.errors import ExporterError
from prep_export.exporters.base import resolve_options, write
from prep_export.exporters.whole_file import replacing_all
from prep_export.printed import printed
from prep_export.scratch import abandon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import ProcessPoolExecutor

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Exporter, Options, Report

    Export = tuple[Bank, Exporter, str, Options]
    Write = tuple[Bank, Exporter, Options, Path, Path]

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
    if items < MANY or _cores() < 2 or not _can_fork():  # noqa: PLR2004 - one core is no crowd
        yield from map(work, jobs)
        return
    with _pool(_cores(), "fork", work) as pool:
        yield from pool.map(_do, jobs)


def exports(jobs: Sequence[Export]) -> list[Report]:
    """Several exports, side by side on the cores there are; the reports in the order of the jobs.

    All files are moved to their places at the end, or none. Raises what `export` raises: the first
    failure in the order of the jobs, when all have ended.
    """
    values = [resolve_options(exporter, options) for _, exporter, _, options in jobs]
    paths = [Path(path) for _, _, path, _ in jobs]
    # Once for all formats of a bank, before the workers part.
    ready = {id(bank): printed(bank) for bank, _, _, _ in jobs}
    with replacing_all(paths) as temporaries:
        return _written(
            [
                (ready[id(bank)], exporter, options, path, temporary)
                for (bank, exporter, _, _), options, path, temporary in zip(
                    jobs, values, paths, temporaries, strict=True
                )
            ]
        )


def _written(jobs: Sequence[Write]) -> list[Report]:
    workers = min(_cores(), len(jobs))
    method = "fork" if _can_fork() else "spawn"
    if workers < 2 or (method == "spawn" and not _can_travel(jobs)):  # noqa: PLR2004 - as above
        return [write(*job) for job in jobs]
    with _pool(workers, method, jobs) as pool:
        # The last formats are the longest; started first, they leave no core idle at the end.
        running = [pool.submit(_write, number) for number in reversed(range(len(jobs)))]
        return [one.result() for one in reversed(running)]


@contextmanager
def _pool(workers: int, method: str, work: Any) -> Iterator[ProcessPoolExecutor]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context(method)
    try:
        with ProcessPoolExecutor(workers, context, _start, (work,)) as pool:
            yield pool
    except BrokenProcessPool:
        message = "a process of ours was ended from outside; is there enough memory?"
        raise ExporterError(message) from None


def _can_travel(jobs: Sequence[Write]) -> bool:
    """Whether a process that is not forked can be sent the jobs: a plugin may hold anything."""
    import pickle

    try:
        pickle.dumps(jobs)
    except Exception:  # noqa: BLE001 - of what cannot be pickled anything is raised
        return False
    return True


def _can_fork() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1


def _cores() -> int:
    import multiprocessing

    if multiprocessing.parent_process() is not None:
        return 1  # the cores are taken by the worker's siblings
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start(work: Any) -> None:
    """In each worker, first: keep the work, and end when the process that wants it does."""
    global _work  # noqa: PLW0603 - see there
    _work = work
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # at a terminal it reaches all; one acts
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    # A worker would wait for more work for ever: its siblings hold the other end of its queue.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        try:
            abandon()
        finally:
            os._exit(1)


def _do(job: Any) -> Any:
    return _work(job)


def _write(number: int) -> Report:
    return write(*_work[number])
