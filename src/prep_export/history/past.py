"""The bank as it was in a revision: where it stood, and what it held."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prep_export.bank.read.files import SUFFIXES, find_files
from prep_export.bank.read.merge import load
from prep_export.errors import HistoryError
from prep_export.findings.places import resolve
from prep_export.history.git import Repository
from prep_export.markdown.images import TYPES
from prep_export.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prep_export.bank.model import Bank
    from prep_export.bank.read.merge import Loaded
    from prep_export.findings.finding import Finding


@dataclass(frozen=True, slots=True)
class Past:
    """A bank in a revision. Its files are there for as long as `bank_at` is not left."""

    bank: Bank | None
    """As far as it can be read by today's rules; None where there was none yet."""
    commit: str
    notices: tuple[str, ...] = ()
    """What is good to know: that it stood elsewhere, say."""
    doubts: tuple[str, ...] = ()
    """What of it cannot be read."""
    former_id: str = ""
    """Its id then, where it was another one; `bank` has today's."""
    faults: tuple[Finding, ...] = ()
    """What is wrong with it by today's rules, as far as it shows without judging it."""


@contextmanager
def bank_at(revision: str, bank: Bank) -> Iterator[Past]:
    """The bank in a revision of the git repository in which it lies.

    It is looked for in its place, and where it was not there, by its id. Raises HistoryError where
    git cannot tell, or what it was cannot be read.
    """
    repository = Repository(os.path.realpath(bank.root))
    commit = repository.commit(revision)
    with scratch() as folder:
        yield _Search(repository, commit, revision, bank, folder).past()


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read at a place."""

    place: str
    loaded: Loaded
    links: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """That of the header, empty where there is none."""
        bank = self.loaded.bank
        return bank.header.id if bank and bank.header_file else ""

    @property
    def is_whole(self) -> bool:
        """Whether no item may stand in what could not be read, or under another bank's header."""
        return bool(self.id) and "items" not in self.loaded.unread

    @property
    def mixes(self) -> bool:
        """Whether it holds the header of another bank too."""
        twice = any(fault.code == "duplicate-header" for fault in self.loaded.findings)
        return twice and not self.is_whole  # else it is a second one of the same bank

    def adds_only_faults(self, alone: _Found) -> bool:
        """Whether it has nothing of a bank beside what a file of it has alone."""
        whole, part = self.loaded.bank, alone.loaded.bank
        legible = "header" not in self.loaded.unread
        return (
            not self.is_whole
            and legible
            and bool(whole and part and whole.places.keys() == part.places.keys())
        )

    @property
    def may_be_any(self) -> bool:
        """Whether there is a header of which the id cannot be told."""
        bank = self.loaded.bank
        header = bank is not None and bank.header_file
        return not self.id and bool(header or "header" in self.loaded.unread)


class _Search:
    def __init__(
        self, repository: Repository, commit: str, revision: str, bank: Bank, folder: Path
    ) -> None:
        self._repository = repository
        self._commit = commit
        self._revision = revision
        self._bank = bank
        self._folder = folder
        self._written = 0

    def past(self) -> Past:
        """The bank, or that there was none."""
        places = self._places()
        here = [found for place in places if (found := self._read(place))]
        same = _of_bank(here, self._bank.header.id)
        if same:
            return self._past(same)
        elsewhere = self._elsewhere()
        if elsewhere:
            notice = f"at {self._revision} the bank was '{elsewhere.place}'"
            return self._past(elsewhere, (notice,))
        other = here[0] if here and here[0].place == places[0] else None
        if other and other.may_be_any:
            raise HistoryError(self._unreadable(other))
        if other and _share_items(other.loaded.bank, self._bank):
            return self._past(other)
        barrier = self._repository.on_the_way(self._commit, places[0]) if places[0] else None
        if barrier:
            link, module = "a link, which is not followed", "a submodule, another repository"
            what = link if barrier.is_link else module
            place = f"at {self._revision} '{barrier.path}' was {what}"
            raise HistoryError(f"{place}: the bank cannot be read")
        return Past(
            None, self._commit, (f"the bank did not exist at {self._revision}: all is new",)
        )

    def _places(self) -> list[str]:
        """Where the bank stands today, from the top: a folder or a file, the likelier first."""
        bank = self._bank
        within = self._repository.within
        folder = within.rstrip("/")
        if len(bank.files) != 1:
            return [folder]
        file = Path(os.path.relpath(bank.files[0], bank.root))
        if len(file.parts) != 1:
            return [folder]
        alone = len(find_files(bank.root)[0]) == 1
        return [folder, f"{within}{file}"] if alone else [f"{within}{file}", folder]

    def _read(self, place: str) -> _Found | None:
        """What stood at a place; None where no YAML file did."""
        is_file = place.endswith(SUFFIXES)
        around = place.rpartition("/")[0] if is_file else place
        entries = self._repository.tree(self._commit, around)
        if is_file and not any(one.path == place for one in entries):
            return None  # or a folder of that name
        file = place if is_file else ""
        wanted = [one for one in entries if _may_be_of_bank(one.path, file)]
        if not any(one.path.endswith(SUFFIXES) and one.is_file for one in wanted):
            return None
        self._written += 1
        target = self._folder / str(self._written)
        self._repository.write(wanted, target)
        links = tuple(one.path for one in wanted if not one.is_file)
        return _Found(place, load(os.fspath(target / place)), links)

    def _elsewhere(self) -> _Found | None:
        """The bank by its id, wherever in the revision it stood."""
        name = self._bank.header.id
        files = self._repository.files_with(self._commit, ("bank", name), SUFFIXES)
        found: dict[str, _Found] = {}
        for file in files:
            alone = self._read(file)
            if alone and alone.id == name:
                around = self._read(file.rpartition("/")[0])
                best = _of_bank([around, alone] if around else [alone], name) or alone
                found.setdefault(best.place, best)
        if len(found) > 1:
            like = [one for one in found.values() if self._is_named_alike(one.place)]
            if len(like) != 1:
                places = ", ".join(f"'{place}'" for place in found)
                raise HistoryError(
                    f"at {self._revision} several banks have the id '{name}': {places}; "
                    "none stands where it stands today"
                )
            return like[0]
        return next(iter(found.values()), None)

    def _is_named_alike(self, place: str) -> bool:
        return place.rpartition("/")[2] in {one.rpartition("/")[2] for one in self._places()}

    def _past(self, found: _Found, notices: tuple[str, ...] = ()) -> Past:
        bank = found.loaded.bank
        if bank is None or not found.is_whole:
            raise HistoryError(self._unreadable(found))
        doubts = []
        if found.links:
            shown = ", ".join(f"'{path}'" for path in found.links[:_SHOWN])
            doubts.append(f"links are not followed, and what they led to is missing: {shown}")
        faults = self._faults(found)
        errors = [fault for fault in faults if fault.is_error]
        if errors:
            doubts.append(
                f"at {self._revision} the bank had errors by today's rules, and was read as far as "
                f"it can be: {placed(errors[0])}"
            )
        former = "" if found.id == self._bank.header.id else found.id
        if former:
            bank = replace(bank, header=replace(bank.header, id=self._bank.header.id))
        return Past(bank, self._commit, notices, tuple(doubts), former, faults)

    def _faults(self, found: _Found) -> tuple[Finding, ...]:
        """What loading has found, with places as git names them."""
        faults = []
        root = self._folder.resolve()
        for fault in resolve(found.loaded.findings):
            file = Path(fault.location.path).resolve()
            parts = file.relative_to(root).parts[1:] if file.is_relative_to(root) else ()
            shown = f"{self._revision}:{'/'.join(parts)}"
            faults.append(replace(fault, at=replace(fault.location, path=shown)))
        return tuple(faults)

    def _unreadable(self, found: _Found) -> str:
        faults = [fault for fault in self._faults(found) if fault.is_error]
        if not faults:
            return f"the bank cannot be read at {self._revision}"
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        return f"the bank cannot be read at {self._revision}: {placed(faults[0])}{more}"


def placed(fault: Finding) -> str:
    """A finding with its place, in one line."""
    return f"{fault.location.path}:{fault.location.line}: {fault.message}"


_SHOWN: Final = 3


def _may_be_of_bank(path: str, file: str) -> bool:
    """Whether a file below a folder may be of the folder's bank, or of the bank in one file of it:
    a YAML file, or a picture."""
    if path.endswith(SUFFIXES):
        return path == file or not file
    return path.lower().endswith(tuple(TYPES))


def _of_bank(found: Sequence[_Found], name: str) -> _Found | None:
    """Which of a folder and a file was the bank of an id, where both could be.

    A folder is it, unless it holds other banks too, or what its other files hold is nothing of a
    bank.
    """
    ours = [one for one in found if one.id == name]
    for one in ours:
        others = [other for other in ours if other is not one]
        if not one.mixes and not any(
            other.is_whole and one.adds_only_faults(other) for other in others
        ):
            return one
    return None


def _share_items(then: Bank | None, now: Bank) -> bool:
    return then is not None and not {*then.places}.isdisjoint({*now.places})
