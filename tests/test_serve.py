"""`serve`: what it answers, whom it refuses, and what becomes of a bank that changes under it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest

from prep_export.errors import UsageError
from prep_export.exporters.anki.read import read_package
from prep_export.serving.products import PRODUCTS
from prep_export.serving.session import Session
from prep_export.serving.watch import Changes

from .conftest import HEADER, ROOT, SHIPPED
from .support.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.serving.desk import Built, Desk

BANK = (
    HEADER
    + """\
questions:
  - id: one
    topics: [rag]
    question: What is it?
    answer: |
      An answer with $x^2$.

      ![A dot](dot.svg)
    drills:
      - {id: gap, text: "It is {{c1::this::hint}} and {{c2::that}}."}
  - id: two
    topics: [rag]
    question: What else?
    answer: Another.
"""
)
DOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4" fill="#000"/></svg>'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bank"
    made.mkdir()
    (made / "bank.yaml").write_text(BANK, encoding="utf-8")
    (made / "dot.svg").write_text(DOT, encoding="utf-8")
    return made


class Client:
    """A browser without a window: it keeps the cookie, and nothing else."""

    def __init__(self, session: Session) -> None:
        self.session = session
        address = session.address.removeprefix("http://")
        host, _, self.first = address.partition("/")
        self.port = int(host.rpartition(":")[2])
        self.cookie = ""

    def ask(
        self, path: str, method: str = "GET", *, cookie: bool = True, **headers: Any
    ) -> http.client.HTTPResponse:
        """An answer, whose content is in `content`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        if cookie and self.cookie:
            given["Cookie"] = self.cookie
        connection.putrequest(method, path, skip_host="Host" in given)
        for name, text in given.items():
            connection.putheader(name, text)
        connection.endheaders()
        answer = connection.getresponse()
        answer.content = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def text(self, path: str) -> str:
        """What is at a path."""
        answer = self.ask(path)
        assert answer.status == 200, path
        content: bytes = answer.content  # type: ignore[attr-defined]
        return content.decode()

    def json(self, path: str) -> Any:
        return json.loads(self.text(path))

    def enter(self) -> Client:
        answer = self.ask(f"/{self.first}")
        assert (answer.status, answer.getheader("Location")) == (303, "/")
        self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        return self


def nobody(desk: Desk, built: Built) -> None:
    """Watches no terminal."""


@contextmanager
def serving(*paths: Path, editor: str = "") -> Iterator[Client]:
    session = Session([str(path) for path in paths], editor=editor)
    session.look(nobody)
    session.open()
    try:
        yield Client(session).enter()
    finally:
        session.close()


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    with serving(folder) as made:
        yield made


def save(client: Client, path: Path, text: str) -> None:
    """Save a file, and let the server see it."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(time.time_ns(), time.time_ns()))
    client.session.look(nobody)


def test_the_page_of_the_bank_is_served(client: Client) -> None:
    page = client.text("/")
    assert '<article class="item"' in page
    assert "connect-src 'self'" in page
    assert "/assets/serve.js" in page


def test_a_page_that_is_written_to_a_file_knows_no_server(folder: Path, tmp_path: Path) -> None:
    import prep_export

    target = tmp_path / "page.html"
    prep_export.export(prep_export.load_bank(folder), "site", target)
    written = target.read_text(encoding="utf-8")
    assert "serve.js" not in written
    assert "connect-src" not in written
    assert "'self'" not in written


# Who is refused.


@pytest.mark.parametrize(
    "path", ["/", "/events", "/findings.json", "/cards", "/assets/serve.js", "/deck.apkg", "/no"]
)
def test_without_the_cookie_all_is_refused(client: Client, path: str) -> None:
    assert client.ask(path, cookie=False).status == 403
    assert client.ask(path, cookie=False, Cookie=f"{client.cookie}x").status == 403


def test_only_the_right_token_sets_the_cookie(client: Client) -> None:
    for wrong in ("", "x", client.first.partition("=")[2][:-1], "%ff", "é"):
        address = f"/?token={wrong}".encode("ascii", "ignore").decode()
        answer = client.ask(address, cookie=False)
        assert (answer.status, answer.getheader("Set-Cookie")) == (403, None)
    cookie = client.ask(f"/{client.first}", cookie=False).getheader("Set-Cookie") or ""
    assert "; HttpOnly" in cookie
    assert "; SameSite=Strict" in cookie


def test_each_server_has_a_token_of_its_own(client: Client, folder: Path) -> None:
    with serving(folder) as other:
        assert other.first != client.first
        assert other.ask("/", cookie=False, Cookie=client.cookie).status == 403


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil:{port}",
        "",
    ],
)
def test_another_name_for_this_machine_is_refused(client: Client, host: str) -> None:
    assert client.ask("/", Host=host.format(port=client.port)).status == 403
    assert client.ask(f"/{client.first}", Host=host.format(port=client.port)).status == 403


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}"])
def test_its_own_names_are_answered(client: Client, host: str) -> None:
    assert client.ask("/", Host=host.format(port=client.port)).status == 200


def test_a_request_without_a_host_or_with_two_is_refused(client: Client) -> None:
    for hosts in ("", f"Host: 127.0.0.1:{client.port}\r\nHost: evil.example\r\n"):
        with socket.create_connection(("127.0.0.1", client.port)) as raw:
            raw.sendall(f"GET / HTTP/1.1\r\n{hosts}Cookie: {client.cookie}\r\n\r\n".encode())
            assert b" 403 " in raw.makefile("rb").readline()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=lambda headers: " ".join(f"{k}={v}" for k, v in headers.items()),
)
def test_pages_of_other_origins_are_refused(client: Client, headers: dict[str, Any]) -> None:
    for path in ("/", "/events", "/findings.json", f"/{client.first}"):
        assert client.ask(path, **headers).status == 403


def test_its_own_pages_and_typed_addresses_are_answered(client: Client) -> None:
    assert client.ask("/", Sec_Fetch_Site="same-origin").status == 200
    assert client.ask("/", Sec_Fetch_Site="none").status == 200
    assert client.ask("/", Origin=f"http://127.0.0.1:{client.port}").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_nothing_can_be_changed(client: Client, method: str) -> None:
    assert client.ask("/", method).status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../bank.yaml",
        "/..%2fbank.yaml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/../session.py",
        "/assets/..%2fsession.py",
        "/assets/session.py",
        "/media/../bank.yaml",
        "/media/%2e%2e%2fbank.yaml",
        "/media//etc/passwd",
        "/media/..\\bank.yaml",
        "/media/dot.svg%00.png",
        "/media/dot.svg",
        "/face/../../etc/passwd",
        "/card/one/",
        "/card/..",
        "/bank.yaml",
        "//etc/passwd",
        "/etc/passwd",
        "/%ff",
        "/%0d%0aSet-Cookie:x",
        "/favicon.ico",
        "/cards/x",
        "/face/one?card=7",
        "/face/one?side=inside",
    ],
)
def test_there_are_no_paths_but_its_own(client: Client, path: str) -> None:
    answer = client.ask(path)
    assert answer.status == 404
    content: bytes = answer.content  # type: ignore[attr-defined]
    assert b"topics" not in content
    assert b"root:" not in content


def test_it_is_no_proxy(client: Client) -> None:
    own = f"127.0.0.1:{client.port}"
    assert client.ask("http://evil.example/", Host=own).status == 404
    assert client.ask(f"http://{own}/cards/x", Host=own).status == 404


@pytest.mark.parametrize(
    "path", ["/", "/cards", "/card/one", "/face/one", "/findings.json", "/assets/serve.css", "/no"]
)
def test_every_answer_says_what_it_may_do(client: Client, path: str) -> None:
    answer = client.ask(path)
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Referrer-Policy") == "no-referrer"
    assert answer.getheader("Cache-Control") == "no-store"
    policy = answer.getheader("Content-Security-Policy") or ""
    assert "frame-ancestors" in policy
    if path != "/":  # the page's own meta element says it
        assert "default-src 'none'" in policy
    assert "Python" not in (answer.getheader("Server") or "")


def test_it_listens_on_this_machine_alone(client: Client) -> None:
    assert client.session.address.startswith("http://127.0.0.1:")
    with socket.socket() as other:  # the port is free on every other address
        other.bind(("127.0.0.2", client.port))


@pytest.mark.parametrize(
    "said",
    [
        b"\x00\xff\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"G" * 70_000,
        b"GET / HTTP/1.1\r\nx" * 200,
    ],
)
def test_what_is_no_request_harms_nobody(
    client: Client, said: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", client.port)) as raw:
        raw.sendall(said)
        raw.shutdown(socket.SHUT_WR)
        raw.settimeout(10)
        try:
            while raw.recv(65_536):
                pass
        except ConnectionError:
            pass
    assert client.ask("/").status == 200
    assert capfd.readouterr() == ("", "")


# A bank that changes.


def test_a_save_makes_a_new_page(client: Client, folder: Path) -> None:
    before = client.json("/findings.json")["version"]
    save(client, folder / "bank.yaml", BANK.replace("What else?", "What now?"))
    assert "What now?" in client.text("/")
    assert client.json("/findings.json")["version"] == before + 1


def test_a_save_without_a_change_leaves_the_page_as_it_is(client: Client, folder: Path) -> None:
    before = client.json("/findings.json")
    save(client, folder / "bank.yaml", BANK + "# a remark\n")
    assert client.json("/findings.json") == before


def test_only_the_items_that_changed_are_sent(client: Client, folder: Path) -> None:
    save(client, folder / "bank.yaml", BANK.replace("Another.", "Quite another."))
    changes = client.json("/changes.json?since=1")
    assert changes["version"] == 2
    assert list(changes["items"]) == ["two"]
    assert "Quite another." in changes["items"]["two"]


@pytest.mark.parametrize(
    "change",
    [
        ("rag: RAG", "rag: Retrieval"),
        ("title: Test", "title: Another title"),
        ("  - id: two", "  - {id: new, topics: [rag], question: N?, answer: N.}\n  - id: two"),
        ("id: two", "id: three"),
        ("$x^2$", r"$\aleph$"),  # the font grows
    ],
)
def test_where_more_has_changed_the_whole_page_is_wanted(
    client: Client, folder: Path, change: tuple[str, str]
) -> None:
    save(client, folder / "bank.yaml", BANK.replace(*change))
    assert client.json("/changes.json?since=1") == {"version": 2, "items": None}


@pytest.mark.parametrize("since", ["0", "-1", "77", "x", "", "²"])
def test_who_knows_no_version_wants_the_whole_page(client: Client, since: str) -> None:
    from urllib.parse import quote

    assert client.json(f"/changes.json?since={quote(since)}")["items"] is None


def test_a_changed_picture_changes_the_page(client: Client, folder: Path) -> None:
    save(client, folder / "dot.svg", DOT.replace("#000", "#123456"))
    assert "123456" in client.text("/")


def test_a_picture_that_was_missing_is_seen_when_it_comes(client: Client, folder: Path) -> None:
    (folder / "dot.svg").unlink()
    client.session.look(nobody)
    (found,) = client.json("/findings.json")["findings"]
    assert (found["code"], found["item"]) == ("image-missing", "one")
    save(client, folder / "dot.svg", DOT)
    assert client.json("/findings.json")["findings"] == []


def test_findings_say_where_and_at_which_item(client: Client, folder: Path) -> None:
    text = BANK.replace(
        "topics: [rag]\n    question: What else", "topics: [rga]\n    question: What else"
    )
    save(client, folder / "bank.yaml", text)
    about = client.json("/findings.json")
    (found,) = about["findings"]
    assert found["item"] == "two"
    assert found["code"] == "unknown-topic"
    line = text.splitlines().index("    topics: [rga]") + 1
    assert found["place"].endswith(f"bank.yaml:{line}:14")
    assert about["summary"] == "1 error"
    assert not about["sound"]


def test_a_finding_of_the_header_stands_at_no_item(client: Client, folder: Path) -> None:
    save(client, folder / "bank.yaml", BANK.replace("title: Test", "title: Test, language: it"))
    assert [one["item"] for one in client.json("/findings.json")["findings"]] == [""]


@pytest.mark.parametrize(
    "broken",
    [
        "questions: [",
        "",
        "\x00",
        BANK.replace("answer: Another.", "anser: Another."),
        BANK.replace("bank: {id: test, title: Test}\n", ""),
        BANK[: BANK.index(", text:")],
    ],
    ids=["no YAML", "empty", "a control character", "no such field", "no header", "half-written"],
)
def test_the_last_good_page_stays_while_the_bank_is_broken(
    client: Client, folder: Path, broken: str
) -> None:
    page = client.text("/")
    save(client, folder / "bank.yaml", broken)
    assert client.text("/") == page
    about = client.json("/findings.json")
    assert about["findings"]
    assert not about["sound"]
    assert not about["failure"]
    assert client.ask("/deck.apkg").status == 409
    save(client, folder / "bank.yaml", BANK)
    assert client.json("/findings.json")["sound"]


def test_a_bank_that_is_broken_from_the_start_is_shown_once_it_is_mended(folder: Path) -> None:
    (folder / "bank.yaml").write_text("questions: [", encoding="utf-8")
    with serving(folder) as client:
        assert "no page yet" in client.text("/")
        assert client.json("/findings.json")["findings"]
        assert client.ask("/cards").status == 409
        save(client, folder / "bank.yaml", BANK)
        assert "What is it?" in client.text("/")


def test_files_may_vanish_come_back_and_be_renamed(client: Client, folder: Path) -> None:
    page = client.text("/")
    gone = folder.with_name("elsewhere")
    folder.rename(gone)
    client.session.look(nobody)
    assert client.text("/") == page
    assert client.json("/findings.json")["findings"]
    gone.rename(folder)
    client.session.look(nobody)
    assert client.json("/findings.json")["findings"] == []
    (folder / "bank.yaml").rename(folder / "other.yaml")
    client.session.look(nobody)
    assert client.text("/") == page
    assert client.json("/findings.json")["findings"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder in use cannot be deleted")
def test_the_current_folder_may_vanish_and_come_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with serving(Path()) as client:
        page = client.text("/")
        shutil.rmtree(folder)
        client.session.look(nobody)
        assert list(Changes(["."], list)._folders()) == []
        assert client.text("/") == page
        folder.mkdir()
        (folder / "bank.yaml").write_text(BANK.replace("Another.", "Home again."))
        (folder / "dot.svg").write_text(DOT)
        client.session.look(nobody)
        assert "Home again." in client.text("/")
        assert list(Changes(["."], list)._folders()) == [str(folder.resolve())]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_with_the_name_of_a_file_is_a_finding(client: Client, folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")  # nobody will ever write into it
    client.session.look(nobody)
    (found,) = client.json("/findings.json")["findings"]
    assert found["message"] == "not a regular file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read_is_a_finding(client: Client, folder: Path) -> None:
    (folder / "bank.yaml").chmod(0)
    client.session.look(nobody)
    assert client.json("/findings.json")["findings"][0]["code"] == "unreadable-file"
    (folder / "bank.yaml").chmod(0o644)
    client.session.look(nobody)
    assert client.json("/findings.json")["findings"] == []


def test_a_page_that_fails_is_told_as_a_fault_of_ours(
    client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("oh")

    monkeypatch.setattr("prep_export.exporters.site.page.page", fails)
    page = client.text("/")
    save(client, folder / "bank.yaml", BANK.replace("Another.", "An other."))
    assert client.text("/") == page
    assert "oh" in client.json("/findings.json")["failure"]


# News.


def news(client: Client) -> Iterator[dict[str, int]]:
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=20)
    connection.request("GET", "/events", headers={"Cookie": client.cookie})
    answer = connection.getresponse()
    assert (answer.getheader("Content-Type") or "").startswith("text/event-stream")
    try:
        for line in answer:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])
    finally:
        answer.close()
        connection.close()


def test_two_browsers_hear_of_a_save(client: Client, folder: Path) -> None:
    one, other = news(client), news(client)
    assert next(one) == next(other) == {"version": 1, "judged": 1}
    save(client, folder / "bank.yaml", BANK.replace("Another.", "Yet another."))
    for heard in (one, other):
        while next(heard)["version"] != 2:
            pass
        heard.close()  # type: ignore[attr-defined]


@pytest.mark.long
def test_a_save_is_told_with_slack_within_its_budget(tmp_path: Path) -> None:
    """The budget of 300 ms is held by the benchmarks; here only a build that begins anew fails, by
    the processor's time of the whole process from the save to the page."""
    bank = tmp_path / "llm"
    shutil.copytree(SHIPPED, bank)
    with serving(bank) as client:
        watched = threading.Thread(target=client.session.run, args=(nobody,), daemon=True)
        watched.start()
        heard = news(client)
        version = next(heard)["version"]
        file = bank / "03-rag.yaml"
        text = file.read_text(encoding="utf-8")
        spent = []
        for number in range(5):
            time.sleep(0.5)
            began = time.process_time()
            file.write_text(text.replace(" chunk", f" chunk{number}", 1), encoding="utf-8")
            while True:
                now = next(heard)["version"]
                if now != version:
                    break
            version = now
            assert client.json(f"/changes.json?since={version - 1}")["items"]
            spent.append(time.process_time() - began)
        assert min(spent) < 1.5, spent


@pytest.mark.long
def test_hundreds_of_saves_leave_no_threads_and_no_memory(client: Client, folder: Path) -> None:
    def saves(count: int) -> None:
        for number in range(count):
            save(client, folder / "bank.yaml", BANK.replace("Another.", f"Another {number}."))
            if number % 20 == 0:
                heard = news(client)
                next(heard)
                heard.close()  # type: ignore[attr-defined]
                client.text("/")

    saves(80)
    threads = threading.active_count()
    tracemalloc.start()
    saves(40)
    before, _ = tracemalloc.get_traced_memory()
    saves(200)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Caches of rendered texts fill up to their bound: some kilobytes a text.
    assert after - before < 200 * 12_000
    deadline = time.monotonic() + 15  # a stream ends with the next beat
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.1)
    assert threading.active_count() <= threads


@pytest.mark.long
def test_a_crowd_is_turned_away_and_nobody_else(client: Client) -> None:
    crowd = [socket.create_connection(("127.0.0.1", client.port)) for _ in range(150)]
    time.sleep(0.3)
    assert threading.active_count() < 150
    for one in crowd:
        one.close()
    deadline = time.monotonic() + 10
    while True:
        try:
            assert client.ask("/").status == 200
            break
        except (ConnectionError, http.client.HTTPException):
            assert time.monotonic() < deadline
            time.sleep(0.1)


# Cards and products.


def test_each_item_and_drill_has_its_cards(client: Client) -> None:
    listed = client.text("/cards")
    assert 'id="one"' in listed
    assert 'href="/card/one/gap"' in listed
    shown = client.text("/card/one/gap")
    frames = shown.split("<iframe")[1:]
    assert len(frames) == 2 * 2 * 2 * 2  # deletions, sides, themes, widths
    assert all('sandbox="allow-same-origin"' in frame for frame in frames)
    assert "allow-scripts" not in shown


def test_a_card_is_shown_as_anki_shows_it(client: Client) -> None:
    from prep_export.exporters.anki import note_types

    question = client.text("/face/one/gap?card=0&side=question&theme=day")
    assert '<span class="cloze" data-ordinal="1">[hint]</span>' in question
    assert ">that</span>" in question
    assert note_types.css() in question
    answer = client.text("/face/one?side=answer&theme=night")
    assert 'class="card card1 nightMode night_mode"' in answer
    assert "<math" in answer
    assert "@font-face" in answer
    assert "<script" not in answer


def test_pictures_of_cards_are_served_by_their_name_in_the_deck(client: Client) -> None:
    answer = client.text("/face/one?side=answer")
    name = answer.partition('<img src="')[2].partition('"')[0]
    picture = client.ask(f"/media/{name}")
    assert (picture.status, picture.getheader("Content-Type")) == (200, "image/svg+xml")
    assert (picture.getheader("Content-Security-Policy") or "").startswith("sandbox;")


@pytest.mark.long
@pytest.mark.parametrize("name", PRODUCTS)
def test_products_are_made_of_the_bank_as_it_is(client: Client, folder: Path, name: str) -> None:
    first = client.ask(f"/{name}")
    content: bytes = first.content  # type: ignore[attr-defined]
    assert first.status == 200
    assert content.startswith(b"%PDF-" if name.endswith(".pdf") else b"PK")
    again: bytes = client.ask(f"/{name}").content  # type: ignore[attr-defined]
    assert again == content
    save(client, folder / "bank.yaml", BANK.replace("Another.", "A quite different one."))
    assert client.ask(f"/{name}").content != content  # type: ignore[attr-defined]


def test_the_deck_is_one_that_can_be_imported(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "deck.apkg"
    path.write_bytes(client.ask("/deck.apkg").content)  # type: ignore[attr-defined]
    assert len(read_package(str(path)).notes) == 3


# Several banks, editors, ports.


def test_several_banks_have_addresses_of_their_own(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "more" / "bank.yaml"
    other.parent.mkdir()
    other.write_text(BANK.replace("id: test", "id: other").replace("What else", "Who"), "utf-8")
    shutil.copy(folder / "dot.svg", other.parent)
    with serving(folder, other) as client:
        listed = client.text("/")
        assert 'href="/bank/bank/"' in listed
        assert 'href="/bank/bank-2/"' in listed
        assert "What else" in client.text("/bank/bank/")
        assert "Who?" in client.text("/bank/bank-2/")
        assert client.ask("/cards").status == 404
        assert "/bank/bank-2/card/one" in client.text("/bank/bank-2/cards")
        save(client, other, other.read_text(encoding="utf-8").replace("Who", "Whose"))
        assert client.json("/bank/bank/findings.json")["version"] == 1
        assert client.json("/bank/bank-2/findings.json")["version"] == 2


@pytest.mark.parametrize(
    ("editor", "address"),
    [
        ("", ""),
        ("vscode", "vscode://file/{folder}/bank.yaml:{line}:14"),
        (
            "my-editor:open?f={path}&l={line}&c={column}",
            "my-editor:open?f=/{folder}/bank.yaml&l={line}&c=14",
        ),
    ],
)
def test_findings_lead_to_an_editor(folder: Path, editor: str, address: str) -> None:
    text = BANK.replace("topics: [rag]", "topics: [rga]", 1)
    (folder / "bank.yaml").write_text(text, encoding="utf-8")
    with serving(folder, editor=editor) as client:
        found = client.json("/findings.json")["findings"][0]
    place = {
        "folder": str(folder).lstrip("/"),
        "line": text.splitlines().index("    topics: [rga]") + 1,
    }
    assert found["address"] == address.format(**place)


def test_a_path_is_encoded_in_the_address_of_an_editor(tmp_path: Path) -> None:
    folder = tmp_path / 'a b#?"é'
    folder.mkdir()
    (folder / "bank.yaml").write_text("questions: [", encoding="utf-8")
    with serving(folder, editor="vscode") as client:
        found = client.json("/findings.json")["findings"][0]
    assert "/a%20b%23%3F%22%C3%A9/bank.yaml:" in found["address"]


@pytest.mark.parametrize(
    "editor",
    ["vscod", "x", "javascript:alert({path})", "data:{path}", "file://{path}", "{path}", ":{path}"],
)
def test_an_editor_that_is_none_is_refused(folder: Path, editor: str) -> None:
    with pytest.raises(UsageError, match="--editor"):
        Session([str(folder)], editor=editor)


def test_a_port_that_is_taken_or_none_is_refused(client: Client, folder: Path) -> None:
    for port in (client.port, -1, 70_000):
        with pytest.raises(UsageError, match="port"):
            Session([str(folder)], port=port)


def test_types_of_the_scripts_hold() -> None:
    """By `tsc`, where somebody has installed it: `npm install -g typescript`."""
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("needs tsc")
    folder = ROOT / "src" / "prep_export" / "serving" / "assets"
    done = subprocess.run([compiler, "-p", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# Hostile text.


def test_hostile_text_stays_text(folder: Path) -> None:
    script = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'></script></style><!--"
    texts = [
        f"{text}\n\n{script}"
        for name, text in HOSTILE.items()
        if name not in {"forty levels of list", "nested quotes", "a line of spaces"}  # errors
    ]
    quoted = "'" + script.replace("'", "''") + "'"
    items = "".join(
        f"  - id: h{number}\n    topics: [rag]\n    question: {quoted}\n    answer: |2\n"
        f"{indent(text, ' ' * 6)}\n"
        f"    drills:\n      - {{id: d, ask: {quoted}, answer: {quoted}}}\n"
        for number, text in enumerate(texts)
    )
    bank = f"bank: {{id: test, title: {quoted}}}\ntopics: {{rag: {quoted}}}\nquestions:\n{items}"
    (folder / "bank.yaml").write_text(bank, encoding="utf-8")
    with serving(folder) as client:
        addresses = ["/", "/cards"]
        addresses += [
            f"/{kind}/h{number}{drill}"
            for number in range(len(texts))
            for kind in ("card", "face")
            for drill in ("", "/d")
        ]
        for address in addresses:
            answer = client.ask(address)
            assert answer.status == 200, address
            html: str = answer.content.decode()  # type: ignore[attr-defined]
            assert "no page yet" not in html
            assert "<script>alert" not in html, address
            assert "<img src=x" not in html, address
        for path in ("/findings.json",):
            assert client.ask(path).getheader("Content-Type") == "application/json"
