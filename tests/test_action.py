"""The GitHub Action: its steps run as a runner runs them, with a stand-in for GitHub.

`support/runner.py` reads action.yml, so that what is tested is what is published.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import prep_export
from prep_export.exporters.anki.read import read_package

from .conftest import HEADER, QUESTION, ROOT
from .support.programs import installed, skip_without_network
from .support.runner import Event, Runner, environment_with_ours, git

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name == "nt", reason="the stand-in for gh is a script of a Unix shell"),
]

COMMENT: Final = ROOT / "comment" / "action.yml"
ACTIONS: Final = [ROOT / "action.yml", COMMENT]
MARK: Final = "<!-- prep-export: what learners get"
SECOND: Final = QUESTION.replace("An answer.", "A better answer.")
FILES: Final = ["test-booklet.pdf", "test-cheatsheet.pdf", "test-flashcards.pdf"]
FILES_OF_A_RELEASE: Final = sorted([*FILES, "test.apkg", "test.html"])


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment_with_ours(tmp_path_factory.mktemp("environment") / "venv")


@pytest.fixture
def runner(tmp_path: Path, python: Path) -> Runner:
    workspace = tmp_path / "work space"
    workspace.mkdir()
    git(workspace, "init", "-q")
    (workspace / ".gitignore").write_text("out/\n")
    return Runner(tmp_path / "runner", workspace, python)


def write(runner: Runner, text: str, name: str = "decks/test.yaml", header: str = HEADER) -> None:
    """A bank as the newest commit."""
    path = runner.workspace / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + text, encoding="utf-8")
    git(runner.workspace, "add", "-A")
    git(runner.workspace, "commit", "-q", "-m", "A bank")


def tag(runner: Runner, name: str) -> Event:
    git(runner.workspace, "tag", name)
    (runner.github.folder / "tags").write_text(git(runner.workspace, "tag"))
    return Event.tag(name)


def say(runner: Runner, comment: dict[str, object]) -> None:
    """A comment that stands on the pull request already."""
    thread = runner.github.folder / "comments" / "7.json"
    thread.parent.mkdir()
    thread.write_text(json.dumps([comment]))


@pytest.fixture(scope="module")
def first_release(tmp_path_factory: pytest.TempPathFactory, python: Path) -> Runner:
    """A repository with one release, and a change since; copied, not played, for each test."""
    folder = tmp_path_factory.mktemp("first")
    runner = Runner(folder / "runner", folder / "workspace", python)
    runner.workspace.mkdir()
    git(runner.workspace, "init", "-q")
    (runner.workspace / ".gitignore").write_text("out/\n")
    write(runner, QUESTION)
    done = runner.play({"release": "true"}, tag(runner, "v1"))
    assert not done.failed, done.log
    write(runner, SECOND)
    return runner


@pytest.fixture
def released(first_release: Runner, tmp_path: Path, python: Path) -> Runner:
    workspace = shutil.copytree(first_release.workspace, tmp_path / "released")
    runner = Runner(tmp_path / "runner of it", workspace, python)
    shutil.copytree(first_release.github.folder, runner.github.folder, dirs_exist_ok=True)
    return runner


def test_a_push_validates_builds_and_sums_up(runner: Runner) -> None:
    write(runner, QUESTION)
    done = runner.play({}, Event.push())
    assert not done.failed, done.log
    assert done.outputs["findings"] == "0"
    assert done.outputs["output"] == "out"
    assert sorted(path.name for path in (runner.workspace / "out").iterdir()) == FILES_OF_A_RELEASE
    assert "**no findings**" in done.summary
    assert re.search(
        r"^\| out/test\.apkg \| \d+ KiB \| notes: 1, cards: 1,", done.summary, re.MULTILINE
    )
    assert "No deck is out yet" in done.summary
    assert done.used == []
    assert done.said("warning") == done.said("error") == []
    assert git(runner.workspace, "status", "--porcelain") == ""


def test_the_files_bear_the_time_of_the_commit(first_release: Runner) -> None:
    memory = read_package(str(first_release.github.file("v1", "test.apkg"))).memory
    assert memory
    assert memory.built == int(git(first_release.workspace, "log", "-1", "--format=%ct", "v1"))


def test_the_first_release_says_that_it_is_the_first(runner: Runner) -> None:
    write(runner, QUESTION)
    done = runner.play({"release": "true"}, tag(runner, "v1"))
    assert not done.failed, done.log
    release = runner.github.release("v1")
    assert release["files"] == FILES_OF_A_RELEASE
    assert release["body"] == "The first release."
    assert not release["prerelease"]
    assert "no release has a package yet" in done.log


def test_a_second_release_follows_the_first_and_tells_what_is_new(released: Runner) -> None:
    done = released.play({"release": "true"}, tag(released, "v2"))
    assert not done.failed, done.log
    assert "fetched from release v1: test.apkg" in done.log
    assert "previous package:" in done.log
    assert done.said("warning") == []
    assert "better" in released.github.release("v2")["body"]
    assert released.github.release("v2")["files"] == FILES_OF_A_RELEASE


def test_a_shallow_clone_takes_its_notes_from_the_last_package_and_says_so(
    released: Runner, tmp_path: Path
) -> None:
    event = tag(released, "v2")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", released.workspace.as_uri(), str(shallow))
    released.workspace = shallow
    done = released.play({"release": "true"}, event)
    assert not done.failed, done.log
    (warning,) = done.said("warning")
    assert "the notes of 'test' come from its last package" in warning
    assert "better" in released.github.release("v2")["body"]


def test_a_tag_that_is_built_again_replaces_its_files_and_follows_what_it_followed(
    released: Runner,
) -> None:
    event = tag(released, "v2")
    released.play({"release": "true"}, event)
    package = released.github.file("v2", "test.apkg")
    first = package.read_bytes()
    package.write_bytes(b"half")
    done = released.play({"release": "true"}, event)
    assert not done.failed, done.log
    assert "fetched from release v1: test.apkg" in done.log
    assert package.read_bytes() == first


def test_an_older_tag_that_is_built_again_does_not_follow_a_newer(released: Runner) -> None:
    tag(released, "v2")
    newer = released.github.folder / "releases" / "v2"
    shutil.copytree(newer.with_name("v1"), newer)
    made = json.loads((newer / "release.json").read_text())
    (newer / "release.json").write_text(json.dumps({**made, "id": 2, "tag_name": "v2"}))
    git(released.workspace, "checkout", "-q", "v1")
    done = released.play({"release": "true"}, Event.tag("v1"))
    assert not done.failed, done.log
    assert "no release has a package yet" in done.log


def test_a_release_that_somebody_has_made_by_hand_gets_the_files(runner: Runner) -> None:
    write(runner, QUESTION)
    event = tag(runner, "v1")
    folder = runner.github.folder / "releases" / "v1"
    folder.mkdir(parents=True)
    made = {"id": 1, "tag_name": "v1", "body": "By hand.", "draft": False, "prerelease": False}
    (folder / "release.json").write_text(json.dumps(made))
    done = runner.play({"release": "true"}, event)
    assert not done.failed, done.log
    release = runner.github.release("v1")
    assert release["files"] == FILES_OF_A_RELEASE
    assert release["body"] == "By hand."


def test_a_tag_with_a_hyphen_is_a_prerelease_which_nothing_follows(runner: Runner) -> None:
    write(runner, QUESTION)
    runner.play({"release": "true"}, tag(runner, "v1.0.0-rc.1"))
    assert runner.github.release("v1.0.0-rc.1")["prerelease"]
    done = runner.play({}, Event.push())
    assert "no release has a package yet" in done.log


def test_a_push_to_a_branch_releases_nothing(runner: Runner) -> None:
    write(runner, QUESTION)
    done = runner.play({"release": "true"}, Event.push())
    assert not done.failed, done.log
    assert not (runner.github.folder / "releases").exists()


def test_a_release_without_permission_fails_and_says_which(runner: Runner) -> None:
    write(runner, QUESTION)
    runner.github.forbid("release")
    done = runner.play({"release": "true"}, tag(runner, "v1"))
    assert done.failed
    (error,) = done.said("error")
    assert error.startswith("v1 is not released: gh: Resource not accessible by integration")
    assert error.endswith("the job needs the permission 'contents: write'")


def test_nothing_is_built_when_the_last_packages_cannot_be_had(released: Runner) -> None:
    released.github.forbid("contents")
    done = released.play({}, Event.push())
    assert done.failed
    (error,) = done.said("error")
    assert "the packages of the last release cannot be had" in error
    assert "contents: read" in error
    assert done.outputs["output"] == ""


def test_a_pull_request_gets_one_comment_which_is_updated_in_place(released: Runner) -> None:
    done = released.play({"comment": "true"}, Event.pull_request())
    assert not done.failed, done.log
    (first,) = released.github.comments()
    assert "Compared with the decks of release v1" in first["body"]
    assert "better" in first["body"]
    write(released, SECOND.replace("better", "much nicer"))
    released.play({"comment": "true"}, Event.pull_request())
    (second,) = released.github.comments()
    assert second["id"] == first["id"]
    assert "much nicer" in second["body"]
    assert "better" not in second["body"]


def test_a_pull_request_that_changes_nothing_gets_no_comment(released: Runner) -> None:
    git(released.workspace, "checkout", "-q", "v1")
    done = released.play({"comment": "true"}, Event.pull_request())
    assert not done.failed, done.log
    assert released.github.comments() == []


def test_a_comment_is_updated_when_the_change_is_taken_back(released: Runner) -> None:
    earlier = {"id": 5, "user": {"type": "Bot"}, "author_association": "NONE", "body": MARK}
    say(released, earlier)
    git(released.workspace, "checkout", "-q", "v1")
    released.play({"comment": "true"}, Event.pull_request())
    (comment,) = released.github.comments()
    assert comment["id"] == 5
    assert "**Unchanged: 1**" in comment["body"]


def test_a_stranger_who_begins_a_comment_as_we_do_is_left_alone(runner: Runner) -> None:
    stranger = {"id": 5, "user": {"type": "User"}, "author_association": "NONE", "body": MARK}
    say(runner, stranger)
    (runner.workspace / "diff.md").write_text(f"{MARK} -->\nOurs\n")
    runner.play({"file": "diff.md"}, Event.pull_request(), COMMENT)
    kept, ours = runner.github.comments()
    assert kept == stranger
    assert "Ours" in ours["body"]


def test_without_permission_to_comment_one_warning_says_so_and_the_job_goes_on(
    released: Runner,
) -> None:
    released.github.forbid("comment")
    done = released.play({"comment": "true"}, Event.pull_request())
    assert not done.failed, done.log
    (warning,) = done.said("warning")
    assert "pull-requests: write" in warning
    assert "docs/ci.md" in warning
    assert "better" in done.summary


def test_a_comment_is_as_long_as_github_takes(runner: Runner) -> None:
    write(runner, QUESTION)
    text = f"{MARK} -->\n" + "- `a`: Wörter\n" * 9000
    (runner.workspace / "diff.md").write_text(text, encoding="utf-8")
    done = runner.play({"file": "diff.md"}, Event.pull_request(), COMMENT)
    assert not done.failed, done.log
    (comment,) = runner.github.comments()
    assert 50_000 < len(comment["body"].encode()) <= 65_536
    assert comment["body"].endswith("The file has all of it.*\n")


def test_a_bank_with_errors_fails_after_the_summary_with_annotations(runner: Runner) -> None:
    write(runner, QUESTION.replace("[rag]", "[rga]"))
    done = runner.play({"comment": "true", "pages": "true"}, Event.push())
    assert done.failed
    assert done.outputs["findings"] == "1"
    assert "**1 error, 0 warnings**" in done.summary
    assert "decks/test.yaml:5:14: error[unknown-topic]" in done.summary
    assert re.search(r"^::error file=decks/test.yaml,line=5,col=14", done.log, re.MULTILINE)
    assert len(done.said("error")) == 1
    assert "\n1 error, 0 warnings: nothing is built\n" in done.log
    assert not (runner.workspace / "out").exists()


WARNED: Final = QUESTION + "tags: {unused: Unused}\n"


@pytest.mark.parametrize("strict", ["true", "false"])
def test_warnings_fail_unless_they_may_not(runner: Runner, strict: str) -> None:
    write(runner, WARNED)
    done = runner.play({"strict": strict}, Event.push())
    assert done.failed == (strict == "true")
    assert done.outputs["findings"] == "1"
    assert "**0 errors, 1 warning**" in done.summary


def test_an_update_that_would_break_notes_fails_after_its_author_is_told(runner: Runner) -> None:
    drill = QUESTION + "    drills:\n      - {id: d, ask: Which?, answer: That.}\n"
    write(runner, drill)
    runner.play({"release": "true"}, tag(runner, "v1"))
    write(runner, drill.replace("ask: Which?, answer: That.", 'text: "It is {{c1::that}}."'))
    done = runner.play({"comment": "true"}, Event.pull_request())
    assert done.failed
    assert "would break notes" in done.said("error")[0]
    (comment,) = runner.github.comments()
    assert "Before you publish" in comment["body"]
    event = tag(runner, "v2")
    assert runner.play({"release": "true"}, event).failed
    assert not (runner.github.folder / "releases" / "v2").exists()
    allowed = runner.play({"release": "true", "breaking": "true"}, event)
    assert not allowed.failed, allowed.log
    assert runner.github.release("v2")["files"] == FILES_OF_A_RELEASE


RENAMED: Final = HEADER.replace("id: test", "id: other")


def test_another_id_of_a_bank_is_refused_and_its_author_told(released: Runner) -> None:
    write(released, SECOND, header=RENAMED)
    done = released.play({"comment": "true"}, Event.pull_request())
    assert done.failed
    assert "would break notes" in done.said("error")[0]
    (comment,) = released.github.comments()
    assert "its id was 'test'" in comment["body"]
    assert "**Gone: `test`.**" in comment["body"]
    event = tag(released, "v2")
    assert released.play({"release": "true"}, event).failed
    assert not (released.github.folder / "releases" / "v2").exists()
    named = {"release": "true", "bank": "decks/test.yaml"}
    assert released.play(named, event).failed
    allowed = released.play({**named, "breaking": "true"}, event)
    assert not allowed.failed, allowed.log
    assert "its id was 'test'" in released.github.release("v2")["body"]


def test_a_bank_that_is_new_while_another_is_gone_is_refused(released: Runner) -> None:
    """Moved and renamed at once, or in a shallow clone, no program can tell."""
    (released.workspace / "decks" / "test.yaml").unlink()
    write(released, SECOND, "decks/moved/bank.yaml", RENAMED)
    done = released.play({}, Event.push())
    assert done.failed
    assert "`other` is new: no release has it yet. If it is one that is gone" in done.summary
    assert not released.play({"breaking": "true"}, Event.push()).failed


def test_a_bank_that_is_new_beside_those_of_the_last_release_passes(released: Runner) -> None:
    write(released, QUESTION, "decks/other.yaml", RENAMED)
    done = released.play({}, Event.push())
    assert not done.failed, done.log
    assert "`other` is new: no release has it yet.\n" in done.summary
    named = released.play({"bank": "decks/other.yaml"}, Event.push())
    assert not named.failed, named.log
    assert "Gone" not in done.summary + named.summary
    assert done.said("warning") == named.said("warning") == []


def test_a_bank_that_is_gone_is_named_once(released: Runner) -> None:
    write(released, QUESTION, "decks/other.yaml", RENAMED)
    assert not released.play({"release": "true"}, tag(released, "v2")).failed
    git(released.workspace, "rm", "-q", "decks/test.yaml")
    git(released.workspace, "commit", "-q", "-m", "No test")
    done = released.play({"comment": "true"}, Event.pull_request())
    assert not done.failed, done.log
    assert "**Gone: `test`.**" in released.github.comments()[0]["body"]
    assert done.said("warning") == ["gone since the last release: test"]
    assert not released.play({"release": "true"}, tag(released, "v3")).failed
    assert "Gone" not in released.play({}, Event.push()).summary


def test_several_banks_are_built_compared_and_listed(runner: Runner) -> None:
    write(runner, QUESTION)
    other = "bank: {id: other, title: Other & more}\ntopics: {rag: RAG}\n"
    write(runner, QUESTION, "decks/other bank/a file.yaml", other)
    done = runner.play({"pages": "true"}, Event.push())
    assert not done.failed, done.log
    assert "## Other \\& more\n" in done.summary
    assert done.outputs["pages"] == "true"
    ((action, given),) = done.used
    assert action == "actions/upload-pages-artifact"
    folder = Path(given["path"])
    assert sorted(path.name for path in folder.iterdir()) == [
        "index.html",
        "other.html",
        "test.html",
    ]
    assert '<a href="other.html">Other &amp; more</a>' in (folder / "index.html").read_text()


def test_banks_are_named_by_words_and_names_with_blanks_in_quotes(runner: Runner) -> None:
    other = "bank: {id: other, title: Other}\ntopics: {rag: RAG}\n"
    third = "bank: {id: third, title: Third}\ntopics: {rag: RAG}\n"
    write(runner, QUESTION, "elsewhere/one.yaml")
    write(runner, QUESTION, "else where/two.yaml", other)
    write(runner, QUESTION, "decks/three.yaml", third)
    named = "elsewhere/one.yaml\n'else where/two.yaml'"
    done = runner.play({"bank": named, "output": "made here"}, Event.push())
    assert not done.failed, done.log
    assert done.outputs["output"] == "made here"
    packages = sorted(path.name for path in (runner.workspace / "made here").glob("*.apkg"))
    assert packages == ["other.apkg", "test.apkg"]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"comment": "yes"}, "comment: 'yes' is neither 'true' nor 'false'"),
        ({"bank": "'decks"}, "bank: a quote in ''decks' is not closed"),
        ({"bank": "deks"}, "could not judge the banks"),
        ({"output": " "}, "output: name the folder that files are written into"),
    ],
)
def test_a_wrong_input_is_said_in_one_line(
    runner: Runner, inputs: dict[str, str], said: str
) -> None:
    write(runner, QUESTION)
    done = runner.play(inputs, Event.push())
    assert done.failed
    (error,) = done.said("error")
    assert said in error
    assert "Traceback" not in done.log


def test_a_bank_is_a_name_and_never_a_command(runner: Runner) -> None:
    write(runner, QUESTION, "decks/$(touch hacked)`touch hacked`;.yaml")
    done = runner.play({"bank": "'decks/$(touch hacked)`touch hacked`;.yaml'"}, Event.push())
    assert not done.failed, done.log
    assert not (runner.workspace / "hacked").exists()


def test_a_module_of_the_workspace_takes_no_place_of_ours(runner: Runner) -> None:
    for name in ("json.py", "yaml.py", "steps/__init__.py", "prep_export/__init__.py"):
        path = runner.workspace / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("raise SystemExit('a stranger')\n")
    write(runner, QUESTION)
    done = runner.play({}, Event.push())
    assert not done.failed, done.log


FORK: Final = {
    "workflow_run": {
        "head_repository": {"owner": {"login": "stranger"}},
        "head_branch": "better",
        "head_sha": "abc",
    }
}


@pytest.mark.parametrize("sha", ["abc", "def"])
def test_a_second_workflow_comments_for_a_fork_where_its_commit_is_still_the_newest(
    runner: Runner, sha: str
) -> None:
    (runner.workspace / "diff.md").write_text(f"{MARK} -->\nFor @ada: recall@k, `@property`\n")
    pulls = [{"number": 12, "head": {"label": "stranger:better", "sha": sha}}]
    (runner.github.folder / "pulls.json").write_text(json.dumps(pulls))
    event = Event("workflow_run", "refs/heads/main", FORK)
    done = runner.play({"file": "diff.md"}, event, COMMENT)
    assert not done.failed, done.log
    comments = runner.github.comments(12)
    assert len(comments) == (sha == "abc")
    assert len(done.said("warning")) == (sha != "abc")
    for comment in comments:  # nobody is called by a word of a bank
        called = "\nFor @\u200bada: recall@k, `@\u200bproperty`\n"
        assert comment["body"] == f"{MARK} -->{called}"


@pytest.mark.parametrize("payload", [{}, {"workflow_run": {"head_repository": None}}])
def test_an_event_without_a_pull_request_is_said_in_one_warning(
    runner: Runner, payload: dict[str, object]
) -> None:
    (runner.workspace / "diff.md").write_text(f"{MARK} -->\n")
    event = Event("workflow_run", "refs/heads/main", payload)
    done = runner.play({"file": "diff.md"}, event, COMMENT)
    assert not done.failed, done.log
    assert len(done.said("warning")) == 1


def test_a_second_workflow_refuses_a_file_that_is_not_ours(runner: Runner) -> None:
    write(runner, QUESTION)
    (runner.workspace / "diff.md").write_text("Buy this")
    event = Event("workflow_run", "refs/heads/main", FORK)
    for name in ("diff.md", "absent.md"):
        done = runner.play({"file": name}, event, COMMENT)
        assert done.failed
        (error,) = done.said("error")
        assert f"'{name}' is no file that the Action gave" in error


def test_a_workspace_without_git_is_said_in_one_line(tmp_path: Path, python: Path) -> None:
    workspace = tmp_path / "workspace"
    (workspace / "decks").mkdir(parents=True)
    (workspace / "decks" / "test.yaml").write_text(HEADER + QUESTION)
    done = Runner(tmp_path / "runner", workspace, python).play({}, Event.push())
    assert done.failed
    assert "run actions/checkout before this Action" in done.said("error")[0]


def test_the_action_installs_this_very_version_beside_whatever_there_is(runner: Runner) -> None:
    write(runner, QUESTION)
    runner.python = None
    done = runner.play({}, Event.push())
    skip_without_network(done.log)
    assert not done.failed, done.log
    assert (runner.workspace / "out" / "test.apkg").exists()
    (python,) = (runner.folder / "temp").glob("prep-export.*/venv/bin/python")
    told = subprocess.run(
        [python, "-I", "-m", "prep_export", "--version"], check=True, capture_output=True, text=True
    )
    assert told.stdout == f"prep-export {prep_export.__version__}\n"


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.parent.name)
def test_it_keeps_to_the_schema_of_actions(path: Path) -> None:
    check = ["check_jsonschema", "--builtin-schema", "vendor.github-actions", str(path)]
    subprocess.run([sys.executable, "-m", *check], check=True, capture_output=True)


def test_an_auditor_of_actions_finds_nothing() -> None:
    command = [installed("zizmor"), "--offline", "--persona", "pedantic", *map(str, ACTIONS)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_auditor_of_shells_finds_nothing() -> None:
    command = [installed("shellcheck"), *map(str, sorted((ROOT / "action").glob("*.sh")))]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
