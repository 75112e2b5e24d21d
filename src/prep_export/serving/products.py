"""The files that a bank becomes, made when somebody asks for them and kept until the next save."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prep_export.exporters.base import export
from prep_export.exporters.registry import BUILT_IN
from prep_export.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.bank.model import Bank


@dataclass(frozen=True, slots=True)
class Product:
    """A file to be had: the name of its format, its words on the page, its type."""

    format: str
    title: str
    type: str = "application/pdf"


PRODUCTS: Final[Mapping[str, Product]] = {
    "cheatsheet.pdf": Product("pdf", "Cheat sheet"),
    "booklet.pdf": Product("booklet", "Booklet"),
    "flashcards.pdf": Product("flashcards", "Flashcards"),
    "deck.apkg": Product("anki", "Anki deck", "application/octet-stream"),
}
"""By the last part of their address."""


class Products:
    """The products of one bank as it was last asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bank: Bank | None = None
        self._made: dict[str, bytes] = {}

    def get(self, name: str, bank: Bank) -> bytes:
        """A product of a bank. Who asks while it is made waits for it. Raises PrepExportError."""
        with self._lock:
            if bank is not self._bank:
                self._bank, self._made = bank, {}
            if name not in self._made:
                exporter = BUILT_IN[PRODUCTS[name].format]
                with scratch() as folder:
                    path = folder / f"{bank.header.id}{exporter.suffix}"
                    export(bank, exporter, path)
                    self._made[name] = path.read_bytes()
            return self._made[name]
