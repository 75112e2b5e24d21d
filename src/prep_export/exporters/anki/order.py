"""The order in which new cards come: what is core first, by chapter, kinds mixed.

Within a chapter (the topics of one root) the pattern opens, then questions from easy to hard
alternate with terms, and mistakes, criteria and FAQs close. An item's drills follow it directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prep_export.bank.ask.topics import resolve, root_of
from prep_export.bank.model import DIFFICULTIES, PRIORITIES, SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prep_export.bank.model import Bank, Item

AUTHOR, CHAPTERS = "author", "chapters"


def ordered(bank: Bank, order: str) -> list[Item]:
    """Every item in the order in which it is to be learned; `order` is AUTHOR or CHAPTERS."""
    if order == AUTHOR:
        return [item for _, item in bank.items()]
    return [item for priority in PRIORITIES for item in _by_chapter(bank, priority)]


def _by_chapter(bank: Bank, priority: str) -> Iterator[Item]:
    chapters: dict[str, dict[str, list[Item]]] = {}
    for topic in bank.topics:
        chapters.setdefault(root_of(topic), {name: [] for name in SECTIONS})
    for section, item in bank.items():
        if item.priority == priority:
            root = root_of(resolve(item.topics[0], bank.topics))
            chapters.setdefault(root, {name: [] for name in SECTIONS})[section].append(item)
    for sections in chapters.values():
        yield from _chapter(sections)


_FIRST: Final = ("patterns",)
_MIXED: Final = ("questions", "concepts")
_LAST: Final = tuple(name for name in SECTIONS if name not in {*_FIRST, *_MIXED})


def _chapter(sections: dict[str, list[Item]]) -> Iterator[Item]:
    first, second = _MIXED
    for name in _FIRST:
        yield from sections[name]
    yield from _mixed(sorted(sections[first], key=_level), sections[second])
    for name in _LAST:
        yield from sections[name]


def _level(item: Item) -> int:
    return DIFFICULTIES.index(getattr(item, "difficulty", DIFFICULTIES[0]))


def _mixed(first: Sequence[Item], second: Sequence[Item]) -> Iterable[Item]:
    """Two lists merged so that both run out together; each keeps its order."""
    places = [((n + 0.5) / len(first), 0, n, item) for n, item in enumerate(first)]
    places += [((n + 0.5) / len(second), 1, n, item) for n, item in enumerate(second)]
    return [item for *_, item in sorted(places, key=lambda place: place[:3])]
