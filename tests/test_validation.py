"""Meaning: each finding code, at its place, with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prep_export.bank.check.duplicates import near_duplicates
from prep_export.findings.codes import CODES
from tests.conftest import QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.reading import Reading

    Read = Callable[..., Reading]


def question(**fields: str) -> str:
    """A questions section with one entry whose fields are changed or added."""
    values = {
        "id": "one",
        "topics": "[rag]",
        "question": "What is it?",
        "answer": "An answer.",
        **fields,
    }
    return "questions:\n  - " + "\n    ".join(f"{k}: {v}" for k, v in values.items() if v) + "\n"


def drill(**fields: str) -> str:
    body = ", ".join(f"{k}: {v}" for k, v in {"id": "d", **fields}.items())
    return question(drills=f"[{{{body}}}]")


CASES = {
    "unknown-topic": (question(topics="[rga]"), "'rga'", "did you mean 'rag'?"),
    "repeated-topic": (question(topics="[rag, rag]"), "'rag'", "once"),
    "unknown-field": (question(anser="x"), "'anser'", "did you mean 'answer'?"),
    "missing-field": (question(answer=""), "'answer'", "needs it"),
    "expected-text": (question(answer="[a]"), "'answer'", "quote"),
    "expected-list": (question(topics="rag"), "'topics'", "topics: [rag]"),
    "unknown-value": (question(kind="desing"), "'desing'", "did you mean 'design'?"),
    "empty-text": (question(answer='"  "'), "'answer'", "write it"),
    "empty-list": (question(topics="[]"), "'topics'", "at least one"),
    "malformed-id": (question(id="One Two"), "'One Two'", "one-two"),
    "malformed-value": (question(sources="[{title: T, year: soon}]"), "'soon'", "2017"),
    "dangling-reference": (question(related="[nope]"), "'nope'", ""),
    "drill-shape": (drill(ask="Why?"), "'d'", "both 'ask' and 'answer'"),
    "no-cloze": (drill(text="nothing"), "no deletion", "{{c1::"),
    "cloze-syntax": (drill(text="'{{c1::open'"), "not closed", "}}"),
    "unexpected-cloze": (question(answer="'{{c1::x}}'"), "outside", "drill"),
    "bad-math": (question(answer="'$\\frac{a$'"), "'{'", ""),
    "bad-link": (question(answer="'[x](javascript:alert)'"), "javascript", "https"),
    "image-missing": (question(answer="'![x](no.png)'"), "no.png", ""),
    "image-outside": (question(answer="'![x](../x.png)'"), "outside", "from the bank"),
    "image-type": (question(answer="'![x](x.gif)'"), "x.gif", "SVG"),
    "unknown-language": (question(answer='"```nolang\\nx\\n```"'), "nolang", "Pygments"),
    "long-answer": (question(answer="word " * 300), "300 words", "details"),
    "duplicate-id": (QUESTION + QUESTION.partition("\n")[2], "'one'", "unique"),
    "retired-id": (QUESTION + "retired: [{id: one, reason: gone}]\n", "'one'", "never"),
    "too-long-value": (question(question="x" * 1200), "1,200", "shorten"),
}


@pytest.mark.parametrize(("code", "text", "message", "hint"), [(c, *v) for c, v in CASES.items()])
def test_each_code_says_what_and_how_to_mend(
    read: Read, code: str, text: str, message: str, hint: str
) -> None:
    found = [d for d in read(text).findings if d.code == code]
    assert found, f"expected {code}"
    assert message in found[0].message
    assert hint in found[0].hint
    assert found[0].severity == CODES[found[0].code]
    assert found[0].location.line > 2, "points into the entry, not at the header"


HEADER_CASES = {
    "missing-header": QUESTION,
    "undeclared-parent": "bank: {id: t, title: T}\ntopics: {'rag::a': A, rag: R}\n"
    + QUESTION.replace("rag", "rag"),
    "unused-topic": "bank: {id: t, title: T}\ntopics: {rag: R, other: O}\n" + QUESTION,
    "duplicate-topic": "bank: {id: t, title: T}\ntopics: {rag: {title: R, aliases: [b]}, b: B}\n"
    + QUESTION,
    "no-items": "bank: {id: t, title: T}\n",
}


@pytest.mark.parametrize("code", sorted(set(HEADER_CASES) - {"undeclared-parent"}))
def test_codes_about_the_whole_bank(read: Read, code: str) -> None:
    assert code in {d.code for d in read(HEADER_CASES[code], header=False).findings}


def test_a_topic_needs_its_parent(read: Read) -> None:
    text = "bank: {id: t, title: T}\ntopics: {'a::b': B}\n" + QUESTION.replace("[rag]", "['a::b']")
    (found,) = read(text, header=False).findings
    assert (found.code, found.location.line, found.location.column) == ("undeclared-parent", 2, 10)


def test_an_alias_stands_for_its_topic(read: Read) -> None:
    text = "bank: {id: t, title: T}\ntopics: {rag: {title: R, aliases: [old]}}\n"
    assert read(text + QUESTION.replace("[rag]", "[old]"), header=False).findings == ()


def test_the_place_is_narrowed_to_the_word(read: Read) -> None:
    text = question(answer="|\n      first line\n      then $\\badmacro$ here")
    (found,) = read(text).findings
    assert found.code == "bad-math"
    assert (found.location.line, found.location.column) == (9, 13)


def test_near_duplicates_are_found_and_different_questions_are_not() -> None:
    texts = [
        "Explain how a transformer uses multi-head attention layers in decoding",
        "How does retrieval work?",
        "Explain how the transformer uses multi-head attention layers in decoding!",
    ]
    assert near_duplicates(texts) == [(0, 2)]


def test_a_clean_bank_has_no_findings(read: Read) -> None:
    assert read(QUESTION).findings == ()


def test_the_house_style_of_the_header_is_held(read: Read) -> None:
    style = "style: {answer_words: 3-9, key_points: 1-, drills: 1-2, drill_words: 2-4}"
    text = (
        f"bank: {{id: t, title: T, {style}}}\ntopics: {{rag: R}}\nquestions:\n"
        "  - {id: a, topics: [rag], question: Why a?, answer: one two three, key_points: [x],\n"
        "     drills: [{id: d, ask: what is it, answer: a b c d e}]}\n"
        "  - {id: b, topics: [rag], question: Which b?, answer: too short}\n"
    )
    found = read(text, header=False).findings
    assert [(d.code, d.location.line) for d in found] == [("house-style", n) for n in (5, 6, 6, 6)]
    messages = " ".join(d.message for d in found)
    for part in ("5 words, not 2-4", "2 words, not 3-9", "0 key points, not 1-", "0 drills"):
        assert part in messages


@pytest.mark.parametrize("text", ["8.", "3)", "-", "> -", "*"])
def test_a_text_of_marks_alone_shows_nothing_and_is_refused(read: Read, text: str) -> None:
    found = read(question(answer=f"'{text}'")).findings
    assert [d.code for d in found] == ["empty-text"]


def test_a_range_that_is_none_is_refused(read: Read) -> None:
    (found,) = read("bank: {id: t, title: T, style: {drills: many}}\n", header=False).findings
    assert (found.code, found.hint) == ("malformed-value", "write a range, such as 60-150 or 3-")
