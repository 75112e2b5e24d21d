"""What a bank holds, in numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from prep_export.bank.ask.topics import is_within, resolve
from prep_export.bank.model import DIFFICULTIES, KINDS, PRIORITIES, SECTIONS

if TYPE_CHECKING:
    from prep_export.bank.model import Bank


def count(bank: Bank) -> dict[str, object]:
    """Counts by section, topic (an item counts for each of its topics and their ancestors), kind,
    difficulty, priority and tag."""
    items = [item for _, item in bank.items()]
    resolved = [{resolve(t, bank.topics) for t in item.topics} for item in items]
    kinds = Counter(question.kind for question in bank.questions)
    priorities = Counter(item.priority for item in items)
    levels = Counter(question.difficulty for question in bank.questions)
    return {
        "id": bank.header.id,
        "title": bank.header.title,
        "sections": {name: len(bank.section(name)) for name in SECTIONS},
        "drills": sum(len(item.drills) for item in items),
        "retired": len(bank.retired),
        "topics": {
            topic: sum(any(is_within(t, topic) for t in names) for names in resolved)
            for topic in bank.topics
        },
        "kinds": {name: kinds[name] for name in KINDS if kinds[name]},  # type: ignore[index]  # KINDS are its values
        "difficulties": {name: levels[name] for name in DIFFICULTIES},  # type: ignore[index]  # as above
        "priorities": {name: priorities[name] for name in PRIORITIES},  # type: ignore[index]  # as above
        "tags": {tag: sum(tag in item.tags for item in items) for tag in bank.tags},
    }
