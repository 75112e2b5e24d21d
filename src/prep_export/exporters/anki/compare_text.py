"""A difference as text: for a terminal, and for programs; release_notes.py has the third form."""

from __future__ import annotations

import json
from collections import Counter
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from prep_export.printable import printable
from prep_export.spelling import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prep_export.exporters.anki.compare import Change, Difference

TITLES: Final = {
    "shape-changed": "Note type shape changed: this would break every learner's notes",
    "bank-renamed": "Another id of the bank: every learner would get every note anew",
    "switched": "Switched between basic and cloze: this would break these notes",
    "renamed": "Id probably renamed: history would be lost",
    "vanished": "Gone without being retired",
    "deck-renamed": "Deck renamed",
    "cards-lost": "Cards that become empty",
    "added": "Added",
    "changed": "Changed: replaces what learners have, with their own edits and tags",
    "raised": "Changed before, and offered again",
    "returned": "Back again",
    "retired": "Retired",
    "waiting": "Waits for the next change of text: header or tags alone differ",
    "moved": "Moved to another deck (for new learners only)",
    "look-changed": "Look changed",
}
_CONTEXT: Final = 4
"""Unchanged words shown on each side of a change."""
_LONG: Final = 70
_COMPARED: Final = 25_000_000
"""Pairs of words beyond which two texts are not compared: that takes the time of their product."""
_RED, _GREEN, _BOLD, _RESET = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"


def counts(found: Difference) -> dict[str, int]:
    """How many changes there are of each kind, in their order."""
    return dict(Counter(change.kind for change in found.changes))


def summary(found: Difference) -> str:
    """'2 added, 1 changed; 107 notes unchanged since v1.0'."""
    parts = ", ".join(f"{n} {kind.replace('-', ' ')}" for kind, n in counts(found).items())
    since = f" since {printable(found.since)}" if found.since else ""
    notes = number(found.unchanged, "note")
    rest = f"with the same text{since}, yet new to every learner" if found.renews else ""
    return f"{parts or 'no changes'}; {notes} {rest or f'unchanged{since}'}"


def render_text(found: Difference, *, color: bool = False) -> str:
    """For people at a terminal; word changes as `[-old-]{+new+}`, in colour as red and green."""

    def paint(style: str, text: str) -> str:
        return f"{style}{text}{_RESET}" if color else text

    def minus(text: str) -> str:
        return paint(_RED, f"[-{printable(text)}-]")

    def plus(text: str) -> str:
        return paint(_GREEN, f"{{+{printable(text)}+}}")

    lines = []
    for kind, changes in groupby(found.changes, key=lambda change: change.kind):
        lines.append(paint(_BOLD, TITLES[kind]))
        for change in changes:
            title = shortened(change.title)
            lines.append(printable(f"  {change.id}: {title}" if title else f"  {change.id}"))
            lines += [f"    {line}" for line in details(change, minus, plus)]
    return "\n".join([*lines, summary(found), ""])


def render_json(found: Difference) -> str:
    """For programs."""
    changes: list[dict[str, Any]] = [
        {
            "kind": change.kind,
            "severity": change.severity,
            "id": change.id,
            "title": change.title,
            "fields": [
                {"name": f.name, "before": f.before, "after": f.after} for f in change.fields
            ],
            "tags_added": list(change.tags_added),
            "tags_removed": list(change.tags_removed),
            "detail": change.detail,
            "replaced_by": change.replaced_by or None,
            "remedy": change.remedy,
        }
        for change in found.changes
    ]
    report = {
        "since": found.since or None,
        "commit": found.commit or None,
        "notices": list(found.notices),
        "doubts": list(found.doubts),
        "counts": counts(found),
        "unchanged": found.unchanged,
        "errors": found.has_errors,
        "changes": changes,
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def shortened(title: str) -> str:
    """A title on one line, cut where it is long."""
    return title if len(title) <= _LONG else f"{title[: _LONG - 1]}…"


def details(
    change: Change,
    minus: Callable[[str], str],
    plus: Callable[[str], str],
    plain: Callable[[str], str] = printable,
) -> Iterator[str]:
    """What there is to say of a change, a line each; the functions mark texts and make them
    harmless."""
    if change.detail:
        yield plain(change.detail)
    if change.replaced_by:
        yield plain(f"replaced by '{change.replaced_by}'")
    if change.remedy:
        yield "remedy: " + plain(change.remedy)
    yield from field_changes(change, minus, plus, plain)
    tags = [minus(tag) for tag in change.tags_removed] + [plus(tag) for tag in change.tags_added]
    if tags:
        yield "tags: " + " ".join(tags)


def field_changes(
    change: Change,
    minus: Callable[[str], str],
    plus: Callable[[str], str],
    plain: Callable[[str], str] = printable,
    *,
    markup: str = "only its markup",
) -> Iterator[str]:
    """A line for each field that has changed, word by word; `markup` says that no word has."""
    for field in change.fields:
        if field.before == field.after:
            yield f"{field.name}: {markup}"
        else:
            yield f"{field.name}: {word_difference(field.before, field.after, minus, plus, plain)}"


def word_difference(
    before: str,
    after: str,
    minus: Callable[[str], str],
    plus: Callable[[str], str],
    plain: Callable[[str], str] = printable,
) -> str:
    """Two texts as one, with what went and what came marked and long agreement left out."""
    old, new = before.split(), after.split()
    if len(old) * len(new) > _COMPARED:
        return f"{minus(_beginning(old))} {plus(_beginning(new))}"
    parts = []
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (step, a, b, c, d) in enumerate(steps):
        if step == "equal":
            first, last = place == 0, place == len(steps) - 1
            parts.append(plain(_shortened(old[a:b], first=first, last=last)))
            continue
        if a < b:
            parts.append(minus(" ".join(old[a:b])))
        if c < d:
            parts.append(plus(" ".join(new[c:d])))
    return " ".join(part for part in parts if part)


def _beginning(words: list[str]) -> str:
    return " ".join([*words[:_CONTEXT], "…"])


def _shortened(words: list[str], *, first: bool, last: bool) -> str:
    """Agreeing words with the middle left out; at the ends of the text only one side is near."""
    if first and last:
        return " ".join(words)
    head = [] if first else words[:_CONTEXT]
    tail = [] if last else words[-_CONTEXT:]
    if len(words) <= len(head) + len(tail):
        return " ".join(words)
    return " ".join([*head, "…", *tail])
