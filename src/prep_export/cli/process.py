"""The process as its starter sees it: standard streams that may fail, and signals that end it."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys

from prep_export.signals import ENDING

TYPE_CHECKING = False  # not typing.TYPE_CHECKING: its import would be a good part of `--version`
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, TextIO

at_end: Final[list[Callable[[], object]]] = []
"""What a signal must still let happen, such as giving the terminal its cursor back."""


_PATIENCE: Final = 1.0
"""Seconds that all of this may take."""


class ResultError(OSError):
    """Standard output takes nothing: it is full, closed, or its reader went away."""


class _Result(io.FileIO):
    """Standard output, whose faults are told from those of files; what follows one is dropped."""

    failed = False

    def write(self, data: Any, /) -> int:
        if self.failed:
            return len(data)
        try:
            return super().write(data) or 0
        except OSError as error:
            self.failed = True
            raise ResultError(error.errno, error.strerror) from None


class _Talk(io.FileIO):
    """Standard error, which nobody may read: that is no fault of the work."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return len(data)


def mend_streams() -> None:
    """Give the process a standard output and error that are there, and take UTF-8."""
    sys.stdout = _mended(sys.stdout, _Result)
    sys.stderr = _mended(sys.stderr, _Talk)


def _mended(stream: TextIO | None, kind: type[io.FileIO]) -> TextIO:
    if stream is None:  # closed; one for reading fails as a closed one does
        raw = kind(os.open(os.devnull, os.O_RDONLY), "w")
    elif isinstance(_raw(stream), io.FileIO):
        raw = kind(stream.fileno(), "w", closefd=False)
    else:  # a console of Windows, or a stream that another program has put there
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return stream
    interactive = raw.isatty() or kind is _Talk
    buffer = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffer, "utf-8", "backslashreplace", line_buffering=interactive)


def _raw(stream: TextIO) -> Any:
    buffer = getattr(stream, "buffer", None)
    return getattr(buffer, "raw", buffer)  # PYTHONUNBUFFERED leaves the buffer out


def unwritable(error: ResultError) -> str:
    """The line about a standard output that takes nothing; empty where its reader went away."""
    if error.errno == errno.EPIPE:  # as `head` does; a complaint would help nobody
        return ""
    reason = "it is closed" if error.errno == errno.EBADF else error.strerror
    return f"error: cannot write to standard output: {reason}"


def end_on_signals() -> None:
    """End silently on Ctrl-C, `kill` and a closed terminal, with 128 and the signal's number.

    What is set to be ignored stays so (`nohup`).
    """
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def ignore_signals() -> None:
    """All is done: what comes while the interpreter closes down changes no status any more."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _end(number: int, _frame: object) -> None:
    # No exception: libraries swallow them, and workers would be waited for.
    signal.signal(number, signal.SIG_IGN)
    try:
        multiprocessing: Any = sys.modules.get("multiprocessing")
        if not hasattr(multiprocessing, "active_children"):
            multiprocessing = None  # its import has just begun: there are no workers yet
        children = multiprocessing.active_children() if multiprocessing else []
        for child in children:
            child.terminate()
        for child in children:
            child.join(1)
            child.kill()
        scratch: Any = sys.modules.get("prep_export.scratch")
        if scratch:
            scratch.abandon()
        if not multiprocessing or multiprocessing.parent_process() is None:
            if hasattr(signal, "setitimer"):  # a stream that nobody reads would hold it up for ever
                signal.signal(signal.SIGALRM, lambda *_: os._exit(128 + number))
                signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
            for last in at_end:
                last()
    finally:
        os._exit(128 + number)
