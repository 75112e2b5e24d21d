"""A session at the desk: the banks, their server, and the loop that builds at each save."""

from __future__ import annotations

import functools
import gc
import os
import re
import threading
from typing import TYPE_CHECKING, Final

from prep_export.errors import UsageError
from prep_export.serving import pages
from prep_export.serving.desk import Desk, News
from prep_export.serving.http import Server, Site
from prep_export.serving.placing import template
from prep_export.serving.watch import Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prep_export.serving.desk import Built

_LAST_PORT: Final = 65_535


class Session:
    """Some banks served at one address. Raises UsageError for a port or editor that is none."""

    def __init__(self, paths: Sequence[str], port: int = 0, editor: str = "") -> None:
        editor = template(editor)
        self._home = os.getcwd()  # noqa: PTH109 - a plain string
        """The current folder, from which paths start."""
        news = News()
        prefixes = _prefixes(paths)
        self.desks = [
            Desk(path, prefix, pages.head, news)
            for path, prefix in zip(paths, prefixes, strict=True)
        ]
        if not 0 <= port <= _LAST_PORT:
            raise UsageError(f"'--port {port}' is no port; 0 takes a free one")
        try:
            self._server = Server(port, Site(self.desks, news, editor))
        except OSError as error:
            reason = error.strerror or error
            raise UsageError(
                f"cannot listen on port {port}: {reason}; 0 takes a free one"
            ) from None

    @property
    def address(self) -> str:
        """What lets a browser in."""
        return self._server.guard.first_address

    def look(self, tell: Callable[[Desk, Built], None]) -> None:
        """Build each bank whose files have changed, and tell of it."""
        if not self._at_home():
            return
        for desk in self.desks:
            built = desk.look()
            if built is not None:
                tell(desk, built)

    def _at_home(self) -> bool:
        """Whether there is a current folder: it may be deleted, and come back as another."""
        try:
            os.getcwd()  # noqa: PTH109 - the check itself
        except FileNotFoundError:
            try:
                os.chdir(self._home)
            except OSError:
                return False
        return True

    def open(self) -> None:
        """Answer requests, in threads."""
        # The interval is how long `close` may wait.
        answering = functools.partial(self._server.serve_forever, poll_interval=0.05)
        threading.Thread(target=answering, daemon=True).start()

    def run(self, tell: Callable[[Desk, Built], None]) -> None:
        """Build at each save, for ever."""
        # What is there now stays: the collector need not walk through it at each save.
        gc.collect()
        gc.freeze()
        for _ in Changes([desk.path for desk in self.desks], self._pictures):
            self.look(tell)

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def _pictures(self) -> list[str]:
        return [path for desk in self.desks for path in desk.files]


def _prefixes(paths: Sequence[str]) -> list[str]:
    """For each bank what its addresses begin with: nothing for a single one, else its name."""
    if len(paths) == 1:
        return [""]
    found: list[str] = []
    for path in paths:
        name = os.path.splitext(os.path.basename(os.path.realpath(path)))[0]  # noqa: PTH119, PTH122
        name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "bank"
        number = 1
        while (prefix := f"/bank/{name}" + (f"-{number}" if number > 1 else "")) in found:
            number += 1
        found.append(prefix)
    return found
