"""Exporters: ours in a table, other people's by entry points, each one's faults its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import prep_export
from prep_export.exporters import registry
from prep_export.exporters.base import Option

from .conftest import HEADER, QUESTION, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prep_export.bank.model import Bank

GUIDE = ROOT / "docs" / "write-an-exporter.md"


def guide_code() -> dict[str, str]:
    """The code blocks of the guide by the file name in the line above each."""
    blocks = {}
    name = ""
    lines = iter(GUIDE.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith("```") and name:
            blocks[name] = "\n".join(iter(lines.__next__, "```")) + "\n"
            name = ""
        elif line.startswith("`") and line.endswith("`:"):
            name = line.strip("`:")
    return blocks


def distribution(folder: Path, name: str, code: str, point: str) -> None:
    """An installed package, as pip leaves it: a module and its dist-info."""
    module = name.replace("-", "_")
    (folder / f"{module}.py").write_text(textwrap.dedent(code), encoding="utf-8")
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[prep_export.exporters]\n{point}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages: the guide's exporter, and four that are broken."""
    folder = tmp_path / "site"
    folder.mkdir()
    distribution(
        folder,
        "prep-export-text",
        guide_code()["prep_export_text.py"],
        "text = prep_export_text:EXPORTER",
    )
    distribution(folder, "broken-import", "import nowhere_to_be_found", "broken = broken_import:X")
    distribution(folder, "wrong-type", "X = 42", "wrong = wrong_type:X")
    distribution(folder, "our-namesake", "raise SystemExit('loaded')", "anki = our_namesake:X")
    failing = """
        from prep_export import Exporter

        def write(bank, options, path):
            path.write_text("half")
            raise ValueError("in the middle")

        X = Exporter("failing", ".txt", "Fails", write)
    """
    distribution(folder, "failing-one", failing, "failing = failing_one:X")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bank.yaml").write_text(HEADER + QUESTION, encoding="utf-8")
    return folder


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.insert(0, {str(site)!r})\n"
    code += "from prep_export.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_a_third_party_exporter_runs(site: Path) -> None:
    done = run(site, "export", "text", "bank.yaml")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "out/test.txt\n"
    assert "What is it?" in Path("out/test.txt").read_text(encoding="utf-8")


@pytest.mark.long
def test_build_takes_it_too(site: Path) -> None:
    done = run(site, "build", "bank.yaml", "--format", "text", "--format", "anki")
    assert done.stdout.split() == ["out/test.txt", "out/test.apkg"]


def test_formats_lists_plugins_without_loading_them(site: Path) -> None:
    done = run(site, "formats")
    assert done.returncode == 0
    assert "from the package prep-export-text" in done.stdout
    assert "from the package broken-import" in done.stdout
    assert "our-namesake" not in done.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "package"), [("broken", "broken-import"), ("wrong", "wrong-type")]
)
def test_a_broken_plugin_is_named_with_its_package(site: Path, name: str, package: str) -> None:
    done = run(site, "export", name, "bank.yaml")
    assert done.returncode == 1
    assert f"of package '{package}'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_a_broken_plugin_breaks_nothing_else(site: Path) -> None:
    for command in (["--help"], ["validate", "bank.yaml"], ["anki", "bank.yaml"], ["formats"]):
        assert run(site, *command).returncode == 0, command


def test_ours_wins_over_a_namesake(site: Path) -> None:
    del site
    assert registry.get("anki") is registry.BUILT_IN["anki"]


@pytest.mark.long
def test_a_failing_exporter_leaves_the_older_output(site: Path) -> None:
    Path("out").mkdir()
    Path("out/test.txt").write_text("older", encoding="utf-8")
    done = run(site, "export", "failing", "bank.yaml")
    assert done.returncode == 1
    assert "error: exporter 'failing' failed: ValueError('in the middle')" in done.stderr
    assert Path("out/test.txt").read_text(encoding="utf-8") == "older"
    assert [p.name for p in Path("out").iterdir()] == ["test.txt"]


def test_an_exporter_needs_no_registration_to_be_used(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    def write(bank: Bank, options: Mapping[str, str], path: Path) -> Mapping[str, int]:
        path.write_text(options["greeting"] + bank.header.title, encoding="utf-8")
        return {"titles": 1}

    mine = prep_export.Exporter(
        "mine", ".txt", "Mine", write, (Option("greeting", "What to say", "Hello "),)
    )
    bank = prep_export.load_bank(write_bank(QUESTION))
    report = prep_export.export(bank, mine, tmp_path / "x.txt")
    assert (tmp_path / "x.txt").read_text(encoding="utf-8") == "Hello Test"
    assert report.counts == {"titles": 1}


def test_an_exporter_that_writes_nothing_is_an_error(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    idle = prep_export.Exporter("idle", ".x", "Idle", lambda *_: None)
    bank = prep_export.load_bank(write_bank(QUESTION))
    with pytest.raises(prep_export.ExporterError, match="wrote no file"):
        prep_export.export(bank, idle, tmp_path / "x")
