"""What goes wrong around the program: streams, signals, kills, full disks, shut folders."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import prep_export
from prep_export import __main__ as program
from prep_export import scratch as scratch_module
from prep_export.cli import banks
from prep_export.errors import ExporterError, OutputError, UsageError
from prep_export.exporters import whole_file, workers
from prep_export.exporters.base import Exporter
from prep_export.exporters.whole_file import replacing_all
from prep_export.reading import read_bank
from prep_export.scratch import scratch

from .conftest import HEADER, QUESTION, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prep_export.bank.model import Bank

SECOND = "faqs:\n  - {id: two, topics: [rag], question: Which?, answer: That.}\n"


@pytest.fixture(autouse=True)
def _signals_as_at_a_terminal() -> Iterator[None]:
    """What runs in the background, or by nohup, ignores signals, and so would our children."""
    ignored = [n for n in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(n) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bank.yaml").write_text(HEADER + QUESTION)
    return tmp_path


@pytest.fixture
def shut(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a folder unreadable, for root too."""
    real = os.scandir

    def shut(folder: Path) -> None:
        def scandir(path: Any = ".") -> Any:
            if Path(path) == folder:
                raise PermissionError(13, "Permission denied", str(path))
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)
        folder.chmod(0)

    return shut


# Folders of a bank


def found(folder: Path) -> list[tuple[str, str, str]]:
    return [(f.code, f.location.path, f.message) for f in read_bank(folder).findings]


def bank_of_two(folder: Path) -> None:
    (folder / "sub").mkdir(parents=True)
    (folder / "a.yaml").write_text(HEADER + QUESTION)
    (folder / "sub" / "b.yaml").write_text(SECOND)


def test_a_folder_that_cannot_be_read_is_an_error(here: Path, shut: Callable[..., None]) -> None:
    bank_of_two(here / "bank")
    shut(Path("bank/sub"))
    try:
        ((code, path, message),) = found(Path("bank"))
    finally:
        Path("bank/sub").chmod(0o700)
    assert (code, path) == ("unreadable-file", "bank/sub")
    assert message == "the folder cannot be read: Permission denied"


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder in use cannot be deleted")
def test_a_current_folder_that_was_deleted_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    monkeypatch.setattr("sys.argv", ["prep-export", "validate", str(tmp_path / "bank.yaml")])
    with pytest.raises(SystemExit, match="1"):
        program._run()
    assert capsys.readouterr().err == (
        "error: the current folder is gone; change to another (cd)\n"
    )


def test_a_bank_that_cannot_be_listed_says_so(here: Path, shut: Callable[..., None]) -> None:
    bank_of_two(here / "decks" / "bank")
    shut(Path("decks/bank"))
    try:
        assert [str(path) for path in banks.banks_in(Path("decks"))] == ["decks/bank"]
        assert [code for code, *_ in found(Path("decks/bank"))] == ["unreadable-file"]
    finally:
        Path("decks/bank").chmod(0o700)


def test_links_to_folders_are_followed_inside_the_bank_and_each_folder_is_read_once(
    here: Path,
) -> None:
    bank_of_two(here / "bank")
    (here / "bank" / ".kept").mkdir()
    (here / "bank" / ".kept" / "c.yaml").write_text(
        SECOND.replace("two", "three").replace("Which?", "Who sings?")
    )
    (here / "bank" / "again").symlink_to("sub")
    (here / "bank" / "kept").symlink_to(".kept")
    (here / "bank" / "sub" / "loop").symlink_to("..")
    reading = read_bank("bank")
    assert reading.findings == ()
    assert reading.bank is not None
    assert [item.id for _, item in reading.bank.items()] == ["one", "three", "two"]


def test_links_out_of_the_bank_or_to_nowhere_are_errors(here: Path) -> None:
    bank_of_two(here / "bank")
    (here / "bank" / "out").symlink_to(here)
    (here / "bank" / "gone").symlink_to("nowhere")
    (here / "bank" / "x.yaml").mkdir()
    assert sorted((path, message) for _, path, message in found(Path("bank"))) == [
        ("bank/gone", "a link that leads to no file or folder"),
        ("bank/out", "a link that leads out of the bank is not followed"),
        ("bank/x.yaml", "a folder, not a file, and it holds no YAML files"),
    ]


@pytest.mark.usefixtures("here")
def test_decks_that_cannot_be_read_or_lead_back_are_said(shut: Callable[..., None]) -> None:
    Path("decks").mkdir()
    Path("decks/up").symlink_to("..")
    with pytest.raises(UsageError, match="'decks/up' leads to a folder that holds it"):
        banks.banks_in(Path("decks"))
    shut(Path("decks"))
    try:
        if not os.access("decks", os.R_OK):  # root reads it all the same
            with pytest.raises(UsageError, match="cannot read 'decks': Permission denied"):
                banks.banks_in(Path("decks"))
    finally:
        Path("decks").chmod(0o700)


# Several files


def text_exporter(write: Callable[[Path], object]) -> Exporter:
    def run(_bank: Bank, _options: Mapping[str, str], path: Path) -> None:
        write(path)

    return Exporter("x", ".txt", "Writes what it is told", run)


def write_all(paths: list[Path], text: str) -> None:
    with replacing_all(paths) as temporaries:
        for temporary in temporaries:
            temporary.write_text(text)


def left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("cores", [1, 2])
def test_one_export_that_fails_leaves_all_old_files(
    here: Path, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    bank = prep_export.load_bank("bank.yaml")
    monkeypatch.setattr(workers, "_cores", lambda: cores)
    monkeypatch.setattr(workers, "_can_fork", lambda: True)
    good = text_exporter(lambda path: path.write_text("new"))
    bad = text_exporter(lambda path: path.read_text())
    names = ["a.txt", "b.txt", "c.txt", "d.txt"]
    for name in names[:3]:
        Path(name).write_text("old")
    jobs: list[workers.Export] = [
        (bank, bad if name == "c.txt" else good, name, {}) for name in names
    ]
    with pytest.raises(ExporterError, match="exporter 'x' failed"):
        workers.exports(jobs)
    assert [Path(name).read_text() for name in names[:3]] == ["old"] * 3
    assert left(here) == ["a.txt", "b.txt", "bank.yaml", "c.txt"]
    workers.exports([(bank, good, name, {}) for name in names])
    assert [Path(name).read_text() for name in names] == ["new"] * 4


def test_a_move_that_fails_takes_the_others_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / name for name in "abc"]
    paths[0].write_text("old")
    paths[2].write_text("old")
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target == paths[2] and self.name == "new":
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OutputError, match=r"cannot write '.*/c': Permission denied"):
        write_all(paths, "new")
    assert left(tmp_path) == ["a", "c"]
    assert [paths[0].read_text(), paths[2].read_text()] == ["old", "old"]
    monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(OutputError):
        write_all(paths, "new")
    assert paths[0].read_text() == "old"


def _no_links(*_arguments: object) -> None:
    raise OSError(95, "Operation not supported")


def test_files_of_two_builds_are_not_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the files of one are moved, the other waits."""
    paths = [tmp_path / name for name in "ab"]
    real = Path.replace
    waiting: list[bool] = []

    def replace(self: Path, target: Path) -> Path:
        with pytest.raises(BlockingIOError):
            scratch_module.locked(str(tmp_path), wait=False)
        waiting.append(True)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    write_all(paths, "new")
    assert waiting == [True, True]
    os.close(scratch_module.locked(str(tmp_path), wait=False))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_who_waits_for_the_reader_of_a_pipe_can_be_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ended: list[int] = []

    def write(self: Path, _content: bytes) -> None:
        assert self == pipe
        os.kill(os.getpid(), signal.SIGTERM)
        assert ended == [signal.SIGTERM]  # at once: nobody may ever read it

    before = signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
    monkeypatch.setattr(Path, "write_bytes", write)
    try:
        write_all([pipe, tmp_path / "file"], "new")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended


def test_a_folder_that_another_process_takes_back_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two make it for their work; one fails, finds it empty, and removes it."""
    real = tempfile.mkdtemp
    taken: list[str] = []

    def mkdtemp(**where: Any) -> str:
        if not taken:
            taken.append(where["dir"])
            Path(where["dir"]).rmdir()
        return str(real(**where))

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    with scratch(tmp_path / "new" / "out") as folder:
        assert folder.is_dir()
    assert taken
    assert left(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="no path is so long there")
def test_a_thousand_folders_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with scratch(Path("d/" * (sys.getrecursionlimit() + 100))) as folder:
        assert folder.is_dir()
    assert left(tmp_path) == []


def test_a_folder_that_never_stays_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mkdtemp(**where: Any) -> str:
        raise FileNotFoundError(2, "No such file or directory", where["dir"])

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    with (
        pytest.raises(OutputError, match="No such file or directory"),
        whole_file.replacing(tmp_path / "out" / "x"),
    ):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="there are no locks on folders")
def test_who_keeps_the_lock_of_a_folder_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `flock out prep-export build` does, which waits for us."""
    monkeypatch.setattr(scratch_module, "_PATIENCE", 0)
    real = scratch_module.locked
    kept = real(str(tmp_path))

    def locked(folder: str, *, wait: bool = True) -> int:
        assert folder != str(tmp_path) or not wait
        return real(folder, wait=wait)

    monkeypatch.setattr(scratch_module, "locked", locked)
    paths = [tmp_path / name for name in "ab"]
    try:
        write_all(paths, "new")
    finally:
        os.close(kept)
    assert [path.read_text() for path in paths] == ["new", "new"]


# What a killed run leaves


def test_who_sweeps_goes_on_where_a_folder_goes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch_module, "_swept", set())
    names = [".prep-export-aaaaaaaa.tmp", ".prep-export-bbbbbbbb.tmp"]
    for name in names:
        (tmp_path / name).mkdir()
    real = scratch_module.locked
    gone: list[str] = []

    def locked(folder: str, *, wait: bool = True) -> int:
        if not gone:
            gone.append(folder)
            Path(folder).rmdir()
        return real(folder, wait=wait)

    monkeypatch.setattr(scratch_module, "locked", locked)
    scratch_module.sweep(tmp_path)
    assert gone
    assert left(tmp_path) == []


def test_the_next_run_sweeps_what_a_killed_one_left_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch_module, "_swept", set())
    dead = tmp_path / ".prep-export-abcdefgh.tmp"
    dead.mkdir()
    (dead / "new.apkg").write_text("half")
    others = [".prep-export-notes", "prep-export-abcdefgh.tmp", ".prep-export-abcdefgh"]
    for name in others:
        (tmp_path / name).mkdir()
    with scratch(tmp_path) as live:
        assert not dead.exists()
        (live / "x").write_text("")
        scratch_module._swept.clear()
        with scratch(tmp_path):
            assert (live / "x").exists()
    assert sorted(left(tmp_path)) == sorted(others)


def test_a_place_for_temporary_files_that_is_full_or_shut_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    with pytest.raises(OutputError) as raised, scratch():
        raise OSError(28, "No space left on device")
    assert f"in '{tmp_path}': No space left on device; set TMPDIR" in str(raised.value)
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "file"))
    with pytest.raises(OutputError, match="cannot write temporary files in"), scratch():
        pass


# The process: one for many trials, each in a fork of it, since starting takes most of the time

DRIVER = """
import json, os, sys, tempfile
from typer.testing import CliRunner
import prep_export.__main__ as program
from prep_export.cli.app import app

def trial(arguments, out, err):
    files = [tempfile.TemporaryFile(), tempfile.TemporaryFile()]
    pid = os.fork()
    if pid == 0:
        os.environ["XDG_STATE_HOME"] = os.getcwd() + "/logs"
        for number, (file, kind) in enumerate(zip(files, (out, err)), 1):
            name = "stdout" if number == 1 else "stderr"
            if kind == "closed":
                os.close(number)
                setattr(sys, name, None)
                continue
            to = os.open("/dev/full", os.O_WRONLY) if kind == "full" else file.fileno()
            os.dup2(to, number)
            setattr(sys, name, open(number, "w", encoding="ascii", closefd=False))
        sys.argv = ["prep-export", *arguments]
        status = 0
        try:
            program.main()
        except SystemExit as error:
            status = error.code or 0
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    texts = []
    for file in files:
        file.seek(0)
        texts.append(file.read().decode("utf-8", "replace"))
    return [status, *texts]

wanted = json.load(sys.stdin)
for command in {tuple(one[0]) for one in wanted}:
    CliRunner().invoke(app, command)  # what it imports need not be imported again in each fork
print(json.dumps([trial(*one) for one in wanted]))
"""


def trials(wanted: list[tuple[list[str], str, str]]) -> list[tuple[int, str, str]]:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    return [(status, out, err) for status, out, err in json.loads(done.stdout)]


COMMANDS = [
    ["--version"],
    ["--help"],
    ["schema"],
    ["formats"],
    ["validate", "bad.yaml"],
    ["anki", "bank.yaml", "-o", "-"],
    ["anki", "bank.yaml", "-o", "new.apkg"],
    ["build", "bank.yaml", "--format", "anki", "--json"],
    ["diff", "old.apkg", "bank.yaml"],
]


@pytest.mark.long
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
def test_streams_that_fail_are_one_line_and_the_right_status(here: Path) -> None:
    (here / "bad.yaml").write_text(HEADER + QUESTION.replace("[rag]", "[rga]"))
    prep_export.export(prep_export.load_bank("bank.yaml"), "anki", "old.apkg")
    wanted = [
        (command, *streams)
        for command in COMMANDS
        for streams in (("full", ""), ("closed", ""), ("", "closed"))
    ]
    wanted += [(["validate", "bad.yaml"], "", "full"), (["anki", "bank.yaml"], "", "full")]
    ended = trials(wanted)
    for (command, out, err), (status, stdout, stderr) in zip(wanted, ended, strict=True):
        about = f"{command} {out} {err}: {status} {stderr}"
        lines = stderr.splitlines()
        if out:
            reason = "No space left on device" if out == "full" else "it is closed"
            assert status == 1, about
            assert lines[-1:] == [f"error: cannot write to standard output: {reason}"], about
            assert sum("error:" in line for line in lines) == 1, about
            assert "nothing was written" not in stderr, about
        else:
            assert status == (1 if "bad.yaml" in command else 0), about
            assert stdout, about
        if "new.apkg" in command and out:
            assert lines[0].startswith("wrote new.apkg"), about
    assert (here / "new.apkg").exists()
    assert not (here / "logs").exists()


# Signals


STUCK = """
import os, signal
from prep_export.cli import process

process._PATIENCE = 0.01
_, full = os.pipe()
os.set_blocking(full, False)
try:
    while True:
        os.write(full, bytes(4096))
except BlockingIOError:
    os.set_blocking(full, True)
process.at_end.append(lambda: os.write(full, b"stopped"))
process._end(signal.SIGTERM, None)
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers here")
def test_a_stream_that_nobody_reads_holds_up_no_end() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", STUCK], check=False, timeout=60, env=environment)
    assert done.returncode == 128 + signal.SIGTERM


SLOW = """
import sys, time
sys.path.insert(0, {source!r})
from pathlib import Path
from prep_export.cli import process
process.end_on_signals()
import prep_export
from prep_export.exporters import workers
from prep_export.exporters.base import Exporter

def write(bank, options, path):
    path.write_text("half")
    Path("started").write_text("")
    time.sleep(60)

workers._cores = lambda: {cores}
bank = prep_export.load_bank("bank.yaml")
slow = Exporter("x", ".txt", "x", write)
workers.exports([(bank, slow, f"out/{{n}}.txt", {{}}) for n in range({cores})])
"""


def started(here: Path, cores: int, first: str = "") -> subprocess.Popen[str]:
    """A process in the middle of its work, which begins with some code."""
    code = SLOW.replace("workers._cores", f"{first}\nworkers._cores", 1)
    code = code.format(source=str(ROOT / "src"), cores=cores)
    running = subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not (here / "started").exists():
        assert running.poll() is None
        time.sleep(0.01)
    return running


def group_is_gone(group: int) -> bool:
    for _ in range(3_000):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("number", "cores"),
    [
        (signal.SIGTERM, 2),
        pytest.param(signal.SIGINT, 2, marks=pytest.mark.long),
        pytest.param(signal.SIGHUP, 1, marks=pytest.mark.long),
        pytest.param(signal.SIGINT, 1, marks=pytest.mark.long),
    ],
)
def test_a_signal_ends_all_processes_silently_and_leaves_nothing(
    here: Path, number: int, cores: int
) -> None:
    running = started(here, cores)
    os.kill(running.pid, number)
    assert running.communicate(timeout=20)[1] == ""
    assert running.returncode == 128 + number
    assert group_is_gone(running.pid)
    assert left(here) == ["bank.yaml", "started"]


@pytest.mark.long
def test_workers_end_with_a_process_that_is_killed_and_the_next_run_sweeps(here: Path) -> None:
    running = started(here, 2)
    running.kill()
    running.communicate(timeout=20)
    assert group_is_gone(running.pid)
    assert any(".prep-export-" in name for name in left(here))
    prep_export.export(prep_export.load_bank("bank.yaml"), "anki", "out/0.apkg")
    assert left(here) == ["bank.yaml", "out", "out/0.apkg", "started"]


def test_a_worker_ends_with_its_parent_even_where_it_cannot_clean_up(here: Path) -> None:
    running = started(here, 2, "def fail(): raise OSError\nworkers.abandon = fail")
    running.kill()
    running.communicate(timeout=20)
    assert group_is_gone(running.pid)


def test_what_a_process_uses_can_be_abandoned_while_it_is_removed(tmp_path: Path) -> None:
    with scratch(tmp_path) as one, scratch(tmp_path) as two:
        scratch_module.abandon()
        scratch_module.abandon()  # as a worker's two threads may do it at once
        assert not one.exists()
        assert not two.exists()


def test_a_signal_finds_every_folder_that_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tempfile.mkdtemp

    def interrupted(**where: Any) -> str:
        made: str = real(**where)
        os.kill(os.getpid(), signal.SIGTERM)
        return made

    monkeypatch.setattr(tempfile, "mkdtemp", interrupted)
    before = signal.signal(signal.SIGTERM, lambda *_: scratch_module.abandon())
    try:
        with scratch(tmp_path) as folder:
            assert not folder.exists()
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_disk_that_is_full_at_the_end_of_a_pdf_is_said(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library that packs it would end the process, without a word of ours."""
    real = Path.write_bytes

    def write(self: Path, content: bytes) -> int:
        if self.suffix == ".pdf":
            raise OSError(28, "No space left on device")
        return real(self, content)

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(OutputError, match=r"cannot write 'x\.pdf': No space left on device"):
        prep_export.export(prep_export.load_bank("bank.yaml"), "pdf", "x.pdf")
    assert left(here) == ["bank.yaml"]


def test_memory_that_does_not_suffice_is_no_fault_of_ours(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def greedy(*_: object) -> None:
        raise MemoryError

    bank = prep_export.load_bank("bank.yaml")
    with pytest.raises(ExporterError, match="exporter 'x' failed: not enough memory"):
        workers.exports([(bank, text_exporter(greedy), "x.txt", {})])
    monkeypatch.setattr(program, "_run", greedy)
    for name in ("end_on_signals", "mend_streams", "ignore_signals"):
        monkeypatch.setattr(f"prep_export.cli.process.{name}", lambda: None)
    monkeypatch.setattr("gc.freeze", lambda: None)
    with pytest.raises(SystemExit, match="1"):
        program.main()
    assert capsys.readouterr().err == "error: not enough memory\n"
    assert left(here) == ["bank.yaml"]


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked there")
@pytest.mark.parametrize("failing", ["semaphores", "first process", "second process", "thread"])
def test_without_workers_all_is_done_here(
    here: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    bank = prep_export.load_bank("bank.yaml")
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    monkeypatch.setattr(workers, "_can_fork", lambda: True)
    monkeypatch.setattr(workers, "MANY", 0)
    children = multiprocessing.active_children()
    calls: list[int] = []
    fork = os.fork

    def forked() -> int:
        calls.append(1)
        if len(calls) == ["first process", "second process"].index(failing) + 1:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return fork()

    def fails(*_: object, **__: object) -> None:
        calls.append(1)
        if failing == "thread":
            raise RuntimeError("can't start new thread")
        raise OSError(38, "Function not implemented")

    if failing == "semaphores":
        monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", fails)
    elif failing == "thread":
        monkeypatch.setattr("concurrent.futures.process._ExecutorManagerThread.start", fails)
    else:
        monkeypatch.setattr(os, "fork", forked)
    good = text_exporter(lambda path: path.write_text(str(os.getpid())))
    workers.exports([(bank, good, f"{n}.txt", {}) for n in range(2)])
    assert calls
    assert [Path(f"{n}.txt").read_text() for n in range(2)] == [str(os.getpid())] * 2
    calls.clear()
    assert list(workers.each(lambda n: (n, os.getpid()), [1, 2], 2)) == [
        (n, os.getpid()) for n in (1, 2)
    ]
    assert multiprocessing.active_children() == children
    assert left(here) == ["0.txt", "1.txt", "bank.yaml"]


def test_a_worker_that_is_killed_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = prep_export.load_bank("bank.yaml")
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    monkeypatch.setattr(workers, "_can_fork", lambda: True)
    killed = text_exporter(lambda _path: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(ExporterError, match="is there enough memory"):
        workers.exports([(bank, killed, f"{n}.txt", {}) for n in range(2)])
    assert left(here) == ["bank.yaml"]


def test_no_signal_ends_the_process_between_two_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[int] = []
    handler = lambda _number, _frame: got.append(len(list(tmp_path.glob("[ab]"))))  # noqa: E731
    before = signal.signal(signal.SIGTERM, handler)
    real = whole_file._Move.prepare

    def prepare(self: whole_file._Move, *, keep: bool) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        real(self, keep=keep)
        assert got == []

    monkeypatch.setattr(whole_file._Move, "prepare", prepare)
    try:
        write_all([tmp_path / "a", tmp_path / "b"], "new")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert set(got) == {2}
    assert left(tmp_path) == ["a", "b"]


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_killed_at_any_moment_the_old_files_are_whole(here: Path, number: int) -> None:
    code = "from prep_export.cli import process; process.end_on_signals(); print(flush=True);"
    code += "from prep_export.__main__ import main; main()"
    program = [sys.executable, "-c", code, "build", "bank.yaml", "-q", "--format", "anki"]
    program += ["--format", "pdf"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "TMPDIR": str(here),
        "SOURCE_DATE_EPOCH": "1700000000",
    }

    def build(answer: str) -> dict[Path, bytes]:
        (here / "bank.yaml").write_text(HEADER + QUESTION.replace("An answer.", answer))
        subprocess.run(program, env=environment, check=True, capture_output=True)
        return written()

    def written() -> dict[Path, bytes]:
        return {p: p.read_bytes() for p in (here / "out").iterdir() if p.is_file()}

    new = build("Another.")
    begun = time.monotonic()
    old = build("An answer.")
    whole = time.monotonic() - begun
    assert new != old
    (here / "bank.yaml").write_text(HEADER + QUESTION.replace("An answer.", "Another."))
    moments = 6
    for moment in range(moments):
        running = subprocess.Popen(
            program, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(whole * moment / moments)
        running.send_signal(number)
        stderr = running.communicate(timeout=30)[1]
        if running.returncode == 0:
            break
        expected = -number if number == signal.SIGKILL else 128 + number
        assert (running.returncode, stderr) == (expected, b"")
        now = written()
        if number == signal.SIGKILL:  # nothing can hold it back between two moves
            assert all(now[path] in (old[path], new[path]) for path in old)
        else:
            assert now in (old, new)
            assert not [name for name in left(here) if ".prep-export-" in name]
        if now != old:  # it came when all was written
            break
    time.sleep(0.5)
    subprocess.run(program, env=environment, check=True, capture_output=True)
    assert not [name for name in left(here) if ".prep-export-" in name]
