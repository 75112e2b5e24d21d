"""Derives what a formula may use from the table of MathJax, math-core and our layout."""

from __future__ import annotations

import json
import textwrap
from functools import cache
from pathlib import Path
from typing import NamedTuple

from math_core import LatexError, LatexToMathML

from prep_export.exporters.pdf.engine.formulas import MathError, layout

HERE = Path(__file__).parent
TARGET = HERE.parents[2] / "src" / "prep_export" / "markdown" / "math_commands.py"
TABLE = HERE.parent.parent / "data" / "mathjax.tsv"
USAGES: dict[str, list[str]] = json.loads((HERE / "usages.json").read_text(encoding="utf-8"))

_converter = LatexToMathML(fancy_error=False, allow_unreliable_rendering=True)


class Entry(NamedTuple):
    kind: str
    name: str
    package: str
    usages: tuple[str, ...]


@cache
def table() -> list[Entry]:
    entries = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        kind, name, package, numbers = line.split("\t")
        usages = tuple(
            USAGES[kind][int(number)].replace("@", name) for number in numbers.split(",") if number
        )
        entries.append(Entry(kind, name, package, usages))
    return entries


def is_converted(latex: str) -> bool:
    try:
        _converter.convert_with_local_state(latex, displaystyle=True)
    except LatexError:
        return False
    return True


def is_laid_out(latex: str) -> bool:
    try:
        layout(latex, display=True)
    except MathError:
        return False
    return True


def is_shown(entry: Entry) -> bool:
    """Whether our layout sets the first two usages that the other two accept.

    Two, because some commands are dropped in silence around more than nothing (\\mathop{…}).
    """
    accepted = [usage for usage in entry.usages if is_converted(usage)]
    return bool(accepted) and all(map(is_laid_out, accepted[:2]))


def module() -> str:
    """The text of markdown/math_commands.py."""
    shown = [entry for entry in table() if is_shown(entry)]
    names = sorted(entry.name for entry in shown if entry.kind == "command")
    environments = sorted(entry.name for entry in shown if entry.kind == "environment")
    escapes = "".join(sorted(name[1] for name in names if not name[1].isalpha()))
    words = [name for name in names if name[1].isalpha()]
    return _TEMPLATE.format(
        escapes=json.dumps(escapes),
        commands=_wrapped(words),
        arguments=_wrapped(sorted(entry.name for entry in shown if _needs_argument(entry))),
        left=_wrapped(_delimiters(names, r"\left@ x\right.", r"\left. x\right@")),
        middle=_wrapped(_delimiters(names, r"\left(x\middle@ y\right)")),
        big=_wrapped(_delimiters(names, r"\bigl@ x", r"\Bigg@ x")),
        environments=_wrapped(environments),
    )


def _needs_argument(entry: Entry) -> bool:
    bare, given = entry.name, {f"{entry.name}{{x}}", f"{entry.name}{{x}}{{y}}"}
    return entry.kind == "command" and bare not in entry.usages and bool(given & {*entry.usages})


def _delimiters(names: list[str], *around: str) -> list[str]:
    """Those that all show where `@` stands; MathJax takes the same ones everywhere."""
    usages = {entry.name: entry.usages for entry in table()}
    known = [*"()[]|/.", *(n for n in names if rf"\left{n} x\right." in usages[n])]
    return [
        name
        for name in known
        if all(is_converted(one) and is_laid_out(one) for one in _used(name, around))
    ]


def _used(name: str, around: tuple[str, ...]) -> list[str]:
    return [one.replace("@", name) for one in around]


def _wrapped(words: list[str]) -> str:
    return textwrap.fill(" ".join(words), 96, break_on_hyphens=False, break_long_words=False)


_TEMPLATE = '''"""What MathJax in Anki, math-core and our layout all show.

Written by tests/support/mathjax/derive.py, which says how; not to be edited.
"""

from typing import Final

ESCAPES: Final = {escapes}
"""Characters that may follow a backslash."""

COMMANDS: Final = frozenset(
    r"""
{commands}
""".split()
)

ARGUMENTS: Final = frozenset(
    r"""
{arguments}
""".split()
)
"""Commands that mean nothing without what follows them."""

STRETCHED: Final = frozenset(
    r"""
{left}
""".split()
)
"""Brackets that may follow left and right."""

MIDDLE: Final = frozenset(
    r"""
{middle}
""".split()
)

BIG: Final = frozenset(
    r"""
{big}
""".split()
)
"""Brackets that may follow big and its like."""

ENVIRONMENTS: Final = frozenset(
    """
{environments}
""".split()
)
'''

if __name__ == "__main__":
    TARGET.write_text(module(), encoding="utf-8")
