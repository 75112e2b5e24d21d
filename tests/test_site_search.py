"""Searching the study page: what is found, in which order, how it is walked, and how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .support.chromium import site_file, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from .conftest import ShippedFile
    from .support.chromium import OpenPage

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1h2"/></svg>'

FIND = """([texts, query]) => {
  const entries = texts.map(([title, keywords, text], at) =>
    ours.entry({id: String(at), item: String(at), title, where: "", keywords, text}));
  return ours.searcher(entries)(query).map(one => Number(one.id));
}"""


@pytest.fixture
def pure(modules: Callable[[str], Page]) -> Page:
    return modules("entry, searcher, snippet, findAll, fold, words, foldWithPlaces")


def test_title_comes_before_key_words_before_text_and_starts_before_middles(pure: Page) -> None:
    texts = [
        ["Other", "", "It is unranked"],
        ["Other", "", "The rank of a matrix"],
        ["Other", "unranked", ""],
        ["Other", "rank", ""],
        ["Unranked", "", ""],
        ["Ranking", "", ""],
        ["Rank", "", ""],
        ["The rank", "", ""],
        ["Nothing", "here", "at all"],
    ]
    assert pure.evaluate(FIND, [texts, "rank"]) == [6, 5, 7, 4, 3, 2, 1, 0]


def test_all_words_must_be_there_in_any_place(pure: Page) -> None:
    texts = [
        ["Cache", "attention", "keys and values"],
        ["Cache", "", "keys"],
        ["Keys of values", "", "and a cache"],
        ["Values, keys: cache", "", ""],
    ]
    assert pure.evaluate(FIND, [texts, "keys cache values"]) == [3, 2, 0]
    assert pure.evaluate(FIND, [texts, "  "]) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Überanpassung", "uberanpassung"),
        ("naive", "NAÏVE"),
        ("Straße", "strasse"),
        ("İstanbul ve \u0131l\u0131k", "istanbul ilik"),
        ("Łódź smørrebrød", "lodz smorrebrod"),
        ("ﬁne-tuning", "fine-tuning"),
        ("\U0001d465\U0001d456 in \U0001d411", "xi r"),
        ("検索拡張生成とは", "拡張"),
        ("Ёлка", "елка"),
        ("ΣΊΣΥΦΟΣ", "σισυφος"),
        ("top-k and C++", "top-k c++"),
    ],
)
def test_case_and_diacritics_do_not_matter(pure: Page, text: str, query: str) -> None:
    assert pure.evaluate(FIND, [[[text, "", ""], ["other", "", ""]], query]) == [0]


def test_typing_on_finds_what_a_new_search_finds(pure: Page) -> None:
    narrowed = pure.evaluate("""() => {
      const texts = ["a ranking of lists", "list of ranks", "rank", "listless", "ran"];
      const entries = texts.map((text, at) =>
        ours.entry({id: String(at), item: "", title: text, where: "", keywords: "", text: ""}));
      const typed = ours.searcher(entries);
      const steps = ["r", "ra", "rank", "rank ", "rank l", "rank list", "rank", "ra", "list"];
      return steps.map(query =>
        [typed, ours.searcher(entries)].map(search => search(query).map(one => one.id).join()));
    }""")
    assert all(typed == new for typed, new in narrowed)
    assert narrowed[-1][0]


def test_places_that_were_found_are_those_in_the_text_itself(pure: Page) -> None:
    found = pure.evaluate("""() => {
      const text = "Die ﬁne Straße, ÜBER n\\u0303 u\\u0308ber \\u{1d411}ag";
      const found = ours.findAll(text, ours.words("fine strasse uber rag"));
      return found.map(([a, b]) => text.slice(a, b));
    }""")
    assert found == ["ﬁne", "Straße", "ÜBER", "u\u0308ber", "\U0001d411ag"]


def test_a_snippet_shows_the_place_and_marks_it(pure: Page) -> None:
    text = "word " * 100 + "the needle here " + "word " * 100
    piece = pure.evaluate("text => ours.snippet(text, ['needle'])", text)
    assert piece["text"].startswith("… ")
    assert piece["text"].endswith(" …")
    assert len(piece["text"]) < 200
    assert [piece["text"][a:b] for a, b in piece["found"]] == ["needle"]
    assert pure.evaluate("ours.snippet('Short.', ['absent'])") == {"text": "Short.", "found": []}
    assert len(pure.evaluate("ours.snippet('x'.repeat(999), ['y'])")["text"]) < 200


def results(page: Page) -> list[str]:
    titles: list[str] = page.locator("#results .result-title").all_inner_texts()
    return titles


def test_slash_goes_to_search_and_arrows_and_enter_walk_what_was_found(study: Page) -> None:
    study.keyboard.press("/")
    study.keyboard.type("chunk")
    assert results(study)[0] == "How long is a chunk?"
    assert "Why do chunks overlap?" in results(study)
    first = study.locator("#results a").first
    assert first.locator("mark").first.inner_text() == "chunk"
    assert first.locator(".result-where").inner_text() == "Retrieval"
    assert study.inner_text("#status") == f"Found: {len(results(study))}"
    study.keyboard.press("ArrowDown")
    assert first.evaluate("link => link === document.activeElement")
    study.keyboard.press("ArrowUp")
    assert study.evaluate("document.activeElement.id") == "search"
    study.keyboard.press("ArrowDown")
    study.keyboard.press("ArrowDown")
    target = study.evaluate("document.activeElement.hash")
    study.keyboard.press("Enter")
    until(study, "hash => location.hash === hash", target)
    assert study.is_hidden("#results")
    assert study.evaluate("document.activeElement.closest('.item, .drill').id") == target[1:]
    assert study.evaluate("CSS.highlights.get('found').size") >= 1


def test_enter_in_the_field_goes_to_the_first(study: Page) -> None:
    study.fill("#search", "overlap no thought")
    study.keyboard.press("Enter")
    until(study, "location.hash === '#chunks/overlap'")
    study.wait_for_selector("text=So that no thought is cut.")  # unfolded, as it was sought there


@pytest.mark.long
def test_what_is_ours_is_not_found_and_what_stands_for_pictures_is(
    open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "d.svg").write_text(SVG, encoding="utf-8")
    bank = """\
bank: {id: words, title: Words}
topics: {one: One}
questions:
  - id: first
    topics: [one]
    question: First
    answer: Said.
    details: "![A walrus](d.svg)"
    drills: [{id: gap, text: "A {{c1::gap::hinted}} here."}]
"""
    page = open_page(site_file(bank, tmp_path))
    for query, found in (
        ("walrus", ["First"]),
        ("details", []),  # the label of the part
        ("answer", []),
        ("hinted", []),
        ("gap here", ["A gap here."]),
    ):
        page.fill("#search", query)
        assert results(page) == found, query


def test_escape_leaves_and_goes_back(study: Page) -> None:
    study.focus("#loops .asked a")
    study.keyboard.press("/")
    study.keyboard.type("recall")
    study.keyboard.press("ArrowDown")
    study.keyboard.press("Escape")
    assert study.input_value("#search") == ""
    assert study.is_hidden("#results")
    assert study.evaluate("document.activeElement.closest('article').id") == "loops"


def test_a_slash_that_is_typed_stays_a_slash(study: Page) -> None:
    study.fill("#search", "a")
    study.press("#search", "End")
    study.keyboard.type("/b")
    assert study.input_value("#search") == "a/b"


@pytest.mark.long
def test_nothing_found_is_said(study: Page) -> None:
    study.fill("#search", "zebra")
    assert study.inner_text("#results") == "Nothing found"
    assert study.inner_text("#status") == "Found: 0"


def test_search_keeps_to_what_the_filters_let_through(study: Page) -> None:
    study.fill("#search", "a")
    everything = len(results(study))
    study.evaluate("document.querySelector('.filtering').open = true")
    study.select_option("#filters [name=topic]", "agents")
    study.fill("#search", "ag")
    study.fill("#search", "a")
    assert 0 < len(results(study)) < everything


@pytest.mark.long
def test_every_text_of_the_shipped_bank_is_found_fast(
    open_page: OpenPage, shipped_file: ShippedFile
) -> None:
    page = open_page(shipped_file("site"))
    painted = page.evaluate("""() => new Promise(done => new PerformanceObserver(list =>
      done(list.getEntries().at(-1).startTime)).observe({type: "paint", buffered: true}))""")
    page.fill("#search", "x")  # the index is whole now
    took: list[float] = page.evaluate("""() => {
      const input = document.getElementById("search");
      const once = query => {
        input.value = query;
        const start = performance.now();
        input.dispatchEvent(new Event("input"));
        document.getElementById("results").offsetHeight;
        return performance.now() - start;
      };
      const queries = ["a", "at", "attention", "k", "kv", "kv cache", "the of", "retrieval", "zz"];
      const rounds = [1, 2, 3, 4, 5].map(() => queries.map(once));
      return queries.map((_, at) => Math.min(...rounds.map(round => round[at])));
    }""")
    # The budgets, 1 s and 30 ms, are held by the benchmarks; here only what is quadratic fails.
    assert painted < 10_000
    assert max(took) < 500


@pytest.mark.long
def test_ten_thousand_questions_are_searched_in_a_tenth_of_a_second(pure: Page) -> None:
    took = pure.evaluate("""() => {
      const letters = at => (at * 7919 % 99991 + 1300).toString(36);
      const words = Array.from({length: 3000}, (_, at) => letters(at) + letters(at + 3));
      let next = 1;
      const word = () => words[(next = next * 48271 % 2147483647) % words.length];
      const text = count => Array.from({length: count}, word).join(" ");
      const entries = Array.from({length: 10000}, (_, at) => ours.entry({
        id: String(at), item: "", title: text(10), where: "", keywords: text(4), text: text(120)}));
      const once = query => {
        const search = ours.searcher(entries);
        const start = performance.now();
        search(query);
        return performance.now() - start;
      };
      const queries = ["w", "wa", words[5], words[7] + " " + words[9], "zz", "1 2 3"];
      return queries.map(query => Math.min(...[1, 2, 3, 4, 5].map(() => once(query))));
    }""")
    assert max(took) < 1_000  # a budget of 100 ms, as above
