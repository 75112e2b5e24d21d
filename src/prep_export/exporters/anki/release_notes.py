"""A difference as release notes in Markdown: what learners get, and what they should do.

It is for a release as for a comment on a pull request, so what must not be published as it is
stands above all. GitHub takes 65,536 characters of a comment; what would be longer is cut.

What learners read is in the bank's language, with its labels; what is for the author alone is in
English, as all messages are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prep_export.bank.model import title_of
from prep_export.exporters.anki.compare import REPLACES
from prep_export.exporters.anki.compare_text import field_changes, shortened
from prep_export.labels import labels
from prep_export.markdown.plain import plain
from prep_export.printable import printable
from prep_export.printed import printed
from prep_export.spelling import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prep_export.bank.model import Bank
    from prep_export.exporters.anki.compare import Change, Difference, Kind
    from prep_export.labels import LabelName

_ROOM: Final = 18_000
"""Characters of one section; there are four that may be long."""
_FOLDED: Final = 20
"""Entries beyond which a section is folded."""
_NAMED: Final = 20
"""Ids that are named in one line."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line about a note, and lines below it that may be left out where room is short."""

    line: str
    below: tuple[str, ...] = ()


def render_markdown(found: Difference, bank: Bank) -> str:
    """Counts in one line, then what is new, changed and retired, and what learners should do.

    `bank` is the one that was compared with what was before.
    """
    notes = _Notes(found, bank)
    said = notes.said
    sections = (
        ("Before you publish", list(notes.before_publishing())),
        (said("new"), list(notes.new())),
        (said("changed"), list(notes.changed())),
        (said("retired"), list(notes.retired())),
        (said("to-do"), [_Entry(line) for line in notes.to_do()]),
    )
    parts = [f"**{notes.counts()}**"]
    parts += [notes.section(title, entries) for title, entries in sections if entries]
    return "\n\n".join(parts) + "\n"


class _Notes:
    """What is to be said of a difference."""

    def __init__(self, found: Difference, bank: Bank) -> None:
        self._found = found
        self._bank = printed(bank)
        self._labels = labels(bank.header.language, bank.header.labels)

    def said(self, name: LabelName, **holes: str) -> str:
        """A label of release notes, made harmless, with Markdown in its holes."""
        return self._filled(f"release-{name}", **holes)

    def _filled(self, label: LabelName, **holes: str) -> str:
        pieces = _HOLE.split(self._labels[label])  # every second one is a name
        return "".join(
            holes.get(piece, piece) if place % 2 else _escape(piece)
            for place, piece in enumerate(pieces)
        )

    def _of(self, *kinds: Kind) -> list[Change]:
        return [change for change in self._found.changes if change.kind in kinds]

    def counts(self) -> str:
        """'New: 2 · Changed: 1 · Unchanged since `v1.0`: 930'."""
        found, colon = self._found, self._labels["colon"]
        counted = [(self.said(name), len(self._of(*kinds))) for name, kinds in _COUNTED]
        parts = [(what, count) for what, count in counted if count]
        since = _code(found.since) if found.since else ""
        same = self.said("unchanged-since", since=since) if since else self.said("unchanged")
        if found.renews:
            same = (
                f"With the same text{f' since {since}' if since else ''}, yet new to every learner"
            )
        if found.unchanged or not parts:
            parts.append((same, found.unchanged))
        text = " · ".join(f"{what}{colon}{count}" for what, count in parts)
        errors = sum(change.severity == "error" for change in found.changes)
        return f"{text} · {number(errors, 'error')}: see below" if errors else text

    def before_publishing(self) -> Iterator[_Entry]:
        """What the author should look at; nothing of it is for learners."""
        for change in self._found.changes:
            if change.severity != "note":
                below = [_escape(change.detail), *self._words(change)]
                below.append(f"remedy: {_escape(change.remedy)}")
                yield _Entry(f"**{change.severity}** {_named(change)}", tuple(below))
        for doubt in self._found.doubts:
            yield _Entry(f"this comparison may not be right: {_escape(doubt)}")

    def new(self) -> Iterator[_Entry]:
        for change in self._of("added"):
            yield _Entry(_named(change))
        for change in self._of("returned"):
            yield _Entry(self.said("back", title=_named(change)))

    def changed(self) -> Iterator[_Entry]:
        for change in self._of("changed"):
            yield _Entry(_named(change), tuple(self._words(change)))
        for name, kind in _IN_ONE_LINE:
            changes = self._of(kind)
            if changes:
                yield _Entry(f"{self.said(name)}{self._labels['colon']}{self._ids(changes)}")

    def retired(self) -> Iterator[_Entry]:
        titles = {item.id: plain(title_of(item)) for _, item in self._bank.items()}
        for change in self._of("retired"):
            below = [_escape(change.detail)] if change.detail else []
            if change.replaced_by:
                title = _escape(shortened(titles.get(change.replaced_by, change.replaced_by)))
                below.append(self._filled("replaced-by", title=title))
            yield _Entry(_named(change), tuple(below))

    def to_do(self) -> Iterator[str]:
        """What learners should do, or know before they do it."""
        found = self._found
        if not found.changes:
            return
        menu = f"*{self.said('import-menu')}*"
        if {change.kind for change in found.changes} == {"added"} and not found.unchanged:
            yield self.said("import-first", menu=menu)
            return
        for change in self._of("deck-renamed"):
            for name in change.fields:
                before, after = (f"**{_escape(one)}**" for one in (name.before, name.after))
                yield self.said("rename", before=before, after=after)
        yield self.said("import", menu=menu)
        if not self._of("shape-changed", "bank-renamed", "switched", "renamed", "cards-lost"):
            yield self.said("keeps")
        replaced = [change for change in self._of("returned") if change.detail == REPLACES]
        if replaced or self._of("changed", "raised"):
            yield self.said("copy")
        if self._of("retired"):
            yield self.said("stay", search=_code(f"tag:{found.retired_tag}"))
        if self._of("cards-lost"):
            yield self.said("empty", menu=f"*{self.said('empty-menu')}*")
        if self._of("look-changed"):
            yield self.said("new-look")

    def section(self, title: str, entries: list[_Entry]) -> str:
        """A heading and its entries, of which the last are left out where there is no room."""
        lines: list[str] = []
        room = _ROOM
        for place, entry in enumerate(entries):
            whole = [f"- {entry.line}", *(f"  - {line}" for line in entry.below)]
            fitting = next((one for one in (whole, whole[:1]) if _length(one) <= room), None)
            if fitting is None:
                lines.append(f"- {self.said('more', count=str(len(entries) - place))}")
                break
            lines += fitting
            room -= _length(fitting)
        text = "\n".join(lines)
        if len(entries) > _FOLDED:
            text = f"<details><summary>{len(entries)}</summary>\n\n{text}\n\n</details>"
        return f"### {title}\n\n{text}"

    def _ids(self, changes: list[Change]) -> str:
        shown = self._labels["comma"].join(_code(change.id) for change in changes[:_NAMED])
        more = len(changes) - _NAMED
        return f"{shown} {self.said('more', count=str(more))}" if more > 0 else shown

    def _words(self, change: Change) -> Iterator[str]:
        """What has changed of its fields, word by word."""

        def minus(text: str) -> str:
            return f"~~{_escape(text)}~~"

        def plus(text: str) -> str:
            return f"**{_escape(text)}**"

        return field_changes(change, minus, plus, _escape, markup=self.said("markup"))


_COUNTED: Final[tuple[tuple[LabelName, tuple[Kind, ...]], ...]] = (
    ("new", ("added", "returned")),
    ("changed", ("changed", "raised")),
    ("retired", ("retired",)),
    ("waiting", ("waiting",)),
)
"""What is counted of a difference."""
_IN_ONE_LINE: Final[tuple[tuple[LabelName, Kind], ...]] = (
    ("raised", "raised"),
    ("waiting-comes", "waiting"),
    ("moved", "moved"),
    ("look", "look-changed"),
)
_HOLE: Final = re.compile(r"\{(\w+)\}")
"""Where something stands in a label."""


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _named(change: Change) -> str:
    name = _code(change.id)
    return f"{name}: {_escape(shortened(change.title))}" if change.title else name


_MENTION: Final = re.compile(r"(?<!\w)@(?=\w)", re.ASCII)
"""What GitHub takes for somebody's name. Its letters are ASCII: after `é` a name is called."""


_SPACE: Final = re.compile("([\u00a0\u2000-\u200a\u202f\u3000])")
"""What a terminal should show as a code, and a page as it is: before a French colon, say."""


def _escape(text: str) -> str:
    """Text with what could be markup made harmless, and what would call somebody on GitHub."""
    pieces = _SPACE.split(text)  # every second one is such a space
    text = "".join(one if place % 2 else printable(one) for place, one in enumerate(pieces))
    for mark in "\\`*_{}[]<>#|~&":
        text = text.replace(mark, f"\\{mark}")
    return _MENTION.sub("@<!-- -->", text)


def _code(text: str) -> str:
    return f"`{printable(text).replace('`', '')}`"
