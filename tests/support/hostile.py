"""Texts that a typesetter stumbles over, and banks made of them past the loader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.model import (
    SECTIONS,
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

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prep_export.bank.model import Item

HOSTILE: Final = {
    "a very long word": "x" * 3_000,
    "forty levels of list": "\n".join("  " * n + f"- level {n}" for n in range(40)),
    "thirty columns": "|" + "a|" * 30 + "\n|" + "-|" * 30 + "\n|" + "word|" * 30,
    "a long code block": "```python\n" + "x = 1 #\n" * 300 + "```",
    "a wide code line": "```\n" + "y" * 2_000 + "\n```",
    "markup of reportlab": '<font color="red">&amp;<b>bold</i> <img src="/etc/passwd"/> <a',
    "bidi controls": "a \u202eevil\u202c b \u2066c\u2069",
    "other scripts": "Ελληνικά, Кириллица, עברית, العربية, 日本語, 한국어, हिन्दी, 🎉 → ∑",
    "nothing but a formula": "$x$",
    "a line of spaces": "\u00a0 \u2003",
    "a tall quotation": "> " + "word " * 2_000,
    "a wide formula": "$$" + "+".join(["x^2"] * 60) + "$$",
    "a wide formula in a line": "see $" + "+".join(["x^2"] * 60) + "$ here",
    "a wide formula in a list": "- see $" + "+".join(["x^2"] * 60) + "$\n  - and $y$",
    "a wide formula in a table": "|a|b|\n|-|-|\n|$" + "+".join(["x^2"] * 60) + "$|c|",
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


def headed(line: str, name: str = "t", lines: Iterable[str] = ()) -> Bank:
    """A bank with a line in every field of its header, and `lines` (else that one) in its items."""
    header = Header(
        id=name,
        title=line,
        deck=f"Deck {name}",
        authors=(line, line),
        licence=line,
        version=line,
        sections=dict.fromkeys(SECTION_NAMES, line),
    )
    topics: dict[str, Topic] = {}
    entries: dict[str, list[Item]] = {section: [] for section in SECTION_NAMES}
    for number, text in enumerate(lines or [line]):
        topics[f"t{number}"] = Topic(title=text, description=text)
        topics[f"t{number}::below"] = Topic(title=text)
        common: dict[str, Any] = {
            "topics": (f"t{number}", f"t{number}::below"),
            "sources": (Source(title=text, authors=text, year="2017", url="https://a.org/"),),
        }
        for item in (
            Pattern(id=f"p{number}", title=text, summary=text, **common),
            Question(
                id=f"q{number}", question=text, answer="A.", related=(f"p{number}",), **common
            ),
            Mistake(id=f"m{number}", mistake=text, why="W.", instead="I.", **common),
            Criterion(id=f"c{number}", criterion=text, weak="W.", strong="S.", **common),
            Concept(id=f"k{number}", term=text, definition="D.", **common),
            Faq(id=f"f{number}", question=text, answer="A.", **common),
        ):
            entries[KINDS[type(item)]].append(item)
    return Bank(
        header=header,
        topics=topics,
        entries={section: tuple(items) for section, items in entries.items()},
    )


KINDS: Final = {section.type: name for name, section in SECTIONS.items()}
SECTION_NAMES: Final = tuple(SECTIONS)
