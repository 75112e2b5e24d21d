"""What has changed since a revision of git: the bank of then and that of now, by one comparison.

Both are rendered by this version, so that nothing differs but what their author has changed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prep_export.errors import HistoryError
from prep_export.exporters.anki.compare import Change, Difference, against
from prep_export.exporters.anki.snapshot import nothing, snapshot
from prep_export.history.past import bank_at, placed
from prep_export.markdown.images import ImageError, Images
from prep_export.printed import printed

if TYPE_CHECKING:
    from prep_export.bank.model import Bank
    from prep_export.exporters.anki.package import Package
    from prep_export.history.past import Past


def difference_since(revision: str, bank: Bank) -> Difference:
    """Compare a bank with what it was in a revision of the git repository in which it lies.

    `revision` is a tag, a branch, or whatever git knows a commit by. Raises HistoryError when there
    is no git, no repository or no such revision, or the bank of then cannot be read.
    """
    with bank_at(revision, bank) as past:
        found = against(_package(past, revision, bank), bank)
    if past.former_id:
        found = replace(found, changes=(_renamed(past.former_id, bank), *found.changes))
    return replace(
        found, since=revision, commit=past.commit, notices=past.notices, doubts=past.doubts
    )


def _package(past: Past, revision: str, bank: Bank) -> Package:
    if past.bank is None:
        return nothing(bank)
    try:
        return snapshot(printed(past.bank), _Pictures(past.bank.root), revision)
    except Exception:
        errors = [fault for fault in past.faults if fault.is_error]
        if not errors:
            raise
        message = f"the bank cannot be read at {revision}: {placed(errors[0])}"
        raise HistoryError(message) from None


class _Pictures(Images):
    """Those of a bank of then. One that today's rules refuse was one of those that learners have:
    that it is unlike today's is all that there is to know."""

    def name(self, reference: str) -> str:
        try:
            return super().name(reference)
        except ImageError:
            return reference


def _renamed(former: str, bank: Bank) -> Change:
    return Change(
        "bank-renamed",
        bank.header.id,
        bank.header.title,
        detail=f"its id was '{former}': learners would get every note anew, and keep the old ones",
        remedy=f"give the bank its old id '{former}' back",
    )
