"""Findings in a run of GitHub Actions, read as GitHub's runner reads what a step prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from prep_export.cli.app import app
from prep_export.findings.finding import Finding, Location
from prep_export.findings.forms import render_json, render_text
from prep_export.findings.github import SHOWN, render_github
from prep_export.paths import path_from
from prep_export.printable import printable

from .conftest import HEADER, QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ERROR = Finding(
    "unknown-topic",
    "topic 'trnsformers' is not declared",
    Location("decks/llm/questions.yaml", 42, 14, 25, "    topics: [trnsformers]"),
    "did you mean 'transformers'?",
)
WARNING = Finding("unused-topic", "nothing has the topic 'x'", Location("decks/a.yaml", 2, 1))


@dataclass
class Command:
    name: str
    properties: dict[str, str]
    data: str


def commands(text: str) -> Iterator[Command]:
    """What the runner obeys: `::name key=value,…::data` at the start of a line after white space,
    and `##[name key=value;…]data` anywhere in one. Of escapes, %25 is undone last."""
    for line in text.splitlines():
        match = re.match(r"\s*::([\w-]+)(?: (.*?))?::(.*)", line)
        if match:
            pairs = [pair.split("=", 1) for pair in (match[2] or "").split(",") if pair]
            properties = {key: undo(value, "%3A", "%2C") for key, value in pairs}
            yield Command(match[1], properties, undo(match[3]))
        elif old := re.search(r"##\[([\w-]+)", line):
            yield Command(old[1], {}, "")


def undo(text: str, *more: str) -> str:
    for escape in ("%0D", "%0A", *more, "%25"):
        text = text.replace(escape, chr(int(escape[1:], 16)))
    return text


def annotated(text: str) -> list[Command]:
    return [one for one in commands(text) if one.name in {"error", "warning"}]


def test_an_annotation_has_its_place_twice_for_github_drops_it_outside_of_the_changes() -> None:
    (one,) = annotated(render_github([ERROR]))
    assert (one.name, one.properties) == (
        "error",
        {
            "file": "decks/llm/questions.yaml",
            "line": "42",
            "col": "14",
            "endColumn": "25",
            "title": "prep-export[unknown-topic]",
        },
    )
    assert one.data == (
        "decks/llm/questions.yaml:42:14: topic 'trnsformers' is not declared "
        "(did you mean 'transformers'?)"
    )


def test_the_log_has_the_whole_text_folded() -> None:
    found = [ERROR, WARNING]
    assert render_github(found).startswith(
        f"::group::1 error, 1 warning\n{render_text(found)}::endgroup::\n"
    )


def test_errors_come_first_for_github_shows_the_first_alone() -> None:
    found = [WARNING, ERROR, replace(WARNING, message="another"), replace(ERROR, message="last")]
    said = annotated(render_github(found))
    assert [one.name for one in said] == ["error", "error", "warning", "warning"]
    assert [one.data.rpartition(": ")[2][:7] for one in said][1::2] == ["last (d", "another"]


def test_nothing_to_say_is_nothing() -> None:
    assert render_github([]) == ""


@pytest.mark.parametrize(
    ("errors", "warnings", "told"),
    [(SHOWN, SHOWN, False), (SHOWN + 1, 0, True), (1, SHOWN + 1, True)],
)
def test_where_github_drops_some_a_notice_counts_all(
    errors: int, warnings: int, told: bool
) -> None:
    text = render_github([ERROR] * errors + [WARNING] * warnings)
    notices = [one for one in commands(text) if one.name == "notice"]
    assert len(annotated(text)) == errors + warnings
    assert bool(notices) is told
    if told:
        assert notices[0].data.startswith(f"{errors} error")
        assert f"{warnings} warnings" in notices[0].data or not warnings
        assert "prep-export validate" in notices[0].data


ODD = st.text(st.sampled_from("%0AD3C2:;,=\n\r \t]#[\u2028ax"), max_size=30)


@given(ODD, ODD, ODD)
def test_whatever_a_text_or_a_file_holds_arrives_as_it_is(path: str, text: str, hint: str) -> None:
    odd = replace(ERROR, message=text, hint=hint, at=replace(ERROR.location, path=f"d/{path}x"))
    (one,) = annotated(render_github([odd]))
    shown = printable(path_from(".", f"d/{path}x"))
    assert one.properties["file"] == shown
    assert one.properties["title"] == "prep-export[unknown-topic]"
    told = f" ({printable(hint)})" if hint else ""
    assert one.data == f"{shown}:42:14: {printable(text)}{told}"


@pytest.mark.parametrize("text", ["100%0Ax", "%253A", "a:b,c", "%2C%25"])
def test_escapes_in_a_text_are_no_escapes(text: str) -> None:
    (one,) = annotated(render_github([replace(ERROR, message=text, at=Location(text, 1, 1))]))
    assert one.properties["file"] == text
    assert one.data.startswith(f"{text}:1:1: {text} ")


HOSTILE = ["::stop-commands::x", "##[set-output name=a]b", " ::add-mask::a", "###[group]"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_form_says_a_command_that_the_bank_has_made_up(text: str) -> None:
    odd = replace(ERROR, message=text, hint=text, at=Location(text, 1, 1, 2, text))
    ours = {"group", "endgroup", "error"}
    assert {one.name for one in commands(render_github([odd]))} == ours
    assert not [*commands(render_text([odd]))]
    assert not [*commands(render_json([odd]))]


def test_paths_count_from_what_github_has_checked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub" / "decks").mkdir(parents=True)
    (tmp_path / "sub" / "decks" / "a.yaml").write_text(
        HEADER + QUESTION.replace("[rag]", "[rga]"), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path / "sub")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    done = CliRunner().invoke(app, ["validate", "--format", "github"])
    (one,) = annotated(done.stdout)
    assert one.properties["file"] == "sub/decks/a.yaml"
    assert one.data.startswith("sub/decks/a.yaml:5:14: ")


def test_a_path_that_leaves_the_folder_is_an_absolute_one(tmp_path: Path) -> None:
    assert path_from(str(tmp_path / "a"), str(tmp_path / "b" / "c.yaml")) == (
        (tmp_path / "b" / "c.yaml").as_posix()
    )
    assert path_from(str(tmp_path), str(tmp_path / "..x" / "c")) == "..x/c"
