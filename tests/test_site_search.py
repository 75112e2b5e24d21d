"""Searching the study page: what is found, in which order, how it is walked, and how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .support.chromium import site_file, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from .conftest import ShippedFile
    from .support.chromium import OpenPage

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1h2"/></svg>'

FIND = """([texts, query]) => {
  const index = ours.searchIndex();
  texts.forEach(([title, keywords, text], at) =>
    index.add({id: String(at), item: String(at), title, where: "", keywords, text}));
  return index.search(query).entries.map(one => Number(one.id));
}"""


@pytest.fixture
def pure(modules: Callable[[str], Page]) -> Page:
    return modules("searchIndex, snippet, findAll, fold, terms, foldWithPlaces")


def found(pure: Page, texts: list[str], query: str) -> list[str]:
    """Of texts those that are found, the likeliest first."""
    places = pure.evaluate(FIND, [[["", "", text] for text in texts], query])
    return [texts[place] for place in places]


def test_title_comes_before_key_words_before_text_and_words_before_starts_before_middles(
    pure: Page,
) -> None:
    texts = [
        ["Other", "", "It is detokenized"],
        ["Other", "", "The tokenizer of a model"],
        ["Other", "", "The token of a model"],
        ["Other", "", "A token is a token"],
        ["Other", "tokenizer", ""],
        ["Other", "token", ""],
        ["Tokenizer", "", ""],
        ["The token", "", ""],
        ["Token", "", ""],
        ["Nothing", "here", "at all"],
    ]
    assert pure.evaluate(FIND, [texts, "token"]) == [8, 6, 7, 5, 4, 3, 2, 1, 0]


def test_what_has_all_words_in_any_place_comes_first_and_what_has_too_few_not_at_all(
    pure: Page,
) -> None:
    texts = [
        ["Cache", "attention", "keys and values"],
        ["Cache", "", "keys"],
        ["Keys of values", "", "and a cache"],
        ["Values, keys: cache", "", ""],
        ["Cache", "", ""],
    ]
    assert pure.evaluate(FIND, [texts, "keys cache values"]) == [3, 2, 0]
    assert pure.evaluate(FIND, [texts, "  "]) == []


def test_common_words_count_little_in_any_language(pure: Page) -> None:
    many = [f"was ist ein Ding, und wozu ist {word}" for word in "gut schlecht klein gross".split()]
    assert found(pure, [*many, "RAG sucht erst"], "Was ist RAG?")[0] == "RAG sucht erst"


def test_short_words_begin_a_word_and_long_ones_may_stand_within(pure: Page) -> None:
    texts = ["average", "exploration", "ragged", "Transformernetz", "RAG", "LoRA"]
    assert found(pure, texts, "rag") == ["RAG", "ragged"]
    assert found(pure, texts, "lora") == ["LoRA"]
    assert found(pure, texts, "former") == ["Transformernetz"]
    assert found(pure, texts, "netz") == ["Transformernetz"]  # as no word begins so


MEANT = [
    ("hallucination", "hallucinations"),
    ("hallucinate", "hallucination"),
    ("beam", "beams"),
    ("quantisation", "quantization"),
    ("модель", "модели"),
    ("transformer", "transfromer"),
    ("attention", "atention"),
    ("attention", "attenttion"),
    ("Gradient", "gradeint"),
    ("überanpassung", "uberanpasung"),
    ("hallucination", "halucinaton"),
    ("fine-tuning", "finetuning"),
    ("KV cache", "kvcache"),
    ("FlashAttention", "flash attention"),
    ("LLM-as-a-judge", "llm as judge"),
    ("kv_cache", "kv-cache"),
    ("O(n^2)", "o(n²)"),
    ("√d_k", "sqrt d"),
    ("sqrt(d)", "√d"),
]
"""Texts, and queries that find them though no word of theirs is the same."""


def test_forms_slips_and_words_written_as_one_are_found(pure: Page) -> None:
    for text, query in MEANT:
        assert found(pure, ["other things", text, "and more"], query) == [text], query


def test_a_slip_is_none_where_the_bank_has_the_word(pure: Page) -> None:
    assert found(pure, ["model", "modem"], "modem") == ["modem"]
    assert found(pure, ["p95", "GPT-4"], "p50") == []
    assert found(pure, ["cat", "cart"], "cut") == []


def test_initials_of_a_title_find_it(pure: Page) -> None:
    texts = [[title, "", ""] for title in ("Mixture of experts", "Time to first token", "One")]
    for query, place in (("moe", [0]), ("TTFT", [1]), ("o", [2])):
        assert pure.evaluate(FIND, [texts, query])[:1] == place


def test_scripts_without_spaces_are_searched_by_neighbours(pure: Page) -> None:
    texts = ["検索拡張生成とは", "検索エンジン", "RAGの拡張", "ปัญญาประดิษฐ์"]
    assert set(found(pure, texts, "検索")) == set(texts[:2])
    assert set(found(pure, texts, "張")) == {texts[0], texts[2]}
    assert found(pure, texts, "検索拡張は何")[0] == texts[0]
    assert found(pure, texts, "rag 拡張")[0] == texts[2]
    assert found(pure, texts, "ประดิษฐ์") == [texts[3]]


def test_signs_alone_are_found_as_they_stand(pure: Page) -> None:
    texts = ["a → b", "50 %", "C++", "C#", "C"]
    assert found(pure, texts, "→") == ["a → b"]
    assert found(pure, texts, "%") == ["50 %"]
    assert found(pure, texts, "c++") == ["C++"]
    assert found(pure, texts, "c#") == ["C#"]


def test_where_nothing_has_all_the_nearest_is_found_and_said(pure: Page) -> None:
    answers = pure.evaluate("""() => {
      const index = ours.searchIndex();
      ["GQA", "MHA", "DPO and PPO"].forEach((title, at) =>
        index.add({id: String(at), item: "", title, where: "", keywords: "", text: ""}));
      return ["gqa vs mha", "gqa mha", "dpo ppo", "vs", "dpo"].map(query => {
        const {entries, whole} = index.search(query);
        return [entries.map(one => one.id).join(""), whole];
      });
    }""")
    assert answers == [["01", False], ["01", False], ["2", True], ["", False], ["2", True]]


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
        ("한국어 모델", "모델"),
        ("Ёлка", "елка"),
        ("ΣΊΣΥΦΟΣ", "σισυφος"),
        ("top-k and C++", "top-k c++"),
    ],
)
def test_case_and_diacritics_do_not_matter(pure: Page, text: str, query: str) -> None:
    assert pure.evaluate(FIND, [[[text, "", ""], ["other", "", ""]], query]) == [0]


def test_places_that_were_found_are_those_in_the_text_itself(pure: Page) -> None:
    found = pure.evaluate("""() => {
      const text = "Die ﬁne Straße, ÜBER n\\u0303 u\\u0308ber D\\u{1d411}agav";
      const sought = ours.terms("fine strasse uber rag av")
        .map(word => ({word, within: word === "rag"}));
      const found = ours.findAll(text, sought);
      return found.map(([a, b]) => text.slice(a, b));
    }""")
    assert found == ["ﬁne", "Straße", "ÜBER", "u\u0308ber", "\U0001d411ag"]


FIRST_NEEDLE = """text => ours.snippet(text,
  ["absent", "needle", "common"].map(word => [{word, within: false}]))"""


def test_a_snippet_shows_the_place_and_marks_it(pure: Page) -> None:
    text = "common unneedled " * 40 + "the needle here " + "word " * 100
    piece = pure.evaluate(FIRST_NEEDLE, text)
    assert piece["text"].startswith("… ")
    assert piece["text"].endswith(" …")
    assert len(piece["text"]) < 200
    marked = {piece["text"][a:b] for a, b in piece["found"]}
    assert marked == {"common", "needle"}  # around what tells more, though the other comes first
    assert pure.evaluate("ours.snippet('Short.', [[{word: 'absent', within: true}]])") == {
        "text": "Short.",
        "found": [],
    }
    assert (
        len(pure.evaluate("ours.snippet('x'.repeat(999), [[{word: 'y', within: true}]])")["text"])
        < 200
    )


def results(page: Page) -> list[str]:
    titles: list[str] = page.locator("#results .result-title").all_inner_texts()
    return titles


@pytest.mark.long
def test_slash_goes_to_search_and_arrows_and_enter_walk_what_was_found(study: Page) -> None:
    study.keyboard.press("/")
    study.keyboard.type("chunk")
    assert results(study)[0] == "How long is a chunk?"
    assert "Why do chunks overlap?" in results(study)
    first = study.locator("#results a").first
    assert first.locator("mark").first.inner_text() == "chunk"
    assert first.locator(".result-where").inner_text() == "Retrieval"
    assert study.inner_text("#status") == f"Found: {len(results(study))}"
    assert study.get_by_role("list", name="What was found").is_visible()
    link = study.get_by_role("link", name="How long is a chunk? Retrieval", exact=True)
    described = link.get_attribute("aria-describedby") or ""
    assert "As long as one thought." in study.inner_text(f"[id='{described}']")
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
    assert study.inner_text("#status") == ""
    assert study.evaluate("document.activeElement.closest('.item, .drill').id") == target[1:]
    assert study.evaluate("CSS.highlights.get('found').size") >= 1


def test_results_come_before_the_filters_and_close_where_the_focus_leaves_them(study: Page) -> None:
    study.fill("#search", "chunk")
    count = study.locator("#results a").count()
    assert count > 1
    for _ in range(count):
        study.keyboard.press("Tab")
        assert study.evaluate("document.activeElement.closest('#results') !== null")
        assert study.is_visible("#results")
    study.keyboard.press("Tab")
    assert study.evaluate("document.activeElement.matches('.filtering > summary')")
    assert study.is_hidden("#results")
    assert study.inner_text("#status") == ""
    study.keyboard.press("Shift+Tab")  # back in the field, they are there again
    assert study.is_visible("#results")
    study.keyboard.press("Shift+Tab")
    assert study.is_hidden("#results")


def test_escape_closes_results_wherever_the_focus_is(study: Page) -> None:
    study.fill("#search", "chunk")
    study.evaluate("document.activeElement.blur()")
    assert study.is_visible("#results")  # as a click on one of them may come
    study.keyboard.press("Escape")
    assert study.is_hidden("#results")


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


@pytest.mark.long
def test_a_slash_that_is_typed_stays_a_slash(study: Page) -> None:
    study.fill("#search", "a")
    study.press("#search", "End")
    study.keyboard.type("/b")
    assert study.input_value("#search") == "a/b"


@pytest.mark.long
def test_nothing_found_is_said_and_the_nearest_where_nothing_has_all(study: Page) -> None:
    study.fill("#search", "zebra")
    assert study.inner_text("#results") == "Nothing found"
    assert study.inner_text("#status") == "Found: 0"
    study.fill("#search", "zebra budget")
    assert results(study) == ["When does an agent stop?"]
    nearest = "Nothing has all of this. The nearest:"
    assert study.inner_text("#results li >> nth=0") == nearest
    assert study.inner_text("#status") == f"{nearest} Found: 1"
    study.fill("#search", "  ")
    assert study.is_hidden("#results")


@pytest.mark.long
def test_only_what_was_sought_is_marked(study: Page) -> None:
    study.fill("#search", "chunks")
    marked = study.locator("#results mark").all_inner_texts()
    assert {"chunk", "chunks"} <= set(marked)
    study.fill("#search", "a budget")
    assert study.locator("#results mark").all_inner_texts() == ["budget"]
    study.fill("#search", "hand")  # and no word that has it within
    assert study.locator("#results mark").all_inner_texts() == ["hand"]


FORMULAS = r"""
bank: {id: formulas, title: Formulas}
topics: {one: One}
concepts:
  - id: scaling
    topics: [one]
    term: Scaling
    definition: 'Divide by $\sqrt{d_k}$; it costs $O(n^2)$, or $2 L h_{kv} d^{n-1}$.'
  - id: share
    topics: [one]
    term: Share
    definition: 'All $\frac{a b}{c} + \sum_{i=1}^{n} x_i + \sqrt{\frac{a}{b}}$ of it.'
  - {id: plain, topics: [one], term: Plain, definition: 'An average of $x$ by hand.'}
"""


@pytest.mark.long
def test_formulas_are_read_and_found_as_people_type_them(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(site_file(FORMULAS, tmp_path))
    for query, title in (
        ("sqrt d", "Scaling"),
        ("√d", "Scaling"),
        ("o(n^2)", "Scaling"),
        ("O(n²)", "Scaling"),
        ("h_kv", "Scaling"),
        ("x_i", "Share"),
    ):
        page.fill("#search", query)
        assert results(page)[:1] == [title], query
    page.fill("#search", "divide")
    text = page.inner_text("#results .result-text")
    assert text == "Divide by √d_k; it costs O(n^2), or 2 L h_kv d^(n\u22121)."
    page.fill("#search", "share")
    text = page.inner_text("#results .result-text")
    assert text == "All (a b)/c+∑_(i=1)^n x_i+√(a/b) of it."


@pytest.mark.long
def test_search_keeps_to_what_the_filters_let_through(study: Page) -> None:
    study.fill("#search", "a")
    everything = len(results(study))
    study.evaluate("document.querySelector('.filtering').open = true")
    study.select_option("#filters [name=topic]", "agents")
    study.fill("#search", "ag")
    study.fill("#search", "a")
    inside = len(results(study))
    assert 0 < inside < everything
    outside = f"{everything - inside} more outside the filters"
    assert study.inner_text("#results li >> nth=-1") == outside
    assert study.inner_text("#status") == f"Found: {inside} {outside}"
    study.fill("#search", "recall")
    assert study.inner_text("#results").splitlines()[0] == "Nothing found"
    assert study.inner_text("#results").splitlines()[1].endswith("more outside the filters")


SHIPPED = {
    "dpo vs ppo": "ppo-dpo-grpo",
    "transfromer": "transformer-attention",
    "atention": "attention-complexity",
    "gqa vs mha": "grouped-query-attention",
    "ttft": "time-to-first-token",
    "llm-as-judge": "llm-judge-bias",
    "p50 latency": "latency-bounds",
    "beams cache bytes": "kv-cache-size",
    "o(n^2)": "attention-complexity/memory",
    "√d": "attention-scaling",
    "why sqrt d": "attention-scaling",
    "hallucinations": "hallucination",
    "hallucination": "hallucination",
    "kv-cache": "kv-cache",
    "kv cache": "kv-cache",
    "kvcache": "kv-cache",
    "moe": "mixture-of-experts",
    "cot": "chain-of-thought",
    "mha": "multi-head-attention",
    "GPU memory for 7B": "memory-by-bits",
    "what is rag": "what-is-rag",
    "lora": "lora",
    "finetuning": "adaptation-tradeoffs",
    "fine-tuning": "adaptation-tradeoffs",
    "flash attention": "flash-attention",
    "quantization": "quantisation",
    "beam serach": "beam-search",
    "prompt injection": "prompt-injection",
}
"""What candidates type, and what must be among the first three."""

FIRST = """queries => {
  const input = document.getElementById("search");
  return queries.map(query => {
    input.value = query;
    input.dispatchEvent(new Event("input"));
    const links = [...document.querySelectorAll("#results a")];
    return links.map(link => decodeURIComponent(link.hash).slice(1));
  });
}"""


@pytest.fixture(scope="module")
def shipped_page(browser: Browser, shipped_file: ShippedFile) -> Iterator[Page]:
    """The page of the shipped bank, opened once for all that ask it."""
    page = browser.new_page()
    page.goto(shipped_file("site").as_uri())
    yield page
    page.close()


@pytest.mark.long
@pytest.mark.parametrize(("query", "item"), SHIPPED.items())
def test_what_candidates_type_finds_what_they_mean(
    shipped_page: Page, query: str, item: str
) -> None:
    (first,) = shipped_page.evaluate(FIRST, [query])
    assert item in first[:3]
    if query == "lora":
        assert not shipped_page.locator("#results", has_text="xploration").count()


TEXTS = r"""() => {
  const others = ".drills, [data-role=sources], [data-role=related]";
  const parts = "math, p, li, ul, ol, code";
  return [...document.querySelectorAll(".item")].flatMap(item =>
    [...item.querySelectorAll(".asked, .answer :is(p, li)")]
      .filter(one => !one.closest(others) && !one.querySelector(parts))
      .map(one => one.textContent.trim().split(/\s+/).slice(0, one.matches(".asked") ? 99 : 8))
      .filter((words, at) => !at || words.length > 4)
      .map(words => [item.id, words.join(" ")]));
}"""


@pytest.mark.long
def test_every_text_of_the_shipped_bank_is_found(shipped_page: Page) -> None:
    """By a title, or the eight words that begin a paragraph, among the first three."""
    texts: list[list[str]] = shipped_page.evaluate(TEXTS)
    assert len(texts) > 2000
    texts = texts[::3]
    found = shipped_page.evaluate(FIRST, [text for _, text in texts])
    missed = [
        text
        for (item, text), ids in zip(texts, found, strict=True)
        if item not in {one.partition("/")[0] for one in ids[:3]}
    ]
    assert not missed


@pytest.mark.long
def test_the_shipped_bank_is_searched_fast(open_page: OpenPage, shipped_file: ShippedFile) -> None:
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
      const index = ours.searchIndex();
      for (let at = 0; at < 10000; at++) index.add({
        id: String(at), item: "", title: text(10), where: "", keywords: text(4), text: text(120)});
      const once = query => {
        const start = performance.now();
        index.search(query);
        return performance.now() - start;
      };
      const queries = ["w", "wa", words[5], words[7] + " " + words[9], "zz", "1 2 3", "zzzzzzzz"];
      return queries.map(query => Math.min(...[1, 2, 3, 4, 5].map(() => once(query))));
    }""")
    assert max(took) < 1_000  # a budget of 100 ms, as above
