"""What stands at the back of the booklet: answers, glossary, bibliography; and self-tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import CondPageBreak, Spacer

from prep_export.bank.model import title_of
from prep_export.exporters.pdf.columns import Columns
from prep_export.exporters.pdf.engine.anchors import Anchor
from prep_export.exporters.pdf.engine.tags import items_of
from prep_export.exporters.pdf.entries import NOT_SET
from prep_export.markdown.cloze import blanked, hidden, joined, paragraph_of
from prep_export.markdown.parser import parse
from prep_export.markdown.plain import escaped, plain
from prep_export.parts import parts
from prep_export.words import order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.bank.model import Drill, Item, Source
    from prep_export.exporters.pdf.book_plan import Section
    from prep_export.exporters.pdf.engine.setter import Content
    from prep_export.exporters.pdf.entries import Entries, Hand

GUTTER: Final = 16.0
_SMALL: Final = 0.92
_SMALLER: Final = 0.84
"""Sizes of type, of that of the text."""


class BackMatter:
    """Sets lists in columns, with the hands of the entries."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries
        self.page = entries.page
        self.labels = entries.labels

    def hand(self, count: int, color: Any, scale: float) -> Hand:
        """What sets text in one of several columns."""
        width = (self.page.full - (count - 1) * GUTTER) / count
        return self.entries.hand(width, color, scale)

    def columns(self, flowables: Sequence[Any], count: int) -> Columns:
        """Flowables in columns across the page."""
        return Columns(flowables, count, self.page.full, GUTTER, self.page.height - 1)

    def self_test(self, chapter: Section) -> list[Any]:
        """The drills of a chapter, numbered; clozes with blanks."""
        drills = [drill for item in chapter.drilled for drill in item.drills]
        if not chapter.is_tested:
            return []
        by = self.hand(2, chapter.part.color, _SMALL)
        asked = [blanked(drill.text) if drill.text else drill.ask or "" for drill in drills]
        title = self.labels["test-yourself"]
        heading = self._heading(title, chapter.part.color)
        return [
            CondPageBreak(self.entries.look.leading * 7),
            Anchor(f"test-{chapter.number}", title, 1),
            heading,
            self.columns(by.parts.listed(asked, numbered=True), 2),
        ]

    def _heading(self, title: str, color: Any, mark: str = "") -> Any:
        look = self.entries.look
        style = look.style(
            fontSize=look.size * 1.22,
            leading=look.leading * 1.14,
            spaceAfter=look.gap,
            keepWithNext=0,
            hyphenationLang="",
        )
        lead = [(f"{mark}\u00a0\u00a0", color)] if mark else []
        by = self.entries.hand(self.page.full, color)
        return by.setter.line("", style, lead=[*lead, (title, look.ink)], role="H2")

    def answers(self, chapter: Section) -> list[Any]:
        """The answers to a chapter's self-test."""
        if not chapter.is_tested:
            return []
        count = 3 if self.page.note else 2
        by = self.hand(count, chapter.part.color, _SMALLER)
        answers = [_answer(drill) for item in chapter.drilled for drill in item.drills]
        part = chapter.part
        return [
            CondPageBreak(self.entries.look.leading * 6),
            self._heading(part.title, part.color, part.mark),
            self.columns(by.parts.listed(answers, numbered=True), count),
            Spacer(0, self.entries.look.leading),
        ]

    def glossary(self, terms: list[tuple[str, Item]], color: Any) -> list[Any]:
        """Terms in alphabetical order, each with its definition and formula."""
        by = self.hand(2, color, _SMALL)
        out: list[Any] = []
        for section, item in sorted(terms, key=lambda one: order(plain(title_of(one[1])))):
            out += self._term(section, item, by)
        return [self.columns(out, 2)]

    def _term(self, section: str, item: Item, by: Hand) -> list[Any]:
        term = plain(title_of(item))
        found = [part for part in parts(section, item) if part.role not in NOT_SET]
        out: list[Any] = [
            CondPageBreak(by.look.leading * 3),
            Anchor(f"item-{item.id}", term, 1),
        ]
        for part in found:
            if part.role == "definition":
                out += by.setter.labelled(term, by.look.ink, part.text)
            elif part.kind in {"sources", "ids"}:
                out += self.entries.links(part, by)
            else:
                out += by.parts.one(part)
        out.append(Spacer(0, by.look.gap))
        return out

    def bibliography(self, color: Any) -> list[Any]:
        """Every source once, by author, with its address."""
        by = self.hand(2, color, _SMALLER)
        sources = self.entries.sources
        cited = items_of(by.parts.listed([_cited(s) for s in sources], numbered=True))
        out: list[Any] = []
        for number, (source, one) in enumerate(zip(sources, cited, strict=True), start=1):
            out += [Anchor(f"source-{number}", source.title, None), *one]
        return [self.columns(out, 2)]


def _answer(drill: Drill) -> Content:
    answer = (
        paragraph_of(joined(hidden(drill.text), "; ")) if drill.text else parse(drill.answer or "")
    )
    return [*answer, *parse(drill.why)] if drill.why else answer


def _cited(source: Source) -> str:
    parts = [escaped(source.authors or ""), f"*{escaped(source.title)}*", source.year or ""]
    text = ", ".join(part for part in parts if part)
    if not source.url:
        return f"{text}."
    shown = source.url.removeprefix("https://").removesuffix("/")
    return f"{text}. [{escaped(shown)}](<{source.url}>)"
