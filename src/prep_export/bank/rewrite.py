"""An entry of a bank with its texts changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from prep_export.bank.texts import shown_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[str, bool], str]
    """Makes of a text another; told whether it is Markdown."""

Entry = TypeVar("Entry")


def rewritten(entry: Entry, change: Change, kept: frozenset[str] = frozenset()) -> Entry:
    """An entry with every text that it shows changed, but for fields that are `kept`.

    An entry is whatever the model declares: an item, a topic, a header.
    """
    markdown = shown_fields(type(entry), True)  # type: ignore[arg-type]  # a class is hashable
    changes = {}
    for name in shown_fields(type(entry), False):  # type: ignore[arg-type]  # as above
        if name in kept:
            continue
        old = getattr(entry, name)
        new = _rewritten(old, change, name in markdown)
        if new is not old:
            changes[name] = new
    return replace(entry, **changes) if changes else entry  # type: ignore[type-var]  # it is one


def _rewritten(value: Any, change: Change, markdown: bool) -> Any:
    """The value itself where nothing changes."""
    if type(value) is str:
        new = change(value, markdown)
        return value if new == value else new
    if type(value) is tuple:
        parts = tuple(_rewritten(part, change, markdown) for part in value)
        return parts if any(a is not b for a, b in zip(parts, value, strict=True)) else value
    if isinstance(value, Mapping):
        found = {key: _rewritten(part, change, markdown) for key, part in value.items()}
        return found if any(found[key] is not value[key] for key in found) else value
    return rewritten(value, change) if is_dataclass(value) else value
