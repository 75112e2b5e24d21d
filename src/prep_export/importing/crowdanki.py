"""The JSON of CrowdAnki, which Brain Brew writes too, as the package that Anki would make of it.

A folder with `deck.json` and `media/`. The format is that of the add-on's own code:
https://github.com/Stvad/CrowdAnki/tree/master/crowd_anki/representation
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from prep_export.errors import PackageError
from prep_export.exporters.anki.package import NoteType, Package, PackagedNote
from prep_export.exporters.anki.read import MAX_NOTES
from prep_export.paths import inside, read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Kind = TypeVar("Kind")
_CLOZE: Final = 1


def is_crowdanki(data: Any) -> bool:
    """Whether the JSON of a file is a deck of CrowdAnki."""
    return isinstance(data, dict) and data.get("__type__") == "Deck"


def package_of(path: str, data: dict[str, Any]) -> Package:
    """The deck with all below it. Raises PackageError for what the add-on does not write."""
    reader = _Reader(path)
    models = reader.each(data, "note_models")
    kinds = {
        reader.want(model, "crowdanki_uuid", str): reader.kind(number, model)
        for number, model in enumerate(models)
    }
    notes: dict[str, PackagedNote] = {}
    twins = []
    media: dict[str, str] = {}
    for name, deck in reader.decks(data):
        media |= {file: file for file in reader.texts(deck, "media_files")}
        for entry in reader.each(deck, "notes"):
            note = reader.note(entry, name, kinds)
            if note.guid in notes:
                twins.append(note)
            else:
                notes[note.guid] = note
            if len(notes) + len(twins) > MAX_NOTES:
                raise PackageError(f"'{path}' holds more than {MAX_NOTES:,} notes")
    return Package(path, notes, tuple(twins), {kind.id: kind for kind, _ in kinds.values()}, media)


def media_beside(path: str) -> Callable[[str, int], bytes]:
    """Gives the content of the files in `media/` by their names; those of more bytes than the
    second argument, and what is not there, raise PackageError."""
    folder = str(Path(path).parent / "media")

    def read(name: str, most: int) -> bytes:
        found = inside(folder, name)
        try:
            content = read_regular(found, most) if found else None
        except (OSError, ValueError):
            raise PackageError(f"media file '{name}' is not in '{folder}'") from None
        if content is None:
            raise PackageError(f"media file '{name}' is too large, or outside '{folder}'")
        return content

    return read


class _Reader:
    def __init__(self, path: str) -> None:
        self._path = path

    def want(self, entry: Any, name: str, kind: type[Kind]) -> Kind:
        """A value of an entry, which must be of a kind."""
        found = entry.get(name) if isinstance(entry, dict) else None
        if not isinstance(found, kind):
            said = f"'{name}' is not as CrowdAnki writes it"
            raise PackageError(f"'{self._path}' is no deck of CrowdAnki: {said}")
        return found

    def each(self, entry: Any, name: str) -> list[Any]:
        """The entries of a list; of an absent one none."""
        return self.want(entry, name, list) if name in entry else []

    def texts(self, entry: Any, name: str) -> tuple[str, ...]:
        """The texts of a list; of an absent one none."""
        found = self.each(entry, name)
        for text in found:
            self.want({name: text}, name, str)
        return tuple(found)

    def decks(self, data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every deck with its full name, of which a child has the last part only."""
        waiting = [("", data)]
        while waiting:
            above, deck = waiting.pop()
            name = f"{above}{self.want(deck, 'name', str)}"
            yield name, deck
            waiting += [(f"{name}::", child) for child in reversed(self.each(deck, "children"))]

    def kind(self, number: int, model: Any) -> tuple[NoteType, Any]:
        """A note type, and when each of its templates makes a card."""
        templates = self.want(model, "tmpls", list)
        texts = tuple((self.want(t, "qfmt", str), self.want(t, "afmt", str)) for t in templates)
        fields = tuple(self.want(f, "name", str) for f in self.want(model, "flds", list))
        names = tuple(self.want(template, "name", str) for template in templates)
        made = NoteType(
            id=number,
            name=self.want(model, "name", str),
            cloze=model.get("type") == _CLOZE,
            fields=fields,
            field_ids=(None,) * len(fields),
            templates=names,
            template_ids=(None,) * len(names),
            texts=texts,
            css=str(model.get("css", "")),
            modified=0,
        )
        return made, model.get("req")

    def note(self, entry: Any, deck: str, kinds: dict[str, tuple[NoteType, Any]]) -> PackagedNote:
        model = self.want(entry, "note_model_uuid", str)
        if model not in kinds:
            raise PackageError(f"'{self._path}': there is no note model '{model[:60]}'")
        kind, required = kinds[model]
        fields = self.texts(entry, "fields")
        ordinals = () if kind.cloze else _cards(len(kind.templates), required, fields)
        return PackagedNote(
            guid=self.want(entry, "guid", str),
            note_type=kind.id,
            modified=0,
            tags=frozenset(self.texts(entry, "tags")),
            fields=fields,
            decks=(deck,),
            ordinals=ordinals,
        )


def _cards(count: int, required: Any, fields: tuple[str, ...]) -> tuple[int, ...]:
    """Which templates make a card of a note: by the fields that they need, where that is told."""
    rules = {
        rule[0]: (rule[1], rule[2])
        for rule in (required if isinstance(required, list) else ())
        if isinstance(rule, list)
        and len(rule) == 3  # noqa: PLR2004 - Anki's form
        and isinstance(rule[2], list)
        and isinstance(rule[0], int)
    }
    made = []
    for ordinal in range(count):
        how, places = rules.get(ordinal, ("none", []))
        filled = [
            isinstance(n, int) and 0 <= n < len(fields) and bool(fields[n].strip()) for n in places
        ]
        if how == "none" or (any(filled) if how == "any" else all(filled)):
            made.append(ordinal)
    return tuple(made)
