"""Files written whole or not at all, several of them all or none."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prep_export.errors import OutputError
from prep_export.scratch import alone, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class _Move:
    """A finished file, and where it goes."""

    named: Path
    """As the caller has it, for messages."""
    target: Path
    temporary: Path
    special: bool
    """It goes into what is no regular file, such as a pipe."""

    @property
    def kept(self) -> Path:
        """The file that stood at the target, until all others stand at theirs."""
        return self.temporary.with_name("old")

    def pour(self) -> None:
        """Write into what cannot be moved to."""
        try:
            self.target.write_bytes(self.temporary.read_bytes())
        except OSError as error:
            raise _error(self.named, error) from error

    def prepare(self, *, keep: bool) -> None:
        """Give the new file the owner and mode of the old."""
        if self.target.exists():
            old = self.target.stat()
            if hasattr(os, "chown"):
                with suppress(OSError):  # only root gives files away
                    os.chown(self.temporary, old.st_uid, old.st_gid)
            shutil.copymode(self.target, self.temporary)
            if keep:
                try:
                    os.link(self.target, self.kept)
                except OSError:  # a file system without links
                    shutil.copy2(self.target, self.kept)

    def undo(self) -> None:
        if self.kept.exists():
            self.kept.replace(self.target)
        else:
            self.target.unlink()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, moved over `path` when the block ends without an exception.

    Where `path` is a link, what it leads to is replaced; what is no regular file, such as a pipe,
    is written to. Raises OutputError.
    """
    with replacing_all([path]) as (temporary,):
        yield temporary


@contextmanager
def replacing_all(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Like `replacing`, for several files: all of them are moved at the end, or none.

    They stand in folders beside their targets, so that each move stays within one file system.
    """
    with ExitStack() as stack:
        folders: dict[Path | None, Path] = {}
        moves = []
        for number, path in enumerate(paths):
            try:
                # Not by the real path: that of a pipe in /dev/fd is no path at all.
                special = path.exists() and not path.is_file()
                target = path if special else Path(os.path.realpath(path))
                if target.is_dir():
                    raise OutputError(f"cannot write '{path}': it is a folder")
                beside = None if special else target.parent
                if beside not in folders:
                    folders[beside] = stack.enter_context(scratch(beside))
                own = folders[beside] / str(number)
                own.mkdir()
            except (OSError, ValueError) as error:
                raise _error(path, error) from error
            moves.append(_Move(path, target, own / f"new{path.suffix}", special))
        yield [move.temporary for move in moves]
        _finish(moves)


def _finish(moves: Sequence[_Move]) -> None:
    # First, and where signals end the process: a pipe takes nothing until somebody reads it.
    for move in moves:
        if move.special:
            move.pour()
    _move([move for move in moves if not move.special])


def _move(moves: Sequence[_Move]) -> None:
    done: list[_Move] = []
    several = len(moves) > 1
    with alone({move.target.parent for move in moves if several}):
        try:
            for move in moves:
                current = move
                move.prepare(keep=several)
            for move in moves:
                current = move
                move.temporary.replace(move.target)
                done.append(move)
        except BaseException as error:
            for move in reversed(done):
                with suppress(OSError):
                    move.undo()
            if isinstance(error, OSError):
                raise _error(current.named, error) from error
            raise


def _error(path: Path, error: Exception) -> OutputError:
    return OutputError(f"cannot write '{path}': {getattr(error, 'strerror', None) or error}")
