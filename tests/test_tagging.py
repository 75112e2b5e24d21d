"""Tagged PDF: who has it read aloud hears every word once, in order, and what each piece is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

import prep_export

from .support import paper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prep_export.bank.model import Bank

    from .conftest import ShippedFile

STANDARD = {  # ISO 32000-1, 14.8.4, as far as we need it
    *("Document", "BlockQuote", "TOC", "TOCI", "P", "H1", "H2", "H3", "H4"),
    *("L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "Code", "Figure", "Formula"),
    *("Reference", "Link", "Caption", "Sect"),
}
SHOWS = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do"}


@pytest.fixture(scope="module", params=["pdf", "booklet", "flashcards"])
def tagged(
    request: pytest.FixtureRequest, shipped: Bank, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[pikepdf.Pdf]:
    target = tmp_path_factory.mktemp("tags") / "x.pdf"
    part = prep_export.select(shipped, prep_export.Selection(topics=("tokenization", "production")))
    prep_export.export(part, request.param, target)
    with pikepdf.open(target) as document:
        yield document


def _operations(page: pikepdf.Page) -> Iterator[tuple[list[Any], str]]:
    for one in pikepdf.parse_content_stream(page):
        yield list(one.operands), str(one.operator)


def _elements(node: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    for kid in node.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid, above
            yield from _elements(kid, (*above, kid))


def _tree(document: pikepdf.Pdf) -> list[tuple[Any, tuple[Any, ...]]]:
    top = document.Root.StructTreeRoot.K
    return [(top, ()), *_elements(top, (top,))]


@pytest.mark.long
def test_all_that_is_drawn_is_text_of_an_element_or_an_artifact(tagged: pikepdf.Pdf) -> None:
    assert document_is_marked(tagged)
    for page in tagged.pages:
        depth = 0
        for operands, name in _operations(page):
            if name in {"BDC", "BMC"}:
                depth += 1
                assert depth == 1, f"{operands} inside another mark"
            elif name == "EMC":
                depth -= 1
            elif name in SHOWS:
                assert depth == 1, f"{name} {operands} is not marked"
        assert depth == 0


def document_is_marked(document: pikepdf.Pdf) -> bool:
    return bool(document.Root.MarkInfo.Marked) and "/StructTreeRoot" in document.Root


@pytest.mark.long
def test_every_mark_belongs_to_one_element_which_knows_it(tagged: pikepdf.Pdf) -> None:
    owned: Counter[tuple[Any, int]] = Counter()
    for one, above in _tree(tagged):
        assert str(one.S)[1:] in STANDARD
        if above:
            assert one.P.objgen == above[-1].objgen
        for kid in one.K:
            if isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid:
                owned[kid.Pg.objgen, int(kid.MCID)] += 1
            elif not isinstance(kid, pikepdf.Dictionary):
                owned[one.Pg.objgen, int(kid)] += 1
    owners = _owners(tagged)
    marks = 0
    for page in tagged.pages:
        assert str(page.Tabs) == "/S"
        found = [
            int(operands[1].MCID)
            for operands, name in _operations(page)
            if name == "BDC" and "/MCID" in operands[1]
        ]
        assert sorted(found) == list(range(len(found)))
        assert len(owners[int(page.StructParents)]) == len(found)
        assert all(owned[page.objgen, mark] == 1 for mark in found)
        marks += len(found)
    assert sum(owned.values()) == marks > 20


def _owners(document: pikepdf.Pdf) -> dict[int, Any]:
    """The parent tree: elements by page or annotation."""
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    keys = [int(key) for key in numbers[::2]]
    assert keys == sorted(set(keys))
    return dict(zip(keys, numbers[1::2], strict=True))


@pytest.mark.long
def test_links_are_elements_that_say_where_they_lead(tagged: pikepdf.Pdf) -> None:
    owners = _owners(tagged)
    inside: Counter[Any] = Counter(
        kid.Obj.objgen
        for one, _ in _tree(tagged)
        for kid in one.K
        if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid
    )
    for page in tagged.pages:
        for link in page.get("/Annots", []):
            assert str(link.Contents)
            element = owners[int(link.StructParent)]
            assert str(element.S) == "/Link"
            assert len(element.K) > 1, "its text, and the annotation"
            assert inside[link.objgen] == 1


@pytest.mark.long
def test_figures_and_formulas_say_what_they_show(tagged: pikepdf.Pdf) -> None:
    shown = [one for one, _ in _tree(tagged) if str(one.S) in {"/Figure", "/Formula"}]
    assert all(str(one.Alt) for one in shown)


def test_lists_and_tables_are_built_as_the_standard_says(tagged: pikepdf.Pdf) -> None:
    outer = {
        "LI": {"L"},
        "Lbl": {"LI"},
        "LBody": {"LI"},
        "TR": {"Table"},
        "TD": {"TR"},
        "TH": {"TR"},
    }
    for one, above in _tree(tagged):
        role = str(one.S)[1:]
        if role in outer:
            assert str(above[-1].S)[1:] in outer[role]
        if role in {"H1", "H2", "H3"}:
            assert not [up for up in above if str(up.S) in {"/P", "/LBody", "/TD"}]


BANK = r"""
    bank: {id: b, title: B, language: en}
    topics: {rag: RAG}
    patterns:
      - id: p
        topics: [rag]
        title: Title one
        summary: Lead line.
        formula: $$E = mc^2$$
        recognise: [Cue]
        approach:
          - Step one
          - |
            Step two

            - deeper
    faqs:
      - id: f
        topics: [rag]
        question: Title two
        answer: |
          | head | other |
          |---|---|
          | cell | 1 |

          ```python
          x = 1
          ```

          > quoted

          LONG
"""


def _outline(node: Any) -> Any:
    """Roles as nested lists."""
    kids = [kid for kid in node.K if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    role = str(node.S)[1:]
    return (role, [_outline(kid) for kid in kids]) if kids else role


@pytest.mark.long
def test_the_tree_is_that_of_the_text(write_bank: Callable[..., str], tmp_path: Path) -> None:
    bank = prep_export.load_bank(write_bank(BANK, header=False))
    prep_export.export(bank, "pdf", tmp_path / "x.pdf")
    item = ("LI", ["Lbl", "LBody"])
    deeper = ("LI", ["Lbl", ("LBody", [("L", [item])])])
    cells = ("Table", [("TR", ["TH", "TH"]), ("TR", ["TD", "TD"])])
    with pikepdf.open(tmp_path / "x.pdf") as document:
        assert _outline(document.Root.StructTreeRoot.K) == (
            "Document",
            [
                *("H1", "P", "H1", "P", "H2", "P", "Formula", "P", ("L", [item, deeper])),
                *("H1", "H2", cells, "Code", ("BlockQuote", ["P"]), "P"),
            ],
        )


@pytest.mark.long
def test_a_divided_paragraph_is_one_element(write_bank: Callable[..., str], tmp_path: Path) -> None:
    long = " ".join(f"w{n}" for n in range(3_000))
    bank = prep_export.load_bank(write_bank(BANK.replace("LONG", long), header=False))
    prep_export.export(bank, "pdf", tmp_path / "x.pdf")
    with pikepdf.open(tmp_path / "x.pdf") as document:
        last = _tree(document)[-1][0]
        assert str(last.S) == "/P"
        assert len(last.K) > 3, "one piece in each column"
        pages = {kid.Pg.objgen for kid in last.K if isinstance(kid, pikepdf.Dictionary)}
        assert pages, "and some on another page"


@pytest.mark.long
def test_words_at_the_ends_of_lines_stay_apart(shipped: Bank, shipped_file: ShippedFile) -> None:
    unlike = str.maketrans("", "", "-\"'“”‘’")  # hyphens of lines, quotes as they are printed
    read = " ".join(paper.tool("pdfinfo", "-struct-text", shipped_file("pdf")).split())
    read = read.translate(unlike)
    for faq in shipped.faqs:
        words = " ".join((faq.short or faq.answer).replace("*", "").split()).translate(unlike)
        assert words[:120] in read, faq.id


def test_the_metadata_is_there_as_xmp_too(shipped: Bank, shipped_file: ShippedFile) -> None:
    with pikepdf.open(shipped_file("pdf")) as document, document.open_metadata() as metadata:
        assert metadata["dc:title"] == shipped.header.title
        assert metadata["dc:language"] == {shipped.header.language}
