"""The documentation: complete, and every example in it runs."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
import yaml

import prep_export
from prep_export.bank.model import (
    SECTIONS,
    Diagram,
    Drill,
    FollowUp,
    Header,
    Pdf,
    Retired,
    Source,
    Style,
    Topic,
)
from prep_export.cli.app import app
from prep_export.exporters import registry
from prep_export.exporters.registry import BUILT_IN
from prep_export.findings.codes import CODES

from .conftest import HEADER, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.bank.model import Bank

DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
FINDINGS = (DOCS / "findings.md").read_text(encoding="utf-8")
FORMAT = (DOCS / "bank-format.md").read_text(encoding="utf-8")
ALL = {
    path.name: path.read_text(encoding="utf-8") for path in (*DOCS.glob("*.md"), *ROOT.glob("*.md"))
}

ENTRY = re.compile(
    r"^### `([a-z0-9-]+)` \((error|warning)\)$(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL
)
FENCE = re.compile(r"^```(\S*) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

ENTRIES = {code: (severity, body) for code, severity, body in ENTRY.findall(FINDINGS)}


def test_every_finding_is_described() -> None:
    assert {code: severity for code, (severity, _) in ENTRIES.items()} == CODES


@pytest.mark.parametrize("code", CODES)
def test_each_has_reason_example_and_remedy(code: str) -> None:
    _, body = ENTRIES[code]
    before, fence, after = body.partition("```")
    assert len(before.split()) >= 5
    assert fence
    assert "**Remedy.**" in after


WHOLE_FILES = {"missing-header", "empty-file", "expected-mapping", "no-items"}

RUNNABLE = [
    (code, kind, text)
    for code, (_, body) in ENTRIES.items()
    for language, kind, text in FENCE.findall(body)
    if language == "yaml"
]


@pytest.mark.parametrize(("code", "kind", "text"), RUNNABLE, ids=[r[0] for r in RUNNABLE])
def test_each_example_gives_its_code(code: str, kind: str, text: str, tmp_path: Path) -> None:
    whole = kind == "two-files" or code in WHOLE_FILES or "bank:" in text
    if kind == "two-files":
        for part in re.split(r"^# (?=\w+\.yaml$)", text, flags=re.MULTILINE)[1:]:
            name, _, body = part.partition("\n")
            (tmp_path / name).write_text(body, encoding="utf-8")
    else:
        (tmp_path / "bank.yaml").write_text(("" if whole else HEADER) + text, encoding="utf-8")
    reading = prep_export.read_bank(str(tmp_path))
    found = {d.code for d in reading.findings}
    if reading.bank is not None and not reading.has_errors:
        found |= {d.code for d in registry.check(reading.bank)}
    assert code in found


@pytest.mark.parametrize("code", sorted(set(CODES) - {r[0] for r in RUNNABLE}))
def test_a_code_without_a_yaml_example_shows_a_command(code: str) -> None:
    assert "```console" in ENTRIES[code][1]


def test_every_section_and_field_of_a_bank_is_described() -> None:
    for section in ("bank", "topics", *SECTIONS, "retired"):
        assert re.search(rf"^## .*`{section}`", FORMAT, re.MULTILINE), section
    for kind in (
        *(section.type for section in SECTIONS.values()),
        Diagram,
        Drill,
        FollowUp,
        Header,
        Pdf,
        Retired,
        Source,
        Style,
        Topic,
    ):
        for field in fields(kind):
            assert f"`{field.name}`" in FORMAT, f"{kind.__name__}.{field.name}"


EXAMPLES = [text for language, _, text in FENCE.findall(FORMAT) if language == "yaml"]


def test_the_examples_of_the_format_make_a_clean_bank(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / "rag.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1L8 8"/></svg>'
    )
    assert len(EXAMPLES) > len(SECTIONS)
    for number, text in enumerate(EXAMPLES):
        assert isinstance(yaml.safe_load(text), dict)
        (tmp_path / f"{number:02}.yaml").write_text(text, encoding="utf-8")
    assert prep_export.read_bank(str(tmp_path)).findings == ()


def test_every_command_format_and_shared_option_is_described() -> None:
    commands = ALL["commands.md"]
    for command in app.registered_commands:
        assert f"prep-export {command.name}" in commands, command.name
    for name in BUILT_IN:
        assert f"`{name}`" in commands
    for option in (
        "--topic",
        "--kind",
        "--difficulty",
        "--section",
        "--json",
        "--strict",
        "--paper",
    ):
        assert option in commands, option


def test_the_readme_counts_what_the_shipped_bank_has(shipped: Bank) -> None:
    said = " ".join(README.partition("```")[0].split())
    items = [item for _, item in shipped.items()]
    for section in ("patterns", "questions", "concepts", "tables"):
        assert f"{len(shipped.entries[section])} {section}" in said, section
    assert f"{sum(len(item.drills) for item in items)} one-fact drills" in said
    numbers = sum(len(item.checks) for item in items)
    assert f"{numbers} of its numbers are recomputed" in said
    assert f"{numbers} of its numbers" in ALL["CHANGELOG.md"]


def test_python_in_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = [text for language, _, text in FENCE.findall(README) if language == "python"]
    assert blocks
    for text in blocks:
        exec(compile(text.replace('"out/', f'"{tmp_path}/'), "README.md", "exec"), {})


@pytest.mark.parametrize("name", ALL)
def test_relative_links_lead_somewhere(name: str) -> None:
    folder = DOCS if (DOCS / name).exists() else ROOT
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", FENCE.sub("", ALL[name])):
        assert (folder / target).exists(), target


def test_the_changelog_names_this_version() -> None:
    assert f"## [{prep_export.__version__}]" in ALL["CHANGELOG.md"]


def test_codes_and_modules_named_in_the_docs_exist(read: Callable[..., object]) -> None:
    del read
    architecture = ALL["architecture.md"]
    for path in re.findall(
        r"`((?:bank|markup|exporters|cli|importing)/[a-z_/]+\.py)`", architecture
    ):
        assert (ROOT / "src" / "prep_export" / path).is_file(), path


def test_what_exports_leave_out_is_listed() -> None:
    head, rest = FORMAT.split("## What an export leaves out")
    table, separator, tail = rest.partition("\n## ")
    rows = [row for row in table.splitlines() if row.startswith("| ")][1:]
    made = []
    for exporter, row in zip(BUILT_IN.values(), rows, strict=True):
        listed = "; ".join(f"`{name}` ({why})" for name, why in exporter.leaves_out.items())
        made.append(f"{row.split(' | ')[0]} | {listed or 'nothing'} |")
    if os.environ.get("PREP_EXPORT_UPDATE"):
        for row, new in zip(rows, made, strict=True):
            table = table.replace(row, new)
        text = f"{head}## What an export leaves out{table}{separator}{tail}"
        (DOCS / "bank-format.md").write_text(text, encoding="utf-8")
    else:
        assert made == rows, "run this test with PREP_EXPORT_UPDATE=1 to write the table"
