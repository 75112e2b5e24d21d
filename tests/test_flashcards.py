"""Flashcards on paper: fronts and backs meet, nothing is cut off."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import prep_export
from prep_export.bank.model import Bank, Drill, Faq, Header
from prep_export.exporters.pdf.flashcard_text import FRONT_SIZE, cards_of
from prep_export.exporters.pdf.flashcards import BAND, COLUMNS, MARGIN, back_of

from .support import frames, paper
from .support.hostile import HOSTILE, answered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BANK = """
    bank: {id: test, title: Test}
    topics: {rag: RAG}
    questions:
      - id: one
        topics: [rag]
        question: Front one
        answer: Back one
        drills:
          - {id: c, text: "Left {{c1::hidden}} right"}
          - {id: q, ask: Front drill, answer: Back drill}
    concepts: [{id: term, topics: [rag], term: Front term, definition: Back term}]
"""


@pytest.fixture
def cards(write_bank: Callable[..., str], tmp_path: Path) -> Callable[..., Path]:
    def run(text: str = BANK, **options: str) -> Path:
        target = tmp_path / "cards.pdf"
        bank = prep_export.load_bank(write_bank(text, header=False))
        prep_export.export(bank, "flashcards", target, options)
        return target

    return run


@given(st.integers(0, 9), st.sampled_from([4, 5]), st.sampled_from(["long", "short"]))
def test_turning_the_paper_twice_gives_the_place_back(place: int, rows: int, flip: str) -> None:
    if place < rows * COLUMNS:
        assert back_of(back_of(place, rows, flip), rows, flip) == place


@pytest.mark.long
@pytest.mark.parametrize("flip", ["long", "short"])
@pytest.mark.parametrize("count", ["8", "10"])
def test_fronts_and_backs_meet(cards: Callable[..., Path], flip: str, count: str) -> None:
    with pdfplumber.open(cards(flip=flip, **{"per-page": count})) as document:
        front, back = (page.extract_words() for page in document.pages)
        width, height = document.pages[0].width, document.pages[0].height
    rows = int(count) // COLUMNS

    def cell(words: list[dict[str, Any]], first: str, second: str) -> tuple[int, int]:
        word = next(a for a, b in pairwise(words) if (a["text"], b["text"]) == (first, second))
        column = int((word["x0"] - MARGIN) / ((width - 2 * MARGIN) / COLUMNS))
        return int((word["top"] - MARGIN) / ((height - 2 * MARGIN) / rows)), column

    for name in ("one", "drill", "term"):
        row, column = cell(front, "Front", name)
        expected = (row, COLUMNS - 1 - column) if flip == "long" else (rows - 1 - row, column)
        assert cell(back, "Back", name) == expected


@pytest.mark.long
@pytest.mark.parametrize("count", ["4", "5"])
def test_a_folded_card_has_its_back_beside_its_front(
    cards: Callable[..., Path], count: str
) -> None:
    with pdfplumber.open(cards(flip="fold", **{"per-page": count})) as document:
        assert len(document.pages) == 1
        page = document.pages[0]
        halves = [
            page.crop((left, 0, left + page.width / 2, page.height)) for left in (0, page.width / 2)
        ]
        lines = [
            [(round(line["top"]), line["text"].split()) for line in half.extract_text_lines()]
            for half in halves
        ]
    rows = int(count)
    row = (page.height - 2 * MARGIN) / rows
    for name in ("one", "drill", "term"):
        tops = [
            next(top for top, text in side if text == [word, name])
            for word, side in zip(("Front", "Back"), lines, strict=True)
        ]
        assert int((tops[0] - MARGIN) / row) == int((tops[1] - MARGIN) / row)
    assert any(text[0] == "front" for _, text in lines[0])
    assert any(text[-1] == "behind" for _, text in lines[1])


@pytest.mark.long
def test_a_folded_deck_has_as_many_cards(shipped: Bank, tmp_path: Path) -> None:
    part = prep_export.select(shipped, prep_export.Selection(topics=("rag",)))
    one = prep_export.export(part, "flashcards", tmp_path / "1.pdf", {"flip": "fold"}).counts
    two = prep_export.export(part, "flashcards", tmp_path / "2.pdf").counts
    assert one["cards"] == two["cards"]
    assert one["pages"] == -(-one["cards"] // 4)


def test_a_cloze_is_a_blank_in_front_and_its_sentence_behind(cards: Callable[..., Path]) -> None:
    with pdfplumber.open(cards()) as document:
        front, back = (page.extract_text() for page in document.pages)
    assert "Left ______ right" in front
    assert "hidden" not in front
    assert "Left hidden right" in back


@pytest.mark.long
@pytest.mark.parametrize("theme", ["color", "mono"])
def test_answers_stand_out_of_their_sentence_without_colour_too(
    cards: Callable[..., Path], theme: str
) -> None:
    text = "Left {{c1::hid words::a hint}} with {{c2::$x_1$}} right"
    path = cards(BANK.replace("Left {{c1::hidden}} right", text), theme=theme)
    with pdfplumber.open(path) as document:
        back = document.pages[1]
        letters = [char for char in back.chars if char["text"].strip()]
        lines = [*back.lines, *back.rects]

    def letters_of(word: str) -> list[dict[str, Any]]:
        at = "".join(char["text"] for char in letters).index(word)
        return letters[at : at + len(word)]

    def is_underlined(char: dict[str, Any]) -> bool:
        middle = (char["x0"] + char["x1"]) / 2
        foot = char["matrix"][5]  # of the page's lower edge, as y0 and y1 are
        return any(
            line["x0"] <= middle <= line["x1"] and line["x1"] - line["x0"] < back.width / 4
            for line in lines
            if 0.5 < foot - (line["y0"] + line["y1"]) / 2 < 6 and line["height"] < 1
        )

    answer, formula, around = (letters_of(word) for word in ("hidwords", "x", "Left"))
    assert all("SemiBold" in char["fontname"] for char in answer)
    assert all(is_underlined(char) for char in answer + formula)
    assert not any("SemiBold" in char["fontname"] or is_underlined(char) for char in around)
    same = answer[0]["non_stroking_color"] == around[0]["non_stroking_color"]
    assert same == (theme == "mono")
    assert "hint" not in "".join(char["text"] for char in letters)


def test_the_reason_of_an_answer_stands_below_it(cards: Callable[..., Path]) -> None:
    reasoned = BANK.replace("answer: Back drill}", "answer: Back drill, why: Thisiswhy}")
    reasoned = reasoned.replace('hidden}} right"}', 'hidden}} right", why: Thatiswhy}')
    with pdfplumber.open(cards(reasoned)) as document:
        words = {word["text"]: word for word in document.pages[1].extract_words()}
    assert words["Thisiswhy"]["top"] > words["drill"]["top"]
    assert words["Thatiswhy"]["top"] > words["hidden"]["top"]
    assert words["Thatiswhy"]["height"] < words["hidden"]["height"]


def test_fronts_are_large_and_semibold_and_smaller_only_where_they_must(
    cards: Callable[..., Path],
) -> None:
    words = " ".join(f"w{n}" for n in range(90))
    with pdfplumber.open(cards(BANK.replace("Front drill", words))) as document:
        front = [char for page in document.pages[:1] for char in page.chars]
    text = "".join(char["text"] for char in front)
    for short in ("Frontone", "Frontterm"):
        at = "".join(text.split()).index(short)
        char = [char for char in front if char["text"].strip()][at]
        assert char["size"] == FRONT_SIZE
        assert "SemiBold" in char["fontname"]
    long = next(c for c, after in pairwise(front) if c["text"] + after["text"] == "w8")
    assert 6.5 < long["size"] < FRONT_SIZE


MISTAKE = """
    mistakes:
      - id: wrong
        topics: [rag]
        mistake: Nameofit
        why: Whyitis
        instead: Dothis
        not_that: Wrongsentence
        say_this: Rightsentence
"""


def test_a_mistake_asks_with_the_wrong_sentence(cards: Callable[..., Path]) -> None:
    with pdfplumber.open(cards(BANK + MISTAKE)) as document:
        front, back = (page.extract_text() for page in document.pages)
    assert "Wrongsentence" in front
    assert not any(word in front for word in ("Nameofit", "Not that", "Rightsentence"))
    order = [back.index(w) for w in ("Nameofit", "Whyitis", "Dothis", "Rightsentence")]
    assert order == sorted(order)
    assert "Wrongsentence" not in back


def test_a_mistake_without_a_sentence_asks_by_its_name(cards: Callable[..., Path]) -> None:
    name_only = MISTAKE.replace("        not_that: Wrongsentence\n", "")
    name_only = name_only.replace("        say_this: Rightsentence\n", "")
    with pdfplumber.open(cards(BANK + name_only)) as document:
        front, back = (page.extract_text() for page in document.pages)
    assert "Nameofit" in front
    assert "Nameofit" not in back


def test_both_sides_of_a_card_have_its_number_and_no_other_card_has_it(
    cards: Callable[..., Path],
) -> None:
    text = BANK.replace("topics: [rag]", "topics: [rag, rag::low]")
    text = text.replace("{rag: RAG}", "{before: B, rag: RAG, rag::low: Below}")
    with pdfplumber.open(cards(text)) as document:
        sides = [page.extract_text() for page in document.pages]
    for side in sides:
        assert side.count("2 RAG") == 4  # chapters are numbered as they are declared
        assert sorted(re.findall(r"(\d) Below", side)) == ["1", "2", "3", "4"]
    assert "one/c" not in "".join(sides)


@pytest.mark.long
@pytest.mark.parametrize(
    ("flip", "back_edge"), [("long", "right"), ("fold", "right"), ("short", "left")]
)
@pytest.mark.parametrize("theme", ["color", "mono"])
def test_a_band_solid_in_front_and_double_behind_lies_on_one_edge_of_the_card(
    cards: Callable[..., Path], flip: str, back_edge: str, theme: str
) -> None:
    with pdfplumber.open(cards(flip=flip, theme=theme)) as document:
        pages = document.pages
        cell = (pages[0].width - 2 * MARGIN) / COLUMNS
        bands = [
            (page.page_number, rect["x0"] - MARGIN, rect["x1"] - rect["x0"])
            for page in pages
            for rect in page.rects
            if rect["height"] > 100 and rect["width"] < BAND + 0.1
        ]
    fold = flip == "fold"
    is_back = {b: (b[1] > cell - 1) if fold else b[0] == 2 for b in bands}
    fronts = [b for b in bands if not is_back[b]]
    backs = [b for b in bands if is_back[b]]
    assert len(fronts) == 4  # a card each
    assert len(backs) == 8
    assert all(width == pytest.approx(BAND) for _, _, width in fronts)
    assert all(start % cell < 0.1 for _, start, _ in fronts)
    assert all(width < BAND / 2 for _, _, width in backs)
    place = [start % cell + width / 2 for _, start, width in backs]
    assert all((at > cell - BAND) == (back_edge == "right") for at in place)
    assert all(at > cell - BAND or at < BAND for at in place)


PATTERN = """
    patterns:
      - id: pattern
        topics: [rag]
        title: Nameofit
        summary: Summaryofit
        recognise: [Cueone, Cuetwo]
        approach: [Stepone, Steptwo]
        formula: "$$E = mc^2$$"
        legend: Legendofit
        diagram: {image: x.png, alt: A picture, caption: Captionofit}
"""
OF_A_PATTERN = ("Summaryofit", "Legendofit", "Captionofit", "Cueone", "Cuetwo", "Stepone")


def test_the_back_of_a_pattern_answers_both_questions_of_its_front(
    cards: Callable[..., Path], tmp_path: Path
) -> None:
    Image.new("RGB", (600, 300), "teal").save(tmp_path / "x.png")
    with pdfplumber.open(cards(BANK + PATTERN)) as document:
        front, back = document.pages
        assert "How do you recognise it, and how do you approach it?" in " ".join(
            front.extract_text().split()
        )
        text = back.extract_text()
        assert all(word in text for word in OF_A_PATTERN)
        assert len(back.images) == 1


@pytest.mark.long
def test_a_picture_is_smaller_beside_text_but_never_lost_to_it(
    cards: Callable[..., Path], tmp_path: Path
) -> None:
    Image.new("RGB", (600, 300), "teal").save(tmp_path / "x.png")
    sizes = []
    for words in (1, 40, 230):
        text = " ".join(f"w{n}w" for n in range(words))
        with pdfplumber.open(cards(BANK + PATTERN.replace("Stepone", text))) as document:
            (image,) = (image for page in document.pages for image in page.images)
            shown = " ".join(page.extract_text() for page in document.pages)
        sizes.append(image["height"])
        assert all(f"w{n}w" in shown for n in range(words))
    assert min(sizes) > 70  # half of what a card has for it


@pytest.mark.long
def test_a_formula_stays_with_the_mark_behind_it(cards: Callable[..., Path]) -> None:
    for length in range(30, 42):
        text = "a" * length + r" is what $\\tau_1 + \\tau_2 + \\tau_3 + \\tau_4$?"
        with pdfplumber.open(cards(BANK.replace("ask: Front drill", f'ask: "{text}"'))) as document:
            chars = document.pages[0].chars
        mark = next(char for char in chars if char["text"] == "?")
        last = [char for char in chars if char["text"] == "4" and "STIX" in char["fontname"]][-1]
        assert abs(mark["bottom"] - last["bottom"]) < 8, length


def test_a_long_answer_goes_on_and_is_never_cut_off(cards: Callable[..., Path]) -> None:
    words = " ".join(f"w{n}w" for n in range(900))
    path = cards(BANK.replace("Back one", words))
    text = paper.text(path)
    assert all(f"w{n}w" in text for n in range(900))
    assert "1 · 1/" in text
    assert paper.is_sound(path)


CODE = "```text\n" + "\n".join(f"line{n}" for n in range(44)) + "\n```"
TABLE = "| a | b |\n|---|---|\n" + "\n".join(f"| left{n} | right{n} |" for n in range(30))
FRONTS = {
    "code": (CODE, [f"line{n}" for n in range(44)], 0),
    "a table": (TABLE, [f"{s}{n}" for n in range(30) for s in ("left", "right")], 0),
    "a table in a list": (
        "- first\n\n" + "\n".join("  " + line for line in TABLE.splitlines()),
        ["first", *(f"right{n}" for n in range(30))],
        0,
    ),
    "words": (" ".join(f"w{n}w" for n in range(700)), [f"w{n}w" for n in range(700)], 0),
    "a landscape": ("Before\n\n![x](4-3.png)\n\nbehind", ["Before", "behind"], 1),
    "a square": ("Before\n\n![x](square.png)", ["Before"], 1),
    "a portrait": ("![x](portrait.png)\n\nbehind", ["behind"], 1),
    "three at once": ("![x](4-3.png) one ![x](square.png) two ![x](portrait.png)", ["one"], 3),
    "a drawing in a list": ("- Before\n- ![x](tall.svg)\n- behind", ["Before", "label"], 0),
    "a picture and code": ("![x](square.png)\n\n" + CODE, [f"line{n}" for n in range(44)], 1),
    "a tall formula": (
        "Before\n\n$$\\begin{matrix}" + r"\\".join(map(str, range(10, 40))) + "\\end{matrix}$$",
        ["Before", *map(str, range(10, 40))],
        0,
    ),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(("text", "words", "pictures"), FRONTS.values(), ids=FRONTS)
def test_nothing_of_a_side_is_lost_however_tall_it_is(
    tmp_path: Path, text: str, words: list[str], pictures: int
) -> None:
    for name, size in {"4-3": (1200, 900), "square": (900, 900), "portrait": (600, 1600)}.items():
        Image.new("RGB", size, (20, 120, 200)).save(tmp_path / f"{name}.png")
    (tmp_path / "tall.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 300">'
        '<text x="9" y="20">label</text></svg>'
    )
    drill = Drill(id="d", ask=text, answer=text)
    faq = Faq(id="f", topics=("t",), question="Q", answer="A", drills=(drill,))
    bank = Bank(header=Header(id="t", title="T"), entries={"faqs": (faq,)}, root=str(tmp_path))
    target = tmp_path / "cards.pdf"
    prep_export.export(bank, "flashcards", target)
    with pdfplumber.open(target) as document:
        shown = Counter(" ".join(page.extract_text() for page in document.pages).split())
        found = [image for page in document.pages for image in page.images]
    assert [word for word in words if shown[word] < 2] == []
    assert len(found) >= 2 * pictures
    assert all(image["height"] > 40 for image in found)
    assert paper.outside(target, frames.cards()) == []
    assert paper.is_sound(target)


def test_a_long_front_goes_on_and_its_back_stands_behind_each_part(
    cards: Callable[..., Path],
) -> None:
    words = " ".join(f"w{n}w" for n in range(600))
    path = cards(BANK.replace("Front drill", words).replace("Back drill", "Backword"))
    text = paper.text(path)
    count = text.count("Backword")
    assert count > 1
    assert all(text.count(f"3 · {n + 1}/{count}") == 2 for n in range(count))


@pytest.mark.long
def test_nothing_is_smaller_than_six_and_a_half_points(shipped: Bank, tmp_path: Path) -> None:
    part = prep_export.select(shipped, prep_export.Selection(topics=("tokenization",)))
    prep_export.export(part, "flashcards", tmp_path / "x.pdf")
    with pdfplumber.open(tmp_path / "x.pdf") as document:
        sizes = {
            round(char["size"], 1)
            for page in document.pages
            for char in page.chars
            if "STIX" not in char["fontname"] and "Mono" not in char["fontname"]
        }
    assert min(sizes) >= 6.5


@pytest.mark.long
def test_the_shipped_bank_has_a_card_for_every_item_and_drill(
    shipped: Bank, tmp_path: Path
) -> None:
    expected = sum(1 + len(item.drills) for _, item in shipped.items())
    assert len(cards_of(shipped)) == expected
    part = prep_export.select(shipped, prep_export.Selection(topics=("rag",)))
    prep_export.export(part, "flashcards", tmp_path / "cards.pdf")
    made = cards_of(part)
    assert [card.number for card in made] == list(range(1, len(made) + 1))
    with pdfplumber.open(tmp_path / "cards.pdf") as document:
        numbers = Counter(
            char_row.split()[0] for page in document.pages for char_row in _feet(page)
        )
    assert set(numbers) == {str(card.number) for card in made}
    assert min(numbers.values()) == 2


def _feet(page: Any) -> list[str]:
    """The line at the foot of every card of a page, by its number in semibold."""
    rows = 4
    height = (page.height - 2 * MARGIN) / rows
    width = (page.width - 2 * MARGIN) / COLUMNS
    found = []
    for place in range(rows * COLUMNS):
        row, column = divmod(place, COLUMNS)
        left, bottom = MARGIN + column * width, MARGIN + (row + 1) * height
        text = page.crop((left, bottom - 22, left + width, bottom - 4)).extract_text()
        found += [text] if text.strip() else []
    return found


@pytest.mark.long
@pytest.mark.parametrize("options", [{}, {"per-page": "5", "flip": "fold"}], ids=["8", "fold"])
def test_no_text_leaves_its_card_or_is_set_over_another(
    shipped: Bank, tmp_path: Path, options: dict[str, str]
) -> None:
    target = tmp_path / "cards.pdf"
    part = prep_export.select(shipped, prep_export.Selection(topics=("transformers", "rag")))
    prep_export.export(part, "flashcards", target, options)
    rows = 5 if options else 4
    assert paper.outside(target, frames.cards(rows, fold=bool(options))) == []
    assert paper.overlapping(target) == []


@pytest.mark.long
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_gives_sound_cards(text: str, tmp_path: Path) -> None:
    target = tmp_path / "cards.pdf"
    prep_export.export(answered(text), "flashcards", target)
    assert paper.is_sound(target)
    assert paper.outside(target, frames.cards()) == []


@pytest.mark.long
def test_the_same_bank_gives_the_same_bytes(
    cards: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    assert cards().read_bytes() == cards().read_bytes()
