"""What may stand in a formula, and that it is laid out: soon, alike in all threads, or refused."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep_export.bank.read.merge import load
from prep_export.bank.texts import texts
from prep_export.exporters.pdf.engine import typesetter
from prep_export.exporters.pdf.engine.formulas import MathBox, MathError, layout, set_anew
from prep_export.exporters.pdf.engine.typesetter import TypesetError, typeset
from prep_export.markdown import math_commands
from prep_export.markdown.math import MAX_CHARACTERS, problem
from prep_export.markdown.math_tokens import MAX_NESTING
from prep_export.markdown.parser import parse, walk

from .conftest import ROOT
from .support.mathjax import derive


@cache
def shipped() -> list[tuple[str, bool]]:
    """Every formula of the shipped bank, and whether it stands on a line of its own."""
    bank = load(str(ROOT / "decks" / "llm")).bank
    assert bank is not None
    found: dict[tuple[str, bool], None] = {}
    for _, item in bank.items():
        for path, text in texts(item, markdown=True):
            cloze = path[0] == "drills" and path[-1] == "text"
            for token in walk(parse(text, cloze=cloze)):
                if token.type.startswith("math"):
                    found[token.content.strip(), token.type != "math_inline"] = None
    return list(found)


# --- What is refused, and how it is said -------------------------------------------------------

FAULTS = {
    "": ("the formula is empty", ""),
    r"a + \foo x": (r"the command '\foo' is not known", r"\foo"),
    r"\bm x": (r"the command '\bm' is not known", r"\bm"),
    r"\argmax_x": (r"the command '\argmax' is not known", r"\argmax"),
    r"\mathds{1}": (r"the command '\mathds' is not known", r"\mathds"),
    r"\dd x": (r"the command '\dd' is not known", r"\dd"),
    r"\substack{a}": (r"the command '\substack' is not known", r"\substack"),
    "k = 80% n + 5": ("'%' starts a comment, which hides what follows", "%"),
    r"\color{red}x": (r"'\color' cannot be set", r"\color"),
    r"\href{x}{y}": (r"'\href' cannot be set", r"\href"),
    r"\def\x{y}": (r"'\def' cannot be set", r"\def"),
    r"x \tag{1}": (r"'\tag' cannot be set", r"\tag"),
    r"x \label{a}": (r"'\label' cannot be set", r"\label"),
    r"\operatorname*{argmax}_x": (r"'\operatorname*' cannot be set", r"\operatorname*"),
    r"\begin{tikzpicture}x\end{tikzpicture}": (
        "the environment 'tikzpicture' is not known",
        r"\begin{tikzpicture}",
    ),
    r"\frac{a": ("a '{' has no '}'", "{"),
    "a}": ("a '}' has no '{'", "}"),
    r"\left( a": (r"a '\left' has no '\right'", r"\left"),
    r"{\left( a}": (r"a '\left' is closed by '}'", r"\left( a}"),
    r"\begin{matrix}a": (r"a '\begin' has no '\end'", r"\begin{matrix}"),
    r"\begin{matrix}a\end{cases}": (
        r"'\end{matrix}' is expected instead of '\end{cases}'",
        r"\end{cases}",
    ),
    "x_": ("nothing follows '_'", "_"),
    r"\sqrt": (r"nothing follows '\sqrt'", r"\sqrt"),
    r"\frac{a}_b": (r"'\frac' has one argument of two", "}"),
    "x^2^3": ("two subscripts or two superscripts at one place", "^"),
    r"x^\sec'": ("two subscripts or two superscripts at one place", "'"),
    "a & b": ("'&' stands outside a table", "&"),
    r"\left x": (r"'x' cannot stand after '\left'", "x"),
    r"\bigl\langle x": (r"'\langle' cannot stand after '\bigl'", r"\langle"),
    r"\hspace{3foo}": ("'3foo' is no length", "{"),
    r"\begin{array}{zz}a\end{array}": ("'zz' are no columns", "{"),
    r"\begin{array}{c|c}a&b\end{array}": ("tables in formulas have no rules", "|"),
    r"\begin{array}{c}a\\\hline b\end{array}": (r"'\hline' cannot be set", r"\hline"),
    "$x$": ("a dollar inside a formula", "$"),
    "#1": ("'#' has no meaning here", "#"),
    "a\\": ("a backslash at the end names no command", "\\"),
    r"\text{80\%}": (r"Anki shows '\%' inside text as it is", r"\%"),
    r"\text{a~b}": ("Anki shows '~' inside text as it is", "~"),
    r"\text{a $x$}": ("a formula inside text", "$"),
    r"\text{}": ("the text is empty", "{"),
    "中": ("the math font has no '中'", "中"),
    "\x00": ("a control character", "\x00"),
}


@pytest.mark.parametrize("latex", FAULTS, ids=repr)
def test_a_fault_is_named_at_its_place(latex: str) -> None:
    message, marked = FAULTS[latex]
    fault = problem(latex, display=False)
    assert fault is not None
    assert fault.message == message
    assert latex[fault.start : fault.end] == marked
    assert fault.hint


@pytest.mark.parametrize(
    ("latex", "hint"),
    [
        (r"50% x", r"write \%"),
        (r"\bm x", r"write \boldsymbol{…}"),
        (r"\argmax", r"write \operatorname{argmax}"),
        (r"\alhpa", r"did you mean '\alpha'?"),
        (r"\begin{martix}x\end{martix}", "did you mean 'matrix'?"),
        (r"\textcolor{red}{x}", "colours belong to the theme"),
        (r"\newcommand{\a}{b}", "write the formula out"),
    ],
)
def test_a_hint_says_what_to_write(latex: str, hint: str) -> None:
    fault = problem(latex, display=True)
    assert fault is not None
    assert fault.hint == hint


def test_a_place_counts_characters_not_bytes() -> None:
    fault = problem(r"𝔼é\foo", display=False)
    assert fault is not None
    assert (fault.start, fault.end) == (2, 6)


@pytest.mark.parametrize("latex", [r"80\%", r"a \% b", r"\text{50}\%", r"5\text{-shot}"])
def test_what_looks_like_a_fault_but_is_none(latex: str) -> None:
    assert problem(latex, display=False) is None
    assert layout(latex, display=False).glyphs


def test_a_formula_may_have_so_many_characters() -> None:
    assert problem("x" * MAX_CHARACTERS, display=True) is None
    fault = problem("x" * (MAX_CHARACTERS + 1), display=True)
    assert fault is not None
    assert fault.message == "the formula is longer than 2,000 characters"


@pytest.mark.parametrize(
    "level", [("{", "}"), (r"\left(", r"\right)"), (r"\begin{matrix}", r"\end{matrix}")]
)
def test_a_formula_may_be_so_deep(level: tuple[str, str]) -> None:
    before, after = level
    at_most = before * MAX_NESTING + "x" + after * MAX_NESTING
    assert problem(at_most, display=True) is None
    fault = problem(before + at_most + after, display=True)
    assert fault is not None
    assert fault.message == "nested more than 20 deep"


@pytest.mark.parametrize(
    "latex", [r"\sqrt" * 400 + " x", r"\hat" * 400 + "x", "x^{" * 600 + "x" + "}" * 600]
)
def test_nesting_without_end_never_reaches_the_parser(latex: str) -> None:
    """math-core recurses; where a thread has a small stack, it would take the process with it."""
    assert problem(latex[:MAX_CHARACTERS], display=True) is not None


def test_judging_loads_no_typesetter() -> None:
    code = (
        "import sys; from prep_export.markdown.math import problem;"
        "assert problem('中 x', display=False); assert not problem('x', display=False);"
        "print([m for m in sys.modules if m in ('ziamath', 'latex2mathml', 'reportlab')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- The list of what is allowed --------------------------------------------------------------


@pytest.mark.long
def test_what_is_allowed_is_what_all_three_show() -> None:
    """Only the script may change the list: `python -m tests.support.mathjax.derive`."""
    assert derive.TARGET.read_text(encoding="utf-8") == derive.module()


@pytest.mark.parametrize("name", ["bm", "argmax", "mathds", "dd", "mathop", "rule"])
def test_what_one_of_the_three_does_not_show_is_not_allowed(name: str) -> None:
    assert f"\\{name}" not in math_commands.COMMANDS


def test_every_shipped_formula_is_good() -> None:
    assert len(shipped()) > 400
    assert [
        (one, problem(one[0], display=one[1]))
        for one in shipped()
        if problem(one[0], display=one[1])
    ] == []


# --- The layout -------------------------------------------------------------------------------


def nested(before: str, after: str, depth: int) -> str:
    return before * depth + "x" + after * depth


def both(form: str, depth: int) -> str:
    """A form that holds itself twice."""
    return "x" if depth == 0 else form.replace("@", both(form, depth - 1))


WORST = {
    "fractions": nested(r"\frac{a}{", "}", 12),
    "superscripts": nested("x^{", "}", 12),
    "scripts": nested("x_{a}^{", "}", 12),
    "matrices": nested(r"\begin{matrix}", r"\end{matrix}", 20),
    "matrices in brackets": nested(r"\begin{pmatrix}", r"\end{pmatrix}", 20),
    "cases": nested(r"\begin{cases}", r"\end{cases}", 10),
    "arrows": nested(r"\xrightarrow{", "}", 20),
    "few arrows": nested(r"\xrightarrow{", "}", 10),
    "braces below": nested(r"\underbrace{", "}", 10),
    "brackets": nested(r"\left(", r"\right)", 9),
    "brackets in scripts": nested(r"\left( x^{", r"}\right)", 10),
    "brackets around a wide row": nested(r"\left(", r"\right)", 3).replace("x", "x+" * 600 + "x"),
    "groups": nested("{", "}", 40),
    "roots": r"\sqrt" * 19 + " x",
    "a long sum": "+".join("x" * 1000),
    "a wide matrix": rf"\begin{{matrix}}{'&'.join('x' * 980)}\end{{matrix}}",
    "a tall matrix": r"\begin{matrix}" + r"\\".join("x" * 600) + r"\end{matrix}",
    "fractions in both": both(r"\frac{@}{@}", 7),
    "scripts in both": both("x_{@}^{@}", 7),
    "brackets in both": both(r"\left(@\frac{@}{x}\right)", 6),
}


@pytest.mark.long
@pytest.mark.parametrize("name", WORST)
def test_the_worst_formulas_are_set_soon_or_refused(name: str) -> None:
    latex = WORST[name]
    assert len(latex) <= MAX_CHARACTERS
    if problem(latex, display=True) is None:
        start = time.process_time()
        assert set_anew(latex, display=True).glyphs
        assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "level",
    [
        ("x^{", "}"),
        (r"\frac{a}{", "}"),
        (r"\left(", r"\right)"),
        (r"\begin{matrix}", r"\end{matrix}"),
    ],
)
def test_work_does_not_double_with_each_level(level: tuple[str, str]) -> None:
    counts = [made(nested(*level, depth)) for depth in (4, 8, 16)]
    assert counts[2] < 5 * counts[1] < 25 * counts[0]


def made(latex: str) -> int:
    """How many nodes ziamath makes for a formula."""
    from ziamath.nodes.mnode import Mnode

    count = 0
    original = Mnode.__init__

    def counting(self: Any, *args: Any, **keywords: Any) -> None:
        nonlocal count
        count += 1
        original(self, *args, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mnode, "__init__", counting)
        typeset(latex, display=True)
    return count


def test_work_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetter, "MAX_NODES", 50)
    assert typeset("x+x", display=True)
    with pytest.raises(TypesetError, match="too long"):
        typeset("+".join("x" * 50), display=True)


SAMPLES = [
    (r"\left(\sum_{i}^n \frac{x_i^2}{\left|y\right|}\right)^{\left[a\right]}", True),
    (r"x^{a^{b^{\left(\frac cd\right)}}}+\begin{pmatrix}a&\frac{b}{c}\\d&e\end{pmatrix}", True),
    (
        r"\left\{\frac{a}{b}\middle|\sqrt[3]{\frac{1}{2}}\right\}\uparrow\xrightarrow{f(x)}\|x\|",
        False,
    ),
    (
        r"\underbrace{\left(\frac{\frac{a}{b}}{c}\right)}_{\text{so be it}}\displaystyle\int_0^1",
        False,
    ),
    (r"\begin{cases}1&\left(\frac{a}{b}\right)\\\phantom{x}&\binom{n}{k}\end{cases}'", True),
]


_UNCHANGED = """
import json, sys, warnings
from xml.etree import ElementTree as ET
warnings.simplefilter("ignore")
import ziamath
from prep_export.exporters.pdf.engine.amendments import amend

amend()

def tree(node):
    placed = zip(getattr(node, "nodexy", ()), node.nodes)
    return [type(node).__name__, [*node.bbox], [[*xy, tree(child)] for xy, child in placed]]

print(json.dumps([
    tree(ziamath.zmath.Math(ET.fromstring(mathml), size=24.0).node)
    for mathml in json.load(sys.stdin)
]))
"""


def tree(node: Any) -> list[Any]:
    placed = zip(getattr(node, "nodexy", ()), node.nodes, strict=False)
    return [type(node).__name__, [*node.bbox], [[*xy, tree(child)] for xy, child in placed]]


@pytest.mark.long
def test_ziamath_unchanged_gives_the_same_boxes() -> None:
    """In a process of its own, where nothing of ziamath is replaced for the sake of speed."""
    handed = [
        ET.tostring(typesetter.mathml(latex, display=display), encoding="unicode")
        for latex, display in SAMPLES
    ]
    done = subprocess.run(
        [sys.executable, "-c", _UNCHANGED],
        input=json.dumps(handed),
        capture_output=True,
        text=True,
        check=True,
    )
    ours = [tree(typeset(latex, display=display)) for latex, display in SAMPLES]
    assert json.loads(done.stdout) == json.loads(json.dumps(ours))


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\binom{n}{k_{1}}", "(nk1)"),
        (r"\binom{\frac{a}{b}}{\binom{c}{d}}", "(ab(cd))"),
        (r"5\text{-shot}", "5-shot"),
        (r"\binom{}{k}", "(k)"),
        (r"\binom{\begin{matrix}a&b\\c&d\end{matrix}}{k}", "(abcdk)"),
    ],
)
def test_nothing_is_lost(latex: str, text: str) -> None:
    assert "".join(g.char for g in layout(latex, display=False).glyphs) == text


@pytest.mark.parametrize(
    "latex", [r"\text{}", r"\mathop{lim} x", r"\unknowncommand{x}", "x_", "中"]
)
def test_the_layout_refuses_in_words_what_was_never_judged(latex: str) -> None:
    with pytest.raises(MathError, match=r"^[^()]{10,60}$"):
        layout(latex, display=False)


def test_a_formula_that_fails_changes_none_after_it() -> None:
    latex = "d_k^2"
    before = set_anew(latex, display=True)
    with pytest.raises(MathError):
        layout(r"\text{}", display=True)
    assert set_anew(latex, display=True) == before


def test_threads_lay_out_what_one_does() -> None:
    formulas = shipped()[:40] + [(r"x_{a'} \text{so much - text}", False)] * 8

    def boxes(start: int) -> list[MathBox]:
        turned = formulas[start:] + formulas[:start]
        set_ = [set_anew(latex, display=display) for latex, display in turned]
        return set_[len(formulas) - start :] + set_[: len(formulas) - start]

    alone = boxes(0)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == alone for found in pool.map(boxes, range(0, 40, 5)))


def test_threads_judge_what_one_does() -> None:
    formulas = [*((latex, False) for latex in FAULTS), *shipped()[:50]]

    def judged(_: int) -> list[object]:
        return [problem.__wrapped__(latex, display=display) for latex, display in formulas]

    alone = judged(0)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == alone for found in pool.map(judged, range(8)))


# --- The two agree ----------------------------------------------------------------------------


@given(st.one_of(st.text(max_size=60), st.text(alphabet="\\{}_^abx12 +=()[]&$~%'", max_size=25)))
def test_any_text_is_judged(text: str) -> None:
    fault = problem(text, display=False)
    assert fault is None or 0 <= fault.start <= fault.end <= len(text)


_COMMANDS = sorted(
    name
    for name in math_commands.COMMANDS - math_commands.ARGUMENTS
    if problem(f"x{name} y", display=False) is None
)
_ONE = ["sqrt", "hat", "mathbf", "operatorname", "overline", "underbrace", "boxed", "xrightarrow"]
_leaves = st.one_of(
    st.sampled_from([*"abxyzABN∈0123456789+-=()[]|,.<>!:*/~'", r"\,", r"\%", r"\text{so}"]),
    st.sampled_from(_COMMANDS).map(lambda name: name + " "),
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    row = st.lists(inner, max_size=3).map("".join)
    return st.one_of(
        row,
        st.builds(lambda a, b: f"{{{a}}}^{{{b}}}", row, row),
        st.builds(lambda a, b: f"{{{a}}}_{{{b}}}", row, row),
        st.builds(lambda a, b: rf"\frac{{{a}}}{{{b}}}", row, row),
        st.builds(lambda a, b: rf"\binom{{{a}}}{{{b}}}", row, row),
        st.builds(lambda name, a: rf"\{name}{{{a}}}", st.sampled_from(_ONE), row),
        st.builds(lambda a: rf"\left({a}\right]", row),
        st.builds(
            lambda name, a, b: rf"\begin{{{name}}}{a}&{b}\\{b}\end{{{name}}}",
            st.sampled_from(["matrix", "pmatrix", "cases", "aligned"]),
            row,
            row,
        ),
    )


@settings(max_examples=50, deadline=None)  # the first one loads the font
@given(st.recursive(_leaves, _larger, max_leaves=12), st.booleans())
def test_what_is_judged_good_is_laid_out(latex: str, display: bool) -> None:
    if problem(latex, display=display) is None:
        assert layout(latex, display=display).width >= 0
