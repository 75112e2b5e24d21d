"""A bank's items as notes: the HTML of every field, tags, deck and order."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from hashlib import sha256
from html import escape
from json import dumps
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from prep_export import hues
from prep_export.bank.ask.chapters import Chapters
from prep_export.bank.ask.topics import resolve
from prep_export.bank.model import SECTIONS, drill_priority, title_of
from prep_export.exporters.anki import note_types
from prep_export.exporters.anki.card_html import CardHtml
from prep_export.exporters.base import no_progress
from prep_export.exporters.report import in_address
from prep_export.exporters.workers import each
from prep_export.labels import labels
from prep_export.markdown.html import render, render_line
from prep_export.markdown.plain import plain
from prep_export.parts import drill_parts, kind_label, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prep_export.bank.model import Bank, Drill, Item, Retired
    from prep_export.exporters.base import Progress
    from prep_export.exporters.part_html import Form
    from prep_export.markdown.images import Image, Images
    from prep_export.parts import Part, Role

Field: TypeAlias = Literal["front", "back", "details", "footer"]
Place: TypeAlias = "tuple[Field, Form]"

PLACES: Final[Mapping[Role, Place]] = {
    **dict.fromkeys(("asked", "prompt"), ("front", "open")),
    "points": ("back", "open"),
    **dict.fromkeys(("lead", "figure", "answer", "definition", "formula"), ("back", "open")),
    **dict.fromkeys(("legend", "table", "cues", "steps", "explanation"), ("back", "open")),
    **dict.fromkeys(("why", "remedy", "wrong", "right", "weak", "strong"), ("back", "open")),
    **dict.fromkeys(("details", "pitfalls", "follow-ups", "example"), ("details", "folded")),
    "sources": ("footer", "open"),
}
"""The field of a note in which a part stands, and in what form."""


def subdeck(bank: Bank, section: str) -> str:
    """The deck of a section's cards."""
    return f"{bank.deck}::{SECTIONS[section].deck}"


def subdeck_titles(bank: Bank) -> dict[str, str]:
    """Descriptions of subdecks: the bank's own titles of its sections."""
    return {
        subdeck(bank, name): f"<p>{escape(title)}</p>"
        for name, title in bank.header.sections.items()
    }


@dataclass(frozen=True, slots=True)
class Note:
    """One note, ready to be written. Fields not named here stay empty."""

    guid: str
    type: note_types.Kind
    deck: str
    front: str
    """The cloze text for a cloze note."""
    id: str
    tags: tuple[str, ...]
    back: str = ""
    details: str = ""
    header: str = ""
    footer: str = ""
    dress: str = ""
    """Classes by which CSS knows the chapter, the section, and what kind of card it is."""
    title: str = ""
    """The item's, in plain text."""
    version: str = ""
    """That of the bank in which its text is, as learners have it."""
    reverse: str = ""
    retired: bool = False
    """The last word on what was removed: it changes cards that learners have, and makes none."""


_CLOZE: Final = re.compile(r"\{\{c(\d+)::")


def fields_of(note: Note) -> tuple[str, ...]:
    """Every field of a note, in the order of its note type."""
    fields = [note.front, note.back, note.details, note.header, note.footer, note.id, note.dress]
    fields += [escape(sort_title(note)), in_address(note.title), in_address(note.version)]
    fields += [""] * (len(note_types.FIELDS[note.type]) - len(fields))
    if note.type == "basic":
        fields[note_types.REVERSE] = note.reverse
    else:  # Anki looks for deletions in every field of a cloze note, whatever its template shows
        fields[1:] = [text.replace("{{", "{&#123;") for text in fields[1:]]
    return tuple(fields)


def sort_title(note: Note) -> str:
    """What Anki's browser shows of a note and sorts by: drills stand after their item."""
    _, _, drill = note.id.partition("/")
    return f"{note.title} · {drill}" if drill else note.title


def ordinals_of(note: Note) -> list[int]:
    """Which cards a note makes, as Anki itself will find."""
    if note.retired:
        return []
    if note.type == "cloze":
        return sorted({int(number) - 1 for number in _CLOZE.findall(note.front)})
    return [0, 1] if note.reverse else [0]


def guid(bank: str, item: str, drill: str = "") -> str:
    """The id by which Anki knows a note for ever: from ids only, never from text, order or topic.

    72 bits of SHA-256 over a JSON list, so that ids cannot run into each other.
    """
    digest = sha256(dumps([bank, item, drill]).encode()).digest()
    return urlsafe_b64encode(digest[:9]).decode()


_PART: Final = 200
"""Items composed at a time: by one worker, and between two steps of the progress bar."""


def compose_notes(bank: Bank, images: Images, progress: Progress = no_progress) -> list[Note]:
    """Every note of a bank, in the author's order, each item followed by its drills."""
    items = list(bank.items())
    composer = _Composer(bank, images)

    def compose(start: int) -> tuple[list[Note], dict[str, Image]]:
        known = set(images.found)
        part = items[start : start + _PART]
        made = [n for section, item in part for n in composer.notes(section, item)]
        return made, {name: one for name, one in images.found.items() if name not in known}

    notes: list[Note] = []
    starts = range(0, len(items), _PART)
    for start, (part, found) in zip(starts, each(compose, starts, len(items)), strict=True):
        notes += part
        images.learn(found)
        progress(min(start + _PART, len(items)), len(items))
    notes += [composer.retired(entry) for entry in bank.retired]
    return notes


class _Composer:
    def __init__(self, bank: Bank, images: Images) -> None:
        self.bank = bank
        self.images = images.name
        self.labels = labels(bank.header.language, bank.header.labels)
        self._html = CardHtml(bank, self.labels, self.images)
        self._chapters = Chapters(bank)
        self._version = bank.header.version or ""

    def notes(self, section: str, item: Item) -> Iterator[Note]:
        tags = self._tags(section, item)
        yield self._item(section, item, tags)
        own, theirs = (
            f"{self.bank.header.id}::priority::{priority}"
            for priority in (item.priority, drill_priority(item))
        )
        drill_tags = (
            *(theirs if tag == own else tag for tag in tags),
            f"{self.bank.header.id}::drill",
        )
        for drill in item.drills:
            yield self._drill(section, item, drill, drill_tags)

    def _item(self, section: str, item: Item, tags: tuple[str, ...]) -> Note:
        fields: dict[Field, str] = dict.fromkeys(("front", "back", "details", "footer"), "")
        definition = reverse = ""
        for part, place in _arranged(section, item):
            if place is None:
                reverse = f"{definition}{self._html.prompt(part.label)}"
                continue
            html = self._html.part(part, place[1])
            fields[place[0]] += html
            definition = html if part.role == "definition" else definition
        return Note(
            guid(self.bank.header.id, item.id),
            "basic",
            subdeck(self.bank, section),
            fields["front"],
            item.id,
            tags,
            fields["back"],
            fields["details"],
            self._html.head(kind_label(section, item), item, self._chapters.of(item)),
            fields["footer"],
            self._dress(section, item),
            plain(title_of(item)),
            self._version,
            reverse,
        )

    def _drill(self, section: str, item: Item, drill: Drill, tags: tuple[str, ...]) -> Note:
        cloze = drill.text is not None
        chapter = self._chapters.of(item)
        note = Note(
            guid(self.bank.header.id, item.id, drill.id),
            "cloze" if cloze else "basic",
            subdeck(self.bank, section),
            "",
            f"{item.id}/{drill.id}",
            tags,
            header=self._html.head("item-drill", item, chapter),
            dress=f"{self._dress(section, item)} pe-drill",
            title=plain(title_of(item)),
            version=self._version,
            footer=self._html.origin(item, chapter),
        )
        for part in drill_parts(drill):
            if part.role == "asked":
                front = render(part.text, self.images, cloze=part.field == "text")
                note = replace(note, front=front)
            else:
                note = replace(note, back=note.back + self._html.part(part))
        return note

    def retired(self, entry: Retired) -> Note:
        """The last word on a removed item: tagged, so that one search finds and removes it.

        Those who have it keep their cards and their schedule; for everyone else it makes no card.
        """
        item, _, drill = entry.id.partition("/")
        tag = f"{self.bank.header.id}::retired"
        reason = f'<p data-field="reason">{render_line(entry.reason, self.images)}</p>'
        if entry.replaced_by:
            title = escape(self._title(entry.replaced_by))
            text = escape(self.labels["replaced-by"]).replace("{title}", title)
            reason += f'<p data-field="replaced_by" data-id="{entry.replaced_by}">{text}</p>'
        search = f"<code>tag:{tag}</code>"
        how = escape(self.labels["delete-retired"]).replace("{search}", search)
        text = escape(self.labels["retired"])
        return Note(
            guid(self.bank.header.id, item, drill),
            entry.note,
            self.bank.deck,
            f"<p>{{{{c1::{text}}}}}</p>" if entry.note == "cloze" else f"<p>{text}</p>",
            entry.id,
            (tag,),
            f"{reason}<p>{how}</p>",
            dress="pe-retired",
            title=item,
            version=self._version,
            retired=True,
        )

    def _title(self, item_id: str) -> str:
        place = self.bank.places.get(item_id)
        if place:
            for item in self.bank.section(place.section):
                if item.id == item_id:
                    return title_of(item)
        return item_id

    def _tags(self, section: str, item: Item) -> tuple[str, ...]:
        bank = self.bank.header.id
        tags = [f"{bank}::topic::{resolve(topic, self.bank.topics)}" for topic in item.topics]
        tags.append(f"{bank}::section::{section}")
        for name in ("kind", "difficulty", "priority"):
            value = getattr(item, name, "")
            tags += [f"{bank}::{name}::{value}"] if value else []
        tags += [f"{bank}::tag::{tag}" for tag in item.tags]
        return tuple(dict.fromkeys(tags))

    def _dress(self, section: str, item: Item) -> str:
        classes = [f"pe-c{hues.place(self._chapters.of(item).number) + 1}", f"pe-{section}"]
        for name in ("kind", "difficulty"):
            value = getattr(item, name, "")
            classes += [f"pe-{name}-{value}"] if value else []
        return " ".join(classes)


def _arranged(section: str, item: Item) -> Iterator[tuple[Part, Place | None]]:
    """The parts that a card shows, each with its place; none for what asks a definition back.

    Where there is a sentence not to say, the card asks with it, and its title waits on the back.
    """
    found = list(parts(section, item))
    quotes = any(part.role == "wrong" for part in found)
    first = {"points", "wrong"} if quotes else {"points"}
    has_code = getattr(item, "kind", "") == "coding"
    for part in sorted(found, key=lambda part: part.role not in first):
        if part.role == "back-prompt":
            yield part, None
        elif part.role in PLACES:
            field, form = PLACES[part.role]
            if quotes and part.role in {"wrong", "asked"}:
                field, form = ("front", "quoted") if part.role == "wrong" else ("back", "open")
            elif has_code and form == "folded":
                form = "code"
            yield part, (field, form)
