"""How pages and cards look: pages beside pictures of them, cards in a browser.

Where a page is meant to look otherwise, look at the picture that the failed test names, and then
take the goldens again: `PREP_EXPORT_UPDATE=1 python -m pytest tests/test_look.py`, once for each of
the tests that failed or once for all of them. Only pictures that differ are written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

import prep_export
from prep_export.exporters.pdf import flashcards

from .support import browser, looks, paper
from .support.collection import Learner

if TYPE_CHECKING:
    from prep_export.bank.model import Bank

    from .conftest import ShippedFile

LAYOUTS: dict[str, tuple[str, dict[str, str]]] = {
    "sheet": ("pdf", {}),
    "sheet-mono": ("pdf", {"theme": "mono", "paper": "letter", "columns": "2"}),
    "booklet": ("booklet", {}),
    "booklet-mono": ("booklet", {"theme": "mono", "paper": "a5"}),
    "flashcards": ("flashcards", {}),
    "flashcards-fold": ("flashcards", {"theme": "mono", "flip": "fold", "per-page": "5"}),
}
SHOWN = 5
"""Pages of a layout that are compared, at most."""


@pytest.fixture(scope="module")
def bank() -> Bank:
    return prep_export.load_bank("tests/data/look")


def _pages(bank: Bank, layout: str, folder: Path) -> list[Image.Image]:
    name, options = LAYOUTS[layout]
    prep_export.export(bank, name, folder / "x.pdf", options)
    return looks.pages_of(folder / "x.pdf")


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
def test_pages_look_as_their_pictures_do(bank: Bank, layout: str, tmp_path: Path) -> None:
    pages = _pages(bank, layout, tmp_path)[:SHOWN]
    assert looks.changed(layout, pages) == []


@pytest.mark.long
def test_the_shipped_sheet_looks_as_its_pictures_do(shipped_file: ShippedFile) -> None:
    assert looks.changed("shipped-sheet", looks.pages_of(shipped_file("pdf"))) == []


# What the comparison sees, and what it does not


@pytest.mark.long
def test_a_text_that_moves_by_two_points_is_seen(
    bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _pages(bank, "flashcards", tmp_path)
    monkeypatch.setattr(flashcards, "PADDING", flashcards.PADDING + 2)
    after = _pages(bank, "flashcards", tmp_path)
    assert not any(looks.alike(one, two) for one, two in zip(before, after, strict=True))


def _fine_page() -> Image.Image:
    """A page of lines of the smallest type, as a renderer would draw it."""
    page = Image.new("L", (1488, 2106), 255)
    pen = ImageDraw.Draw(page)
    for row in range(60, 2000, 30):
        pen.line((120, row + 22, 1400, row + 22), fill=0xCF)  # a hairline of 0.4 points
        for left in range(120, 400, 12):  # letters of 6.6 points in the quiet grey
            pen.rectangle((left, row, left + 2, row + 9), fill=0x56)
            pen.rectangle((left, row + 4, left + 7, row + 6), fill=0x56)
    return page


def test_a_line_of_the_smallest_type_that_moves_by_two_points_is_seen() -> None:
    before, after = _fine_page(), _fine_page()
    line = (118, 956, 402, 972)
    strip = after.crop(line)
    after.paste(255, line)
    after.paste(strip, (line[0], line[1] + 5))  # of 2.5 to a point
    assert looks.alike(looks.reduced(before), looks.reduced(before))
    assert not looks.alike(looks.reduced(before), looks.reduced(after))


def test_a_hairline_that_is_lost_is_seen() -> None:
    before, after = _fine_page(), _fine_page()
    after.paste(255, (118, 980, 1402, 984))
    assert not looks.alike(looks.reduced(before), looks.reduced(after))


@pytest.mark.long
@pytest.mark.parametrize("layout", ["sheet", "flashcards"])
def test_another_renderer_makes_no_difference(bank: Bank, layout: str, tmp_path: Path) -> None:
    pages = _pages(bank, layout, tmp_path)[:2]
    manner = ["-gray", "-png", "-l", "2", "-r", str(looks.DOTS * looks.FINER)]
    paper.tool("pdftocairo", *manner, tmp_path / "x.pdf", tmp_path / "p")
    others = [looks.reduced(Image.open(path)) for path in sorted(tmp_path.glob("p-*.png"))]
    for one, two in zip(pages, others, strict=True):
        assert looks.differing(one, two) <= looks.PIXELS / 2
        assert looks.alike(one, two)


# Cards


@pytest.fixture(scope="module")
def cards(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> Cards:
    return Cards(bank, tmp_path_factory.mktemp("cards"))


class Cards:
    """Both sides of all cards of a bank, as the official backend makes them."""

    def __init__(self, bank: Bank, folder: Path) -> None:
        prep_export.export(bank, "anki", folder / "x.apkg")
        learner = Learner(folder / "learner")
        learner.imports(folder / "x.apkg")
        self.sides: list[tuple[str, str]] = []
        for card in learner.cards():
            output = card.render_output()
            name = f"{card.note()['Id']} ({card.template()['name']})"
            self.sides += [(f"{name}, front", output.question_text)]
            self.sides += [(f"{name}, back", output.answer_text)]
            self.css = output.css
        self.media = Path(learner.col.media.dir())
        learner.col.close()


@pytest.mark.long
@pytest.mark.parametrize("theme", browser.THEMES)
def test_no_card_is_wider_than_a_phone_or_too_pale_to_read(cards: Cards, theme: str) -> None:
    found = browser.measured(cards.sides, cards.css, theme, cards.media)
    assert found.found == []
    assert found.cards == len(cards.sides) > 20
    assert found.words > 3 * found.cards


@pytest.mark.long
@pytest.mark.parametrize("theme", browser.THEMES)
def test_no_card_of_the_shipped_deck_is_wider_than_a_phone_or_too_pale_to_read(
    shipped: Bank, theme: str, tmp_path: Path
) -> None:
    deck = Cards(shipped, tmp_path)
    assert browser.measured(deck.sides, deck.css, theme, deck.media).found == []


@pytest.mark.long
def test_what_is_too_wide_and_what_is_too_pale_is_found(tmp_path: Path) -> None:
    sides = [
        ("wide", f'<p style="overflow-wrap: normal">{"a" * 99}</p>'),
        ("scrolls", f'<pre style="overflow-x: auto">{"a" * 99}</pre>'),
        ("pale", '<p style="color: #888">grey</p>'),
        ("panel", '<p style="color: #555; background: rgb(0 0 0 / 50%)">grey on grey</p>'),
        ("lost", '<img src="nowhere.png">'),
        ("sound", r"<p>dark \(x^2\)</p>"),
    ]
    found = browser.measured(sides, ".card { margin: 0 }", "light", tmp_path)
    assert [one.partition(":")[0] for one in found.found] == ["wide", "pale", "panel", "lost"]
