"""Which displayed formulas a card sets smaller on a phone."""

from __future__ import annotations

import pytest

from prep_export.markdown.html import render
from prep_export.markdown.long_math import is_long

ATTENTION = r"\mathrm{Attention}(Q,K,V)=\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}+M\right)V"


@pytest.mark.parametrize(
    ("latex", "long"),
    [
        (ATTENTION, True),
        (r"\mathrm{RRF}(d)=\sum_i \frac{1}{k+r_i(d)}", False),
        (r"p_i=\frac{\exp(z_i/T)}{\sum_j \exp(z_j/T)}", False),
        ("x" * 33, False),
        ("x" * 34, True),
        (r"\alpha" * 33, False),
        (r"\text{" + "y" * 34 + "}", True),
        (r"\begin{aligned}" + "x" * 30 + r"\\" + "y" * 30 + r"\end{aligned}", False),
        (r"\quad\," * 40 + "x", False),
    ],
)
def test_a_formula_is_long_by_the_signs_of_its_longest_line(latex: str, long: bool) -> None:
    assert is_long(latex) is long


def test_a_long_formula_is_marked_for_css_and_a_short_one_is_not() -> None:
    assert render(f"$$\n{ATTENTION}\n$$").startswith(r'<p class="pe-long">\[')
    assert render("$$\nx\n$$") == r"<p>\[x\]</p>"
