"""The index: which words stand in it, in which order, and what each leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import prep_export
from prep_export.exporters.pdf.term_index import entries
from prep_export.words import initial, order

if TYPE_CHECKING:
    from collections.abc import Callable

BANK = """
    bank: {id: b, title: B}
    topics: {one: Attention}
    patterns:
      - id: p
        topics: [one]
        title: A long title of a pattern
        short: RAG design
        summary: Key-value caches grow.
        recognise: [a cue]
        approach: [a step]
    questions:
      - {id: q, topics: [one], question: What do beams search?, answer: "RAG finds, a beam widens."}
      - {id: r, topics: [one], question: Other?, answer: None., details: A beam is only in details.}
    concepts:
      - {id: rag, topics: [one], term: Retrieval-augmented generation (RAG), definition: D.}
      - {id: kv, topics: [one], term: "*Key-value* cache", definition: D.}
      - {id: beam, topics: [one], term: Beam, definition: D.}
    tables: [{id: t, topics: [one], title: Élan, table: "| a |\\n|---|\\n| b |"}]
"""


@pytest.fixture
def found(write_bank: Callable[..., str]) -> dict[str, tuple[list[str], list[str]]]:
    bank = prep_export.load_bank(write_bank(BANK, header=False))
    return {one.word: (one.defined, one.named) for one in entries(bank)}


def test_terms_short_titles_and_topics_stand_in_one_alphabet(
    found: dict[str, tuple[list[str], list[str]]],
) -> None:
    assert list(found) == [
        *("Attention", "Beam", "Élan", "Key-value cache"),
        *("RAG", "RAG design", "Retrieval-augmented generation (RAG)"),
    ]


def test_they_lead_to_what_explains_them_and_to_what_names_them(
    found: dict[str, tuple[list[str], list[str]]],
) -> None:
    assert found["RAG"] == (["item-rag"], ["item-q"])
    assert found["Retrieval-augmented generation (RAG)"] == (["item-rag"], ["item-q"])
    beam = found["Beam"]
    assert beam == (["item-beam"], ["item-q"]), "in plural too, and not what only details name"
    assert found["Key-value cache"] == (["item-kv"], ["item-p"])
    assert found["RAG design"][0] == ["item-p"]
    assert found["Attention"] == (["chapter-1"], ["item-t"]), "and what its chapter does not hold"


def test_words_are_in_order_whatever_their_marks_and_capitals() -> None:
    words = ["Zebra", "élan", "Eland", "über", "Uber", "(softmax)", "SOFTWARE", "3D"]
    assert sorted(words, key=order) == [
        *("3D", "élan", "Eland", "(softmax)", "SOFTWARE", "Uber", "über", "Zebra"),
    ]


def test_a_letter_heads_its_words_where_the_script_has_capitals() -> None:
    assert [initial(word) for word in ("élan", "(a)", "жить", "3D", "注意", "")] == [
        *("E", "A", "Ж", "", "", ""),
    ]
