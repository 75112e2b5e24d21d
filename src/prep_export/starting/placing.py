"""Files put into a folder that may hold others: all or none, and none over another."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from prep_export.errors import OutputError
from prep_export.scratch import scratch
from prep_export.signals import held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


def place(
    files: Mapping[str, bytes], folder: Path, *, new: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write the files that are not there yet, and say which were: paths written, paths kept.

    `folder` is made where it is missing. `new` is a path below which nothing may be there. Raises
    OutputError, naming all that is in the way, or what cannot be written.
    """
    try:
        in_the_way = sorted(_in_the_way(files, folder, new))
        if in_the_way:
            raise OutputError(f"nothing is written: {'; '.join(in_the_way)}")
        there = {path: found for path in files if (found := _there(folder, path))}
        missing = {path: content for path, content in files.items() if path not in there}
        with scratch(folder) as made:
            for path, content in missing.items():
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                (made / path).write_bytes(content)
            _move([path for path in missing if not _below(path, new)], new, made, folder)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"cannot write '{folder}': {reason}") from error
    return tuple(str(folder / path) for path in missing), tuple(map(str, there.values()))


def _there(folder: Path, path: str) -> Path | None:
    """What stands at a path already; of a README also one in another form, which it would hide."""
    if os.path.lexists(folder / path):
        return folder / path
    if path == "README.md" and folder.is_dir():
        return next((one for one in folder.iterdir() if one.stem.lower() == "readme"), None)
    return None


def _in_the_way(files: Iterable[str], folder: Path, new: str) -> set[str]:
    """What keeps the files from being written, each in words."""
    found = set()
    for start in (new, f"{new}.yaml", f"{new}.yml"):
        if os.path.lexists(folder / start):
            found.add(f"'{folder / start}' is there already")
    for path in files:
        if (folder / path).is_dir():
            found.add(f"'{folder / path}' is a folder")
        for around in (folder / path).parents:
            if os.path.lexists(around) and not around.is_dir():
                found.add(f"'{around}' is not a folder")
    return found


def _below(path: str, new: str) -> bool:
    return path.startswith(f"{new}/")


def _move(paths: Iterable[str], new: str, made: Path, folder: Path) -> None:
    """Move files from one folder to the other; what has been moved goes again if one cannot be.

    What is new moves as a whole, and last: a run that is killed between two moves can be repeated.
    """
    with held(), ExitStack() as undo:
        for path in paths:
            _make_around(folder / path, undo)
            _move_one(made / path, folder / path)
            undo.callback(_gone, (folder / path).unlink)
        if (made / new).is_dir():
            _make_around(folder / new, undo)
            _move_one(made / new, folder / new)
        undo.pop_all()


def _make_around(target: Path, undo: ExitStack) -> None:
    for around in reversed(target.parents):
        if not around.exists():
            around.mkdir()
            undo.callback(_gone, around.rmdir)


def _move_one(source: Path, target: Path) -> None:
    """Raises FileExistsError where somebody has made the target since we looked."""
    if sys.platform != "win32" and not source.is_dir():
        try:
            os.link(source, target)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if os.path.lexists(target):
                raise
        else:
            return
    source.rename(target)  # which Windows does not do over another file


def _gone(remove: Callable[[], None]) -> None:
    with suppress(OSError):
        remove()
