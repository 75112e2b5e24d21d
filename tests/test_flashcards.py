"""Flashcards on paper: fronts and backs meet, nothing is cut off."""

from __future__ import annotations

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
from prep_export.exporters.pdf.flashcards import COLUMNS, MARGIN, back_of, cards_of

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


def test_a_cloze_is_a_blank_in_front_and_its_words_behind(cards: Callable[..., Path]) -> None:
    with pdfplumber.open(cards()) as document:
        front, back = (page.extract_text() for page in document.pages)
    assert "Left ______ right" in front
    assert "hidden" not in front
    assert "hidden" in back


def test_every_card_names_its_item_and_topic(cards: Callable[..., Path]) -> None:
    text = paper.text(cards())
    for name in ("one", "one/c", "one/q", "term"):
        assert text.count(f" {name} RAG") == 2


def test_a_long_answer_goes_on_and_is_never_cut_off(cards: Callable[..., Path]) -> None:
    words = " ".join(f"w{n}w" for n in range(900))
    path = cards(BANK.replace("Back one", words))
    text = paper.text(path)
    assert all(f"w{n}w" in text for n in range(900))
    assert "one (1/" in text
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
    assert all(text.count(f"one/q ({n + 1}/{count})") == 2 for n in range(count))


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


def test_the_shipped_bank_has_a_card_for_every_item_and_drill(
    shipped: Bank, tmp_path: Path
) -> None:
    expected = sum(1 + len(item.drills) for _, item in shipped.items())
    assert len(cards_of(shipped)) == expected
    part = prep_export.select(shipped, prep_export.Selection(topics=("rag",)))
    prep_export.export(part, "flashcards", tmp_path / "cards.pdf")
    text = paper.letters(paper.text(tmp_path / "cards.pdf"))
    for card in cards_of(part):
        assert paper.letters(card.id)[:30] in text


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


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_gives_sound_cards(text: str, tmp_path: Path) -> None:
    target = tmp_path / "cards.pdf"
    prep_export.export(answered(text), "flashcards", target)
    assert paper.is_sound(target)
    assert paper.outside(target, frames.cards()) == []


def test_the_same_bank_gives_the_same_bytes(
    cards: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    assert cards().read_bytes() == cards().read_bytes()
