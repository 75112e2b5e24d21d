"""Meaning: each finding code, at its place, with its remedy."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import prep_export
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


ALIKE = """\
questions:
  - {id: one, topics: [rag], question: What is the capital city of Guinea Bissau?, answer: B.}
  - {id: two, topics: [rag], question: What is the capital city of Bissau Guinea?, answer: C.}
  - {id: three, topics: [rag], question: What is a tree?, answer: D.}
"""


def headed(fields: str, text: str) -> str:
    return f"bank: {{id: t, title: T, {fields}}}\ntopics: {{rag: R}}\n{text}"


def test_near_duplicates_may_be_accepted(read: Read) -> None:
    assert codes(read(headed("language: en", ALIKE), header=False)) == ["near-duplicate"]
    for group in ("[one, two]", "[two, one]"):
        assert codes(read(headed(f"distinct: [{group}]", ALIKE), header=False)) == []


def test_an_accepted_pair_does_not_hide_another(read: Read) -> None:
    third = ALIKE.replace("What is a tree?", "What is the capital city of Bissau Guinea?")
    assert codes(read(headed("distinct: [[one, two]]", third), header=False)) == ["near-duplicate"]
    assert codes(read(headed("distinct: [[one, two, three]]", third), header=False)) == []


@pytest.mark.parametrize(
    ("distinct", "code", "marked"),
    [
        ("[[one, tow]]", "dangling-reference", "tow"),
        ("[[one, three], [one, two]]", "unused-ignore", "[one, three]"),
        ("[[one, three, two]]", "unused-ignore", "three"),
        ("[[one]]", "empty-list", "[one]"),
    ],
)
def test_what_is_wrong_with_an_accepted_pair_is_marked(
    read: Read, distinct: str, code: str, marked: str
) -> None:
    found = read(headed(f"distinct: {distinct}", ALIKE), header=False).findings
    at = next(f.location for f in found if f.code == code)
    assert (at.excerpt or "")[at.column - 1 : at.end_column - 1] == marked
    assert len(found) == (2 if code == "empty-list" else 1)


LONG = "word " * 300


def test_a_warning_is_ignored_where_its_item_says_so(read: Read) -> None:
    two = f"  - {{id: two, topics: [rag], question: Who?, answer: {LONG}}}\n"
    text = question(answer=LONG, ignore="[long-answer]") + two
    assert place(read(text)) == [("long-answer", 9, 54)]


def test_a_warning_is_ignored_in_a_whole_bank(read: Read) -> None:
    text = headed("ignore: [long-answer, untranslated], language: it", question(answer=LONG))
    assert read(text, header=False).findings == ()


def test_a_topic_may_be_unused(read: Read) -> None:
    text = "bank: {id: t, title: T}\ntopics: {rag: R, later: {title: L, ignore: [unused-topic]}}\n"
    assert read(text + QUESTION, header=False).findings == ()


def test_lost_text_may_be_ignored(read: Read) -> None:
    assert read(question(answer="So #5", ignore="[lost-text]")).findings == ()


@pytest.mark.parametrize("code", ["bad-math", "long-anwser", "unused-ignore"])
def test_errors_and_unknown_codes_cannot_be_ignored(read: Read, code: str) -> None:
    text = question(answer="'$\\frac{a$'", ignore=f"[{code}]")
    assert codes(read(text)) == ["bad-math", "unknown-value"]


def test_what_ignores_nothing_is_a_warning(read: Read) -> None:
    text = question(ignore="[long-answer, missing-glyph]")
    assert place(read(text)) == [("unused-ignore", 8, 14)]
    assert place(read(headed("ignore: [near-duplicate]", QUESTION), header=False)) == [
        ("unused-ignore", 1, 34)
    ]


def test_what_is_not_sound_is_not_blamed_for_ignoring_nothing(read: Read) -> None:
    text = question(answer="", ignore="[long-answer]")
    assert codes(read(text)) == ["missing-field"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("header", "item", "lines"),
    [
        ("", "", [3, 4]),
        ("", ", ignore: [missing-glyph]", [4]),
        (", ignore: [missing-glyph]", "", []),
    ],
)
def test_a_character_that_no_font_has_may_be_ignored(
    read: Read, tmp_path: Path, header: str, item: str, lines: list[int]
) -> None:
    text = f"bank: {{id: t, title: T{header}}}\ntopics: {{rag: R}}\nfaqs:\n".removesuffix("\n")
    text += f" [{{id: one, topics: [rag], question: Why?, answer: 意{item}}},\n"
    text += "  {id: two, topics: [rag], question: Who?, answer: 味}]\n"
    reading = read(text, header=False)
    assert reading.bank is not None
    report = prep_export.export(reading.bank, "flashcards", tmp_path / "x.pdf")
    assert [found.location.line for found in report.findings] == lines


def test_a_house_rule_is_not_broken_by_what_is_not_sound(read: Read) -> None:
    header = "style: {answer_words: 1-9, drills: 1-}"
    text = headed(header, question(answer="", drills="[x]", key_points="[a: b]"))
    found = codes(read(text, header=False))
    assert sorted(found) == ["expected-mapping", "expected-text", "missing-field"]


FAULTY = {
    "anwser": "unknown-field",
    "kind: desing": "unknown-value",
    "drills: [{id: d, txt: '{{c1::x}}'}]": "unknown-field",
    "sources: [x]": "expected-mapping",
}


@pytest.mark.parametrize("fault", FAULTY)
def test_an_item_with_a_fault_stays_known(read: Read, fault: str) -> None:
    """Its id and its topic are used by others, its texts are judged: one fault, one finding."""
    faulty = question(answer="'![x](no.png)'")
    faulty = faulty.replace("answer", fault) if fault == "anwser" else f"{faulty}    {fault}\n"
    other = "  - {id: two, topics: [rag], question: Who?, answer: I., related: [one]}\n"
    reading = read(faulty + other)
    assert sorted(codes(reading)) == sorted([FAULTY[fault], "image-missing"])
    assert reading.bank is not None
    assert [item.id for _, item in reading.bank.items()] == ["two"]
    assert set(reading.bank.places) == {"two"}


def test_a_topic_with_a_fault_keeps_its_aliases(read: Read) -> None:
    text = "bank: {id: t, title: T}\ntopics: {rag: {title: R, aliases: [old], nope: x}}\n"
    assert codes(read(text + question(topics="[old]"), header=False)) == ["unknown-field"]


def test_a_pair_is_not_needless_because_one_has_no_question(read: Read) -> None:
    text = ALIKE.replace("question: What is the capital city of Bissau Guinea?, ", "")
    found = read(headed("distinct: [[one, two]]", text), header=False)
    assert codes(found) == ["missing-field"]


def test_a_retired_entry_with_a_fault_stays_known(read: Read) -> None:
    retired = "retired:\n  - {id: old, resaon: Gone.}\n  - {id: old, reason: Gone.}\n"
    reading = read(QUESTION + retired)
    assert codes(reading) == ["unknown-field", "duplicate-id"]
    assert reading.bank is not None
    assert reading.bank.retired == ()


@pytest.mark.parametrize("header", ["{id: t}", "{id: t, title: T, nope: x}", "x", "", None])
def test_a_faulty_header_hides_no_other_error(read: Read, header: str | None) -> None:
    text = "" if header is None else f"bank: {header}\n"
    text += "topics: {rag: R}\n" + question(topics="[rga]", answer="'$\\frac{a$'")
    reading = read(text, header=False)
    assert codes(reading)[-2:] == ["unknown-topic", "bad-math"]
    assert len(reading.findings) == 3
    assert reading.bank is None


def test_a_faulty_section_does_not_hide_that_there_is_no_header(read: Read) -> None:
    found = read("topics: [rag]\n" + QUESTION, header=False)
    assert codes(found) == ["missing-header", "expected-mapping"]


@pytest.mark.parametrize("deck", ["::A", "A::", "A::::B", "A:: ::B", "::"])
def test_a_deck_has_no_level_without_a_name(read: Read, deck: str) -> None:
    (found,) = read(headed(f"deck: '{deck}'", QUESTION), header=False).findings
    assert (found.code, found.location.line) == ("malformed-value", 1)


def test_a_title_makes_no_levels_of_decks(read: Read) -> None:
    text = QUESTION.join(["bank: {id: t, title: 'std::vector'}\ntopics: {rag: R}\n", ""])
    assert place(read(text, header=False)) == [("malformed-value", 1, 22)]
    text = text.replace("'}", "', deck: 'std::vector'}")
    assert read(text, header=False).findings == ()


def codes(reading: Reading) -> list[str]:
    return [found.code for found in reading.findings]


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
    text = "bank: {id: t, title: T, style: {drills: many}}\ntopics: {rag: R}\n" + QUESTION
    (found,) = read(text, header=False).findings
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
