"""Tagged PDF: what each piece of a page is, in reading order (ISO 32000-1, 14.7 and 14.8).

A flowable that draws something carries a path of roles from the outside in, as in L, LI, LBody.
While it draws, its content is marked with a number of the page; when the document is saved, paths
become a tree of structure elements. reportlab writes no such tree itself, but has room for one.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reportlab.pdfbase.pdfdoc import PDFName, PDFObject, PDFPage, PDFString
from reportlab.platypus import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Path: TypeAlias = "tuple[tuple[str, int], ...]"
"""Roles with the numbers of their elements: pieces with one number belong to one element."""

Mark: TypeAlias = "tuple[Path, str, int, int]"
"""Path, alternative text, page from 0, and number of the marked content on that page."""

_numbers: Final = count()
"""For the whole process: numbers need only differ, and a counter is safe for threads."""


def element(role: str) -> Path:
    """A path of one new element."""
    return ((role, next(_numbers)),)


def under(role: str, flowables: Sequence[Any]) -> None:
    """Put what the flowables draw under one new element."""
    outer = element(role)
    for flowable in flowables:
        for leaf in leaves(flowable):
            leaf.path = outer + leaf.path


def leaves(flowable: Any) -> Iterator[Any]:
    """The flowables in this one that have a path."""
    if isinstance(flowable, Table):
        for row in flowable._cellvalues:  # noqa: SLF001 - reportlab has no other way to ask
            for cell in row:
                yield from leaves(cell)
    elif hasattr(flowable, "inner"):
        yield from leaves(flowable.inner)
    elif isinstance(flowable, Tagged):
        yield flowable


class Tagged:
    """A flowable whose drawing is marked as its path says; comes before its class of reportlab."""

    path: Path = ()
    alt = ""

    def _drawOn(self, canvas: Any) -> None:  # noqa: N802 - reportlab's name
        with canvas.tagged(self.path, self.alt):
            super()._drawOn(canvas)  # type: ignore[misc]


class _Element(PDFObject):  # type: ignore[misc]  # reportlab is untyped
    """A structure element, written as bytes at once: a book has tens of thousands."""

    __RefOnly__ = 1
    __slots__ = ("__InternalName__", "alt", "kids", "page", "parent", "role")

    def __init__(self, role: str, parent: Any) -> None:
        self.role = role
        self.parent = parent
        self.page: Any = None
        self.kids: list[_Element | tuple[Any, int]] = []
        self.alt = ""

    def format(self, document: Any) -> bytes:
        kids = []
        for kid in self.kids:
            if isinstance(kid, _Element):
                kids.append(_reference(kid, document))
            elif kid[0] is self.page:
                kids.append(b"%d" % kid[1])
            else:
                page = _reference(kid[0], document)
                kids.append(b"<</Type/MCR/Pg %s/MCID %d>>" % (page, kid[1]))
        page = b"/Pg " + _reference(self.page, document) if self.page else b""
        alt = b"/Alt " + PDFString(self.alt).format(document) if self.alt else b""
        return b"<</Type/StructElem/S/%s/P %s%s%s/K[%s]>>" % (
            self.role.encode(), _reference(self.parent, document), page, alt, b" ".join(kids),
        )  # fmt: skip


class _Root(PDFObject):  # type: ignore[misc]  # reportlab is untyped
    """The root of the tree, with the elements that own each page's marks."""

    __RefOnly__ = 1

    def __init__(self, owners: dict[int, list[_Element]]) -> None:
        self.document = _Element("Document", self)
        self.owners = owners

    def format(self, document: Any) -> bytes:
        pages = [
            b"%d[%s]" % (page, b" ".join(_reference(owner, document) for owner in owners))
            for page, owners in self.owners.items()
        ]
        return b"<</Type/StructTreeRoot/K %s/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>" % (
            _reference(self.document, document), b"\n".join(pages), max(self.owners, default=-1) + 1
        )  # fmt: skip


def _reference(thing: Any, document: Any) -> bytes:
    found: bytes = document.Reference(thing).format(document)
    return found


def add_tree(document: Any, pages: Sequence[PDFPage], marks: Iterable[Mark]) -> None:
    """Give a document of reportlab's the structure tree of its marks."""
    owners: dict[int, list[_Element]] = {}
    root = _Root(owners)
    known: dict[int, _Element] = {}
    for path, alt, number, mark in marks:
        place = root.document
        for role, key in path:
            if key not in known:
                known[key] = _Element(role, place)
                place.kids.append(known[key])
            place = known[key]
        place.page = place.page or pages[number]
        place.alt = alt
        place.kids.append((pages[number], mark))
        owners.setdefault(number, []).append(place)
    for number in owners:
        page = pages[number]
        page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = number
        page.Tabs = PDFName("S")
    document.Catalog.StructTreeRoot = root
    document.Catalog.MarkInfo = _Written(b"<</Marked true>>")


class _Written(PDFObject):  # type: ignore[misc]  # reportlab is untyped
    __RefOnly__ = 1

    def __init__(self, data: bytes) -> None:
        self.data = data

    def format(self, document: Any) -> bytes:
        del document
        return self.data
