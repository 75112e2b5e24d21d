"""Photographs cards in the reviewer of Anki's desktop program; started by take.py.

Needs a Python with Anki (`pip install 'aqt[qt6]'`) and a screen, if only a virtual one. Anki gets a
folder of its own, so that no collection of yours is touched.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

LOOK_EVERY = 400
"""Milliseconds between two looks at a card; one that is the same twice is finished."""
AT_LEAST = 3
"""Looks; formulas and pictures come a little after the text."""
EASY = 4


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", help="an .apkg")
    parser.add_argument("folder", type=Path, help="where to write ID.png, the answer side of each")
    parser.add_argument("ids", nargs="+", help="the field Id of notes, in order")
    parser.add_argument("--night", action="store_true")
    parser.add_argument("--width", type=int, default=400)
    parser.add_argument("--height", type=int, default=2200)
    return parser.parse_args()


def _collection(package: str, ids: list[str], base: str) -> tuple[Any, list[str]]:
    """A profile whose only deck of that name holds the first card of each note, in order."""
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
    from aqt.profiles import ProfileManager

    profiles = ProfileManager(Path(base))
    profiles.setupMeta()
    profiles.create("Pictures")
    profiles.meta.update(firstRun=False, defaultLang="en_US", check_for_updates=False)
    profiles.openProfile("Pictures")
    profiles.save()
    collection = Collection(profiles.collectionPath())
    options = ImportAnkiPackageOptions()
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options))
    deck = collection.decks.add_normal_deck_with_name("Pictures").id
    found = []
    for place, name in enumerate(ids, start=1):
        cards = collection.find_cards(f'"Id:{name}"', order="c.ord")
        if not cards:
            print(f"the package has no note '{name}'", file=sys.stderr)
            continue
        collection.set_deck(cards[:1], deck)
        collection.sched.reposition_new_cards(
            cards[:1], starting_from=place, step_size=1, randomize=False, shift_existing=False
        )
        found.append(name)
    collection.close()
    profiles.db.close()
    return deck, found


class Photographer:
    """Studies a deck and keeps a picture of every answer."""

    def __init__(self, options: argparse.Namespace, deck: Any, ids: list[str]) -> None:
        import aqt
        from aqt.qt import QTimer

        self.options, self.deck, self.ids = options, deck, ids
        self.window: Any = aqt.mw
        self.later = QTimer.singleShot
        self.later(2000, self.start)

    def start(self) -> None:
        """Begin to study, once the collection is open."""
        from aqt.theme import Theme

        window = self.window
        if window.col is None:
            self.later(LOOK_EVERY, self.start)
            return
        window.resize(self.options.width, self.options.height)
        window.set_theme(Theme.DARK if self.options.night else Theme.LIGHT)
        window.col.decks.select(self.deck)
        window.moveToState("review")
        self.later(2000, self.answer)

    def answer(self) -> None:
        """Show the answer of the next card; leave when there is none."""
        if not self.ids or self.window.state != "review":
            sys.stdout.flush()
            os._exit(0 if not self.ids else 1)  # Anki would ask about the profile
        self.window.reviewer._showAnswer()
        self.later(LOOK_EVERY, self.top)

    def top(self) -> None:
        """Go back to the top: Anki scrolls to the answer of a long card."""
        self.window.web.eval("document.documentElement.style.overflow = 'hidden'; scrollTo(0, 0)")
        self.wait(None, 0)

    def wait(self, before: Any, looks: int) -> None:
        """Take the picture when the card stands still."""
        now = self.window.web.grab().toImage()
        if looks < AT_LEAST or now != before:
            self.later(LOOK_EVERY, lambda: self.wait(now, looks + 1))
            return
        name = self.ids.pop(0)
        now.save(str(self.options.folder / f"{name.replace('/', '.')}.png"))
        self.window.reviewer._answerCard(EASY)
        self.later(1500, self.answer)


def main() -> None:
    """Photograph the cards."""
    options = _arguments()
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # Chromium's sandbox refuses root
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
        os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] += " --no-sandbox"
    with tempfile.TemporaryDirectory(prefix="prep-export-anki-") as base:
        os.environ["ANKI_SINGLE_INSTANCE_KEY"] = base  # or an Anki that is open would answer
        import aqt

        deck, found = _collection(str(Path(options.package).resolve()), options.ids, base)
        if not found:
            sys.exit(1)
        application = aqt._run(["anki", "-b", base, "-l", "en_US"], exec=False)
        photographer = Photographer(options, deck, found)  # timers do not keep it
        application.exec()
        del photographer


if __name__ == "__main__":
    main()
