"""The Anki exporter: a bank becomes an `.apkg` that updates in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.exporters.base import Exporter, Option, Outcome, build_time, no_progress

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Options, Progress


def write_deck(
    bank: Bank, options: Options, destination: Path, progress: Progress = no_progress
) -> Outcome:
    """Write the deck.

    Notes are stamped with the build time, since Anki takes over only newer ones; with the previous
    package given, those whose text is the same keep their time and a learner's edits with it.
    Raises PackageError and UsageError for a previous package that cannot serve.
    """
    from prep_export.exporters.anki.compose import compose_notes, guid
    from prep_export.exporters.anki.order import ordered
    from prep_export.exporters.anki.read import read_package
    from prep_export.exporters.anki.times import Times, check_previous
    from prep_export.exporters.anki.write import write_package
    from prep_export.markdown.images import Images

    previous = read_package(options["previous"]) if options["previous"] else None
    images = Images(bank.root)
    notes = compose_notes(bank, images, progress)
    times = Times(build_time(), previous)
    if previous:
        check_previous(previous, (note.guid for note in notes), bank)
    learned = [guid(bank.header.id, item, drill) for item, drill in ordered(bank, options["order"])]
    positions = {one: place for place, one in enumerate(learned, start=1)}
    cards = write_package(bank, notes, images, destination, times, positions)
    written = times.exported(notes)
    counts = {"notes": len(written), "cards": cards, "media files": len(images.used)}
    if previous:
        counts |= times.counts(written)
    return Outcome(counts)


EXPORTER = Exporter(
    name="anki",
    suffix=".apkg",
    summary="Anki deck that updates in place",
    write=write_deck,
    options=(
        Option(
            "previous", "The last published package: notes with the same text keep their time", ""
        ),
        Option("order", "Order of new cards", "chapters", ("chapters", "author")),
    ),
    reports_progress=True,
    leaves_out={
        "short": "it has room for the whole",
        "url": "for the sheet",
        "related": "a card has no other card to turn to",
        "topics.description": "a card shows the topic's title",
    },
)
