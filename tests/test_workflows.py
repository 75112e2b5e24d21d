"""How this project is checked and published: its workflows, its package, its address."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.metadata import Metadata

from .conftest import ROOT
from .support.programs import installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SOURCE = PROJECT["project"]["urls"]["Source"]

each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    return found


def texts() -> Iterator[tuple[str, str]]:
    """What people and programs read of this repository, by its path."""
    kinds = {".md", ".toml", ".yml", ".yaml", ".py", ".sh", ".json"}
    for folder in (".github", "action", "docs", "src"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in kinds:
                yield str(path.relative_to(ROOT)), path.read_text("utf-8")
    for path in ROOT.iterdir():
        if path.suffix in kinds and path.is_file():
            yield path.name, path.read_text("utf-8")


@pytest.mark.long
@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.dependabot", [GITHUB / "dependabot.yml"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_githubs_files_keep_their_schemas(schema: str, files: list[Path]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    """Permissions, credentials that stay, pins, injections: also what only its pedants mind."""
    done = subprocess.run(
        [installed("zizmor"), "--offline", "--persona", "pedantic", "--no-progress", GITHUB],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_workflow_of_ours_is_named_in_the_form_that_every_tool_knows() -> None:
    named = [job["uses"] for path in WORKFLOWS for job in jobs(path).values() if "uses" in job]
    assert "./.github/workflows/ci.yml" in named
    assert all(name.startswith("./.github/") for name in named)


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    scripts = sorted((ROOT / ".ci").iterdir())
    done = subprocess.run(
        [installed("shellcheck"), *scripts], capture_output=True, text=True, check=False
    )
    assert (len(scripts), done.stdout) == (3, "")


@each
def test_every_job_has_a_limit_and_its_own_permissions(path: Path) -> None:
    for name, job in jobs(path).items():
        assert "permissions" in job, name
        assert "uses" in job or job["timeout-minutes"] <= 120, name


def test_an_action_is_used_in_one_version() -> None:
    used = defaultdict(set)
    for path in WORKFLOWS:
        for action, version in re.findall(r"uses: ([^$\s@]+)@(\S+ # \S+)", path.read_text("utf-8")):
            used[action].add(version)
    assert len(used) > 5
    assert {action: versions for action, versions in used.items() if len(versions) > 1} == {}


def test_every_python_that_is_promised_is_tested_on_every_system() -> None:
    matrix = jobs(GITHUB / "workflows" / "ci.yml")["tests"]["strategy"]["matrix"]
    start = "Programming Language :: Python :: 3."
    promised = [c[-4:].strip() for c in PROJECT["project"]["classifiers"] if c.startswith(start)]
    assert matrix["python"] == promised
    assert f">={promised[0]}" == PROJECT["project"]["requires-python"]
    assert [system.split("-")[0] for system in matrix["os"]] == ["ubuntu", "windows", "macos"]


def test_what_all_jobs_come_to_asks_every_job() -> None:
    found = jobs(GITHUB / "workflows" / "ci.yml")
    last = found.pop("passed")
    assert last["needs"] == list(found)
    assert " ".join(["success"] * len(found)) in last["steps"][0]["run"]


def test_nothing_is_published_before_all_is_checked() -> None:
    found = jobs(GITHUB / "workflows" / "release.yml")

    def before(name: str) -> set[str]:
        needed = found[name].get("needs", [])
        return {*needed, *(earlier for one in needed for earlier in before(one))}

    assert before("pypi") >= {"ci", "build", "attest"}
    assert before("github") >= {"ci", "build", "attest", "pypi"}
    assert found["pypi"]["environment"]["name"] == "pypi"


def test_decks_are_released_by_the_action_which_never_builds_without_the_last_ones() -> None:
    """Built without them, every note would be taken for changed, and learners' edits replaced."""
    steps = jobs(GITHUB / "workflows" / "release.yml")["build"]["steps"]
    (checkout,) = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"]["fetch-depth"] == 0
    (action,) = [step for step in steps if step.get("uses") == "./"]
    uploaded = [
        step["with"]["path"].rstrip("/") for step in steps if "path" in step.get("with", {})
    ]
    assert action["with"]["output"] in uploaded
    assert not [step for step in steps if "prep-export build" in step.get("run", "")]


def test_the_project_has_one_address() -> None:
    assert SOURCE.startswith("https://github.com/")
    owner, name = SOURCE.split("/")[-2:]
    for path, text in texts():
        for found in re.findall(rf"github(?:usercontent)?\.com/([\w.-]+/{name})\b", text):
            assert found == f"{owner}/{name}", path
        for found in re.findall(rf"([\w-]+)\.github\.io/{name}\b", text):
            assert found == owner, path
    assert all(SOURCE in PROJECT["project"]["urls"][name] for name in ("Issues", "Changelog"))
    assert PROJECT["project"]["urls"]["Documentation"] == f"https://{owner}.github.io/{name}/"


# Notes of a release.


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with what `.ci/notes` reads."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "notes", tmp_path / ".ci")
    package = tmp_path / "src" / "prep_export"
    package.mkdir(parents=True)
    text = (ROOT / "src" / "prep_export" / "__init__.py").read_text("utf-8")
    text = re.sub(r'^__version__ = ".*"$', '__version__ = "1.2.3"', text, flags=re.MULTILINE)
    (package / "__init__.py").write_text(text, "utf-8")
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## [Unreleased]\n\n- Later.\n\n## [1.2.3] - 2026-12-01\n\n### Added\n\n"
        "- This.\n- `x`: [that](y).\n\n## [1.2.2] - 2026-11-01\n\n- Before.\n\n[1.2.3]: https://x\n",
        "utf-8",
    )
    return tmp_path


def notes(release: Path, tag: str) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    if bash is None or sys.platform == "win32":
        pytest.skip("a script of bash, for the runner that makes releases")
    return subprocess.run(
        [bash, release / ".ci" / "notes", tag], capture_output=True, text=True, check=False
    )


def test_the_notes_of_a_release_are_its_section_of_the_changelog(release: Path) -> None:
    done = notes(release, "v1.2.3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "### Added\n\n- This.\n- `x`: [that](y).\n"


def test_a_tag_that_is_not_the_version_is_no_release(release: Path) -> None:
    done = notes(release, "v1.2.4")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: the tag is 'v1.2.4', but __version__ is '1.2.3'\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (" - 2026-12-01", "", "no line '## [1.2.3] - YYYY-MM-DD'"),
        ("## [1.2.3]", "## [1x2.3]", "no line '## [1.2.3] - YYYY-MM-DD'"),
        ("### Added\n\n- This.\n- `x`: [that](y).\n", "", "says nothing about '1.2.3'"),
    ],
    ids=["not dated", "another version", "empty"],
)
def test_a_release_without_notes_is_none(release: Path, old: str, new: str, said: str) -> None:
    path = release / "CHANGELOG.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    done = notes(release, "v1.2.3")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


# The package.


@pytest.mark.long
def test_the_page_on_pypi_has_no_relative_link(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, ROOT], check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    shutil.unpack_archive(wheel, tmp_path, "zip")
    (metadata,) = tmp_path.glob("*.dist-info/METADATA")
    page = Metadata.from_email(metadata.read_bytes(), validate=True)
    assert page.description
    links = re.findall(r"\]\(([^)\s]+)\)", page.description)
    assert len(links) > 20
    assert [link for link in links if not link.startswith(("https://", "http://"))] == []
    pictures = re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", page.description)
    assert len(pictures) > 3
    raw = SOURCE.replace("//github.com/", "//raw.githubusercontent.com/")
    for link in pictures:
        assert link.startswith(f"{raw}/main/"), link
        assert (ROOT / link.removeprefix(f"{raw}/main/")).is_file(), link
