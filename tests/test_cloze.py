"""Clozes: what a card hides, paper hides, and nothing else becomes a deletion."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import prep_export
from prep_export.findings.finding import Node
from prep_export.markdown.check import check
from prep_export.markdown.cloze import BLANK, blanked, hidden, joined, revealed
from prep_export.markdown.html import render
from prep_export.markdown.images import Images
from prep_export.markdown.parser import walk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from markdown_it.token import Token

    from .support.collection import Learner

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


def test_a_hint_may_hold_two_colons_as_in_anki() -> None:
    text = "{{c1::a::std::vector}} {{c2::b::h}}"
    assert words(blanked(text)) == f"{BLANK} (std::vector) {BLANK} (h)"
    assert [words(inside) for inside in hidden(text)] == ["a", "b"]


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


def test_a_sentence_is_shown_again_with_what_it_hid_marked() -> None:
    shown = walk(list(revealed("With {{c1::$x_1$}} and {{c2::two::a number}} **left**")))
    marks = [token.type for token in shown if token.type.startswith(("marked", "strong"))]
    assert marks == [f"{kind}_{end}" for kind in ("marked", "marked", "strong")
                     for end in ("open", "close")]  # fmt: skip
    opened = [token.type for token in shown].index("marked_open")
    assert shown[opened + 1].content == "x_1"
    assert words(shown) == "With x_1 and two left"


def test_of_a_mark_and_an_emphasis_across_it_the_mark_stays() -> None:
    kinds = [token.type for token in walk(list(revealed("**a {{c1::b** c}} *d*")))]
    assert (kinds.count("marked_open"), kinds.count("marked_close")) == (1, 1)
    assert "strong_open" not in kinds


def test_what_is_hidden_and_emphasised_across_the_border_is_still_set() -> None:
    text = "**a {{c1::b** c}} *d*"
    kinds = [token.type for token in walk(list(blanked(text)))]
    assert kinds.count("strong_open") == kinds.count("strong_close")
    assert words(hidden(text)[0]) == "b c"


@pytest.mark.parametrize(
    ("text", "needles"),
    [
        ("A {{c1::x}} and {c2::b}} and {{c3:no}}", ["{c2::", "{{c3:"]),
        ("{{c\uff11::full width}} {{c2::y}}", ["{{c\uff11::"]),
        ("{{C1::x}} {{c 2::y}} {{ c3::z}} {{c4}} {{c5::good}}",
         ["{{C1::", "{{c 2::", "{{ c3::", "{{c4}}"]),
        ("{{c1,2::x}} {{c3::y}}", ["{{c1,2::"]),
        ("{{c501::x}} {{c500::y}}", ["{{c501::"]),
        (f"{{{{c{'9' * 30}::x}}}}", [f"{{{{c{'9' * 30}::"]),
        ("{{c0::x}} {{c1::y}}", ["{{c0::"]),
        ("{{c1::dict {a: {b: 1}} more}}", ["}}"]),
        ("{{c1::[a}}](https://x.org)", ["{{c1::"]),
        ("A {{c1::x}} and {{2::b}} and {{c3;d}}", ["{{2::", "{{c3;"]),
        ("A {{c1::x} and {{c2::b}}", ["{{c1::"]),
        ("A {{c1::x}} and {{c2::b} here", ["{{c2::"]),
        ("{{c1::}} {{c2::x}}", ["{{c"]),
    ],
)  # fmt: skip
def test_a_bad_deletion_is_reported_beside_good_ones(text: str, needles: list[str]) -> None:
    findings = check(text, Images("."), cloze=True)
    assert {finding.code for finding in findings} == {"cloze-syntax"}
    assert [finding.at.needle for finding in findings if isinstance(finding.at, Node)] == needles


def test_anki_agrees_on_every_deletion(tmp_path: Path, learner: Learner) -> None:
    """What is no deletion for us makes no card, no hint and no early end in Anki."""
    texts = {
        r"`{{c2::x}}` ${{c3::y}}$ \{{c4::z}} &#123;{c5::v}} ![{{c6::w}}](p.png) {{c1::one}}": "one",
        "{{c1::<https://a.org/b::c> and [d::e](https://a.org/f::g) and ![h::i](p.png)}}": "d::e",
        "{{c1::H~2~O and `a}}b::c`::a hint}} ~~no~~": "H2O",
        "{{c500::high}}": "high",
    }
    Image.new("RGB", (4, 4)).save(tmp_path / "p.png")
    drills = [{"id": f"d{number}", "text": text} for number, text in enumerate(texts)]
    faq = {"id": "f", "topics": ["t"], "question": "Q?", "answer": "A.", "drills": drills}
    bank = {"bank": {"id": "b", "title": "B"}, "topics": {"t": "T"}, "faqs": [faq]}
    (tmp_path / "bank.yaml").write_text(json.dumps(bank), encoding="utf-8")
    reading = prep_export.read_bank(str(tmp_path))
    said = ["a deletion in code", "a deletion in a formula"]  # which make no card
    assert [one.message.partition(" makes")[0] for one in reading.findings] == said
    assert reading.bank is not None
    prep_export.export(reading.bank, "anki", tmp_path / "b.apkg")
    learner.imports(tmp_path / "b.apkg")
    assert learner.damage() == []
    for number, shown in enumerate(texts.values()):
        (card,) = learner.note(f"f/d{number}").cards()
        front, back = card.question(), card.answer()
        assert shown not in words_of(front)
        assert shown in words_of(back)
        assert ("a hint" in front) == (number == 2)


def words_of(page: str) -> str:
    """The words of a card, without its tags."""
    return unescape(re.sub(r"<style.*?</style>|<[^>]*>", "", page, flags=re.DOTALL))


@given(st.text(alphabet="{}c1:$` ab\n*\\", max_size=40))
def test_any_text_has_as_many_blanks_as_its_card_has_deletions(text: str) -> None:
    if not check(text, Images("."), cloze=True):
        on_card = len(DELETION.findall(render(text, cloze=True)))
        assert words(blanked(text)).count(BLANK) == len(hidden(text)) == on_card


@given(st.text(alphabet="{}c1:$` ab\n*", max_size=40))
def test_any_text_can_be_blanked_whatever_its_emphasis(text: str) -> None:
    for tokens in (blanked(text), revealed(text), *hidden(text)):
        depth = 0
        for token in walk(list(tokens)):
            depth += token.nesting
            assert depth >= 0
        assert depth == 0


def test_a_deletion_over_two_paragraphs_is_told_where_it_is_not_closed() -> None:
    (finding,) = check("{{c1::one\n\ntwo}}", Images("."), cloze=True)
    assert finding.message == "a deletion is not closed"


def test_words_in_braces_without_a_number_are_a_warning_beside_a_deletion() -> None:
    (finding,) = check("{{grade}} and {{c1::x}}", Images("."), cloze=True)
    assert (finding.code, finding.is_error) == ("shown-as-typed", False)
    assert "{{c1::grade}}" in finding.hint
    assert check(r"`{{grade}}`, \{{grade}} and {{c1::x}}", Images("."), cloze=True) == []
