"""Meaning: each finding code, at its place, with its remedy."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from prep_export.bank.check.duplicates import near_duplicates
from prep_export.findings.codes import CODES
from prep_export.reading import read_bank
from tests.conftest import QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.reading import Reading

    Read = Callable[..., Reading]


def question(**fields: str) -> str:
    """A questions section with one entry whose fields are changed or added."""
    values = {
        "id": "one",
        "topics": "[rag]",
        "question": "What is it?",
        "answer": "An answer.",
        **fields,
    }
    return "questions:\n  - " + "\n    ".join(f"{k}: {v}" for k, v in values.items() if v) + "\n"


def drill(**fields: str) -> str:
    body = ", ".join(f"{k}: {v}" for k, v in {"id": "d", **fields}.items())
    return question(drills=f"[{{{body}}}]")


CASES = {
    "unknown-topic": (question(topics="[rga]"), "'rga'", "did you mean 'rag'?"),
    "repeated-topic": (question(topics="[rag, rag]"), "'rag'", "once"),
    "unknown-field": (question(anser="x"), "'anser'", "did you mean 'answer'?"),
    "missing-field": (question(answer=""), "'answer'", "needs it"),
    "expected-text": (question(answer="[a]"), "'answer'", "quote"),
    "expected-list": (question(topics="rag"), "'topics'", "topics: [rag]"),
    "unknown-value": (question(kind="desing"), "'desing'", "did you mean 'design'?"),
    "empty-text": (question(answer='"  "'), "'answer'", "write it"),
    "empty-list": (question(topics="[]"), "'topics'", "at least one"),
    "malformed-id": (question(id="One Two"), "'One Two'", "one-two"),
    "malformed-value": (question(sources="[{title: T, year: soon}]"), "'soon'", "2017"),
    "dangling-reference": (question(related="[nope]"), "'nope'", ""),
    "drill-shape": (drill(ask="Why?"), "'d'", "both 'ask' and 'answer'"),
    "no-cloze": (drill(text="nothing"), "no deletion", "{{c1::"),
    "cloze-syntax": (drill(text="'{{c1::open'"), "not closed", "}}"),
    "unexpected-cloze": (question(answer="'{{c1::x}}'"), "outside", "drill"),
    "bad-math": (question(answer="'$\\frac{a$'"), "'{'", ""),
    "bad-link": (question(answer="'[x](javascript:alert)'"), "javascript", "https"),
    "image-missing": (question(answer="'![x](no.png)'"), "no.png", ""),
    "image-outside": (question(answer="'![x](../x.png)'"), "outside", "from the bank"),
    "image-type": (question(answer="'![x](x.gif)'"), "x.gif", "SVG"),
    "unknown-language": (question(answer='"```nolang\\nx\\n```"'), "nolang", "Pygments"),
    "long-answer": (question(answer="word " * 300), "300 words", "details"),
    "duplicate-id": (QUESTION + QUESTION.partition("\n")[2], "'one'", "unique"),
    "retired-id": (QUESTION + "retired: [{id: one, reason: gone}]\n", "'one'", "never"),
    "too-long-value": (question(question="x" * 1200), "1,200", "shorten"),
}


@pytest.mark.parametrize(("code", "text", "message", "hint"), [(c, *v) for c, v in CASES.items()])
def test_each_code_says_what_and_how_to_mend(
    read: Read, code: str, text: str, message: str, hint: str
) -> None:
    found = [d for d in read(text).findings if d.code == code]
    assert found, f"expected {code}"
    assert message in found[0].message
    assert hint in found[0].hint
    assert found[0].severity == CODES[found[0].code]
    assert found[0].location.line > 2, "points into the entry, not at the header"


HEADER_CASES = {
    "missing-header": QUESTION,
    "undeclared-parent": "bank: {id: t, title: T}\ntopics: {'rag::a': A, rag: R}\n"
    + QUESTION.replace("rag", "rag"),
    "unused-topic": "bank: {id: t, title: T}\ntopics: {rag: R, other: O}\n" + QUESTION,
    "duplicate-topic": "bank: {id: t, title: T}\ntopics: {rag: {title: R, aliases: [b]}, b: B}\n"
    + QUESTION,
    "no-items": "bank: {id: t, title: T}\n",
}


@pytest.mark.parametrize("code", sorted(set(HEADER_CASES) - {"undeclared-parent"}))
def test_codes_about_the_whole_bank(read: Read, code: str) -> None:
    assert code in {d.code for d in read(HEADER_CASES[code], header=False).findings}


def test_a_topic_needs_its_parent(read: Read) -> None:
    text = "bank: {id: t, title: T}\ntopics: {'a::b': B}\n" + QUESTION.replace("[rag]", "['a::b']")
    (found,) = read(text, header=False).findings
    assert (found.code, found.location.line, found.location.column) == ("undeclared-parent", 2, 10)


def test_an_alias_stands_for_its_topic(read: Read) -> None:
    text = "bank: {id: t, title: T}\ntopics: {rag: {title: R, aliases: [old]}}\n"
    assert read(text + QUESTION.replace("[rag]", "[old]"), header=False).findings == ()


def test_the_place_is_narrowed_to_the_word(read: Read) -> None:
    text = question(answer="|\n      first line\n      then $\\badmacro$ here")
    (found,) = read(text).findings
    assert found.code == "bad-math"
    assert (found.location.line, found.location.column) == (9, 13)


def test_near_duplicates_are_found_and_different_questions_are_not() -> None:
    texts = [
        "Explain how a transformer uses multi-head attention layers in decoding",
        "How does retrieval work?",
        "Explain how the transformer uses multi-head attention layers in decoding!",
    ]
    assert near_duplicates(texts) == [(0, 2)]


def test_a_clean_bank_has_no_findings(read: Read) -> None:
    assert read(QUESTION).findings == ()


def test_the_house_style_of_the_header_is_held(read: Read) -> None:
    style = "style: {answer_words: 3-9, key_points: 1-, drills: 1-2, drill_words: 2-4}"
    text = (
        f"bank: {{id: t, title: T, {style}}}\ntopics: {{rag: R}}\nquestions:\n"
        "  - {id: a, topics: [rag], question: Why a?, answer: one two three, key_points: [x],\n"
        "     drills: [{id: d, ask: what is it, answer: a b c d e}]}\n"
        "  - {id: b, topics: [rag], question: Which b?, answer: too short}\n"
    )
    found = read(text, header=False).findings
    assert [(d.code, d.location.line) for d in found] == [("house-style", n) for n in (5, 6, 6, 6)]
    messages = " ".join(d.message for d in found)
    for part in ("5 words, not 2-4", "2 words, not 3-9", "0 key points, not 1-", "0 drills"):
        assert part in messages


@pytest.mark.parametrize("text", ["8.", "3)", "-", "> -", "*"])
def test_a_text_of_marks_alone_shows_nothing_and_is_refused(read: Read, text: str) -> None:
    found = read(question(answer=f"'{text}'")).findings
    assert [d.code for d in found] == ["empty-text"]


def test_a_range_that_is_none_is_refused(read: Read) -> None:
    (found,) = read("bank: {id: t, title: T, style: {drills: many}}\n", header=False).findings
    assert (found.code, found.hint) == ("malformed-value", "write a range, such as 60-150 or 3-")


def place(reading: Reading) -> list[tuple[str, int, int]]:
    """Code, line and column of each finding."""
    return [(d.code, d.location.line, d.location.column) for d in reading.findings]


def test_two_drills_of_one_item_cannot_share_an_id(read: Read) -> None:
    drills = "[{id: d, ask: Which?, answer: This.}, {id: d, ask: What?, answer: That.}]"
    text = question(drills=drills)
    column = text.splitlines()[-1].rindex("id: d") + len("id: ") + 1
    assert place(read(text)) == [("duplicate-id", 8, column)]


def test_drills_of_two_items_may_share_an_id(read: Read) -> None:
    drills = "drills: [{id: d, ask: Which?, answer: This.}]"
    two = f"  - {{id: two, topics: [rag], question: Another?, answer: Yes., {drills}}}\n"
    text = f"{QUESTION}    {drills}\n{two}"
    assert read(text).findings == ()


def test_what_replaces_a_retired_item_must_be_there(read: Read) -> None:
    retired = "retired: [{id: old, reason: Gone., replaced_by: onee}]\n"
    (found,) = read(QUESTION + retired).findings
    assert (found.code, found.hint) == ("dangling-reference", "did you mean 'one'?")
    assert (found.location.line, found.location.column) == (8, retired.index("onee") + 1)
    assert read(QUESTION + retired.replace("onee", "one")).findings == ()


def test_an_item_is_not_related_to_itself(read: Read) -> None:
    (found,) = read(question(related="[one]")).findings
    assert (found.code, found.hint) == ("dangling-reference", "an item is not related to itself")
    assert (found.location.line, found.location.column) == (8, 15)


def test_the_image_of_a_diagram_is_judged_as_any_image(read: Read) -> None:
    text = "patterns:\n  - {id: p, topics: [rag], title: T, summary: S.,\n"
    text += "     diagram: {image: no.svg, alt: Nothing}}\n"
    assert place(read(text)) == [("image-missing", 5, 23)]


def test_the_logo_is_judged_as_any_image(read: Read) -> None:
    text = "bank: {id: t, title: T, pdf: {logo: ../logo.svg}}\ntopics: {rag: RAG}\n" + QUESTION
    assert place(read(text, header=False)) == [("image-outside", 1, 37)]


@pytest.mark.parametrize(
    ("name", "kind"), [("x.png", "GIF"), ("x.jpg", "PNG"), ("x.jpeg", "GIF"), ("x.png", "JPEG")]
)
def test_a_picture_must_be_what_its_name_says(
    read: Read, tmp_path: Path, name: str, kind: str
) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / name, kind)
    (found,) = read(question(answer=f"'![x]({name})'")).findings
    suffix = name.partition(".")[2].upper()
    assert (found.code, found.message) == ("image-broken", f"'{name}' is not a {suffix} file")


@pytest.mark.parametrize(("name", "kind"), [("x.png", "PNG"), ("x.jpg", "JPEG")])
def test_a_picture_of_its_kind_is_taken(read: Read, tmp_path: Path, name: str, kind: str) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / name, kind)
    assert read(question(answer=f"'![x]({name})'")).findings == ()


def test_a_picture_may_have_twenty_mebibytes_and_no_more(read: Read, tmp_path: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1L8 8"/></svg>'
    full = svg + b" " * (20 * 1024 * 1024 - len(svg))
    for content, expected in ((full, []), (full + b" ", ["image-broken"])):
        (tmp_path / "x.svg").write_bytes(content)
        found = read(question(answer="'![x](x.svg)'")).findings
        assert [d.code for d in found] == expected
    assert "larger than 20 MiB" in found[0].message


def test_a_picture_may_have_fifty_million_pixels_and_no_more(read: Read, tmp_path: Path) -> None:
    for height, expected in ((5_000, []), (5_001, ["image-broken"])):
        Image.new("1", (10_000, height)).save(tmp_path / "x.png")
        found = read(question(answer="'![x](x.png)'")).findings
        assert [d.code for d in found] == expected
    assert "50 million pixels" in found[0].message


@pytest.mark.parametrize("sign", ["|", ">", "|-", ">+"])
def test_a_fault_of_a_whole_block_of_text_stands_at_its_first_line(read: Read, sign: str) -> None:
    text = question(answer=f"{sign}\n\n      {'word ' * 300}")
    assert place(read(text)) == [("long-answer", 9, 7)]


# Several files


USES = """\
bank: {id: t, title: T}
topics: {lone: L, "far::below": B}
questions:
  - {id: one, topics: [rag], related: [two], question: What?, answer: This.}
retired: [{id: old, reason: Gone., replaced_by: two}]
"""
DECLARES = """\
topics: {rag: RAG, far: Far}
faqs: [{id: two, topics: [rag, lone, "far::below"], question: Why?, answer: So.}]
"""
UNREAD = {
    "not-utf8": DECLARES.encode() + b"# \xff\n",
    "too-deep": DECLARES.encode() + b"patterns: " + b"[" * 10_000,
    "control-character": DECLARES.encode() + b"# \x00\n",
    "yaml-syntax": DECLARES.encode() + b"patterns: [\n",
    "unreadable-file": None,
}


def test_one_file_may_use_what_another_declares(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(USES)
    (tmp_path / "b.yaml").write_text(DECLARES)
    assert read_bank(tmp_path).findings == ()


@pytest.mark.parametrize("code", UNREAD)
def test_what_an_unread_file_may_declare_is_not_reported_as_missing(
    tmp_path: Path, code: str
) -> None:
    content = UNREAD[code]
    (tmp_path / "a.yaml").write_text(USES)
    if content is None:
        (tmp_path / "b.yaml").symlink_to(tmp_path / "gone.yaml")
    else:
        (tmp_path / "b.yaml").write_bytes(content)
    assert [d.code for d in read_bank(tmp_path).findings] == [code]


def test_an_unread_file_may_hold_the_header_and_all_items(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes((USES + DECLARES.partition("\n")[2]).encode() + b"# \xff")
    (tmp_path / "b.yaml").write_text("topics: {rag: RAG}\n")
    assert [d.code for d in read_bank(tmp_path).findings] == ["not-utf8"]


def test_a_finding_names_the_file_that_it_stands_in(tmp_path: Path) -> None:
    for name, number in (("a", "one"), ("b", "two"), ("c", "three")):
        faq = f"faqs:\n  - {{id: {number}, topics: [no], question: {number}?, answer: A.}}\n"
        header = "bank: {id: t, title: T}\ntopics: {rag: RAG}\n" if name == "a" else ""
        used = "mistakes: [{id: m, topics: [rag], mistake: M, why: W., instead: I.}]\n"
        (tmp_path / f"{name}.yaml").write_text(header + faq + (used if name == "a" else ""))
    found = read_bank(tmp_path).findings
    assert [(d.code, PurePath(d.location.path).name, d.location.line) for d in found] == [
        ("unknown-topic", "a.yaml", 4),
        ("unknown-topic", "b.yaml", 2),
        ("unknown-topic", "c.yaml", 2),
    ]


@pytest.mark.parametrize("topic", ["Rag", "rag two", "rag:two", "rag::", "::rag", "rag--two", "é"])
def test_a_topic_id_that_is_none_is_refused_where_it_is_declared(read: Read, topic: str) -> None:
    text = f"bank: {{id: t, title: T}}\ntopics:\n  rag: RAG\n  '{topic}': Other\n" + QUESTION
    assert place(read(text, header=False)) == [("malformed-id", 4, 3)]


def test_a_topic_is_declared_once_in_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("bank: {id: t, title: T}\ntopics: {rag: First}\n" + QUESTION)
    (tmp_path / "b.yaml").write_text("topics:\n  rag: Second\n")
    reading = read_bank(tmp_path)
    (found,) = reading.findings
    assert (found.code, found.message) == ("duplicate-topic", "topic 'rag' is declared twice")
    assert PurePath(found.location.path).name == "b.yaml"
    assert (found.location.line, found.location.column) == (2, 3)
    assert reading.bank is not None
    assert reading.bank.topics["rag"].title == "First"
