"""The Anki exporter: a bank becomes an `.apkg` that updates in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.exporters.base import Exporter, Outcome, build_time, no_progress

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Options, Progress


def write(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write the deck; stamped with the build time, since Anki takes over only newer notes."""
    del options
    from prep_export.exporters.anki.notes import compose_notes
    from prep_export.exporters.anki.package import write_package
    from prep_export.markup.media import Media

    media = Media(bank.root)
    notes = compose_notes(bank, media, progress)
    cards = write_package(bank, notes, media.used, destination, build_time())
    return Outcome({"notes": len(notes), "cards": cards, "media files": len(media.used)})


EXPORTER = Exporter(
    name="anki",
    suffix=".apkg",
    summary="Anki deck that updates in place",
    write=write,
    reports_progress=True,
)
