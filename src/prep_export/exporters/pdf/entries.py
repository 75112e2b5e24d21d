"""A bank's items as the booklet shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.platypus import CondPageBreak, Spacer

from prep_export.bank.model import Concept, Criterion, Faq, Mistake, Pattern, Question, title_of
from prep_export.bank.topics import resolve
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.lines import Anchor, PageLine, boxed
from prep_export.markup.cloze import blanked, hidden
from prep_export.markup.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.bank.model import AnyItem, Bank, Source
    from prep_export.exporters.pdf.theme import Palette
    from prep_export.markup.flowables import Setter


class Entries:
    """Sets items; remembers the drills and sources that the back of the book needs."""

    def __init__(self, bank: Bank, setter: Setter, colors: Palette) -> None:
        self.bank = bank
        self.setter = setter
        self.colors = colors
        self._count = 0
        self._chapter = 0
        self._drills: dict[int, list[str]] = {}
        self._sources = sorted(
            {s for _, item in bank.items() for s in item.sources},
            key=lambda s: ((s.authors or s.title).lower(), s.year or "", s.title),
        )
        self._titles = {item.id: title_of(item) for _, item in bank.items()}
        self._number = {source: n for n, source in enumerate(self._sources, start=1)}
        look = setter.look
        self._heading = look.style(
            fontSize=look.size * 1.22, leading=look.leading * 1.14, spaceAfter=1, keepWithNext=1
        )
        self._small = look.style(
            fontSize=look.size * 0.84, leading=look.leading * 0.84, textColor=look.quiet
        )
        self._small_kept = look.style(
            fontSize=look.size * 0.84,
            leading=look.leading * 0.84,
            textColor=look.quiet,
            keepWithNext=1,
        )
        self._label = look.style(
            fontSize=look.size * 0.92, spaceBefore=look.gap * 1.6, spaceAfter=1.5, keepWithNext=1
        )
        self._lead = look.style(textColor=look.quiet, keepWithNext=1)

    def entry(self, item: AnyItem, chapter: int) -> list[Any]:
        """An item with its number, and everything that belongs to it but its drills."""
        if chapter != self._chapter:
            self._chapter, self._count = chapter, 0
        self._count += 1
        look = self.setter.look
        number = f"{chapter}.{self._count}  "
        out: list[Any] = [
            CondPageBreak(look.leading * 7),
            Anchor(f"item-{item.id}", plain(title_of(item)), 1),
            self.setter.line(
                title_of(item), self._heading, bold=True, lead=[(number, look.accent)], role="H2"
            ),
            self.setter.line(self._about(item), self._small_kept),
        ]
        body, links = self._body(item), self._links(item)
        _keep_with_next([*body[-1:], *links[:-1]] if links else [])
        out += body + links
        out.append(Spacer(0, look.leading * 1.2))
        return out

    def _about(self, item: AnyItem) -> str:
        topics = [
            self.bank.topics[t].title if t in self.bank.topics else t
            for t in (resolve(t, self.bank.topics) for t in item.topics)
        ]
        kind = type(item).__name__.lower()
        if isinstance(item, Question):
            kind = f"{item.kind} · {item.difficulty}"
        return f"{kind} · {', '.join(topics)}"

    def _body(self, item: AnyItem) -> list[Any]:
        setter = self.setter
        if isinstance(item, Question):
            asked = [
                part
                for f in item.follow_ups
                for part in (
                    *_keep_with_next(setter.labelled("Asked", self.colors.accent, f.ask)),
                    *setter.blocks(f.answer, setter.look.indent),
                )
            ]
            return [
                *setter.blocks(item.answer),
                *self._part("Listen for", self.colors.good, setter.bullets(item.key_points)),
                *self._part("Details", self.colors.accent, self._blocks(item.details)),
                *self._part("Pitfalls", self.colors.warn, setter.bullets(item.pitfalls)),
                *self._part("Follow-ups", self.colors.accent, asked),
            ]
        if isinstance(item, Pattern):
            figure = []
            if item.diagram:
                figure = setter.figure(
                    item.diagram.image, max_height=theme.BOOK_FIGURE, alt=item.diagram.alt
                )
            return [
                setter.line(item.summary, self._lead),
                *figure,
                *boxed(self._blocks(item.formula), self.colors),
                *self._part("Recognise", self.colors.accent, setter.bullets(item.recognise)),
                *self._part(
                    "Approach", self.colors.accent, setter.bullets(item.approach, numbered=True)
                ),
                *self._part("In depth", self.colors.accent, self._blocks(item.body)),
                *self._part("Pitfalls", self.colors.warn, setter.bullets(item.pitfalls)),
            ]
        if isinstance(item, Mistake):
            return [
                *setter.labelled("Why it costs you", self.colors.warn, item.why),
                *setter.labelled("Instead", self.colors.good, item.instead),
                *(
                    setter.labelled(theme.NOT_THAT, self.colors.warn, item.not_that)
                    if item.not_that
                    else []
                ),
                *(
                    setter.labelled(theme.SAY_THIS, self.colors.good, item.say_this)
                    if item.say_this
                    else []
                ),
                *self._blocks(item.example),
            ]
        if isinstance(item, Criterion):
            return [
                *setter.labelled("Weak", self.colors.warn, item.weak),
                *setter.labelled("Strong", self.colors.good, item.strong),
            ]
        return setter.blocks(item.answer) if isinstance(item, Faq) else []

    def _blocks(self, text: str | None) -> list[Any]:
        return self.setter.blocks(text) if text else []

    def _part(self, label: str, color: Any, body: list[Any]) -> list[Any]:
        return (
            [self.setter.line("", self._label, lead=[(label, color)], role="H3"), *body]
            if body
            else []
        )

    def _links(self, item: AnyItem) -> list[Any]:
        out = []
        if item.sources:
            numbers = sorted(self._number[source] for source in item.sources)
            targets = [(f"[{number}]", f"source-{number}") for number in numbers]
            out.append(self.setter.pointers("Sources:", targets, self._small))
        for other in item.related:
            title = self._titles.get(other)
            if title is not None:  # a selection may have left it out
                out.append(PageLine(f"See: {plain(title)}", f"item-{other}", self.setter.look))
        return out

    def self_test(self, chapter: int, items: list[AnyItem]) -> list[Any]:
        """The drills of a chapter, numbered; clozes with blanks."""
        drills = [drill for item in items for drill in item.drills]
        if not drills:
            return []
        asked = [blanked(drill.text) if drill.text else drill.ask or "" for drill in drills]
        self._drills[chapter] = [
            "; ".join(hidden(drill.text)) if drill.text else drill.answer or "" for drill in drills
        ]
        title = self.setter.line("Test yourself", self._heading, bold=True, role="H2")
        return [
            CondPageBreak(self.setter.look.leading * 6),
            Anchor(f"test-{chapter}", "Test yourself", 1),
            title,
            *_ending_together(self.setter.bullets(asked, numbered=True)),
        ]

    def answers(self, chapter: int, title: str) -> list[Any]:
        """The answers to a chapter's self-test."""
        if chapter not in self._drills:
            return []
        heading = self.setter.line(f"{chapter}  {title}", self._heading, bold=True, role="H2")
        answers = _ending_together(self.setter.bullets(self._drills[chapter], numbered=True))
        return [heading, *answers, Spacer(0, self.setter.look.leading)]

    def glossary(self) -> list[Any]:
        """Terms in alphabetical order, each with its definition and formula."""
        out: list[Any] = []
        for concept in sorted(self.bank.concepts, key=lambda c: plain(c.term).lower()):
            out += self._term(concept)
        return out

    def _term(self, concept: Concept) -> list[Any]:
        return [
            CondPageBreak(self.setter.look.leading * 3),
            Anchor(f"item-{concept.id}", plain(concept.term), 1),
            *self.setter.labelled(plain(concept.term), self.colors.ink, concept.definition),
            *self._blocks(concept.formula),
        ]

    def bibliography(self) -> list[Any]:
        """Every source once, by author."""
        cited = self.setter.bullets([_cited(s) for s in self._sources], numbered=True)
        # A citation is one paragraph, so anchors and paragraphs alternate.
        return [
            part
            for number, one in enumerate(cited, start=1)
            for part in (Anchor(f"source-{number}", "", None), one)
        ]

    def index(self, pages: Mapping[str, int]) -> list[Any]:
        """Every topic with the pages of its items."""
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
            text = numbers if lead else f"{body.title}  {numbers}"
            out.append(self.setter.line(text and f"  {text}", style, lead=lead))
        return out


def _cited(source: Source) -> str:
    parts = [_escaped(source.authors or ""), f"*{_escaped(source.title)}*", source.year or ""]
    text = ", ".join(part for part in parts if part)
    return f"{text}. <{source.url}>" if source.url else f"{text}."


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>$&#" else c for c in text)


def _keep_with_next(flowables: list[Any]) -> list[Any]:
    for flowable in flowables:
        flowable.keepWithNext = 1
    return flowables


def _ending_together(flowables: list[Any]) -> list[Any]:
    """A list whose last line does not go over to a page alone."""
    _keep_with_next(flowables[-4:-1])
    return flowables
