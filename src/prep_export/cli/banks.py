"""Which banks a command works on, and what they hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from prep_export.errors import UsageError

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.cli.output import Talk

DECKS: Final = Path("decks")


def shipped() -> list[Path]:
    """The banks that ship inside the wheel; in a checkout, those of its decks/ folder."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "_decks"
    return banks_in(inside if inside.is_dir() else package.parents[1] / "decks")


def banks_in(folder: Path) -> list[Path]:
    """The banks of a folder: each YAML file and each folder that holds one, sorted."""
    from prep_export.bank.read.files import SUFFIXES

    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.suffix in SUFFIXES or (
            path.is_dir() and any(p.suffix in SUFFIXES for p in path.rglob("*"))
        ):
            found.append(path)
    return found


def resolve(named: list[str] | None, talk: Talk) -> list[str]:
    """The banks named, or those under decks/, or the shipped one. Raises UsageError."""
    if named:
        for name in named:
            if not Path(name).exists():
                raise UsageError(f"there is no file or folder '{name}'")
        return named
    found = banks_in(DECKS)
    if found:
        return [str(path) for path in found]
    found = shipped()
    if not found:
        raise UsageError("no bank: name one, or make a folder decks/ with a bank in it")
    talk.say("no decks/ folder here: taking the bank that ships with prep-export")
    return [str(path) for path in found]


def resolve_one(named: str | None, talk: Talk) -> str:
    """The one bank to work on. Raises UsageError when decks/ holds several and none is named."""
    found = resolve([named] if named else None, talk)
    if len(found) > 1:
        raise UsageError("several banks under decks/: name one of " + ", ".join(found))
    return found[0]


def read_all(paths: list[str], talk: Talk) -> list[Bank]:
    """Every bank named, read; all findings of all of them. Raises BankError on any error."""
    from prep_export.errors import BankError
    from prep_export.reading import read_bank

    readings = [read_bank(path) for path in paths]
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


def read_one(named: str | None, talk: Talk) -> Bank:
    """The one bank to work on, read. Raises UsageError or BankError."""
    return read_all([resolve_one(named, talk)], talk)[0]
