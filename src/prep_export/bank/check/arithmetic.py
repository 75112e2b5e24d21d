"""Numbers that an item states, recomputed: its `checks`."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.texts import texts
from prep_export.findings.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prep_export.bank.model import Bank, Check, Item
    from prep_export.findings.finding import Node

CONSTANTS: Final[Mapping[str, float]] = {"pi": math.pi, "e": math.e}

_BITS: Final = 4_096
"""Size beyond which a whole number is refused: few characters can ask for more than there is."""

_STEPS: Final = 10_000
"""Numbers in a range, and in all ranges of an expression together."""


class ArithmeticFaultError(Exception):
    """An expression has no value; the text says why."""


def check_arithmetic(bank: Bank) -> Iterator[Finding]:
    """A finding for each check whose words are not in its item, or whose number is another one."""
    for _, item in bank.items():
        if item.checks:
            shown = " ".join(_squeezed(text) for _, text in texts(item))
            for index, check in enumerate(item.checks):
                yield from _check(check, shown, bank, item, index)


def _check(check: Check, shown: str, bank: Bank, item: Item, index: int) -> Iterator[Finding]:
    def at(name: str) -> Node:
        return bank.node(item, "checks", index, name)

    if _squeezed(check.says) not in shown:
        hint = "copy the words as the item has them"
        message = f"'{item.id}' does not say '{check.says}'"
        yield Finding("check-words", message, at("says"), hint)
        return
    number = check.number or check.says
    if check.number and check.number not in check.says:
        message = f"'{check.number}' does not stand in '{check.says}'"
        hint = "copy it from 'says'" if numbers(check.says) else _NO_NUMBER
        yield Finding("check-words", message, at("number"), hint)
        return
    found = numbers(number)
    if len(found) != 1:
        message = f"'{number}' holds {len(found) or 'no'} number{'s' if len(found) != 1 else ''}"
        hint = "give the one that is meant as 'number', as it stands in 'says'"
        hint = hint if numbers(check.says) else _NO_NUMBER
        yield Finding("check-words", message, at("number" if check.number else "says"), hint)
        return
    try:
        value = evaluate(check.equals)
    except ArithmeticFaultError as fault:
        yield Finding("check-expression", str(fault), at("equals"), _HINT)
        return
    stated, digits = found[0]
    # Half a unit of the last digit that is shown, and what floating point may lose.
    if not abs(value - stated) <= 0.5 * 10.0**-digits + 1e-9 * max(1.0, abs(value)):
        message = f"'{number}' should be {_rounded(value, digits)} by '{check.equals}'"
        hint = "mend the text or the expression, whichever is wrong"
        yield Finding("check-failed", message, at("says"), hint)


_NO_NUMBER: Final = "copy words into 'says' with the number in them that is computed"
_HINT: Final = "numbers, + - * / // % **, sqrt, log, sum(… for i in range(…)), …"

_NUMBER: Final = re.compile(
    r"(?<![\w.])[-\u2212]?\d+(?:(?:\{,\}|,|\\,|\u2009|\u202f)\d{3})*(?:\.\d+)?"
)


def numbers(text: str) -> list[tuple[float, int]]:
    """Every number of a text, with how many decimals it is shown; 327{,}680 and 54,000 are one."""
    found = []
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"[{},\\\u2009\u202f]", "", match.group()).replace("\u2212", "-")
        found.append((float(digits), len(digits.partition(".")[2])))
    return found


def _rounded(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if abs(value) < 1e15 else f"{value:.6g}"  # noqa: PLR2004


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def evaluate(expression: str) -> float:
    """The value of an arithmetic expression.

    Raises ArithmeticFaultError for one that is none, has no finite value, or would take too long.
    """
    budget = [_STEPS]

    def steps(*bounds: int) -> range:
        made = range(*bounds)
        budget[0] -= len(made)
        if budget[0] < 0:
            raise ArithmeticFaultError(f"the expression counts beyond {_STEPS:,}")
        return made

    try:
        value = _evaluator(steps).eval(expression)
        result = float(value)
    except ArithmeticFaultError:
        raise
    except SyntaxError:
        raise ArithmeticFaultError(f"'{expression}' is no expression") from None
    except ZeroDivisionError:
        raise ArithmeticFaultError(f"'{expression}' divides by zero") from None
    except (OverflowError, RecursionError, MemoryError):
        raise ArithmeticFaultError(f"'{expression}' is too large") from None
    except Exception as error:  # noqa: BLE001 - the evaluator has a class for each refusal
        raise ArithmeticFaultError(f"'{expression}' cannot be computed: {_said(error)}") from None
    if not math.isfinite(result):
        raise ArithmeticFaultError(f"'{expression}' has no finite value")
    return result


def _said(error: Exception) -> str:
    name = getattr(error, "name", None) or getattr(error, "func_name", None)
    if name:
        return f"there is no '{name}'"
    return "this may not stand in an expression"


def _evaluator(steps: Any) -> Any:
    import simpleeval

    made = simpleeval.EvalWithCompoundTypes(
        functions={**_functions(), "range": steps}, names=dict(CONSTANTS)
    )
    # What a bank may hold is arithmetic: no text, no subscripts, no attributes.
    allowed = {"Expr", "Expression", "Module", "BinOp", "UnaryOp", "Constant", "Call", "Name"}
    allowed |= {"GeneratorExp", "ListComp", "Tuple", "List"}
    made.nodes = {kind: run for kind, run in made.nodes.items() if kind.__name__ in allowed}
    return _bounded(made)


def _bounded(made: Any) -> Any:
    import ast

    operators = {ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.USub, ast.UAdd}
    kept = {kind: run for kind, run in made.operators.items() if kind in operators}
    kept[ast.Mod] = lambda a, b: _number(a) % _number(b)  # of texts it would be formatting
    kept[ast.Pow] = _power
    kept[ast.Mult] = lambda a, b: _sized(_number(a) * _number(b))
    made.operators = kept
    return made


def _number(value: Any) -> Any:
    if type(value) not in {int, float}:
        raise ArithmeticFaultError(f"{value!r:.20} is no number")
    return value


def _sized(value: Any) -> Any:
    if type(value) is int and value.bit_length() > _BITS:
        raise OverflowError
    return value


def _power(base: Any, exponent: Any) -> Any:
    base, exponent = _number(base), _number(exponent)
    if type(base) is int and type(exponent) is int:
        if base.bit_length() * abs(exponent) > _BITS:
            raise OverflowError
    elif isinstance(made := base**exponent, complex):
        raise ArithmeticFaultError("a root of a negative number is no number here")
    else:
        return made
    return base**exponent


def _combinations(n: Any, k: Any) -> int:
    if not 0 <= n <= _BITS:
        raise OverflowError
    return math.comb(n, k)


@cache
def _functions() -> dict[str, Any]:
    return {
        **{name: getattr(math, name) for name in ("sqrt", "exp", "log", "log2", "log10", "erf")},
        **{name: getattr(math, name) for name in ("ceil", "floor")},
        "abs": abs,
        "max": max,
        "min": min,
        "round": round,
        "sum": sum,
        "comb": _combinations,
    }
