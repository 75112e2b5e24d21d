"""Dependencies point one way. The table says what each part may import; everything else is a fault.

To see it fail, import `prep_export.cli.output` from any module of `bank/`.
"""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest

from .conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = ROOT / "src" / "prep_export"

MAY_IMPORT = {
    "": {  # __init__: the library's face
        "bank",
        "bank.ask",
        "bank.read",
        "errors",
        "exporters",
        "exporters.anki",
        "exporters.registry",
        "findings",
        "history",
        "importing",
        "reading",
        "starting",
    },
    "__main__": {"", "cli"},
    "css": set(),
    "paths": set(),
    "spelling": set(),
    "math_font": set(),
    "hues": set(),
    "printable": set(),
    "labels": set(),
    "findings": {"findings", "paths", "printable", "project"},
    "project": set(),
    "errors": {"findings"},
    "svg": {"css", "svg"},
    "bank": {"bank", "css", "findings", "labels"},
    "bank.read": {"bank", "bank.read", "findings", "paths", "spelling"},
    "bank.ask": {"bank", "bank.ask", "errors", "spelling"},
    "bank.check": {
        "bank",
        "bank.ask",
        "bank.check",
        "findings",
        "labels",
        "markdown",
        "paths",
        "spelling",
    },
    "markdown": {"errors", "findings", "markdown", "math_font", "paths", "spelling", "svg"},
    "parts": {"bank", "labels"},
    "words": set(),
    "printed": {"bank", "markdown"},
    "reading": {"bank", "bank.check", "bank.read", "errors", "findings", "markdown"},
    "scratch": {"errors", "signals"},
    "signals": set(),
    "exporters": {
        "bank",
        "errors",
        "exporters",
        "exporters.whole_file",
        "findings",
        "printed",
        "scratch",
        "spelling",
    },
    "exporters.part_html": {"bank", "labels", "markdown", "parts"},
    "exporters.report": set(),
    "exporters.registry": {
        "bank",
        "errors",
        "exporters",
        "exporters.anki",
        "exporters.exchange",
        "exporters.pdf",
        "exporters.site",
        "findings",
        "spelling",
    },
    "exporters.exchange": {
        "bank",
        "bank.read",
        "exporters",
        "exporters.exchange",
        "markdown",
        "parts",
        "paths",
    },
    "exporters.anki": {
        "bank",
        "bank.ask",
        "errors",
        "exporters",
        "exporters.anki",
        "exporters.part_html",
        "exporters.report",
        "hues",
        "labels",
        "markdown",
        "parts",
        "printable",
        "printed",
        "scratch",
        "spelling",
    },
    "exporters.whole_file": {"errors", "scratch", "signals"},
    "exporters.kept": {"errors", "exporters.whole_file"},
    "exporters.pdf.engine": {
        "errors",
        "exporters.kept",
        "exporters.pdf.engine",
        "labels",
        "markdown",
        "math_font",
        "paths",
        "svg",
    },
    "exporters.pdf": {
        "",
        "bank",
        "bank.ask",
        "errors",
        "exporters",
        "exporters.pdf",
        "exporters.pdf.engine",
        "findings",
        "hues",
        "labels",
        "markdown",
        "parts",
        "svg",
        "words",
    },
    "exporters.site": {
        "bank",
        "bank.ask",
        "exporters",
        "exporters.kept",
        "exporters.part_html",
        "exporters.report",
        "exporters.site",
        "hues",
        "labels",
        "markdown",
        "math_font",
        "parts",
        "svg",
        "words",
    },
    "importing": {
        "bank",
        "bank.ask",
        "bank.read",
        "errors",
        "exporters.anki",
        "exporters.exchange",
        "exporters.report",
        "importing",
        "markdown",
        "parts",
        "paths",
        "scratch",
        "signals",
        "spelling",
    },
    "history": {
        "bank",
        "bank.read",
        "errors",
        "exporters.anki",
        "findings",
        "history",
        "markdown",
        "paths",
        "printable",
        "printed",
        "scratch",
        "spelling",
    },
    "serving": {
        "bank",
        "bank.read",
        "errors",
        "exporters",
        "exporters.anki",
        "exporters.registry",
        "exporters.site",
        "findings",
        "labels",
        "markdown",
        "paths",
        "printed",
        "reading",
        "scratch",
        "serving",
        "spelling",
    },
    "starting": {
        "",
        "bank",
        "bank.read",
        "errors",
        "history",
        "labels",
        "project",
        "scratch",
        "signals",
        "starting",
    },
    "cli": {
        "",
        "bank",
        "bank.ask",
        "bank.read",
        "cli",
        "errors",
        "exporters",
        "exporters.anki",
        "exporters.registry",
        "findings",
        "history",
        "importing",
        "markdown",
        "printable",
        "project",
        "reading",
        "scratch",
        "serving",
        "signals",
        "spelling",
        "starting",
    },
}

ONLY_IN = {
    "bs4": {"importing"},
    "markdownify": {"importing/markdown.py"},
    "watchfiles": {"serving/watch.py"},
    "zstandard": {"exporters/anki/read.py"},
    "genanki": {"exporters/anki/write.py"},
    "yaml": {"bank/read/composer.py", "findings/places.py", "importing/files.py"},
    "math_core": {"markdown/math.py"},
    "minify_html": {"exporters/site/compact.py"},
    "ziamath": {"exporters/pdf/engine/typesetter.py"},
    "svglib": {"exporters/pdf/engine/pictures.py"},
    "PIL": {"exporters/pdf/engine/pictures.py", "exporters/site/pictures.py", "markdown/images.py"},
    "tinycss2": {"css.py", "svg/paint.py", "svg/style.py"},
    "cssselect2": {"svg/style.py"},
    "fontTools": {"bank/check/fonts.py", "exporters/site/font.py"},
    "platformdirs": {"cli/crash.py", "exporters/kept.py"},
    "typer": {"cli"},
    "reportlab": {"exporters/pdf"},
    "markdown_it": {
        "markdown",
        "exporters/pdf/engine/fragments.py",
        "exporters/pdf/engine/setter.py",
    },
    "pygments": {"markdown/highlight.py"},
    "pyphen": {"exporters/pdf/engine/hyphens.py"},
    "pikepdf": {"exporters/pdf/engine/finish.py"},
}
"""Where a library is known; a folder stands for its modules."""


def part_of(module: str) -> str:
    """The part that a module of prep_export belongs to."""
    name = module.removeprefix("prep_export").lstrip(".")
    for part in sorted(MAY_IMPORT, key=len, reverse=True):
        if part and (name == part or name.startswith(part + ".")):
            return part
    return ""


@cache
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


def test_no_modules_import_each_other() -> None:
    names = {module_of(path): path for path in FILES}
    graph = {
        name: {
            found for full in imports(path) if (found := _nearest(full, names)) and found != name
        }
        for name, path in names.items()
    }
    done: set[str] = set()

    def walk(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, "a circle: " + " → ".join([*above[above.index(name) :], name])
        if name not in done:
            for other in sorted(graph[name]):
                walk(other, (*above, name))
            done.add(name)

    for name in sorted(graph):
        walk(name, ())


def _nearest(full: str, names: dict[str, Path]) -> str:
    """The module of ours that an imported name is, or stands in; empty where it is not ours."""
    if not full.startswith("prep_export."):
        return ""
    name = full.removeprefix("prep_export.")
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name


def test_no_command_imports_another() -> None:
    commands = {"anki", "build", "diff", "export", "formats", "import_", "init", "list_"}
    commands |= {"pdf", "push", "schema", "serve", "site", "validate"}
    for name in commands:
        ours = {one for one in imports(SOURCE / "cli" / f"{name}.py") if ".cli." in one}
        assert not {one.split(".")[2] for one in ours} & commands, name


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


MAY_BE_LONG = {"bank/model.py": 480}
"""Lines of what is a table rather than code: the format of a bank is declared in one place."""


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_are_small(path: Path) -> None:
    """Nobody needs a table of contents: data files may be long, modules may not."""
    most = MAY_BE_LONG.get(path.relative_to(SOURCE).as_posix(), 400)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= most


def test_there_is_no_module_for_leftovers() -> None:
    assert not {"utils", "helpers", "common", "manager", "misc"} & {path.stem for path in FILES}


DISTRIBUTIONS = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "fontTools": "fonttools",
    "fontpkg_fira_sans": "fontpkg-fira-sans",
    "fontpkg_ibm_plex_mono": "fontpkg-ibm-plex-mono",
    "markdown_it": "markdown-it-py",
    "math_core": "math-core",
    "mdit_py_plugins": "mdit-py-plugins",
    "minify_html": "minify-html",
    "yaml": "pyyaml",
}
"""Names on PyPI of what is imported by another."""


def test_each_library_that_is_imported_is_declared_and_no_other() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("\ndependencies = [")[2].partition("\n]")[0]
    declared = set(re.findall(r'^  "([A-Za-z0-9-]+)', block, re.MULTILINE))
    used = {name.partition(".")[0] for path in FILES for name in imports(path)}
    used -= {"prep_export", "__future__", *sys.stdlib_module_names}
    # ziafont has the outlines that ziamath sets with; its version is bounded with it.
    assert {DISTRIBUTIONS.get(name, name) for name in used} | {"ziafont"} == declared
