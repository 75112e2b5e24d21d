"""The HTML of a card's pieces: its head, its parts by their form, its foot.

Each part is an element with the name of its field in `data-field`, for the way back, and the class
of its role, for CSS. Nothing needs a script: what folds is HTML's own `details`.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias, get_args

from prep_export.bank.ask.topics import resolve
from prep_export.bank.model import Difficulty, title_of
from prep_export.markdown import html as card_markdown
from prep_export.parts import level_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prep_export.bank.ask.chapters import Chapter
    from prep_export.bank.model import Bank, Item, Source
    from prep_export.labels import LabelName
    from prep_export.parts import Part

Form: TypeAlias = Literal["open", "folded", "code", "quoted"]
"""How a part stands on a card: open, under its label; folded behind it, or, where there is code in
it, shown at first; as what somebody says."""

_LEVELS: Final[tuple[str, ...]] = get_args(Difficulty)
"""From easy to hard."""


class Markdown(Protocol):
    """What renders Markdown: a module for cards, another for pages."""

    def render(self, text: str, media: Callable[[str], str], *, cloze: bool = False) -> str:
        """HTML of a text of blocks."""

    def render_line(self, text: str, media: Callable[[str], str]) -> str:
        """HTML of one line."""


class CardHtml:
    """Makes HTML of parts in the words of one bank."""

    markdown: Markdown = card_markdown

    def __init__(
        self, bank: Bank, labels: Mapping[LabelName, str], media: Callable[[str], str]
    ) -> None:
        self._topics = bank.topics
        self._labels = labels
        self._media = media

    def head(self, kind: LabelName, item: Item, chapter: Chapter) -> str:
        """What a card is about: its chapter with the number, its kind, the topic, the difficulty.

        The number also stands for the colour, which nothing says alone.
        """
        return f"{self.chapter(chapter)}{self.about(kind, item, chapter)}{self.level(item)}"

    def chapter(self, chapter: Chapter) -> str:
        """A chapter's number and title."""
        return (
            f'<span class="pe-chapter" data-topic="{escape(chapter.topic)}">'
            f"<b>{chapter.number}</b> {escape(chapter.title)}</span>"
        )

    def about(self, kind: LabelName, item: Item, chapter: Chapter) -> str:
        """An item's kind, and its topic where that is not its chapter's."""
        topic = resolve(item.topics[0], self._topics)
        about = f'<span class="pe-kind">{self._label(kind)}</span>'
        if topic != chapter.topic:
            declared = self._topics.get(topic)
            title = escape(declared.title if declared else topic)
            about += f'<span class="pe-topic" data-topic="{escape(topic)}">{title}</span>'
        return f'<span class="pe-about">{about}</span>'

    def level(self, item: Item) -> str:
        """An item's difficulty, as dots and as a word; empty where it has none."""
        label = level_label(item)
        if not label:
            return ""
        full = _LEVELS.index(getattr(item, "difficulty", "")) + 1
        dots = "●" * full + "○" * (len(_LEVELS) - full)
        return (
            f'<span class="pe-level"><span class="pe-dots" aria-hidden="true">{dots}</span> '
            f"<span>{self._label(label)}</span></span>"
        )

    def origin(self, item: Item, chapter: Chapter) -> str:
        """Where a drill belongs: its chapter and the title of its item."""
        title = self._line(title_of(item))
        where = f"<b>{chapter.number}</b> {escape(chapter.title)}"
        return f"<p>{self._label('from')} {where}{self._label('colon')}{title}</p>"

    def part(self, part: Part, form: Form = "open") -> str:
        """A part with its label, as a heading or as what unfolds it."""
        if part.role == "prompt":
            return self.prompt(part.label)
        if part.kind == "sources":
            return "".join(f"<p>{self._source(source)}</p>" for source in part.sources)
        about = self._marks(part)
        if part.kind == "line":
            line = self._line(part.text)
            return f'<p {about} class="pe-{part.role}">{line}</p>'
        if part.kind == "figure":
            return self._figure(part)
        body = self._content(part)
        if form == "quoted":
            said = self.prompt("somebody-says", end="colon")
            return f'{said}<div {about} class="pe-said">{body}</div>'
        if not part.label:
            return f'<div {about} class="pe-{part.role}">{body}</div>'
        if form != "open":
            opened = " open" if form == "code" and _CODE in body else ""
            return (
                f'<details {about} class="pe-{part.role}"{opened}>'
                f"{self._summary(part)}<div>{body}</div></details>"
            )
        tone = f' class="pe-{part.tone}"' if part.tone != "plain" else ""
        heading = f"<h4{tone}>{self._label(part.label)}</h4>"
        return f'<section {about} class="pe-{part.role}">{heading}{body}</section>'

    def prompt(self, label: LabelName, end: LabelName = "") -> str:
        """What the card asks for, beside the item's own words."""
        return f'<p class="pe-ask">{self._label(label)}{self._label(end).rstrip()}</p>'

    def _label(self, name: LabelName) -> str:
        return escape(self._labels[name]) if name else ""

    def _summary(self, part: Part) -> str:
        """What unfolds a part: its label, and how much waits behind it."""
        number = len(part.content) if part.kind in {"list", "steps", "pairs"} else 0
        count = f'<span class="pe-count">{number}</span>' if number else ""
        return f"<summary><span>{self._label(part.label)}</span>{count}</summary>"

    def _content(self, part: Part) -> str:
        if part.kind == "pairs":
            return "".join(
                f'<details class="pe-pair"><summary><div class="pe-next">'
                f"{tight(self._html(pair.ask))}</div></summary>"
                f"<div>{self._html(pair.answer)}</div></details>"
                for pair in part.pairs
            )
        if part.kind in {"list", "steps"}:
            items = "".join(f"<li>{tight(self._html(text))}</li>" for text in part.texts)
            kind = "ol" if part.kind == "steps" else "ul"
            return f"<{kind}>{items}</{kind}>"
        return self._html(part.text)

    def _html(self, text: str) -> str:
        return self.markdown.render(text, self._media)

    def _line(self, text: str) -> str:
        return self.markdown.render_line(text, self._media)

    def _marks(self, part: Part) -> str:
        """The attributes that say which part an element is."""
        return f'data-field="{part.field}"'

    def _link(self, url: str, html: str) -> str:
        return f'<a href="{escape(url)}">{html}</a>'

    def _source(self, source: Source) -> str:
        title = f"<cite>{escape(source.title)}</cite>"
        if source.url:
            title = self._link(source.url, title)
        return ", ".join(
            [
                *([escape(source.authors)] if source.authors else []),
                title,
                *([source.year] if source.year else []),
            ]
        )

    def _figure(self, part: Part) -> str:
        diagram = part.diagram
        image = f'<img src="{escape(self._media(diagram.image))}" alt="{escape(diagram.alt)}">'
        caption = ""
        if diagram.caption:
            caption = f"<figcaption>{self._line(diagram.caption)}</figcaption>"
        about = f'{self._marks(part)} class="pe-{part.role}"'
        return f"<figure {about}>{image}{caption}</figure>"


_CODE: Final = '<pre class="code"'
_ONE_PARAGRAPH: Final = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


def tight(html: str) -> str:
    """A single paragraph without its tags, as in a tight list."""
    match = _ONE_PARAGRAPH.fullmatch(html)
    return match.group(1) if match else html
