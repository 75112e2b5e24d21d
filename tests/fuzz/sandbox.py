"""A trial in a process of its own, with limits on time and memory."""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

SECONDS: Final = 10
"""Processor time that a trial may take."""

PATIENCE: Final = 120
"""Seconds by the clock that a trial may take: more, as the machine may be busy."""

MEMORY: Final = 500 * 1024**2
"""Bytes that a trial may take beyond what the farm itself holds."""

_OURS: Final = f"{os.sep}prep_export{os.sep}"


class ViolationError(Exception):
    """Something that must hold does not; the text names what, and is the same for all its cases."""


class _TooLong(BaseException):
    pass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trial."""

    result: str
    """`clean`, `warned`, `errors`, `refused` or `failed`."""
    signature: str = ""
    """What a failure has in common with others of its kind; empty when nothing failed."""
    detail: str = ""
    seconds: float = 0.0
    """Processor time."""
    memory: int = 0
    """Bytes at the peak, the farm's own included."""

    @property
    def failed(self) -> bool:
        return self.result == "failed"


def run(trial: Callable[[Path], str], folder: Path) -> Outcome:
    """What a trial on the files of a folder comes to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(trial, folder, writing)
    os.close(writing)
    answer = _answer(reading, PATIENCE)
    if answer is None:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    seconds, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
    if not answer:
        how = "never ends" if answer is None else f"dies of signal {os.WTERMSIG(status)}"
        return Outcome("failed", f"process {how}", "", seconds, memory)
    told = json.loads(answer)
    return Outcome(told["result"], told["signature"], told["detail"], seconds, memory)


def _answer(reading: int, seconds: float) -> bytes | None:
    """What a child writes before it ends; None when it does not end in time."""
    deadline = time.monotonic() + seconds
    answer = b""
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while True:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return None
            part = pipe.read(65_536)
            if not part:
                return answer
            answer += part


def _child(trial: Callable[[Path], str], folder: Path, writing: int) -> NoReturn:
    try:
        faulthandler.disable()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.setpgrp()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_held() + MEMORY, hard))
        signal.signal(signal.SIGPROF, _too_long)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        told = _tried(trial, folder)
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        os.write(writing, json.dumps(told).encode())
    finally:
        os._exit(0)


def _tried(trial: Callable[[Path], str], folder: Path) -> dict[str, str]:
    try:
        return {"result": trial(folder), "signature": "", "detail": ""}
    except ViolationError as violation:
        return _failed(str(violation), "".join(traceback.format_exception(violation)))
    except _TooLong as error:
        return _failed(f"over {SECONDS} s in {_where(error)}", _trace(error))
    except MemoryError as error:
        return _failed(f"over {MEMORY // 1024**2} MiB", _trace(error))
    except BaseException as error:  # noqa: BLE001 - whatever comes is what is looked for
        # An exporter's failure is wrapped; what it failed of tells more.
        cause = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        return _failed(f"{type(cause).__name__} in {_where(cause)}", _trace(error))


def _failed(signature: str, detail: str) -> dict[str, str]:
    return {"result": "failed", "signature": signature, "detail": detail[-6_000:]}


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-25))


def _where(error: BaseException) -> str:
    """The innermost function of ours: lines move, and libraries have many."""
    stack = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in stack if frame.name != _too_long.__name__]
    ours = [frame for frame in frames if _OURS in frame.filename]
    if not ours:
        return frames[-1].name if frames else "nowhere"
    module = ours[-1].filename.partition(_OURS)[2].removesuffix(".py").replace(os.sep, ".")
    return f"{module}.{ours[-1].name}"


def _too_long(number: int, frame: FrameType | None) -> Any:
    del number, frame
    raise _TooLong


def _held() -> int:
    """Bytes of address space in use."""
    if sys.platform != "linux":
        return 1024**4
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
