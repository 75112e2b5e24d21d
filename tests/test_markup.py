"""Markdown to HTML, clozes, math."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep_export.exporters.pdf.engine.formulas import layout
from prep_export.findings.finding import Node
from prep_export.markdown import as_typed, highlight, html
from prep_export.markdown import check as check_module
from prep_export.markdown import images as media
from prep_export.markdown.check import check
from prep_export.markdown.math import problem
from prep_export.markdown.parser import MAX_NESTING, is_plain, markdown, parse, parse_inline, walk
from prep_export.markdown.plain import plain

CASES = (Path(__file__).parent / "data" / "markup.md").read_text(encoding="utf-8")


def golden() -> list[tuple[str, str, str]]:
    """Cases of tests/data/markup.md: a title, then the input and the expected HTML in fences."""
    parts = re.split(r"^## (.+)$", CASES, flags=re.MULTILINE)[1:]
    cases = []
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        source, expected = re.findall(r"^~~~~\n(.*?)\n~~~~$", body, flags=re.MULTILINE | re.DOTALL)
        cases.append((title, source, expected))
    return cases


@pytest.mark.parametrize(("title", "source", "expected"), golden(), ids=lambda v: v[:30])
def test_html_golden(title: str, source: str, expected: str) -> None:
    assert html.render(source, cloze="cloze" in title.lower()) == expected


_NEAR_MARKS = st.text(alphabet="ab-+*#>=~^ 1.)(\"'!:,éß\n\t{}$`_[]<>&|\u00a0\x0b", max_size=40)


@given(_NEAR_MARKS)
def test_the_fast_path_equals_the_parser(text: str) -> None:
    if is_plain(text):
        slow = html._renderer().render(
            markdown().parse(text),
            markdown().options,
            {"media": html.no_media, "in_cloze": 0, "cloze": False},
        )
        assert html.render(text) == slow.strip()


@given(st.one_of(_NEAR_MARKS, st.text(max_size=60)))
def test_a_line_of_words_gives_the_tokens_of_the_parser(text: str) -> None:
    assert parse(text) == markdown().parse(text)
    assert parse_inline(text) == (markdown().parseInline(text)[0].children or [])


@given(st.text(max_size=200))
def test_any_text_renders_without_markup_of_its_own(text: str) -> None:
    shown = html.render(text)
    tags = set(re.findall(r"<(\w+)", shown))
    assert tags <= {
        "p",
        "em",
        "strong",
        "s",
        "sub",
        "sup",
        "code",
        "pre",
        "span",
        "ul",
        "ol",
        "li",
        "a",
        "img",
        "br",
        "hr",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert "<script" not in shown.lower()


@pytest.mark.parametrize(
    "url", ["javascript:x", "file:///etc/passwd", "data:text/html,x", "vbscript:x", "//x", "x.html"]
)
def test_only_web_and_mail_links_survive(url: str, tmp_path: Path) -> None:
    text = f"[here]({url})"
    assert "<a" not in html.render(text)
    assert [p.code for p in check(text, media.Images(str(tmp_path)))] == ["bad-link"]


def test_a_link_is_kept() -> None:
    assert (
        html.render("[x](https://a.org/?a=1&b=2)")
        == '<p><a href="https://a.org/?a=1&amp;b=2">x</a></p>'
    )


@pytest.mark.parametrize("end", ["5", "a \\", "a digit."])
def test_a_formula_may_begin_a_line_however_that_ends(end: str) -> None:
    first, *_ = parse_inline(f"$n$ is {end}")
    assert (first.type, first.content) == ("math_inline", "n")


@pytest.mark.parametrize("text", ["$5 and $10", "5$x$ 5", "$x$5"])
def test_amounts_are_no_math(text: str) -> None:
    assert {token.type for token in parse_inline(text)} == {"text"}


def test_cloze_braces_inside_a_formula_do_not_end_the_deletion() -> None:
    shown = html.render("{{c1::$x^{a_{1}}$ and `}}::`::hint}}", cloze=True)
    assert shown.count("}}") == 1
    assert shown.endswith("::hint}}</p>")
    assert "}}::" in unescape(shown.replace("::hint}}", ""))


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{QK^\top}{\sqrt{d_k}}",
        r"\sum_{i=1}^{n} x_i^2",
        r"\mathbb{E}_{x\sim p}\left[f(x)\right]",
        r"\begin{bmatrix}1&2\\3&4\end{bmatrix}",
        r"\hat\theta",
        r"\begin{cases}1&x>0\\0&\text{else}\end{cases}",
        r"\lVert x \rVert_2",
        r"\operatorname{softmax}(z)",
    ],
)
def test_formulas_are_set(latex: str) -> None:
    box = layout(latex, display=True)
    assert box.width > 0
    assert box.glyphs


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{a",
        "a}",
        r"\unknowncommand{x}",
        r"\mathop{lim} x",
        r"\operatorname*{argmax}_x",
        "x_",
        "",
        r"\begin{tikzpicture}x\end{tikzpicture}",
        "中",
        r"\color{red}x",
        r"\left(" * 30 + "x" + r"\right)" * 30,
        "{" * 40 + "x" + "}" * 40,
    ],
)
def test_what_cannot_be_set_is_refused_not_dropped(latex: str) -> None:
    assert problem(latex, display=False) is not None


@given(st.text(alphabet="\\{}_^abx12 +=()[]&$~%", max_size=25))
def test_any_formula_is_set_or_refused(latex: str) -> None:
    assert problem(latex, display=False) or layout(latex, display=False).width >= 0


@given(st.text(alphabet="{}c1:0, a$`\n*", max_size=40))
def test_any_cloze_text_is_judged(text: str) -> None:
    problems = check(text, media.Images("."), cloze=True)
    if not problems:
        assert re.search(r"\{\{c[1-9]\d*::", html.render(text, cloze=True))


@given(
    st.lists(
        st.sampled_from(
            ["$", "$x$", r"$\frac{a$", "$$y$$", "\n\n$$y$$\n\n", "\n\n$$y^$$", "$$",
             "[a](b:c)", "![i](x.gif)", "<a:b>", "<a@b.c>", "- ",
             "> ", "\n", "\n\n", "```nolang\n", "```py\n", "```\n", "`", "word", " ", "    ", r"\$",
             "{{c1::x}}", "1. ", "a $5 b", "* * ", "|a|\n|-|\n", "<b>", "\\", "|a|b|\n", "</sub>",
             r"\(x\)", r"\[y^2\]", "[$]z[/$]", "[^1]", "[^n]: m", "- [ ] t", "~*i*~", "^2^",
             "<!--", "-->"]
        ),
        max_size=14,
    )
)  # fmt: skip
def test_texts_that_are_not_parsed_have_nothing_wrong(parts: list[str]) -> None:
    text = "".join(parts)
    if check_module._is_harmless(text):
        tokens = parse(text)
        nothing = media.Images(".")
        assert not [p for token in walk(tokens) for p in check_module._token(token, text, nothing)]
        assert all(token.level <= MAX_NESTING for token in tokens)
        assert not list(as_typed.shown_as_typed(text, tokens))
        assert not list(as_typed.lost_cells(text, tokens))
        assert not check_module._stray_cloze(tokens)


def test_languages_that_need_no_question_are_known_to_pygments() -> None:
    from pygments.lexers import get_lexer_by_name

    for name in highlight.COMMON:
        assert get_lexer_by_name(name)
    assert not highlight.is_known("nolang")
    assert highlight.is_known("brainfuck")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("~~old~~ H~2~O and 10^-6^", "old H₂O and 10⁻⁶"),
        ("x~max~, the 1^st^", "x_max, the 1^st"),
        ("*a* `b~c~` $d^2^$", "a b~c~ d^2^"),
    ],
)
def test_plain_text_keeps_what_is_lowered_and_raised(text: str, shown: str) -> None:
    assert plain(text) == shown


# What is shown as it is typed


def found(text: str, *, cloze: bool = False) -> list[str]:
    """Each finding in a text: its code, and what it points at."""
    findings = check(text, media.Images("."), cloze=cloze)
    assert all(isinstance(one.at, Node) and one.hint for one in findings)
    return [f"{one.code} {one.at.needle}" for one in findings if isinstance(one.at, Node)]


@pytest.mark.parametrize(
    ("text", "needles"),
    [
        ("H<sub>2</sub>O in List<int>", ["<sub>"]),
        ("one<br>two<BR/>three", ["<br>"]),
        ('<img src="x.png"> and <b>bold</b> <b>again</b>', ['<img src="x.png">', "<b>"]),
        ("a <!-- b --> c", ["<!-- b -->"]),
        (r"the sum \(a+b\) of", [r"\(a+b\)"]),
        ("so:\n\\[\n\\frac{1}{2}\n\\]", [r"\["]),
        (r"\[c\]", [r"\[c\]"]),
        ("[$]x[/$] and [$$]\\frac{[/$$]", ["[$]x[/$]"]),
        ("[latex]x[/latex]", ["[latex]x[/latex]"]),
        ("It is.[^1]\n\n[^1]: note", ["[^1]"]),
        ("It is.[^why]\n\n[^why]: Because it is.", ["[^why]"]),
        ("- [ ] one\n- [x] two", ["[ ]"]),
        ("1. [X] done", ["[X]"]),
        ("| a | b |\n| c | d |", ["| a | b |"]),
        ("| a | b |\n|---|\n| c | d |", ["| a | b |"]),
        ("H~*2*~O", ["*2*"]),
        ("so $ x^2 $ is", ["$ x^2 $"]),
        ("$ x^2+y^2$ is", ["$ x^2+y^2$"]),
        (r"$\sin x $, $ a = b $, $a$", [r"$\sin x $"]),
        ("$ n $", ["$ n $"]),
        ("an unclosed $y^2 is", ["$y^2"]),
        (r"is $\alpha of", [r"$\alpha"]),
        ("with $y^2 of them, at $5.", ["$y^2"]),
        (r"costs \$5 (for $y^2 steps), with $x$", ["$y^2"]),
        ("$5 for $y_1 and $x_1 here", ["$y_1"]),
        ("takes $O(n^2) steps, at $5 each", ["$O(n^2)"]),
        ("of ($ x^2 $)", ["$ x^2 $"]),
        ("==marked== here", ["==marked=="]),
        ("see [the paper] (https://a.org/b)", ["[the paper] (https://a.org/b)"]),
        ("• one\n• two", ["• one"]),
    ],
)
def test_syntax_of_others_is_a_warning_that_says_what_to_write(
    text: str, needles: list[str]
) -> None:
    assert found(text) == [f"shown-as-typed {needle}" for needle in needles]


@pytest.mark.parametrize(
    "text",
    [
        "List<int>, Vec<b>, Map<String, a>, a < b > c, a <b and c> d, <https://a.org>, x<y",
        "`<sub>` and `\\(x\\)` and `[$]x[/$]`\n\n```\n<b>\n- [ ] x\n| a |\n| b |\n```",
        r"\<b\> &lt;i&gt; \[1\] \[see there\] \[a\=b\] f\(x",
        "[^abc] and x[^0-9] and $[^1]$ and [x] [ ]",
        "|x| is the length\n|y| too",
        "| a | b |\n|---|---|\n| `x\\|y` |\n| c | d | |",
        "> | a |\n> |---|\n> | b |",
        "It costs $ 5 and $ 6, or $5 M + $ 3 M = $ 8 M; $ 5 = £4, $ 6 = £5",
        "$a$ and $y_1$ - $b$ for $x^2$ or US$ 5 and 6 $ in $HOME, $x and $1",
        "`$ x^2 $` and `==x==` and `$y^2`",
        "\\$ x^2 \\$ and \\$y^2",
        "a==b and c==d, x == y == z, ===, a=== b ===",
        "[1] (https://a.org) and [x] (see below) and [x](https://a.org)",
        "a • b and 5 • 6",
    ],
)
def test_what_only_looks_like_syntax_of_others_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "needles"),
    [
        ("between $5k and 10k$ a month", ["5k and 10k"]),
        ("for $n tokens ($m$ bytes) it is", ["n tokens ("]),
        ("$y^2 a) and ($z, more)", ["y^2 a) and ("]),
        ("is $a if b$ and `$a if b$`", ["a if b"]),
        ("so\n\n$$x mod n$$", ["x mod n"]),
        ("a table\n\n| a | b |\n|---|---|\n| $x is y$ | 2 |", ["x is y"]),
    ],
)
def test_a_word_in_a_formula_is_a_warning_at_the_word(text: str, needles: list[str]) -> None:
    assert found(text) == [f"words-in-formula {needle}" for needle in needles]
    (finding,) = check(text, media.Images("."))
    assert isinstance(finding.at, Node)
    assert finding.at.within is not None
    word = finding.at.needle[slice(*finding.at.within)]
    assert finding.message.startswith(f"'{word}' is set")


@pytest.mark.parametrize(
    "formula",
    [
        r"a \text{ if it is } b",
        r"\operatorname{softmax}(x) \mathrm{ and so on }",
        r"x \bmod n, \max_i x_i, \int f dx dy",
        "softmax(QK^T) + d_{model} + tnp",
        r"\begin{cases} 1 & \text{if } x \in A \\ 0 & \text{else} \end{cases}",
        "P = TF \\cdot IDF",
        "a b c d e",
    ],
)
def test_what_is_no_prose_in_a_formula_is_left_alone(formula: str) -> None:
    assert found(f"It is ${formula}$ there.") == []
    assert found(f"$${formula}$$") == []


PRICES = (
    *(
        "$5",
        "$10",
        "$0.50",
        "$1,000",
        "$2.5M",
        "$5k",
        "US$5",
        "$0.002 per 1K",
        "$10/h",
        "$ 5",
        "5 $",
    ),
    *("5$", "-$5", "($5)", "$1-2", "~$5", "$10^6^", "$1e6", "$5=£4", "$5/$10", "$x", "$HOME", "$$"),
    *("$(pwd)", "${HOME}", "$f(x)", "100$/month"),
)


@pytest.mark.parametrize("first", PRICES)
def test_prices_and_variables_of_a_shell_are_no_formulas(first: str) -> None:
    for second in PRICES:
        for text in (f"It costs {first} and {second}.", f"{first} to {second} (or {first})"):
            assert [one for one in found(text) if one.startswith("shown-as-typed")] == [], text


DOLLARS = (
    *("$y^2", "($y^2", "$O(n^2)", "$x$", "($x$)", "$5", r"\$5", "US$5", "5$", "`$y^2`", "$ x^2 $"),
    *("$x^2 $", "$$x$$", "\n\n$$x$$\n\n", "a", "(", ")", "\n", "\n\n", "- ", "|", "*"),
    "\n\n| a | b |\n|---|---|\n|",
)


@given(st.lists(st.sampled_from(DOLLARS), max_size=10).map(" ".join))
def test_a_text_that_is_not_parsed_has_no_unclosed_formula(text: str) -> None:
    tokens = parse(text)
    unclosed = [one for one in as_typed.shown_as_typed(text, tokens) if "formula" in one.message]
    assert not unclosed or as_typed.may_be(text)


def test_a_fault_beside_odd_syntax_is_reported_too() -> None:
    text = "<b>x</b>[^1] $\\frac{a$ [here](x.html)\n\n[^1]: note"
    assert sorted(one.partition(" ")[0] for one in found(text)) == [
        "bad-link", "bad-math", "shown-as-typed", "shown-as-typed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "lost"),
    [("| $|x|$ | 3 |", "$ | 3"), ("| `x | y` | 2 |", "2"), ("| 1 | 2 | 3 | 4 |", "3 | 4")],
)
def test_cells_without_a_column_are_an_error_not_dropped(row: str, lost: str) -> None:
    (finding,) = check(f"| a | b |\n|---|---|\n| 1 | 2 |\n{row}", media.Images("."))
    assert (finding.code, finding.is_error) == ("lost-cells", True)
    assert f"'{lost}' is lost" in finding.message
    assert isinstance(finding.at, Node)
    assert finding.at.needle == row


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_a_table_is_judged_whatever_ends_its_lines(end: str) -> None:
    text = end.join(("x", "", "| a | b |", "|---|---|", "| 1 | 2 | 3 |"))
    (finding,) = check(text, media.Images("."))
    assert "'3' is lost" in finding.message
    assert check(text.replace(" 3 |", ""), media.Images(".")) == []


# Code


def test_code_too_long_for_colours_is_plain_and_said_to_be() -> None:
    """Pygments takes 17 s for twenty thousand empty lines of C."""
    started = time.process_time()
    text = "```c\nint x;" + "\n" * 20_000 + "int y;\n```"
    assert found(text) == ["long-code c"]
    assert '<span class="' not in html.render(text)
    assert time.process_time() - started < 1
    assert found("```c\nint x;\n```") == []
    assert '<span class="' in html.render("```c\nint x;\n```")


@pytest.mark.long
@pytest.mark.parametrize(
    "part",
    ["^_", "~+", "^", r"\(", r"\[", r"\[x^", "[$]", "[latex]", "<!--", "<b x=", "&lt;b&gt;", "| ",
     "|a|\n", "- [ ] x\n", "[^1]", "[^1](x)", "~a*", "**", "{{c1 ", "{ c1 1", "{{c1::", "::", "}}"],
)  # fmt: skip
def test_a_text_is_judged_in_time_whatever_is_repeated(part: str) -> None:
    started = time.process_time()
    for cloze in (False, True):
        check(part * (8_000 // len(part)), media.Images("."), cloze=cloze)
    assert time.process_time() - started < 2
