"""What a bank says of its entries: the topics and tags that they name, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.bank.ask.topics import parent_of, root_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.importing.entries import Entry

    Sections = Mapping[str, list[Entry]]


def all_tags(sections: Sections, named: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every tag in use, with the titles that are known; of others an id says it."""
    used = sorted({tag for entries in sections.values() for one in entries for tag in _of(one)})
    return {tag: (named or {}).get(tag) or tag.replace("-", " ").capitalize() for tag in used}


def _of(entry: Entry) -> list[str]:
    tags: list[str] = entry.get("tags", [])
    return tags


def all_topics(
    sections: Sections, named: Mapping[str, str], chapters: Mapping[str, int] | None = None
) -> dict[str, str]:
    """Every topic in use and its parents, with the titles that are known, by chapter where these
    are known, else as they are first met."""
    used: dict[str, str] = {}
    entries = [entry for entries in sections.values() for entry in entries]
    for topic in [t for entry in entries for t in entry.get("topics", [])]:
        chain: str | None = topic
        line = []
        while chain is not None:
            line.append(chain)
            chain = parent_of(chain)
        for one in reversed(line):
            title = one.rpartition("::")[2].replace("-", " ").capitalize()
            used.setdefault(one, named.get(one) or title)
    if chapters is None:
        return used
    last = max(chapters.values(), default=0) + 1
    return dict(sorted(used.items(), key=lambda t: (chapters.get(root_of(t[0]), last), t[0])))


def counted(sections: Sections) -> dict[str, int]:
    """How many entries there are in each section that has some, and drills in all."""
    counts = {name: len(entries) for name, entries in sections.items() if entries}
    counts["drills"] = sum(len(e.get("drills", [])) for found in sections.values() for e in found)
    return counts
