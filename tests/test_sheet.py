"""The cheat sheet's layout: a grid of cells, columns of blocks, nothing broken and nothing lost."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pdfplumber
import pikepdf
import pytest

import prep_export
from prep_export.exporters.pdf import theme
from prep_export.hues import HUES
from prep_export.markdown.plain import plain
from prep_export.printed import printed

from .support import frames, paper
from .support.sheets import bank, cells, columns, faq, mistake, pattern, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export.bank.model import Bank, Item

    from .conftest import ShippedFile

PAPERS = ["a4", pytest.param("letter", marks=pytest.mark.long)]


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    def run(made: Bank, **options: str) -> Path:
        target = tmp_path / "x.pdf"
        prep_export.export(
            made, "pdf", target, {k.replace("_", "-"): v for k, v in options.items()}
        )
        assert paper.is_sound(target)
        return target

    return run


def sizes(path: Path) -> Counter[float]:
    """How many characters of text are set in each size."""
    with pdfplumber.open(path) as document:
        return Counter(
            round(char["size"], 2)
            for page in document.pages
            for char in page.chars
            if "FiraSans" in char["fontname"]
        )


def _said(item: Item) -> list[str]:
    """What the sheet says of an item, in its order."""
    values = [
        getattr(item, name, None)
        for name in ("short", "title", "summary", "approach", "pitfalls", "mistake", "not_that")
    ]
    flat = [v for one in values if one for v in (one if isinstance(one, tuple) else (one,))]
    return [paper.letters(plain(text)) for text in flat if "$" not in text]


# The shipped bank


@pytest.mark.long
@pytest.mark.parametrize("size", PAPERS)
def test_the_shipped_sheet_is_set_in_eight_points(shipped_file: ShippedFile, size: str) -> None:
    found = sizes(shipped_file("pdf", paper=size))
    ((running, _),) = found.most_common(1)
    assert running >= 8
    assert min(found) >= 6.6


@pytest.mark.long
@pytest.mark.parametrize("size", PAPERS)
def test_each_pattern_stands_whole_in_a_cell_of_its_own(
    shipped: Bank, shipped_file: ShippedFile, size: str
) -> None:
    found = cells(shipped_file("pdf", paper=size))
    assert len(found) == len(shipped.patterns)
    assert {cell.page for cell in found} == {1}
    assert len({round(cell.top) for cell in found}) == 2
    for cell, item in zip(found, printed(shipped).patterns, strict=True):
        at = 0
        for text in _said(item):
            at = cell.letters.find(text, at)
            assert at >= 0, f"{text!r} is not in its cell, or out of order"


@pytest.mark.long
@pytest.mark.parametrize("size", PAPERS)
def test_no_entry_is_broken_across_columns(
    shipped: Bank, shipped_file: ShippedFile, size: str
) -> None:
    found = columns(shipped_file("pdf", paper=size), size)[theme.COLUMNS :]
    for item in printed(shipped).mistakes:
        ends = [item.mistake, item.not_that, item.say_this]
        texts = [paper.letters(plain(text)).replace("-", "") for text in ends if text]
        assert any(all(t in c.replace("-", "") for t in texts) for c in found), item.id
    for one in printed(shipped).faqs:
        if "seed" in one.tags:
            texts = [paper.letters(t).replace("-", "") for t in (one.question, one.answer)]
            assert any(all(t in c.replace("-", "") for t in texts) for c in found), one.id


@pytest.mark.long
def test_patterns_have_the_numbers_and_colours_of_their_chapters(
    shipped_file: ShippedFile,
) -> None:
    found = cells(shipped_file("pdf"))
    for number, cell in enumerate(found, start=1):
        assert cell.letters.startswith(str(number))
        rgb = tuple(int(HUES[number - 1].day[n : n + 2], 16) for n in (1, 3, 5))
        assert tuple(round(part * 255) for part in cell.color) == rgb


@pytest.mark.long
def test_the_head_says_what_is_on_each_page(shipped: Bank, shipped_file: ShippedFile) -> None:
    with pdfplumber.open(shipped_file("pdf")) as document:
        heads = [
            page.crop((0, 0, page.width, theme.MARGIN + theme.HEAD)).extract_text()
            for page in document.pages
        ]
    header = shipped.header
    assert header.title in heads[0]
    assert header.sections["patterns"] in heads[0]
    assert header.title not in heads[1]
    assert header.sections["mistakes"] in heads[1]
    for number, head in enumerate(heads, start=1):
        assert f"{number} / {len(heads)}" in head
        assert str(header.licence) in head
        assert str(header.version) in head


# Other banks


@pytest.mark.long
@pytest.mark.parametrize(("count", "pages"), [(1, 1), (3, 1), (8, 1), (20, 2)])
def test_patterns_flow_into_rows_of_cells(
    sheet: Callable[..., Path], count: int, pages: int
) -> None:
    path = sheet(bank(patterns=[pattern(n) for n in range(count)]))
    assert paper.info(path)["Pages"] == str(pages)
    assert paper.outside(path, frames.sheet()) == []
    assert paper.overlapping(path) == []
    found = cells(path)
    assert len(found) == count
    for n, cell in enumerate(found):
        assert cell.letters.startswith(f"{n + 1}Pattern{n}Thewholetitleof{n}Leadof{n}.")
        assert cell.letters.endswith(f"Pitfallaof{n}.✗Pitfallbof{n}.")
    rows = Counter((cell.page, round(cell.top, 1)) for cell in found)
    assert sorted(rows.values(), reverse=True) == [4] * (count // 4) + [count % 4] * (count % 4 > 0)


@pytest.mark.long
def test_patterns_of_one_chapter_are_numbered_as_they_come(sheet: Callable[..., Path]) -> None:
    path = sheet(bank(patterns=[pattern(n, topics=("t5",)) for n in range(3)]))
    found = cells(path)
    assert [cell.letters[0] for cell in found] == ["1", "2", "3"]
    assert len({cell.color for cell in found}) == 1


@pytest.mark.long
def test_parts_of_cells_stand_level_across_a_row(sheet: Callable[..., Path]) -> None:
    long = pattern(0, legend="A legend of several lines, " * 6, title="A title over lines " * 5)
    path = sheet(bank(patterns=[long, *(pattern(n) for n in range(1, 4))]))
    with pdfplumber.open(path) as document:
        page = document.pages[0]
        words = page.extract_words()
        panels = [r for r in page.rects if r["height"] > 20 and r["width"] > 100]
    cues = [word["top"] for word in words if word["text"] == "cue"]
    assert max(cues) - min(cues) < 0.5
    assert len({(round(p["top"], 1), round(p["bottom"], 1)) for p in panels}) == 1
    last = [word["bottom"] for word in words if word["text"] == "b"]
    assert max(last) - min(last) < 0.5, "and they end level"


@pytest.mark.long
def test_what_follows_begins_below_a_grid_that_leaves_room(sheet: Callable[..., Path]) -> None:
    path = sheet(bank(patterns=[pattern(0)], faqs=[faq(n) for n in range(6)]))
    assert paper.info(path)["Pages"] == "1"
    grid = cells(path)[0]
    with pdfplumber.open(path) as document:
        questions = [w["top"] for w in document.pages[0].extract_words() if w["text"] == "Is"]
    assert len(questions) == 6
    assert min(questions) > grid.top + 60


@pytest.mark.long
@pytest.mark.parametrize("kind", ["faqs", "mistakes"])
def test_one_section_alone_fills_columns_that_end_together(
    sheet: Callable[..., Path], kind: str
) -> None:
    entries: Any = [faq(n) if kind == "faqs" else mistake(n, pair=n % 2 == 0) for n in range(24)]
    made: dict[str, Any] = {kind: entries}
    path = sheet(bank(**made))
    assert paper.outside(path, frames.sheet()) == []
    assert paper.overlapping(path) == []
    found = columns(path)
    ends = Counter[float]()
    with pdfplumber.open(path) as document:
        page = document.pages[0]
        for word in page.extract_words():
            column = int((word["x0"] - theme.MARGIN) / (page.width / theme.COLUMNS))
            ends[column] = max(ends[column], word["bottom"])
    assert len(found) == theme.COLUMNS
    assert max(ends.values()) - min(ends.values()) < 30
    for n in range(24):
        ways = [f"Isit{n}?", f"end{n}."]
        if kind == "mistakes":
            ways = [f"Mistake{n}", f"✗Wrong{n}.", f"✓Right{n}."]
            if n % 2:
                ways = [f"Mistake{n}", f"Because{n}.", f"Instead{n}."]
        assert any(all(way in column for way in ways) for column in found), n


@pytest.mark.long
def test_an_entry_that_a_column_holds_stays_whole(sheet: Callable[..., Path]) -> None:
    found = columns(sheet(bank(faqs=[faq(n, 5 + n % 7) for n in range(40)])))
    for n in range(40):
        assert any(f"Isit{n}?" in column and f"end{n}." in column for column in found), n


@pytest.mark.long
def test_entries_higher_than_a_page_are_divided_and_lose_nothing(
    sheet: Callable[..., Path],
) -> None:
    words = [f"word{n}" for n in range(2_500)]
    tall = pattern(0, approach=tuple(" ".join(words[n : n + 50]) for n in range(0, 1500, 50)))
    legend = pattern(1, legend=" ".join(words[1500:]))
    answer = faq(0, 0).__class__(id="f", topics=("t0",), question="Q?", answer=" ".join(words))
    path = sheet(bank(patterns=[tall, legend, pattern(2)], faqs=[answer, faq(2)]))
    assert paper.outside(path, frames.sheet()) == []
    assert paper.overlapping(path) == []
    found = Counter(word for word in paper.text(path).split() if word.startswith("word"))
    assert set(found.values()) == {2}
    assert len(found) == len(words)


@pytest.mark.long
def test_a_formula_or_a_picture_higher_than_a_page_is_set_smaller(
    sheet: Callable[..., Path],
) -> None:
    rows = r"\\".join(["a"] * 80)
    formula = rf"$$\begin{{matrix}}{rows}\end{{matrix}}$$"
    path = sheet(bank(patterns=[pattern(0, formula=formula)], faqs=[faq(0, 0), faq(1)]))
    assert paper.outside(path, frames.sheet()) == []
    with pdfplumber.open(path) as document:
        letters = [
            c
            for page in document.pages
            for c in page.chars
            if c["text"] == "a" and "STIX" in c["fontname"]
        ]
    assert len(letters) == 80


@pytest.mark.long
@pytest.mark.parametrize("options", [{"theme": "mono"}, {"columns": "2"}, {"paper": "letter"}])
def test_every_way_of_setting_shows_all(
    sheet: Callable[..., Path], options: dict[str, str]
) -> None:
    made = bank(
        patterns=[pattern(n) for n in range(5)],
        tables=[table(0, note="Noted.")],
        mistakes=[mistake(0)],
        faqs=[faq(0)],
    )
    path = sheet(made, **options)
    size, count = options.get("paper", "a4"), int(options.get("columns", theme.COLUMNS))
    assert paper.outside(path, frames.sheet(size, count)) == []
    text = paper.text(path)
    for said in ("Pitfall b of 4.", "cell0", "Noted.", "Wrong0.", "Right0.", "end0."):
        assert said in text
    assert len({round(cell.left) for cell in cells(path)}) == count


def test_a_language_that_runs_from_right_to_left_has_its_sheet(
    sheet: Callable[..., Path],
) -> None:
    path = sheet(bank("he", patterns=[pattern(0, title="תבנית")], faqs=[faq(0)]))
    assert "Pitfall b of 0." in paper.text(path)


# Short forms


@pytest.mark.long
def test_a_short_form_stands_in_its_place(sheet: Callable[..., Path]) -> None:
    short = "| few | b |\n|---|---|\n| x | y |\n\nSaid below."
    made = bank(
        patterns=[pattern(0)],
        tables=[
            table(0, short=short, note="Noted0."),
            table(1, note="Noted1."),
            table(2, sheet=False),
        ],
        faqs=[faq(0, short="In a word."), faq(1)],
    )
    text = paper.text(sheet(made))
    for said in ("few", "Said below.", "cell1", "Noted1.", "In a word.", "end1."):
        assert said in text
    for unsaid in ("cell0", "Noted0.", "cell2", "Table 2", "end0."):
        assert unsaid not in text


@pytest.mark.long
def test_tables_alone_are_all_there_and_in_full(sheet: Callable[..., Path]) -> None:
    made = bank(
        tables=[table(0, short="| few |\n|---|\n| x |", note="Noted."), table(1, sheet=False)]
    )
    text = paper.text(sheet(made))
    for said in ("cell0", "Noted.", "cell1"):
        assert said in text
    assert "few" not in text


@pytest.mark.long
def test_a_pattern_without_a_short_title_has_its_title_once(sheet: Callable[..., Path]) -> None:
    text = paper.text(sheet(bank(patterns=[pattern(0, short=None)])))
    assert text.count("The whole title of 0") == 1


# Sizes and pages


@pytest.mark.long
@pytest.mark.parametrize("size", ["8.5", "9", "11"])
def test_a_size_that_is_asked_for_is_the_size(sheet: Callable[..., Path], size: str) -> None:
    made = bank(patterns=[pattern(n) for n in range(9)], faqs=[faq(n, 6) for n in range(50)])
    found = sizes(sheet(made, font_size=size))
    ((running, _),) = found.most_common(1)
    assert running == float(size)


@pytest.mark.long
def test_a_size_that_is_asked_for_wins_over_a_number_of_pages(
    sheet: Callable[..., Path],
) -> None:
    made = bank(faqs=[faq(n, 6) for n in range(17)])
    sheet(made, pages="1", columns="3")
    with pytest.raises(prep_export.UsageError, match=r"on 1 page: at 10 points it needs [2-9]"):
        sheet(made, pages="1", columns="3", font_size="10")


@pytest.mark.long
def test_type_is_smaller_where_that_saves_a_side_of_paper(sheet: Callable[..., Path]) -> None:
    made = bank(faqs=[faq(n, 6) for n in range(36)])
    assert paper.info(sheet(made, font_size="8"))["Pages"] == "3"
    path = sheet(made)
    assert paper.info(path)["Pages"] == "2"
    ((running, _),) = sizes(path).most_common(1)
    assert 6.6 <= running < 8


# The address

URL = "https://example.org/decks/made"


def _links(path: Path) -> list[tuple[int, str, Any]]:
    with pikepdf.open(path) as document:
        return [
            (number, str(one.A.URI), [float(edge) for edge in one.Rect])
            for number, page in enumerate(document.pages)
            for one in page.get("/Annots", [])
        ]


@pytest.mark.long
def test_the_address_is_printed_as_a_link_on_every_page(sheet: Callable[..., Path]) -> None:
    path = sheet(bank(url=URL, faqs=[faq(n, 6) for n in range(100)]))
    pages = int(paper.info(path)["Pages"])
    assert paper.text(path).count(URL) == pages > 1
    links = _links(path)
    assert [(page, url) for page, url, _ in links] == [(n, URL) for n in range(pages)]
    with pdfplumber.open(path) as document:
        (word,) = (w for w in document.pages[0].extract_words() if w["text"] == URL)
        left, low, right, high = links[0][2]
        assert left <= word["x0"] + 0.5
        assert word["x1"] - 0.5 <= right
        assert low < document.pages[0].height - (word["top"] + word["bottom"]) / 2 < high


@pytest.mark.long
def test_a_code_for_cameras_leads_to_the_address(
    sheet: Callable[..., Path], tmp_path: Path
) -> None:
    zxing = pytest.importorskip("zxingcpp")
    from PIL import Image

    path = sheet(bank(url=URL, patterns=[pattern(n) for n in range(20)]), qr="on")
    paper.tool("pdftoppm", "-r", "150", "-png", path, tmp_path / "page")
    pages = sorted(tmp_path.glob("page*.png"))
    read = [[code.text for code in zxing.read_barcodes(Image.open(page))] for page in pages]
    assert read == [[URL], []], "on the first page alone"
    assert [url for page, url, _ in _links(path) if page == 0] == [URL, URL]
    assert paper.outside(path, [(0, 0, 842, 596)]) == []
    assert paper.overlapping(path) == []


def test_the_code_says_what_it_is_to_who_cannot_see_it(sheet: Callable[..., Path]) -> None:
    path = sheet(bank(url=URL, faqs=[faq(0)]), qr="on")
    with pikepdf.open(path) as document:
        figures = [
            one
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
    assert [str(figure.Alt) for figure in figures] == [URL]


def test_a_code_without_an_address_is_refused(sheet: Callable[..., Path]) -> None:
    with pytest.raises(prep_export.UsageError, match="'url' in the bank's header"):
        sheet(bank(faqs=[faq(0)]), qr="on")
