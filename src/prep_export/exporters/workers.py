"""Work on all cores, where there is enough of it to be worth the processes.

What starts them is loaded only then: it takes longer than to set a page of a small bank.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from prep_export.errors import ExporterError
from prep_export.exporters.base import resolve_options, write
from prep_export.exporters.whole_file import replacing_all
from prep_export.printed import printed
from prep_export.scratch import abandon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

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
    jobs = list(jobs)
    with _running(_cores(), "fork", work, _do, jobs) as running:
        yield from map(work, jobs) if running is None else (one.result() for one in running)


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
    # The last formats are the longest; started first, they leave no core idle at the end.
    numbers = list(reversed(range(len(jobs))))
    with _running(workers, method, jobs, _write, numbers) as running:
        if running is None:
            return [write(*job) for job in jobs]
        return [one.result() for one in reversed(running)]


@contextmanager
def _running(
    workers: int, method: str, work: Any, call: Callable[[Any], Any], jobs: Sequence[Any]
) -> Iterator[list[Future[Any]] | None]:
    """A call for each job, begun in workers; None where the system gives none: it may lack
    processes, threads, or the semaphores between them."""
    import multiprocessing
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

    before = multiprocessing.active_children()
    pool = None
    running = None
    try:
        with suppress(OSError, ImportError, NotImplementedError, _NoThreadError):
            context = multiprocessing.get_context(method)
            pool = ProcessPoolExecutor(workers, context, _start, (work,))
            running = _begun(pool, call, jobs)
        if pool is None or running is None:
            _give_up(pool, before)
            yield None
            return
        with pool:
            try:
                yield running
            finally:  # after a failure, nobody wants the rest
                for one in running:
                    one.cancel()
    except BrokenProcessPool:
        message = "a process of ours was ended from outside; is there enough memory?"
        raise ExporterError(message) from None


class _NoThreadError(Exception):
    """The system gives no thread."""


def _begun(
    pool: ProcessPoolExecutor, call: Callable[[Any], Any], jobs: Sequence[Any]
) -> list[Future[Any]]:
    from concurrent.futures.process import BrokenProcessPool

    try:
        return [pool.submit(call, job) for job in jobs]
    except BrokenProcessPool:
        raise
    except RuntimeError as error:
        raise _NoThreadError from error


def _give_up(pool: ProcessPoolExecutor | None, before: Sequence[BaseProcess]) -> None:
    """End the workers that did start: they would be waited for when the process ends."""
    import multiprocessing

    for child in multiprocessing.active_children():
        if child not in before:
            child.kill()
            child.join()
    if pool is not None:
        with suppress(RuntimeError):  # its own thread may never have started
            pool.shutdown()


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
    with suppress(RuntimeError):  # no thread is left; the work comes first
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
