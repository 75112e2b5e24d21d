"""The HTML of a card's pieces: its head, its parts, its foot."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from prep_export.bank.ask.topics import resolve
from prep_export.bank.model import title_of
from prep_export.exporters.part_html import PartHtml
from prep_export.markdown import html as card_markdown
from prep_export.parts import level_dots, level_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prep_export.bank.ask.chapters import Chapter
    from prep_export.bank.model import Bank, Item
    from prep_export.exporters.part_html import Markdown
    from prep_export.labels import LabelName


class CardHtml(PartHtml):
    """Makes HTML of cards in the words of one bank."""

    markdown: Markdown = card_markdown

    def __init__(
        self, bank: Bank, labels: Mapping[LabelName, str], media: Callable[[str], str]
    ) -> None:
        super().__init__(labels, media)
        self._topics = bank.topics

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
        dots = level_dots(item)
        return (
            f'<span class="pe-level"><span class="pe-dots" aria-hidden="true">{dots}</span> '
            f"<span>{self._label(label)}</span></span>"
        )

    def origin(self, item: Item, chapter: Chapter) -> str:
        """Where a drill belongs: its chapter and the title of its item."""
        title = self._line(title_of(item))
        where = f"<b>{chapter.number}</b> {escape(chapter.title)}"
        return f"<p>{self._label('from')} {where}{self._label('colon')}{title}</p>"
