"""Generated banks of any size: the same bytes for the same number."""

from __future__ import annotations

import json
import random
import struct
import zlib
from random import Random
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


def write_pictures(folder: Path, questions_: int, pictures: int) -> Path:
    """A bank whose answers show pictures, SVG and PNG in turns; returns its folder."""
    folder.mkdir()
    lines = ["bank: {id: pics, title: Pictures}", "topics: {rag: R}", "questions:"]
    each = -(-pictures // questions_)
    for number in range(questions_):
        shown = []
        for place in range(number * each, min((number + 1) * each, pictures)):
            name = f"p{place}.{'png' if place % 2 else 'svg'}"
            (folder / name).write_bytes(_png(place) if place % 2 else _svg(place))
            shown.append(f"![Picture {place}]({name})")
        answer = " ".join(shown) or "None."
        lines.append(
            f"  - {{id: q{number}, topics: [rag], question: 'What is {number * 7919 % 100003}?', "
            f"answer: '{answer}'}}"
        )
    (folder / "bank.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _svg(number: int) -> bytes:
    shapes = "".join(
        f'<rect x="{n * 7 % 90}" y="{(n + number) % 90}" width="9" height="5" fill="#0b5c8a"/>'
        for n in range(40)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="100">{shapes}'
        f'<text x="4" y="96" font-size="9">{number}</text></svg>'
    ).encode()


def _png(number: int) -> bytes:
    """200 by 150 pixels of noise that compresses little, as photographs do."""
    generator = Random(number)
    rows = b"".join(b"\0" + generator.randbytes(200) for _ in range(150))

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", 200, 150, 8, 0, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        ]
    )
