"""Which exporters there are: ours in one table, other people's by entry points.

A package adds one with an entry point in the group `prep_export.exporters` whose object is an
`Exporter` (docs/write-an-exporter.md). Names are listed without importing a plugin; only the one
asked for is loaded; ours win over a namesake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prep_export.errors import ExporterError, UsageError
from prep_export.exporters.anki import EXPORTER as ANKI
from prep_export.exporters.base import Exporter
from prep_export.exporters.exchange import CSV, JSON
from prep_export.exporters.pdf import BOOKLET, FLASHCARDS
from prep_export.exporters.pdf import EXPORTER as PDF
from prep_export.exporters.site import EXPORTER as SITE
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from prep_export.bank.model import Bank
    from prep_export.findings.finding import Finding

GROUP: Final = "prep_export.exporters"

FOR_LEARNERS: Final[dict[str, Exporter]] = {
    "anki": ANKI,
    "pdf": PDF,
    "booklet": BOOKLET,
    "flashcards": FLASHCARDS,
    "site": SITE,
}
"""What `build` writes."""

BUILT_IN: Final[dict[str, Exporter]] = {**FOR_LEARNERS, "json": JSON, "csv": CSV}


def plugins() -> dict[str, EntryPoint]:
    """Other people's exporters by name, not imported."""
    from importlib.metadata import entry_points  # which takes longer than all else here

    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        if point.name not in BUILT_IN:
            found.setdefault(point.name, point)
    return dict(sorted(found.items()))


def check(bank: Bank) -> list[Finding]:
    """What our formats would not show as written, of a bank without errors; each thing once."""
    checks = dict.fromkeys(one.check for one in BUILT_IN.values() if one.check)
    return [finding for check in checks for finding in check(bank)]


def origin(point: EntryPoint) -> str:
    """The package that an entry point comes from, for messages."""
    return point.dist.name if point.dist is not None else point.value


def names() -> list[str]:
    """Every format's name: ours first."""
    return [*BUILT_IN, *plugins()]


def get(name: str) -> Exporter:
    """The exporter of a name.

    Raises UsageError when there is none, ExporterError when a plugin cannot be loaded.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    point = plugins().get(name)
    if point is None:
        hint = did_you_mean(name, names()) or "formats: " + ", ".join(names())
        raise UsageError(f"there is no format '{name}'; {hint}")
    try:
        exporter = point.load()
    except Exception as error:  # a plugin may raise anything while it is imported
        raise ExporterError(
            f"the exporter '{name}' of package '{origin(point)}' cannot be loaded: {error!r}"
        ) from error
    if not isinstance(exporter, Exporter):
        raise ExporterError(
            f"'{name}' of package '{origin(point)}' is a {type(exporter).__name__}, not an Exporter"
        )
    return exporter
