"""`push`, against a local server that speaks AnkiConnect's protocol."""

from __future__ import annotations

import json
import socket
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from prep_export.cli.app import app

from .conftest import QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Anki:
    """What a running Anki with the add-on would do, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.packages: list[list[str]] = []
        self.answers: dict[str, Any] = {
            "version": {"result": 6, "error": None},
            "importPackage": {"result": True, "error": None},
        }
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(request)
                if request["action"] == "importPackage":
                    outer.packages.append(zipfile.ZipFile(request["params"]["path"]).namelist())
                answer = outer.answers[request["action"]]
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def raw_server(reply: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Something that answers every connection with these bytes; its address, what it was sent."""
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(65536))
                connection.sendall(reply)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.fixture
def anki() -> Iterator[Anki]:
    server = Anki()
    yield server
    server.close()


@pytest.fixture
def push(write_bank: Callable[..., str]) -> Callable[..., Any]:
    bank = write_bank(QUESTION)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, ["push", bank, *arguments])

    return run


def test_anki_is_asked_to_import_the_package(anki: Anki, push: Callable[..., Any]) -> None:
    done = push("--url", anki.url, "--key", "secret")
    assert done.exit_code == 0, done.output
    assert "pushed 'Test' to Anki: 1 note," in done.stderr
    assert [request["action"] for request in anki.asked] == ["version", "importPackage"]
    assert {request["key"] for request in anki.asked} == {"secret"}
    assert anki.packages == [["collection.anki2", "media"]]


def test_nothing_listening_is_said_with_a_remedy(push: Callable[..., Any]) -> None:
    done = push("--url", "http://127.0.0.1:9")
    assert done.exit_code == 1
    assert "nothing answers at http://127.0.0.1:9" in done.stderr
    assert "start Anki with the add-on AnkiConnect" in done.stderr


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"result": None, "error": "collection is not available"}, "collection is not available"),
        ({"result": False, "error": None}, "did not import"),
        ({"hello": 1}, "is not AnkiConnect"),
        (b"<html>", "is not AnkiConnect"),
    ],
)
def test_a_refusal_is_an_error(
    anki: Anki, push: Callable[..., Any], answer: Any, message: str
) -> None:
    anki.answers["importPackage"] = answer
    done = push("--url", anki.url)
    assert done.exit_code == 1
    assert message in done.stderr


def test_an_old_add_on_is_refused(anki: Anki, push: Callable[..., Any]) -> None:
    anki.answers["version"] = {"result": 4, "error": None}
    assert "too old" in push("--url", anki.url).stderr
    assert anki.packages == []


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://127.0.0.1:99999", "http://127.0.0.1:x", "http://127.0.0.1:9/ x"]
)
def test_a_malformed_address_is_one_line(push: Callable[..., Any], url: str) -> None:
    done = push("--url", url)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: '{url}' is no address (")
    assert "write one like http://127.0.0.1:8765" in done.stderr


@pytest.mark.parametrize(
    "reply",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000,
        b"HTTP/1.1 200 OK\r\n\r\n\xff",
    ],
    ids=["no HTTP", "no status", "cut off", "deep", "no UTF-8"],
)
def test_a_malformed_reply_is_one_line(push: Callable[..., Any], reply: bytes) -> None:
    with raw_server(reply) as (url, _):
        done = push("--url", url)
    assert done.exit_code == 1
    assert done.stderr == f"error: what answers at {url} is not AnkiConnect\n"


def test_a_redirect_is_not_followed(push: Callable[..., Any], anki: Anki) -> None:
    moved = f"HTTP/1.1 307 Moved\r\nLocation: {anki.url}/\r\nContent-Length: 0\r\n\r\n"
    for status in ("302", "307"):
        with raw_server(moved.replace("307", status).encode()) as (url, asked):
            done = push("--url", url)
        assert done.exit_code == 1
        assert f"{url} answers {status}: is that AnkiConnect?" in done.stderr
        assert len(asked) == 1
    assert anki.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org:8765",
        "http://127.0.0.1.example.org:8765",
        "http://localhost@example.org:8765",
        "https://127.0.0.1:9",
        "ftp://localhost:9",
        "file://localhost/etc/hostname",
        "127.0.0.1:8765",
    ],
)
def test_only_http_to_this_machine_is_spoken(push: Callable[..., Any], url: str) -> None:
    done = push("--url", url)
    assert done.exit_code == 2
    assert f"'{url}' is not this machine" in done.stderr


def test_no_proxy_stands_between_us_and_this_machine(
    anki: Anki, push: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    done = push("--url", anki.url)
    assert done.exit_code == 0, done.output
    assert len(anki.packages) == 1
