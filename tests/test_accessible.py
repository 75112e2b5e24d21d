"""The PDFs are PDF/UA-1 (ISO 14289-1): an independent validator says so, of every layout.

The Matterhorn Protocol 1.1 names what can be wrong with such a file, in 31 checkpoints. What of
them a program can check, `page` checks. Here stand, beside its verdict, tests of our own for what
our files have, and of what they do not have and so cannot have wrong:

- 01 content and artifacts, 09 the syntax of lists, tables and contents: test_tagging.py
- 02 role mapping, 19 notes, 20 layers, 21 attached files, 22 threads, 23 signatures, 25 XFA,
  26 encryption, 30 form XObjects: `test_there_is_nothing_in_it_that_could_be_wrong`
- 03 flicker, 05 sound, 29 actions: `test_nothing_moves_or_sounds`
- 06 metadata, 07 the title in the window, 11 the language: `test_it_says_what_it_is`
- 08 scanned pages: reportlab draws text; 24 printed forms: there are none
- 10 and 31 characters and fonts: `test_every_code_has_a_character`; the rest is the validator's
- 13 figures, 17 formulas: `test_what_is_no_text_has_one`
- 14 headings: `test_no_level_of_heading_is_skipped`
- 15 tables: `test_cells_have_their_headers`
- 16 lists: `test_lists_say_how_they_are_numbered`
- 18 running heads: `test_running_heads_are_artifacts_of_the_page`
- 27 navigation: outline and page labels, test_pdf.py and test_booklet.py
- 28 annotations: links alone, test_tagging.py

What only people can judge is left to them: 04 contrast (test_chapters.py holds the numbers), 12
stretched characters, and whether a text that stands for a picture says what it shows.
"""

from __future__ import annotations

import re
from functools import cache
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

import prep_export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import ShippedFile

page = pytest.importorskip("page", reason="the validator has no wheel for this machine")

LAYOUTS = ("pdf", "booklet", "flashcards")

BANK = r"""
    bank: {id: b, title: B <&> ☂, language: de, authors: [A, 'B (C)']}
    topics: {rag: RAG, 'rag::deep': {title: Deep, description: Below.}}
    patterns:
      - id: p
        topics: [rag]
        title: Title with [a link](https://example.com/a?b=(c)) and $x^2$
        summary: Lead ~~line~~.
        formula: $$\frac{a}{b} = \sqrt{mc^2}$$
        recognise: [Cue, '[all of it](https://example.com/all)']
        approach:
          - Step one
          - |
            Step two

            9. deeper $\frac{1}{2}$
            10. and $n$
                - [$n$ `code` text](https://example.com) ends
        pitfalls: [One, Two]
    faqs:
      - id: f
        topics: ['rag::deep']
        question: Title two
        related: [p]
        sources: [{title: A title, url: 'https://example.com/s', authors: A. Author}]
        drills:
          - {id: d, ask: 'Ask $x$?', answer: 'Say [it](https://example.com).'}
          - {id: e, text: 'A {{c1::hidden}} word'}
        answer: |
          # One

          ### Three

          ###### Six

          | head |  | right |
          |---|:-:|--:|
          | cell | $\frac12$ | |
          |  |  | [x](https://example.com) |
          ROWS

          ```python
          x = "LONG"
          ```

          > quoted
          >
          > - list in it
          >
          > # Heading in it

          ![](dot.png)

          ![A dot](dot.png)

          WORDS [a link that goes on and on, over more than one line of a column that is narrow, and
          from there to the next one, and so on](https://example.com/long) מילה 𓀀

          ---

          $$\begin{pmatrix} a & b \\ c & d \end{pmatrix}$$
    concepts:
      - {id: t, topics: [rag], term: Term, definition: 'What $y$ is.', formula: $y = 1$}
"""
EXTREMES = {
    "ROWS": "\n          ".join(f"| row {n} | b | {n} |" for n in range(120)),
    "LONG": "x" * 400,
    "WORDS": " ".join(f"w{n}" for n in range(1200)),
}


def _write(bank: str, name: str, target: Path, **options: str) -> Path:
    prep_export.export(prep_export.load_bank(bank), name, target, options)
    return target


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A bank with everything that Markdown has, in a layout."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("accessible")
    text = re.sub("|".join(EXTREMES), lambda found: EXTREMES[found[0]], BANK)
    (folder / "bank.yaml").write_text(dedent(text), encoding="utf-8")
    Image.new("RGB", (4, 4), "red").save(folder / "dot.png")
    return cache(lambda layout: _write(str(folder / "bank.yaml"), layout, folder / f"{layout}.pdf"))


@pytest.fixture(params=LAYOUTS)
def file(request: pytest.FixtureRequest, made: Callable[[str], Path]) -> Path:
    return made(request.param)


@pytest.fixture
def document(file: Path) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(file) as opened:
        yield opened


def _complaints(path: Path) -> list[str]:
    report = page.validate_pdf(path, profile="ua1")
    assert report.rules.total > 100
    return sorted({f"{one.rule_id}: {one.message}" for one in report.failures})


def _elements(document: pikepdf.Pdf, *roles: str) -> list[Any]:
    """The structure elements of some roles, in reading order."""
    found = []
    waiting = [document.Root.StructTreeRoot.K]
    while waiting:
        one = waiting.pop()
        if str(one.S)[1:] in roles or not roles:
            found.append(one)
        kids = [kid for kid in one.K if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        waiting += reversed(kids)
    return found


def _resources(one: pikepdf.Page, kind: str) -> list[Any]:
    found: Any = one.Resources.get(kind)
    return [] if found is None else list(found.as_dict().values())


@pytest.mark.long
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_validator_finds_nothing_in_the_shipped_files(
    name: str, shipped_file: ShippedFile
) -> None:
    assert _complaints(shipped_file(name)) == []


@pytest.mark.long
def test_a_validator_finds_nothing_whatever_a_bank_holds(file: Path) -> None:
    assert _complaints(file) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("pdf", {"theme": "mono", "columns": "4"}),
        ("booklet", {"paper": "a5", "theme": "mono"}),
        ("flashcards", {"flip": "fold"}),
        ("pdf", {"paper": "letter", "qr": "on"}),
    ],
)
def test_a_validator_finds_nothing_in_other_forms(
    name: str, options: dict[str, str], write_bank: Callable[..., str], tmp_path: Path
) -> None:
    from .test_tagging import BANK as SMALL

    small = SMALL.replace("language: en", "language: en, url: 'https://example.com/deck'")
    path = _write(write_bank(small, header=False), name, tmp_path / "x.pdf", **options)
    assert _complaints(path) == []


def _no_language(document: pikepdf.Pdf) -> None:
    del document.Root.Lang


def _no_claim(document: pikepdf.Pdf) -> None:
    with document.open_metadata() as metadata:
        del metadata["pdfuaid:part"]


def _no_words_for_a_formula(document: pikepdf.Pdf) -> None:
    del _elements(document, "Formula")[0].Alt


def _no_scope(document: pikepdf.Pdf) -> None:
    for one in _elements(document, "TH"):
        del one.A


def _no_words_for_a_link(document: pikepdf.Pdf) -> None:
    next(one for page in document.pages for one in page.get("/Annots", [])).Contents = ""


def _skipped_heading(document: pikepdf.Pdf) -> None:
    _elements(document, "H2")[0].S = pikepdf.Name.H3


def _unmarked_text(document: pikepdf.Pdf) -> None:
    first = document.pages[0]
    first.contents_add(b"BT /F2+0 9 Tf 100 100 Td (x) Tj ET")


@pytest.mark.long
@pytest.mark.parametrize(
    "spoil",
    [
        _no_language,
        _no_claim,
        _no_words_for_a_formula,
        _no_scope,
        _no_words_for_a_link,
        _skipped_heading,
        _unmarked_text,
    ],
)
def test_the_validator_is_not_blind(
    spoil: Callable[[pikepdf.Pdf], None], made: Callable[[str], Path], tmp_path: Path
) -> None:
    with pikepdf.open(made("booklet")) as document:
        spoil(document)
        document.save(tmp_path / "spoilt.pdf")
    assert _complaints(tmp_path / "spoilt.pdf")


@pytest.mark.long
def test_there_is_nothing_in_it_that_could_be_wrong(document: pikepdf.Pdf) -> None:
    assert not document.is_encrypted
    for key in ("AcroForm", "OCProperties", "Threads", "AF", "Perms", "Requirements"):
        assert f"/{key}" not in document.Root
    assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
    assert "/RoleMap" not in document.Root.StructTreeRoot
    assert "/Suspects" not in document.Root.MarkInfo
    assert not _elements(document, "Note", "H", "Form", "Annot", "Ruby", "Warichu")
    for one in document.pages:
        assert all(str(drawn.Subtype) == "/Image" for drawn in _resources(one, "/XObject"))
        assert all(str(note.Subtype) == "/Link" for note in one.get("/Annots", []))


@pytest.mark.long
def test_nothing_moves_or_sounds(document: pikepdf.Pdf) -> None:
    assert "/AA" not in document.Root
    for one in document.pages:
        assert "/AA" not in one
        for link in one.get("/Annots", []):
            assert "/Dest" in link or str(link.A.S) == "/URI"


def test_it_says_what_it_is(document: pikepdf.Pdf) -> None:
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
    assert str(document.Root.Lang) == "de"
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "B <&> ☂"
        assert metadata["dc:language"] == {"de"}


def test_every_code_has_a_character(document: pikepdf.Pdf) -> None:
    maps = {
        font.ToUnicode.objgen: font.ToUnicode.read_bytes().decode()
        for one in document.pages
        for font in _resources(one, "/Font")
    }
    for text in maps.values():
        entries = re.findall(r"^<(\w+)> <(\w*)>$", text, re.MULTILINE)
        blocks = re.findall(r"(\d+) beginbfchar", text)
        assert all(int(count) <= 100 for count in blocks)
        assert sum(map(int, blocks)) == len(re.findall(r"^<\w\w> <\w{4,}>$", text, re.MULTILINE))
        assert entries
        assert all(value not in {"", "0000", "FEFF", "FFFE"} for _, value in entries)


def test_what_is_no_text_has_one(document: pikepdf.Pdf) -> None:
    assert {str(one.Alt) for one in _elements(document, "Figure")} <= {"A dot"}
    formulas = [str(one.Alt) for one in _elements(document, "Formula")]
    assert formulas
    assert all(formulas)


def test_figures_and_tables_know_where_they_stand(document: pikepdf.Pdf) -> None:
    for one in _elements(document, "Figure", "Table"):
        pages = {mark.Pg.objgen for mark in _marks(one)}
        if len(pages) > 1:
            assert "/A" not in one
            continue
        left, low, right, high = map(float, one.A.BBox)
        page = next(page for page in document.pages if {page.objgen} == pages)
        assert page.mediabox[0] <= left < right <= page.mediabox[2]
        assert page.mediabox[1] <= low < high <= page.mediabox[3]


def _marks(node: Any) -> Iterator[Any]:
    """The elements within one that hold marks, with their pages."""
    for kid in node.K:
        if not isinstance(kid, pikepdf.Dictionary):
            yield node
        elif "/S" in kid:
            yield from _marks(kid)
        elif "/MCID" in kid:
            yield kid


def test_no_level_of_heading_is_skipped(document: pikepdf.Pdf) -> None:
    levels = [int(str(one.S)[2:]) for one in _elements(document, *(f"H{n}" for n in range(1, 7)))]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


def test_cells_have_their_headers(document: pikepdf.Pdf) -> None:
    for table in _elements(document, "Table"):
        assert {len(row.K) for row in table.K} == {3}
    assert all(str(one.A.Scope) == "/Column" for one in _elements(document, "TH"))
    headers = _elements(document, "TH")
    assert len(headers) % 3 == 0
    for header in headers:
        assert len(header.K) <= 2, "where it is repeated it is an artifact"


def test_lists_say_how_they_are_numbered(document: pikepdf.Pdf) -> None:
    for one in _elements(document, "L"):
        assert str(one.A.ListNumbering) in {"/Disc", "/Decimal"}
        for item in one.K:
            assert [str(kid.S) for kid in item.K] == ["/Lbl", "/LBody"]


@pytest.mark.long
def test_running_heads_are_artifacts_of_the_page(shipped_file: ShippedFile) -> None:
    with pikepdf.open(shipped_file("booklet")) as document:
        for one in list(document.pages)[1:4]:
            assert b"/Artifact <</Type/Pagination>> BDC" in one.Contents.read_bytes()


def test_a_link_over_two_lines_is_one_element(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    words = " ".join(["word"] * 60)
    bank = f"faqs: [{{id: f, topics: [rag], question: Q, answer: 'A [{words}](https://e.org) b.'}}]"
    with pikepdf.open(_write(write_bank(bank), "pdf", tmp_path / "x.pdf")) as document:
        (link,) = _elements(document, "Link")
        notes = [kid for kid in link.K if isinstance(kid, pikepdf.Dictionary)]
        assert len(notes) == len(document.pages[0].Annots) > 2
        assert {str(note.Obj.Contents) for note in notes} == {"https://e.org"}


def test_a_card_is_read_front_and_back_in_one_go(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    """They stand on two pages, at mirrored places; its question is a heading, to jump to."""
    bank = """
        bank: {id: b, title: B, language: en}
        topics: {one: One, two: Two}
        faqs:
          - {id: a, topics: [one], question: 'First?', answer: Yes.}
          - {id: b, topics: [one], question: 'Second?', answer: No.}
          - {id: c, topics: [two], question: 'Third?', answer: Maybe.}
    """
    path = _write(write_bank(bank, header=False), "flashcards", tmp_path / "x.pdf")
    with pikepdf.open(path) as document:
        assert _roles(document.Root.StructTreeRoot.K) == [
            ["H1", "H2", "P", "P"],
            ["H2", "P", "P"],
            ["H1", "H2", "P", "P"],
        ]
        pages: list[Any] = [one.objgen for one in document.pages]
        for card in document.Root.StructTreeRoot.K.K:
            assert [pages.index(one.Pg.objgen) for one in card.K][-2:] == [0, 1]
        with document.open_outline() as outline:
            assert [entry.title for entry in outline.root] == ["1  One", "2  Two"]


def _roles(node: Any) -> Any:
    """Roles within an element, those within those as lists."""
    kids = [kid for kid in node.K if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return [_roles(kid) if str(kid.S) == "/Sect" else str(kid.S)[1:] for kid in kids]


def test_a_link_to_a_source_says_its_title_and_leads_to_it(
    write_bank: Callable[..., str], tmp_path: Path
) -> None:
    """Whatever its author's name is: as Markdown, the first one here is a list."""
    bank = """
        faqs:
          - id: f
            topics: [rag]
            question: Q
            answer: A.
            sources:
              - {authors: '1. A', title: First}
              - {authors: B, title: Second}
              - {authors: C, title: Third}
    """
    path = _write(write_bank(bank), "booklet", tmp_path / "x.pdf")
    with pikepdf.open(path) as document:
        links = {
            str(link.Contents): link.Dest
            for one in document.pages
            for link in one.get("/Annots", [])
            if str(link.Contents) in {"First", "Second", "Third"}
        }
        first, second, third = (
            tuple(map(float, list(links[title])[2:4])) for title in ("First", "Second", "Third")
        )
        assert first[0] < second[0] == third[0], "the first has two lines, and so a column"
        assert first[1] == second[1] > third[1]
