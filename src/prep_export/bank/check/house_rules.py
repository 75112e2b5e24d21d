"""The house rules that a bank's header declares: how long, how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep_export.bank.check.words import count_words
from prep_export.findings.finding import Finding
from prep_export.spelling import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.model import Bank, Item, Question, Style

_COUNTED = {
    "key_points": "key point",
    "pitfalls": "pitfall",
    "follow_ups": "follow-up",
    "drills": "drill",
}


def house_rules(bank: Bank) -> Iterator[Finding]:
    """A finding for every question and drill outside the ranges of the header's `style`."""
    style = bank.header.style
    if style is None:
        return
    for question in bank.questions:
        yield from _question(bank, style, question)
    if style.drill_words:
        for _, item in bank.items():
            yield from _drills(bank, style.drill_words, item)


def _question(bank: Bank, style: Style, question: Question) -> Iterator[Finding]:
    words = count_words(question.answer)
    if style.answer_words and not _within(words, style.answer_words):
        message = f"the answer has {number(words, 'word')}, not {style.answer_words}"
        yield _finding(bank, question, ("answer",), message)
    for name, shown in _COUNTED.items():
        wanted = getattr(style, name)
        count = len(getattr(question, name))
        if wanted and not _within(count, wanted):
            at = (name,) if count else ("id",)
            message = f"'{question.id}' has {number(count, shown)}, not {wanted}"
            yield _finding(bank, question, at, message)


def _drills(bank: Bank, wanted: str, item: Item) -> Iterator[Finding]:
    for index, drill in enumerate(item.drills):
        for name in ("text", "ask", "answer"):
            words = count_words(getattr(drill, name) or "")
            if words and not _within(words, wanted):
                message = f"'{name}' of a drill has {number(words, 'word')}, not {wanted}"
                yield _finding(bank, item, ("drills", index, name), message)


def _within(count: int, wanted: str) -> bool:
    low, _, high = wanted.partition("-")
    return int(low) <= count and (not high or count <= int(high))


def _finding(bank: Bank, item: Item, at: tuple[str | int, ...], message: str) -> Finding:
    hint = "the header's 'style' asks for it"
    return Finding("house-style", message, bank.node(item, *at), hint)
