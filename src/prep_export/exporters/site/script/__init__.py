"""The page's script: the modules of this folder as one, in a fixed order.

Each file is an ES module that a browser or a type checker can take as it is. In the page they are
one module, without `import` and `export`: so every name that stands outside of a function is of one
file only, and a module comes after those whose values it uses while it is read.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from prep_export.exporters.site.compact import compact_script

ORDER: Final = (
    "text",
    "random",
    "schedule",
    "store",
    "dom",
    "search",
    "items",
    "filters",
    "filtered",
    "panel",
    "search_view",
    "practice",
    "progress_view",
    "practice_view",
    "reading",
    "interview",
    "interview_items",
    "interview_run",
    "interview_store",
    "interview_form",
    "interview_turn",
    "interview_report",
    "interview_view",
    "keys",
    "trail",
    "views",
    "main",
)
"""The modules; the last one starts them."""

_IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_NAME: Final = re.compile(
    r"^(export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE
)
_LEFT: Final = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


class ScriptError(Exception):
    """The modules do not make one script; a fault of ours, which the tests find."""


@cache
def script(names: tuple[str, ...] = ORDER) -> str:
    """The modules as one."""
    return joined({name: _source(name) for name in names})


def joined(sources: dict[str, str]) -> str:
    """Modules as one script, by their names in order; `ScriptError` where they do not fit."""
    exported: dict[str, set[str]] = {}
    owner: dict[str, str] = {}
    pieces = []
    for module, source in sources.items():
        exported[module] = set()
        for match in _NAME.finditer(source):
            name = match[2]
            if name in owner:
                raise ScriptError(f"{name} stands in {owner[name]}.js and in {module}.js")
            owner[name] = module
            if match[1]:
                exported[module].add(name)
        for match in _IMPORT.finditer(source):
            wanted = {name.strip() for name in match[1].split(",") if name.strip()}
            missing = wanted - exported.get(match[2], set())
            if missing:
                known = "does not export" if match[2] in exported else "comes later than, or lacks,"
                raise ScriptError(
                    f"{module}.js: {match[2]}.js {known} {', '.join(sorted(missing))}"
                )
        text = _EXPORT.sub("", _IMPORT.sub("", source))
        left = _LEFT.search(text)
        if left:
            raise ScriptError(f"{module}.js: cannot be joined: {left[0]}")
        pieces.append(text)
    whole = "\n".join(pieces)
    _stays_inside(whole)
    whole = compact_script(whole)
    _stays_inside(whole)
    return whole


def _stays_inside(code: str) -> None:
    if "</script" in code.lower() or "<!--" in code:
        raise ScriptError("the script would end its own element")


def _source(name: str) -> str:
    return Path(__file__).with_name(f"{name}.js").read_text(encoding="utf-8")
