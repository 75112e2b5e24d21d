"""A bank's items as notes: the HTML of every field, tags, deck and order."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from json import dumps
from typing import TYPE_CHECKING, Final, Literal

from prep_export.bank.model import (
    Concept,
    Criterion,
    Diagram,
    Drill,
    Faq,
    Mistake,
    Pattern,
    Question,
    Retired,
    Source,
    title_of,
)
from prep_export.bank.topics import resolve
from prep_export.exporters.base import no_progress
from prep_export.exporters.workers import each
from prep_export.markup.html import render, render_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prep_export.bank.model import AnyItem, Bank, Item
    from prep_export.exporters.base import Progress
    from prep_export.markup.media import Media

DECKS: Final = {
    "patterns": "1 Patterns",
    "questions": "2 Questions",
    "mistakes": "3 Mistakes",
    "criteria": "4 Criteria",
    "concepts": "5 Concepts",
    "faqs": "6 FAQs",
}
"""Subdecks by section, numbered because Anki gathers new cards in alphabetical order of decks.

Constants: Anki knows a deck by its name, so a renamed one would split every learner's deck."""

RETIRED_DECK: Final = "9 Retired"
"""Where the cards of retired items go for learners who never had them: last, and easy to delete.

Suspending them would not do: an import without learning progress, the default, wakes every card."""


def subdeck_titles(bank: Bank) -> dict[str, str]:
    """Descriptions of subdecks: the bank's own titles of its sections."""
    return {
        f"{bank.deck}::{DECKS[name]}": f"<p>{escape(title)}</p>"
        for name, title in bank.header.sections.items()
    }


_KIND_NAMES: Final = {
    "patterns": "Pattern",
    "questions": "Question",
    "mistakes": "Mistake",
    "criteria": "Criterion",
    "concepts": "Concept",
    "faqs": "FAQ",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One note, ready to be written. Fields not named here stay empty."""

    guid: str
    type: Literal["basic", "cloze"]
    deck: str
    front: str
    """The cloze text for a cloze note."""
    id: str
    tags: tuple[str, ...]
    back: str = ""
    details: str = ""
    header: str = ""
    footer: str = ""
    reverse: str = ""


def guid(bank: str, item: str, drill: str = "") -> str:
    """The id by which Anki knows a note for ever: from ids only, never from text, order or topic.

    72 bits of SHA-256 over a JSON list, so that ids cannot run into each other.
    """
    digest = sha256(dumps([bank, item, drill]).encode()).digest()
    return urlsafe_b64encode(digest[:9]).decode()


_PART: Final = 200
"""Items composed at a time: by one worker, and between two steps of the progress bar."""


def compose_notes(bank: Bank, media: Media, progress: Progress = no_progress) -> list[Note]:
    """Every note of a bank, in the author's order, each item followed by its drills."""
    items = list(bank.items())
    composer = _Composer(bank, media)

    def compose(start: int) -> tuple[list[Note], list[str]]:
        part = items[start : start + _PART]
        return [n for section, item in part for n in composer.notes(section, item)], media.names

    notes: list[Note] = []
    starts = range(0, len(items), _PART)
    for start, (part, images) in zip(starts, each(compose, starts, len(items)), strict=True):
        notes += part
        for image in images:
            media.find(image)  # what a worker has found, this process must know too
        progress(min(start + _PART, len(items)), len(items))
    notes += [composer.retired(entry) for entry in bank.retired]
    return notes


class _Composer:
    def __init__(self, bank: Bank, media: Media) -> None:
        self.bank = bank
        self.media = media.name
        self._topic_titles: dict[str, str] = {}
        # With each note, because learners have one note type for all banks: CSS in the note type
        # would be that of the bank they imported last.
        css = bank.header.css
        self._style = f"<style>{' '.join(css.split())}</style>" if css else ""

    def notes(self, section: str, item: AnyItem) -> Iterator[Note]:
        yield self._item(section, item)
        for drill in item.drills:
            yield self._drill(section, item, drill)

    def _item(self, section: str, item: AnyItem) -> Note:
        front, back, details, reverse = self._faces(item)
        return Note(
            guid(self.bank.header.id, item.id),
            "basic",
            self._deck(section),
            front,
            item.id,
            self._tags(section, item),
            back,
            details,
            self._header(_KIND_NAMES[section], item),
            _footer(item.sources),
            reverse,
        )

    def _drill(self, section: str, item: AnyItem, drill: Drill) -> Note:
        cloze = drill.text is not None
        return Note(
            guid(self.bank.header.id, item.id, drill.id),
            "cloze" if cloze else "basic",
            self._deck(section),
            self._html(drill.text or drill.ask or "", cloze=cloze),
            f"{item.id}/{drill.id}",
            (*self._tags(section, item), f"{self.bank.header.id}::drill"),
            self._html(drill.answer or ""),
            header=self._header("Drill", item),
            footer=f"<p>From: {render_line(title_of(item), self.media)}</p>",
        )

    def retired(self, entry: Retired) -> Note:
        """The last word on a removed item: tagged, so that one search finds and removes it.

        Those who have studied it keep their card and its schedule; for everyone else it comes last.
        """
        item, _, drill = entry.id.partition("/")
        tag = f"{self.bank.header.id}::retired"
        reason = render_line(entry.reason, self.media)
        if entry.replaced_by:
            reason += f" Replaced by “{escape(self._title(entry.replaced_by))}”."
        cloze = entry.note == "cloze"
        text = "This card was retired."
        return Note(
            guid(self.bank.header.id, item, drill),
            entry.note,
            f"{self.bank.deck}::{RETIRED_DECK}",
            f"<p>{{{{c1::{text}}}}}</p>" if cloze else f"<p>{text}</p>",
            entry.id,
            (tag,),
            f"<p>{reason}</p><p>To delete all such notes, search for <code>tag:{tag}</code>.</p>",
        )

    def _title(self, item_id: str) -> str:
        place = self.bank.places.get(item_id)
        if place:
            for item in self.bank.section(place.section):
                if item.id == item_id:
                    return title_of(item)
        return item_id

    def _deck(self, section: str) -> str:
        return f"{self.bank.deck}::{DECKS[section]}"

    def _tags(self, section: str, item: Item) -> tuple[str, ...]:
        bank = self.bank.header.id
        tags = [f"{bank}::topic::{resolve(topic, self.bank.topics)}" for topic in item.topics]
        tags.append(f"{bank}::section::{section}")
        if isinstance(item, Question):
            tags += [f"{bank}::kind::{item.kind}", f"{bank}::difficulty::{item.difficulty}"]
        return tuple(dict.fromkeys(tags))

    def _header(self, kind: str, item: AnyItem) -> str:
        level = (
            f'<span class="pe-level">{item.difficulty}</span>' if isinstance(item, Question) else ""
        )
        if isinstance(item, Question) and kind == "Question":
            kind = item.kind
        return (
            f'{self._style}<span class="pe-kind">{kind}</span>'
            f"<span>{escape(self._topic(item.topics[0]))}</span>{level}"
        )

    def _topic(self, topic: str) -> str:
        if topic not in self._topic_titles:
            declared = self.bank.topics.get(resolve(topic, self.bank.topics))
            self._topic_titles[topic] = declared.title if declared else topic
        return self._topic_titles[topic]

    def _html(self, text: str, *, cloze: bool = False) -> str:
        return render(text, self.media, cloze=cloze) if text else ""

    def _line(self, text: str) -> str:
        return f"<p>{render_line(text, self.media)}</p>"

    def _list(self, texts: Iterable[str], kind: str = "ul") -> str:
        items = "".join(f"<li>{_tight(self._html(text))}</li>" for text in texts)
        return f"<{kind}>{items}</{kind}>" if items else ""

    def _part(self, title: str, body: str, css: str = "") -> str:
        mark = f' class="{css}"' if css else ""
        return f"<h4{mark}>{title}</h4>{body}" if body else ""

    def _fold(self, title: str, body: str) -> str:
        return f"<details><summary>{title}</summary><div>{body}</div></details>" if body else ""

    def _figure(self, diagram: Diagram | None) -> str:
        if diagram is None:
            return ""
        image = f'<img src="{escape(self.media(diagram.image))}" alt="{escape(diagram.alt)}">'
        caption = (
            f"<figcaption>{render_line(diagram.caption)}</figcaption>" if diagram.caption else ""
        )
        return f"<figure>{image}{caption}</figure>"

    def _faces(self, item: AnyItem) -> tuple[str, str, str, str]:
        """Front, back, details and reverse of an item."""
        if isinstance(item, Question):
            return (
                self._line(item.question),
                self._html(item.answer),
                self._question_details(item),
                "",
            )
        if isinstance(item, Pattern):
            ask = "How do you recognise it, and how do you approach it?"
            front = f"{self._line(item.title)}{_asked(ask)}"
            back = (
                self._line(item.summary)
                + self._part("Key formula", self._html(item.formula or ""))
                + self._part("Recognise", self._list(item.recognise))
                + self._part("Approach", self._list(item.approach, "ol"))
            )
            details = (
                self._figure(item.diagram)
                + self._fold("In depth", self._html(item.body or ""))
                + self._fold("Pitfalls", self._list(item.pitfalls))
            )
            return front, back, details, ""
        if isinstance(item, Mistake):
            ask = "What is wrong here, and what do you say instead?"
            front = f"{_asked(ask)}{self._line(item.mistake)}"
            back = (
                self._part("Why it costs you", self._html(item.why), "pe-warn")
                + self._part("Instead", self._html(item.instead), "pe-good")
                + self._part("Do not say", self._html(item.not_that or ""), "pe-warn")
                + self._part("Say", self._html(item.say_this or ""), "pe-good")
            )
            return front, back, self._fold("Example", self._html(item.example or "")), ""
        if isinstance(item, Criterion):
            ask = "What separates a weak answer from a strong one?"
            front = f"{_asked(ask)}{self._line(item.criterion)}"
            back = self._part("Weak", self._html(item.weak), "pe-warn") + self._part(
                "Strong", self._html(item.strong), "pe-good"
            )
            return front, back, "", ""
        if isinstance(item, Concept):
            definition = self._html(item.definition)
            formula = self._html(item.formula or "")
            return (
                self._line(item.term),
                definition + formula,
                "",
                f"{definition}{_asked('Which term is this?')}",
            )
        if isinstance(item, Faq):
            return self._line(item.question), self._html(item.answer), "", ""
        raise AssertionError(item)

    def _question_details(self, item: Question) -> str:
        asked = "".join(
            f"<p><strong>{_tight(self._html(f.ask))}</strong></p>{self._html(f.answer)}"
            for f in item.follow_ups
        )
        return (
            self._part("Key points", self._list(item.key_points))
            + self._fold("Details", self._html(item.details or ""))
            + self._fold("Pitfalls", self._list(item.pitfalls))
            + self._fold("Follow-ups", asked)
        )


def _asked(text: str) -> str:
    """What the card asks for, beside the item's own words."""
    return f'<p class="pe-ask">{text}</p>'


_ONE_PARAGRAPH: Final = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


def _tight(html: str) -> str:
    """A single paragraph without its tags, as in a tight list."""
    match = _ONE_PARAGRAPH.fullmatch(html)
    return match.group(1) if match else html


def _footer(sources: tuple[Source, ...]) -> str:
    return "".join(f"<p>{_source(source)}</p>" for source in sources)


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
