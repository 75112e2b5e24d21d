"""Parts of the Action that need no runner; `test_action.py` plays the whole."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import pytest
import yaml

from steps.comment import comment
from steps.gh import GitHubError
from steps.markdown import cell, fenced, without_mentions
from steps.runner import Runner, StepError, shortened
from steps.site import site

from .conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

ACTIONS: Final = [ROOT / "action.yml", ROOT / "comment" / "action.yml"]
RUNS: Final = [
    (step["name"], step["run"])
    for path in ACTIONS
    for step in yaml.safe_load(path.read_text("utf-8"))["runs"]["steps"]
    if "run" in step
]


@pytest.mark.parametrize(("name", "text"), RUNS, ids=[name for name, _ in RUNS])
def test_no_expression_is_part_of_a_shells_text(name: str, text: str) -> None:
    assert "${{" not in text, name


def test_what_is_used_of_others_is_pinned_by_its_commit() -> None:
    used = re.findall(r"uses: (\S+)", "".join(path.read_text("utf-8") for path in ACTIONS))
    assert used
    assert all(re.search(r"@[0-9a-f]{40}$", name) for name in used)


@pytest.mark.parametrize(
    ("text", "banks"),
    [
        ("", []),
        ("decks/a decks/b.yaml", ["decks/a", "decks/b.yaml"]),
        ("\n  decks/a\n  'my decks/b'\n", ["decks/a", "my decks/b"]),
        (r"decks\windows #1", [r"decks\windows", "#1"]),
        ('"it\'s"', ["it's"]),
    ],
)
def test_banks_are_words_and_quotes_hold_blanks_together(text: str, banks: list[str]) -> None:
    assert Runner({"INPUT_BANK": text}).banks() == banks


def test_a_quote_that_nothing_ends_is_said() -> None:
    with pytest.raises(StepError, match="a quote in 'it's' is not closed"):
        Runner({"INPUT_BANK": "it's"}).banks()


def test_a_flag_that_is_computed_may_be_empty_but_a_check_does_not_become_lax_by_it() -> None:
    runner = Runner({"INPUT_PAGES": "", "INPUT_STRICT": "", "INPUT_COMMENT": " true "})
    assert not runner.flag("pages")
    assert runner.flag("comment")
    with pytest.raises(StepError, match="strict: '' is neither 'true' nor 'false'"):
        runner.flag("strict")


def test_what_is_cut_says_so_and_ends_with_a_whole_line() -> None:
    text = "Wörter\n" * 100
    cut = shortened(text, 400)
    assert len(cut.encode()) <= 400
    assert cut.startswith("Wörter\nWörter\n")
    assert set(cut.splitlines()[:-2]) == {"Wörter"}
    assert cut.splitlines()[-1].startswith("*Cut here")
    assert shortened(text, 1000) == text


def test_a_name_is_called_only_where_markdown_would() -> None:
    assert without_mentions("@ada, recall@k `@property` é@ada") == (
        "@\u200bada, recall@k `@\u200bproperty` é@\u200bada"
    )


def test_a_text_is_a_text_in_markdown() -> None:
    assert cell("a|b <i>\n*c*") == r"a\|b \<i\> \*c\*"
    assert fenced("```\ncode\n```").startswith("````text\n")


def test_no_line_of_the_log_is_a_command_by_accident(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner({})
    runner.say("::error::no\n##[group]no\nyes")
    runner.warn("50 %\n::stop")
    assert capsys.readouterr().out == (
        " ::error::no\n ##[group]no\nyes\n::warning title=prep-export::50 %25%0A::stop\n"
    )


def test_an_output_may_hold_lines(tmp_path: Path) -> None:
    path = tmp_path / "output"
    Runner({"GITHUB_OUTPUT": str(path)}).output("name", "one\nname2=two")
    name, mark = path.read_text().splitlines()[0].split("<<")
    assert (name, path.read_text()) == ("name", f"name<<{mark}\none\nname2=two\n{mark}\n")


def test_outside_of_a_runner_it_says_what_it_misses() -> None:
    with pytest.raises(StepError, match="'FOLDER' is not set: this runs as a step of the Action"):
        _ = Runner({}).folder


@pytest.mark.parametrize(("said", "refused"), [("x (HTTP 403)", True), ("x (HTTP 500)", False)])
def test_a_missing_permission_is_told_from_a_fault(said: str, refused: bool) -> None:
    assert GitHubError(said).refused == refused


def test_a_runner_without_gh_says_where_it_is_to_be_had(tmp_path: Path) -> None:
    from steps.gh import gh

    with pytest.raises(StepError, match=r"no 'gh'.*https://cli\.github\.com"):
        gh(Runner({"PATH": str(tmp_path), "GITHUB_REPOSITORY": "a/b"}), "api", "x")


def site_runner(folder: Path, banks: list[dict[str, str]], ref: str, event: str) -> Runner:
    """A runner after a build of these banks, each of whose pages holds its id."""
    for bank in banks:
        (folder / f"{bank['id']}.html").write_text(bank["id"])
    files = [{"format": "site", "path": str(folder / f"{bank['id']}.html")} for bank in banks]
    files.append({"format": "anki", "path": "absent.apkg"})
    (folder / "build.json").write_text(json.dumps({"banks": banks, "files": files}))
    (folder / "event.json").write_text('{"repository": {"default_branch": "main"}}')
    return Runner(
        {
            "FOLDER": str(folder),
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_REF": ref,
            "GITHUB_REPOSITORY": "ada/cards",
        }
    )


def test_a_page_of_several_banks_lists_them(tmp_path: Path) -> None:
    banks = [{"id": "a", "title": "A & <b>"}, {"id": "c", "title": "C"}]
    site(site_runner(tmp_path, banks, "refs/heads/main", "push"))
    page = (tmp_path / "site" / "index.html").read_text()
    assert '<li><a href="a.html">A &amp; &lt;b&gt;</a></li>' in page
    names = sorted(path.name for path in (tmp_path / "site").iterdir())
    assert names == ["a.html", "c.html", "index.html"]


def test_the_page_of_one_bank_is_the_site(tmp_path: Path) -> None:
    site(site_runner(tmp_path, [{"id": "a", "title": "A"}], "refs/heads/main", "push"))
    assert {path.name: path.read_text() for path in (tmp_path / "site").iterdir()} == {
        "a.html": "a",
        "index.html": "a",
    }


def test_a_page_whose_address_is_that_of_the_list_is_refused(tmp_path: Path) -> None:
    banks = [{"id": "a", "title": "A"}, {"id": "index", "title": "Index"}]
    with pytest.raises(StepError, match="a bank with the id 'index'"):
        site(site_runner(tmp_path, banks, "refs/heads/main", "push"))


def test_the_page_of_one_bank_may_be_called_index(tmp_path: Path) -> None:
    site(site_runner(tmp_path, [{"id": "index", "title": "I"}], "refs/heads/main", "push"))
    assert (tmp_path / "site" / "index.html").read_text() == "index"


def test_a_comment_of_bytes_that_are_no_text_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "diff.md"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(StepError, match="is no file that the Action gave as 'diff'"):
        comment(Runner({"INPUT_FILE": str(file)}))


@pytest.mark.parametrize(
    ("ref", "event", "published"),
    [
        ("refs/heads/main", "push", True),
        ("refs/heads/main", "workflow_dispatch", True),
        ("refs/heads/main", "pull_request_target", False),
        ("refs/heads/other", "push", False),
        ("refs/pull/7/merge", "pull_request", False),
        ("refs/tags/v1", "push", False),
        ("refs/tags/main", "push", False),
    ],
)
def test_the_study_page_is_published_from_the_default_branch_only(
    ref: str, event: str, published: bool, tmp_path: Path
) -> None:
    site(site_runner(tmp_path, [{"id": "a", "title": "A"}], ref, event))
    assert (tmp_path / "site").exists() == published
    assert f"\n{'true' if published else 'false'}\n" in (tmp_path / "output").read_text()
