"""Notes of our own note types back to entries of a bank: the table of parts, read backwards.

Each part of a card names its field (`data-field`), whatever language its label is in. A learner may
have edited a note, so nothing here relies on markup being there: what has lost it is listed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bs4 import BeautifulSoup, Tag

from prep_export.exporters.anki.note_types import BACK, DETAILS, FOOTER, FRONT, HEADER, ID
from prep_export.parts import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prep_export.exporters.anki.read import PackagedNote
    from prep_export.parts import Row

Entry = dict[str, Any]


class Ours:
    """Gathers entries by section from notes of our note types."""

    def __init__(self, markdown: Callable[[str], str]) -> None:
        self._markdown = markdown
        self.sections: dict[str, list[Entry]] = {}
        self.topics: dict[str, str] = {}
        self._items: dict[str, Entry] = {}
        self.left: list[str] = []

    def read(self, notes: Iterable[PackagedNote], bank: str) -> None:
        """Take every note of a bank; drills are attached to their items."""
        notes = list(notes)
        drills = []
        for note in notes:  # an item with one topic shows that topic's title beyond doubt
            topics = _Tags(note.tags, bank).topics
            if len(topics) == 1:
                self.topics.setdefault(topics[0], _shown_topic(note))
        for note in notes:
            tags = _Tags(note.tags, bank)
            if tags.retired:
                self._retired(note)
            elif "/" in note.fields[ID]:
                drills.append(note)
            else:
                self._item(note, tags)
        for note in drills:
            self._drill(note)

    def _item(self, note: PackagedNote, tags: _Tags) -> None:
        name, rows = note.fields[ID], ROWS.get(tags.section)
        if rows is None:
            self.left.append(f"{name}: no tag names its section")
            return
        if not tags.topics:
            self.left.append(f"{name}: no tag names a topic")
            return
        entry: Entry = {"id": name, "topics": self._topics(note, tags)}
        named = next(row.field for row in rows if row.role == "asked")
        entry[named] = self._front(note, named)
        entry |= {key: value for key, value in tags.values.items() if value}
        fields = {row.field: row for row in rows if row.field and row.field != named}
        for html in (note.fields[BACK], note.fields[DETAILS]):
            self._parts(entry, html, fields)
        sources = [_source(p) for p in _children(note.fields[FOOTER])]
        if sources:
            entry["sources"] = sources
        if not entry[named] or not any(field in entry for field in fields):
            self.left.append(f"{name}: its front or its back is empty")
            return
        self._items[name] = entry
        self.sections.setdefault(tags.section, []).append(entry)

    def _front(self, note: PackagedNote, field: str) -> str:
        """The line that names an item; all of the front where its mark has been edited away."""
        soup = BeautifulSoup(note.fields[FRONT], "html.parser")
        marked = soup.find(True, {"data-field": field})
        if isinstance(marked, Tag):
            return self._markdown(marked.decode_contents())
        for prompt in soup.find_all(class_="pe-ask"):
            prompt.decompose()
        return " ".join(self._markdown(str(soup)).split())

    def _topics(self, note: PackagedNote, tags: _Tags) -> list[str]:
        """The topics of an item, the main one first: it is the one that the header shows."""
        shown = _shown_topic(note)
        known = [topic for topic in tags.topics if self.topics.get(topic) == shown]
        if not known:
            known = [t for t in tags.topics if t not in self.topics][:1]
        first = known[0] if known else tags.topics[0]
        self.topics.setdefault(first, shown)
        return [first, *(topic for topic in tags.topics if topic != first)]

    def _parts(self, entry: Entry, html: str, fields: dict[str, Row]) -> None:
        for element in BeautifulSoup(html, "html.parser").children:
            name = str(element.get("data-field", "")) if isinstance(element, Tag) else ""
            if isinstance(element, Tag) and name in fields:
                entry[name] = self._content(element, fields[name])
            elif str(element).strip():
                text = " ".join(self._markdown(str(element)).split())
                self.left.append(f"{entry['id']}: what its author has not written: {text[:60]}")

    def _content(self, element: Tag, row: Row) -> Any:
        """What a part holds, without its label."""
        if row.kind == "figure":
            return self._diagram(element)
        if element.name == "details":
            body = element.find("div", recursive=False)
        else:
            body = element
            label = element.find("h4", recursive=False) if row.label else None
            if isinstance(label, Tag):
                label.extract()
        if not isinstance(body, Tag):
            return self._markdown(element.decode_contents())
        if row.kind == "pairs":
            return [self._pair(pair) for pair in body.find_all(class_="pe-pair", recursive=False)]
        if row.kind in {"list", "steps"}:
            listed = body.find(["ul", "ol"], recursive=False)
            items = listed.find_all("li", recursive=False) if isinstance(listed, Tag) else []
            return [self._markdown(item.decode_contents()) for item in items]
        return self._markdown(body.decode_contents())

    def _pair(self, element: Tag) -> Entry:
        asked = element.find(class_="pe-next", recursive=False)
        ask = self._markdown(asked.extract().decode_contents()) if isinstance(asked, Tag) else ""
        return {"ask": ask, "answer": self._markdown(element.decode_contents())}

    def _diagram(self, element: Tag) -> Entry:
        image = element.find("img")
        if not isinstance(image, Tag):
            return {}
        diagram: Entry = {
            "image": re.sub(r"^!\[.*\]\((.*)\)$", r"\1", self._markdown(str(image))),
            "alt": str(image.get("alt", "")),
        }
        caption = element.find("figcaption")
        if isinstance(caption, Tag):
            diagram["caption"] = self._markdown(caption.decode_contents())
        return diagram

    def _drill(self, note: PackagedNote) -> None:
        item, _, name = note.fields[ID].partition("/")
        front = self._markdown(note.fields[FRONT])
        back = self._markdown(note.fields[BACK])
        is_cloze = note.kind == "cloze"
        if item not in self._items:
            self.left.append(f"{note.fields[ID]}: its item is not in the package")
        elif not front or not (is_cloze or back):
            self.left.append(f"{note.fields[ID]}: its front or its back is empty")
        else:
            drill = {"text": front} if is_cloze else {"ask": front, "answer": back}
            self._items[item].setdefault("drills", []).append({"id": name, **drill})

    def _retired(self, note: PackagedNote) -> None:
        soup = BeautifulSoup(note.fields[BACK], "html.parser")
        reason = soup.find(True, {"data-field": "reason"})
        if not isinstance(reason, Tag):
            self.left.append(f"{note.fields[ID]}: retired, and the reason cannot be told")
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

    _VALUES: Final = ("kind", "difficulty")

    def __init__(self, tags: Iterable[str], bank: str) -> None:
        own = sorted(tag[len(bank) + 2 :] for tag in tags if tag.startswith(f"{bank}::"))
        self.topics = [tag.removeprefix("topic::") for tag in own if tag.startswith("topic::")]
        self.section = self._one(own, "section")
        self.values = {name: self._one(own, name) for name in self._VALUES}
        self.retired = "retired" in own

    @staticmethod
    def _one(tags: list[str], name: str) -> str:
        return next((t.partition("::")[2] for t in tags if t.startswith(f"{name}::")), "")


def _shown_topic(note: PackagedNote) -> str:
    """The title of the main topic, which the header shows after the kind."""
    soup = BeautifulSoup(note.fields[HEADER], "html.parser")
    spans = [span.get_text() for span in soup.find_all("span")]
    return spans[1] if len(spans) > 1 else ""


def is_ours(note: PackagedNote) -> bool:
    """Whether a note is of one of our note types."""
    return note.kind is not None and len(note.fields) > ID + 1


def _children(html: str) -> list[Tag]:
    soup = BeautifulSoup(html, "html.parser")
    return [child for child in soup.children if isinstance(child, Tag)]


def _source(element: Tag) -> Entry:
    cite = element.find("cite")
    entry: Entry = {"title": cite.get_text() if isinstance(cite, Tag) else element.get_text()}
    link = element.find("a")
    text = element.get_text()
    authors, _, rest = text.partition(entry["title"])
    if authors.strip(" ,"):
        entry["authors"] = authors.strip(" ,")
    if rest.strip(" ,"):
        entry["year"] = rest.strip(" ,")
    if isinstance(link, Tag):
        entry["url"] = str(link.get("href", ""))
    return entry
