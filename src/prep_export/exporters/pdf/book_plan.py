"""What stands where in the booklet: chapters by topic, then parts that a reader looks up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.ask.chapters import Chapters
from prep_export.exporters.pdf.book_page import Part
from prep_export.parts import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.bank.model import Bank, Item
    from prep_export.exporters.pdf.theme import Palette
    from prep_export.labels import LabelName


def _with(role: str) -> frozenset[str]:
    return frozenset(name for name, rows in ROWS.items() if any(row.role == role for row in rows))


GLOSSARY: Final = _with("definition")
"""Sections of terms: they stand in alphabetical order at the back, not in the chapters."""

LOOKED_UP: Final = ("tables", "criteria", "mistakes", "faqs")
"""Sections that nobody seeks in a chapter: each is a part behind them, in this order."""

WIDE: Final = _with("table")
"""Sections that need the width of the page."""


@dataclass(slots=True)
class Section:
    """A chapter, or one of the parts behind the chapters."""

    part: Part
    number: int = 0
    """Of the chapter; 0 for another part."""
    entries: list[tuple[str, Item]] = field(default_factory=list)
    others: list[Item] = field(default_factory=list)
    """Items of its topic that stand elsewhere; their drills stand here."""

    @property
    def drilled(self) -> list[Item]:
        """The items whose drills its self-test asks."""
        return [*(item for _, item in self.entries), *self.others]

    @property
    def is_tested(self) -> bool:
        """Whether it has a self-test."""
        return any(item.drills for item in self.drilled) and self.number > 0


@dataclass(slots=True)
class Plan:
    """The parts of a bank's book."""

    chapters: list[Section]
    lookups: list[Section]
    """What is looked up: tables, frequent questions and so on."""
    terms: list[tuple[str, Item]]
    """Of the glossary."""
    numbers: dict[str, str]
    """Of items, by id: 1.2 is the second entry of chapter 1, A.2 that of the first part behind."""

    @property
    def sections(self) -> list[Section]:
        """All that have entries, in order."""
        return [*self.chapters, *self.lookups]


def plan(bank: Bank, labels: Mapping[LabelName, str], colors: Palette) -> Plan:
    """Put every item of a bank in its place."""
    known = Chapters(bank)
    chapters: dict[int, Section] = {}
    lookups: dict[str, Section] = {}
    terms: list[tuple[str, Item]] = []
    for name, item in bank.items():
        of = known.of(item)
        part = Part(f"chapter-{of.number}", str(of.number), of.title, colors.of_chapter(of.number))
        chapter = chapters.setdefault(of.number, Section(part, of.number))
        if name in GLOSSARY:
            terms.append((name, item))
        elif name in LOOKED_UP:
            title = bank.header.sections.get(name) or labels[name]
            other = Part(f"part-{name}", "", title, colors.quiet)
            lookups.setdefault(name, Section(other)).entries.append((name, item))
        else:
            chapter.entries.append((name, item))
            continue
        chapter.others.append(item)
    kept = [chapters[n] for n in sorted(chapters) if chapters[n].entries or chapters[n].is_tested]
    behind = [lookups[name] for name in LOOKED_UP if name in lookups]
    for place, section in enumerate([*kept, *behind]):
        mark = section.part.mark or _letter(place - len(kept))
        section.part = _placed(section.part, mark, place)
    numbers = {
        item.id: f"{section.part.mark}.{place}"
        for section in [*kept, *behind]
        for place, (_, item) in enumerate(section.entries, start=1)
    }
    return Plan(kept, behind, terms, numbers)


def _placed(part: Part, mark: str, place: int) -> Part:
    return Part(part.key, mark, part.title, part.color, place)


def _letter(place: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place]


def back_parts(bank: Bank, laid: Plan, labels: Mapping[LabelName, str], color: Any) -> list[Part]:
    """The parts at the back that this bank has something for."""
    has = {
        "answers": any(chapter.is_tested for chapter in laid.chapters),
        "glossary": bool(laid.terms),
        "bibliography": any(item.sources for _, item in bank.items()),
        "index": bool(bank.topics),
    }
    names: dict[str, LabelName] = {key: key for key in has}
    return [Part(key, "", labels[names[key]], color) for key in has if has[key]]
