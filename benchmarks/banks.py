"""Generated banks of any size: the same bytes for the same number."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def questions(count: int) -> Iterator[tuple[str, str, str]]:
    """(id, question, answer) with bold text, code, a list, math and a code block in each answer."""
    dice = random.Random(1)
    words = ["".join(dice.choices(_LETTERS, k=dice.randint(3, 9))) for _ in range(5_000)]

    def some(number: int) -> str:
        return " ".join(dice.choices(words, k=number))

    for n in range(count):
        answer = (
            f"{some(12)} **{some(2)}** and `{some(1)}`.\n\n"
            f"- {some(6)}\n- {some(6)} $O(n^{{{n % 40}}})$\n\n"
            f"```python\ndef f{n % 50}(x):\n    return x + {n % 50}\n```"
        )
        yield f"q-{n}", f"{some(10)}?", answer


def write_bank(path: Path, count: int) -> None:
    """A bank of ours."""
    with path.open("w", encoding="utf-8") as file:
        file.write("bank: {id: gen, title: Gen}\ntopics: {rag: RAG}\nquestions:\n")
        for name, question, answer in questions(count):
            body = answer.replace("\n", "\n      ")
            file.write(
                f"  - id: {name}\n    topics: [rag]\n    question: {question}\n"
                f"    answer: |\n      {body}\n    key_points: [{question[:-1]}, {name}]\n"
            )


def write_anki_yaml_tool(path: Path, count: int) -> None:
    """The same cards for anki-yaml-tool, which renders no Markdown."""
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "config:\n  name: Basic\n  fields: [Front, Back]\n  templates:\n"
            "  - {name: Card 1, qfmt: '{{Front}}', afmt: '{{FrontSide}}<hr id=answer>{{Back}}'}\n"
            "  css: .card {}\ndeck-name: Gen\ndata:\n"
        )
        for _, question, answer in questions(count):
            file.write(f"- front: {question}\n  back: {json.dumps(answer)}\n  tags: [rag]\n")


def write_typst(path: Path, count: int) -> None:
    """The same book for Typst: title, contents with page numbers, running head, all questions."""
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "#set document(title: [Gen])\n"
            '#set page(paper: "a4", header: [Gen], numbering: "1")\n'
            "#set text(size: 9.8pt)\n"
            "#outline(depth: 2)\n#pagebreak()\n= RAG\n"
        )
        for name, question, answer in questions(count):
            body = answer.replace("**", "*").replace("n^{", "n^(").replace("})$", "))$")
            file.write(f"== {question}\n{body}\n\n*Key points*\n- {question[:-1]}\n- {name}\n\n")
