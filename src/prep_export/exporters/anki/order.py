"""The order in which new cards come: what is core first, by chapter, kinds mixed.

Within a chapter (the topics of one root) the pattern opens, then questions from easy to hard
alternate with terms, and mistakes, criteria and FAQs close. An item's drills follow it directly,
or stand in its place among a later priority. What is core is a course: there, the terms of a
question's topics come before it, whatever their chapter.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

from prep_export.bank.ask.chapters import Chapters
from prep_export.bank.ask.topics import resolve
from prep_export.bank.model import DIFFICULTIES, PRIORITIES, SECTIONS, drill_priority

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prep_export.bank.model import Bank, Item, Topic

AUTHOR, CHAPTERS = "author", "chapters"


def ordered(bank: Bank, order: str) -> list[tuple[str, str]]:
    """The id of each item, and of each drill with its item's, in the order in which they are to be
    learned; `order` is AUTHOR or CHAPTERS."""
    if order == AUTHOR:
        return [one for _, item in bank.items() for one in ((item.id, ""), *_drills(item))]
    return [one for priority in PRIORITIES for one in _of_priority(bank, priority)]


def _of_priority(bank: Bank, priority: str) -> Iterator[tuple[str, str]]:
    items: Iterable[Item] = _by_chapter(bank, priority)
    if priority == PRIORITIES[0]:
        terms = [item for item in bank.section(_MIXED[1]) if item.priority == priority]
        questions = {item.id for item in bank.section(_MIXED[0])}
        items = _terms_first(items, terms, questions, bank.topics)
    for item in items:
        if item.priority == priority:
            yield item.id, ""
        if drill_priority(item) == priority:
            yield from _drills(item)


def _drills(item: Item) -> list[tuple[str, str]]:
    return [(item.id, drill.id) for drill in item.drills]


def _by_chapter(bank: Bank, priority: str) -> Iterator[Item]:
    chapters = Chapters(bank)
    found: dict[int, dict[str, list[Item]]] = {}
    for section, item in bank.items():
        if priority in {item.priority, drill_priority(item)}:
            number = chapters.of(item).number
            found.setdefault(number, {name: [] for name in SECTIONS})[section].append(item)
    for _, sections in sorted(found.items(), key=lambda chapter: chapter[0]):
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


def _terms_first(
    items: Iterable[Item],
    terms: Sequence[Item],
    questions: set[str],
    topics: Mapping[str, Topic],
) -> Iterator[Item]:
    """The items, with the terms of a question's topics drawn before it."""
    below: dict[str, list[Item]] = {}
    for term in terms:
        for topic in term.topics:
            for parent in accumulate(resolve(topic, topics).split("::"), "{}::{}".format):
                below.setdefault(parent, []).append(term)
    taken: set[str] = set()
    for item in items:
        drawn = []
        if item.id in questions:
            for topic in item.topics:
                drawn += below.pop(resolve(topic, topics), [])
        for one in (*drawn, item):
            if one.id not in taken:
                taken.add(one.id)
                yield one
