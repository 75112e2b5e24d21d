"""The note types: frozen shapes, with their templates and CSS as files beside this one.

Their shape is a contract with every collection that holds the deck (docs/anki-contract.md): under
the same id, a field or template added, moved or renamed without a stable id turns each existing
note into a conflict on import. So ids follow from the bank's, and what decks have come to need in
ten years is there from the start, empty: a field is a place on a card, in the templates already.
Template text, CSS and what the editor says of a field may change freely.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from prep_export.exporters.report import report_link
from prep_export.hues import HUES, mixed
from prep_export.labels import direction_of, labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.bank.model import Header

Kind: TypeAlias = Literal["basic", "cloze"]

_SHARED: Final = (
    *("Back", "Details", "Header", "Footer", "Id", "Class", "Title", "Title in link", "Version"),
    *("Hint", "Picture", "Audio", "Typed", "Spare 1", "Spare 2", "Spare 3"),
)
"""The fields that both kinds have, in the same places, after the first."""
BASIC_FIELDS: Final = tuple(
    (name, 6_110_000 + number) for number, name in enumerate(("Front", *_SHARED, "Reverse"), 1)
)
CLOZE_FIELDS: Final = tuple(
    (name, 6_120_000 + number) for number, name in enumerate(("Text", *_SHARED), 1)
)
FIELDS: Final[dict[Kind, tuple[tuple[str, int], ...]]] = {
    "basic": BASIC_FIELDS,
    "cloze": CLOZE_FIELDS,
}
FRONT, BACK, DETAILS, HEADER, FOOTER, ID, CLASS, TITLE, LINK_TITLE, VERSION = range(10)
"""Places of the fields that both have and we fill."""
HINT, PICTURE, AUDIO, TYPED = range(10, 14)
"""Places of those that wait for a use."""
RESERVED: Final = slice(HINT, 17)
"""These and the spare ones."""
REVERSE: Final = 17
"""Place of the field that only the basic kind has."""
DERIVED: Final = (TITLE, LINK_TITLE, VERSION)
"""What follows from other fields, or from the bank's version: no change of its own."""
SORT_FIELD: Final = TITLE
"""By this Anki's browser sorts, and this it shows of a note: plain words, where a front is HTML."""
_RESERVED: Final = {
    "Hint": "Reserved: shown with the question, folded",
    "Picture": "Reserved: shown with the question, on both sides",
    "Audio": "Reserved: played with the answer",
    "Typed": "Reserved: what to type",
    **dict.fromkeys(("Spare 1", "Spare 2", "Spare 3"), "Reserved"),
}
"""What the editor says where a field is empty; updates empty what a learner writes there."""
_FOR_PROGRAMS: Final = ("Class", "Title", "Title in link", "Version")
BASIC_TEMPLATES: Final = (
    ("Card", 6_210_001, "basic"),
    ("Reverse", 6_210_002, "reverse"),
    ("Typed", 6_210_003, "typed"),
)
"""Name, id, file. All of the front of the second and third hangs on one field, so that they make
a card only where it is filled."""
CLOZE_TEMPLATES: Final = (("Cloze", 6_220_001, "cloze"),)

_NAME: Final = "prep-export "


def plausible_id(text: str) -> int:
    """An id for ever, from a text; plausible as a time in milliseconds, as Anki's own ids are."""
    digest = sha256(text.encode()).digest()
    return 1_600_000_000_000 + int.from_bytes(digest[:5], "big") % 190_000_000_000


def type_id(kind: Kind, bank: str) -> int:
    """The id of a bank's note type."""
    return plausible_id(f"{kind} {bank}")


def type_name(kind: Kind, bank: str) -> str:
    """What learners see in *Manage Note Types*."""
    return f"{_NAME}{kind.capitalize()} ({bank})"


def kind_of(name: str, fields: Sequence[str], field_ids: Sequence[int | None]) -> Kind | None:
    """Which of our kinds a note type of a package is; None where it is somebody else's.

    The ids of fields tell, whatever learners have renamed or added behind them; where an older Anki
    has dropped those, the names do.
    """
    for kind, declared in FIELDS.items():
        names = [field for field, _ in declared[: ID + 1]]
        if list(field_ids[: ID + 1]) == [number for _, number in declared[: ID + 1]]:
            return kind
        if name.startswith(_NAME) and list(fields[: ID + 1]) == names:
            return kind
    return None


def text_of(kind: Kind | None, fields: Sequence[str]) -> tuple[str, ...]:
    """What of a note is its text: a change of it reaches learners, and takes their own edits.

    The rest, its dress, waits for the next change of text: the header (kind, topic, difficulty),
    the class by which CSS knows these, the title for sorting and reports, the version, and where a
    drill is from.
    """
    dress = {HEADER, CLASS, *DERIVED}
    if len(fields) > ID and "/" in fields[ID]:
        dress.add(FOOTER)
    return (kind or "", *(text for place, text in enumerate(fields) if place not in dress))


@cache
def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


@cache
def css() -> str:
    """The style of every note type of ours: the file beside this one, and the chapters' colours."""
    rules = [_text("style.css").rstrip()]
    for number, hue in enumerate(HUES, start=1):
        day = f"--accent: {hue.day}; --tint: {mixed(hue.day, _PAPER[0], _TINT[0])};"
        night = f"--accent: {hue.night}; --tint: {mixed(hue.night, _PAPER[1], _TINT[1])};"
        rules.append(f".pe-c{number} {{ {day} }}")
        rules.append(f".nightMode .pe-c{number}, .night_mode .pe-c{number} {{ {night} }}")
    return "\n".join(rules) + "\n"


def style(header: Header) -> str:
    """The style of a bank's note types: ours, and what its header adds."""
    return css() + (f"\n{header.css}\n" if header.css else "")


_PAPER: Final = ("#fbfbf9", "#191d23")
"""By day and by night, as in the file; browsers before 2023 cannot mix colours themselves."""
_TINT: Final = (0.08, 0.14)
"""How much of a chapter's colour is in the tint of the same."""


def fields(declared: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    """Field definitions as genanki takes them; `id` lets even a rename update in place."""
    return [
        {
            "name": name,
            "id": number,
            "font": "Arial",
            "description": _RESERVED.get(name, ""),
            "collapsed": name in _FOR_PROGRAMS or name.startswith("Spare"),
            "excludeFromSearch": name in _FOR_PROGRAMS,
        }
        for name, number in declared
    ]


def templates(declared: tuple[tuple[str, int, str], ...], header: Header) -> list[dict[str, Any]]:
    """Card templates as genanki takes them, in a bank's language, with its address for reports."""
    words = labels(header.language, header.labels)
    said = {
        "language": header.language,
        "direction": direction_of(header.language),
        "word_hint": _literal(words["hint"]),
        "report": report_link(header.report, _literal(words["report-card"])),
    }
    parts = {
        path.name.removesuffix(".html").removeprefix("part-"): Template(
            path.read_text(encoding="utf-8").strip()
        ).substitute(said)
        for path in files(__package__).iterdir()
        if path.name.startswith("part-")
    }

    def side(file: str) -> str:
        return Template(_text(file).strip()).substitute(said, **parts)

    return [
        {
            "name": name,
            "id": number,
            "qfmt": side(f"{file}-front.html"),
            "afmt": side(f"{file}-back.html"),
        }
        for name, number, file in declared
    ]


def _literal(text: str) -> str:
    """A text of an author as it stands in a template: neither markup nor a field."""
    return escape(text).replace("{", "&#123;")
