"""The booklet, judged by qpdf, poppler and pikepdf."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

import prep_export
from prep_export.bank.model import title_of
from prep_export.markdown.plain import plain
from prep_export.printed import printed

from .support import frames, paper
from .support.hostile import HOSTILE, answered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prep_export import Reading
    from prep_export.bank.model import Bank

    from .conftest import ShippedFile


@pytest.fixture(
    scope="module",
    params=["a4", *(pytest.param(n, marks=pytest.mark.long) for n in ("letter", "a5"))],
)
def book(
    request: pytest.FixtureRequest, shipped: Bank, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    target = tmp_path_factory.mktemp("book") / f"{request.param}.pdf"
    part = prep_export.select(
        shipped, prep_export.Selection(topics=("rag::chunking", "rag::generation", "tokenization"))
    )
    report = prep_export.export(part, "booklet", target, {"paper": request.param})
    assert report.findings == ()
    return target


@pytest.fixture(scope="session")
def a4(shipped_file: ShippedFile) -> Path:
    return shipped_file("booklet")


@pytest.mark.long
def test_it_is_sound_on_every_paper(book: Path) -> None:
    assert paper.is_sound(book)
    assert all(embedded for _, embedded in paper.fonts(book).values())


@pytest.mark.long
def test_no_word_leaves_the_page(book: Path) -> None:
    assert paper.outside(book, frames.book(book.stem)) == []


@pytest.mark.long
def test_no_text_is_set_over_another(book: Path) -> None:
    assert paper.overlapping(book) == []


@pytest.mark.long
def test_every_page_of_the_whole_booklet_keeps_to_its_frame(a4: Path) -> None:
    assert paper.outside(a4, frames.book()) == []
    assert paper.overlapping(a4) == []


@pytest.mark.long
def test_every_item_is_in_it_in_order(shipped: Bank, a4: Path) -> None:
    text = paper.letters(paper.text(a4))
    for _, item in printed(shipped).items():
        assert paper.letters(plain(title_of(item))) in text, item.id
    first = text.index(paper.letters("1.2 Why are attention scores divided"))
    assert first < text.index(paper.letters("1.3 What does self-attention cost"))


@pytest.mark.long
def test_the_contents_name_the_right_pages(shipped: Bank, a4: Path) -> None:
    pages = [paper.letters(page) for page in paper.tool("pdftotext", "-raw", a4, "-").split("\f")]
    contents = "".join(page for page in pages[1:6] if "Contents" in page)
    starts = _starts(a4)
    for question in printed(shipped).questions:
        title = plain(question.question)
        (number,) = (n for n in starts if re.fullmatch(r"\d+\.\d+ " + re.escape(title), n))
        assert f"{paper.letters(number)}{starts[number]}" in contents, question.id


def _starts(path: Path) -> dict[str, int]:
    """The page of every title in the outline."""
    with pikepdf.open(path) as document, document.open_outline() as outline:
        nodes = [one for node in outline.root for one in (node, *node.children)]
        return {node.title: _page(document, node.destination) for node in nodes}


def _page(document: pikepdf.Pdf, destination: Any) -> int:
    return document.pages.index(pikepdf.Page(destination[0])) + 1


@pytest.mark.long
def test_no_page_has_a_line_or_two_alone(a4: Path) -> None:
    pages = paper.tool("pdftotext", "-layout", a4, "-").split("\f")[:-1]
    lines = [[line for line in page.splitlines() if line.strip()] for page in pages]
    running_head = 1
    assert min(map(len, lines)) >= running_head + 4


@pytest.mark.long
def test_a_question_does_not_stand_at_the_foot_without_its_answer(book: Path, a4: Path) -> None:
    for path in (book, a4):
        for page in paper.tool("pdftotext", "-layout", path, "-").split("\f"):
            last = page.rstrip().splitlines()[-1:]
            assert not any(re.search(r"^\s*→.*\?\s*$", line) for line in last), last


@pytest.mark.long
def test_sources_are_links_to_the_bibliography(shipped: Bank, a4: Path) -> None:
    cited = sum(len(item.sources) for section, item in shipped.items() if section != "concepts")
    assert len(re.findall(r"\[\d+\]", paper.text(a4))) >= cited
    first, last = (_starts(a4)[name] for name in ("Bibliography", "Index"))
    with pikepdf.open(a4) as document:
        links = [
            _page(document, note.Dest)
            for page in document.pages
            for note in page.get("/Annots", [])
            if "/Dest" in note  # not a source's address
        ]
        addresses = [
            str(note.A.URI)
            for page in document.pages
            for note in page.get("/Annots", [])
            if "/A" in note
        ]
    assert sum(first <= page <= last for page in links) > cited
    known = {source.url for _, item in shipped.items() for source in item.sources}
    assert known - {None} <= set(addresses)


@pytest.mark.long
def test_chapters_items_and_back_matter_are_in_the_outline(a4: Path) -> None:
    with pikepdf.open(a4) as document, document.open_outline() as outline:
        titles = [node.title for node in outline.root]
        first = outline.root[titles.index("1  Transformer architecture")]
        assert first.children[0].title.startswith("1.1 Transformer architecture")
        assert first.children[-1].title == "Test yourself"
    for title in ("Contents", "Glossary", "Bibliography", "Index"):
        assert title in titles


@pytest.mark.long
def test_the_same_bank_gives_the_same_bytes(
    shipped: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    part = prep_export.select(shipped, prep_export.Selection(topics=("tokenization",)))
    sums = {prep_export.export(part, "booklet", tmp_path / f"{n}.pdf").sha256 for n in "ab"}
    assert len(sums) == 1


@pytest.mark.long
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_gives_a_sound_booklet(text: str, tmp_path: Path) -> None:
    target = tmp_path / "book.pdf"
    prep_export.export(answered(text), "booklet", target)
    assert paper.is_sound(target)
    assert paper.outside(target, frames.book()) == []


@pytest.mark.parametrize("layout", ["booklet", "flashcards"])
def test_a_field_without_markup_is_set_as_it_is_typed(
    layout: str, read: Callable[..., Reading], tmp_path: Path
) -> None:
    bank = read(
        """
        bank: {id: b, title: "A *b* C", authors: [_Ada_], licence: "[CC](https://x.org)"}
        topics: {t: "T^1^", "t::u": "f*g*h $5 and $6"}
        questions:
          - {id: q, topics: ["t::u"], question: Why?, answer: So.}
        """,
        header=False,
    ).bank
    assert bank is not None
    target = tmp_path / "b.pdf"
    prep_export.export(bank, layout, target)
    text = paper.text(target)
    typed = ["T^1^", "f*g*h $5 and $6"]
    if layout == "booklet":
        typed += ["A *b* C", "_Ada_ · [CC](https://x.org)"]
    assert [part for part in typed if part not in text] == []
