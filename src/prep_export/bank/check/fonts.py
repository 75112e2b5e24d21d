"""The fonts that a bank brings along: whether a PDF can hold them.

Judged by fontTools, which is quick to load, so that `validate` needs no typesetter. What makes a
font unusable is what reportlab cannot embed: outlines other than TrueType's, several weights in one
file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prep_export.findings.finding import Finding, Node
from prep_export.paths import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.model import Bank


def unusable_fonts(bank: Bank) -> Iterator[Finding]:
    """A finding for every font of the header's `pdf` that no PDF could hold."""
    for index, name in enumerate(bank.header.pdf.fonts if bank.header.pdf else ()):
        problem = _problem(bank.root, name)
        if problem:
            message = f"the font '{name}' cannot be used: {problem}"
            at = Node(bank.header_file, ("bank", "pdf", "fonts", index))
            hint = "name a TrueType file (.ttf with outlines, one weight) in the bank's folder"
            yield Finding("unusable-font", message, at, hint)


def _problem(root: str, reference: str) -> str:
    path = inside(root, reference)
    if path is None:
        return "it lies outside the bank's folder"
    if not Path(path).is_file():
        return "there is no such file"
    from fontTools.ttLib import TTFont

    try:
        with Path(path).open("rb") as file, TTFont(file, lazy=True) as font:
            if "glyf" not in font:
                return "its outlines are not TrueType's"
            if "fvar" in font:
                return "it is a variable font"
            if not font.getBestCmap():
                return "it does not say which characters it has"
            font["head"], font["hhea"], font["hmtx"], font["maxp"], font["post"], font["name"]
    except Exception as error:  # noqa: BLE001 - of a damaged file fontTools raises anything
        return f"it is no TrueType font, or is damaged ({error or type(error).__name__})"
    return ""
