"""`smart_quotes`: the quotes and dashes of print in every export, and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep_export
from prep_export.markdown.parser import parse, walk
from prep_export.markdown.quotes import marks_of, printed, printed_plain
from prep_export.printed import printed as printed_bank

from .support import paper

if TYPE_CHECKING:
    from pathlib import Path

    from prep_export.bank.model import Bank

SET = [
    ('He said "yes".', "He said “yes”."),
    ("He said 'yes'.", "He said ‘yes’."),
    ("\"It's 'so', they say.\"", "“It’s ‘so’, they say.”"),
    ("the '90s, students' work, don't, rock 'n' roll", None),
    ('("a") ["b"] -"c"- "d",', "(“a”) [“b”] -“c”- “d”,"),
    ('**"bold"** *"it"* "**y**" __"z"__', "**“bold”** *“it”* “**y**” __“z”__"),
    ("`f()`'s, $x$'s, (RLHF)'s", "`f()`’s, $x$’s, (RLHF)’s"),
    ('的"中文"的', "的“中文”的"),
    ('"over\nlines"', "“over\nlines”"),
    ('- "a"\n  - b "c\n    d"\n\n> "q"', "- “a”\n  - b “c\n    d”\n\n> “q”"),
    ('# "a" #\n\n"b"\n---', "# “a” #\n\n“b”\n---"),
    ('{{c1::"a"::"hint"}}\'s "{{c2::b}}"', "{{c1::“a”::“hint”}}’s “{{c2::b}}”"),
    ('| "a" | `x\\|"` "b" |\n|---|---|\n| "a" | it\'s |', None),
    ("a -- b, 3--5, so---then", "a – b, 3–5, so—then"),
    ("wait...", "wait…"),
    ('[see "it"](https://a.example/"x" "t")', '[see “it”](https://a.example/"x" "t")'),
]

KEPT = [
    '`"code" -- ...` and $"x" -- ...$',
    '```\n"code" -- ...\n```',
    '    "code"',
    "$$\n\"x\" 'y' ...\n$$",
    '![a "b" -- c](media/"x"--y...svg)',
    "<https://example.org/a'b--c>",
    '\\"typed\\" &quot;so&quot;',
    'a "quote without end',
    "use --flag, (--flag), x = --3, a....",
    "| a |\n|---|\n| b |",
    '5" wide',
]


@pytest.mark.parametrize(("typed", "shown"), [pair for pair in SET if pair[1]])
def test_quotes_and_dashes_of_print(typed: str, shown: str) -> None:
    assert printed(typed, "en") == shown


def test_apostrophes_and_cells() -> None:
    assert printed(SET[3][0], "en") == "the ’90s, students’ work, don’t, rock ‘n’ roll"
    assert printed(SET[12][0], "en") == '| “a” | `x\\|"` “b” |\n|---|---|\n| “a” | it’s |'


def test_alike_cells_beside_an_empty_one() -> None:
    text = '| x | y | z |\n|---|---|---|\n| "a" |  | "a" |\n| "a" | "a |  |'
    assert printed(text, "en") == text.replace('"a"', "“a”")


@pytest.mark.parametrize("text", KEPT)
def test_what_is_typed_for_programs_or_has_no_partner_stays(text: str) -> None:
    assert printed(text, "en") == text


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en-GB", "“a ‘b’ c” it’s"),
        ("de", "„a ‚b‘ c“ it’s"),
        ("de-CH", "«a ‹b› c» it’s"),
        ("fr-CA", "«\u202fa “b” c\u202f» it’s"),
        ("ru", "«a „b“ c» it’s"),
        ("xx", "“a ‘b’ c” it’s"),
        ("ja", "\"a 'b' c\" it's"),
        ("zh-Hant-TW", "\"a 'b' c\" it's"),
    ],
)
def test_by_language(language: str, shown: str) -> None:
    assert printed("\"a 'b' c\" it's", language) == shown
    assert printed_plain("\"a 'b' c\" it's", language) == shown
    assert (marks_of(language) is None) == (language[:2] in {"ja", "zh"})


def test_a_space_within_quotes_is_a_part_of_them() -> None:
    assert printed('"\'"', "fr") == printed(printed('"\'"', "fr"), "fr")


MARKUP = st.text(st.sampled_from("ab1 .,-*_`$[]()|!~^{}:\\<>#\n'\"中"), max_size=60)


@given(MARKUP, st.sampled_from(["en", "de", "fr"]))
def test_only_signs_change_and_only_once(text: str, language: str) -> None:
    once = printed(text, language)
    assert printed(once, language) == once
    assert re.sub(r"[‘’“”„‚«»\u202f…–—]|['\".-]", "", once) == re.sub(r"['\".-]", "", text)


@given(MARKUP)
def test_a_text_means_the_same_afterwards(text: str) -> None:
    """What is no text is as it was, and there is no more and no less of it."""
    for cloze in (False, True):
        before, after = (_markup(one, cloze=cloze) for one in (text, printed(text, "en")))
        assert before == after


def _markup(text: str, *, cloze: bool) -> list[tuple[str, str, str]]:
    return [
        (token.type, "" if token.type == "text" else token.content, str(token.attrs))
        for token in walk(parse(text, cloze=cloze))
    ]


BANK = """
    bank:
      id: b
      title: Bob's "bank"
      smart_quotes: true
    topics: {t: The "topic"}
    questions:
      - id: q
        topics: [t]
        question: Why "so", and `"code"`?
        answer: It's "so" -- $n=2$ of 3...
        sources: [{title: 'The "book"', url: "https://a.example/it's"}]
        drills: [{id: d, text: 'Say {{c1::"so"}}.'}]
        checks: [{says: '"so" -- $n=2$', equals: "1 + 1"}]
    retired: [{id: gone, reason: It's "old"}]
"""


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    path = tmp_path / "b.yaml"
    path.write_text(BANK, encoding="utf-8")
    return prep_export.load_bank(path)


def test_every_text_of_a_bank_that_is_shown(bank: Bank) -> None:
    found = printed_bank(bank)
    assert found.header.title == "Bob’s “bank”"
    assert found.deck == bank.deck == 'Bob\'s "bank"', "Anki knows the deck by its name"
    assert found.topics["t"].title == "The “topic”"
    (question,) = found.questions
    assert question.question == 'Why “so”, and `"code"`?'
    assert question.answer == "It’s “so” – $n=2$ of 3…"
    assert question.drills[0].text == "Say {{c1::“so”}}."
    assert question.sources[0].title == "The “book”"
    assert question.sources[0].url == "https://a.example/it's"
    assert question.checks == bank.questions[0].checks
    assert found.retired[0].reason == "It’s “old”"
    assert printed_bank(found) is found


@pytest.mark.long
def test_every_format_shows_them(bank: Bank, tmp_path: Path) -> None:
    for name in ("pdf", "booklet", "flashcards"):
        path = tmp_path / f"{name}.pdf"
        prep_export.export(bank, name, path)
        text = paper.text(path)
        assert "Why “so”" in text or name == "pdf"
        assert "The “topic”" in text or name == "pdf"
        assert '"so"' not in text
        assert "'s" not in text.replace("example/it's", "")
    prep_export.export(bank, "anki", tmp_path / "b.apkg")
    back = prep_export.difference(tmp_path / "b.apkg", bank)
    assert not back.changes, "the comparison sees what the export has written"


def test_a_space_within_french_quotes_breaks_no_line_on_paper(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    words = " ".join(f'"mot{"x" * (n % 9)}"' for n in range(150))
    path.write_text(
        "bank: {id: f, title: F, language: fr, smart_quotes: true}\ntopics: {t: T}\n"
        f"faqs: [{{id: a, topics: [t], question: Q?, answer: '{words}'}}]\n",
        encoding="utf-8",
    )
    prep_export.export(prep_export.load_bank(path), "booklet", tmp_path / "f.pdf")
    lines = paper.tool("pdftotext", "-layout", tmp_path / "f.pdf", "-").splitlines()
    found = [line.split("»")[-1] for line in lines if "«" in line]
    assert len(found) > 10
    assert not [line for line in found if "«" in line]


def test_without_the_header_nothing_changes(bank: Bank, shipped: Bank) -> None:
    from dataclasses import replace

    plain = replace(bank, header=replace(bank.header, smart_quotes=False))
    assert printed_bank(plain) is plain
    assert shipped.header.smart_quotes
