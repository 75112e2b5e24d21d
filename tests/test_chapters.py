"""Chapters and their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.bank.ask.chapters import Chapters
from prep_export.bank.ask.selection import Selection, select
from prep_export.bank.values import READABLE, contrast_on_white
from prep_export.hues import HUES, hue, place

if TYPE_CHECKING:
    from prep_export.bank.model import Bank


def test_a_chapter_keeps_its_number_whatever_is_selected(shipped: Bank) -> None:
    numbers = {item.id: Chapters(shipped).of(item).number for _, item in shipped.items()}
    part = select(shipped, Selection(topics=("rag",)))
    chapters = Chapters(part)
    assert {i.id: chapters.of(i).number for _, i in part.items()}.items() <= numbers.items()


def test_chapters_are_numbered_as_their_topics_are_declared(shipped: Bank) -> None:
    chapters = Chapters(shipped).all
    assert [c.number for c in chapters.values()] == list(range(1, len(chapters) + 1))
    assert list(chapters) == [topic for topic in shipped.topics if "::" not in topic]


def test_colours_repeat_only_after_all_have_been_used() -> None:
    first = [hue(number) for number in range(1, len(HUES) + 1)]
    assert len(set(first)) == len(HUES)
    assert hue(len(HUES) + 1) == first[0]
    assert [place(number) for number in (1, len(HUES), len(HUES) + 1)] == [0, len(HUES) - 1, 0]


def test_colours_can_be_read_on_white_paper() -> None:
    assert all(contrast_on_white(one.day) >= READABLE for one in HUES)
