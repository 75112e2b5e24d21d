"""The server: only this machine, only its own paths, nothing that changes anything.

No path of a request ever becomes a path of a file: what is served is in memory, by name.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from prep_export.errors import PrepExportError
from prep_export.serving import pages
from prep_export.serving.cards import SIDES, Decks
from prep_export.serving.guard import HOST, Guard
from prep_export.serving.products import PRODUCTS, Products

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prep_export.bank.model import Bank
    from prep_export.serving.desk import Desk, News

_HTML: Final = "text/html; charset=utf-8"
_MOST: Final = 120
"""Connections at a time; one more is closed at once."""
_PATIENCE: Final = 20
"""Seconds that a browser may take to ask, or to take what it has asked for."""
_BEAT: Final = 10
"""Seconds after which a browser that waits for news is told that there are none: so it is found
out that it has gone."""

_IN_FRAMES: Final = "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
_ALONE: Final = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_POLICIES: Final[Mapping[str, str]] = {
    "study": _ALONE.partition("; ")[0],  # the page itself forbids the rest
    "own": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    f"frame-src 'self'; img-src data:; {_ALONE}",
    "card": "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self' data:; font-src data:; frame-ancestors 'self'; form-action 'none'; "
    "base-uri 'self'",
    "picture": f"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    f"font-src data:; {_IN_FRAMES}",
    "file": _ALONE,  # the viewers of PDFs that browsers have are pages with scripts
    "nothing": f"default-src 'none'; img-src data:; {_ALONE}",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets."""

    content: bytes
    type: str = _HTML
    policy: str = "nothing"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def said(status: int, title: str, text: str, policy: str = "nothing") -> Answer:
    """A page that says one thing."""
    return Answer(pages.message(title, text).encode(), status=status, policy=policy)


_NOT_FOUND: Final = "There is nothing here."


class Site:
    """What may be asked for."""

    def __init__(self, desks: Sequence[Desk], news: News, editor: str) -> None:
        self.desks = desks
        self.news = news
        self._editor = editor
        self._decks = {desk.prefix: Decks() for desk in desks}
        self._products = {desk.prefix: Products() for desk in desks}

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """The answer to a path that is no stream of news."""
        kind, _, name = path.removeprefix("/").partition("/")
        if kind == "assets" and name in pages.ASSETS:
            return Answer(_asset(name), pages.ASSETS[name])
        if path == "/" and len(self.desks) > 1:
            return Answer(pages.banks(self.desks).encode(), policy="own")
        desk, rest = self.desk(path)
        return self._of(desk, rest, query) if desk else said(404, "Not found", _NOT_FOUND)

    def desk(self, path: str) -> tuple[Desk | None, str]:
        """The bank that a path belongs to, and the rest of the path."""
        for desk in self.desks:
            if path.startswith(f"{desk.prefix}/"):
                return desk, path[len(desk.prefix) + 1 :]
        return None, ""

    def _of(self, desk: Desk, path: str, query: Mapping[str, str]) -> Answer:
        shown = desk.shown
        if not path:
            if shown.page:
                return Answer(shown.page, policy="study")
            return Answer(pages.nothing_yet(desk).encode(), policy="own")
        if path == "findings.json":
            found = json.dumps(pages.about(shown, desk.prefix, self._editor))
            return Answer(found.encode(), "application/json")
        if path == "changes.json":
            since = query.get("since", "")
            last, items = desk.pieces.since(int(since) if since.isdecimal() else -1)
            return Answer(
                json.dumps({"version": last, "items": items}).encode(), "application/json"
            )
        kind, _, name = path.partition("/")
        if path not in PRODUCTS and kind not in _OF_CARDS:
            return said(404, "Not found", _NOT_FOUND)
        if shown.bank is None:
            return said(409, "No bank yet", "The bank has errors; the study page shows them.")
        if path in PRODUCTS and not shown.sound:
            text = "A bank with errors is never exported; the study page shows them."
            return said(409, "The bank has errors", text)
        try:
            if path in PRODUCTS:
                return self._product(desk, path, shown.bank)
            return self._cards(desk, kind, name, shown.bank, query)
        except PrepExportError as error:
            return said(409, "This cannot be made", str(error))

    def _product(self, desk: Desk, name: str, bank: Bank) -> Answer:
        content = self._products[desk.prefix].get(name, bank)
        way = "inline" if name.endswith(".pdf") else "attachment"
        about = ("Content-Disposition", f'{way}; filename="{bank.header.id}-{name}"')
        return Answer(content, PRODUCTS[name].type, "file", headers=(about,))

    def _cards(
        self, desk: Desk, kind: str, name: str, bank: Bank, query: Mapping[str, str]
    ) -> Answer:
        deck = self._decks[desk.prefix].of(bank)
        if kind == "cards" and not name:
            return Answer(pages.cards(desk, deck).encode(), policy="own")
        if kind == "media" and name in deck.pictures:
            picture = deck.pictures[name]
            return Answer(picture.content, _PICTURES[name.rpartition(".")[2]], "picture")
        entry = deck.entries.get(name)
        if entry is None:
            return said(404, "Not found", _NOT_FOUND)
        if kind == "card":
            return Answer(pages.card(desk, deck, entry).encode(), policy="own")
        number, side = query.get("card", "0"), query.get("side", SIDES[0])
        if kind != "face" or side not in SIDES or number not in map(str, range(len(entry.cards))):
            return said(404, "Not found", _NOT_FOUND)
        night = query.get("theme") == "night"
        media = f"{desk.prefix}/media/"
        html = deck.document(entry, int(number), side, night=night, media=media)
        return Answer(html.encode(), policy="card")


_OF_CARDS: Final = frozenset({"cards", "card", "face", "media"})
_PICTURES: Final = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}


@cache
def _asset(name: str) -> bytes:
    return (files(__package__) / "assets" / name).read_bytes()


class Server(ThreadingHTTPServer):
    """Listens on the loopback address alone."""

    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"  # there it would share the port with another
    request_queue_size = 64

    def __init__(self, port: int, site: Site) -> None:
        super().__init__((HOST, port), _Handler)
        self.site = site
        self.guard = Guard(self.server_address[1])
        self._free = threading.BoundedSemaphore(_MOST)

    def process_request(self, request: Any, client_address: Any) -> None:
        """In a thread of its own, as long as there are not too many."""
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """The thread's work."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser has gone, or said what is no request: nothing to tell anybody."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "prep-export"
    sys_version = ""
    timeout = _PATIENCE

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        guard = self.server.guard
        refusal = guard.refusal(self.headers)
        if refusal:
            self._send(said(403, "Refused", f"Refused: {refusal}."))
            return
        try:
            parts = urlsplit(self.path)
            path = unquote(parts.path, errors="strict")
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        except ValueError:
            self._send(said(404, "Not found", _NOT_FOUND))
            return
        if path == "/" and "token" in query and guard.is_token(query["token"]):
            headers = (("Location", "/"), ("Set-Cookie", guard.cookie))
            self._send(Answer(b"", status=303, headers=headers))
        elif not guard.holds_cookie(self.headers):
            text = "Open the address that prep-export has printed, with its token."
            self._send(said(403, "Refused", text))
        elif not self.path.startswith("/") or _STRANGE.search(path):
            self._send(said(404, "Not found", _NOT_FOUND))
        else:
            self._found(path, query)

    def _found(self, path: str, query: Mapping[str, str]) -> None:
        site = self.server.site
        desk, rest = site.desk(path)
        if desk and rest == "events":
            self._stream(desk)
            return
        try:
            answer = site.answer(path, query)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the server
            answer = said(500, "A fault of prep-export", f"{type(error).__name__}: {error}")
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.content)))
        self._safely(answer.policy)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    def _safely(self, policy: str) -> None:
        self.send_header("Content-Security-Policy", _POLICIES[policy])
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")

    def _stream(self, desk: Desk) -> None:
        """News as server-sent events, until the browser goes."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self._safely("nothing")
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(b"retry: 1000\n\n")
        told = (-1, -1)
        while True:
            now = (desk.shown.version, desk.shown.judged)
            if now != told:
                told = now
                data = json.dumps({"version": now[0], "judged": now[1]})
                self.wfile.write(f"data: {data}\n\n".encode())
            elif not self.server.site.news.wait(desk, told, _BEAT):
                self.wfile.write(b": nothing new\n\n")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library says of a request that is none, or of another method than GET."""
        del message, explain
        refused = code == 501  # noqa: PLR2004 - there is no function for the method
        status = 405 if refused else code
        text = "This server changes nothing: it answers GET." if refused else "No request."
        self.close_connection = True
        self._send(said(status, "Refused", text))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - theirs
        """Requests are nobody's news."""


_STRANGE: Final = re.compile(r"[\x00-\x1f\x7f\\]|(?:^|/)\.\.?(?:/|$)")
"""Control characters, backslashes, and steps up: no path of ours has any."""
