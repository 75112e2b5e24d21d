"""The expressions that `support/expressions.py` reads as GitHub does, and those that it refuses."""

from __future__ import annotations

import pytest

from .support.expressions import evaluate, filled, holds

CONTEXT = {
    "failed": False,
    "github": {"event_name": "push", "ref": "refs/tags/v1"},
    "steps": {"site": {"outputs": {"pages": "true"}}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.event_name == 'PUSH'", True),
        ("github.event_name != 'push' || !false", True),
        ("github.absent.name", ""),
        ("steps.site.outputs.pages == 'true' && github.ref", "refs/tags/v1"),
        ("startsWith(github.ref, 'refs/tags/v')", True),
        ("'it''s' == 'it''s'", True),
        ("!(success() && failure())", True),
    ],
)
def test_an_expression_has_the_value_that_github_gives_it(text: str, value: object) -> None:
    assert evaluate(text, CONTEXT) == value


def test_a_step_after_a_failure_runs_only_where_it_asks_for_that() -> None:
    failed = {**CONTEXT, "failed": True}
    assert holds(None, CONTEXT)
    assert not holds(None, failed)
    assert not holds("${{ github.ref != '' }}", failed)
    assert holds("always() && github.ref != ''", failed)


def test_values_stand_in_a_text_as_github_writes_them() -> None:
    assert filled("a ${{ github.ref }} b ${{ github.absent }}", CONTEXT) == "a refs/tags/v1 b "
    assert filled("${{ startsWith(github.ref, 'x') }}", CONTEXT) == "false"


@pytest.mark.parametrize("text", ["github.ref > 'x'", "hashFiles('a')", "github.ref github.ref"])
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        evaluate(text, CONTEXT)
