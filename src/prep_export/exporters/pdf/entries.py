"""A bank's items as the booklet shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import CondPageBreak, Spacer

from prep_export.bank.ask.topics import resolve
from prep_export.bank.model import title_of
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine.anchors import Anchor
from prep_export.exporters.pdf.leaves_out import BOOKLET
from prep_export.exporters.pdf.part_setter import Manner, PartSetter, keep_with_next
from prep_export.exporters.pdf.references import PageLine
from prep_export.markdown.cloze import blanked, hidden, joined, paragraph_of
from prep_export.markdown.parser import parse
from prep_export.markdown.plain import plain
from prep_export.parts import kind_label, level_label, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.bank.model import Bank, Drill, Item, Source
    from prep_export.exporters.pdf.engine.setter import Content, Setter
    from prep_export.exporters.pdf.theme import Palette
    from prep_export.parts import Part

_NOT_SET: Final = {"asked", *BOOKLET}
"""Roles of what the title says already, and of what the booklet leaves out."""


class Entries:
    """Sets items, and what stands in the back of the book."""

    def __init__(self, bank: Bank, setter: Setter, colors: Palette) -> None:
        self.bank = bank
        self.setter = setter
        self.colors = colors
        self.labels = setter.labels
        self._titles = {item.id: title_of(item) for _, item in bank.items()}
        self._sources = sorted(
            {source for _, item in bank.items() for source in item.sources},
            key=lambda s: ((s.authors or s.title).lower(), s.year or "", s.title),
        )
        self._number = {source: n for n, source in enumerate(self._sources, start=1)}
        look = setter.look
        self._heading = look.style(
            fontSize=look.size * 1.22, leading=look.leading * 1.14, spaceAfter=1, keepWithNext=1
        )
        small = {"fontSize": look.size * 0.84, "leading": look.leading * 0.84}
        self._small = look.style(**small, textColor=look.quiet)
        self._small_kept = look.style(**small, textColor=look.quiet, keepWithNext=1)
        manner = Manner(
            lead=look.style(textColor=look.quiet, keepWithNext=1),
            heading=look.style(
                fontSize=look.size * 0.92,
                spaceBefore=look.gap * 1.6,
                spaceAfter=1.5,
                keepWithNext=1,
            ),
            figure=theme.BOOK_FIGURE,
            headed=frozenset({"details", "example"}),
        )
        self._parts = PartSetter(setter, colors, manner)

    def entry(self, section: str, item: Item, number: str) -> list[Any]:
        """An item with its number, and everything that belongs to it but its drills."""
        look = self.setter.look
        title = title_of(item)
        head: list[Any] = [
            CondPageBreak(look.leading * 7),
            Anchor(f"item-{item.id}", plain(title), 1),
            self.setter.line(
                title, self._heading, bold=True, lead=[(f"{number}  ", look.accent)], role="H2"
            ),
            self.setter.line(self._about(section, item), self._small_kept),
        ]
        found = [part for part in parts(section, item) if part.role not in _NOT_SET]
        body = self._parts.all(found)
        links = [line for part in found for line in self._links(part)]
        keep_with_next([*body[-1:], *links[:-1]] if links else [])
        return [*head, *body, *links, Spacer(0, look.leading * 1.2)]

    def _about(self, section: str, item: Item) -> str:
        level = level_label(item)
        kind = self.labels[kind_label(section, item)]
        topics = self.labels["comma"].join(self._topic(topic) for topic in item.topics)
        return " · ".join([kind, *([self.labels[level]] if level else []), topics])

    def _topic(self, topic: str) -> str:
        topic = resolve(topic, self.bank.topics)
        return self.bank.topics[topic].title if topic in self.bank.topics else topic

    def _links(self, part: Part) -> list[Any]:
        label = self.labels.get(part.label, "")
        if part.kind == "sources":
            numbers = sorted(self._number[source] for source in part.sources)
            targets = [(f"[{number}]", f"source-{number}") for number in numbers]
            return [self.setter.pointers(label, targets, self._small)]
        if part.kind == "ids":
            return [
                PageLine(
                    f"{label}{self.labels['colon']}{plain(self._titles[other])}",
                    f"item-{other}",
                    self.setter.look,
                )
                for other in part.texts
                if other in self._titles  # a selection may have left it out
            ]
        return []

    def self_test(self, chapter: int, items: list[Item]) -> list[Any]:
        """The drills of a chapter, numbered; clozes with blanks."""
        drills = [drill for item in items for drill in item.drills]
        if not drills:
            return []
        asked = [blanked(drill.text) if drill.text else drill.ask or "" for drill in drills]
        title = self.labels["test-yourself"]
        return [
            CondPageBreak(self.setter.look.leading * 6),
            Anchor(f"test-{chapter}", title, 1),
            self.setter.line(title, self._heading, bold=True, role="H2"),
            *ending_together(self.setter.bullets(asked, numbered=True)),
        ]

    def answers(self, chapter: int, title: str, items: list[Item]) -> list[Any]:
        """The answers to a chapter's self-test."""
        answers = [_answer(drill) for item in items for drill in item.drills]
        if not answers:
            return []
        heading = self.setter.line(f"{chapter}  {title}", self._heading, bold=True, role="H2")
        listed = ending_together(self.setter.bullets(answers, numbered=True))
        return [heading, *listed, Spacer(0, self.setter.look.leading)]

    def glossary(self, terms: list[tuple[str, Item]]) -> list[Any]:
        """Terms in alphabetical order, each with its definition and formula."""
        out: list[Any] = []
        for section, item in sorted(terms, key=lambda term: plain(title_of(term[1])).lower()):
            out += self._term(section, item)
        return out

    def _term(self, section: str, item: Item) -> list[Any]:
        term = plain(title_of(item))
        found = [part for part in parts(section, item) if part.role not in _NOT_SET]
        out: list[Any] = [
            CondPageBreak(self.setter.look.leading * 3),
            Anchor(f"item-{item.id}", term, 1),
        ]
        for part in found:
            if part.role == "definition":
                out += self.setter.labelled(term, self.colors.ink, part.text)
            else:
                out += self._parts.one(part)
        return out + [line for part in found for line in self._links(part)]

    def bibliography(self) -> list[Any]:
        """Every source once, by author."""
        cited = self.setter.bullets([_cited(s) for s in self._sources], numbered=True)
        # A citation is one paragraph, so anchors and paragraphs alternate.
        return ending_together(
            [
                part
                for number, one in enumerate(cited, start=1)
                for part in (Anchor(f"source-{number}", "", None), one)
            ]
        )

    def index(self, pages: Mapping[str, int]) -> list[Any]:
        """Every topic with what belongs to it and the pages of its items."""
        by_topic: dict[str, set[int]] = {}
        for _, item in self.bank.items():
            for topic in item.topics:
                page = pages.get(f"item-{item.id}")
                if page:
                    by_topic.setdefault(resolve(topic, self.bank.topics), set()).add(page)
        out = []
        for topic, body in self.bank.topics.items():
            numbers = ", ".join(str(page) for page in sorted(by_topic.get(topic, set())))
            indent = self.setter.look.indent * topic.count("::")
            style = self.setter.look.style(leftIndent=indent)
            lead = [(body.title, self.colors.ink)] if not indent else []
            about = [body.description or "", numbers]
            text = "  ".join(part for part in ("" if lead else body.title, *about) if part)
            out.append(self.setter.line(text and f"  {text}", style, lead=lead))
        return ending_together(out)


def _answer(drill: Drill) -> Content:
    answer = (
        paragraph_of(joined(hidden(drill.text), "; ")) if drill.text else parse(drill.answer or "")
    )
    return [*answer, *parse(drill.why)] if drill.why else answer


def _cited(source: Source) -> str:
    parts = [_escaped(source.authors or ""), f"*{_escaped(source.title)}*", source.year or ""]
    text = ", ".join(part for part in parts if part)
    return f"{text}. <{source.url}>" if source.url else f"{text}."


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>$&#" else c for c in text)


_LAST: Final = 6
"""Flowables, of a line each at least, that end a list on one page."""


def ending_together(flowables: list[Any]) -> list[Any]:
    """A list whose last lines do not go over to a page alone."""
    keep_with_next(flowables[-_LAST:-1])
    return flowables
