"""The page's script: modules of JavaScript, written into one element in a fixed order."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

from prep_export.exporters.site.compact import compact_script

ORDER: Final = ("reading.js", "main.js")
"""The modules, each after those that it imports from; `main.js`, which starts all, last."""

_IMPORT: Final = re.compile(r"^import\b[^;]*;\n?", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)


@cache
def script() -> str:
    """All modules as one, whose names are unique over all files."""
    return "\n".join(
        _bare((files(__package__) / name).read_text(encoding="utf-8")) for name in ORDER
    )


def _bare(module: str) -> str:
    """A module without what ties it to others."""
    return compact_script(_EXPORT.sub("", _IMPORT.sub("", module)))
