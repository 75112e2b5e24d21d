"""A difference as release notes in Markdown: what learners get, and what they should do.

It is for a release as for a comment on a pull request, so what must not be published as it is
stands above all. GitHub takes 65,536 characters of a comment; what would be longer is cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prep_export.exporters.anki.compare import REPLACES
from prep_export.exporters.anki.compare_text import field_changes, shortened
from prep_export.printable import printable
from prep_export.spelling import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prep_export.exporters.anki.compare import Change, Difference, Kind

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


def render_markdown(found: Difference) -> str:
    """Counts in one line, then what is new, changed and retired, and what learners should do."""
    notes = _Notes(found)
    sections = (
        ("Before you publish", list(notes.before_publishing())),
        ("New", list(notes.new())),
        ("Changed", list(notes.changed())),
        ("Retired", list(notes.retired())),
        ("What you should do", [_Entry(line) for line in notes.to_do()]),
    )
    parts = [f"**{notes.counts()}**", *(_section(*one) for one in sections if one[1])]
    return "\n\n".join(parts) + "\n"


class _Notes:
    """What is to be said of a difference."""

    def __init__(self, found: Difference) -> None:
        self._found = found

    def _of(self, *kinds: Kind) -> list[Change]:
        return [change for change in self._found.changes if change.kind in kinds]

    def counts(self) -> str:
        """'2 new notes, 1 changed, 1 retired; 930 unchanged since v1.0.'"""
        found = self._found
        counted = [(len(self._of(*kinds)), alone, after) for kinds, alone, after in _COUNTED]
        parts = [one for one in counted if one[0]]
        since = f" since {_code(found.since)}" if found.since else ""
        errors = sum(change.severity == "error" for change in found.changes)
        same = f"unchanged{since}"
        if found.renews:
            same = f"with the same text{since}, yet new to every learner"
        text = f"No note has changed{since}; there are {found.unchanged:,}."
        if errors:
            text = f"{number(found.unchanged, 'note')} {same}."
        if parts:
            (count, first, _), *others = parts
            first = first if count > 1 else first.replace("notes", "note")
            rest = "".join(f", {count:,} {after}" for count, _, after in others)
            text = f"{count:,} {first}{rest}; {found.unchanged:,} {same}."
        return f"{text} {number(errors, 'error')}: see below." if errors else text

    def before_publishing(self) -> Iterator[_Entry]:
        """What the author should look at; nothing of it is for learners."""
        for change in self._found.changes:
            if change.severity != "note":
                below = [_escape(change.detail), *_words(change)]
                below.append(f"remedy: {_escape(change.remedy)}")
                yield _Entry(f"**{change.severity}** {_named(change)}", tuple(below))
        for doubt in self._found.doubts:
            yield _Entry(f"this comparison may not be right: {_escape(doubt)}")

    def new(self) -> Iterator[_Entry]:
        for change in self._of("added"):
            yield _Entry(_named(change))
        for change in self._of("returned"):
            yield _Entry(f"{_named(change)} (back again)")

    def changed(self) -> Iterator[_Entry]:
        for change in self._of("changed"):
            yield _Entry(_named(change), tuple(_words(change)))
        for line, kind in _IN_ONE_LINE:
            changes = self._of(kind)
            if changes:
                yield _Entry(f"{line}: {_ids(changes)}")

    def retired(self) -> Iterator[_Entry]:
        for change in self._of("retired"):
            yield _Entry(_named(change), (_escape(change.detail),) if change.detail else ())

    def to_do(self) -> Iterator[str]:
        """What learners should do, or know before they do it."""
        found = self._found
        if not found.changes:
            return
        if {change.kind for change in found.changes} == {"added"} and not found.unchanged:
            yield "Import the deck: *File → Import*."
            return
        for change in self._of("deck-renamed"):
            names = [_escape(name) for one in change.fields for name in (one.before, one.after)]
            former = " to ".join(f"'{name}'" for name in names)
            yield f"First rename your deck {former}; else new cards come into a second one."
        keeps = not self._of("shape-changed", "bank-renamed", "switched", "renamed", "cards-lost")
        promise = " What you have learned stays, and no card comes twice." if keeps else ""
        yield f"Import the new deck over the old one: *File → Import*.{promise}"
        replaced = [change for change in self._of("returned") if change.detail == REPLACES]
        if replaced or self._of("changed", "raised"):
            yield _COPY
        if self._of("retired"):
            search = _code(f"tag:{found.retired_tag}")
            yield f"Retired cards stay until you delete them: search for {search} in the browser."
        if self._of("cards-lost"):
            yield "*Tools → Empty Cards* removes the cards that are empty now."
        if self._of("look-changed"):
            yield "The cards look new: CSS and templates that you have changed are replaced."


_COUNTED: Final[tuple[tuple[tuple[Kind, ...], str, str], ...]] = (
    (("added", "returned"), "new notes", "new"),
    (("changed", "raised"), "changed notes", "changed"),
    (("retired",), "retired notes", "retired"),
    (("waiting",), "notes with other topics or tags", "with other topics or tags"),
)
"""What is counted of a difference: how it is said first, and after others."""
_COPY: Final = (
    "On notes that have changed, your own edits and tags are replaced: copy before you import what "
    "you want to keep."
)
_IN_ONE_LINE: Final[tuple[tuple[str, Kind], ...]] = (
    ("Changed before, and brought once more to those whom it has not reached", "raised"),
    ("Other topics or tags, which come with the next change of the text", "waiting"),
    ("In another deck, for new learners", "moved"),
    ("Another look", "look-changed"),
)


def _section(title: str, entries: list[_Entry]) -> str:
    lines: list[str] = []
    room = _ROOM
    for place, entry in enumerate(entries):
        whole = [f"- {entry.line}", *(f"  - {line}" for line in entry.below)]
        fitting = next((one for one in (whole, whole[:1]) if _length(one) <= room), None)
        if fitting is None:
            lines.append(f"- … and {len(entries) - place:,} more")
            break
        lines += fitting
        room -= _length(fitting)
    text = "\n".join(lines)
    if len(entries) > _FOLDED:
        text = f"<details><summary>{len(entries):,}</summary>\n\n{text}\n\n</details>"
    return f"### {title}\n\n{text}"


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _named(change: Change) -> str:
    name = _code(change.id)
    return f"{name}: {_escape(shortened(change.title))}" if change.title else name


def _ids(changes: list[Change]) -> str:
    shown = ", ".join(_code(change.id) for change in changes[:_NAMED])
    more = len(changes) - _NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown


def _words(change: Change) -> Iterator[str]:
    """What has changed of its fields, word by word."""

    def minus(text: str) -> str:
        return f"~~{_escape(text)}~~"

    def plus(text: str) -> str:
        return f"**{_escape(text)}**"

    return field_changes(change, minus, plus, _escape)


_MENTION: Final = re.compile(r"(?<!\w)@(?=\w)", re.ASCII)
"""What GitHub takes for somebody's name. Its letters are ASCII: after `é` a name is called."""


def _escape(text: str) -> str:
    """Text with what could be markup made harmless, and what would call somebody on GitHub."""
    text = printable(text)
    for mark in "\\`*_{}[]<>#|~&":
        text = text.replace(mark, f"\\{mark}")
    return _MENTION.sub("@<!-- -->", text)


def _code(text: str) -> str:
    return f"`{printable(text).replace('`', '')}`"
