"""The id, title and language of a new bank: judged by its format, and proposed for a folder."""

from __future__ import annotations

from prep_export.bank.model import Header
from prep_export.bank.read.shape import value_of
from prep_export.bank.values import Kind


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
    return ""


def proposed_id(folder: str) -> str:
    """The id that the name of a folder makes; empty where it makes none."""
    return Kind().near(folder)


def proposed_title(name: str) -> str:
    """A title for an id: 'rag-101' is 'Rag 101'."""
    words = name.replace("-", " ")
    return words[:1].upper() + words[1:]
