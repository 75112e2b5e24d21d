"""What the next update will do to a learner who has the last published package."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import TYPE_CHECKING, Final, Literal

from prep_export.bank.model import SECTIONS
from prep_export.exporters.anki import note_types
from prep_export.exporters.anki.compose import compose_notes, fields_of, ordinals_of, subdeck
from prep_export.exporters.anki.faces import uncovered
from prep_export.exporters.anki.read import read_package
from prep_export.exporters.anki.times import Times, check_previous, date_of
from prep_export.exporters.anki.write import models, note_type
from prep_export.exporters.base import build_time
from prep_export.markdown.images import Images
from prep_export.markdown.plain import plain
from prep_export.printed import printed

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping

    from prep_export.bank.model import Bank, Retired
    from prep_export.exporters.anki.compose import Note
    from prep_export.exporters.anki.package import NoteType, Package, PackagedNote
    from prep_export.exporters.anki.times import Decision

Kind = Literal[
    "shape-changed",
    "bank-renamed",
    "switched",
    "renamed",
    "vanished",
    "deck-renamed",
    "cards-lost",
    "added",
    "changed",
    "raised",
    "returned",
    "retired",
    "waiting",
    "moved",
    "look-changed",
]
ERRORS: Final = (
    *("shape-changed", "bank-renamed", "switched", "renamed", "vanished", "deck-renamed"),
)
"""What must not break: an update with one of these loses learners' history, breaks their notes, or
leaves some behind for ever."""
WARNINGS: Final = ("cards-lost",)
"""Something is lost that the author may have meant to lose."""

SIMILAR: Final = 0.8


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after, without its HTML."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an update does."""

    kind: Kind
    id: str
    """The item or drill; a deck's or note type's name where that is meant."""
    title: str = ""
    fields: tuple[FieldChange, ...] = ()
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    detail: str = ""
    remedy: str = ""
    replaced_by: str = ""
    """The id of the item that stands for a retired one."""

    @property
    def severity(self) -> Literal["error", "warning", "note"]:
        """`error` for what must not break, `warning` for what may be meant."""
        if self.kind in ERRORS:
            return "error"
        return "warning" if self.kind in WARNINGS else "note"


@dataclass(frozen=True, slots=True)
class Difference:
    """All that an update does, the grave things first, and how many notes it leaves alone."""

    changes: tuple[Change, ...]
    unchanged: int
    since: str = ""
    """The revision of git with which the bank was compared; empty for a package."""
    commit: str = ""
    """The id of its commit."""
    notices: tuple[str, ...] = ()
    """What is good to know of the comparison: that the bank stood elsewhere then, say."""
    doubts: tuple[str, ...] = ()
    """Why the comparison may not be right: what of then cannot be read."""
    retired_tag: str = ""
    """By which learners find what was retired."""

    @property
    def renews(self) -> bool:
        """Whether learners would get every note anew, those with an unchanged text too."""
        return any(change.kind == "bank-renamed" for change in self.changes)

    @property
    def has_errors(self) -> bool:
        return any(change.severity == "error" for change in self.changes)


def difference(previous: str | os.PathLike[str], bank: Bank) -> Difference:
    """Compare a bank with its last published package.

    Raises PackageError when the package cannot be read or belongs to another bank.
    """
    return against(read_package(previous), bank)


def against(old: Package, bank: Bank) -> Difference:
    """As `difference`, with a package that has been read or made already."""
    bank = printed(bank)
    notes = compose_notes(bank, Images(bank.root))
    check_previous(old, (note.guid for note in notes), bank)
    kinds = [note_type(model) for model in models(bank.header).values()]
    return compare(old, notes, kinds, bank, build_time())


def compare(
    old: Package, notes: list[Note], kinds: Iterable[NoteType], bank: Bank, now: int
) -> Difference:
    """As `difference`, from what has been read and composed already, for a build at a time."""
    times = Times(now, old)
    changes: list[Change] = []
    for kind in kinds:
        changes += _note_type(old.note_types.get(kind.id), kind)
    new = {note.guid: note for note in notes}
    retired_tag = f"{bank.header.id}::retired"
    retired = {entry.id: entry for entry in bank.retired}
    added = [note for note in notes if note.guid not in old.notes]
    prefix = f"{bank.header.id}::"
    vanished = [
        note
        for note in old.notes.values()
        if note.guid not in new and note.kind and any(tag.startswith(prefix) for tag in note.tags)
    ]
    changes += _gone(vanished, added, retired_tag)
    unchanged = 0
    for note in times.exported(notes):
        before, decision = old.notes.get(note.guid), times.of_note(note)
        if before is None:
            changes.append(_come(note, decision, retired))
            continue
        found = list(_note(before, note, decision, retired_tag, retired))
        changes += found
        unchanged += not found
    changes += _decks(old, bank)
    rank = {kind: place for place, kind in enumerate(Kind.__args__)}  # type: ignore[attr-defined]  # a Literal's values
    in_order = tuple(sorted(changes, key=lambda change: rank[change.kind]))
    return Difference(in_order, unchanged, retired_tag=retired_tag)


def _note_type(old: NoteType | None, new: NoteType) -> Iterator[Change]:
    if old is None:
        return
    before = (old.cloze, old.field_ids, old.template_ids)
    if before != (new.cloze, new.field_ids, new.template_ids):
        yield Change(
            "shape-changed",
            new.name,
            detail="its fields or templates are not those of the published package",
            remedy="every note would conflict on import; use a spare field, or a new note type",
        )
    elif (old.texts, old.css) != (new.texts, new.css):
        yield Change("look-changed", new.name, detail="templates or CSS; updates in place")


def _gone(vanished: list[PackagedNote], added: list[Note], retired_tag: str) -> Iterator[Change]:
    twins = _Twins(added)
    for old in vanished:
        if retired_tag in old.tags:
            continue
        name, title = _id(old), _old_title(old)
        twin = twins.of(old)
        if twin is not None:
            yield Change(
                "renamed",
                name,
                title,
                detail=f"its text is now under the id '{twin.id}': history would be lost",
                remedy=f"give '{twin.id}' its old id '{name}' back",
            )
        else:
            yield Change(
                "vanished",
                name,
                title,
                detail="not in the bank any more, and not retired: it stays with all who have it",
                remedy="list it under 'retired', or put it back",
            )


class _Twins:
    """Finds the added note whose text is almost that of a vanished one.

    Letters are compared only with the few that share most of its rarest words: comparing all with
    all is quadratic, and each comparison is quadratic in the length of the texts.
    """

    _WORDS = 12
    _COMPARED = 3

    def __init__(self, added: list[Note]) -> None:
        self._texts = [_plain(f"{note.front} {note.back}") for note in added]
        self._added = added
        self._index: dict[str, list[int]] = {}
        for number, text in enumerate(self._texts):
            for word in set(text.split()):
                self._index.setdefault(word, []).append(number)

    def of(self, old: PackagedNote) -> Note | None:
        text = _plain(" ".join(old.fields[:2]))
        known = [word for word in set(text.split()) if word in self._index]
        rarest = sorted(known, key=lambda word: (len(self._index[word]), word))[: self._WORDS]
        shared = Counter(number for word in rarest for number in self._index[word])
        near = sorted(shared, key=lambda number: (-shared[number], number))[: self._COMPARED]
        best, score = None, SIMILAR
        for number in near:
            ratio = _likeness(text, self._texts[number])
            if ratio >= score:
                best, score = self._added[number], ratio
        return best


_COMPARED_LETTERS: Final = 2_000


def _likeness(one: str, other: str) -> float:
    """Share of letters in common, 0 to 1, judged by the beginning of long texts."""
    matcher = SequenceMatcher(
        None, one[:_COMPARED_LETTERS], other[:_COMPARED_LETTERS], autojunk=False
    )
    return matcher.ratio() if matcher.real_quick_ratio() >= SIMILAR else 0.0


def _come(note: Note, decision: Decision, retired: Mapping[str, Retired]) -> Change:
    """A note that the old package lacks."""
    title = _title(note)
    if note.retired:
        return _retired(retired[note.id], title)
    if decision.fate == "added":
        return Change("added", note.id, title)
    replaces = decision.fate in {"changed", "raised"}
    return Change("returned", note.id, title, detail=REPLACES if replaces else _STANDS)


REPLACES: Final = "replaces what learners have, with their own edits and tags"
_STANDS: Final = "its text is the one published before: what learners have stands"


def _why(decision: Decision) -> str:
    if decision.fate == "raised":
        since = date_of(decision.changed)
        return f"text changed on {since}: replaces it for those whose own edit or tag came between"
    return ""


def _note(
    old: PackagedNote,
    new: Note,
    decision: Decision,
    retired_tag: str,
    retired: Mapping[str, Retired],
) -> Iterator[Change]:
    title = _title(new)
    if old.kind != new.type:
        yield Change(
            "switched",
            new.id,
            title or _old_title(old),
            detail=f"it is {new.type} now; Anki would apply that silently and break the note",
            remedy="retire the id and give the new form an id of its own",
        )
        return
    if new.retired and retired_tag not in old.tags:
        yield _retired(retired[new.id], _old_title(old))
        return
    after = fields_of(new)
    fields = tuple(
        FieldChange(name, _plain(a), _plain(b))
        for place, ((name, _), a, b) in enumerate(
            zip(note_types.FIELDS[new.type], old.fields, after, strict=False)
        )
        if a != b and place not in note_types.DERIVED
    )
    tags = frozenset(new.tags)
    if decision.fate != "unchanged":
        fate: Kind = decision.fate
        plus, minus = tuple(sorted(tags - old.tags)), tuple(sorted(old.tags - tags))
        yield Change(fate, new.id, title, fields, plus, minus, _why(decision))
    lost = sorted(set(old.ordinals) - set(ordinals_of(new)))
    if lost:
        yield Change(
            "cards-lost",
            new.id,
            title,
            detail="no longer made: " + ", ".join(f"card {n + 1}" for n in lost),
            remedy="keep the numbers of published deletions, or accept empty cards",
        )
    if old.decks and new.deck not in old.decks:
        yield Change("moved", new.id, title, detail=f"from '{old.decks[0]}' to '{new.deck}'")


def _decks(old: Package, bank: Bank) -> Iterator[Change]:
    known = {deck for note in old.notes.values() for deck in note.decks}
    ours = {bank.deck, *(subdeck(bank, section) for section in SECTIONS)}
    if known and known.isdisjoint(ours):
        former = min(known, key=len).rpartition("::")[0] or min(known, key=len)
        yield Change(
            "deck-renamed",
            bank.deck,
            fields=(FieldChange("Deck", former, bank.deck),),
            detail="Anki knows decks by name: present cards stay in the old deck, new ones go here",
            remedy="keep the name, or tell learners to rename the deck before they import",
        )


_TAG: Final = re.compile(r"<[^<>]*>")  # linear, whatever a package holds


def _title(note: Note) -> str:
    """What a note is, for people: an item by its title, a drill by what it asks."""
    if note.retired:
        return ""
    return _named(note.type, note.front, note.id, note.title)


def _old_title(note: PackagedNote) -> str:
    """As `_title`, of a note in a package."""
    title = note.fields[note_types.TITLE] if len(note.fields) > note_types.TITLE else ""
    return _named(note.kind, note.fields[0], _id(note), unescape(title))


def _id(note: PackagedNote) -> str:
    return note.fields[note_types.ID] if len(note.fields) > note_types.ID else note.guid


def _named(kind: note_types.Kind | None, front: str, name: str, title: str) -> str:
    if title and "/" not in name:
        return title
    return _plain(uncovered(front) if kind == "cloze" else front)


def _retired(entry: Retired, title: str) -> Change:
    reason = plain(entry.reason)
    return Change("retired", entry.id, title, detail=reason, replaced_by=entry.replaced_by or "")


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", html)).split())
