"""What a bank means: topics, ids, references, drills, near-duplicates, lengths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prep_export.bank.findings import Finding, did_you_mean
from prep_export.bank.model import SECTIONS, Drill, Faq, Question
from prep_export.bank.places import entry_path
from prep_export.bank.similarity import near_duplicates
from prep_export.bank.style import house_style
from prep_export.bank.topics import aliases, parent_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.composer import Path
    from prep_export.bank.model import AnyItem, Bank

LONG_ANSWER_WORDS: Final = 220
"""A first-minute answer is read aloud in about a minute: 150 words, with room for a table."""

LONG_DRILL_WORDS: Final = 60


def validate(bank: Bank) -> list[Finding]:
    """Everything that is wrong with the meaning of a bank whose shape is right."""
    return [
        *_topics(bank),
        *_items(bank),
        *_retired(bank),
        *_near_duplicates(bank),
        *house_style(bank),
        *_emptiness(bank),
    ]


def _topic_place(bank: Bank, topic: str, *rest: str | int) -> tuple[str, Path]:
    """The file that declares a topic is looked for only when there is something to report."""
    from prep_export.bank.composer import locate
    from prep_export.bank.findings import read_text

    path: Path = ("topics", topic)
    for file in bank.files:
        if path in locate(read_text(file), {path}):
            return file, (*path, *rest)
    return bank.files[0] if bank.files else "", (*path, *rest)


def _topics(bank: Bank) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for topic, body in bank.topics.items():
        parent = parent_of(topic)
        if parent is not None and parent not in bank.topics:
            file, path = _topic_place(bank, topic)
            yield Finding(
                "undeclared-parent",
                f"the parent of '{topic}' is not declared",
                file,
                path,
                f"declare '{parent}'",
                on_key=True,
            )
        for index, alias in enumerate(body.aliases):
            other = alias if alias in bank.topics else owner.get(alias)
            if other is not None:
                file, path = _topic_place(bank, topic, "aliases", index)
                yield Finding(
                    "duplicate-topic",
                    f"the alias '{alias}' already names topic '{other}'",
                    file,
                    path,
                    "an alias names one topic",
                )
            owner.setdefault(alias, topic)
    used = {owner.get(t, t) for _, item in bank.items() for t in item.topics}
    ancestors = {t[: m.start()] for t in used for m in re.finditer("::", t)}
    for topic in bank.topics:
        if topic not in used and topic not in ancestors:
            file, path = _topic_place(bank, topic)
            yield Finding(
                "unused-topic",
                f"no item has the topic '{topic}'",
                file,
                path,
                "use it or remove it",
                on_key=True,
            )


def _items(bank: Bank) -> Iterator[Finding]:
    names = aliases(bank.topics)
    for _, item in bank.items():
        seen: set[str] = set()
        for index, topic in enumerate(item.topics):
            resolved = names.get(topic, topic)
            if resolved not in bank.topics:
                file, path = entry_path(bank, item)
                yield Finding(
                    "unknown-topic",
                    f"topic '{topic}' is not declared",
                    file,
                    (*path, "topics", index),
                    did_you_mean(topic, [*bank.topics, *names]) or "declare it under 'topics'",
                )
            elif resolved in seen:
                file, path = entry_path(bank, item)
                yield Finding(
                    "repeated-topic",
                    f"topic '{topic}' is named twice",
                    file,
                    (*path, "topics", index),
                    "name it once",
                )
            seen.add(resolved)
        for index, other in enumerate(item.related):
            if other not in bank.places or other == item.id:
                file, path = entry_path(bank, item)
                itself = "an item is not related to itself" if other == item.id else ""
                yield Finding(
                    "dangling-reference",
                    f"no other item has the id '{other}'",
                    file,
                    (*path, "related", index),
                    itself or did_you_mean(other, bank.places),
                )
        if item.drills:
            yield from _drills(bank, item)
        if type(item) is Question and _words(item.answer) > LONG_ANSWER_WORDS:
            file, path = entry_path(bank, item)
            yield Finding(
                "long-answer",
                f"the answer has {_words(item.answer)} words; a minute holds about 150",
                file,
                (*path, "answer"),
                "move the depth into 'details'",
            )


def _words(text: str) -> int:
    return len(text.split())


def _drills(bank: Bank, item: AnyItem) -> Iterator[Finding]:
    file, path = entry_path(bank, item)
    seen: set[str] = set()
    for index, drill in enumerate(item.drills):
        at = (*path, "drills", index)
        if drill.id in seen:
            yield Finding(
                "duplicate-id",
                f"the drill id '{drill.id}' is taken in this item",
                file,
                (*at, "id"),
                "drill ids are unique within their item",
            )
        seen.add(drill.id)
        if not _well_shaped(drill):
            yield Finding(
                "drill-shape",
                f"the drill '{drill.id}' is neither a cloze nor a question",
                file,
                at,
                "give it either 'text', or both 'ask' and 'answer'",
            )
        for name in ("text", "answer"):
            text = getattr(drill, name)
            if text and _words(text) > LONG_DRILL_WORDS:
                yield Finding(
                    "long-answer",
                    f"'{name}' of a drill has {_words(text)} words",
                    file,
                    (*at, name),
                    f"one fact, at most {LONG_DRILL_WORDS} words; split it",
                )


def _well_shaped(drill: Drill) -> bool:
    if drill.text:
        return not drill.ask and not drill.answer
    return bool(drill.ask and drill.answer)


def _retired(bank: Bank) -> Iterator[Finding]:
    if not bank.retired:
        return
    drills = {f"{item.id}/{drill.id}" for _, item in bank.items() for drill in item.drills}
    for entry in bank.retired:
        if entry.id in bank.places or entry.id in drills:
            yield _retired_finding(
                bank,
                entry.id,
                "id",
                "retired-id",
                f"'{entry.id}' is retired and still in the bank",
                "remove one of the two; an id is never used again",
            )
        if entry.replaced_by and entry.replaced_by not in bank.places:
            yield _retired_finding(
                bank,
                entry.id,
                "replaced_by",
                "dangling-reference",
                f"no item has the id '{entry.replaced_by}'",
                did_you_mean(entry.replaced_by, bank.places),
            )


def _retired_finding(
    bank: Bank, name: str, field: str, code: str, message: str, hint: str
) -> Finding:
    from prep_export.bank.composer import compose
    from prep_export.bank.findings import read_text

    for file in bank.files:
        data, _ = compose(read_text(file))
        entries = data.get("retired", []) if isinstance(data, dict) else []
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and entry.get("id") == name:
                return Finding(code, message, file, ("retired", index, field), hint)
    return Finding(code, message, bank.files[0] if bank.files else "", ("retired",), hint)


def _near_duplicates(bank: Bank) -> Iterator[Finding]:
    asked: list[Question | Faq] = [*bank.questions, *bank.faqs]
    for first, second in near_duplicates([item.question for item in asked]):
        item = asked[second]
        file, path = entry_path(bank, item)
        yield Finding(
            "near-duplicate",
            f"almost the question of '{asked[first].id}'",
            file,
            (*path, "question"),
            "merge the two, or make the difference plain",
        )


def _emptiness(bank: Bank) -> Iterator[Finding]:
    if bank.files and not any(bank.section(name) for name in SECTIONS):
        yield Finding(
            "no-items",
            "the bank holds no items",
            bank.files[0],
            (),
            "add a section such as 'questions'",
        )
