"""What `validate --explain` prints: a code's reason and remedy, or all codes in a line each."""

from __future__ import annotations

import re
import shutil
from typing import Final

from prep_export.errors import UsageError
from prep_export.findings.reference import explanations
from prep_export.markdown.terminal import for_terminal
from prep_export.project import docs_address
from prep_export.spelling import did_you_mean

ALL: Final = "all"
_WIDEST: Final = 100
_LABEL: Final = re.compile(r"[\w-]+\[([\w-]+)\]:?")
"""A code as findings show it: `error[unknown-topic]`."""


def explained(code: str, *, color: bool) -> str:
    """The explanation of a code for a terminal; of 'all', a line for each.

    Raises UsageError for a code that there is not.
    """
    if code == ALL:
        return _all()
    match = _LABEL.fullmatch(code)
    name = match[1] if match else code
    known = explanations()
    if name not in known:
        hint = did_you_mean(name, known) or f"'--explain {ALL}' lists them"
        raise UsageError(f"there is no code '{name}'; {hint}")
    one = known[name]
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    text = f"# **{one.code} ({one.severity})**\n\n{one.linked(docs_address(''))}"
    address = docs_address(one.anchor)
    return for_terminal(text, width, color=color) + (f"\n{address}\n" if address else "")


def _all() -> str:
    known = explanations().values()
    widest = max(len(one.code) for one in known)
    return "".join(f"{one.code:{widest}}  {one.severity:7}  {one.sentence}\n" for one in known)
