"""Priority, tags, legends, reverse cards, tables: from the bank to cards, pages, selections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

import prep_export
from prep_export.bank.ask.selection import Selection, select
from prep_export.bank.model import drill_priority
from prep_export.exporters.anki.order import ordered

from .support import paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.reading import Reading

    from .support.collection import Learner

BANK = """
    bank: {id: test, title: Test}
    topics: {rag: RAG, ml: ML}
    tags: {seed: Of the source page, phone: On the phone}
    questions:
      - id: late
        topics: [rag]
        priority: extra
        drill_priority: core
        question: Why?
        answer: So.
        drills: [{id: one, ask: Which?, answer: This.}, {id: two, ask: Where?, answer: Here.}]
      - {id: usual, topics: [rag], tags: [seed], question: How?, answer: Thus.}
      - id: first
        topics: [ml]
        priority: core
        drill_priority: standard
        tags: [phone, seed]
        question: What?
        answer: A.
        drills: [{id: fact, text: 'It is {{c1::so}}.'}]
    concepts:
      - {id: there, topics: [rag], term: There, definition: One way.}
      - id: back
        topics: [rag]
        priority: core
        term: Back
        definition: Both ways.
        formula: $$x$$
        legend: $x$ is meant
        reverse: true
    tables:
      - id: sizes
        topics: [rag]
        title: Sizes
        table: |
          | name | size |
          |---|--:|
          | small | 7 |
        note: At a batch of one.
"""

COURSE = """
    bank: {id: test, title: Test}
    topics: {ml: ML, 'ml::metrics': Metrics, rag: RAG, 'rag::search': Search, other: Other}
    questions:
      - {id: both, topics: [ml, rag], priority: core, question: Why?, answer: So.}
      - {id: last, topics: ['rag::search'], question: How?, answer: Thus.}
    concepts:
      - {id: plain, topics: [ml], term: Plain, definition: One way.}
      - {id: searched, topics: ['rag::search'], priority: core, term: S, definition: Two ways.}
      - {id: rag-again, topics: [rag], priority: core, term: R, definition: Three ways.}
      - {id: measured, topics: ['ml::metrics'], priority: core, term: M, definition: Four ways.}
      - {id: learned, topics: [ml], priority: core, term: L, definition: Five ways.}
      - {id: elsewhere, topics: [other, rag], priority: core, term: E, definition: Six ways.}
"""


@pytest.fixture
def bank(read: Callable[..., Reading]) -> Any:
    reading = read(BANK, header=False)
    assert reading.findings == ()
    return reading.bank


def test_what_is_core_is_learned_first_and_what_is_extra_last(bank: Any) -> None:
    assert ordered(bank, "chapters") == [
        *(("back", ""), ("first", "")),
        *(("usual", ""), ("there", ""), ("sizes", ""), ("first", "fact")),
        ("late", ""),
        *(("late", "one"), ("late", "two")),
    ]
    assert ordered(bank, "author")[-1] == ("sizes", "")


def test_a_core_question_comes_after_the_core_terms_of_its_topics(
    read: Callable[..., Reading],
) -> None:
    reading = read(COURSE, header=False)
    assert reading.bank is not None
    assert [item for item, _ in ordered(reading.bank, "chapters")] == [
        *("measured", "learned", "searched", "rag-again", "elsewhere", "both"),
        *("plain", "last"),
    ]


def test_drills_that_can_wait_have_their_own_tag_and_are_not_selected_with_their_item(
    bank: Any, tmp_path: Path, learner: Learner
) -> None:
    prep_export.export(bank, "anki", tmp_path / "all.apkg")
    learner.imports(tmp_path / "all.apkg")
    for search, ids in {
        "core": {"first", "back"},
        "standard": {"usual", "there", "sizes", "first/fact"},
        "extra": {"late", "late/one", "late/two"},
    }.items():
        found = learner.cards(f"tag:test::priority::{search}")
        assert {card.note()["Id"] for card in found} == ids
    part = select(bank, Selection(priorities=("core",)))
    assert [len(item.drills) for _, item in part.items()] == [0, 0]
    part = select(bank, Selection(priorities=("core", "standard"), sections=("questions",)))
    assert [len(item.drills) for _, item in part.items()] == [0, 1]


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (Selection(priorities=("core",)), ["first", "back"]),
        (Selection(priorities=("core", "extra")), ["late", "first", "back"]),
        (Selection(tags=("seed",)), ["usual", "first"]),
        (Selection(tags=("phone", "seed"), priorities=("core",)), ["first"]),
    ],
)
def test_priority_and_tag_select(selection: Selection, found: list[str], bank: Any) -> None:
    assert [item.id for _, item in select(bank, selection).items()] == found


@pytest.mark.parametrize(
    ("selection", "hint"),
    [
        (Selection(priorities=("cor",)), "did you mean 'core'"),
        (Selection(tags=("sead",)), "did you mean 'seed'"),
    ],
)
def test_a_word_that_is_not_known_is_refused(selection: Selection, hint: str, bank: Any) -> None:
    with pytest.raises(prep_export.UsageError, match=hint):
        select(bank, selection)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (("tags: [seed]", "tags: [sead]"), ["undeclared-tag"]),
        (("tags: [phone, seed]", "tags: [seed]"), ["unused-tag"]),
        (("reverse: true", "reverse: yes"), ["unknown-value"]),
        (("priority: core", "priority: high"), ["unknown-value"]),
        (("tags: {seed: Of the source page, phone: On the phone}", "tags: [seed]"), 1),
        (("phone: On the phone}", "Phone: On the phone, phone: x}"), ["malformed-id"]),
        (("note: At a batch of one.", r"note: At $\frac{1$."), ["bad-math"]),
    ],
)
def test_a_fault_in_them_is_one_finding(
    change: tuple[str, str], codes: list[str] | int, read: Callable[..., Reading]
) -> None:
    found = [f.code for f in read(BANK.replace(*change, 1), header=False).findings]
    assert found == (["expected-mapping"] if codes == 1 else codes)


@pytest.mark.long
def test_cards_and_pages_show_them_and_the_deck_brings_them_back(bank: Any, tmp_path: Path) -> None:
    prep_export.export(bank, "anki", tmp_path / "x.apkg")
    made = prep_export.import_package(tmp_path / "x.apkg", tmp_path / "back")
    assert made.left == ()
    again = prep_export.load_bank(made.folder)
    for section, item in bank.items():
        same = next(other for other in again.section(section) if other.id == item.id)
        assert {*same.tags} == {*item.tags}
        assert same.priority == item.priority
        assert drill_priority(same) == drill_priority(item)
    (table,) = again.tables
    assert table.note == "At a batch of one."
    assert [concept.reverse for concept in again.concepts] == [False, True]
    assert again.concepts[1].legend == "$x$ is meant"
    assert sorted(yaml.safe_load((tmp_path / "back/bank.yaml").read_text())["tags"]) == [
        "phone",
        "seed",
    ]
    for layout in ("pdf", "booklet", "flashcards"):
        prep_export.export(bank, layout, tmp_path / layout)
        text = paper.text(tmp_path / layout)
        assert "small" in text
        assert "At a batch of one." in text
