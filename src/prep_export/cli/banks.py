"""Which banks a command works on, and what they hold."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prep_export.cli import options as opt
from prep_export.errors import UsageError

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.bank.read.belonging import Asked
    from prep_export.cli.output import Talk
    from prep_export.reading import Reading

DECKS: Final = Path("decks")


def shipped() -> list[Path]:
    """The banks that ship inside the wheel; in a checkout, those of its decks/ folder."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "_decks"
    return banks_in(inside if inside.is_dir() else package.parents[1] / "decks")


def banks_in(folder: Path) -> list[Path]:
    """The banks of a folder: each YAML file, and each folder that holds one or cannot be read.

    Raises UsageError.
    """
    from prep_export.bank.read.files import SUFFIXES, find_files

    try:
        paths = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
        around = folder.resolve()
        for path in paths:
            if path.is_symlink() and around.is_relative_to(path.resolve()):
                raise UsageError(f"the link '{path}' leads to a folder that holds it; delete it")
        # What cannot be read is a bank too: reading it says why.
        return [
            p for p in paths if p.suffix in SUFFIXES or (p.is_dir() and any(find_files(str(p))))
        ]
    except OSError as error:
        message = f"cannot read '{error.filename or folder}': {error.strerror}; or name a bank"
        raise UsageError(message) from None


def resolve(named: list[str] | None, talk: Talk, *, own: bool = False) -> list[str]:
    """The banks named; or those under decks/, else those that lie here, else the shipped one unless
    only one's `own` will do.

    Raises UsageError.
    """
    if named:
        for name in named:
            _require(name)
        return list(dict.fromkeys(bank for name in named for bank in _meant(name, talk)))
    from prep_export.bank.read.belonging import banks_here

    if os.path.lexists(DECKS):
        found = banks_in(DECKS)
        if not found:
            raise UsageError("decks/ holds no bank: put one there, or name the bank")
        return [str(path) for path in found]
    around = banks_here(str(DECKS))
    if around:
        which = "the bank that lies here" if len(around) == 1 else ", ".join(around)
        talk.say(f"no decks/ folder here: taking {which}")
        return around
    found = [] if own else shipped()
    if not found:
        raise UsageError("no decks/ folder here: name the bank, or make decks/ with one in it")
    talk.say("no decks/ folder here: taking the bank that ships with prep-export")
    return [str(path) for path in found]


def asked_for(named: list[str] | None, talk: Talk) -> list[Asked]:
    """The banks to check, and of each what was named: hooks name files, a bank is judged whole.

    Raises UsageError.
    """
    from prep_export.bank.read import belonging

    paths = resolve(named, talk, own=True)
    asked, unread = belonging.asked_for(paths, str(DECKS))
    for path in unread:
        talk.say(f"'{path}' is passed over: it is nothing that a bank reads")
    return asked


def _meant(name: str, talk: Talk) -> list[str]:
    """The bank that was named, or those in a folder that holds banks and is none."""
    from prep_export.bank.read.belonging import banks_held

    banks = banks_held(name, str(DECKS)) if os.path.isdir(name) else []  # noqa: PTH112
    if banks:
        talk.say(f"'{name}' is no bank, but holds {', '.join(banks)}")
    return banks or [name]


def _require(name: str) -> None:
    try:
        os.stat(name)  # noqa: PTH116 - as Path.exists, but with the reason
    except FileNotFoundError:
        from prep_export.bank.read.belonging import banks_of

        around = [bank for bank in banks_of(name, str(DECKS)) if os.path.exists(bank)]  # noqa: PTH110
        gone = f"; if it was deleted, name its bank: {around[0]}" if around else ""
        raise UsageError(f"there is no file or folder '{name}'{gone}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot read '{name}': {reason}") from None


def resolve_whole(named: str, talk: Talk) -> str:
    """The bank that a file or folder is, or is a part of. Raises UsageError where it is not there,
    and for a folder that holds several.

    What belongs to no bank is taken for one.
    """
    from prep_export.bank.read.belonging import banks_of

    one = resolve_one(named, talk)
    return next(iter(banks_of(one, str(DECKS))), one)


def resolve_one(named: str | None, talk: Talk, *, own: bool = False) -> str:
    """The one bank to work on. Raises UsageError when decks/ holds several and none is named."""
    found = resolve([named] if named else None, talk, own=own)
    if len(found) > 1:
        raise UsageError("several banks: name one of " + ", ".join(found))
    return found[0]


def read(path: str) -> Reading:
    """A bank and its findings. They stay as long as the command, and the collector passes over them
    from now on."""
    from prep_export.bank.read.merge import without_collector
    from prep_export.reading import read_bank

    with without_collector():
        reading = read_bank(path)
        gc.freeze()
    return reading


def read_all(paths: list[str], talk: Talk) -> list[Bank]:
    """Every bank named, read; all findings of all of them. Raises BankError on any error."""
    from prep_export.errors import BankError

    readings = [read(path) for path in paths]
    found = [d for reading in readings for d in reading.findings]
    if any(reading.has_errors or reading.bank is None for reading in readings):
        raise BankError(found)
    if found:
        talk.findings(found)
    banks = [reading.bank for reading in readings if reading.bank is not None]
    seen: dict[str, str] = {}
    for path, bank in zip(paths, banks, strict=True):
        if bank.header.id in seen:
            raise UsageError(
                f"'{path}' and '{seen[bank.header.id]}' have the same id '{bank.header.id}'"
            )
        seen[bank.header.id] = path
    return banks


def read_one(named: str | None, talk: Talk, *, own: bool = False) -> Bank:
    """The one bank to work on, read. Raises UsageError or BankError."""
    return read_all([resolve_one(named, talk, own=own)], talk)[0]


def select_parts(banks: list[Bank], chosen: opt.Chosen, talk: Talk) -> list[Bank]:
    """What the options choose of each bank; one of several that gives nothing is passed over.

    Raises UsageError when none gives anything.
    """
    from prep_export.bank.ask.selection import select_all

    parts, passed_over = select_all(banks, opt.selection(chosen))
    for reason in passed_over:
        talk.say(f"a bank is passed over: {reason}")
    return parts
