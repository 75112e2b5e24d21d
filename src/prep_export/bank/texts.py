"""Which texts an entry of the bank shows, and where they stand in it: read off the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin, get_type_hints

from prep_export.bank.values import Kind

if TYPE_CHECKING:
    from prep_export.findings.finding import Path


def texts(entry: Any, at: Path = (), *, markdown: bool = False) -> list[tuple[Path, str]]:
    """Every text that an entry shows, with its path in the entry; or the Markdown ones alone.

    An entry is an item, a drill, a topic, a header: whatever the model declares.
    """
    found: list[tuple[Path, str]] = []
    _gather(entry, at, markdown, found)
    return found


def _gather(entry: Any, at: Path, markdown: bool, found: list[tuple[Path, str]]) -> None:
    for name in shown_fields(type(entry), markdown):  # type: ignore[arg-type]  # a class is hashable
        value = getattr(entry, name)
        if not value:
            continue  # not there, or a text that is not sound
        if type(value) is str:
            found.append(((*at, name), value))
        else:
            _gather_from(value, (*at, name), markdown, found)


def _gather_from(value: Any, at: Path, markdown: bool, found: list[tuple[Path, str]]) -> None:
    if type(value) is str:
        if value:
            found.append((at, value))
    elif type(value) is tuple:
        for index, part in enumerate(value):
            _gather_from(part, (*at, index), markdown, found)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            _gather_from(part, (*at, key), markdown, found)
    elif is_dataclass(value):
        _gather(value, at, markdown, found)


_NEVER_SHOWN: Final = frozenset(
    {"id", "topics", "aliases", "related", "replaced_by", "image", "url", "language", "tags"}
    | {"style", "css", "pdf", "labels", "distinct", "ignore", "checks", "reverse"}
    | {"smart_quotes", "report", "sheet"}
)
"""Ids, codes and addresses; `labels` are shown, but are no part of any entry.

Neither are choices among words of ours, whatever their field is called.
"""


@cache
def shown_fields(kind: type, markdown: bool) -> tuple[str, ...]:
    """The fields of a class of the model that hold texts to be seen, or Markdown alone."""
    hints = get_type_hints(kind, include_extras=True)
    names = [
        name
        for name in (one.name for one in fields(kind))
        if name not in _NEVER_SHOWN and get_origin(hints[name]) is not Literal
    ]
    return tuple(n for n in names if not markdown or _holds_markdown(hints[n]))


def _holds_markdown(hint: Any) -> bool:
    if isinstance(hint, type) and is_dataclass(hint):
        return bool(shown_fields(hint, True))
    return any(
        (isinstance(part, Kind) and part.markdown) or _holds_markdown(part)
        for part in (*getattr(hint, "__metadata__", ()), *get_args(hint))
    )


@cache
def line_fields(kind: type) -> tuple[str, ...]:
    """The fields of a class of the model that are one line of Markdown, which holds no blocks."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(name for name in shown_fields(kind, True) if _is_line(hints[name]))


def _is_line(hint: Any) -> bool:
    inner = [note for part in get_args(hint) for note in getattr(part, "__metadata__", ())]
    notes = (*getattr(hint, "__metadata__", ()), *inner)
    return any(isinstance(note, Kind) and note.markdown and note.one_line for note in notes)
