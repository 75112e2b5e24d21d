"""Chromium, driven: one for the session, a page of its own for each test.

A test fails on any word on the console, any uncaught error and any request, whatever it asserts.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

import pytest

import prep_export
from prep_export.exporters import registry
from prep_export.exporters.site.script import ORDER, script
from prep_export.reading import load_bank

from .programs import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

# Debian's build, without what it would ask the network for.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A document that gets a frame of its own may be shown before its predecessor's last writes to
    # `localStorage` have reached it: on a busy machine, one load in fifty found nothing there.
    # Playwright's own list of what is off is replaced; of it, screenshots need the second.
    "--disable-features=RenderDocument,PaintHolding",
)

STUDY = """\
bank: {id: study, title: Study}
topics:
  rag: Retrieval
  rag::chunking: Chunking
  agents: Agents
tags: {seed: Seed}
questions:
  - id: chunks
    topics: [rag::chunking]
    difficulty: hard
    priority: core
    kind: design
    tags: [seed]
    question: How long is a **chunk**?
    answer: As long as one thought.
    key_points: [Überlappung helps, sentences stay whole, "`size` is measured"]
    details: A paragraph on the naïve approach, by hand.
    drills:
      - id: overlap
        ask: Why do chunks overlap?
        answer: So that no thought is cut.
        why: Cuts hurt recall.
      - {id: unit, text: "A chunk is counted in {{c1::tokens::unit}}, not in {{c1::letters}}."}
  - id: loops
    topics: [agents]
    difficulty: easy
    kind: coding
    question: When does an agent stop?
    answer: |
      When it is done, or out of budget.

      ```python
      while not done: step()
      ```
concepts:
  - id: recall
    topics: [rag]
    term: Recall
    definition: The share of what is relevant that is found.
"""


class OpenPage(Protocol):
    """Opens a file as a page whose console and network are watched."""

    def __call__(self, path: Path, address: str = "", *, width: int = 1200) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    executable = program("chromium", "chromium-browser", "google-chrome", package="chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser's memory of its own, in a time and place that no machine changes."""
    made = browser.new_context(
        viewport={"width": 1200, "height": 900}, timezone_id="Europe/Berlin", locale="en-GB"
    )
    made.set_default_timeout(30_000)
    yield made
    made.close()


@pytest.fixture
def open_page(context: BrowserContext) -> Iterator[OpenPage]:
    heard: list[str] = []

    def open_(path: Path, address: str = "", *, width: int = 1200) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.on("console", lambda message: heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on("request", lambda request: heard.append(f"request: {request.url[:120]}"))
        own = f"{path.as_uri()}{address}"
        page.goto(own)
        heard[:] = [one for one in heard if not _is_own(one, path.as_uri())]
        return page

    yield open_
    strays = [
        one
        for one in heard
        if not one.startswith(("request: file:", "request: data:", "request: blob:"))
    ]
    assert not strays


def until(page: Page, expression: str, argument: object = None) -> None:
    """Waits for an expression to hold. Playwright's own way needs `eval`; the page forbids it."""
    end = time.monotonic() + 30
    while not page.evaluate(expression, argument):
        assert time.monotonic() < end, f"never so: {expression}"
        time.sleep(0.02)
    # What follows from it, as the unfolding does from an address, comes by events that may still
    # be waiting: a frame and a task later they have been heard. Timers and frames by their usual
    # names would wait for ever where a test has stopped the clock.
    page.evaluate("""new Promise(heard => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = heard;
      new IntersectionObserver(() => port2.postMessage(0)).observe(document.documentElement);
    }).then(() => true)""")


def _is_own(said: str, address: str) -> bool:
    return said.startswith(f"request: {address}")


@pytest.fixture(scope="session")
def study_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a small bank that has something of everything."""
    return site_file(STUDY, tmp_path_factory.mktemp("study"))


def site_file(text: str, folder: Path) -> Path:
    """The page of a bank in YAML."""
    bank = folder / "bank.yaml"
    bank.write_text(text, encoding="utf-8")
    target = folder / "page.html"
    prep_export.export(load_bank(str(bank)), registry.get("site"), target)
    return target


@pytest.fixture
def study(open_page: OpenPage, study_file: Path) -> Page:
    return open_page(study_file)


@pytest.fixture
def modules(open_page: OpenPage, tmp_path: Path) -> Callable[[str], Page]:
    """A page without content that has some functions of the page's script, under `ours`."""

    def open_(names: str) -> Page:
        path = tmp_path / "modules.html"
        code = script(tuple(name for name in ORDER if name != "main"))
        path.write_text(
            f"<!doctype html><meta charset=utf-8><title>-</title>"
            f"<script type=module>{code}\nglobalThis.ours = {{{names}}};</script>",
            encoding="utf-8",
        )
        page = open_page(path)
        until(page, "Boolean(globalThis.ours)")
        return page

    return open_
