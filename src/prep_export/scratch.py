"""Folders for unfinished work, which go with the process that made them, however it ends.

A lock on the folder says that its maker lives; the system lets go of it even when a process is
killed. So a later run sweeps what a killed one has left, and nothing that another still uses.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prep_export.errors import OutputError
from prep_export.signals import held

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX, _SUFFIX = ".prep-export-", ".tmp"
_OURS: Final = re.compile(re.escape(_PREFIX) + "[a-z0-9_]{8}" + re.escape(_SUFFIX))
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_TRIES: Final = 20
_PATIENCE: Final = 10
"""Seconds: to move files takes a moment."""
_DAY: Final = 24 * 3600
"""Seconds: where there are no locks, what is older is taken as left behind."""


@dataclass(frozen=True, slots=True)
class _Folder:
    path: str
    lock: int
    made: tuple[Path, ...]
    """The folders around it that were made for it, the innermost first."""
    process: int

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self.lock >= 0:
            with suppress(OSError):  # `abandon` came first, from another thread
                os.close(self.lock)
        for folder in self.made:
            with suppress(OSError):  # something has come into it, as was meant
                folder.rmdir()


_used: list[_Folder] = []
_swept: set[str] = set()


@contextmanager
def scratch(beside: Path | None = None) -> Iterator[Path]:
    """A new folder, gone when the block ends: in `beside`, or where temporary files go.

    `beside` is made where it is missing, and goes again if nothing has come into it. Raises
    OSError; and OutputError, naming the place, where it is that of temporary files.
    """
    with held():  # a signal finds all folders in the list
        folder = _new(beside) if beside else _new_temporary()
        _used.append(folder)
    try:
        yield Path(folder.path)
    except OSError as error:
        if beside is None and error.errno in _FULL:
            raise _no_room(os.path.dirname(folder.path), error) from error  # noqa: PTH120
        raise
    finally:
        with held():
            folder.remove()
            _used.remove(folder)


def abandon() -> None:
    """Remove all that this process uses: it is about to end without unwinding."""
    for folder in _used:
        if folder.process == os.getpid():  # a fork inherits the list
            folder.remove()


def _new_temporary() -> _Folder:
    try:
        return _new(Path(tempfile.gettempdir()))
    except OSError as error:
        raise _no_room(os.path.dirname(error.filename or ""), error) from error  # noqa: PTH120


def _no_room(folder: str, error: OSError) -> OutputError:
    place = f" in '{folder}'" if folder else ""
    reason = error.strerror or error
    return OutputError(f"cannot write temporary files{place}: {reason}; set TMPDIR to a folder")


def _new(beside: Path) -> _Folder:
    around = (beside, *beside.parents)
    made: tuple[Path, ...] = ()
    for left in reversed(range(_TRIES)):
        made = tuple(one for one in around if one in made or not one.exists())
        try:
            for folder in reversed(made):  # each by itself: there may be more than calls can nest
                folder.mkdir(exist_ok=True)
            sweep(beside)
            path = tempfile.mkdtemp(prefix=_PREFIX, suffix=_SUFFIX, dir=beside)
        except FileNotFoundError:  # who had made `beside` has just taken it back
            if not left:
                raise
            continue
        lock = -1
        with suppress(OSError):  # some network file systems have no locks
            lock = locked(path)
        if os.path.isdir(path):  # noqa: PTH112 - a sweep may have come before the lock
            return _Folder(path, lock, made, os.getpid())
        if lock >= 0:
            os.close(lock)
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(beside))


def sweep(beside: Path) -> None:
    """Remove what killed processes have left in a folder; looked at once a process."""
    if str(beside) in _swept:
        return
    _swept.add(str(beside))
    with suppress(OSError), os.scandir(beside) as entries:
        for entry in entries:
            if _OURS.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):  # its maker has just removed it
                    _sweep_one(entry)


def _sweep_one(entry: os.DirEntry[str]) -> None:
    lock = -1
    try:
        lock = locked(entry.path, wait=False)
    except BlockingIOError:
        return  # its maker lives
    except OSError:
        pass
    if lock >= 0 or time.time() - entry.stat(follow_symlinks=False).st_mtime > _DAY:
        shutil.rmtree(entry.path, ignore_errors=True)
    if lock >= 0:
        os.close(lock)


@contextmanager
def alone(folders: set[Path]) -> Iterator[None]:
    """No other process moves files into these folders meanwhile, and no signal ends this one.

    Without the first, two builds at once could leave some files of each. It is not held where there
    are no locks, or somebody else keeps one: a build that was stopped, or `flock FOLDER`, which has
    called this very process.
    """
    end = time.monotonic() + _PATIENCE
    locks = []
    for folder in sorted(folders):  # in one order, so that nobody waits for who waits for them
        with suppress(OSError):
            locks.append(_locked_before(end, str(folder)))
    try:
        with held():
            yield
    finally:
        for lock in locks:
            if lock >= 0:
                os.close(lock)


def _locked_before(end: float, folder: str) -> int:
    """As `locked`. Raises BlockingIOError where somebody else holds the lock until then."""
    while time.monotonic() < end:
        with suppress(BlockingIOError):
            return locked(folder, wait=False)
        time.sleep(0.01)
    return locked(folder, wait=False)


def locked(folder: str, *, wait: bool = True) -> int:
    """A descriptor that holds a folder's lock until it is closed; -1 where there are no locks.

    Raises OSError; BlockingIOError where somebody else holds the lock and `wait` is false.
    """
    if sys.platform == "win32":
        return -1
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
