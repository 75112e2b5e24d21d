"""Selecting a part of a bank: by topic, kind, difficulty, section, priority and tag."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from prep_export.bank.ask.counts import count
from prep_export.bank.ask.topics import aliases, is_within
from prep_export.bank.model import DIFFICULTIES, KINDS, PRIORITIES, SECTIONS, drill_priority
from prep_export.errors import UsageError
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prep_export.bank.model import Bank, Item


_SHOWN: Final = 12
"""Words of a kind in a message."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to export. Values of one criterion are alternatives; criteria narrow each other.

    A topic takes its subtopics with it. `kinds` and `difficulties` are properties of questions:
    where one is given, items that have no such property are left out.
    """

    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    difficulties: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Selection()


def select(bank: Bank, selection: Selection) -> Bank:
    """The selected part of a bank, as a bank. Retired entries go with the whole bank only.

    Raises UsageError for a word that the bank or the format does not know.
    """
    if not selection:
        return bank
    _require_known([bank], selection)
    named = aliases(bank.topics)
    wanted = tuple(named.get(topic, topic) for topic in selection.topics)

    def matches(name: str, item: Item) -> bool:
        return (
            (not selection.sections or name in selection.sections)
            and (
                not wanted
                or any(is_within(named.get(t, t), w) for t in item.topics for w in wanted)
            )
            and (not selection.kinds or getattr(item, "kind", None) in selection.kinds)
            and (
                not selection.difficulties
                or getattr(item, "difficulty", None) in selection.difficulties
            )
            and (not selection.priorities or item.priority in selection.priorities)
            and (not selection.tags or not {*item.tags}.isdisjoint(selection.tags))
        )

    entries = {
        name: tuple(item for item in bank.section(name) if matches(name, item)) for name in SECTIONS
    }
    if selection.priorities:
        entries = {name: _without_drills(items, selection) for name, items in entries.items()}
    words = {
        "topic": wanted,
        "kind": selection.kinds,
        "difficulty": selection.difficulties,
        "section": selection.sections,
        "priority": selection.priorities,
        "tag": selection.tags,
    }
    given = [f"{name} {', '.join(sorted(chosen))}" for name, chosen in words.items() if chosen]
    part = "; ".join([*([bank.part] if bank.part else []), *given])
    return replace(bank, retired=(), retired_places=(), entries=entries, part=part)


def _without_drills(items: Sequence[Item], selection: Selection) -> tuple[Item, ...]:
    """Items without the drills that can wait longer than what is selected."""
    return tuple(
        item if drill_priority(item) in selection.priorities else replace(item, drills=())
        for item in items
    )


def select_all(banks: Sequence[Bank], selection: Selection) -> tuple[list[Bank], list[str]]:
    """Of each bank the selected part, where there is one; and why the others give nothing.

    Raises UsageError when that is all of them: an empty deck is nobody's wish.
    """
    if selection and banks:
        _require_known(banks, selection)
    found, reasons = [], []
    for bank in banks:
        try:
            part = select(bank, selection)
        except UsageError as error:
            reasons.append(str(error))
            continue
        if selection and not any(part.items()):
            reasons.append(_nothing(bank, selection))
        else:
            found.append(part)
    if reasons and not found:
        raise UsageError("; ".join(reasons))
    return found, reasons


def _nothing(bank: Bank, selection: Selection) -> str:
    holds = []
    for name, given in count(bank).items():
        if isinstance(given, dict) and getattr(selection, name):
            words = [f"{word} ({number})" for word, number in given.items() if number]
            more = ["…"] if len(words) > _SHOWN else []
            holds.append(f"{name}: {', '.join(words[:_SHOWN] + more) or 'none'}")
    return f"no item of '{bank.header.id}' is selected; it has {'; '.join(holds)}"


def _require_known(banks: Sequence[Bank], selection: Selection) -> None:
    """Raises UsageError for a word that is in none of the banks, nor in the format."""
    _require("kind", selection.kinds, KINDS)
    _require("difficulty", selection.difficulties, DIFFICULTIES)
    _require("section", selection.sections, SECTIONS)
    _require("priority", selection.priorities, PRIORITIES)
    _require("tag", selection.tags, [tag for bank in banks for tag in bank.tags])
    topics = [word for bank in banks for word in (*bank.topics, *aliases(bank.topics))]
    _require("topic", selection.topics, topics)


def _require(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    known = list(dict.fromkeys(known))
    for word in given:
        if word not in known:
            hint = did_you_mean(word, known) or "known: " + ", ".join(known[:_SHOWN])
            raise UsageError(f"unknown {what} '{word}'; {hint}")
