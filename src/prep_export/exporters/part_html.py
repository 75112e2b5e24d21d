"""The HTML of an item's parts by their form, for cards and for pages.

Each part is an element that says which it is, for CSS, for script or for the way back. Nothing
needs a script: what folds is HTML's own `details`.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from prep_export.markdown.html import in_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prep_export.bank.model import Source
    from prep_export.labels import LabelName
    from prep_export.parts import Part

Form: TypeAlias = Literal["open", "folded", "code", "quoted"]
"""How a part stands: open, under its label; folded behind it, or, where there is code in it, shown
at first; as what somebody says."""


class Markdown(Protocol):
    """What renders Markdown: one module for cards, another for pages."""

    def render(self, text: str, media: Callable[[str], str], *, cloze: bool = False) -> str:
        """HTML of a text of blocks."""

    def render_line(self, text: str, media: Callable[[str], str]) -> str:
        """HTML of one line."""


class PartHtml:
    """Makes HTML of parts in the words of one bank."""

    markdown: Markdown

    def __init__(self, labels: Mapping[LabelName, str], media: Callable[[str], str]) -> None:
        self._labels = labels
        self._media = media

    def part(self, part: Part, form: Form = "open") -> str:
        """A part with its label, as a heading or as what unfolds it."""
        if part.role == "prompt":
            return self.prompt(part.label)
        if part.kind == "sources":
            return "".join(f"<p>{self._source(source)}</p>" for source in part.sources)
        about = self._marks(part)
        if part.kind == "line":
            line = self._line(part.text)
            return f"<p {about}>{line}</p>"
        if part.kind == "figure":
            return self._figure(part)
        body = self._content(part)
        if form == "quoted":
            said = self.prompt("somebody-says", end="colon")
            return f"{said}<div {self._marks(part, 'said')}>{body}</div>"
        if not part.label:
            return f"<div {about}>{body}</div>"
        if form != "open":
            opened = " open" if form == "code" and _CODE in body else ""
            return f"<details {about}{opened}>{self._summary(part)}<div>{body}</div></details>"
        tone = f' class="pe-{part.tone}"' if part.tone != "plain" else ""
        heading = f"<h4{tone}>{self._label(part.label)}</h4>"
        return f"<section {about}>{heading}{body}</section>"

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
                f'<details class="pe-pair"><summary>{tight(self._html(pair.ask))}</summary>'
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

    def _marks(self, part: Part, form: str = "") -> str:
        """The attributes that say which part an element is."""
        return f'data-field="{part.field}" class="pe-{form or part.role}"'

    def _work(self, title: str, url: str | None) -> str:
        """The title of a work, as a link where it has an address."""
        cited = f"<cite>{title}</cite>"
        return f'<a href="{escape(url)}">{cited}</a>' if url else cited

    def _source(self, source: Source) -> str:
        title = self._work(escape(source.title), source.url)
        return ", ".join(
            [
                *([escape(source.authors)] if source.authors else []),
                title,
                *([source.year] if source.year else []),
            ]
        )

    def _figure(self, part: Part) -> str:
        diagram = part.diagram
        image = f'<img src="{in_quotes(self._media(diagram.image))}" alt="{escape(diagram.alt)}">'
        caption = ""
        if diagram.caption:
            caption = f"<figcaption>{self._line(diagram.caption)}</figcaption>"
        return f"<figure {self._marks(part)}>{image}{caption}</figure>"


_CODE: Final = '<pre class="code"'
_ONE_PARAGRAPH: Final = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


def tight(html: str) -> str:
    """A single paragraph without its tags, as in a tight list."""
    match = _ONE_PARAGRAPH.fullmatch(html)
    return match.group(1) if match else html
