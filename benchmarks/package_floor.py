"""Rendered notes to `.apkg`: ours, stock genanki, and the least that any writer must do.

Called as `python -m benchmarks.package_floor {ours|genanki|floor} COUNT FILE`; prints seconds and
bytes of the writing alone.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.banks import questions
from prep_export.bank.model import Bank, Header
from prep_export.exporters.anki.compose import Note, guid
from prep_export.exporters.anki.times import Times
from prep_export.exporters.anki.write import write_package
from prep_export.markdown.html import render
from prep_export.markdown.images import Images


def rendered(count: int) -> list[Note]:
    return [
        Note(
            guid("gen", name), "basic", "Gen", f"<p>{ask}</p>", name, ("gen::rag",), render(answer)
        )
        for name, ask, answer in questions(count)
    ]


def ours(notes: list[Note], target: Path) -> None:
    write_package(
        Bank(header=Header(id="gen", title="Gen")), notes, Images("."), target, Times(1_795_000_000)
    )


def genanki(notes: list[Note], target: Path) -> None:
    import genanki as stock

    model = stock.Model(
        1_700_000_000_001,
        "Stock",
        fields=[{"name": name} for name in ("Front", "Back", "Id")],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
    )
    deck = stock.Deck(1_700_000_000_002, "Gen")
    for note in notes:
        deck.add_note(
            stock.Note(
                model=model,
                fields=[note.front, note.back, note.id],
                guid=note.guid,
                tags=list(note.tags),
            )
        )
    stock.Package(deck).write_to_file(str(target))


def floor(notes: list[Note], target: Path) -> None:
    """Rows of the same width in a table, deflated once at the fastest level."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "db"
        connection = sqlite3.connect(path)
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE notes (id, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data);"
            "CREATE TABLE cards (id, nid, did, ord, mod, usn, type, queue, due, ivl, factor, reps,"
            " lapses, left, odue, odid, flags, data);"
        )
        rows = [
            (n, x.guid, 1, 1, -1, "t", f"{x.front}\x1f{x.back}\x1f{x.id}", x.front, 0, 0, "")
            for n, x in enumerate(notes)
        ]
        connection.executemany(f"INSERT INTO notes VALUES({','.join('?' * 11)})", rows)
        cards = [
            (n, n, 1, 0, 1, -1, 0, 0, n, 0, 0, 0, 0, 0, 0, 0, 0, "") for n in range(len(notes))
        ]
        connection.executemany(f"INSERT INTO cards VALUES({','.join('?' * 18)})", cards)
        connection.commit()
        connection.close()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(path, "collection.anki2")


def main() -> None:
    writer, count, target = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    notes = rendered(count)
    write = {"ours": ours, "genanki": genanki, "floor": floor}[writer]
    start = time.perf_counter()
    write(notes, target)
    print(time.perf_counter() - start, target.stat().st_size)


if __name__ == "__main__":
    main()
