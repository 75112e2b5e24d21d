"""Entries of a bank as the plain data that a file of a bank holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from prep_export.bank.model import SECTIONS

if TYPE_CHECKING:
    from prep_export.bank.model import Bank


def plain(value: Any) -> Any:
    """Mappings, lists, texts, true and false.

    What is empty is left out; what has a default that says something (`difficulty`, say) is there.
    """
    if is_dataclass(value):
        found = {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        return {name: part for name, part in found.items() if part not in (None, [], {})}
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return value


def plain_bank(bank: Bank) -> dict[str, Any]:
    """A whole bank as one file of it would hold it; `prep-export schema` is its schema."""
    sections = {name: bank.section(name) for name in SECTIONS}
    whole = {
        "bank": plain(bank.header),
        "topics": plain(bank.topics),
        "tags": dict(bank.tags),
        **{name: plain(items) for name, items in sections.items()},
        "retired": plain(bank.retired),
    }
    return {name: part for name, part in whole.items() if part}
