"""Texts of a bank or a program as Markdown that says nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """A text in a cell of a table."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", " ".join(text.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts; all columns but the first hold numbers or words of ours."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def fenced(text: str) -> str:
    """A text as it stands, whatever marks of code it has."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}\n"


def folded(title: str, markdown: str) -> str:
    """What opens when somebody wants to read it."""
    return f"<details><summary>{title}</summary>\n\n{markdown.strip()}\n\n</details>\n"


def without_mentions(markdown: str) -> str:
    """Markdown that sends nobody a message: `@property` is a word of Python, and a person's name.

    A space of no width stands after the sign; in code, too, where it cannot be seen either. Letters
    are those that GitHub takes for some: after `é` a name is called, after `e` it is not.
    """
    return re.sub(r"(?<!\w)@(?=\w)", "@\u200b", markdown, flags=re.ASCII)


def size(count: int) -> str:
    """Bytes, for people."""
    return f"{count / 1024:,.0f} KiB" if count < 1024 * 1024 else f"{count / 1024 / 1024:,.1f} MiB"


def counted(number: int, word: str) -> str:
    """'1 error', '2 errors'."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
