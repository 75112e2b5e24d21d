"""What a package remembers of those before it; without it, an update could not tell old from new.

It lies in the package's own collection, under a key of the configuration, which Anki leaves behind
on import.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY: Final = "prepExport"
_FORM: Final = 1


@dataclass(frozen=True, slots=True)
class Published:
    """A note as it was published last."""

    text: str
    """A digest of it."""
    modified: int
    """The time that it carries, in seconds since 1970."""
    changed: int
    """When its text changed last; 0 where it never has, or more than a year ago."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a package says of itself and of what was published before it. Times as above."""

    bank: str = ""
    built: int = 0
    part: str = ""
    """What was selected; empty for the whole bank."""
    changed: Mapping[str, int] = field(default_factory=dict)
    """When the text of a note in this package changed last, by guid."""
    retired: Mapping[str, int] = field(default_factory=dict)
    """When a retired note was first exported as such, by guid."""
    absent: Mapping[str, Published] = field(default_factory=dict)
    """Notes that were published once and are not in this package, by guid."""

    def to_json(self) -> dict[str, Any]:
        """The form in which it lies in a package."""
        return {
            "form": _FORM,
            "bank": self.bank,
            "built": self.built,
            "part": self.part,
            "changed": dict(sorted(self.changed.items())),
            "retired": dict(sorted(self.retired.items())),
            "absent": {
                guid: [one.text, one.modified, one.changed]
                for guid, one in sorted(self.absent.items())
            },
        }


def from_json(data: Any) -> Memory | None:
    """The memory in a package, if there is one that this version can read.

    Raises ValueError, KeyError, TypeError or AttributeError for one that is damaged.
    """
    if data is None or data["form"] != _FORM:
        return None
    return Memory(
        _word(data["bank"]),
        _time(data["built"]),
        _word(data["part"]),
        {guid: _time(changed) for guid, changed in data["changed"].items()},
        {guid: _time(since) for guid, since in data["retired"].items()},
        {
            guid: Published(_word(text), _time(modified), _time(changed))
            for guid, (text, modified, changed) in data["absent"].items()
        },
    )


_YEAR_2100: Final = 4_102_444_800


def _time(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _YEAR_2100:
        raise ValueError(f"{value!r:.40} is no time")
    return value


def _word(value: Any) -> str:
    """A text that may be shown at a terminal, whoever has written it."""
    if type(value) is not str or not value.isprintable():
        raise ValueError(f"{value!r:.40} is no text")
    return value
