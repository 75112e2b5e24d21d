"""Notes of our own note types back to entries of a bank: the table of parts, read backwards.

Each part of a card names its field (`data-field`), whatever language its label is in. A learner may
have edited a note, so nothing here relies on markup being there: what has lost it is listed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bs4 import Tag

from prep_export.bank.values import slug
from prep_export.exporters.anki.note_types import (
    BACK,
    DETAILS,
    FOOTER,
    FRONT,
    HEADER,
    ID,
    RESERVED,
    REVERSE,
)
from prep_export.importing.clean import text_of, tree
from prep_export.importing.markdown import to_markdown
from prep_export.importing.names import digest
from prep_export.parts import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bs4 import BeautifulSoup

    from prep_export.exporters.anki.package import PackagedNote
    from prep_export.importing.losses import Lose, Losses
    from prep_export.importing.markdown import Picture
    from prep_export.parts import Row

Entry = dict[str, Any]

_SLUG: Final = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_DIGITS: Final = 6
"""Of a chapter's number; more are nobody's."""
_ITEM_ID: Final = re.compile(f"{_SLUG.pattern}(?:/{_SLUG.pattern})?")


class Ours:
    """Gathers entries by section from notes of our note types."""

    def __init__(self, picture: Picture, losses: Losses) -> None:
        self._picture = picture
        self._losses = losses
        self._lose: Lose = losses.of("", "")
        self.sections: dict[str, list[Entry]] = {}
        self.topics: dict[str, str] = {}
        """Titles of topics, by id."""
        self.chapters: dict[str, int] = {}
        """Numbers of chapters, by root topic."""
        self.items: dict[str, Entry] = {}
        """By id."""
        self._drills: set[tuple[str, str]] = set()
        """Those that are taken, by the ids of item and drill."""

    def _markdown(self, html: str, *, line: bool = False) -> str:
        return to_markdown(html, self._picture, self._lose, line=line)

    def _tree(self, html: str) -> BeautifulSoup:
        return tree(html, self._lose)

    def read(self, notes: Iterable[PackagedNote], bank: str) -> None:
        """Take every note of a bank; drills are attached to their items."""
        notes = list(notes)
        drills = []
        for note in notes:
            self._lose = self._losses.of(note.fields[ID] or note.guid, "")
            tags = _Tags(note.tags, bank)
            if tags.retired:
                self._retired(note)
            elif "/" in note.fields[ID]:
                drills.append((note, tags.values.get("priority", "standard")))
            else:
                self._item(note, tags)
        for note, priority in drills:
            self._lose = self._losses.of(note.fields[ID], "")
            self._drill(note, priority)
        for entry in self.sections.get("retired", []):
            other = entry.get("replaced_by")
            if other is not None and other not in self.items:
                self._losses.say(f"{entry['id']}: '{other}', which replaces it, is not here")
                del entry["replaced_by"]

    def _item(self, note: PackagedNote, tags: _Tags) -> None:
        name, rows = note.fields[ID], ROWS.get(tags.section)
        if rows and (name in self.items or not _SLUG.fullmatch(name)):
            made = f"{slug(name) or 'note'}-{digest(f'{name} {note.guid} {len(self.items)}')}"
            self._losses.say(
                f"{name or note.guid}: no id, or one that is taken; it is '{made}' now"
            )
            name = made
        if rows is None:
            self._losses.say(f"{name}: no tag names its section")
            return
        if not tags.topics:
            self._losses.say(f"{name}: no tag names a topic")
            return
        entry: Entry = {"id": name, "topics": self._topics(note, tags)}
        named = next(row.field for row in rows if row.role == "asked")
        entry[named], *sides = self._sides(note, named)
        entry |= {key: value for key, value in tags.values.items() if value}
        if tags.tags:
            entry["tags"] = tags.tags
        if "reverse" in {row.field for row in rows} and any(note.fields[REVERSE : REVERSE + 1]):
            entry["reverse"] = "true"
        fields = {row.field: row for row in rows if row.field and row.field != named}
        self._reserved(note)
        for html in (*sides, note.fields[DETAILS]):
            self._parts(entry, html, fields)
        footer = self._tree(note.fields[FOOTER])
        cited = footer.find_all("p", recursive=False)
        sources = [_source(p.extract()) for p in cited if p.get_text(strip=True)]
        self._unwritten(name, str(footer))
        if sources:
            entry["sources"] = sources
        if not entry[named] or not any(field in entry for field in fields):
            self._losses.say(f"{name}: its front or its back is empty")
            return
        self.items[name] = entry
        self.sections.setdefault(tags.section, []).append(entry)

    def _sides(self, note: PackagedNote, field: str) -> tuple[str, str, str]:
        """The line that names an item, and what else is on its front and back.

        The line is on the back where the front quotes what not to say. Where its mark has been
        edited away it is all of the front, or what comes first on the back.
        """
        front, back = self._tree(note.fields[FRONT]), self._tree(note.fields[BACK])
        for prompt in front.find_all(class_="pe-ask"):
            prompt.decompose()
        for side in (front, back):
            if isinstance(marked := side.find(True, {"data-field": field}), Tag):
                line = self._markdown(marked.extract().decode_contents(), line=True)
                return line, str(front), str(back)
        if front.find(True, {"data-field": True}) is None:
            return self._markdown(str(front), line=True), "", str(back)
        first = next((e for e in back.children if isinstance(e, Tag)), None)
        if first is None or first.get("data-field"):
            return "", str(front), str(back)
        return self._markdown(str(first.extract()), line=True), str(front), str(back)

    def _topics(self, note: PackagedNote, tags: _Tags) -> list[str]:
        """The topics of an item, the main one first: it is the one that the header shows last."""
        main = ""
        for shown in self._tree(note.fields[HEADER]).find_all(True, {"data-topic": True}):
            main = str(shown["data-topic"])
            number = shown.find("b")
            if isinstance(number, Tag):
                digits = number.extract().get_text(strip=True)
                if digits.isdecimal() and len(digits) <= _DIGITS:
                    self.chapters.setdefault(main, int(digits))
            title = " ".join(shown.get_text().split())
            if title:
                self.topics.setdefault(main, title)
        first = main if main in tags.topics else tags.topics[0]
        return [first, *(topic for topic in tags.topics if topic != first)]

    def _parts(self, entry: Entry, html: str, fields: dict[str, Row]) -> None:
        for element in self._tree(html).children:
            name = str(element.get("data-field", "")) if isinstance(element, Tag) else ""
            if isinstance(element, Tag) and name in fields:
                content = self._content(entry["id"], element, fields[name])
                if content:
                    entry[name] = content
            else:
                self._unwritten(entry["id"], str(element))

    def _reserved(self, note: PackagedNote) -> None:
        """Name what stands in fields that no bank fills."""
        for html in note.fields[RESERVED]:
            self._unwritten(note.fields[ID], html)

    def _unwritten(self, name: str, html: str) -> None:
        """Name what somebody else has put on a card."""
        text = self._markdown(html, line=True) or text_of(html)
        if text:
            self._losses.say(f"{name}: what its author has not written: {text[:60]}")

    def _content(self, name: str, element: Tag, row: Row) -> Any:
        """What a part holds, without its label."""
        if row.kind == "figure":
            return self._diagram(element)
        body: Any = element
        if element.name == "details":
            body = element.find("div", recursive=False)
        elif row.label and isinstance(label := element.find("h4", recursive=False), Tag):
            label.extract()
        if not isinstance(body, Tag):
            body = element
        if row.kind == "pairs":
            found = body.find_all(class_="pe-pair", recursive=False)
            pairs = [self._pair(pair.extract()) for pair in found]
            self._unwritten(name, body.decode_contents())
            return [pair for pair in pairs if pair["ask"] and pair["answer"]]
        if row.kind in {"list", "steps"}:
            listed = body.find(["ul", "ol"], recursive=False)
            items = listed.find_all("li", recursive=False) if isinstance(listed, Tag) else []
            texts = [self._markdown(item.extract().decode_contents()) for item in items]
            self._unwritten(name, body.decode_contents())
            return [text for text in texts if text]
        return self._markdown(body.decode_contents(), line=row.kind == "line")

    def _pair(self, element: Tag) -> Entry:
        asked = element.find("summary")
        ask = self._markdown(asked.extract().decode_contents()) if isinstance(asked, Tag) else ""
        return {"ask": ask, "answer": self._markdown(element.decode_contents())}

    def _diagram(self, element: Tag) -> Entry:
        image = element.find("img")
        if not isinstance(image, Tag):
            return {}
        path = self._picture(str(image.get("src", "")), self._lose)
        if path is None:
            return {}
        diagram: Entry = {"image": path, "alt": " ".join(str(image.get("alt", "")).split())}
        caption = element.find("figcaption")
        if isinstance(caption, Tag):
            diagram["caption"] = self._markdown(caption.decode_contents())
        return diagram

    def _drill(self, note: PackagedNote, priority: str) -> None:
        item, _, name = note.fields[ID].partition("/")
        self._reserved(note)
        front = self._markdown(note.fields[FRONT])
        soup = self._tree(note.fields[BACK])
        told = soup.find(True, {"data-field": "why"}, recursive=False)
        why = self._markdown(told.extract().decode_contents()) if isinstance(told, Tag) else ""
        back = self._markdown(str(soup))
        if item not in self.items:
            self._losses.say(f"{note.fields[ID]}: its item is not in the package")
            return
        is_cloze = note.kind == "cloze"
        if not front or not (is_cloze or back):
            self._losses.say(f"{note.fields[ID]}: its front or its back is empty")
            return
        if is_cloze and back:  # what somebody has written there
            why = "\n\n".join(text for text in (why, back) if text)
        drill = {"text": front} if is_cloze else {"ask": front, "answer": back}
        drills = self.items[item].setdefault("drills", [])
        if not _SLUG.fullmatch(name) or (item, name) in self._drills:
            name = f"drill-{digest(f'{note.guid} {len(drills)}')}"
            self._losses.say(f"{note.fields[ID]}: no id, or one that is taken; it is '{name}' now")
        self._drills.add((item, name))
        drills.append({"id": name, **drill, **({"why": why} if why else {})})
        if priority and priority != self.items[item].get("priority", "standard"):
            self.items[item]["drill_priority"] = priority

    def _retired(self, note: PackagedNote) -> None:
        soup = self._tree(note.fields[BACK])
        reason = soup.find(True, {"data-field": "reason"})
        if not isinstance(reason, Tag) or not _ITEM_ID.fullmatch(note.fields[ID]):
            self._losses.say(f"{note.fields[ID]}: retired, and its id or the reason cannot be told")
            return
        entry = {"id": note.fields[ID], "reason": self._markdown(reason.decode_contents())}
        other = soup.find(True, {"data-field": "replaced_by"})
        if isinstance(other, Tag):
            entry["replaced_by"] = str(other.get("data-id", ""))
        if note.kind == "cloze":
            entry["note"] = "cloze"
        self.sections.setdefault("retired", []).append(entry)


class _Tags:
    """What the tags of a note say."""

    _VALUES: Final = ("kind", "difficulty", "priority")

    def __init__(self, tags: Iterable[str], bank: str) -> None:
        own = sorted(tag[len(bank) + 2 :] for tag in tags if tag.startswith(f"{bank}::"))
        self.topics = [tag.removeprefix("topic::") for tag in own if tag.startswith("topic::")]
        self.section = self._one(own, "section")
        self.values = {name: self._one(own, name) for name in self._VALUES}
        self.tags = [tag.removeprefix("tag::") for tag in own if tag.startswith("tag::")]
        if self.values["priority"] == "standard":
            del self.values["priority"]
        self.retired = "retired" in own

    @staticmethod
    def _one(tags: list[str], name: str) -> str:
        return next((t.partition("::")[2] for t in tags if t.startswith(f"{name}::")), "")


def is_ours(note: PackagedNote) -> bool:
    """Whether a note is of one of our note types."""
    return note.kind is not None and len(note.fields) > ID


def _source(element: Tag) -> Entry:
    cite = element.find("cite")
    text = " ".join(element.get_text().split())
    title = " ".join(cite.get_text().split()) if isinstance(cite, Tag) else ""
    entry: Entry = {"title": title or text}
    link = element.find("a")
    authors, _, rest = text.partition(entry["title"])
    if authors.strip(" ,"):
        entry["authors"] = authors.strip(" ,")
    if rest.strip(" ,"):
        entry["year"] = rest.strip(" ,")
    if isinstance(link, Tag):
        entry["url"] = str(link.get("href", ""))
    return entry
