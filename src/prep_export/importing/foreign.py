"""Notes of other people's note types: a question for each basic note, a drill for each cloze."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from prep_export.importing.clean import text_of
from prep_export.importing.entries import CLOZE, Entries
from prep_export.importing.markdown import to_markdown
from prep_export.importing.templates import order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prep_export.exporters.anki.package import NoteType, PackagedNote
    from prep_export.importing.entries import Field
    from prep_export.importing.losses import Losses
    from prep_export.importing.markdown import Picture

TOPICS_FROM: Final = ("tags", "decks")
OCCLUSION: Final = "image-occlusion:"
"""What a field of an image occlusion note holds."""
_CLASS: Final = re.compile(r"\.([a-zA-Z_-][\w-]{0,60})")


class Foreign:
    """Gathers entries from notes whose form we do not know."""

    def __init__(
        self,
        picture: Picture,
        kinds: Mapping[int, NoteType],
        losses: Losses,
        taken: Iterable[str],
        deck: str,
        topics_from: str,
    ) -> None:
        self._picture = picture
        self._kinds = kinds
        self._losses = losses
        self._root = deck
        self._from = topics_from
        self._styled = {
            number: frozenset(_CLASS.findall(kind.css)) for number, kind in kinds.items()
        }
        self.entries = Entries(losses, taken)

    def read(self, notes: Iterable[PackagedNote]) -> None:
        """Take every note; what has no place in a bank is named in the losses."""
        for note in notes:
            kind = self._kinds.get(note.note_type)
            occluded = any(OCCLUSION in field for field in note.fields)
            if occluded or (kind and kind.name.lower().startswith("image occlusion")):
                self._losses.add(self._name(note), "", "an image occlusion note: left out")
            elif kind is not None and kind.cloze:
                self._cloze(note, kind)
            else:
                self._basic(note, kind)

    def _name(self, note: PackagedNote) -> str:
        """What a note is called where it is listed."""
        plain = (text_of(field[:2_000]) for field in note.fields if OCCLUSION not in field)
        return next((text[:40] for text in plain if text), "") or note.guid

    def _field(
        self, note: PackagedNote, kind: NoteType | None, number: int, *, line: bool = False
    ) -> Field:
        named = kind is not None and number < len(kind.fields)
        name = kind.fields[number] if kind and named else f"field {number + 1}"
        lose = self._losses.of(self._name(note), name)
        styled = self._styled.get(note.note_type, frozenset())
        html = note.fields[number]
        return name, to_markdown(html, self._picture, lose, line=line, styled=styled)

    def _basic(self, note: PackagedNote, kind: NoteType | None) -> None:
        fronts, backs = order(kind, min(note.ordinals, default=0), len(note.fields))
        ask = asked = ""
        for number in fronts:
            if not ask:
                asked, ask = self._field(note, kind, number, line=True)
            else:
                backs.append(number)
        others = [self._field(note, kind, number) for number in backs]
        name = self._name(note)
        plain = text_of(next((note.fields[n] for n in fronts if note.fields[n]), ""))
        made = self.entries.question(
            name, (asked, ask), others, partial(self._topics, note), note.guid, plain
        )
        if made and len(note.ordinals) > 1:
            cards = len(note.ordinals)
            self._losses.add(name, "", f"{cards} cards; only the first is carried")

    def _cloze(self, note: PackagedNote, kind: NoteType) -> None:
        fronts, backs = order(kind, 0, len(note.fields))
        found = [n for n in fronts if CLOZE.search(note.fields[n])] or fronts[:1]
        _, text = self._field(note, kind, found[0])
        rest = [number for number in (*fronts, *backs) if number != found[0]]
        further = [self._field(note, kind, number) for number in rest]
        topics = partial(self._topics, note)
        self.entries.drill(self._name(note), text, further, topics, note.guid)

    def _topics(self, note: PackagedNote) -> list[str]:
        deck = next(iter(note.decks), "")
        return self.entries.topics_of_note(
            self._name(note), note.tags, deck, self._root, self._from
        )
