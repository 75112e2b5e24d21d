"""Notes of other people's note types: a question for each basic note, a drill for each cloze."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from prep_export.exporters.anki.read import NoteType, PackagedNote

Entry = dict[str, Any]
_CLOZE: Final = re.compile(r"\{\{c\d+::")
_LINE: Final = 900
"""Characters of a one-line field, with room for what Markdown adds."""
_NO_TOPIC: Final = "imported"


class Foreign:
    """Gathers entries from notes whose form we do not know."""

    def __init__(
        self, markdown: Callable[[str, list[str]], str], kinds: Mapping[int, NoteType]
    ) -> None:
        self._markdown = markdown
        self._kinds = kinds
        self._taken: set[str] = set()
        self.questions: list[Entry] = []
        self.holders: dict[str, Entry] = {}
        self.topics: dict[str, str] = {}
        self.left: list[str] = []

    def read(self, notes: Iterable[PackagedNote]) -> None:
        """Take every note; what has no place in a bank is named in `left`."""
        for note in notes:
            kind = self._kinds.get(note.note_type)
            name = _plain(note.fields[0])[:40] or note.guid
            losses: list[str] = []
            if kind is not None and kind.cloze:
                self._cloze(note, losses)
            else:
                self._basic(note, kind, losses)
            self.left += [f"'{name}': {loss}" for loss in losses]

    def _basic(self, note: PackagedNote, kind: NoteType | None, losses: list[str]) -> None:
        texts = [self._markdown(text, losses) for text in note.fields]
        names = kind.fields if kind else tuple(str(n) for n in range(len(texts)))
        ask = _one_line(texts[0])
        if len(ask) > _LINE:
            losses.append("its front is too long for a question")
            ask = ask[:_LINE] + "…"
        others = [(n, t) for n, t in zip(names[1:], texts[1:], strict=False) if t]
        if not ask or not others:
            losses.append("it has no question, or no answer: left out")
            return
        if len(note.ordinals) > 1:
            losses.append(f"{len(note.ordinals)} cards; only the first is carried")
        entry: Entry = {
            "id": self._id(ask),
            "topics": self._topics(note),
            "question": ask,
            "answer": others[0][1],
        }
        if len(others) > 1:
            entry["details"] = "\n\n".join(f"**{name}**\n\n{text}" for name, text in others[1:])
        self.questions.append(entry)

    def _cloze(self, note: PackagedNote, losses: list[str]) -> None:
        text = self._markdown(note.fields[0], losses)
        if not _CLOZE.search(text):
            losses.append("a cloze note without a deletion: left out")
            return
        extra = [self._markdown(field, losses) for field in note.fields[1:] if field.strip()]
        if extra:
            losses.append("the further fields of a cloze note")
        topics = self._topics(note)
        holder = self.holders.get(topics[0])
        if holder is None:
            title = self.topics[topics[0]]
            holder = self.holders[topics[0]] = {
                "id": self._id(f"{title} clozes"),
                "topics": [topics[0]],
                "title": title,
                "summary": f"Facts on {title}, one a card.",
                "drills": [],
            }
            losses.append(f"a pattern card '{title}' is new: clozes need an item to belong to")
        holder["drills"].append({"id": self._id(_CLOZE.sub("", text)), "text": text})

    def _topics(self, note: PackagedNote) -> list[str]:
        found = []
        for tag in sorted(note.tags):
            parts = [_slug(part) for part in tag.split("::")]
            if all(parts):
                topic = "::".join(parts)
                for level in range(1, len(parts) + 1):
                    shown = tag.split("::")[level - 1].replace("_", " ")
                    self.topics.setdefault("::".join(parts[:level]), shown)
                found.append(topic)
        if not found:
            self.topics.setdefault(_NO_TOPIC, "Imported")
        return list(dict.fromkeys(found)) or [_NO_TOPIC]

    def _id(self, text: str) -> str:
        base = _slug(text)[:60].strip("-") or "note"
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}-{number}", number + 1
        self._taken.add(name)
        return name


def _slug(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_only.lower()))


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def _one_line(text: str) -> str:
    return " ".join(text.replace("\\\n", " ").split())
