"""The index: terms, short titles and topics in one alphabet, with the pages that speak of them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import CondPageBreak

from prep_export.bank.ask.chapters import Chapters
from prep_export.bank.ask.topics import resolve
from prep_export.bank.model import title_of
from prep_export.exporters.pdf.book_plan import GLOSSARY, LOOKED_UP
from prep_export.exporters.pdf.entries import name_of
from prep_export.markdown.plain import plain
from prep_export.parts import ROWS, parts
from prep_export.words import initial, order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prep_export.bank.model import Bank, Item
    from prep_export.exporters.pdf.entries import Hand

_SAYS: Final = frozenset({"asked", "lead", "answer", "points", "definition", "cues"})
"""Roles of texts that say what an item is about: one that names a term is indexed under it."""

_ABBREVIATED: Final = re.compile(r"^(?P<long>[^()]+\S)\s*\((?P<short>[^()\s]{2,12})\)$")
"""'Retrieval-augmented generation (RAG)'."""

_WORD: Final = re.compile(r"\w+(?:['\u2019-]\w+)*")


@dataclass(slots=True)
class Entry:
    """A word of the index."""

    word: str
    defined: list[str] = field(default_factory=list)
    """Keys of the places that say what it is: terms, chapters, what has it for a title."""
    named: list[str] = field(default_factory=list)
    """Keys of those that speak of it."""
    about: str = ""
    """What its author says of a topic."""


def entries(bank: Bank) -> list[Entry]:
    """The words of a bank's index, in alphabetical order."""
    found: dict[str, Entry] = {}

    def at(word: str) -> Entry:
        return found.setdefault(order(word)[0] or word, Entry(word))

    for topic, keys in _by_topic(bank).items():
        entry = at(bank.topics[topic].title)
        entry.about = plain(bank.topics[topic].description or "")
        entry.named += keys
    for chapter in Chapters(bank).all.values():
        at(chapter.title).defined.append(f"chapter-{chapter.number}")
    for section, item in bank.items():
        if section in GLOSSARY:
            for word in _forms(plain(title_of(item))):
                at(word).defined.append(f"item-{item.id}")
        elif _is_titled(section):
            at(plain(name_of(section, item))).defined.append(f"item-{item.id}")
    for key, words in _naming(bank, found):
        for word in words:
            found[word].named.append(key)
    return [found[key] for key in sorted(found)]


def _by_topic(bank: Bank) -> dict[str, list[str]]:
    """The places of each topic: not those within a chapter of its own, and terms, which have words
    of their own, only where there are no others."""
    places: dict[str, list[str]] = defaultdict(list)
    terms: dict[str, list[str]] = defaultdict(list)
    own: set[str] = set()
    """Topics with a chapter."""
    chapters = Chapters(bank)
    for section, item in bank.items():
        behind = section in LOOKED_UP or section in GLOSSARY
        chapter = "" if behind else chapters.of(item).topic
        own.add(chapter)
        for topic in item.topics:
            name = resolve(topic, bank.topics)
            if name not in bank.topics:
                continue
            if section in GLOSSARY:
                terms[name].append(f"item-{item.id}")
            elif chapter != name:
                places[name].append(f"item-{item.id}")
    return {
        name: places[name] or ([] if name in own else terms[name])
        for name in bank.topics
        if name in places or name in terms
    }


def _is_titled(section: str) -> bool:
    """Whether the title of an item is a name, not a question or a statement."""
    return any(row.role == "asked" and row.field == "title" for row in ROWS[section])


def _forms(term: str) -> list[str]:
    """A term, and what it is shortened to."""
    match = _ABBREVIATED.match(term)
    return [term, match["short"]] if match else [term]


def _naming(bank: Bank, found: Mapping[str, Entry]) -> Iterator[tuple[str, list[str]]]:
    """Items with the keys of the terms that they name, found by their runs of words."""
    keys: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, entry in found.items():
        if not any(key.startswith("item-") for key in entry.defined):
            continue
        match = _ABBREVIATED.match(entry.word)
        for form in (match["long"], match["short"]) if match else (entry.word,):
            keys[_words(form)].append(key)
    keys.pop((), None)
    longest = max(map(len, keys), default=0)
    for section, item in bank.items():
        if section in GLOSSARY:
            continue
        named: dict[str, None] = {}
        for text in _texts(section, item):
            words = _words(plain(text))
            for start in range(len(words)):
                for end in range(start + 1, min(start + longest, len(words)) + 1):
                    named.update(dict.fromkeys(keys.get(words[start:end], ())))
        yield f"item-{item.id}", list(named)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold().removesuffix("s") for word in _WORD.findall(text))


def _texts(section: str, item: Item) -> Iterator[str]:
    for part in parts(section, item):
        if part.role in _SAYS:
            if part.kind in {"line", "text"} and part.content:
                yield part.text
            elif part.kind == "list":
                yield from part.texts


def index(bank: Bank, pages: Mapping[str, int], by: Hand) -> list[Any]:
    """The flowables of an index; pages on which a word is explained are bold."""
    out: list[Any] = []
    letter = ""
    style = by.look.style(leftIndent=by.look.size, firstLineIndent=-by.look.size, spaceAfter=0.8)
    head = by.look.style(
        fontSize=by.look.size * 1.2, spaceBefore=by.look.leading * 0.6, spaceAfter=1, keepWithNext=1
    )
    for entry in entries(bank):
        targets = _targets(entry, pages)
        if not targets:
            continue
        if initial(entry.word) != letter:
            letter = initial(entry.word)
            out += [
                CondPageBreak(by.look.leading * 4),
                by.setter.line("", head, lead=[(letter, by.colors.accent)], role="H2"),
            ]
        bold = {pages[key] for key in entry.defined if key in pages}
        text = [(str(page), key) for page, key in targets.items()]
        out.append(
            by.setter.pointers(
                entry.word + (entry.about and f"\u00a0\u00a0{entry.about}"),
                text,
                style,
                between="\u00a0 ",
                bold={str(page) for page in bold},
            )
        )
    return out


def _targets(entry: Entry, pages: Mapping[str, int]) -> dict[int, str]:
    """Pages in order, each with the key of the first place on it that the word belongs to."""
    found: dict[int, str] = {}
    for key in [*entry.defined, *entry.named]:
        if key in pages:
            found.setdefault(pages[key], key)
    return dict(sorted(found.items()))
