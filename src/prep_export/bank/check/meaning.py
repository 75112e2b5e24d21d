"""What a bank means: topics, ids, references, drills, lengths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prep_export.bank.ask.topics import aliases, parent_of
from prep_export.bank.check.duplicates import near_duplicates
from prep_export.bank.check.house_rules import house_rules
from prep_export.bank.check.words import count_words
from prep_export.bank.model import SECTIONS
from prep_export.findings.finding import Finding, Node
from prep_export.labels import LANGUAGES, labels, language_of
from prep_export.spelling import Speller, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.model import Bank, Drill, Faq, Item, Question

LONG_ANSWER_WORDS: Final = 220
"""A first-minute answer is read aloud in about a minute: 150 words, with room for a table."""

LONG_DRILL_WORDS: Final = 60


def check_meaning(bank: Bank) -> list[Finding]:
    """Everything that is wrong with the meaning of a bank whose shape is right."""
    topics = Speller([*bank.topics, *aliases(bank.topics)])
    ids = Speller(bank.places)
    return [
        *_header(bank, ids),
        *_topics(bank, topics),
        *_tags(bank),
        *_items(bank, topics, ids),
        *_retired(bank, ids),
        *_near_duplicates(bank, ids),
        *house_rules(bank),
        *_emptiness(bank),
        *_language(bank),
    ]


def _header(bank: Bank, ids: Speller) -> Iterator[Finding]:
    header = bank.header
    if "::" in header.title and not header.deck:
        message = "the title holds '::', which would be levels of decks"
        name = ": ".join(part.strip() for part in header.title.split("::"))
        hint = f"name the deck too: deck: {quoted(name)}, or {quoted(header.title)} for levels"
        yield Finding("malformed-value", message, Node(bank.header_file, ("bank", "title")), hint)
    for number, group in enumerate(header.distinct):
        for index, name in enumerate(group):
            if name and name not in bank.places:
                at = Node(bank.header_file, ("bank", "distinct", number, index))
                message = f"no item has the id '{name}'"
                yield Finding("dangling-reference", message, at, _instead(bank, ids, name))


def _instead(bank: Bank, ids: Speller, name: str) -> str:
    """What to write for an id that no item has."""
    retired = next((entry for entry in bank.retired if entry.id == name), None)
    if retired and retired.replaced_by in bank.places:
        return f"it is retired: write '{retired.replaced_by}', which replaces it"
    if retired:
        return "it is retired: remove it here too"
    return ids.hint(name) or "write the id of an item of this bank, or remove it"


def _topics(bank: Bank, spelled: Speller) -> Iterator[Finding]:
    def place(topic: str, *rest: str | int) -> Node:
        file = bank.topic_files.get(topic, "")
        return Node(file, ("topics", topic, *rest), on_key=not rest)

    owner: dict[str, str] = {}
    for topic, body in bank.topics.items():
        parent = parent_of(topic)
        if parent is not None and parent not in bank.topics:
            message = f"the parent of '{topic}' is not declared"
            hint = f"declare it too: '{parent}: …'"
            yield Finding("undeclared-parent", message, place(topic), hint)
        for index, alias in enumerate(body.aliases):
            other = alias if alias in bank.topics else owner.get(alias)
            if other is not None:
                message = f"the alias '{alias}' already names topic '{other}'"
                at = place(topic, "aliases", index)
                yield Finding("duplicate-topic", message, at, "an alias names one topic")
            owner.setdefault(alias, topic)
    named = {topic for _, item in bank.items() for topic in item.topics}
    known = {t if t in bank.topics or t in owner else spelled.nearest(t) for t in named}
    used = {owner.get(topic, topic) for topic in known}
    if not all(item.topics and all(item.topics) for _, item in bank.items()):
        return  # some are not sound: which topics they were meant to have is unknown
    ancestors = {t[: m.start()] for t in used for m in re.finditer("::", t)}
    for topic in bank.topics:
        if topic not in used and topic not in ancestors:
            message = f"no item has the topic '{topic}'"
            yield Finding("unused-topic", message, place(topic), "use it or remove it")


def _tags(bank: Bank) -> Iterator[Finding]:
    spelled = Speller(bank.tags)
    used: set[str] = set()
    for _, item in bank.items():
        for index, tag in enumerate(item.tags):
            used.add(tag)
            if tag and tag not in bank.tags:
                hint = spelled.hint(tag) or f"declare it under 'tags': {tag}: …"
                message, at = f"tag '{tag}' is not declared", bank.node(item, "tags", index)
                yield Finding("undeclared-tag", message, at, hint)
                used.add(spelled.nearest(tag) or tag)
    for tag in bank.tags:
        if tag not in used:
            at = Node(bank.tag_files.get(tag, ""), ("tags", tag), on_key=True)
            yield Finding("unused-tag", f"no item has the tag '{tag}'", at, "use it or remove it")


def _items(bank: Bank, topics: Speller, ids: Speller) -> Iterator[Finding]:
    names = aliases(bank.topics)
    for _, item in bank.items():
        yield from _item_topics(bank, item, names, topics)
        for index, other in enumerate(item.related):
            if other and (other not in bank.places or other == item.id):
                itself = "an item is not related to itself" if other == item.id else ""
                message = f"no other item has the id '{other}'"
                at, hint = bank.node(item, "related", index), itself or _instead(bank, ids, other)
                yield Finding("dangling-reference", message, at, hint)
        if item.drills:
            yield from _drills(bank, item)
    for question in bank.questions:
        words = count_words(question.answer)
        if words > LONG_ANSWER_WORDS:
            message = f"the answer has {words} words; a minute holds about 150"
            at = bank.node(question, "answer")
            yield Finding("long-answer", message, at, "move the depth into 'details'")


def _item_topics(
    bank: Bank, item: Item, names: dict[str, str], topics: Speller
) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, topic in enumerate(item.topics):
        resolved = names.get(topic, topic)
        if not topic:
            continue
        if resolved not in bank.topics:
            message, at = f"topic '{topic}' is not declared", bank.node(item, "topics", index)
            hint = topics.hint(topic) or "declare it under 'topics'"
            yield Finding("unknown-topic", message, at, hint)
        elif resolved in seen:
            message, at = f"topic '{topic}' is named twice", bank.node(item, "topics", index)
            yield Finding("repeated-topic", message, at, "name it once")
        seen.add(resolved)


def _drills(bank: Bank, item: Item) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, drill in enumerate(item.drills):
        if drill.id and drill.id in seen:
            message = f"the drill id '{drill.id}' is taken in this item"
            at, hint = bank.node(item, "drills", index, "id"), "drill ids are unique in their item"
            yield Finding("duplicate-id", message, at, hint)
        seen.add(drill.id)
        shape = _shape(drill)
        if shape:
            message = f"the drill '{drill.id}' {shape}"
            hint = "give it either 'text', or both 'ask' and 'answer'"
            yield Finding("drill-shape", message, bank.node(item, "drills", index), hint)
        for name in ("text", "answer"):
            text = getattr(drill, name)
            if text and count_words(text) > LONG_DRILL_WORDS:
                message = f"'{name}' of a drill has {count_words(text)} words"
                hint = f"one fact, at most {LONG_DRILL_WORDS} words; split it"
                yield Finding("long-answer", message, bank.node(item, "drills", index, name), hint)


def _shape(drill: Drill) -> str:
    """What is wrong with the fields that a drill has; empty if nothing is."""
    if drill.text and (drill.ask or drill.answer):
        return f"has 'text' and '{'ask' if drill.ask else 'answer'}'"
    if drill.text or (drill.ask and drill.answer):
        return ""
    if drill.ask or drill.answer:
        one, other = ("ask", "answer") if drill.ask else ("answer", "ask")
        return f"has '{one}' and no '{other}'"
    return "asks nothing"


def _retired(bank: Bank, ids: Speller) -> Iterator[Finding]:
    if not bank.retired:
        return
    drills = {f"{item.id}/{drill.id}" for _, item in bank.items() for drill in item.drills}
    for entry, place in zip(bank.retired, bank.retired_places, strict=True):
        if entry.id in bank.places or entry.id in drills:
            message = f"'{entry.id}' is retired and still in the bank"
            hint = "remove one of the two; an id is never used again"
            yield Finding("retired-id", message, bank.node_at(place, "id"), hint)
        other = entry.replaced_by
        if other and other not in bank.places:
            message, at = f"no item has the id '{other}'", bank.node_at(place, "replaced_by")
            yield Finding("dangling-reference", message, at, _instead(bank, ids, other))


def _near_duplicates(bank: Bank, ids: Speller) -> Iterator[Finding]:
    asked: list[Question | Faq] = [*bank.questions, *bank.faqs]
    distinct = [
        tuple(name if name in bank.places else ids.nearest(name) for name in group)
        for group in bank.header.distinct
    ]
    groups: dict[str, set[int]] = {}
    for number, group in enumerate(distinct):
        for name in group:
            groups.setdefault(name, set()).add(number)
    needed: set[tuple[int, str]] = set()

    def accepted(first: int, second: int) -> bool:
        names = asked[first].id, asked[second].id
        shared = groups.get(names[0], set()) & groups.get(names[1], set())
        needed.update((number, name) for number in shared for name in names)
        return bool(shared)

    for first, second in near_duplicates([item.question for item in asked], accepted):
        message = f"almost the question of '{asked[first].id}'"
        pair = f"[{asked[first].id}, {asked[second].id}]"
        hint = f"merge the two, or accept them in the header by distinct: [{pair}]"
        before, at = (bank.node(asked[index], "question") for index in (first, second))
        yield Finding("near-duplicate", message, at, hint, before)
    unsound = {item.id for item in asked if not item.question}
    for number, group in enumerate(distinct):
        needless = [i for i, name in enumerate(group) if (number, name) not in needed]
        if not unsound.isdisjoint(group):
            continue
        if len(needless) == len(group):
            message = "no two of these are near-duplicates"
            at = Node(bank.header_file, ("bank", "distinct", number))
            yield Finding("unused-ignore", message, at, "remove them")
            continue
        for index in needless:
            message = f"'{group[index]}' is no near-duplicate of the others"
            at = Node(bank.header_file, ("bank", "distinct", number, index))
            yield Finding("unused-ignore", message, at, "remove it")


def _emptiness(bank: Bank) -> Iterator[Finding]:
    if bank.files and not any(bank.section(name) for name in SECTIONS):
        hint = "add a section such as 'questions'"
        yield Finding("no-items", "the bank holds no items", Node(bank.files[0]), hint)


def _language(bank: Bank) -> Iterator[Finding]:
    header = bank.header
    if language_of(header.language):
        return
    missing = [name for name in labels("en") if name not in header.labels]
    if missing:
        shown = ", ".join(missing[:6]) + (", …" if len(missing) > 6 else "")  # noqa: PLR2004
        message = f"cards and pages say in English what has no label in '{header.language}'"
        hint = f"write 'labels' for {shown}; built in: {', '.join(LANGUAGES)}"
        yield Finding("untranslated", message, Node(bank.header_file, ("bank", "language")), hint)
