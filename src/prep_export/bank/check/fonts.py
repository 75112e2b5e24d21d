"""The fonts that a bank brings along: whether a PDF can hold them.

Judged by fontTools, which is quick to load, so that `validate` needs no typesetter. What makes a
font unusable is what reportlab cannot embed: outlines other than TrueType's, several weights in one
file.
"""

from __future__ import annotations

import logging
from io import BytesIO
from struct import unpack_from
from typing import TYPE_CHECKING, Final

from prep_export.findings.finding import Finding, Node
from prep_export.paths import inside, read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.model import Bank


MAX_BYTES: Final = 64 * 1024 * 1024
_MOST_CHARACTERS: Final = 4 * 0x110000
"""As a font may list its characters several times over, for several platforms."""


def unusable_fonts(bank: Bank) -> Iterator[Finding]:
    """A finding for every font of the header's `pdf` that no PDF could hold."""
    for index, name in enumerate(bank.header.pdf.fonts if bank.header.pdf else ()):
        problem = _problem(bank.root, name)
        if problem:
            message = f"the font '{name}' cannot be used: {problem}"
            at = Node(bank.header_file, ("bank", "pdf", "fonts", index))
            hint = "name a TrueType file (.ttf with outlines, one weight) in the bank's folder"
            path = inside(bank.root, name)
            yield Finding("unusable-font", message, at, hint, concerns=(path,) if path else ())


def _problem(root: str, reference: str) -> str:
    path = inside(root, reference)
    if path is None:
        return "it lies outside the bank's folder"
    try:
        content = read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        return "there is no such file"
    except (OSError, ValueError) as error:
        return f"it cannot be read ({getattr(error, 'strerror', None) or error})"
    if content is None:
        return f"it has more than {MAX_BYTES // 1024**2} MiB"
    from fontTools.ttLib import TTFont

    # It notes each oddity of a damaged file on stderr; what stops us is in the finding.
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    try:
        with TTFont(BytesIO(content), lazy=True) as font:
            if "glyf" not in font:
                return "its outlines are not TrueType's"
            if "fvar" in font:
                return "it is a variable font"
            if _characters(font.reader["cmap"]) > _MOST_CHARACTERS:
                return "it claims more characters than there are"
            if not font.getBestCmap():
                return "it does not say which characters it has"
            font["head"], font["hhea"], font["hmtx"], font["maxp"], font["post"], font["name"]
    except Exception as error:  # noqa: BLE001 - of a damaged file fontTools raises anything
        return f"it is no TrueType font, or is damaged ({error or type(error).__name__})"
    return ""


def _characters(table: bytes) -> int:
    """How many characters the subtables of a `cmap` list, so that nobody makes a list of them all.

    Formats that hold ranges are a few bytes for any number; the others are as long as their lists.
    """
    (count,) = unpack_from(">2xH", table)
    total = 0
    for number in range(count):
        (at,) = unpack_from(">4xI", table, 4 + 8 * number)
        (kind,) = unpack_from(">H", table, at)
        if kind == 4:  # noqa: PLR2004 - its number
            (doubled,) = unpack_from(">6xH", table, at)
            half = doubled // 2
            ends = unpack_from(f">14x{half}H", table, at)
            starts = unpack_from(f">{16 + 2 * half}x{half}H", table, at)
            total += sum(max(0, b - a + 1) for a, b in zip(starts, ends, strict=True))
        elif kind in {8, 12, 13}:
            head = 8208 if kind == 8 else 12  # noqa: PLR2004 - its number
            (groups,) = unpack_from(f">{head}xI", table, at)
            ranges = unpack_from(f">{head + 4}x{min(groups, len(table)) * 3}I", table, at)
            total += sum(max(0, b - a + 1) for a, b in zip(ranges[::3], ranges[1::3], strict=True))
    return total
