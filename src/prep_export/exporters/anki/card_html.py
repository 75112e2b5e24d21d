"""The HTML of a card's pieces: its head, its parts by their form, its foot.

Each part is an element with the name of its field in `data-field`, for the way back, and the class
of its role, for CSS. Nothing needs a script: what folds is HTML's own `details`.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from prep_export.bank.ask.topics import resolve
from prep_export.bank.model import Difficulty, title_of
from prep_export.markdown.html import render, render_line
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


class CardHtml:
    """Makes HTML of parts in the words of one bank."""

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
        topic = resolve(item.topics[0], self._topics)
        about = f'<span class="pe-kind">{self._label(kind)}</span>'
        if topic != chapter.topic:
            declared = self._topics.get(topic)
            title = escape(declared.title if declared else topic)
            about += f'<span class="pe-topic" data-topic="{escape(topic)}">{title}</span>'
        return (
            f'<span class="pe-chapter" data-topic="{escape(chapter.topic)}">'
            f"<b>{chapter.number}</b> {escape(chapter.title)}</span>"
            f'<span class="pe-about">{about}</span>{self._level(item)}'
        )

    def _level(self, item: Item) -> str:
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
        title = render_line(title_of(item), self._media)
        where = f"<b>{chapter.number}</b> {escape(chapter.title)}"
        return f"<p>{self._label('from')} {where}{self._label('colon')}{title}</p>"

    def part(self, part: Part, form: Form = "open") -> str:
        """A part with its label, as a heading or as what unfolds it."""
        if part.role == "prompt":
            return self.prompt(part.label)
        if part.kind == "sources":
            return "".join(f"<p>{_source(source)}</p>" for source in part.sources)
        about = f'data-field="{part.field}"'
        if part.kind == "line":
            line = render_line(part.text, self._media)
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
                f"{_tight(self._html(pair.ask))}</div></summary>"
                f"<div>{self._html(pair.answer)}</div></details>"
                for pair in part.pairs
            )
        if part.kind in {"list", "steps"}:
            items = "".join(f"<li>{_tight(self._html(text))}</li>" for text in part.texts)
            kind = "ol" if part.kind == "steps" else "ul"
            return f"<{kind}>{items}</{kind}>"
        return self._html(part.text)

    def _html(self, text: str) -> str:
        return render(text, self._media)

    def _figure(self, part: Part) -> str:
        diagram = part.diagram
        image = f'<img src="{escape(self._media(diagram.image))}" alt="{escape(diagram.alt)}">'
        caption = ""
        if diagram.caption:
            caption = f"<figcaption>{render_line(diagram.caption, self._media)}</figcaption>"
        about = f'data-field="{part.field}" class="pe-{part.role}"'
        return f"<figure {about}>{image}{caption}</figure>"


_CODE: Final = '<pre class="code"'
_ONE_PARAGRAPH: Final = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


def _tight(html: str) -> str:
    """A single paragraph without its tags, as in a tight list."""
    match = _ONE_PARAGRAPH.fullmatch(html)
    return match.group(1) if match else html


def _source(source: Source) -> str:
    title = f"<cite>{escape(source.title)}</cite>"
    if source.url:
        title = f'<a href="{escape(source.url)}">{title}</a>'
    return ", ".join(
        [
            *([escape(source.authors)] if source.authors else []),
            title,
            *([source.year] if source.year else []),
        ]
    )
