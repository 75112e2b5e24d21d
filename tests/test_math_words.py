"""Formulas as a line of text, for those who have a page read aloud."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from prep_export.markdown.math_words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.model import Bank


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\frac{QK^\top}{\sqrt{d_k}}", "(QK^T)/(√d_k)"),
        (r"\operatorname{softmax}\!\left(x + M\right)V", "softmax(x + M)V"),
        (r"W + \frac{\alpha}{r}BA", "W + (\u03b1/r)BA"),
        (r"1-\frac{1}{n}", "1 \u2212 1/n"),
        (r"\log\frac{a}{b}", "log(a/b)"),
        (r"p(x)\log q(x)", "p(x) log q(x)"),
        (r"2\ln 2", "2 ln 2"),
        (r"h_{kv}\,d_h\,n", "h_kv d_h n"),
        (r"\sum_{i=1}^n x_i^2", "∑_(i = 1)^n x_i²"),
        (r"\max_\theta J", "max_θ J"),
        (r"\underbrace{a+b}_{n}", "(a + b)_n"),
        (r"\hat p = \bar{x}", "p̂ = x̄"),
        (r"\mathbb{E}[\mathcal{L}]", "E[L]"),
        (r"p(y \mid x) = |x| + \lVert v \rVert", "p(y | x) = |x| + ‖v‖"),
        (r"10^{-3} < f(1, 2) = 65{,}536", "10^(\u22123) < f(1, 2) = 65,536"),
        (r"\sqrt[3]{x+1}", "(x + 1)^(1/3)"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "(a, b; c, d)"),
        (r"x \text{ in each arm}", "x in each arm"),
        (r"a,\qquad b", "a, b"),
        (r"\frac{", r"\frac{"),
        pytest.param(*[r"\sqrt{" * 300 + "x" + "}" * 300] * 2, id="tower"),
    ],
)
def test_a_formula_reads_as_it_is_meant(latex: str, said: str) -> None:
    assert in_words(latex) == said


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def test_no_formula_of_the_shipped_bank_is_left_with_a_command(shipped: Bank) -> None:
    texts = [text for _, item in shipped.items() for text in _texts(asdict(item))]
    formulas = {
        found[1] or found[2]
        for text in texts
        for found in re.finditer(r"\$\$(.+?)\$\$|(?<!\\)\$([^$\n]+)\$", text, re.DOTALL)
    }
    assert len(formulas) > 300
    for latex in formulas:
        said = in_words(latex)
        assert said
        assert "\\" not in said, latex
        assert said.count("(") == said.count(")") or latex.count("(") != latex.count(")"), latex
