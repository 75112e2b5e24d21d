"""Firefox, driven: a small client of WebDriver BiDi, the protocol that it speaks by itself.

As with Chromium, a test fails on any word on the console, any uncaught error and any request,
whatever it asserts.
"""

from __future__ import annotations

import json
import subprocess
import time
from base64 import b64decode
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest

from .programs import program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from websockets.sync.client import ClientConnection

KEYS: Final = {
    "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "Escape": "\ue00c", "Space": " ",
    "End": "\ue010", "Home": "\ue011", "ArrowUp": "\ue013", "ArrowDown": "\ue015",
}  # fmt: skip
"""What the protocol calls keys that make no letter."""

PATIENCE: Final = 60
"""Seconds until a test gives up on a browser that does not answer."""

_HALF_READ: Final = "console: Invalid markup: Incorrect number of children for <"
"""What Firefox says of a formula that it lays out while half of it is still to be read, which it
does on a busy machine; whether formulas are whole is asked of the page (`MALFORMED`)."""

MALFORMED: Final = """[...document.querySelectorAll('math *')].filter(one => {
  const wanted = { mfrac: 2, mroot: 2, msub: 2, msup: 2, munder: 2, mover: 2, msubsup: 3, munderover: 3 };
  return one.localName in wanted && one.childElementCount !== wanted[one.localName];
}).map(one => one.outerHTML)"""  # noqa: E501
"""The parts of formulas, in a page, that have too few parts or too many."""


class Tab:
    """A page that is open."""

    def __init__(self, firefox: Firefox, name: str) -> None:
        self._firefox = firefox
        self.name = name

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._firefox.send(method, context=self.name, **parameters)

    def go(self, address: str) -> None:
        """Opens an address, and waits until all of it is there."""
        self.send("browsingContext.navigate", url=address, wait="complete")

    def reload(self) -> None:
        self.send("browsingContext.reload", wait="complete")

    def resize(self, width: int, height: int = 900) -> None:
        self.send("browsingContext.setViewport", viewport={"width": width, "height": height})

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of what it promises; what JSON can hold."""
        found = self._firefox.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.name},
            awaitPromise=True,
        )
        if found["type"] == "exception":
            raise AssertionError(found["exceptionDetails"]["text"])
        return json.loads(found["result"].get("value", "null"))

    def until(self, expression: str) -> None:
        """Waits for an expression to hold."""
        end = time.monotonic() + PATIENCE
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"never so: {expression}"
            time.sleep(0.02)

    def text(self, selector: str) -> str:
        """What is to be read in an element."""
        found: str = self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")
        return found

    def press(self, *keys: str) -> None:
        """Presses keys one after another, by names as `Tab` and `Shift+Tab` or as letters."""
        actions = []
        for key in keys:
            parts = key.split("+") if len(key) > 1 else [key]
            values = [KEYS.get(part, part) for part in parts]
            actions += [{"type": "keyDown", "value": value} for value in values]
            actions += [{"type": "keyUp", "value": value} for value in reversed(values)]
        board = {"type": "key", "id": "keyboard", "actions": actions}
        self.send("input.performActions", actions=[board])

    def type(self, text: str) -> None:
        """Types a text, letter by letter."""
        self.press(*text)

    def pdf(self, path: Path) -> None:
        """Prints the page on A4."""
        centimetres = {"width": 21.0, "height": 29.7}
        path.write_bytes(b64decode(self.send("browsingContext.print", page=centimetres)["data"]))

    def picture(self, path: Path) -> None:
        path.write_bytes(b64decode(self.send("browsingContext.captureScreenshot")["data"]))


class Firefox:
    """A browser that runs."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._count = 0
        self.heard: list[str] = []
        """What pages have said and asked for."""
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command; what happened before it is taken in."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            said = json.loads(self._socket.recv(timeout=PATIENCE))
            if said["type"] == "event":
                self._hear(said["method"], said["params"])
            elif said["id"] == self._count:
                assert said["type"] == "success", f"{method}: {said}"
                result: dict[str, Any] = said["result"]
                return result

    def tab(self) -> Tab:
        """A page that remembers nothing of others."""
        user = self.send("browser.createUserContext")["userContext"]
        made = self.send("browsingContext.create", type="tab", userContext=user)
        return Tab(self, made["context"])

    def forget(self) -> None:
        """Closes every page with its memory."""
        for one in self.send("browser.getUserContexts")["userContexts"]:
            if one["userContext"] != "default":
                self.send("browser.removeUserContext", userContext=one["userContext"])

    def _hear(self, event: str, told: Mapping[str, Any]) -> None:
        if event == "log.entryAdded":
            self.heard.append(f"console: {told['text']}")
        else:
            self.heard.append(f"request: {told['request']['url'][:120]}")


def firefoxes(folder: Path, settings: Mapping[str, bool | int | str]) -> Iterator[Firefox]:
    """A Firefox with a profile of its own in a folder, until its iteration goes on."""
    from websockets.sync.client import connect

    executable = program("firefox-esr", "firefox", package="firefox-esr")
    folder.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(to)});" for name, to in settings.items()]
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    arguments = ["--headless", "--remote-debugging-port", "0", "--profile", str(folder)]
    told = folder / "WebDriverBiDiServer.json"
    with subprocess.Popen(
        [executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            end = time.monotonic() + PATIENCE
            while not told.is_file() or not told.read_bytes().rstrip().endswith(b"}"):
                assert process.poll() is None, "Firefox ended"
                assert time.monotonic() < end, "Firefox does not start (as a snap it cannot)"
                time.sleep(0.02)
            port = json.loads(told.read_bytes())["ws_port"]
            address = f"ws://127.0.0.1:{port}/session"
            with connect(address, max_size=None, compression=None, proxy=None) as socket:
                firefox = Firefox(socket)
                yield firefox
                firefox.send("browser.close")
            process.wait(PATIENCE)
        finally:
            process.kill()


class OpenTab(Protocol):
    """Opens a file in Firefox as a page whose console and network are watched."""

    def __call__(self, path: Path, address: str = "", *, width: int = 1200) -> Tab: ...


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One for the session."""
    yield from firefoxes(tmp_path_factory.mktemp("firefox") / "profile", {})


@pytest.fixture
def open_tab(firefox: Firefox) -> Iterator[OpenTab]:
    yield from watched(firefox)


def watched(firefox: Firefox) -> Iterator[OpenTab]:
    """Opens pages, and holds in the end that they have said and asked for nothing."""
    firefox.heard.clear()

    def open_(path: Path, address: str = "", *, width: int = 1200) -> Tab:
        tab = firefox.tab()
        tab.resize(width)
        tab.go(f"{path.as_uri()}{address}")
        return tab

    yield open_
    firefox.forget()
    own = tuple(f"request: {kind}:" for kind in ("file", "data", "blob"))
    strays = [one for one in firefox.heard if not one.startswith((*own, _HALF_READ))]
    assert not strays, strays
