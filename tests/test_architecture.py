"""Dependencies point one way. The table says what each part may import; everything else is a fault.

To see it fail, import `prep_export.cli.talk` from any module of `bank/`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from .conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = ROOT / "src" / "prep_export"

MAY_IMPORT = {
    "": {  # __init__: the library's face
        "bank",
        "diagnostics",
        "errors",
        "exporters",
        "exporters.anki",
        "exporters.registry",
        "importing",
        "reading",
    },
    "__main__": {"", "cli"},
    "errors": {"diagnostics"},
    "diagnostics": set(),
    "bank": {"bank", "diagnostics", "errors"},
    "markdown": {"markdown"},
    "markup": {"markup"},
    "reading": {"bank", "diagnostics", "errors", "markup"},
    "exporters": {"bank", "diagnostics", "errors", "exporters"},
    "exporters.registry": {"bank", "errors", "exporters", "exporters.anki", "exporters.pdf"},
    "exporters.anki": {"bank", "errors", "exporters", "exporters.anki", "markup"},
    "exporters.pdf": {"", "bank", "diagnostics", "errors", "exporters", "exporters.pdf", "markup"},
    "importing": {"bank", "errors", "exporters.anki", "importing"},
    "cli": {
        "",
        "bank",
        "cli",
        "diagnostics",
        "errors",
        "exporters",
        "exporters.anki",
        "exporters.registry",
        "importing",
        "reading",
    },
}

ONLY_IN = {
    "bs4": {"importing"},
    "markdownify": {"importing/markdown.py"},
    "zstandard": {"exporters/anki/reader.py"},
    "genanki": {"exporters/anki/package.py"},
    "yaml": {"bank/composer.py", "importing/files.py"},
    "math_core": {"markdown/math.py"},
    "ziamath": {"exporters/pdf/engine/typesetter.py", "markup/math.py"},
    "svglib": {"markup/pictures.py"},
    "typer": {"cli"},
    "rich": {"cli"},
    "reportlab": {"exporters/pdf", "markup"},
    "pydantic": {"bank"},
    "markdown_it": {"markup"},
    "pygments": {"markup/highlight.py"},
    "pyphen": {"markup/hyphenation.py"},
    "pikepdf": {"markup/canvas.py"},
    "platformdirs": {"exporters/pdf/engine/formula_cache.py"},
}
"""Where a library is known; a folder stands for its modules."""


def part_of(module: str) -> str:
    """The part that a module of prep_export belongs to."""
    name = module.removeprefix("prep_export").lstrip(".")
    for part in sorted(MAY_IMPORT, key=len, reverse=True):
        if part and (name == part or name.startswith(part + ".")):
            return part
    return ""


def imports(path: Path) -> set[str]:
    """Every module that a file imports, also inside functions and for type checking."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


FILES = sorted(SOURCE.rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_one_way(path: Path) -> None:
    part = part_of(module_of(path)) if module_of(path) else ""
    ours = {name for name in imports(path) if name.split(".")[0] == "prep_export"}
    wrong = {name for name in ours if part_of(name) not in MAY_IMPORT[part]}
    assert not wrong, f"{part or '__init__'} may import {sorted(MAY_IMPORT[part])}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_in_one_place(library: str) -> None:
    known = {
        str(path.relative_to(SOURCE))
        for path in FILES
        if any(name.split(".")[0] == library for name in imports(path))
    }
    places = ONLY_IN[library]
    assert known
    strays = {
        k for k in known if not any(k == place or k.startswith(place + "/") for place in places)
    }
    assert not strays


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_are_small(path: Path) -> None:
    """Nobody needs a table of contents: data files may be long, modules may not."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600


def test_there_is_no_module_for_leftovers() -> None:
    assert not {"utils", "helpers", "common", "manager", "misc"} & {path.stem for path in FILES}
