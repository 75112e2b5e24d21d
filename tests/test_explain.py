"""`validate --explain`: what docs/findings.md says of a code, in the terminal."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from prep_export import project
from prep_export.cli.app import app
from prep_export.cli.explain import explained
from prep_export.errors import UsageError
from prep_export.findings import reference
from prep_export.findings.codes import CODES
from prep_export.markdown.terminal import for_terminal

from .conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def validate(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["validate", *arguments])


def test_a_code_is_explained_with_its_example_as_it_is() -> None:
    done = validate("--explain", "unknown-topic")
    assert done.exit_code == 0
    assert done.stdout == (
        "unknown-topic (error)\n"
        "\n"
        "An item names a topic that is not declared.\n"
        "\n"
        "    questions:\n"
        "      - {id: one, topics: [rga], question: Why?, answer: So.}\n"
        "\n"
        "Remedy. Correct it, or declare it under `topics`.\n"
        "\n"
        f"{project.docs_address('findings.md#unknown-topic-error')}\n"
    )


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_with_a_remedy(code: str) -> None:
    text = explained(code, color=False)
    assert text.startswith(f"{code} ({CODES[code]})\n\n")  # type: ignore[index]  # a code
    assert "\nRemedy. " in text
    assert "**" not in re.sub(r"^    .*$|`.*?`", "", text, flags=re.MULTILINE)


def test_a_code_may_be_copied_from_a_finding() -> None:
    assert explained("error[bad-math]:", color=False) == explained("bad-math", color=False)


def test_an_unknown_code_is_wrong_usage_with_what_was_meant() -> None:
    done = validate("--explain", "unknwon-topic")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "error: there is no code 'unknwon-topic'; did you mean 'unknown-topic'?\n"
    )
    with pytest.raises(UsageError, match="'--explain all' lists them"):
        explained("zzz", color=False)


def test_all_codes_are_listed_in_a_line_each() -> None:
    lines = validate("--explain", "all").stdout.splitlines()
    assert {line.split()[0]: line.split()[1] for line in lines} == CODES
    assert not [line for line in lines if "](" in line or line.endswith((":", "."))]


@pytest.mark.parametrize(
    "more", [["decks"], ["--strict"], ["--format", "json"]], ids=lambda more: more[0]
)
def test_an_explanation_stands_alone(more: list[str]) -> None:
    done = validate("--explain", "bad-math", *more)
    assert done.exit_code == 2
    assert "--explain checks nothing" in done.stderr


def test_paragraphs_are_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    said = explained("control-character", color=False).split("\n\n")[1]
    assert max(map(len, said.splitlines())) <= 40
    assert len(said.splitlines()) > 3


def outside_code(text: str) -> str:
    return re.sub(r"```.*?```|`.*?`", "", text, flags=re.DOTALL)


def test_links_lead_from_anywhere() -> None:
    folder = "https://example.org/docs/"
    known = reference.explanations()
    assert f"]({folder}bank-format.md#words)" in known["long-answer"].linked(folder)
    assert f"]({folder}findings.md#single-files)" in known["missing-header"].linked(folder)
    for one in known.values():
        assert not re.search(r"\]\((?!https?:)", outside_code(one.linked(folder)))
        example = one.markdown.partition("```")[2].rpartition("```")[0]
        assert example in one.linked(folder)


def test_what_a_terminal_cannot_show_is_not_dropped() -> None:
    with pytest.raises(ValueError, match="list"):
        for_terminal("- a\n- b\n", 80)
    with pytest.raises(ValueError, match="image"):
        for_terminal("![a](b.png)", 80)


def test_colour_is_bold_alone() -> None:
    painted = explained("bad-math", color=True)
    assert painted.startswith("\x1b[1mbad-math (error)\x1b[22m")
    assert re.sub(r"\x1b\[[0-9]+m", "", painted) == explained("bad-math", color=False)


# Where texts and addresses come from


def test_the_page_travels_in_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = re.search(r'^"docs/findings.md" = "(.*)"$', PYPROJECT, re.MULTILINE)
    assert inside
    page = tmp_path / inside[1]
    page.parent.mkdir(parents=True)
    page.write_text("of the wheel", encoding="utf-8")
    monkeypatch.setattr(reference, "files", lambda package: tmp_path / package)
    assert reference._page() == "of the wheel"


def test_addresses_are_those_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    source = re.search(r'^Source = "(.*)"$', PYPROJECT, re.MULTILINE)
    assert source
    assert project.docs_address("a.md#b") == f"{source[1]}/blob/main/docs/a.md#b"

    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(project, "metadata", absent)
    project.address.cache_clear()
    assert project.docs_address("a.md") == ""
    assert explained("bad-math", color=False).endswith("`\\$`.\n")
    project.address.cache_clear()
