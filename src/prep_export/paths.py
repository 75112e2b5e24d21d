"""Paths: shown as an author would type them, and held inside a folder."""

from __future__ import annotations

import os


def shown_path(path: str) -> str:
    """A path relative to the current folder where it lies below; else as it is."""
    if not path:
        return "<memory>"  # a bank that a program has built
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive of Windows
        return path
    return path if relative.startswith("..") else relative


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
