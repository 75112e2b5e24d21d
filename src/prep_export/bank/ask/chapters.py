"""Chapters: the root topics of a bank, numbered as they are declared.

The number and the colour of a chapter are the same on the sheet, on cards, in the booklet and on
flashcards, whatever part of the bank is exported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prep_export.bank.ask.topics import resolve, root_of

if TYPE_CHECKING:
    from prep_export.bank.model import Bank, Item


@dataclass(frozen=True, slots=True)
class Chapter:
    """A root topic with its place among them."""

    number: int
    """From 1."""
    topic: str
    title: str


class Chapters:
    """The chapters of a bank."""

    def __init__(self, bank: Bank) -> None:
        self._topics = bank.topics
        self.all: dict[str, Chapter] = {}
        """By root topic, in the order of the topics."""
        for topic in bank.topics:
            self._add(root_of(topic))

    def of(self, item: Item) -> Chapter:
        """The chapter of an item: that of its main topic."""
        return self._add(root_of(resolve(item.topics[0], self._topics)))

    def _add(self, root: str) -> Chapter:
        if root not in self.all:
            title = self._topics[root].title if root in self._topics else root
            self.all[root] = Chapter(len(self.all) + 1, root, title)
        return self.all[root]
