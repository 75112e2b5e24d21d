"""The id, title and language of a new bank: judged by its format, and proposed for a folder."""

from __future__ import annotations

from typing import Final

from prep_export.bank.model import Header
from prep_export.bank.read.shape import value_of
from prep_export.bank.values import Kind

LANGUAGE_CODES: Final = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu "
    "cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi "
    "ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks "
    "ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl "
    "nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl "
    "sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve "
    "vi vo wa wo xh yi yo za zh zu".split()
)
"""ISO 639-1: every language of two letters. A country's code is the usual mistake (jp, cz, dk)."""


def wrong_names(name: str, title: str, language: str) -> list[str]:
    """What is wrong with the values for a new bank, a line each."""
    values = {"id": name, "title": title, "language": language}
    return [wrong for field, text in values.items() if (wrong := wrong_value(field, text))]


def wrong_value(field: str, text: str) -> str:
    """What is wrong with the value of a field of a new bank, and what to write; empty if nothing.

    The header's format has the say, but for what it leaves to a later judgement.
    """
    if field == "title":
        if not text.strip():
            return "the title is empty; write what the deck is about"
        if not text.isprintable():
            return "the title holds a character that cannot be seen; type it anew"
        if "::" in text:
            return "the title holds '::', which would be levels of decks; write ':'"
    for fault in value_of(Header).fields[field].faults(text, (field,)):
        return f"{fault.message}; {fault.hint}"
    code = text.lower().partition("-")[0]
    if field == "language" and len(code) == len("en") and code not in LANGUAGE_CODES:
        return f"there is no language '{code}'; write its code, such as en, ja or pt-BR"
    return ""


def proposed_id(folder: str) -> str:
    """The id that the name of a folder makes; empty where it makes none."""
    return Kind().near(folder)


def proposed_title(name: str) -> str:
    """A title for an id: 'rag-101' is 'Rag 101'."""
    words = name.replace("-", " ")
    return words[:1].upper() + words[1:]
