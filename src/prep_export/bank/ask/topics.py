"""Topic ids: a hierarchy written with Anki's own separator, `rag::chunking`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.bank.model import Topic

SEPARATOR: Final = "::"


def parent_of(topic: str) -> str | None:
    """`rag` for `rag::chunking`, None for a root."""
    head, separator, _ = topic.rpartition(SEPARATOR)
    return head if separator else None


def root_of(topic: str) -> str:
    """`rag` for `rag::chunking::overlap`."""
    return topic.partition(SEPARATOR)[0]


def is_within(topic: str, ancestor: str) -> bool:
    """Whether a topic is the ancestor or stands below it."""
    return topic == ancestor or topic.startswith(ancestor + SEPARATOR)


def aliases(topics: Mapping[str, Topic]) -> dict[str, str]:
    """Every alias with the id that it stands for."""
    return {alias: name for name, topic in topics.items() for alias in topic.aliases}


def resolve(topic: str, topics: Mapping[str, Topic]) -> str:
    """The declared id that an id or alias means; an unknown one comes back as it is."""
    if topic in topics:
        return topic
    return aliases(topics).get(topic, topic)
