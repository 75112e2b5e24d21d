"""Clozes: what a card hides, paper hides, and nothing else becomes a deletion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep_export.markdown.check import check
from prep_export.markdown.cloze import BLANK, blanked, hidden, joined
from prep_export.markdown.html import render
from prep_export.markdown.images import Images
from prep_export.markdown.parser import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

DELETION = re.compile(r"\{\{c(\d+)::")
"""What Anki takes for the start of a deletion, wherever it stands in a field."""


def words(tokens: Sequence[Token]) -> str:
    return "".join(token.content for token in walk(list(tokens)))


def test_a_cloze_becomes_a_blank_and_an_answer() -> None:
    text = "With {{c1::$x^{a_{1}}$}} and `}}` {{c2::*two*::a number}} left"
    assert words(blanked(text)) == f"With {BLANK} and }}}} {BLANK} (a number) left"
    assert [words(inside) for inside in hidden(text)] == ["x^{a_{1}}", "two"]
    assert [token.type for token in hidden(text)[0]] == ["math_inline"]
    assert words(joined(hidden(text), "; ")) == "x^{a_{1}}; two"


@pytest.mark.parametrize(
    "text",
    [
        "`{{c1::x}}` {{c1::y}}",
        r"\{{c1::no}} {{c2::y}}",
        "${{c1::x}}$ {{c2::y}}",
        "    {{c1::x}}\n\n{{c2::y}}",
        "```\n{{c1::x}}\n```\n\n{{c2::y}}",
        "&#123;{c1::x}} {{c2::y}}",
        "{{c2::y `{{c1::x}}` }}",
    ],
)
def test_card_and_paper_agree_on_what_is_a_deletion(text: str) -> None:
    on_card = len(DELETION.findall(render(text, cloze=True)))
    assert on_card == len(hidden(text)) == words(blanked(text)).count(BLANK) == 1


def test_what_is_hidden_and_emphasised_across_the_border_is_still_set() -> None:
    text = "**a {{c1::b** c}} *d*"
    kinds = [token.type for token in walk(list(blanked(text)))]
    assert kinds.count("strong_open") == kinds.count("strong_close")
    assert words(hidden(text)[0]) == "b c"


@given(st.text(alphabet="{}c1:$` ab\n*\\", max_size=40))
def test_any_text_has_as_many_blanks_as_its_card_has_deletions(text: str) -> None:
    if not check(text, Images("."), cloze=True):
        on_card = len(DELETION.findall(render(text, cloze=True)))
        assert words(blanked(text)).count(BLANK) == len(hidden(text)) == on_card


@given(st.text(alphabet="{}c1:$` ab\n*", max_size=40))
def test_any_text_can_be_blanked_whatever_its_emphasis(text: str) -> None:
    for tokens in (blanked(text), *hidden(text)):
        depth = 0
        for token in walk(list(tokens)):
            depth += token.nesting
            assert depth >= 0
        assert depth == 0
