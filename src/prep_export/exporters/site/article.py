"""An item on the page: its title, what a card's back shows behind it, its drills."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from prep_export import hues
from prep_export.bank.ask.chapters import Chapters
from prep_export.bank.ask.topics import is_within, resolve
from prep_export.bank.model import title_of
from prep_export.exporters.part_html import PartHtml, tight
from prep_export.exporters.report import filled
from prep_export.markdown import page_html
from prep_export.markdown.plain import plain
from prep_export.parts import ROWS, drill_parts, kind_label, level_label, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from prep_export.bank.ask.chapters import Chapter
    from prep_export.bank.model import Bank, Drill, Item, Retired
    from prep_export.exporters.part_html import Form, Markdown
    from prep_export.labels import LabelName
    from prep_export.parts import Part, Role

LEFT_OUT: Final[frozenset[Role]] = frozenset({"short", "back-prompt"})
_FRONT: Final[frozenset[Role]] = frozenset({"asked", "prompt"})
_FOLDED: Final[frozenset[Role]] = frozenset({"details", "pitfalls", "follow-ups", "example"})
_AT_THE_END: Final[frozenset[Role]] = frozenset({"related", "sources"})
_LOOKED_UP: Final[frozenset[Role]] = frozenset({"definition", "table"})
"""What a reader comes for is not hidden: a term's meaning, a table."""

_OURS: Final = frozenset(
    "contents filters interview practice read results search status topics views words".split()
)
_OURS_TOO: Final = re.compile(r"(?:chapter|part|picture)-[a-z0-9]+")


def anchor(item: str) -> str:
    """The id of an item's element, by which it is linked to for ever: its own.

    One that the page itself has got a slash behind it, which no other item or drill ends with.
    """
    return f"{item}/" if item in _OURS or _OURS_TOO.fullmatch(item) else item


def is_looked_up(section: str) -> bool:
    """Whether a section's items stand open."""
    return any(row.role in _LOOKED_UP for row in ROWS[section])


class Articles(PartHtml):
    """Makes the HTML of items in the words of one bank."""

    markdown: Markdown = page_html

    def __init__(
        self, bank: Bank, labels: Mapping[LabelName, str], media: Callable[[str], str]
    ) -> None:
        super().__init__(labels, media)
        self._header = bank.header
        self._topics = bank.topics
        self._chapters = Chapters(bank)
        self._titles = {item.id: title_of(item) for _, item in bank.items()}

    def article(self, section: str, item: Item, *, at_home: bool = True) -> str:
        """An item. Where it does not stand in its chapter, it names it and has its colour."""
        chapter = self._chapters.of(item)
        found = [part for part in parts(section, item) if part.role not in LEFT_OUT]
        prompt = next((part.label for part in found if part.role == "prompt"), "site-answer")
        code = getattr(item, "kind", "") == "coding"
        title = self._line(title_of(item))
        if "<a " not in title:  # a link of the author's has no room for another around it
            title = f'<a href="#{anchor(item.id)}">{title}</a>'
        own = "" if at_home else f" pe-c{hues.place(chapter.number) + 1}"
        return (
            f'<article class="item{own}" id="{anchor(item.id)}"{self._data(section, item)}>\n'
            f'<h3 class="asked">{title}</h3>\n'
            f'<p class="meta">{self._meta(section, item, chapter, at_home=at_home)}</p>\n'
            f"{self._answer(found, prompt, folded=not is_looked_up(section), code=code)}"
            f"{self._drills(item)}</article>\n"
        )

    def _meta(self, section: str, item: Item, chapter: Chapter, *, at_home: bool) -> str:
        """What kind of item it is, its topic, its difficulty, its id; elsewhere also its chapter.

        The dots of the difficulty are CSS, which has its word.
        """
        topic = resolve(item.topics[0], self._topics)
        declared = self._topics.get(topic)
        title = escape(declared.title if declared else topic)
        level = level_label(item)
        said = [
            ""
            if at_home
            else _piece("pe-chapter", f"<b>{chapter.number}</b> {escape(chapter.title)}"),
            _piece("pe-kind", self._label(kind_label(section, item))) if at_home else "",
            _piece("pe-topic", title) if topic != chapter.topic else "",
            _piece("pe-level", self._label(level)) if level else "",
            f'<i class="id">{item.id}</i>',
            self._report(item),
        ]
        return "".join(said)

    def _report(self, item: Item) -> str:
        if not self._header.report:
            return ""
        version = self._header.version or ""
        values = {"id": item.id, "title": plain(title_of(item)), "version": version}
        return self.link(filled(self._header.report, values), self._label("report-card"))

    def retired(self, entries: Iterable[Retired]) -> str:
        """What became of items and drills that were taken back: links to them live on."""
        return "".join(
            f'<p class="retired" id="{anchor(entry.id)}"><code>{entry.id}</code> '
            f"{self._line(entry.reason)}{self._replacement(entry)}</p>\n"
            for entry in entries
        )

    def _replacement(self, entry: Retired) -> str:
        new = entry.replaced_by
        if not new:
            return ""
        title = _unlinked(self._line(self._titles[new])) if new in self._titles else escape(new)
        link = f'<a href="#{anchor(new)}">{title}</a>'
        return f" {self._label('replaced-by').replace('{title}', link)}"

    def _data(self, section: str, item: Item) -> str:
        topics = dict.fromkeys(resolve(topic, self._topics) for topic in item.topics)
        values = {
            "section": section,
            "kind": getattr(item, "kind", ""),
            "difficulty": getattr(item, "difficulty", ""),
            "priority": item.priority,
            "topics": " ".join(topics),
            "tags": " ".join(item.tags),
        }
        return "".join(f' data-{name}="{escape(text)}"' for name, text in values.items() if text)

    def _answer(self, found: Iterable[Part], prompt: LabelName, *, folded: bool, code: bool) -> str:
        shown = [part for part in found if part.role not in _FRONT]
        shown.sort(key=lambda part: (part.role != "points") + 2 * (part.role in _AT_THE_END))
        html = "".join(self.part(part, _form(part, code=code)) for part in shown)
        if not folded:
            return f'<div class="answer">{html}</div>\n' if html else ""
        summary = f'<summary><span data-role="prompt">{self._label(prompt)}</span></summary>'
        return f'<details class="answer">{summary}<div>{html}</div></details>\n'

    def part(self, part: Part, form: Form = "open") -> str:
        """A part, as on a card; what stands at the end in small print."""
        if part.role not in _AT_THE_END:
            return super().part(part, form)
        if part.kind == "sources":
            listed = [self._source(source) for source in part.sources]
        else:
            listed = [
                f'<a href="#{anchor(one)}">{_unlinked(self._line(self._titles[one]))}</a>'
                for one in part.content
                if one in self._titles  # else it is not in the selected part of the bank
            ]
        items = "".join(f"<li>{one}</li>" for one in listed)
        heading = f"<h4>{self._label(part.label)}</h4>"
        return f"<section {self._marks(part)}>{heading}<ul>{items}</ul></section>" if items else ""

    def _summary(self, part: Part) -> str:
        count = _count(part.content) if part.kind in {"list", "steps", "pairs"} else ""
        return f"<summary>{self._label(part.label)}{count}</summary>"

    def _drills(self, item: Item) -> str:
        if not item.drills:
            return ""
        drills = "".join(self._drill(item, drill) for drill in item.drills)
        return (
            f'<details class="drills"><summary>{self._label("test-yourself")}{_count(item.drills)}'
            f"</summary>\n{drills}</details>\n"
        )

    def _drill(self, item: Item, drill: Drill) -> str:
        front = back = ""
        for part in drill_parts(drill):
            if part.role == "asked":
                cloze = part.field == "text"
                front = tight(self.markdown.render(part.text, self._media, cloze=cloze))
            else:
                kind = ' class="drill-why"' if part.role == "explanation" else ""
                back += f"<div{kind}>{tight(self._html(part.text))}</div>"
        return (
            f'<div class="drill" id="{item.id}/{drill.id}"><div>{front}</div>'
            f"<details><summary>{self._label('site-answer')}</summary>"
            f"{back}</details></div>\n"
        )

    def _marks(self, part: Part, form: str = "") -> str:
        del form
        return f'data-role="{part.role}"'

    def text(self, text: str) -> str:
        """A text of blocks."""
        return self._html(text)

    def about_topics(self, root: str) -> str:
        """What is said about a topic and those below it."""
        said = [
            (topic if name != root else None, topic.description)
            for name, topic in self._topics.items()
            if topic.description and root and is_within(name, root)
        ]
        return "".join(
            '<p class="about">'
            + (f"<b>{escape(topic.title)}</b>{self._label('colon')}" if topic else "")
            + f"{self._line(text)}</p>\n"
            for topic, text in said
        )

    def link(self, url: str, html: str) -> str:
        """A link that leads away from the page."""
        return f'<a href="{escape(url)}">{html}</a>'

    def _work(self, title: str, url: str | None) -> str:
        return self.link(url, title) if url else f"<cite>{title}</cite>"


def _count(what: Sequence[object]) -> str:
    """How much waits behind a row."""
    return f"<small>{len(what)}</small>"


def _form(part: Part, *, code: bool) -> Form:
    """How a part stands; where code is asked for, what has some is open, as on the card."""
    if part.role not in _FOLDED:
        return "open"
    return "code" if code else "folded"


def _piece(kind: str, html: str) -> str:
    return f'<i class="{kind}">{html}</i>'


_LINKS: Final = re.compile(r"</?a\b[^>]*>")


def _unlinked(html: str) -> str:
    return _LINKS.sub("", html)
