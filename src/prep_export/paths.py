"""Paths: shown as an author would type them, counted from a folder, and held inside one."""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False  # as in cli/process.py
if TYPE_CHECKING:
    from typing import BinaryIO


def shown_path(path: str) -> str:
    """A path relative to the current folder where it lies below; else as it is."""
    if not path:
        return "<memory>"  # a bank that a program has built
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive of Windows
        return path
    return path if relative.startswith("..") else relative


def path_from(top: str, path: str) -> str:
    """A path from a folder, with forward slashes; an absolute one where it leaves the folder."""
    try:
        found = os.path.relpath(path, top)
    except ValueError:  # another drive of Windows
        found = os.path.abspath(path)  # noqa: PTH100
    if found == os.pardir or found.startswith(os.path.join(os.pardir, "")):  # noqa: PTH118
        found = os.path.abspath(path)  # noqa: PTH100
    return found.replace(os.sep, "/")


def inside(folder: str, reference: str) -> str | None:
    """The file that a path from a folder names; None where it leaves the folder."""
    if "\\" in reference or "\0" in reference:
        return None
    folder = os.path.realpath(folder)
    path = os.path.realpath(os.path.join(folder, reference))  # noqa: PTH118
    try:
        return path if os.path.commonpath([folder, path]) == folder else None
    except ValueError:  # another drive of Windows
        return None


def read_regular(path: str, most: int) -> bytes | None:
    """The content of a file; None for one of more than `most` bytes.

    Raises OSError, also for what is no regular file: a FIFO would wait for a writer for ever.
    """
    with open_regular(path) as file:
        content = file.read(most + 1)
    return content if len(content) <= most else None


def open_regular(path: str) -> BinaryIO:
    """A file to read from. Raises OSError as `read_regular` does."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = open(os.open(path, flags), "rb")  # noqa: PTH123, SIM115 - a descriptor, the caller's
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no regular file", path)
    return file
