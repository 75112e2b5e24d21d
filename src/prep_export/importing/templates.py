"""Which fields of a note its templates ask, and which they answer with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prep_export.exporters.anki.package import NoteType

_FIELD: Final = re.compile(r"\{\{([^{}#^/!][^{}]{0,300})\}\}")


def shown(template: str) -> list[str]:
    """The names of the fields whose content a template shows, in its order."""
    found = []
    for inside in _FIELD.findall(template):
        *filters, name = inside.strip().split(":")
        if "type" not in (one.strip() for one in filters):  # that is what the learner types in
            found.append(name.strip())
    return list(dict.fromkeys(found))


def order(kind: NoteType | None, ordinal: int, count: int) -> tuple[list[int], list[int]]:
    """Indexes of the fields of a note: those that its card asks, then all others, those that it
    answers with before the rest."""
    if kind is None or not kind.texts:
        return [0], list(range(1, count))
    front, back = kind.texts[0 if kind.cloze or ordinal >= len(kind.texts) else ordinal]
    index = {name: number for number, name in enumerate(kind.fields[:count])}
    asked = [index[name] for name in shown(front) if name in index] or [0]
    answers = [index[name] for name in shown(back) if name in index]
    rest = dict.fromkeys([*answers, *range(count)])
    return asked, [number for number in rest if number not in asked]
