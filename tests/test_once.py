"""A formula with a place of its own is not shown a second time."""

from __future__ import annotations

import pytest

from prep_export.markdown.once import is_same, without_formula
from prep_export.markdown.parser import parse


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"$$a = \frac{b}{c}$$", r"a=\dfrac{b}{c}."),
        (r"\operatorname{softmax}\!\left(x\right)", r"\operatorname{softmax}(x)"),
        (r"\frac{a}{b}", r"f(x) = \frac{a}{b}"),
        (r"x\,y", "x y"),
    ],
)
def test_formulas_are_the_same_whatever_their_spacing_and_left_side(one: str, other: str) -> None:
    assert is_same(one, other)
    assert is_same(other, one)


@pytest.mark.parametrize(("one", "other"), [("a", "b"), ("a = b", "a = b + c"), ("", "x = ")])
def test_other_formulas_are_not(one: str, other: str) -> None:
    assert not is_same(one, other)


def shown(text: str) -> str:
    tokens = without_formula(parse(text), ["$$E = mc^2$$"], "Key formula")
    words = [child.content for token in tokens for child in token.children or []]
    return "|".join([*words, *(token.content for token in tokens if token.type == "math_block")])


def test_it_is_left_out_and_others_stay() -> None:
    assert shown("It says this.\n\n$$E=mc^2$$\n\nAnd $$F = ma$$ too.") == (
        "It says this.|And |F = ma| too."
    )


def test_where_words_lead_to_it_a_label_points_up() -> None:
    assert shown("It says:\n\n$$E=mc^2$$\n\nso.") == "It says:|↑ Key formula.|so."
    assert shown("It says: $$E=mc^2$$ so.") == "It says: | ↑ Key formula. | so."
