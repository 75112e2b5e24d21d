"""Tagged PDF: what each piece of a page is, in reading order (ISO 32000-1, 14.7 and 14.8).

A flowable that draws something carries a path of roles from the outside in, as in L, LI, LBody.
While it draws, its content is marked with a number of the page (marking.py); when the document is
saved, paths become a tree of structure elements. reportlab writes no such tree itself, but has room
for one.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from reportlab.pdfbase.pdfdoc import PDFName, PDFObject, PDFPage, PDFString
from reportlab.platypus import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

Path: TypeAlias = "tuple[tuple[str, int], ...]"
"""Roles with the numbers of their elements: pieces with one number belong to one element."""

_numbers: Final = count()
"""For the whole process: numbers need only differ, and a counter is safe for threads."""

ORDERED: Final = "L-Decimal"
"""The role of a list whose labels are numbers."""
CELLS: Final = frozenset({"TD", "TH"})

_ATTRIBUTES: Final = {
    "TH": b"/A<</O/Table/Scope/Column>>",
    "L": b"/A<</O/List/ListNumbering/Disc>>",
    ORDERED: b"/A<</O/List/ListNumbering/Decimal>>",
}
"""What the elements of a role have besides."""

_HEADINGS: Final = ("H1", "H2", "H3", "H4", "H5", "H6")


def standard(role: str) -> str:
    """The role as the standard has it, without what we tell apart."""
    return role.partition("-")[0]


class Mark(NamedTuple):
    """A piece of marked content."""

    path: Path
    alt: str
    page: int
    """From 0."""
    number: int
    """Its MCID on that page."""


def number() -> int:
    """A number for a new element."""
    return next(_numbers)


def element(*roles: str) -> Path:
    """A path of new elements, each within the one before it."""
    return tuple((role, next(_numbers)) for role in roles)


def under(role: str, flowables: Sequence[Any]) -> None:
    """Put what the flowables draw under one new element."""
    outer = element(role)
    for flowable in flowables:
        for leaf in leaves(flowable):
            leaf.put_under(outer)


def as_contents(flowables: Sequence[Any]) -> None:
    """Make the flowables a table of contents, each an entry that refers to what it names."""
    outer = element("TOC")
    for flowable in flowables:
        for leaf in leaves(flowable):
            leaf.path = outer + element("TOCI", "Reference")


def as_heading(role: str, flowables: Sequence[Any]) -> None:
    """Make the last of the paragraphs that come first a heading: what is asked, after what is said
    before it."""
    heading: Tagged | None = None
    for leaf in (leaf for flowable in flowables for leaf in leaves(flowable)):
        if [role for role, _ in leaf.path] != ["P"]:
            break
        heading = leaf
    if heading is not None:
        heading.path = element(role)


def items_of(flowables: Sequence[Any]) -> Iterator[list[Any]]:
    """The flowables of one list, item by item."""
    item: list[Any] = []
    number = -1
    for flowable in flowables:
        leaf = next(leaves(flowable), None)
        if leaf is not None and leaf.path[1][1] != number:
            number = leaf.path[1][1]
            if item:
                yield item
            item = []
        item.append(flowable)
    if item:
        yield item


def leaves(flowable: Any) -> Iterator[Any]:
    """The flowables in this one that have a path."""
    if isinstance(flowable, Table):
        for row in flowable._cellvalues:  # noqa: SLF001 - reportlab has no other way to ask
            for cell in row:
                yield from leaves(cell)
    elif isinstance(flowable, list | tuple):
        for one in flowable:
            yield from leaves(one)
    elif hasattr(flowable, "inner"):
        yield from leaves(flowable.inner)
    elif isinstance(flowable, Tagged):
        yield flowable


class Tagged:
    """A flowable whose drawing is marked as its path says; comes before its class of reportlab."""

    path: Path = ()
    alt = ""
    _shown_on: Any = None

    def bounds(self) -> tuple[float, float, float, float] | None:
        """Where its picture stands, from its own corner; None for what is no picture."""
        return None

    def put_under(self, outer: Path) -> None:
        """Put what it draws under other elements."""
        self.path = outer + self.path

    def marking(self, canvas: Any) -> AbstractContextManager[None]:
        """What marks its content while it draws."""
        marked: AbstractContextManager[None] = canvas.tagged(self.path, self.alt)
        return marked

    def _drawOn(self, canvas: Any) -> None:  # noqa: N802 - reportlab's name
        role = self.path[-1][0] if self.path else ""
        if self._shown_on is canvas and role == "TH":
            marking = canvas.artifact("Pagination")  # the heads of a table's next page
        elif role == "Figure" and not self.alt:
            marking = canvas.artifact()  # an image without a text is an ornament, as in HTML
        else:
            marking = self.marking(canvas)
        self._shown_on = canvas
        bounds = self.bounds()
        if bounds:
            canvas.bound(self.path[-1][1], bounds)
        with marking:
            super()._drawOn(canvas)  # type: ignore[misc]


class _Element(PDFObject):  # type: ignore[misc]  # reportlab is untyped
    """A structure element, written as bytes at once: a book has tens of thousands."""

    __RefOnly__ = 1
    __slots__ = (
        *("__InternalName__", "alt", "bounds", "kids", "page", "parent", "reference_to", "role"),
    )

    def __init__(self, role: str, parent: Any) -> None:
        self.role = role
        self.parent = parent
        self.page: Any = None
        self.kids: list[_Element | tuple[Any, int] | tuple[Any, Link]] = []
        self.alt = ""
        self.bounds: tuple[float, ...] | None = None

    def format(self, document: Any) -> bytes:
        kids = []
        for kid in self.kids:
            if isinstance(kid, _Element):
                kids.append(_reference(kid, document))
                continue
            at, what = kid
            page = b"" if at is self.page else b"/Pg " + _reference(at, document)
            if isinstance(what, Link):
                kids.append(b"<</Type/OBJR%s/Obj %s>>" % (page, _reference(what, document)))
            elif page:
                kids.append(b"<</Type/MCR%s/MCID %d>>" % (page, what))
            else:
                kids.append(b"%d" % what)
        page = b"/Pg " + _reference(self.page, document) if self.page else b""
        alt = b"/Alt " + PDFString(self.alt).format(document) if self.alt else b""
        role = standard(self.role).encode()
        about = _ATTRIBUTES.get(self.role, b"")
        if self.bounds:
            about = b"/A<</O/Layout/BBox[%s]>>" % _numbered(self.bounds)
        parent = _reference(self.parent, document)
        return b"<</S/%s/P %s%s%s%s/K[%s]>>" % (role, parent, page, alt, about, b" ".join(kids))


def _numbered(numbers: Iterable[float]) -> bytes:
    return b" ".join(b"%g" % round(number, 2) for number in numbers)


class Link(PDFObject):  # type: ignore[misc]  # reportlab is untyped
    """The annotation that makes a piece of a page lead somewhere."""

    __RefOnly__ = 1

    def __init__(self, path: Path, page: int, rect: Sequence[float], target: bytes | Any) -> None:
        """`target` is the rest of the dictionary that says where to, or a destination."""
        self.path = path
        self.page = page
        self.rect = rect
        self.target = target
        self.contents = ""
        """What it says of itself: where it leads."""
        self.key = 0
        """Its number in the tree that leads from it to its structure element."""

    def format(self, document: Any) -> bytes:
        target = self.target
        return b"<<%s/Rect[%s]/Contents %s/StructParent %d%s>>" % (
            b"/Type/Annot/Subtype/Link/Border[0 0 0]/F 4",  # printed, as far as there is ink in it
            _numbered(self.rect),
            PDFString(self.contents).format(document),
            self.key,
            target if isinstance(target, bytes) else b"/Dest " + target.format(document),
        )  # fmt: skip


class _Root(PDFObject):  # type: ignore[misc]  # reportlab is untyped
    """The root of the tree, with the elements that own each page's marks, and each link."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.document = _Element("Document", self)
        self.owners: dict[int, list[_Element] | _Element] = {}

    def format(self, document: Any) -> bytes:
        entries = []
        for key, owner in self.owners.items():
            if isinstance(owner, _Element):
                entries.append(b"%d %s" % (key, _reference(owner, document)))
            else:
                owners = b" ".join(_reference(one, document) for one in owner)
                entries.append(b"%d[%s]" % (key, owners))
        return b"<</Type/StructTreeRoot/K %s/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>" % (
            _reference(self.document, document), b"\n".join(entries), len(self.owners)
        )  # fmt: skip


def _reference(thing: Any, document: Any) -> bytes:
    """How an object of one document is referred to; kept with it, for most are so a few times."""
    known: bytes | None = getattr(thing, "reference_to", None)
    if known is None:
        known = thing.reference_to = document.Reference(thing).format(document)
    return known


def add_tree(
    document: Any,
    pages: Sequence[PDFPage],
    marks: Iterable[Mark],
    links: Sequence[Link],
    bounds: Mapping[int, tuple[float, ...]],
) -> None:
    """Give a document of reportlab's the structure tree of its marks and links; `bounds` are those
    of figures and tables, by their numbers."""
    root = _Root()
    known: dict[int, _Element] = {}

    def place_of(path: Path) -> _Element:
        place = root.document
        for role, key in path:
            if key not in known:
                known[key] = _Element(role, place)
                place.kids.append(known[key])
            place = known[key]
        return place

    owners: dict[int, list[_Element]] = {}
    for mark in marks:
        place, page = place_of(mark.path), pages[mark.page]
        place.page = place.page or page
        place.alt = mark.alt
        place.kids.append((page, mark.number))
        owners.setdefault(mark.page, []).append(place)
    root.owners.update(sorted(owners.items()))
    for key, link in enumerate(links, start=len(pages)):
        place, page = place_of(link.path), pages[link.page]
        place.page = place.page or page
        place.kids.append((page, link))
        link.key = key
        root.owners[key] = place
    for at in owners:
        page = pages[at]
        page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = at
        page.Tabs = PDFName("S")
    for key, box in bounds.items():
        if key in known:
            known[key].bounds = box
    _nest_headings(root.document)
    document.Catalog.StructTreeRoot = root
    document.Catalog.MarkInfo = _Written(b"<</Marked true>>")


def _nest_headings(top: _Element) -> None:
    """No level of heading is skipped (ISO 14289-1, 7.4.2), whatever levels an author has used."""
    open_levels: list[str] = []
    waiting = [top]
    while waiting:
        one = waiting.pop()
        if one.role in _HEADINGS:
            while open_levels and open_levels[-1] >= one.role:
                open_levels.pop()
            open_levels.append(one.role)
            one.role = _HEADINGS[len(open_levels) - 1]
        waiting += [kid for kid in reversed(one.kids) if isinstance(kid, _Element)]


class _Written(PDFObject):  # type: ignore[misc]  # reportlab is untyped
    __RefOnly__ = 1

    def __init__(self, data: bytes) -> None:
        self.data = data

    def format(self, document: Any) -> bytes:
        del document
        return self.data
