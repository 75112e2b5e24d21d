"""The note types: frozen shapes, with their templates and CSS as files beside this one.

Their shape is a contract with every collection that holds the deck (docs/anki-contract.md): under
the same id, a field or template added, moved or renamed without a stable id turns each existing
note into a conflict on import. So ids follow from the bank's, fields are general, and three spare
ones wait for what nobody thought of. Template text and CSS may change freely.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from prep_export.hues import HUES, mixed

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind: TypeAlias = Literal["basic", "cloze"]

BASIC_FIELDS: Final = (
    ("Front", 6_110_001),
    ("Back", 6_110_002),
    ("Details", 6_110_003),
    ("Header", 6_110_004),
    ("Footer", 6_110_005),
    ("Id", 6_110_006),
    ("Class", 6_110_007),
    ("Reverse", 6_110_008),
    ("Spare 1", 6_110_009),
    ("Spare 2", 6_110_010),
    ("Spare 3", 6_110_011),
)
CLOZE_FIELDS: Final = (
    ("Text", 6_120_001),
    ("Back", 6_120_002),
    ("Details", 6_120_003),
    ("Header", 6_120_004),
    ("Footer", 6_120_005),
    ("Id", 6_120_006),
    ("Class", 6_120_007),
    ("Spare 1", 6_120_008),
    ("Spare 2", 6_120_009),
    ("Spare 3", 6_120_010),
)
FIELDS: Final[dict[Kind, tuple[tuple[str, int], ...]]] = {
    "basic": BASIC_FIELDS,
    "cloze": CLOZE_FIELDS,
}
FRONT, BACK, DETAILS, HEADER, FOOTER, ID, CLASS = range(7)
"""Places of the fields that both have."""
REVERSE: Final = 7
"""Place of the field that only the basic kind has."""
BASIC_TEMPLATES: Final = (("Card", 6_210_001, "basic"), ("Reverse", 6_210_002, "reverse"))
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
    the class by which CSS knows these, and where a drill is from.
    """
    is_drill = len(fields) > ID and "/" in fields[ID]
    dress = {HEADER, CLASS, FOOTER} if is_drill else {HEADER, CLASS}
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


_PAPER: Final = ("#fbfbf9", "#191d23")
"""By day and by night, as in the file; browsers before 2023 cannot mix colours themselves."""
_TINT: Final = (0.08, 0.14)
"""How much of a chapter's colour is in the tint of the same."""


def fields(declared: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    """Field definitions as genanki takes them; `id` lets even a rename update in place."""
    return [{"name": name, "id": number, "font": "Arial"} for name, number in declared]


def templates(
    declared: tuple[tuple[str, int, str], ...], language: str, direction: str
) -> list[dict[str, Any]]:
    """Card templates as genanki takes them, for texts in a language that runs in a direction."""

    def side(file: str) -> str:
        text = Template(_text(file).strip())
        return text.substitute(language=language, direction=direction)

    return [
        {
            "name": name,
            "id": number,
            "qfmt": side(f"{file}-front.html"),
            "afmt": side(f"{file}-back.html"),
        }
        for name, number, file in declared
    ]
