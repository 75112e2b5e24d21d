"""The order in which new cards come: by chapter, foundations first, kinds mixed.

Within a chapter (the topics of one root) the pattern opens, then questions from easy to hard
alternate with terms, and mistakes, criteria and FAQs close. An item's drills follow it directly.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from prep_export.bank.model import DIFFICULTIES, SECTIONS
from prep_export.bank.topics import resolve, root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prep_export.bank.model import AnyItem, Bank

AUTHOR, CHAPTERS = "author", "chapters"


def ordered(bank: Bank, order: str) -> list[AnyItem]:
    """Every item in the order in which it is to be learned; `order` is AUTHOR or CHAPTERS."""
    if order == AUTHOR:
        return [item for _, item in bank.items()]
    chapters: dict[str, dict[str, list[AnyItem]]] = {}
    for topic in bank.topics:
        chapters.setdefault(root_of(topic), {name: [] for name in SECTIONS})
    for section, item in bank.items():
        root = root_of(resolve(item.topics[0], bank.topics))
        chapters.setdefault(root, {name: [] for name in SECTIONS})[section].append(item)
    return [item for sections in chapters.values() for item in _chapter(sections)]


def _chapter(sections: dict[str, list[AnyItem]]) -> Iterator[AnyItem]:
    questions = sorted(sections["questions"], key=_level)
    yield from sections["patterns"]
    yield from _mixed(questions, sections["concepts"])
    yield from chain(sections["mistakes"], sections["criteria"], sections["faqs"])


def _level(item: AnyItem) -> int:
    return DIFFICULTIES.index(getattr(item, "difficulty", DIFFICULTIES[0]))


def _mixed(first: Sequence[AnyItem], second: Sequence[AnyItem]) -> Iterable[AnyItem]:
    """Two lists merged so that both run out together; each keeps its order."""
    places = [((n + 0.5) / len(first), 0, n, item) for n, item in enumerate(first)]
    places += [((n + 0.5) / len(second), 1, n, item) for n, item in enumerate(second)]
    return [item for *_, item in sorted(places, key=lambda place: place[:3])]
