"""Notes of our own note types back to entries of a bank: the reverse of exporters/anki/notes.py."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bs4 import BeautifulSoup, Tag

from prep_export.exporters.anki.note_types import BASIC_ID, CLOZE_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prep_export.exporters.anki.reader import PackagedNote

Entry = dict[str, Any]

FRONT, BACK, DETAILS, HEADER, FOOTER, ID = range(6)
_FOLDS: Final = {"Details": "details", "In depth": "body", "Example": "example"}
_LISTS: Final = {
    "Key points": "key_points",
    "Pitfalls": "pitfalls",
    "Recognise": "recognise",
    "Approach": "approach",
}
_PARTS: Final = {
    "Why it costs you": "why",
    "Instead": "instead",
    "Do not say": "not_that",
    "Say": "say_this",
    "Key formula": "formula",
    "Weak": "weak",
    "Strong": "strong",
}
_TITLES: Final = {
    "patterns": "title",
    "questions": "question",
    "mistakes": "mistake",
    "criteria": "criterion",
    "concepts": "term",
    "faqs": "question",
}
_ASKING: Final = {"mistakes": 1, "criteria": 1}
"""Index of the paragraph of the front that holds the item's own line."""


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
            if "/" in note.fields[ID]:
                drills.append(note)
            elif tags.retired:
                self._retired(note)
            elif tags.section in _TITLES:
                self._item(note, tags)
            else:
                self.left.append(f"{note.fields[ID]}: no tag names its section")
        for note in drills:
            self._drill(note)

    def _item(self, note: PackagedNote, tags: _Tags) -> None:
        section = tags.section
        entry: Entry = {"id": note.fields[ID], "topics": self._topics(note, tags)}
        front = _children(note.fields[FRONT])
        line = front[_ASKING.get(section, 0)] if len(front) > _ASKING.get(section, 0) else front[0]
        entry[_TITLES[section]] = self._markdown(line.decode_contents())
        if section == "questions":
            entry |= {"kind": tags.kind, "difficulty": tags.difficulty}
        getattr(self, f"_{section}")(entry, note)
        sources = [_source(p) for p in _children(note.fields[FOOTER])]
        if sources:
            entry["sources"] = sources
        self._items[entry["id"]] = entry
        self.sections.setdefault(section, []).append(entry)

    def _topics(self, note: PackagedNote, tags: _Tags) -> list[str]:
        """The topics of an item, the main one first: it is the one that the header shows."""
        shown = _shown_topic(note)
        known = [topic for topic in tags.topics if self.topics.get(topic) == shown]
        if not known:
            known = [t for t in tags.topics if t not in self.topics][:1]
        first = known[0] if known else tags.topics[0]
        self.topics.setdefault(first, shown)
        return [first, *(topic for topic in tags.topics if topic != first)]

    def _questions(self, entry: Entry, note: PackagedNote) -> None:
        entry["answer"] = self._markdown(note.fields[BACK])
        self._parts(entry, note.fields[DETAILS])

    def _patterns(self, entry: Entry, note: PackagedNote) -> None:
        back = _children(note.fields[BACK])
        entry["summary"] = self._markdown(back[0].decode_contents())
        self._parts(entry, "".join(str(element) for element in back[1:]))
        self._parts(entry, note.fields[DETAILS])

    def _mistakes(self, entry: Entry, note: PackagedNote) -> None:
        self._parts(entry, note.fields[BACK])
        self._parts(entry, note.fields[DETAILS])

    _criteria = _mistakes

    def _concepts(self, entry: Entry, note: PackagedNote) -> None:
        # The reverse side is the definition and one more paragraph that asks for the term.
        reverse = note.fields[ID + 1]
        definition = reverse.rpartition('<p class="pe-ask">')[0]
        entry["definition"] = self._markdown(definition)
        formula = note.fields[BACK].removeprefix(definition)
        if formula.strip():
            entry["formula"] = self._markdown(formula)

    def _faqs(self, entry: Entry, note: PackagedNote) -> None:
        entry["answer"] = self._markdown(note.fields[BACK])

    def _parts(self, entry: Entry, html: str) -> None:
        """Headings with what follows, folds and figures."""
        name = ""
        gathered: dict[str, str] = {}
        for element in _children(html):
            if element.name == "h4":
                name = element.get_text()
            elif element.name == "details":
                self._fold(entry, element)
            elif element.name == "figure":
                entry["diagram"] = self._diagram(element)
            elif name in _LISTS:
                entry[_LISTS[name]] = self._list(element)
            elif name in _PARTS:
                gathered[name] = gathered.get(name, "") + str(element) + "\n"
            else:
                self.left.append(f"{entry['id']}: a part '{name or element.name}'")
        for title, text in gathered.items():
            entry[_PARTS[title]] = self._markdown(text)

    def _fold(self, entry: Entry, element: Tag) -> None:
        summary, body = element.find("summary"), element.find("div")
        title = summary.get_text() if summary else ""
        if not isinstance(body, Tag):
            return
        if title in _FOLDS:
            entry[_FOLDS[title]] = self._markdown(body.decode_contents())
        elif title in _LISTS:
            entry[_LISTS[title]] = self._list(next(iter(_children(body.decode_contents()))))
        elif title == "Follow-ups":
            entry["follow_ups"] = self._follow_ups(_children(body.decode_contents()))
        else:
            self.left.append(f"{entry['id']}: a part '{title}'")

    def _list(self, element: Tag) -> list[str]:
        items = element.find_all("li", recursive=False)
        return [self._markdown(item.decode_contents()) for item in items]

    def _follow_ups(self, elements: list[Tag]) -> list[Entry]:
        found: list[dict[str, str]] = []
        for element in elements:
            strong = element.find("strong", recursive=False)
            whole = isinstance(strong, Tag) and strong.get_text() == element.get_text()
            if element.name == "p" and whole and isinstance(strong, Tag):
                found.append({"ask": strong.decode_contents(), "answer": ""})
            elif found:
                found[-1]["answer"] += str(element) + "\n"
        return [{name: self._markdown(text) for name, text in one.items()} for one in found]

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
        if item not in self._items:
            self.left.append(f"{note.fields[ID]}: its item is not in the package")
            return
        drill: Entry = {"id": name}
        if note.note_type == CLOZE_ID:
            drill["text"] = self._markdown(note.fields[FRONT])
        else:
            drill |= {
                "ask": self._markdown(note.fields[FRONT]),
                "answer": self._markdown(note.fields[BACK]),
            }
        self._items[item].setdefault("drills", []).append(drill)

    def _retired(self, note: PackagedNote) -> None:
        reason = self._markdown(_children(note.fields[BACK])[0].decode_contents())
        entry = {"id": note.fields[ID], "reason": reason}
        if note.note_type == CLOZE_ID:
            entry["note"] = "cloze"
        self.sections.setdefault("retired", []).append(entry)


class _Tags:
    """What the tags of a note say."""

    def __init__(self, tags: Iterable[str], bank: str) -> None:
        own = sorted(tag[len(bank) + 2 :] for tag in tags if tag.startswith(f"{bank}::"))
        self.topics = [tag.removeprefix("topic::") for tag in own if tag.startswith("topic::")]
        self.section = self._one(own, "section")
        self.kind = self._one(own, "kind")
        self.difficulty = self._one(own, "difficulty")
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
    return note.note_type in {BASIC_ID, CLOZE_ID} and len(note.fields) > ID + 1


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
