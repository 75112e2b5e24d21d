"""What stands where on the page: chapters by topic, then what a reader looks up, as in the book."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from prep_export.bank.ask.chapters import Chapters
from prep_export.bank.model import title_of
from prep_export.markdown.plain import plain
from prep_export.parts import ROWS
from prep_export.words import order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.bank.model import Bank, Item
    from prep_export.labels import LabelName

GLOSSARY: Final = "glossary"
_TERMS: Final = frozenset(
    name for name, rows in ROWS.items() if any(row.role == "definition" for row in rows)
)
"""Sections whose items stand in one glossary, in alphabetical order."""
_LOOKED_UP: Final = ("tables", "criteria", "mistakes", "faqs")
"""Sections that nobody seeks in a chapter: each is a part behind them, in this order."""


@dataclass(slots=True)
class Place:
    """A chapter, or a part behind the chapters."""

    id: str
    title: str
    number: int = 0
    """Of the chapter; 0 for another part."""
    topic: str = ""
    entries: list[tuple[str, Item]] = field(default_factory=list)


def plan(bank: Bank, labels: Mapping[LabelName, str]) -> list[Place]:
    """The chapters and parts of a bank that have items, in order."""
    known = Chapters(bank)
    chapters: dict[int, Place] = {}
    parts: dict[str, Place] = {}
    for name, item in bank.items():
        if name in _TERMS:
            place = parts.setdefault(GLOSSARY, Place("part-glossary", labels["glossary"]))
        elif name in _LOOKED_UP:
            title = bank.header.sections.get(name) or labels[name]
            place = parts.setdefault(name, Place(f"part-{name}", title))
        else:
            of = known.of(item)
            place = chapters.setdefault(
                of.number, Place(f"chapter-{of.number}", of.title, of.number, of.topic)
            )
        place.entries.append((name, item))
    if GLOSSARY in parts:
        parts[GLOSSARY].entries.sort(key=lambda entry: order(plain(title_of(entry[1]))))
    behind = [parts[name] for name in (*_LOOKED_UP, GLOSSARY) if name in parts]
    return [*(chapters[number] for number in sorted(chapters)), *behind]
