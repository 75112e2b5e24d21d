"""From a save to what a browser has of it: the shipped bank behind `prep-export serve`."""

from __future__ import annotations

import http.client
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.shipped import BANK

if TYPE_CHECKING:
    from collections.abc import Iterator


def save_to_page(folder: Path, rounds: int) -> list[float]:
    """Seconds from the end of each save until a client has the changed item."""
    bank = folder / "served"
    shutil.copytree(BANK, bank)
    file = bank / "03-rag.yaml"
    text = file.read_text(encoding="utf-8")
    command = [sys.executable, "-m", "prep_export", "serve", str(bank), "--no-browser", "-q"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip().removeprefix("http://")
        try:
            return list(_measured(address, file, text, rounds))
        finally:
            running.terminate()


def _measured(address: str, file: Path, text: str, rounds: int) -> Iterator[float]:
    host, _, path = address.partition("/")
    cookie = (_ask(host, f"/{path}").getheader("Set-Cookie") or "").partition(";")[0]
    news = _ask(host, "/events", cookie)
    version = _next(news)
    for number in range(rounds):
        time.sleep(1)  # what is found wrong with the last save comes after it
        file.write_text(text.replace(" chunk", f" chunk{number}", 1), encoding="utf-8")
        began = time.perf_counter()
        before = version
        while version == before:
            version = _next(news)
        changes = json.load(_ask(host, f"/changes.json?since={before}", cookie))
        yield time.perf_counter() - began
        assert changes["items"]


def _ask(host: str, path: str, cookie: str = "") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    return connection.getresponse()


def _next(news: http.client.HTTPResponse) -> int:
    for line in news:
        if line.startswith(b"data: "):
            return int(json.loads(line[6:])["version"])
    raise EOFError("serve has ended")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        seconds = save_to_page(Path(name), 10)
    print(f"median {statistics.median(seconds):.3f} s, least {min(seconds):.3f} s")
