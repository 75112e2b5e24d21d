"""`prep-export serve` as a process: what it says, how it follows saves, how it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from .conftest import HEADER, QUESTION, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Running:
    """The command in a process of its own, and what it has said so far."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        # As from a terminal: a shell that starts it behind itself has signals ignored.
        code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        code += "from prep_export.__main__ import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "serve", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(stream, said), daemon=True)
            for stream, said in ((self.process.stdout, self.out), (self.process.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream: Iterator[str], said: list[str]) -> None:
        for line in stream:
            said.append(line)  # noqa: PERF402 - others look at it meanwhile

    def wait(self, come: Callable[[], object], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not come():
            assert time.monotonic() < end, (self.out, self.err)
            assert self.process.poll() is None, (self.out, self.err)
            time.sleep(0.02)

    def ended(self) -> int:
        status = self.process.wait(20)
        for reader in self._readers:
            reader.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return status


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*arguments: str) -> Running:
        started.append(Running(tmp_path, *arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.ended()


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    path = tmp_path / "bank.yaml"
    path.write_text(HEADER + QUESTION, encoding="utf-8")
    return path


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_its_address_follows_saves_and_ends_in_one_line(
    run: Callable[..., Running], bank: Path, number: int
) -> None:
    running = run("bank.yaml", "--no-browser")
    running.wait(lambda: running.out and "Ctrl-C ends" in "".join(running.err))
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=\S{40,}\n", "".join(running.out))
    bank.write_text(bank.read_text("utf-8").replace("topics: [rag]", "topics: [rga]"), "utf-8")
    running.wait(lambda: "1 error" in "".join(running.err))
    said = "".join(running.err)
    assert "bank.yaml:5:14: error[unknown-topic]: topic 'rga' is not declared" in said
    running.process.send_signal(number)
    assert running.ended() == 128 + number
    assert "".join(running.err)[len(said) :].splitlines() == ["stopped"]


@pytest.mark.long
def test_quietly_it_says_the_address_and_errors_alone(
    run: Callable[..., Running], bank: Path
) -> None:
    running = run("bank.yaml", "--no-browser", "--quiet")
    running.wait(lambda: running.out)
    assert running.err == []
    bank.write_text("questions: [", encoding="utf-8")
    running.wait(lambda: "error[" in "".join(running.err))
    running.process.send_signal(signal.SIGINT)
    assert running.ended() == 130


@pytest.mark.long
def test_it_lives_through_whatever_becomes_of_the_files(
    run: Callable[..., Running], tmp_path: Path
) -> None:
    folder = tmp_path / "bank"
    folder.mkdir()
    file = folder / "bank.yaml"
    file.write_text(HEADER + QUESTION, encoding="utf-8")
    running = run("bank", "--no-browser")
    running.wait(lambda: running.out)

    def builds() -> int:
        return "".join(running.err).count("bank: ")

    def more(than: int) -> bool:
        return builds() > than

    for number in range(5):  # editors write beside, and move
        known = builds()
        beside = folder / ".new"
        beside.write_text(HEADER + QUESTION.replace("An answer", f"Answer {number}"), "utf-8")
        beside.replace(file)
        running.wait(partial(more, known))
    before = builds()
    gone = folder.rename(tmp_path / "gone")
    running.wait(lambda: builds() > before)
    before = builds()
    gone.rename(folder)
    running.wait(lambda: builds() > before)
    before = builds()
    time.sleep(1.5)  # the folder that came back is watched again
    file.write_text(HEADER + QUESTION.replace("An answer", "At last"), "utf-8")
    running.wait(lambda: builds() > before)
    running.process.send_signal(signal.SIGINT)
    assert running.ended() == 130
    assert "Traceback" not in "".join(running.err)


@pytest.mark.long
def test_a_picture_beside_a_bank_of_one_file_is_watched(
    run: Callable[..., Running], bank: Path, tmp_path: Path
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    dot = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
    (pictures / "dot.svg").write_text(dot, encoding="utf-8")
    bank.write_text(
        HEADER + QUESTION.replace("An answer.", '"![A dot](pictures/dot.svg)"'), encoding="utf-8"
    )
    running = run("bank.yaml", "--no-browser")
    running.wait(lambda: running.out)
    before = len(running.err)
    (pictures / "dot.svg").write_text(dot.replace("4", "3"), encoding="utf-8")
    running.wait(lambda: any("page in" in line for line in running.err[before:]))


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "there is no file or folder"),
        (("bank.yaml", "--port", "70000"), "is no port"),
        (("bank.yaml", "--editor", "vscod"), "did you mean 'vscode'"),
    ],
)
def test_wrong_usage_is_said(
    run: Callable[..., Running], bank: Path, arguments: tuple[str, ...], said: str
) -> None:
    del bank
    running = run(*arguments, "--no-browser")
    assert running.ended() == 2
    assert said in "".join(running.err)
    assert running.out == []
