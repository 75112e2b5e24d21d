"""The words that cards and pages add to the author's: one vocabulary, a table for each language.

The tables are the files of `languages/`. The English one says which labels there are; a test holds
that the others have them all. A bank's header replaces single words by `labels`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "ru", "zh", "ja")
"""Languages that have a table."""

_RIGHT_TO_LEFT: Final = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ks", "lrc", "mzn", "nqo", "pnb", "ps"}
    | {"sd", "syr", "ug", "ur", "yi"}
)
_RIGHT_TO_LEFT_SCRIPTS: Final = frozenset(
    {"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"}
)

_TRADITIONAL: Final = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
"""Chinese in characters that our table is not written in."""


def language_of(tag: str) -> str:
    """The language of our tables that a BCP 47 tag means; empty where there is none."""
    tag = tag.lower()
    language = tag.partition("-")[0]
    return language if language in LANGUAGES and not tag.startswith(_TRADITIONAL) else ""


def direction_of(tag: str) -> Literal["ltr", "rtl"]:
    """The direction in which a language of a BCP 47 tag is written; a script in it has the say."""
    language, *rest = tag.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")  # noqa: PLR2004 - as BCP 47 has it
    runs_left = script in _RIGHT_TO_LEFT_SCRIPTS if script else language in _RIGHT_TO_LEFT
    return "rtl" if runs_left else "ltr"


def labels(language: str, own: Mapping[LabelName, str] | None = None) -> dict[LabelName, str]:
    """Every label in the language of a BCP 47 tag, in English where we have no table for it.

    `own` are the labels of a bank's header, which win.
    """
    return {**_table(language_of(language) or "en"), **(own or {})}


@cache
def _table(language: str) -> dict[str, str]:
    path = Path(__file__).with_name("languages") / f"{language}.json"
    table: dict[str, str] = json.loads(path.read_text("utf-8"))
    return table


if TYPE_CHECKING:
    LabelName: TypeAlias = str
else:
    LabelName = Literal[tuple(_table("en"))]
"""The name of a label; for the model, one that there is."""
