"""Making a failing input smaller while it fails in the same way."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def shrink(folder: Path, fails: Callable[[Path], bool], seconds: float) -> None:
    """Take away from the files of a folder, the largest parts first, for at most so long."""
    deadline = time.monotonic() + seconds
    for file in sorted(folder.rglob("*"), key=lambda path: -path.stat().st_size):
        if file.is_file() and file.suffix != ".apkg":
            _shrink(folder, file, fails, deadline)


def _shrink(folder: Path, file: Path, fails: Callable[[Path], bool], deadline: float) -> None:
    best = file.read_bytes()
    lines = best.splitlines(keepends=True)
    lines = _smaller(lines, lambda parts: _still(folder, file, b"".join(parts), fails), deadline)
    best = b"".join(lines)
    chars = [best[i : i + 1] for i in range(len(best))]
    if len(chars) < 3_000:
        chars = _smaller(
            chars, lambda parts: _still(folder, file, b"".join(parts), fails), deadline
        )
    file.write_bytes(b"".join(chars))


def _smaller(
    parts: list[bytes], fails: Callable[[list[bytes]], bool], deadline: float
) -> list[bytes]:
    """Delta debugging without complements: halves, quarters, … are left out where they can be."""
    size = len(parts) // 2
    while size:
        at = 0
        while at < len(parts):
            if time.monotonic() > deadline:
                return parts
            shorter = parts[:at] + parts[at + size :]
            if fails(shorter):
                parts = shorter
            else:
                at += size
        size //= 2
    return parts


def _still(folder: Path, file: Path, content: bytes, fails: Callable[[Path], bool]) -> bool:
    trial = folder.with_name(f"{folder.name}.try")
    shutil.rmtree(trial, ignore_errors=True)
    shutil.copytree(folder, trial)
    (trial / file.relative_to(folder)).write_bytes(content)
    try:
        return fails(trial)
    finally:
        shutil.rmtree(trial, ignore_errors=True)
