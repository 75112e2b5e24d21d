"""The study page: what is on it, where, and that nothing else can come of it."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import name, normalize

import pytest
from fontTools.ttLib import TTFont

import prep_export
from prep_export import hues
from prep_export.bank.ask.chapters import Chapters
from prep_export.bank.model import (
    Bank,
    Concept,
    Drill,
    Faq,
    FollowUp,
    Header,
    Item,
    Question,
    Retired,
    Topic,
)
from prep_export.exporters.site.compact import compact_css, compact_html
from prep_export.exporters.site.page import page
from prep_export.markdown import page_html
from prep_export.markdown.highlight import tokens
from prep_export.markdown.page_html import COLOURED
from prep_export.math_font import math_font

from .conftest import ROOT
from .support import web

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1h2"/></svg>'


def bank_of(**sections: Item) -> Bank:
    """A bank with one item of each section named."""
    topics = {"rag": Topic(title="Retrieval"), "rag::chunking": Topic(title="Chunking")}
    entries = {name: (item,) for name, item in sections.items()}
    return Bank(header=Header(id="test", title="Test"), topics=topics, entries=entries)


def question(**fields: object) -> Question:
    given = {"id": "q", "topics": ("rag",), "question": "Why?", "answer": "Because.", **fields}
    return Question(**given)  # type: ignore[arg-type]


def html(bank: Bank) -> str:
    return page(bank, lambda _done, _total: None).html


def tree(bank: Bank) -> Element:
    return web.parsed(html(bank))


def _load() -> Bank:
    bank = prep_export.read_bank(ROOT / "decks" / "llm").bank
    assert bank is not None
    return bank


@pytest.fixture(scope="module")
def shipped() -> tuple[Bank, str]:
    bank = _load()
    return bank, html(bank)


@pytest.fixture(scope="module")
def root(shipped: tuple[Bank, str]) -> Element:
    """The tree of the shipped bank's page."""
    return web.parsed(shipped[1])


# What stands where


@pytest.mark.long
def test_every_item_and_drill_has_one_element_with_its_id(
    shipped: tuple[Bank, str], root: Element
) -> None:
    bank, _ = shipped
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    items = [item for _, item in bank.items()]
    assert {item.id for item in items} <= set(ids)
    assert {f"{item.id}/{drill.id}" for item in items for drill in item.drills} <= set(ids)


@pytest.mark.long
def test_every_link_within_the_page_leads_somewhere(root: Element) -> None:
    ids = {one.get("id") for one in root.iter()}
    links = {one.get("href", "") for one in root.iter("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= ids


@pytest.mark.long
def test_chapters_have_the_number_and_colour_that_they_have_on_cards(
    shipped: tuple[Bank, str], root: Element
) -> None:
    bank, _ = shipped
    chapters = Chapters(bank)
    questions = {item.id: chapters.of(item) for item in bank.questions}
    seen = set()
    for section in web.with_class(root, "chapter"):
        for article in section.iter("article"):
            if article.get("id") in questions:
                chapter = questions[article.get("id", "")]
                assert section.get("id") == f"chapter-{chapter.number}"
                assert section.get("data-topic") == chapter.topic
                assert f"pe-c{hues.place(chapter.number) + 1}" in section.get("class", "").split()
                seen.add(article.get("id"))
    assert seen == set(questions)


def test_an_article_says_what_it_is_by_data() -> None:
    item = question(topics=("rag::chunking", "rag"), tags=("seed",), difficulty="hard")
    article = web.by_id(tree(bank_of(questions=item)), "q")
    data = {name: value for name, value in article.attrib.items() if name.startswith("data-")}
    assert data == {
        "data-section": "questions",
        "data-kind": "concept",
        "data-difficulty": "hard",
        "data-priority": "standard",
        "data-topics": "rag::chunking rag",
        "data-tags": "seed",
    }


def test_an_answer_is_folded_with_its_key_points_first_and_the_rest_within() -> None:
    pairs = (FollowUp(ask="And?", answer="So."),)
    item = question(key_points=("P",), details="D.", pitfalls=("T.",), follow_ups=pairs)
    (answer,) = web.with_class(tree(bank_of(questions=item)), "answer")
    assert answer.tag == "details"
    assert answer.get("open") is None
    roles = [one.get("data-role") for one in answer.iter() if one.get("data-role")]
    assert roles == ["prompt", "points", "answer", "details", "pitfalls", "follow-ups"]
    folded = [one.get("data-role") for one in answer.iter("details") if one is not answer]
    assert folded == ["details", "pitfalls", "follow-ups", None]
    (pair,) = web.with_class(answer, "pe-pair")
    assert [web.text(one) for one in pair.iter("summary")] == ["And?"]


@pytest.mark.parametrize(("kind", "opened"), [("coding", ["details"]), ("concept", [])])
def test_where_code_is_asked_for_what_has_some_is_open(kind: str, opened: list[str]) -> None:
    item = question(kind=kind, details="```python\nx = 1\n```", pitfalls=("No code.",))
    root = tree(bank_of(questions=item))
    found = [one.get("data-role") for one in root.iter("details") if one.get("open") is not None]
    assert found == opened


def test_what_is_looked_up_is_not_folded() -> None:
    term = Concept(id="t", topics=("rag",), term="Recall", definition="A share.")
    (answer,) = web.with_class(tree(bank_of(concepts=term)), "answer")
    assert answer.tag == "div"
    assert web.text(answer) == "A share."


def test_the_glossary_is_in_alphabetical_order(root: Element) -> None:
    glossary = web.by_id(root, "part-glossary")
    terms = [web.text(one).casefold() for one in glossary.iter("h3")]
    plain = [term for term in terms if term.isascii() and term.replace(" ", "").isalpha()]
    assert len(plain) > 50
    assert plain == sorted(plain)


def test_a_cloze_has_its_gaps_as_elements_with_hints() -> None:
    drill = Drill(id="d", text="A {{c1::$x$::letter}} and {{c2::**b**}}.", why="So.")
    root = tree(bank_of(questions=question(drills=(drill,))))
    gaps = web.with_class(web.by_id(root, "q/d"), "cloze")
    assert [web.text(one) for gap in gaps for one in web.with_class(gap, "gap")] == ["x", "b"]
    assert [web.text(one) for one in web.with_class(gaps[0], "cloze-hint")] == ["letter"]
    assert [web.text(one) for one in web.with_class(root, "drill-why")] == ["So."]


def test_marks_across_the_edge_of_a_gap_give_no_elements_that_overlap() -> None:
    drill = Drill(id="d", text="**a {{c1::b** c}} *d*")
    text = html(bank_of(questions=question(drills=(drill,))))
    assert web.faults(text) == []
    front = web.by_id(web.parsed(text), "q/d")[0]
    assert web.text(front) == "a b c d"
    assert [web.text(one) for one in front.iter("em")] == ["d"]


def test_what_was_retired_keeps_its_link_and_names_what_replaces_it() -> None:
    gone = Retired(id="old", reason="It was *wrong*.", replaced_by="q")
    root = tree(replace(bank_of(questions=question()), retired=(gone,)))
    old = web.by_id(root, "old")
    assert "It was wrong." in web.text(old)
    assert [(one.get("href"), web.text(one)) for one in old.iter("a")] == [("#q", "Why?")]


@pytest.mark.parametrize("own", ["search", "read", "chapter-1", "part-glossary"])
def test_an_item_called_as_a_part_of_the_page_has_a_link_of_its_own(own: str) -> None:
    faq = Faq(id="f", topics=("rag",), question="F?", answer="F.", related=(own,))
    root = tree(bank_of(questions=question(id=own), faqs=faq))
    assert web.by_id(root, f"{own}/").tag == "article"
    (see,) = [one for one in root.iter() if one.get("data-role") == "related"]
    assert [one.get("href") for one in see.iter("a")] == [f"#{own}/"]


def test_related_items_outside_a_selection_are_not_linked() -> None:
    root = tree(bank_of(questions=question(related=("elsewhere",))))
    assert [one for one in root.iter() if one.get("data-role") == "related"] == []


def test_a_link_in_a_title_is_not_put_into_another() -> None:
    text = html(bank_of(questions=question(question="Why [so](https://example.org)?")))
    assert web.faults(text) == []
    (title,) = web.with_class(web.parsed(text), "asked")
    assert [one.get("href") for one in title.iter("a")] == ["https://example.org"]


def test_the_page_runs_right_to_left_where_its_language_does() -> None:
    bank = bank_of(questions=question())
    root = tree(replace(bank, header=replace(bank.header, language="he")))
    assert (root.get("lang"), root.get("dir")) == ("he", "rtl")


def test_a_report_is_prefilled_with_the_item() -> None:
    bank = bank_of(questions=question())
    header = replace(bank.header, report="mailto:a@example.org?subject={id}%20{title}")
    links = [one.get("href") for one in tree(replace(bank, header=header)).iter("a")]
    assert "mailto:a@example.org?subject=q%20Why%3F" in links


def test_columns_are_aligned_and_pictures_sized_by_classes(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG)
    (tmp_path / "b.svg").write_text(SVG.replace("9", "8"))
    answer = "| a | b |\n|:-:|--:|\n| x | y |\n\n![A](a.svg){width=60%} ![B](b.svg){width=1cm}"
    bank = replace(bank_of(questions=question(answer=answer)), root=str(tmp_path))
    root = tree(bank)
    assert [one.get("class") for one in root.iter("td")] == ["c", "r"]
    images = [(one.get("class"), one.get("width")) for one in root.iter("img")]
    assert images == [("pe-w60", None), (None, "38")]


def test_a_picture_shown_twice_stands_in_the_file_once(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG.replace("9", "7"))
    (tmp_path / "b.svg").write_text(SVG)
    answer = '![A "](a.svg)\n\n![B](b.svg){width=50%}\n\n![](./a.svg)'
    bank = replace(bank_of(questions=question(answer=answer)), root=str(tmp_path))
    text = html(bank)
    assert web.faults(text) == []
    assert text.count("width='7'") == 1
    root = web.parsed(text)
    assert [one.get("alt") for one in root.iter("img")] == ["B"]
    shown = [one for one in root.iter("svg") if one.get("data-picture")]
    assert [(one.get("width"), one.get("viewBox")) for one in shown] == [("7", "0 0 7 7")] * 2
    assert [(one.get("role"), one.get("aria-label")) for one in shown] == [
        ("img", 'A "'),
        (None, None),
    ]
    (stored,) = root.iter("image")
    assert {one.get("href") for one in root.iter("use")} == {f"#{stored.get('id')}"}


# Formulas


def _font(text: str) -> TTFont:
    data = re.search(r"url\(data:font/woff;base64,([^)]*)\)", text)
    assert data
    return TTFont(BytesIO(b64decode(data[1])))


def test_the_font_has_every_character_of_every_formula(shipped: tuple[Bank, str]) -> None:
    text = shipped[1]
    has, whole = _font(text).getBestCmap(), TTFont(math_font()).getBestCmap()
    formulas = re.findall(r"<math\b.*?</math>", text, re.DOTALL)
    assert len(formulas) > 1_000
    text = "".join(formulas)
    letters = {unescape(one) for one in re.findall("<mi>(.)</mi>", text)}
    written = set(unescape(re.sub(r"<[^>]*>", "", text)))
    wanted = written | {ITALIC.get(one, one) for one in letters} | set("\u221a\u2212")
    assert {one for one in wanted if ord(one) in whole and ord(one) not in has} == set()
    assert len(has) < 400
    assert "MATH" in _font(shipped[1])


ITALIC = {
    normalize("NFKC", chr(code)): chr(code)
    for code in range(0x1D400, 0x1D800)
    if re.match("MATHEMATICAL ITALIC (?:SMALL|CAPITAL) ", name(chr(code), ""))
} | {"h": "\N{PLANCK CONSTANT}"}
"""What browsers show for a single letter in `mi`: the characters that Unicode says are it."""


def test_roots_of_every_size_are_as_wide_as_the_smallest() -> None:
    """Else Chromium sets a gap behind every root."""
    font = _font(html(bank_of(questions=question(answer=r"$\sqrt{x}$"))))
    variants = font["MATH"].table.MathVariants
    root = font.getBestCmap()[0x221A]
    sizes = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(root)]
    names = [one.VariantGlyph for one in sizes.MathGlyphVariantRecord]
    names += [one.glyph for one in sizes.GlyphAssembly.PartRecords]
    assert len({font["hmtx"][name][0] for name in names}) == 1


def test_a_page_without_formulas_brings_no_font() -> None:
    assert "@font-face" not in html(bank_of(questions=question()))


def test_lines_over_and_under_a_term_are_drawn_by_css() -> None:
    answer = r"$\overline{\hat{x}+\underline{y}}$ $\sum_{i}^{n} \overset{a}{b}$"
    root = tree(bank_of(questions=question(answer=answer)))
    over, under = web.with_class(root, "pe-math-over"), web.with_class(root, "pe-math-under")
    assert [web.text(one) for one in over] == ["x\u02c6+y"]
    assert [web.text(one) for one in under] == ["y"]
    assert len(list(over[0].iter("mover"))) == 1


def test_styles_of_formulas_become_classes() -> None:
    answer = r"$$\begin{aligned}a&=b\\c&=\color{red}d\end{aligned}$$ $\boxed{x}$"
    text = html(bank_of(questions=question(answer=answer)))
    assert " style=" not in text
    assert "<menclose" not in text
    used = set(re.findall(r"class=\"?(pe-m\d+)", text))
    assert len(used) >= 2
    css = text.partition("<style>")[2].partition("</style>")[0]
    assert all(f".{name} {{" in css for name in used)
    assert "color:#FF0000" in css


# What the page may do


def _policy(root: Element) -> dict[str, str]:
    (meta,) = [m for m in root.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    rules = (rule.strip().partition(" ") for rule in meta.get("content", "").split(";"))
    return {name: value for name, _, value in rules}


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_our_style_and_script_by_hash_and_nothing_from_outside(
    root: Element,
) -> None:
    (style,) = root.iter("style")
    (script,) = root.iter("script")
    assert script.get("type") == "module"
    assert _policy(root) == {
        "default-src": "'none'",
        "style-src": _hash(style.text or ""),
        "script-src": _hash(script.text or ""),
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_no_element_has_a_style_or_a_handler_and_nothing_is_loaded(root: Element) -> None:
    for one in root.iter():
        assert not [key for key in one.attrib if key == "style" or key.startswith("on")]
        for key in ("src", "srcset", "data", "poster", "action"):
            assert one.get(key, "data:").startswith("data:")
        if one.tag == "link":
            assert one.get("href", "").startswith("data:")
        if one.tag == "a":
            assert re.match(r"#|https?://|mailto:", one.get("href", ""))


@pytest.mark.long
def test_the_page_is_html_without_faults(shipped: tuple[Bank, str]) -> None:
    assert web.faults(shipped[1]) == []


def test_headings_go_down_one_level_at_a_time(root: Element) -> None:
    levels = [int(one.tag[1]) for one in root.iter() if one.tag in _HEADINGS]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


_HEADINGS = {f"h{level}" for level in range(1, 7)}


def test_headings_of_authors_stand_below_ours() -> None:
    root = tree(bank_of(questions=question(answer="# One\n\ntext\n\n### Three")))
    found = [(one.tag, web.text(one)) for one in root.iter() if one.tag in {"h5", "h6"}]
    assert found == [("h5", "One"), ("h6", "Three")]


# Bytes


@pytest.mark.long
def test_the_same_bank_gives_the_same_bytes(shipped: tuple[Bank, str]) -> None:
    assert html(_load()) == shipped[1]


def test_the_page_of_the_shipped_bank_is_within_its_budget(shipped: tuple[Bank, str]) -> None:
    assert len(shipped[1].encode()) <= 1_500_000


def test_code_is_kept_as_it_is_written() -> None:
    code = 'def f(a="x"):\n    return {  "<p>": a }\n\n\n# done </p>\n'
    root = tree(bank_of(questions=question(answer=f"```python\n{code}```")))
    (block,) = root.iter("pre")
    assert web.text(block) == code.rstrip()


def test_every_class_of_code_with_a_colour_is_written_and_no_other() -> None:
    css = (ROOT / "src/prep_export/exporters/site/style.css").read_text("utf-8")
    rules = re.findall(r"^([^{}]+)\{ color: var\(--c-\w+\)", css, re.MULTILINE)
    assert {name for rule in rules for name in re.findall(r"\.(\w+)", rule)} == COLOURED
    code = "def f():\n    return 1"
    classes = {name for name, _ in tokens(code, "python")}
    assert {"p", "nf", "k"} <= classes
    text = html(bank_of(questions=question(answer=f"```python\n{code}\n```")))
    (block,) = re.findall(r"<pre.*?</pre>", text, re.DOTALL)
    assert set(re.findall(r'<i class="?(\w\w?)"?>', block)) == classes & COLOURED


def test_many_items_are_made_by_workers_and_progress_is_reported() -> None:
    faqs = tuple(
        Faq(id=f"f{n}", topics=("rag",), question=f"F{n}?", answer="A.") for n in range(2_100)
    )
    bank = bank_of()
    seen: list[tuple[int, int]] = []
    made = page(replace(bank, entries={"faqs": faqs}), lambda *step: seen.append(step))
    assert seen[-1] == (2_100, 2_100)
    assert len(seen) == 11
    found = re.findall(r"<article [^>]*id=(f\d+) ", made.html)
    assert found == [f"f{n}" for n in range(2_100)]


def test_a_style_sheet_loses_only_what_means_nothing() -> None:
    css = """
        /* why: this */
        .a , .b > p::before { color : red; content: "a, b: {c; d}"; }
        @media (min-width: 3em) { .a:is(.b, p) { margin: 0 auto } }
    """
    assert compact_css(css) == (
        '.a,.b > p::before{color :red;content:"a, b: {c; d}"}'
        "@media (min-width:3em){.a:is(.b,p){margin:0 auto}}"
    )


def test_html_without_what_may_go_is_the_same_tree() -> None:
    answer = 'One\n\n- a\n\n  b\n- c\n\n> q\n\n|a|b|\n|-|-|\n|c|"d"|\n\n'
    answer += 'x="1" `y="2"`\n**b**\n*c*\n\n```\nz="3" >\n```'
    whole = page_html.render(answer)
    short = compact_html(whole)
    assert len(short) < len(whole)
    assert _shape(web.parsed(short)) == _shape(web.parsed(whole))
    assert web.faults(f"<!doctype html><title>-</title>{short}") == []


def _shape(root: Element) -> list[tuple[str, dict[str, str], str]]:
    """Elements with their attributes and texts, but for spaces between blocks."""
    return [
        (str(one.tag), dict(one.attrib), _inline(one) if one.tag in _LINES else "")
        for one in root.iter()
    ]


_LINES = {"p", "pre", "code", "td", "b"}


def _inline(element: Element) -> str:
    return "".join(element.itertext()).strip()
