"""The study page in headless Chromium: its first content, and what a search takes."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

QUERIES: Final = ("a", "at", "attention", "k", "kv", "kv cache", "the of", "retrieval", "zz")

_SEARCH: Final = """queries => {
  const input = document.getElementById("search");
  const once = query => {
    input.value = query;
    const start = performance.now();
    input.dispatchEvent(new Event("input"));
    document.getElementById("results").offsetHeight;
    return performance.now() - start;
  };
  once("x");
  const rounds = [1, 2, 3, 4, 5].map(() => queries.map(once));
  return Math.max(...queries.map((_, at) => Math.min(...rounds.map(round => round[at]))));
}"""

_PAINTED: Final = """() => new Promise(done => new PerformanceObserver(list =>
  done(list.getEntries().at(-1).startTime)).observe({type: "paint", buffered: true}))"""


class Opened(NamedTuple):
    """Milliseconds until the first content, and of the slowest of `QUERIES`, each at its best."""

    painted: float
    search: float


def missing() -> str:
    """What is not installed that this needs; empty where all is there."""
    if shutil.which("chromium") is None:
        return "Chromium is not installed (apt-get install chromium)"
    if find_spec("playwright") is None:
        return "playwright is not installed (pip install playwright)"
    return ""


def opened(page: Path) -> Opened:
    """A page opened and searched, in a browser of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page()
        tab.set_default_timeout(300_000)
        tab.goto(page.as_uri(), wait_until="commit", timeout=300_000)
        painted = tab.evaluate(_PAINTED)
        tab.wait_for_load_state("load")
        result = Opened(painted, tab.evaluate(_SEARCH, list(QUERIES)))
        browser.close()
    return result
