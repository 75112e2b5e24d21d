"""What takes long to make, kept in files of the user's cache folder for the next process.

A file can be lost, damaged or forbidden at any time: then what was in it is made anew, and nobody
is told. Its key is a hash of all that its content depends on, so that no output depends on whether
there was one.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from platformdirs import user_cache_path

from prep_export.errors import OutputError
from prep_export.exporters.whole_file import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OFF: Final = "PREP_EXPORT_NO_CACHE"
"""The environment variable that keeps nothing; any value but the empty one does."""

MAX_BYTES: Final = 16_000_000


def file(name: str) -> Path | None:
    """Where a file of this name is kept; None where the user wants none, or has no home for it."""
    if os.environ.get(OFF):
        return None
    try:
        path = user_cache_path("prep-export", appauthor=False) / name
    except (OSError, RuntimeError, KeyError):
        return None
    return path if path.is_absolute() else None  # "~" where older releases know no home


def key(sources: Iterable[Path], *words: str) -> str:
    """A hash of files, and of words such as the versions of libraries."""
    hashed = sha256()
    for path in sources:
        hashed.update(path.read_bytes())
    hashed.update(" ".join(words).encode())
    return hashed.hexdigest()


def load(path: Path, key: str) -> Any:
    """The data in a file; None where it is missing, damaged, or of another key."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:  # a pipe would be waited for
            return None
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode() != f"{key} {sha256(body).hexdigest()}":
            return None
        return json.loads(body)
    except (OSError, ValueError, RecursionError):
        return None


def store(path: Path, key: str, data: object) -> None:
    """Write data that JSON can say, whole or not at all; not at all where it is too much."""
    body = json.dumps(data, separators=(",", ":")).encode()
    if len(body) > MAX_BYTES // 2:
        return
    head = f"{key} {sha256(body).hexdigest()}\n".encode()
    try:
        if path.exists() and not path.is_file():
            return
        with replacing(path) as temporary:
            temporary.write_bytes(head + body)
    except (OSError, OutputError):
        return
