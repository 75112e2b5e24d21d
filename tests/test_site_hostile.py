"""No text of a bank becomes markup, style or script on the page, whatever its author tries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prep_export.bank.model import (
    Bank,
    Diagram,
    Drill,
    FollowUp,
    Header,
    Pattern,
    Question,
    Retired,
    Source,
    Topic,
)
from prep_export.exporters.site.page import page

from .support import web
from .support.hostile import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1h2"/></svg>'

ATTACKS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</template></main></body><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" onfocus="alert(1)" autofocus="',
    "<svg onload=alert(1)>",
    "<math><mtext></math><img src=x onerror=alert(1)>",
    "<!-- --><!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "]]><script>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>*{background:url(https://evil.example)}</style>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](JaVaScRiPt:alert(1))",
    '[x](https://a.example/"onclick="alert(1))',
    "[x](https://a.example '\"><script>alert(1)</script>')",
    '<https://a.example/"><script>alert(1)</script>>',
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    '```x"onload="alert(1)\ncode\n```',
    "$</math><script>alert(1)</script>$",
    r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
    r"$\color{red;background:url(https://evil.example)}x$",
    'picture:00 <img src="picture:00" alt="">',
    "{{c1::x}} }} {{ &#123;{c1::",
    "a \u202e evil \u2028 line \u2029 end \ufeff",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt; &#60;img src=x onerror=alert(1)&#62;",
    'a="b" c=\'d\' </p></li></td> x="1">',
)

ALLOWED = {
    *"html head meta title link style body header nav main section article div p span".split(),
    *"a h1 h2 h3 h4 h5 h6 ul ol li details summary small b i em s sub sup code pre br hr".split(),
    *"blockquote table thead tbody tr th td figure figcaption img cite button input label".split(),
    *"form template svg use image defs script".split(),
    *"math mrow mi mo mn mtext mspace msub msup msubsup mfrac msqrt mroot mover munder".split(),
    *"munderover mtable mtr mtd mpadded mphantom mstyle merror".split(),
}
ATTRIBUTES = re.compile(r"on|style$|srcset$|srcdoc$|formaction$|http-equiv$")


def bank_with(text: str, root: str = ".") -> Bank:
    """A bank that has a text everywhere."""
    line = " ".join(text.split()) or "x"
    source = Source(title=line, authors=line, url="https://example.org/" + line)
    question = Question(
        id="q",
        topics=("rag",),
        question=line,
        answer=text,
        details=text,
        key_points=(text,),
        pitfalls=(text,),
        follow_ups=(FollowUp(ask=text, answer=text),),
        sources=(source,),
        drills=(Drill(id="a", ask=text, answer=text, why=text), Drill(id="c", text=text)),
    )
    pattern = Pattern(
        id="p",
        topics=("rag",),
        title=line,
        summary=line,
        diagram=Diagram(image="a.svg", alt=line, caption=line),
        related=("q",),
    )
    header = Header(
        id="test",
        title=line,
        description=text,
        authors=(line,),
        licence=line,
        version=line,
        url="https://example.org/" + line,
        labels={"pitfalls": line, "site-answer": line},
        sections={"faqs": line},
        report="https://example.org/{id}?t={title}",
    )
    return Bank(
        header=header,
        topics={"rag": Topic(title=line, description=line)},
        tags={"t": line},
        entries={"questions": (question,), "patterns": (pattern,)},
        retired=(Retired(id="gone", reason=line, replaced_by="q"),),
        root=root,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures")
    (path / "a.svg").write_text(SVG)
    return path


def made(bank: Bank) -> str:
    return page(bank, lambda _done, _total: None).html


def skeleton(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each element of a page with the names of its attributes."""
    return [(str(one.tag), tuple(sorted(one.attrib))) for one in web.parsed(text).iter()]


def judge(text: str) -> Element:
    """Hold a page to what may be on it; gives its tree."""
    root = web.parsed(text)
    elements = list(root.iter())
    assert {str(one.tag) for one in elements} - ALLOWED == set()
    assert len([one for one in elements if one.tag == "script"]) == 1
    assert len([one for one in elements if one.tag == "style"]) == 1
    assert len([one for one in elements if one.tag == "link"]) == 1
    for one in elements:
        bad = [name for name in one.attrib if ATTRIBUTES.match(name)]
        assert bad == (["http-equiv"] if one.get("http-equiv") else [])
        if one.tag == "a":
            assert re.match(r"#|https?://[^\s/]|mailto:", one.get("href", ""))
        if one.tag == "img":
            assert one.get("src", "").startswith("data:image/")
    equivalents = [one.get("http-equiv") for one in elements if one.get("http-equiv")]
    assert equivalents == ["Content-Security-Policy"]
    return root


@pytest.mark.long
@pytest.mark.parametrize("text", [*ATTACKS, *HOSTILE.values()])
def test_a_hostile_text_stays_text_wherever_it_stands(text: str, folder: Path) -> None:
    judge(made(bank_with(text, str(folder))))


@pytest.mark.long
@pytest.mark.parametrize(
    "text", [one for one in ATTACKS if not re.search(r"[`\\[$*_\]&]|{{|<https", one)]
)
def test_a_hostile_line_is_shown_as_it_is_written(text: str, folder: Path) -> None:
    root = judge(made(bank_with(text, str(folder))))
    line = " ".join(text.split())
    for name in ("asked", "imprint"):
        shown = " ".join(web.text(web.with_class(root, name)[0]).split())
        assert line in shown
    assert root.get("data-version") == line
    assert [one.get("alt") for one in root.iter("img")] == [line]


ALPHABET = "abc <>\"'&`$*_[](){}:;=/\\|-!#\n\t^~%.,0123x\u00e9\u05d0\u202e\u2028"


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=ALPHABET, min_size=1, max_size=60))
@example("<b>")
@example('"')
@example("a\u2028b")
def test_any_line_is_shown_letter_for_letter_where_markdown_has_no_say(text: str) -> None:
    line = " ".join(text.split()) or "x"
    bank = bank_with("plain")
    header = replace(bank.header, title=line, authors=(line,))
    questions: Any = replace(bank.questions[0], sources=(Source(title=line, authors=line),))
    bank = replace(bank, header=header, entries={"questions": (questions,)})
    root = judge(made(bank))
    assert web.text(next(iter(root.iter("h1")))) == line
    assert web.text(next(iter(root.iter("cite")))) == line
    (article,) = [one for one in root.iter("article") if one.get("id") == "q"]
    assert f"{line}, {line}" in web.text(article)


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=ALPHABET, min_size=1, max_size=80))
def test_any_markdown_gives_only_elements_that_we_know(text: str) -> None:
    bank = bank_with(text)
    judge(made(replace(bank, entries={"questions": bank.entries["questions"]})))
