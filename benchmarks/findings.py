"""Banks with one finding or thousands of one kind: `validate` must not take much longer for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

KINDS: Final = (
    "dangling-reference",
    "unknown-topic",
    "bad-math",
    "bad-link",
    "unknown-field",
    "drill-shape",
    "image-missing",
    "unused-topic",
    "undeclared-parent",
    "retired",
    "duplicate-id",
    "near-duplicate",
)


def write(path: Path, kind: str, faults: int, size: int) -> None:
    """A bank of so many questions, of which the first ones have a fault of a kind."""
    topics = ["  rag: R"]
    if kind == "unused-topic":
        topics += [f"  unused-{n}: U" for n in range(faults)]
    if kind == "undeclared-parent":
        topics += [f"  parent-{n}::child: U" for n in range(faults)]
    lines = ["bank: {id: t, title: T}", "topics:", *topics, "questions:"]
    lines += [_question(n, kind if n < faults else "") for n in range(size)]
    lines += _more(kind, faults)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _asked(number: int) -> str:
    return f"Question number {number * 7919 % 100003} about {number * 104729 % 1000003}?"


def _question(number: int, kind: str) -> str:
    topic = f"rga-{number}" if kind == "unknown-topic" else "rag"
    answer = {
        "bad-math": r"$\foo{x}$",
        "bad-link": "[a](b:c)",
        "image-missing": f"![a](x{number}.svg)",
    }.get(kind, "An answer.")
    more = {
        "dangling-reference": f", related: [itme-{number:05}]",
        "unknown-field": ", anwser: x",
        "drill-shape": ", drills: [{id: d}]",
    }.get(kind, "")
    return (
        f"  - {{id: item-{number:05}, topics: [{topic}], question: '{_asked(number)}', "
        f"answer: '{answer}'{more}}}"
    )


def _more(kind: str, faults: int) -> list[str]:
    if kind == "retired":
        rows = [f"  - {{id: o{n}, reason: R, replaced_by: gone-{n}}}" for n in range(faults)]
        return ["retired:", *rows]
    if kind == "duplicate-id":
        rows = [
            f"  - {{id: item-{n:05}, topics: [rag], question: 'F {n * 7919 % 100003}?', answer: A}}"
            for n in range(faults)
        ]
        return ["faqs:", *rows]
    if kind == "near-duplicate":
        rows = [
            f"  - {{id: faq-{n:05}, topics: [rag], question: '{_asked(n)}', answer: A}}"
            for n in range(faults)
        ]
        return ["faqs:", *rows]
    return []
