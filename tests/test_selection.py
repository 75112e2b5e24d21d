"""Selecting a part of a bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prep_export import Bank, Selection, UsageError, load_bank, select

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = """
    bank: {id: t, title: T}
    topics:
      rag: RAG
      rag::chunking: {title: Chunking, aliases: [chunks]}
      rag-ops: Operations
    questions:
      - {id: a, topics: [rag], question: What a?, answer: A, kind: design, difficulty: hard}
      - {id: b, topics: [chunks], question: Which b?, answer: B}
      - {id: c, topics: [rag-ops], question: Whose c?, answer: C}
    faqs:
      - {id: f, topics: [rag], question: Is it f?, answer: F}
    retired:
      - {id: old, reason: Gone}
"""


@pytest.fixture
def bank(write_bank: Callable[..., str]) -> Bank:
    return load_bank(write_bank(TEXT, header=False))


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Selection(), "abcf"),
        (Selection(topics=("rag",)), "abf"),
        (Selection(topics=("rag::chunking",)), "b"),
        (Selection(topics=("chunks",)), "b"),
        (Selection(topics=("rag::chunking", "rag-ops")), "bc"),
        (Selection(kinds=("design",)), "a"),
        (Selection(difficulties=("hard", "medium")), "abc"),
        (Selection(sections=("faqs",)), "f"),
        (Selection(topics=("rag",), sections=("questions",), kinds=("concept",)), "b"),
    ],
)
def test_criteria_narrow_each_other(bank: Bank, wanted: Selection, ids: str) -> None:
    assert "".join(item.id for _, item in select(bank, wanted).items()) == ids


def test_retired_items_go_with_the_whole_bank_only(bank: Bank) -> None:
    assert select(bank, Selection()).retired
    assert not select(bank, Selection(sections=("faqs",))).retired


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Selection(topics=("rga",)), "unknown topic 'rga'; did you mean 'rag'"),
        (Selection(kinds=("desing",)), "did you mean 'design'"),
        (Selection(difficulties=("x",)), "known: easy, medium, hard"),
        (Selection(sections=("faq",)), "did you mean 'faqs'"),
    ],
)
def test_unknown_words_are_refused_with_a_hint(bank: Bank, wanted: Selection, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        select(bank, wanted)
