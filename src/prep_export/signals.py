"""Signals that end a process: which they are, and work that they must not cut in two."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager

TYPE_CHECKING = False  # as in cli/process.py
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

ENDING: Final[tuple[signal.Signals, ...]] = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""What people and systems end a process with."""


@contextmanager
def held() -> Iterator[None]:
    """Those signals come when the block has ended, where this is the thread that they come to."""
    came: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in ENDING:
            if signal.getsignal(number) not in {signal.SIG_IGN, None}:
                before[number] = signal.signal(number, lambda one, _frame: came.append(one))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for one in came:
            signal.raise_signal(one)
