"""The kinds of text that a bank's fields hold: how long, of which form, Markdown or not.

A field's type names its kind (`title: Line`); `read/shape.py` holds authors to it, `schema.py`
tells editors.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from prep_export.bank import languages

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.findings.codes import Code

LINE_CHARACTERS: Final = 1_000
TEXT_CHARACTERS: Final = 100_000


LONGEST_SLUG: Final = 60
"""Characters of an id that is made of a text."""

_SPELLED: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l"}
    | {"+": " plus ", "#": " sharp "}
)


def spelled(text: str) -> str:
    """A text in small letters, those with marks taken apart from their marks."""
    return unicodedata.normalize("NFKD", text.lower().translate(_SPELLED))


def slug(text: str) -> str:
    """A text's Latin letters and digits as an id; empty where it has none."""
    ascii_only = spelled(text).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", ascii_only))[:LONGEST_SLUG].strip("-")


@dataclass(frozen=True)
class Kind:
    """A kind of text. White space around it does not count, unless it has a pattern."""

    longest: int = LINE_CHARACTERS
    """Characters."""
    one_line: bool = True
    markdown: bool = False
    pattern: str = ""
    """A regular expression that the whole text matches."""
    form: str = ""
    """What such a text is, for those who have written something else; empty for ids."""
    problem: Callable[[str], tuple[Code, str, str] | None] | None = None
    """What else may be wrong: a code, what is wrong, what to do about it."""

    @cached_property
    def matches(self) -> Callable[[str], Any]:
        """Whether a text is of the pattern."""
        return re.compile(self.pattern).fullmatch

    def near(self, text: str) -> str:
        """The id that a text was meant to be; empty where there is none."""
        levels = re.split(":+", text) if "::" in self.pattern else [text]
        return "::".join(made for level in levels if (made := slug(level.lstrip("# "))))


@dataclass(frozen=True)
class Least:
    """The least number of entries of a list."""

    entries: int


def about(text: str, *, names: str = "") -> dict[str, str]:
    """What a field means, in its metadata: editors show it. `names` is what of the bank its words
    refer to ('topics', 'tags' or 'items'): editors complete them."""
    return {"about": text, "names": names}


def _css_fault(css: str) -> tuple[Code, str, str] | None:
    from prep_export.css import fault

    said, hint = fault(css)
    return ("malformed-value", said, hint) if said else None


def _empty_level(deck: str) -> tuple[Code, str, str] | None:
    levels = [level.strip() for level in deck.split("::")]
    if all(levels):
        return None
    hint = f"write {'::'.join(level for level in levels if level)}"
    return "malformed-value", "has a level without a name, which Anki calls 'blank'", hint


def _no_language(tag: str) -> tuple[Code, str, str] | None:
    wrong = languages.problem(tag)
    return ("malformed-value", *wrong) if wrong else None


def _backwards(of_words: str) -> tuple[Code, str, str] | None:
    least, _, most = of_words.partition("-")
    if not most or int(least) <= int(most):
        return None
    return "malformed-value", f"is '{of_words}', which nothing can be", f"write {most}-{least}"


READABLE: Final = 4.5
"""Contrast of text that most people can read (WCAG 2.1, success criterion 1.4.3)."""


def contrast_on_white(color: str) -> float:
    """Contrast ratio of a colour '#rrggbb' on white, 1 to 21, by WCAG 2.1."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004 - sRGB's own figures
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def _pale(color: str) -> tuple[Code, str, str] | None:
    ratio = contrast_on_white(color)
    if ratio < READABLE:
        said = f"has a contrast of {ratio:.1f}:1 on white paper"
        return "low-contrast", said, "choose a darker colour: 4.5:1 or more can be read"
    return None


SLUG: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
TOPIC_ID: Final = rf"{SLUG}(?:::{SLUG})*"

Text: TypeAlias = Annotated[str, Kind(TEXT_CHARACTERS, one_line=False, markdown=True)]
"""Markdown: CommonMark, tables, $…$ and $$…$$ math, fenced code. Raw HTML is text."""
Texts: TypeAlias = tuple[Text, ...]
Line: TypeAlias = Annotated[str, Kind(markdown=True)]
"""One line of Markdown."""
Plain: TypeAlias = Annotated[str, Kind()]
"""One line of plain text; Markdown means nothing in it."""
DeckName: TypeAlias = Annotated[str, Kind(200, problem=_empty_level)]
Css: TypeAlias = Annotated[str, Kind(5_000, one_line=False, problem=_css_fault)]
"""CSS for cards: sound, no markup, nothing from outside."""
Slug: TypeAlias = Annotated[str, Kind(80, pattern=SLUG)]
TopicId: TypeAlias = Annotated[str, Kind(200, pattern=TOPIC_ID)]
ItemId: TypeAlias = Annotated[str, Kind(161, pattern=rf"{SLUG}(?:/{SLUG})?")]
"""An item's id, or a drill's as 'item/drill'."""
Colour: TypeAlias = Annotated[
    str,
    Kind(pattern="#[0-9a-fA-F]{6}", form="a colour, such as '#0b5c8a' in quotes", problem=_pale),
]
"""A text colour that can be read on white paper."""
Url: TypeAlias = Annotated[
    str,
    Kind(pattern=r"https?://[^\s<>\"]+", form="a web address that starts with http:// or https://"),
]
_NAMED: Final = ("id", "title", "version")
"""What an address of reports may name."""


def _unknown_name(address: str) -> tuple[Code, str, str] | None:
    unknown = [name for name in re.findall(r"{([^{}]*)}", address) if name not in _NAMED]
    if not unknown:
        return None
    known = ", ".join(f"{{{name}}}" for name in _NAMED)
    return "malformed-value", f"names '{{{unknown[0]}}}', which no card has", f"known are {known}"


_ADDRESS: Final = Kind(
    pattern=r"(?:https?://|mailto:)[^\s<>\"]+",
    form="an address that starts with https:// or mailto:, such as "
    "https://example.org/issues/new?title={id}",
    problem=_unknown_name,
)
Address: TypeAlias = Annotated[str, _ADDRESS]
"""An address that names what it is about."""


def is_address(text: str) -> bool:
    """Whether a bank may have it as an Address."""
    return (
        len(text) <= _ADDRESS.longest
        and _ADDRESS.matches(text) is not None
        and _unknown_name(text) is None
    )


Year: TypeAlias = Annotated[str, Kind(pattern="[12][0-9]{3}", form="four digits, such as 2017")]
Language: TypeAlias = Annotated[
    str,
    Kind(
        pattern=r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*",
        form="a language tag, such as en or pt-BR",
        problem=_no_language,
    ),
]
Range: TypeAlias = Annotated[
    str,
    Kind(
        pattern=r"[0-9]{1,4}-(?:[0-9]{1,4})?",
        form="a range, such as 60-150 or 3-",
        problem=_backwards,
    ),
]
