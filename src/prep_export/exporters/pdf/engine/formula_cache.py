"""Finished layouts of formulas, kept in the user's cache folder from one process to the next.

It can be lost, damaged or forbidden at any time: then formulas are laid out, and nobody is told.
What comes out of it equals to the last bit what would be laid out.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import astuple
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from platformdirs import user_cache_path

from prep_export.errors import OutputError
from prep_export.exporters.pdf.engine import amendments, formulas, spacing, typesetter
from prep_export.exporters.pdf.engine.formulas import Glyph, MathBox, Rule, Stroke
from prep_export.exporters.whole_file import replacing
from prep_export.math_font import math_font

if TYPE_CHECKING:
    from collections.abc import Iterator

    Layouts = dict[tuple[str, bool], MathBox]

OFF: Final = "PREP_EXPORT_NO_CACHE"
"""The environment variable that turns the cache off; any value but the empty one does."""

MAX_LAYOUTS: Final = 4_000
MAX_BYTES: Final = 16_000_000


@contextmanager
def kept_layouts(*, enabled: bool = True) -> Iterator[None]:
    """While this lasts, `formulas.layout` knows what was laid out before; new ones are kept.

    Never raises, and says nothing, whatever is wrong with the folder or the file.
    """
    path = cache_path() if enabled and not os.environ.get(OFF) else None
    if path is None:
        yield
        return
    formulas.finished.update(load(path))
    before = set(formulas.finished)
    yield
    if formulas.finished.keys() - before:
        # Another process may have kept its own meanwhile.
        store(path, {**load(path), **formulas.finished})


def cache_path() -> Path | None:
    """Where layouts are kept; None where there is no home to keep them in."""
    try:
        return user_cache_path("prep-export", appauthor=False) / "formulas.json"
    except (OSError, RuntimeError, KeyError):
        return None


@cache
def key() -> str:
    """Changes with whatever a layout depends on: our own code, the libraries, the font."""
    hashed = sha256()
    for module in (amendments, formulas, spacing, typesetter):
        hashed.update(Path(module.__file__ or "").read_bytes())
    for name in ("ziamath", "ziafont", "latex2mathml"):
        hashed.update(f" {name} {_version(name)}".encode())
    hashed.update(math_font().read_bytes())
    return hashed.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # put on the path by hand
        return ""


def load(path: Path) -> Layouts:
    """The layouts in a file; none where it is missing, damaged, or made by another version."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return {}
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode() != f"{key()} {sha256(body).hexdigest()}":
            return {}
        return {(row[0], row[1]): _box(row) for row in json.loads(body)}
    except (OSError, ValueError, TypeError, IndexError, RecursionError):
        return {}


def store(path: Path, layouts: Layouts) -> None:
    """Write the newest of the layouts, whole or not at all."""
    rows = [(latex, display, *astuple(box)[1:]) for (latex, display), box in layouts.items()]
    body = json.dumps(rows[-MAX_LAYOUTS:], separators=(",", ":")).encode()
    if len(body) > MAX_BYTES // 2:
        return
    head = f"{key()} {sha256(body).hexdigest()}\n".encode()
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(head + body)
    except (OSError, OutputError):
        return


def _box(row: list[Any]) -> MathBox:
    latex, _, width, height, depth, glyphs, rules, strokes = row
    return MathBox(
        latex,
        width,
        height,
        depth,
        tuple(Glyph(*one) for one in glyphs),
        tuple(Rule(*one) for one in rules),
        tuple(Stroke(*one) for one in strokes),
    )
