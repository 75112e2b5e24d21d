"""Numbers that an item states are recomputed, and nothing else is ever run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep_export.bank.check.arithmetic import ArithmeticFaultError, evaluate, numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.reading import Reading

BANK = """\
questions:
  - id: one
    topics: [rag]
    question: How large?
    answer: |
      It takes 2.62 MB a token, and $327{{,}}680$ bytes
      with 8 heads; about -54,000 in all.
    checks:
      - {check}
"""


@pytest.mark.parametrize(
    "check",
    [
        '{says: "2.62 MB", equals: "2 * 80 * 64 * 128 * 2 / 1e6"}',
        '{says: "$327{,}680$ bytes", equals: "2*80*8*128*2"}',
        '{says: "bytes with 8 heads", equals: "sum(2 for i in range(4))"}',
        '{says: "about -54,000", equals: "-round(53800, -3)"}',
        '{says: "2.62 MB a token, and $327{,}680$", number: "2.62", equals: "2.6214"}',
    ],
)
def test_a_number_that_is_right_is_no_finding(check: str, read: Callable[..., Reading]) -> None:
    assert read(BANK.format(check=check)).findings == ()


@pytest.mark.parametrize(
    ("check", "code", "said"),
    [
        ('{says: "2.62 MB", equals: "2.63"}', "check-failed", "should be 2.63"),
        ('{says: "2.62 MB", equals: "2.6251"}', "check-failed", "should be 2.63"),
        ('{says: "2.61 MB", equals: "2.61"}', "check-words", "does not say"),
        ('{says: "2.62 MB a token, and $327{,}680$", equals: "2.62"}', "check-words", "2 numbers"),
        ('{says: "in all", equals: "1"}', "check-words", "no numbers"),
        ('{says: "2.62 MB", number: "2.6 ", equals: "1"}', "check-failed", "should be 1.0"),
        ('{says: "2.62 MB", number: "7", equals: "7"}', "check-words", "does not stand in"),
        ('{says: "2.62 MB", equals: "mean(1, 2)"}', "check-expression", "there is no 'mean'"),
        ('{says: "2.62 MB", equals: "1 / 0"}', "check-expression", "divides by zero"),
        ('{says: "2.62 MB", equals: "1 +"}', "check-expression", "is no expression"),
    ],
)
def test_one_that_is_wrong_is_one_finding_at_its_check(
    check: str, code: str, said: str, read: Callable[..., Reading]
) -> None:
    (finding,) = read(BANK.format(check=check)).findings
    assert finding.code == code
    assert said in finding.message
    assert finding.location.line == 11


@pytest.mark.parametrize(
    ("check", "hint"),
    [
        ('{says: "in all", equals: "1"}', "copy words into 'says' with the number in them"),
        ('{says: "in all", number: "7", equals: "1"}', "copy words into 'says' with the number"),
        ('{says: "2.62 MB", number: "7", equals: "7"}', "copy it from 'says'"),
        (
            '{says: "2.62 MB a token, and $327{,}680$", equals: "2.62"}',
            "give the one that is meant",
        ),
    ],
)
def test_a_remedy_can_be_followed(check: str, hint: str, read: Callable[..., Reading]) -> None:
    """A 'number' where the words hold none would be refused in its turn."""
    (finding,) = read(BANK.format(check=check)).findings
    assert finding.hint.startswith(hint)


@pytest.mark.parametrize(
    "expression",
    [
        *("9**9**9", "2**99999999", "1e308*10", "comb(10**9, 5)", "10.0**400"),
        *("sum(i for i in range(10**9))", "sum(sum(1 for j in range(999)) for i in range(999))"),
        *("'a' * 10**9", "(1, 2) * 10**9", "[0] * 10**9", "[[0] * 9 for i in range(9)]"),
        *(
            "().__class__",
            "open('/etc/passwd')",
            "__import__('os')",
            "lambda: 1",
            "x := 1",
            "f'{1}'",
        ),
        *("'%s' % 1", "[1][0]", "{}", "1 if 1 else 2", "1 < 2", "True + 1 and 2", "1; 2", "x = 1"),
        *("(-1) ** 0.5", "log(0)", "sqrt(-1)", "max(1)", "range(3)", "()", "", "nan", "1e999"),
        "(" * 5_000 + "1" + ")" * 5_000,
        "1" + "+1" * 20_000,
        "*".join(["10**1000"] * 50),
    ],
)
def test_what_is_no_arithmetic_or_too_much_of_it_is_refused(expression: str) -> None:
    with pytest.raises(ArithmeticFaultError) as caught:
        evaluate(expression)
    assert str(caught.value).isprintable()


@given(st.text(alphabet="0123456789.+-*/%()[]{},:=<>'\"_ abceghilmnopqrstuxyz\\\n", max_size=40))
def test_any_text_has_a_finite_value_or_is_refused(text: str) -> None:
    try:
        value = evaluate(text)
    except ArithmeticFaultError:
        return
    assert math.isfinite(value)


@given(st.integers(-(10**9), 10**9), st.integers(0, 3))
def test_a_number_is_read_as_it_is_written(number: int, digits: int) -> None:
    value = number / 10**digits
    for text in (f"{value:,.{digits}f}", f"{value:,.{digits}f}".replace(",", "{,}")):
        assert numbers(f"about {text} MB, a2b") == [(float(f"{value:.{digits}f}"), digits)]
