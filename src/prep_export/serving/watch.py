"""When the files of a bank have changed.

The system's notices say that something has happened, and the stamps of the files say whether it
matters; once a second the stamps are looked at anyway, for what no system tells: a link's target, a
network drive, a folder that came back.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from prep_export.bank.read.files import find_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Stamp = tuple[int, int, int] | None
"""Time of change in ns, bytes, number of the file; None where there is none."""

_STEP: Final = 10
"""Milliseconds without a notice after which what has come is told."""
_DEBOUNCE: Final = 100
"""Milliseconds after which it is told though more comes."""
_LOOK: Final = 1_000
"""Milliseconds without a notice after which stamps are looked at."""
_POLL: Final = 0.2
"""Seconds between two looks where the system gives no notices."""
_SHARE: Final = 20
"""A look that takes long comes so many times its length later."""


def stamp(path: str) -> Stamp:
    """What tells a file from what it was."""
    try:
        about = os.stat(path)  # noqa: PTH116 - plain strings, as the loader has them
    except (OSError, ValueError):
        return None
    return about.st_mtime_ns, about.st_size, about.st_ino


def stamps(bank: str, others: Iterable[str]) -> dict[str, Stamp]:
    """The stamps of a bank's YAML files, and of others: its pictures and fonts."""
    files, faults = find_files(bank)
    found = {path: stamp(path) for path in (*files, *others)}
    # A folder that cannot be read, a link to nowhere: news when it can.
    found.update(dict.fromkeys((f"{one.location.path}: {one.message}" for one in faults), None))
    return found


class Changes:
    """Yields whenever it is time to look at the stamps of some banks."""

    def __init__(
        self,
        banks: Sequence[str],
        pictures: Callable[[], Iterable[str]],
        *,
        polling: bool = False,
    ) -> None:
        self._banks = banks
        self._pictures = pictures
        self._polling = polling
        self._pause = _POLL
        """Seconds between two looks that nothing has asked for."""

    def __iter__(self) -> Iterator[None]:
        while True:
            folders = self._folders()
            if self._polling or not folders:
                time.sleep(max(_POLL, self._pause))
                yield from self._look()
                continue
            try:
                yield from self._noticed(folders)
            except (OSError, RuntimeError):  # no notices here: a limit, or a folder that has gone
                self._polling = bool(self._folders())

    def _noticed(self, folders: Sequence[str]) -> Iterator[None]:
        """With the system's notices, until the folders are no longer those that it watches."""
        from watchfiles import watch

        watched = [_identity(folder) for folder in folders]
        notices = watch(
            *folders,
            watch_filter=None,
            debounce=_DEBOUNCE,
            step=_STEP,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
            recursive=all(map(os.path.isdir, self._banks)),
        )
        looked = 0.0
        for noticed in notices:
            if noticed or time.monotonic() - looked > self._pause:
                yield from self._look()
                looked = time.monotonic()
            now = self._folders()
            if now != folders or [_identity(folder) for folder in now] != watched:
                return

    def _look(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._pause = _SHARE * (time.monotonic() - began)

    def _folders(self) -> Sequence[str]:
        """The folders to have notices of. Beside a bank that is one file may lie anything, so only
        those that hold a picture of it count."""
        found = [path if os.path.isdir(path) else os.path.dirname(path) for path in self._banks]  # noqa: PTH112, PTH120
        if not all(map(os.path.isdir, self._banks)):
            found += [os.path.dirname(path) for path in self._pictures()]  # noqa: PTH120
        try:
            real = {os.path.realpath(path or ".") for path in found}
        except FileNotFoundError:  # the current folder is gone
            return []
        return sorted(path for path in real if os.path.isdir(path))  # noqa: PTH112


def _identity(folder: str) -> tuple[int, int] | None:
    """What tells a folder from another in its place."""
    try:
        about = os.stat(folder)  # noqa: PTH116
    except OSError:
        return None
    return about.st_dev, about.st_ino
