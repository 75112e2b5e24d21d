"""The shipped bank's content: its counts, its arithmetic, its code, and the editorial rules."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from prep_export.bank.ask.topics import root_of
from prep_export.bank.model import Question, title_of
from prep_export.bank.texts import texts

if TYPE_CHECKING:
    from prep_export.bank.model import Bank, Item, Pattern

CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text_of(item: Item) -> str:
    return "\n".join(text for _, text in texts(item))


@pytest.fixture(scope="module")
def items(shipped: Bank) -> dict[str, Item]:
    return {item.id: item for _, item in shipped.items()}


# Arithmetic


# Most numbers are `checks` of their items, which `validate` recomputes; these take a search.


def at_most(successes: int, trials: int, rate: float) -> float:
    """The chance of so many successes or fewer."""
    return sum(
        math.comb(trials, i) * rate**i * (1 - rate) ** (trials - i) for i in range(successes + 1)
    )


@pytest.mark.parametrize(
    ("item", "says", "bound", "successes", "trials"),
    [
        ("sandbagging-elicitation", "$u=10.1\\%$", 0.101, 2, 60),
        ("sandbagging-elicitation", "only at 60.6%", 0.606, 8, 10),
        ("release-near-threshold", "one-sided 95% bound | 37.6", 0.376, 36, 120),
    ],
)
def test_an_exact_bound_is_where_the_chance_falls_below_five_percent(
    item: str, says: str, bound: float, successes: int, trials: int, items: dict[str, Item]
) -> None:
    assert says in text_of(items[item])
    low, high = (at_most(successes, trials, bound + shift) for shift in (0.0005, -0.0005))
    if item == "sandbagging-elicitation" and trials == 10:
        low, high = (1 - at_most(successes, trials, bound + shift) for shift in (-0.0005, 0.0005))
    assert low < 0.05 < high


def test_the_alarm_is_the_first_count_that_the_threshold_makes_likely(
    items: dict[str, Item],
) -> None:
    assert "alarm is thus at 34 solved" in text_of(items["release-near-threshold"])
    assert sum(at_most(k, 120, 0.35) <= 0.05 for k in range(121)) == 34


def of_the_source(shipped: Bank) -> list[Pattern]:
    """The patterns of the source page; the one on any design question is met in every chapter."""
    return [pattern for pattern in shipped.patterns if "seed" in pattern.tags]


def test_every_chapter_has_checked_figures(shipped: Bank) -> None:
    checked = {item.id for _, item in shipped.items() if item.checks}
    roots = Counter(root_of(q.topics[0]) for q in shipped.questions if q.id in checked)
    assert all(roots[root_of(pattern.topics[0])] >= 3 for pattern in of_the_source(shipped))


def test_the_symbols_of_every_concept_are_said(shipped: Bank) -> None:
    told = {c.id: f"{c.definition} {c.legend or ''}" for c in shipped.concepts if c.formula}
    assert [name for name, words in told.items() if "$" not in words] == []


def code_of(item: Item) -> dict[str, Any]:
    """What the Python code blocks of an item define."""
    scope: dict[str, Any] = {}
    for block in CODE.findall(text_of(item)):
        exec(compile(block, item.id, "exec"), scope)
    return scope


def test_every_code_block_parses(shipped: Bank) -> None:
    for _, item in shipped.items():
        for block in CODE.findall(text_of(item)):
            ast.parse(block)


def test_the_pass_at_k_code_is_the_formula(items: dict[str, Item]) -> None:
    pass_at_k = code_of(items["pass-at-k"])["pass_at_k"]
    for n, c, k in ((10, 3, 2), (5, 0, 1), (5, 5, 2), (20, 1, 20), (8, 7, 2), (200, 13, 100)):
        assert pass_at_k(n, c, k) == pytest.approx(1 - math.comb(n - c, k) / math.comb(n, k))


def merged(symbols: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    """The symbols of a word, with each occurrence of the pair as one symbol."""
    found: list[str] = []
    for symbol in symbols:
        if found and (found[-1], symbol) == pair:
            found[-1] += symbol
        else:
            found.append(symbol)
    return tuple(found)


@pytest.mark.parametrize(
    ("end", "pairs"),
    [("", ["e s", "es t", "l o", "lo w"]), ("_", ["e s", "es t", "est _"])],
    ids=["as in the table", "with a marker at the end of a word"],
)
def test_the_bpe_code_finds_the_merges_of_the_text(
    end: str, pairs: list[str], items: dict[str, Item]
) -> None:
    best_pair = code_of(items["bpe-by-hand"])["best_pair"]
    words = {
        (*word, *end): n
        for word, n in zip(("low", "lower", "newest", "widest"), (5, 2, 6, 3), strict=True)
    }
    for expected in pairs:
        pair = best_pair(words)
        assert " ".join(pair) == expected
        words = {merged(word, pair): n for word, n in words.items()}


def test_looking_early_cries_wolf_as_often_as_the_text_says(items: dict[str, Item]) -> None:
    alarms, wins = 0.0, {0: 1.0}
    for n in range(50, 1001, 50):
        after: defaultdict[int, float] = defaultdict(float)
        for before, chance in wins.items():
            for more in range(51):
                after[before + more] += chance * math.comb(50, more) / 2**50
        alarm = {k for k in after if abs(k - n / 2) > 1.96 * math.sqrt(n) / 2}
        alarms += sum(after[k] for k in alarm)
        wins = {k: chance for k, chance in after.items() if k not in alarm}
    assert f"{100 * alarms:.0f}% false alarms by 1,000" in text_of(items["evaluation-significance"])


# Counts and shape


def test_the_bank_is_as_large_as_promised(shipped: Bank) -> None:
    counts = Counter(root_of(q.topics[0]) for q in shipped.questions)
    for pattern in of_the_source(shipped):
        assert counts[root_of(pattern.topics[0])] >= 6, pattern.id
    drills = [drill for _, item in shipped.items() for drill in item.drills]
    assert len(drills) >= 250
    assert len(shipped.concepts) >= 60
    assert len(shipped.faqs) >= 8
    assert len({q.difficulty for q in shipped.questions}) == 3


def test_every_pattern_is_a_root_and_topics_have_two_levels(shipped: Bank) -> None:
    roots = [root_of(pattern.topics[0]) for pattern in shipped.patterns]
    assert len(set(roots)) == len(roots)
    assert all(topic.count("::") <= 1 for topic in shipped.topics)


def test_every_pattern_is_a_chapter(shipped: Bank) -> None:
    for pattern in shipped.patterns:
        assert pattern.diagram or "seed" not in pattern.tags, pattern.id
        assert pattern.body, pattern.id
        assert pattern.formula, pattern.id
        assert pattern.legend, pattern.id
        assert len(pattern.recognise) >= 1
        assert len(pattern.approach) >= 4
        assert len(pattern.pitfalls) >= 2
        assert len(pattern.drills) >= 3


def test_a_formula_is_written_once_in_a_pattern(shipped: Bank) -> None:
    for pattern in shipped.patterns:
        formula = (pattern.formula or "").replace("$$", "").strip()
        assert formula not in (pattern.body or ""), pattern.id


def test_steps_and_pitfalls_fit_a_line_of_the_sheet(shipped: Bank) -> None:
    for pattern in shipped.patterns:
        assert pattern.short, pattern.id
        for line in (*pattern.approach, *pattern.pitfalls):
            shown = re.sub(r"\$[^$]*\$|\*\*", "x", line)
            assert len(shown) <= 52, line


def test_numbers_of_a_short_table_stand_in_the_table(shipped: Bank) -> None:
    for table in shipped.section("tables"):
        whole = f"{table.title} {table.table} {table.note}"
        for number in re.findall(r"\d[\d,.]*\d|\d", table.short or ""):
            assert number in whole, f"{table.id}: {number}"


def test_every_faq_that_is_not_of_the_source_page_has_a_short_answer(shipped: Bank) -> None:
    assert all(faq.short or "seed" in faq.tags for faq in shipped.faqs)


def test_every_question_goes_deep(shipped: Bank) -> None:
    for question in shipped.questions:
        assert question.details, question.id
        assert len(question.details.split()) >= 30, question.id


def test_paragraphs_of_an_answer_begin_with_bold_words(shipped: Bank) -> None:
    for question in shipped.questions:
        paragraphs = question.answer.strip().split("\n\n")
        assert 2 <= len(paragraphs) <= 6, question.id
        assert all(text.startswith("**") for text in paragraphs), question.id


def test_a_concept_is_one_sentence_without_its_term(shipped: Bank) -> None:
    for concept in shipped.concepts:
        text = concept.definition
        assert text.endswith("."), concept.id
        assert not re.search(r"[.!?] [A-Z]", text), concept.id
        assert concept.term.lower() not in text.lower(), concept.id


def test_every_mistake_shows_before_and_after(shipped: Bank) -> None:
    for mistake in shipped.mistakes:
        assert mistake.not_that, mistake.id
        assert mistake.say_this, mistake.id


def test_a_source_names_its_authors_and_year(shipped: Bank) -> None:
    for _, item in shipped.items():
        for source in item.sources:
            assert source.authors, source.title
            assert source.year, source.title


def test_one_work_is_cited_in_one_way(shipped: Bank) -> None:
    works: dict[str, set[tuple[str | None, str | None]]] = {}
    for _, item in shipped.items():
        for source in item.sources:
            works.setdefault(source.title, set()).add((source.authors, source.year))
    assert {title: how for title, how in works.items() if len(how) > 1} == {}


EMPTY_WORDS = re.compile(
    r"\b(delve|leverage|cutting-edge|state-of-the-art|game-chang\w+|robustly|seamless\w*|utili[sz]e)\b",
    re.IGNORECASE,
)
AMERICAN = re.compile(
    r"\b(\w+ization|optimiz\w+|normaliz\w+|summariz\w+|behavior\w*|color\w*|labeled|modeling)\b",
    re.IGNORECASE,
)


def test_words_are_plain_and_british(shipped: Bank) -> None:
    for _, item in shipped.items():
        for path, text in texts(item, markdown=True):
            assert not EMPTY_WORDS.search(text), (item.id, path)
            if isinstance(item, Question) and path == ("question",):
                continue  # some stand word for word in the source text
            found = {m.group().lower() for m in AMERICAN.finditer(text)} - ALLOWED
            assert not found or text == title_of(item), (item.id, path, found)


ALLOWED = {"tokenization"}
"""The field's own word; the source text has it too."""


def test_nothing_depends_without_saying_on_what(shipped: Bank) -> None:
    for _, item in shipped.items():
        for path, text in texts(item):
            for match in re.finditer(r"\b[Ii]t depends\b(?! on)", text):
                pytest.fail(f"{item.id} {path}: {match.group()}")
