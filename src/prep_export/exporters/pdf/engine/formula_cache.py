"""Finished layouts of formulas, kept from one process to the next.

What comes out of the cache equals to the last bit what would be laid out.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import astuple
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prep_export.exporters import kept
from prep_export.exporters.pdf.engine import amendments, formulas, spacing, typesetter
from prep_export.exporters.pdf.engine.formulas import Glyph, MathBox, Rule, Stroke
from prep_export.math_font import math_font

if TYPE_CHECKING:
    from collections.abc import Iterator

    Layouts = dict[tuple[str, bool], MathBox]

MAX_LAYOUTS: Final = 4_000


@contextmanager
def kept_layouts(*, enabled: bool = True) -> Iterator[None]:
    """While this lasts, `formulas.layout` knows what was laid out before; new ones are kept.

    Never raises, and says nothing, whatever is wrong with the folder or the file.
    """
    path = cache_path() if enabled else None
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
    """Where layouts are kept; None where they are not."""
    return kept.file("formulas.json")


@cache
def key() -> str:
    """Changes with whatever a layout depends on: our own code, the libraries, the font."""
    modules = (amendments, formulas, spacing, typesetter)
    files = [Path(module.__file__ or "") for module in modules]
    libraries = ("ziamath", "ziafont", "latex2mathml")
    return kept.key([*files, math_font()], *(f"{name} {_version(name)}" for name in libraries))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # put on the path by hand
        return ""


def load(path: Path) -> Layouts:
    """The layouts in a file; none where it is missing, damaged, or made by another version."""
    try:
        return {(row[0], row[1]): _box(row) for row in kept.load(path, key()) or ()}
    except (TypeError, ValueError, IndexError):
        return {}


def store(path: Path, layouts: Layouts) -> None:
    """Write the newest of the layouts, whole or not at all."""
    rows = [(latex, display, *astuple(box)[1:]) for (latex, display), box in layouts.items()]
    kept.store(path, key(), rows[-MAX_LAYOUTS:])


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
