"""What the documentation shows at a console is what the console shows."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from prep_export.cli.app import app
from prep_export.exporters import registry

from .conftest import ROOT, SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

FENCE = re.compile(r"^```(?:console)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sessions() -> list[tuple[str, str, str]]:
    """(file, command of ours, what it prints) of every console block in the documentation."""
    found = []
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        if path.name == "start.md":  # tests/test_start.py plays it as a whole
            continue
        for block in FENCE.findall(path.read_text(encoding="utf-8")):
            parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
            for command, _, output in (part.partition("\n") for part in parts):
                if "prep-export " in command:
                    found.append((path.name, command, output))
    return found


README = (ROOT / "README.md").read_text(encoding="utf-8")
FINDINGS = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
SESSIONS = {(file, command): output for file, command, output in sessions()}

HERE_ONLY_IN_WORDS = {
    ("findings.md", "prep-export validate empty-folder"): "its output stands above it in words",
    ("findings.md", "prep-export validate dump.yaml"): "a file of more than 256 MiB",
    ("import.md", "prep-export import deck.apkg -o decks/mine"): "somebody's deck",
    ("serve.md", "prep-export serve decks/llm --editor vscode"): "runs until it is stopped; "
    "tests/test_serve_command.py holds its words",
}


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_session_in_the_documentation_is_held_by_a_test() -> None:
    build = next(command for _, command in SESSIONS if command.endswith("prep-export build"))
    begin = next(command for _, command in SESSIONS if "prep-export init" in command)
    assert set(SESSIONS) == {
        ("README.md", build),
        ("README.md", begin),
        ("README.md", "prep-export validate"),
        ("bank-format.md", "prep-export schema decks/llm > bank.schema.json"),
        ("write-an-exporter.md", "prep-export formats"),
        ("write-an-exporter.md", "prep-export export text decks/llm"),
        *HERE_ONLY_IN_WORDS,
    }


def test_the_beginning_of_the_readme(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = next(command for _, command in SESSIONS if "prep-export init" in command)
    done = run(*shlex.split(command)[1:])
    assert done.exit_code == 0
    assert done.output == SESSIONS["README.md", command]
    ((place, text),) = re.findall(
        r"^```yaml (rag-\S+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL
    )
    (here / place).write_text(text, encoding="utf-8")
    monkeypatch.chdir(here / "rag-cards")
    done = run("validate")
    assert done.exit_code == 1
    assert done.output == SESSIONS["README.md", "prep-export validate"]


def test_the_finding_of_the_page_on_findings(here: Path) -> None:
    lines = ["bank: {id: t, title: T}", "topics: {transformers: T}", "questions:", "  - id: one"]
    lines += ["    answer: A.", "    question: Q?"] + [""] * 35 + ["    topics: [trnsformers]"]
    (here / "decks" / "llm").mkdir(parents=True)
    (here / "decks" / "llm" / "questions.yaml").write_text("\n".join(lines) + "\n")
    done = run("validate")
    assert done.exit_code == 1
    assert done.stdout[done.stdout.index("decks/llm/questions.yaml:42") :] in FINDINGS


def test_the_schema_of_the_format(here: Path) -> None:
    folder = here / "decks" / "llm"
    folder.mkdir(parents=True)
    (folder / "bank.yaml").write_text("bank: {id: t, title: T}\ntopics: {rag: RAG}\n")
    done = run("schema", "decks/llm")
    assert done.stdout.startswith('{\n  "$schema":')
    assert '"RAG"' in done.stdout
    assert [path.name for path in here.iterdir()] == ["decks"]


@pytest.mark.long
@pytest.mark.usefixtures("here")
def test_the_first_command_of_the_readme() -> None:
    """Counts as they are; sizes within a tenth, since compressors differ."""
    command = next(c for _, c in SESSIONS if c.endswith("prep-export build"))
    done = run("build", str(SHIPPED))
    assert done.exit_code == 0
    shown = SESSIONS["README.md", command].splitlines()
    said = done.stderr.splitlines()
    size = re.compile(r", ([\d.]+) [KM]iB$")
    assert [size.sub("", line) for line in said] == [size.sub("", line) for line in shown]
    for ours, theirs in zip(said, shown, strict=True):
        measured, told = (float(size.findall(line)[0]) for line in (ours, theirs))
        assert abs(measured - told) <= told / 10, ours


@pytest.mark.long
def test_the_formats_of_the_guide(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    guide = (ROOT / "docs" / "write-an-exporter.md").read_text("utf-8")
    (here / "prep_export_text.py").write_text(
        next(code for code in re.findall(r"```python\n(.*?)```", guide, re.DOTALL))
    )
    monkeypatch.syspath_prepend(here)

    class Distribution:
        name = "prep-export-text"

    class Point:
        name = "text"
        dist = Distribution()

        @staticmethod
        def load() -> Any:
            from importlib import import_module

            return import_module("prep_export_text").EXPORTER

    monkeypatch.setattr(registry, "plugins", lambda: {"text": Point()})
    assert run("formats").stdout == SESSIONS["write-an-exporter.md", "prep-export formats"]
    done = run("export", "text", str(SHIPPED))
    assert done.stdout == SESSIONS["write-an-exporter.md", "prep-export export text decks/llm"]
