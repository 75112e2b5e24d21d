"""Decks of a package or a table, of which a bank has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prep_export.importing.losses import Losses


def shared(paths: Sequence[Sequence[str]]) -> list[str]:
    """The levels that all paths begin with."""
    found: list[str] = []
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        found.append(level[0])
    return found


def say_flattened(losses: Losses, names: Iterable[str], deck: str) -> None:
    """Say where cards of several decks are in one now."""
    found = sorted({name for name in names if name})
    if len(found) > 1:
        losses.say(
            f"{len(found):,} decks, such as '{found[-1]}': their cards are in '{deck}' now; "
            "--topics-from decks makes topics of them"
        )
