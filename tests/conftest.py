"""Shared fixtures: small banks written to disk, and the shipped bank, read once."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from hypothesis import HealthCheck, settings
from typer.testing import CliRunner

import prep_export
from prep_export.exporters import registry
from prep_export.reading import Reading, load_bank, read_bank

from .support.chromium import browser, context, modules, open_page, study, study_file
from .support.collection import learner
from .support.firefox import firefox, open_tab

__all__ = [
    "browser", "context", "firefox", "learner", "modules", "open_page", "open_tab", "study",
    "study_file",
]  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.bank.model import Bank

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "decks" / "llm"

# Not to be read where what they are about does not exist: signals and forks, limits of processes.
POSIX_ONLY = ["test_faults.py", "test_serve_command.py", "test_ten_minutes.py"]
LINUX_ONLY = ["test_fuzz.py"]
collect_ignore = [
    *(POSIX_ONLY if os.name == "nt" else ()),
    *(LINUX_ONLY if sys.platform != "linux" else ()),
]

settings.register_profile(
    "tests", deadline=None, max_examples=20, suppress_health_check=list(HealthCheck)
)
settings.load_profile("tests")

if "PYTEST_XDIST_WORKER" not in os.environ:
    # Layouts that an older version has kept in the user's own cache would hide what is wrong with
    # this one. One folder for the whole run, which workers and commands inherit.
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="prep-export-tests-")
    atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)

HEADER = "bank: {id: test, title: Test}\ntopics: {rag: RAG}\n"

QUESTION = """\
questions:
  - id: one
    topics: [rag]
    question: What is it?
    answer: An answer.
"""


@pytest.fixture(scope="session")
def shipped() -> Bank:
    return load_bank(str(SHIPPED))


class ShippedFile(Protocol):
    """The shipped bank in a format with some options, made once for all tests and workers."""

    def __call__(self, name: str, **options: str) -> Path: ...


@pytest.fixture(scope="session")
def shipped_file(shipped: Bank, tmp_path_factory: pytest.TempPathFactory) -> ShippedFile:
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the workers' own folders lie in one
    folder = folder / "shipped"
    folder.mkdir(exist_ok=True)

    def make(name: str, **options: str) -> Path:
        exporter = registry.get(name)
        values = "".join(f"-{key}-{value}" for key, value in sorted(options.items()))
        target = folder / f"{name}{values}.{exporter.suffix.rpartition('.')[2]}"
        waited = time.monotonic()
        while not target.exists():
            lock = target.with_suffix(".lock")
            try:
                lock.mkdir()
            except FileExistsError:  # another worker is at it
                assert time.monotonic() - waited < 300, f"nobody finishes {target.name}"
                time.sleep(0.05)
                continue
            try:
                assert prep_export.export(shipped, exporter, target, options).findings == ()
            finally:
                lock.rmdir()
        return target

    return make


@pytest.fixture
def write_bank(tmp_path: Path) -> Callable[..., str]:
    """Writes a YAML text (with a header unless it has one) and returns its path."""

    def write(text: str, *, header: bool = True, name: str = "bank.yaml") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        body = textwrap.dedent(text)
        path.write_text((HEADER if header else "") + body, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def read(write_bank: Callable[..., str]) -> Callable[..., Reading]:
    """Reads a bank from a YAML text."""

    def run(text: str, *, header: bool = True) -> Reading:
        return read_bank(write_bank(text, header=header))

    return run


@pytest.fixture(autouse=os.name == "nt")
def _slashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What commands print is compared with `/` in paths, also where they print Windows' own."""
    invoke = CliRunner.invoke

    def slashed(self: CliRunner, *arguments: Any, **options: Any) -> Any:
        done = invoke(self, *arguments, **options)
        done.stdout_bytes = done.stdout_bytes.replace(b"\\", b"/")
        done.stderr_bytes = done.stderr_bytes.replace(b"\\", b"/")
        done.output_bytes = done.output_bytes.replace(b"\\", b"/")
        return done

    monkeypatch.setattr(CliRunner, "invoke", slashed)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
