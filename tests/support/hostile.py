"""Texts that a typesetter stumbles over, and banks made of them past the loader."""

from __future__ import annotations

from typing import Any, Final

from prep_export.bank.model import (
    Bank,
    Concept,
    Criterion,
    Faq,
    Header,
    Mistake,
    Pattern,
    Question,
    Source,
    Topic,
)

HOSTILE: Final = {
    "a very long word": "x" * 3_000,
    "forty levels of list": "\n".join("  " * n + f"- level {n}" for n in range(40)),
    "thirty columns": "|" + "a|" * 30 + "\n|" + "-|" * 30 + "\n|" + "word|" * 30,
    "a long code block": "```python\n" + "x = 1 #\n" * 1_000 + "```",
    "a wide code line": "```\n" + "y" * 2_000 + "\n```",
    "markup of reportlab": '<font color="red">&amp;<b>bold</i> <img src="/etc/passwd"/> <a',
    "bidi controls": "a \u202eevil\u202c b \u2066c\u2069",
    "other scripts": "Ελληνικά, Кириллица, עברית, العربية, 日本語, 한국어, हिन्दी, 🎉 → ∑",
    "nothing but a formula": "$x$",
    "a line of spaces": "\u00a0 \u2003",
    "a tall quotation": "> " + "word " * 2_000,
    "a wide formula": "$$" + "+".join(["x^2"] * 60) + "$$",
    "a wide formula in a line": "see $" + "+".join(["x^2"] * 60) + "$ here",
    "a table with long cells": "| a | b |\n|---|---|\n| " + "word " * 900 + " | c |",
    "nested quotes": ">" * 30 + " deep",
    "an empty list item": "-\n-\n- x",
}

HUGE: Final = {
    "ten thousand lines of code": "```python\n" + "x = 1 #\n" * 10_000 + "```",
    "a quotation of ten thousand words": "> " + "word " * 10_000,
}
"""As hostile by their length alone; they take their time."""

LINES: Final = {
    name: line
    for name, text in {**HOSTILE, "words without end": "word " * 300}.items()
    if (line := text.replace("\n", " ")[:1_000].strip())
}
"""The same as one line of as many characters as the model takes."""


def answered(text: str) -> Bank:
    """A bank with a text as an answer, past the loader, which would have refused some."""
    faq = Faq(id="f", topics=("t",), question="Q", answer=text.strip() or "x")
    return Bank(header=Header(id="t", title="T"), entries={"faqs": (faq,)})


def titled(line: str, name: str = "t") -> Bank:
    """A bank with a line wherever one names something: bank, topic, section, item, work, author."""
    common: dict[str, Any] = {
        "topics": ("t", "t::below"),
        "sources": (Source(title=line, authors=line, year="2017", url="https://a.org/"),),
    }
    return Bank(
        header=Header(
            id=name,
            title=line,
            deck=f"Deck {name}",
            authors=(line, line),
            licence=line,
            version=line,
            sections=dict.fromkeys(SECTION_NAMES, line),
        ),
        topics={
            "t": Topic(title=line, description=line),
            "t::below": Topic(title=line),
        },
        entries={
            "patterns": (Pattern(id="p", title=line, summary=line, **common),),
            "questions": (Question(id="q", question=line, answer="A.", related=("p",), **common),),
            "mistakes": (Mistake(id="m", mistake=line, why="W.", instead="I.", **common),),
            "criteria": (Criterion(id="c", criterion=line, weak="W.", strong="S.", **common),),
            "concepts": (Concept(id="k", term=line, definition="D.", **common),),
            "faqs": (Faq(id="f", question=line, answer="A.", **common),),
        },
    )


SECTION_NAMES: Final = ("patterns", "questions", "mistakes", "criteria", "concepts", "faqs")
