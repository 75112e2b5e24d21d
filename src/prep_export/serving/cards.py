"""The cards of a bank as Anki will show them: its note types' templates and style, rendered.

What Anki does by script stands there already: formulas are MathML, nothing is typed. A card is a
document of its own, in a frame without scripts.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from prep_export.exporters.anki import faces, note_types
from prep_export.exporters.anki.compose import compose_notes, fields_of, ordinals_of
from prep_export.exporters.site.font import FAMILY, font_face
from prep_export.labels import direction_of
from prep_export.markdown.images import Images
from prep_export.markdown.mathml import characters, mathml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.bank.model import Bank
    from prep_export.exporters.anki.compose import Note
    from prep_export.markdown.images import Image

SIDES: Final = ("question", "answer")

_LITERAL: Final = re.compile(r"<(pre|code|style)\b.*?</\1>", re.DOTALL)
"""Where MathJax seeks no formulas."""
_FORMULA: Final = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)

_AROUND: Final = """\
body { margin: 20px; overflow-wrap: break-word; }
hr { border: 0; height: 1px; background: currentColor; margin: 1em 0; }
img { max-width: 100%; max-height: 95vh; }
pre { text-align: start; }
#typeans { width: 100%; box-sizing: border-box; line-height: 1.75; }
"""
"""What Anki itself puts before the style of a note type (its reviewer.scss)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The cards of one note."""

    id: str
    """Of the item, or of the item and the drill."""
    title: str
    """The title of the item, or what the drill asks, as plain text."""
    section: str
    """The last part of its deck's name."""
    names: tuple[str, ...]
    """A name for each card."""
    cards: tuple[faces.Card, ...]
    fields: Mapping[str, str]


class Deck:
    """The cards of a bank, by the id of their item or drill."""

    def __init__(self, bank: Bank) -> None:
        images = Images(bank.root)
        templates = {
            kind: tuple(
                (made["name"], made["qfmt"], made["afmt"])
                for made in note_types.templates(declared, bank.header)
            )
            for kind, declared in _TEMPLATES.items()
        }
        self._header = bank.header
        self.entries = {
            note.id: _entry(note, templates[note.type])
            for note in compose_notes(bank, images)
            if not note.retired
        }
        self.pictures: Mapping[str, Image] = {image.name: image for image in images.used}

    def document(self, entry: Entry, number: int, side: str, *, night: bool, media: str) -> str:
        """One side of a card as a document; `media` is the address of the folder of pictures."""
        card = entry.cards[number]
        both = tuple(
            _with_math(render(card, entry.fields)) for render in (faces.question, faces.answer)
        )
        shown = both[SIDES.index(side)]
        classes = f"card card{card.ordinal + 1}" + (" nightMode night_mode" if night else "")
        return (
            f'<!doctype html>\n<html lang="{escape(self._header.language)}" '
            f'dir="{direction_of(self._header.language)}"{_NIGHT if night else ""}>\n<head>\n'
            f'<meta charset="utf-8">\n<title>{escape(entry.id)}</title>\n'
            f'<base href="{escape(media)}">\n<style>{_math_style(both)}{_AROUND}</style>\n'
            f"<style>{note_types.style(self._header)}</style>\n</head>\n"
            f'<body class="{classes}"><div id="qa">{shown}</div></body>\n</html>\n'
        )


_TEMPLATES: Final[Mapping[note_types.Kind, tuple[tuple[str, int, str], ...]]] = {
    "basic": note_types.BASIC_TEMPLATES,
    "cloze": note_types.CLOZE_TEMPLATES,
}
_NIGHT: Final = ' class="night-mode" data-bs-theme="dark"'


def _entry(note: Note, templates: tuple[tuple[str, str, str], ...]) -> Entry:
    names = [name for name, _ in note_types.FIELDS[note.type]]
    fields = dict(zip(names, fields_of(note), strict=True))
    ordinals = ordinals_of(note)
    cloze = note.type == "cloze"
    chosen = [templates[0 if cloze else ordinal] for ordinal in ordinals]
    title = _asked(note.front) if "/" in note.id else note.title
    return Entry(
        note.id,
        title,
        note.deck.rpartition("::")[2],
        tuple(
            f"{name} {ordinal + 1}" if cloze else name
            for ordinal, (name, _, _) in zip(ordinals, chosen, strict=True)
        ),
        tuple(
            faces.Card(asked, answered, ordinal, cloze)
            for ordinal, (_, asked, answered) in zip(ordinals, chosen, strict=True)
        ),
        fields,
    )


def _asked(front: str) -> str:
    """A front in one line, its deletions shown."""
    text = unescape(_TAGS.sub(" ", _DELETION.sub(r"\1", _AROUND_MATH.sub("", front))))
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


_TAGS: Final = re.compile(r"<[^>]*>")
_DELETION: Final = re.compile(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}", re.DOTALL)
_AROUND_MATH: Final = re.compile(r"\\[()\[\]]")
_LONGEST: Final = 110


def _with_math(html: str) -> str:
    """HTML with its formulas as MathML, but for those in code, which MathJax leaves alone."""
    out, place = [], 0
    for literal in _LITERAL.finditer(html):
        out += [_FORMULA.sub(_formula, html[place : literal.start()]), literal.group()]
        place = literal.end()
    return "".join([*out, _FORMULA.sub(_formula, html[place:])])


def _formula(match: re.Match[str]) -> str:
    inline, display = match.groups()
    return mathml(unescape(inline or display), display=inline is None)


def _math_style(sides: tuple[str, ...]) -> str:
    used = frozenset[str]().union(*map(characters, sides))
    return _font(used) if used else ""


@lru_cache(maxsize=16)
def _font(used: frozenset[str]) -> str:
    return f'{font_face(used)}math {{ font-family: "{FAMILY}", math; }}\n'


class Decks:
    """The deck of one bank as it was last asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bank: Bank | None = None
        self._deck: Deck | None = None

    def of(self, bank: Bank) -> Deck:
        """The cards of a bank. Raises PrepExportError."""
        with self._lock:
            if self._deck is None or bank is not self._bank:
                self._bank, self._deck = bank, Deck(bank)
            return self._deck
