"""A bank on the desk of its author: read, made into a page, judged, as often as it is saved.

The page comes first, from what the files say; what is wrong with it is found while the browser
already shows it. A bank that gives no page leaves the last one standing.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from prep_export.bank.read.merge import load
from prep_export.errors import PrepExportError
from prep_export.exporters.base import no_progress
from prep_export.exporters.registry import check
from prep_export.findings.finding import sort_key
from prep_export.markdown.images import Images
from prep_export.printed import printed
from prep_export.reading import checked
from prep_export.serving.pieces import Pieces
from prep_export.serving.placing import items_of
from prep_export.serving.watch import stamp, stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prep_export.bank.model import Bank
    from prep_export.bank.read.merge import Composed, Loaded
    from prep_export.findings.finding import Finding
    from prep_export.serving.watch import Stamp


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to see of a bank at one moment."""

    version: int = 0
    """Of the page: another number means another page."""
    judged: int = 0
    """Of the findings."""
    bank: Bank | None = None
    """The one that the page shows, as printed."""
    page: bytes = b""
    """Empty where the bank has never given one."""
    findings: tuple[Finding, ...] = ()
    items: tuple[str, ...] = ()
    """For each finding the item that it stands in; empty where it stands in none."""
    failure: str = ""
    """Why a bank without errors gives no page: a fault of ours."""

    @property
    def sound(self) -> bool:
        """Whether the bank can be exported as it is."""
        return (
            self.bank is not None
            and not self.failure
            and not any(finding.is_error for finding in self.findings)
        )


class News:
    """What all desks tell those who wait, in any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()

    def tell(self, change: Callable[[], None]) -> None:
        """Do a change, and wake all."""
        with self._changed:
            change()
            self._changed.notify_all()

    def wait(self, desk: Desk, told: tuple[int, int], seconds: float) -> bool:
        """Whether a desk shows something else than `told` (version, judged) within some seconds."""
        with self._changed:
            return self._changed.wait_for(
                lambda: (desk.shown.version, desk.shown.judged) != told, seconds
            )


@dataclass(frozen=True, slots=True)
class Built:
    """What a build has done, for whoever watches the terminal."""

    seconds: float
    """From the beginning to the page."""
    new_page: bool
    new_findings: bool


class Desk:
    """One bank. Only one thread builds; any may look at what is shown."""

    def __init__(self, path: str, prefix: str, head: Callable[[str, int], str], news: News) -> None:
        self.path = path
        self.prefix = prefix
        """What its addresses begin with: nothing, or a slash and a name."""
        self.shown = Shown()
        self._head = head
        """What the page's head gets beside its own, by prefix and version."""
        self._news = news
        self._stamps: dict[str, Stamp] | None = None
        self.files: frozenset[str] = frozenset()
        """Pictures and fonts that the bank names, whether or not they are there."""
        self._made = ""
        self.pieces = Pieces()
        self._composed: Composed = {}
        """What the last build has made of each file: most do not change from save to save."""

    def look(self) -> Built | None:
        """Build where files have changed; what was done, or None."""
        named = self.files
        now = stamps(self.path, named)
        if now == self._stamps:
            return None
        built = self._build()
        # As things were before the build, so that what changed meanwhile is news the next time.
        dropped = named - self.files
        self._stamps = {path: one for path, one in now.items() if path not in dropped}
        self._stamps.update((path, stamp(path)) for path in self.files - now.keys())
        return built

    def _build(self) -> Built:
        began = time.monotonic()
        before = self.shown
        loaded = load(self.path, self._composed)
        failure = self._draw(loaded)
        seconds = time.monotonic() - began
        try:
            self._judge(loaded, failure)
        except Exception as error:  # noqa: BLE001 - a file that went away meanwhile, or a fault of ours
            self._show(replace(self.shown, failure=repr(error), judged=self.shown.judged + 1))
        after = self.shown
        return Built(seconds, after.version != before.version, after.judged != before.judged)

    def _draw(self, loaded: Loaded) -> str:
        """Show the page of what was loaded, if it gives one; why it does not, else."""
        from prep_export.exporters.site.page import page

        bank = loaded.sound
        if bank is None or any(finding.is_error for finding in loaded.findings):
            return ""
        try:
            ready = printed(bank)
            # A place for the head, so that the same bank is the same text.
            made = page(ready, no_progress, served=_HEAD).html
        except PrepExportError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - what a check has not yet found may raise anything
            return repr(error)
        version = self.shown.version + (made != self._made)
        self._made = made
        self.pieces.add(version, made)
        html = made.replace(_HEAD, self._head(self.prefix, version), 1)
        self._show(replace(self.shown, version=version, bank=ready, page=html.encode(), failure=""))
        return ""

    def _judge(self, loaded: Loaded, failure: str) -> None:
        """Show what is wrong with what was loaded."""
        images = Images(loaded.bank.root if loaded.bank else ".")
        reading = checked(loaded, images)
        sound = reading.bank is not None and not reading.has_errors
        found: Sequence[Finding] = reading.findings
        if sound and reading.bank:
            found = sorted([*found, *check(reading.bank)], key=sort_key)
        self.files = images.paths | _fonts(loaded.bank)
        shown = replace(
            self.shown,
            findings=tuple(found),
            items=items_of(loaded.bank, found),
            failure=failure if sound else "",
        )
        if shown != self.shown or not shown.judged:
            self._show(replace(shown, judged=shown.judged + 1))

    def _show(self, shown: Shown) -> None:
        def change() -> None:
            self.shown = shown

        self._news.tell(change)


_HEAD: Final = '<meta name="prep-export-serve">'


def _fonts(bank: Bank | None) -> frozenset[str]:
    from prep_export.paths import inside

    if bank is None or bank.header.pdf is None:
        return frozenset()
    found = (inside(bank.root, name) for name in bank.header.pdf.fonts)
    return frozenset(path for path in found if path)
