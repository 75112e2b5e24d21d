"""Where an item stands in the files of its bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prep_export.bank.composer import Path
    from prep_export.bank.model import AnyItem, Bank


def entry_path(bank: Bank, item: AnyItem) -> tuple[str, Path]:
    """File of an item and its path in it; an empty one for a bank that a program has built."""
    place = bank.places.get(item.id)
    if place is None:
        return "", ()
    return bank.files[place.file], (place.section, place.index)
