"""What a bank could not take over, by note and field: listed, never dropped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    Lose: TypeAlias = Callable[..., None]
    """Says what a field loses; its second argument tells things of one kind apart."""

_EACH: Final = 3
"""Notes that are named each; of more that have lost the same, the first."""


class Losses:
    """Gathers losses, in the order in which each kind of them is first met."""

    def __init__(self) -> None:
        self._lines: dict[str, None] = {}
        self._notes: dict[tuple[str, str], dict[tuple[str, str], None]] = {}

    def say(self, line: str) -> None:
        """A loss that is no note's."""
        self._lines[line] = None

    def add(self, note: str, field: str, what: str, which: str = "") -> None:
        """What a note has lost, in a field or (with an empty name) as a whole."""
        self._notes.setdefault((field, what), {})[note, which] = None

    def of(self, note: str, field: str) -> Lose:
        """Adds what one field loses."""

        def lose(what: str, which: str = "") -> None:
            self.add(note, field, what, which)

        return lose

    def lines(self) -> tuple[str, ...]:
        """A line for each loss; one for many notes that have lost the same."""
        found = []
        for (field, what), notes in self._notes.items():
            if len(notes) <= _EACH:
                found += [_line(note, field, what, which) for note, which in notes]
                continue
            count = len({note for note, _ in notes})
            times = f"{len(notes):,} times in " if count < len(notes) else ""
            first = ", ".join(dict.fromkeys(f"'{note}'" for note, _ in list(notes)[:_EACH]))
            head = f"{field}: {what}" if field else what
            found.append(f"{head}: {times}{count:,} notes (first: {first})")
        return (*found, *self._lines)

    def all_lines(self) -> tuple[str, ...]:
        """A line for each loss of each note."""
        return (
            *(
                _line(note, field, what, which)
                for (field, what), notes in self._notes.items()
                for note, which in notes
            ),
            *self._lines,
        )


def _line(note: str, field: str, what: str, which: str) -> str:
    where = f"'{note}', {field}" if field else f"'{note}'"
    return f"{where}: {what} '{which}'" if which else f"{where}: {what}"
