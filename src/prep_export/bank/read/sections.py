"""What stands at the left margin of a bank file: the header, topics, tags and lists of entries."""

from __future__ import annotations

import re
from typing import Final

from prep_export.bank.model import SECTIONS, Retired

ENTRY_TYPES: Final[dict[str, type]] = {
    **{name: section.type for name, section in SECTIONS.items()},
    "retired": Retired,
}
"""Sections whose value is a list of entries."""

SECTION_NAMES: Final = ("bank", "topics", "tags", *ENTRY_TYPES)
SECTION_KEY: Final = re.compile(
    rf"""^(?:\{{\s*)?(["']?)({"|".join(SECTION_NAMES)})\1\s*:(?:\s|$)""", re.MULTILINE
)
"""A section at the left margin, its name the second group: seen in a text that is no YAML, too."""
