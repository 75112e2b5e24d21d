"""Columns of numbers stand at the right, on cards and on paper, with their header."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.hyphens import breaker, dictionary
from prep_export.exporters.pdf.engine.setter import Setter
from prep_export.labels import labels
from prep_export.markdown.html import render
from prep_export.markdown.parser import attribute, parse

RIGHT = "text-align:right"


def table(*cells: str, rule: str = "---", head: str = "h") -> str:
    rows = "\n".join(f"| x | {cell} |" for cell in cells)
    return f"| a | {head} |\n|---|{rule}|\n{rows}"


def sides(text: str) -> list[str]:
    """How each cell of the second column is aligned, its header first."""
    cells = [token for token in parse(text) if token.type in {"th_open", "td_open"}]
    return [attribute(cell, "style") for cell in cells[1::2]]


@pytest.mark.parametrize(
    "cells",
    [
        ("1", "20", "300"),
        ("14 GB", "2.62 MB", "96 bytes"),
        ("3.3%", "−4", "-4.5", "+1"),
        ("60–80", "3 to 5", "500 ± 20", "0.5 s – 2 s"),
        ("~2", "≈ 7", "<1%", "about 90 ms"),
        ("$3", "1.5×", "90 ms/token", "1e-4"),
        ("$2\\times10^{5}$", "$3{,}998$", "$14\\,\\text{GB}$", "$10^{-4}$"),
        ("1", "", "–", "n/a"),
        ("**1**", "`2`", "3"),
    ],
)
def test_a_column_of_numbers_stands_at_the_right(cells: tuple[str, ...]) -> None:
    assert sides(table(*cells)) == [RIGHT] * (len(cells) + 1)


@pytest.mark.parametrize(
    "cells",
    [
        ("1", "two"),
        ("46 of 1,035",),
        ("2024-11-05",),
        ("7B model", "1"),
        ("pass@8",),
        ("$6ND$", "$n$"),
        ("$\\frac12$",),
        ("1, 2 and 3",),
        ("", "–"),
    ],
)
def test_a_column_of_words_does_not(cells: tuple[str, ...]) -> None:
    assert sides(table(*cells)) == [""] * (len(cells) + 1)


@pytest.mark.parametrize(("rule", "side"), [(":--", "left"), (":-:", "center"), ("--:", "right")])
def test_the_author_has_the_say(rule: str, side: str) -> None:
    for cells in (("1", "2"), ("one", "2")):
        assert sides(table(*cells, rule=rule)) == [f"text-align:{side}"] * 3


def test_cards_say_so_where_no_style_sheet_of_theirs_undoes_it() -> None:
    html = render(table("1", "2"))
    assert html.count(f'<td style="{RIGHT}">') == 2
    assert f'<th style="{RIGHT}">h</th>' in html
    assert "<td>x</td>" in html


def test_so_does_paper() -> None:
    look = theme.book(theme.COLOR, fonts.Fonts())
    setter = Setter(look, None, 300, labels("en"))  # type: ignore[arg-type]  # no pictures here
    (found,) = setter.blocks(table("1", "20"))
    assert [[cell.style.alignment for cell in row] for row in found._cellvalues] == [[0, 2]] * 3


def test_a_deck_brings_the_alignment_back() -> None:
    from prep_export.importing.markdown import to_markdown

    text = to_markdown(render(table("1", "2")), lambda *_: None, lambda *_: None)
    assert sides(text) == [RIGHT] * 3


@pytest.mark.parametrize("word", ["1,048,576-dimensional", "GPT-4-turbo-preview", "Qwen3-thinking"])
def test_no_number_is_broken(word: str) -> None:
    assert not [*breaker(dictionary("en"))(word)]


def test_a_word_with_a_hyphen_is_broken_far_from_it() -> None:
    parts = [
        *breaker(dictionary("en"))("multi-step"),
        *breaker(dictionary("en"))("retrieval-augmented"),
    ]
    assert ("retrieval-augmen", "ted") in parts
    assert not any("-" in head[-4:] or "-" in tail[:4] for head, tail in parts)


@pytest.mark.parametrize(("width", "broken"), [(200, False), (60, True)])
def test_words_of_cells_are_broken_only_where_they_have_no_room(width: float, broken: bool) -> None:
    look = replace(theme.book(theme.COLOR, fonts.Fonts()), hyphens=dictionary("en"))
    setter = Setter(look, None, width, labels("en"))  # type: ignore[arg-type]  # as above
    (found,) = setter.blocks(
        "| input tokens, millions | what follows from it |\n|---|---|\n| a | b |"
    )
    cells = [cell for row in found._cellvalues for cell in row]
    assert all(bool(cell.style.hyphenationLang) == broken for cell in cells)
