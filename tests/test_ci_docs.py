"""docs/ci.md: what it shows is what there is, and its workflows run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

import prep_export
from prep_export.starting.template import filled

from .conftest import HEADER, QUESTION, ROOT
from .support.runner import Event, Played, Runner, environment_with_ours, git

PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml ?(\S*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
WORKFLOWS = {name: text for name, text in BLOCKS if name}
HANDOVER = next(text for _, text in BLOCKS if "actions/upload-artifact@" in text)
LAST_STEP = "          pages: ${{ github.event.repository.has_pages }}\n"
WORKFLOWS["handover"] = WORKFLOWS["workflow"].replace(LAST_STEP, LAST_STEP + HANDOVER)
"""The workflow with the step that it needs for forks, as the page says."""
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def rows(title: str) -> list[list[str]]:
    """The cells of the table below a title."""
    part = PAGE.partition(f"\n### {title}\n")[2].partition("\n#")[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_input_is_described_with_its_default() -> None:
    described = {row[0].strip("`"): row[1].strip("`") for row in rows("Inputs")}
    defaults = {name: str(told["default"]) for name, told in ACTION["inputs"].items()}
    assert defaults.pop("token") == "${{ github.token }}"
    assert described.pop("token") == "github.token"
    assert described == {name: value or "none" for name, value in defaults.items()}


def test_every_output_is_described() -> None:
    assert [row[0].strip("`") for row in rows("Outputs")] == list(ACTION["outputs"])


def test_the_workflow_is_the_one_that_init_writes() -> None:
    files = filled(name="x", title="X", language="en", repository=None)
    assert WORKFLOWS["workflow"] == files[".github/workflows/decks.yml"].decode()


def test_examples_use_this_version() -> None:
    found = re.findall(r"prep-export/prep-export(?:/\w+)?@(\S+)|rev: (\S+)", PAGE + README)
    assert len(found) > 5
    assert {a or b for a, b in found} == {f"v{prep_export.__version__}"}


def test_each_action_of_others_is_used_in_one_version_everywhere() -> None:
    used = defaultdict(set)
    for pattern in ("*.yml", ".github/**/*.yml", "comment/*.yml", "src/**/*.yml", "docs/*.md"):
        for path in ROOT.glob(pattern):
            text = path.read_text("utf-8")
            for action, version in re.findall(r"uses: ([^$\s@]+)@(\S+ # v\S+)", text):
                used[action].add(version)
    assert len(used) > 5
    assert {action: versions for action, versions in used.items() if len(versions) > 1} == {}


def test_what_is_used_of_others_is_pinned_by_its_commit() -> None:
    texts = [README, *(path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md"))]
    used = [name for text in texts for name in re.findall(r"uses: ([\w-]+/[\w/.-]+@\S+)", text)]
    others = [name for name in used if not name.startswith("prep-export/")]
    assert len(others) > 5
    assert [name for name in others if not re.search(r"@[0-9a-f]{40}$", name)] == []


def test_each_example_is_yaml() -> None:
    assert len(BLOCKS) > 5
    assert all(yaml.safe_load(text) for _, text in BLOCKS)


@pytest.mark.long
def test_the_workflows_keep_their_schema_and_an_auditor_finds_nothing(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for name, text in WORKFLOWS.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    schema = ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    zizmor = shutil.which("zizmor", path=Path(sys.executable).parent)
    assert zizmor
    for command in ([sys.executable, *schema, *map(str, folder.iterdir())],
                    [zizmor, "--offline", "--no-progress", str(tmp_path)]):  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    folder = tmp_path_factory.mktemp("ci")
    workspace = folder / "workspace"
    (workspace / "decks").mkdir(parents=True)
    (workspace / "decks" / "test.yaml").write_text(HEADER + QUESTION)
    (workspace / ".gitignore").write_text("out/\n")
    git(workspace, "init", "-q")
    git(workspace, "add", "-A")
    git(workspace, "commit", "-q", "-m", "A bank")
    git(workspace, "tag", "v1")
    made = Runner(folder / "runner", workspace, environment_with_ours(folder / "venv"))
    (made.github.folder / "tags").write_text("v1")
    for name, text in WORKFLOWS.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return made


def played(runner: Runner, name: str, event: Event) -> dict[str, Any]:
    jobs = runner.play_workflow(runner.folder.parent / f"{name}.yml", event)
    assert not any(job.failed for job in jobs.values()), [job.log for job in jobs.values()]
    return jobs


@pytest.mark.long
def test_a_push_is_checked_and_its_page_deployed(runner: Runner) -> None:
    jobs = played(runner, "workflow", Event.push())
    assert list(jobs) == ["check", "page"]
    assert [action for action, _ in jobs["page"].used] == ["actions/deploy-pages"]


@pytest.mark.long
def test_a_tag_is_released_and_a_forks_pull_request_is_told_about_by_two_workflows(
    runner: Runner,
) -> None:
    assert list(played(runner, "workflow", Event.tag("v1"))) == ["release"]
    assert "test.apkg" in runner.github.release("v1")["files"]
    bank = runner.workspace / "decks" / "test.yaml"
    bank.write_text(bank.read_text().replace("An answer", "A better answer"))
    git(runner.workspace, "commit", "-q", "-a", "-m", "Better")

    runner.github.forbid("comment")
    pull = '[{"number": 3, "head": {"label": "stranger:better", "sha": "abc"}}]'
    (runner.github.folder / "pulls.json").write_text(pull)
    jobs = played(runner, "handover", Event.pull_request())
    assert list(jobs) == ["check"]
    assert len(jobs["check"].said("warning")) == 1
    take_over(runner, jobs["check"])
    played(runner, "comment", after_a_forks_run("success"))
    (comment,) = runner.github.comments(3)
    assert "better" in comment["body"]

    # What would break notes fails the first workflow, and is told all the same.
    bank.write_text(bank.read_text().replace("id: one", "id: second"))
    git(runner.workspace, "commit", "-q", "-a", "-m", "Worse")
    runner.github.forbid("comment")
    jobs = runner.play_workflow(runner.folder.parent / "handover.yml", Event.pull_request())
    assert jobs["check"].failed
    take_over(runner, jobs["check"])
    played(runner, "comment", after_a_forks_run("failure"))
    (comment,) = runner.github.comments(3)
    assert "Before you publish" in comment["body"]

    # One that fails before has nothing to tell.
    bank.write_text("bank: {")
    git(runner.workspace, "commit", "-q", "-a", "-m", "Broken")
    jobs = runner.play_workflow(runner.folder.parent / "handover.yml", Event.pull_request())
    assert jobs["check"].failed
    assert [action for action, _ in jobs["check"].used] == ["actions/checkout"]
    (runner.workspace / "diff.md").unlink()
    runner.failing.add("actions/download-artifact")
    played(runner, "comment", after_a_forks_run("failure"))
    assert runner.github.comments(3) == [comment]


def take_over(runner: Runner, job: Played) -> None:
    """The one artifact of a job becomes the file of the second workflow."""
    (given,) = [given for action, given in job.used if action == "actions/upload-artifact"]
    shutil.copyfile(given["path"], runner.workspace / "diff.md")
    runner.github.forbid()


def after_a_forks_run(conclusion: str) -> Event:
    """A run of the first workflow has come to an end."""
    run: dict[str, Any] = {
        "event": "pull_request",
        "conclusion": conclusion,
        "head_repository": {"owner": {"login": "stranger"}},
        "head_branch": "better",
        "head_sha": "abc",
    }
    return Event("workflow_run", "refs/heads/main", {"workflow_run": run})
