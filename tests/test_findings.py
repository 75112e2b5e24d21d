"""How findings are shown to people and to programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st

from prep_export.findings.finding import Finding, Location, Node
from prep_export.findings.forms import render_json, render_text
from prep_export.findings.github import render_github
from prep_export.findings.places import resolve

if TYPE_CHECKING:
    from pathlib import Path

FOUND = Finding(
    "unknown-topic",
    "topic 'trnsformers' is not declared",
    Location("decks/llm/questions.yaml", 42, 14, 25, "    topics: [trnsformers]"),
    "did you mean 'transformers'?",
)


def test_text_shows_place_excerpt_caret_and_remedy() -> None:
    assert render_text([FOUND]) == (
        "decks/llm/questions.yaml:42:14: error[unknown-topic]: "
        "topic 'trnsformers' is not declared\n"
        "   42 |     topics: [trnsformers]\n"
        "      |              ^^^^^^^^^^^ did you mean 'transformers'?\n"
    )


def test_colour_changes_nothing_but_colour() -> None:
    import re

    painted = render_text([FOUND], color=True)
    assert painted != render_text([FOUND])
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render_text([FOUND])


def test_json_counts_and_places() -> None:
    report = json.loads(render_json([FOUND]))
    assert report["errors"] == 1
    assert report["findings"][0]["line"] == 42


@given(st.text(st.characters(categories=["Cc", "Cf", "Lu", "Zl", "Zp"])))
def test_no_form_hands_a_control_character_to_a_terminal_or_a_ci_run(text: str) -> None:
    place = Location(f"{text}.yaml", 1, 1, 2, text.replace("\n", ""))
    odd = Finding("unknown-topic", text, place, text)
    for shown in (render_text([odd]), render_github([odd]), render_json([odd])):
        assert not [c for c in shown if category(c) == "Cc" and c not in "\n\t"]
        assert not {"\u202e", "\u2066", "\u2028"} & {*shown}
    assert json.loads(render_json([odd]))["findings"][0]["message"] == text


@given(st.text(max_size=300), st.integers(1, 320), st.integers(0, 40))
def test_any_line_is_shown_without_control_characters(line: str, column: int, width: int) -> None:
    line = line.replace("\n", " ").replace("\r", " ")
    start = min(column, len(line) + 1)
    at = Location("f.yaml", 1, start, start + width, line)
    shown = render_text([Finding("bad-math", "m", at, "h")])
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert shown.count("\n") <= 3


def test_a_tab_that_indents_can_be_seen() -> None:
    at = Location("f.yaml", 2, 2, 3, " \tanswer: a\tb")
    assert "    2 |  →answer: a b\n      |  ^ h\n" in render_text(
        [Finding("yaml-syntax", "m", at, "h")]
    )


def test_of_two_that_clash_the_first_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a:\n- x\n- y\n")
    file = str(tmp_path / "a.yaml")
    found = Finding("duplicate-id", "m", Node(file, ("a", 1)), "h", Node(file, ("a", 0)))
    (placed,) = resolve([found])
    assert placed.location.line == 3
    assert placed.hint == f"h; the first is at {file}:2"
