"""A canvas on which every piece of content is marked: as part of an element, or as an artifact.

Marks do not nest: one within another divides it. What stands within a line, such as a link or a
formula, is marked within the text object of its line, for a mark may not reach into one from
outside (ISO 32000-1, 14.6.1).
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfbase.pdfdoc import PDFString
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from prep_export.exporters.pdf.engine.fonts import KernedFont
from prep_export.exporters.pdf.engine.tags import CELLS, Link, Mark, add_tree, element, standard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prep_export.exporters.pdf.engine.tags import Path


def link_name(number: int, target: str) -> str:
    """What reportlab passes on for a link in a line: the number of its element, and where to, a URL
    or # and a key."""
    return f"#{number} {target}"


class _Stretch:
    """What is being marked: one element or artifact, in as many pieces as others leave of it."""

    def __init__(self, path: Path, alt: str = "", artifact: str = "") -> None:
        self.path = path
        self.alt = alt
        self.artifact = artifact
        self.pieces: list[int] = []
        """Places of its marks among those of the document."""
        self.start = -1
        """Where the code of the open piece begins; of a line, where its marks do."""


class _Line(_Stretch):
    """Text that marks its own pieces; what stands before it, such as a number, has its own path."""

    def __init__(self, path: Path, label: Path) -> None:
        super().__init__(path)
        self.texts = [label, path] if label else [path]


_DECIMALS: Final = 2
"""Of places of text, in points: finer than any printer, and a book has 100,000 of them."""


class LineText(PDFTextObject):  # type: ignore[misc]  # reportlab is untyped
    """Text whose lines end in a space, so that words stay apart (ISO 32000-1, 14.8.2.5), and whose
    links and formulas are elements of their own."""

    def __init__(self, canvas: MarkingCanvas, *args: Any, **options: Any) -> None:
        super().__init__(canvas, *args, **options)
        self._path = canvas.path_of_text()
        """None where what is around marks the text."""
        self._within: Path = ()
        """What of the path is a link."""
        self._piece: Path | None = None
        self._fresh = False
        self._curSubset: int
        self._word = ""

    def setTextOrigin(self, x: float, y: float) -> None:  # noqa: N802 - reportlab's name
        self._code.append(f"1 0 0 1 {round(x, _DECIMALS):g} {round(y, _DECIMALS):g} Tm")
        self._x0 = self._x = x
        self._y0 = self._y = y

    def mark(self, inner: Path = (), alt: str = "") -> None:
        """Let what follows be a piece of the text, or of an element in it."""
        if self._path is None:
            return
        path = self._path + self._within + inner if inner or self._within else self._path
        self._fresh = path != self._piece
        if self._fresh:
            if self._piece is not None:
                self._code.append("EMC")
            self._code.append(self._canvas.begin_mark(path, alt))
            self._piece = path

    def formula(self, alt: str) -> Path:
        """Let what follows be a formula in the text; returns its path, if marks are set here."""
        if self._path is None:
            return ()
        path = element("Formula")
        self.mark(path, alt)
        return self._path + self._within + path

    def _textOut(self, text: str, TStar: Any = 0) -> None:  # noqa: N802, N803 - reportlab's names
        space = " " if TStar and text and not text.endswith(("-", " ")) else ""
        self._show(text + space)
        super()._textOut(text + space, TStar)

    def textOut(self, text: str) -> None:  # noqa: N802 - reportlab's name
        self._show(text)
        super().textOut(text)

    def _formatText(self, text: str) -> str:  # noqa: N802 - reportlab's name
        """The operators that show a text: where its font kerns pairs, with numbers between them."""
        font = getFont(self._fontname)
        gaps = font.gaps(text) if isinstance(font, KernedFont) else []
        if not gaps:
            shown: str = super()._formatText(text)
            return shown
        document, escape = self._canvas._doc, self._canvas._escape  # noqa: SLF001 - reportlab's own
        operators: list[str] = []
        start = 0
        for subset, codes in font.splitString(text, document):
            if subset != self._curSubset:
                name = font.getSubsetInternalName(subset, document)
                operators.append(f"{name} {self._fontsize:g} Tf {self._leading:g} TL")
                self._curSubset = subset
            end = start + len(codes)
            pieces, at = [], start
            for place, width in [gap for gap in gaps if start <= gap[0] < end]:
                if place > at:
                    pieces.append(f"({escape(codes[at - start : place - start])})")
                pieces.append(f"{-width:g}")
                at = place
            pieces.append(f"({escape(codes[at - start :])})")
            operators.append(f"[{''.join(pieces)}]TJ" if len(pieces) > 1 else f"{pieces[0]} Tj")
            start = end
        return " ".join(operators)

    def _show(self, text: str) -> None:
        if text:
            self.mark()
        self._word = text
        if self._piece and self._piece[-1][0] == "Link":
            self._canvas.say(self._piece, text)

    def _linkRecord(self, link: tuple[int, str], what: str) -> None:  # noqa: N802 - reportlab's name
        """reportlab says where links begin, once their first word is shown, and where they end."""
        if self._path is None or what == "end":
            self._within = ()
            return
        shown = self._code.pop()
        if self._fresh:  # the piece holds nothing but that word
            self._code.pop()
            self._canvas.drop_mark()
            self._piece = None
        self._within = (("Link", link[0]),)
        self._show(self._word)
        self._code.append(shown)

    def getCode(self) -> str:  # noqa: N802 - reportlab's name
        if self._piece is not None:
            self._code.append("EMC")
        code: str = super().getCode()
        return code


class MarkingCanvas(Canvas):  # type: ignore[misc]  # reportlab is untyped
    """Knows what is being drawn, and writes it into the page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.places: dict[str, int] = {}
        """Page of each key that a flowable has noted."""
        self.titles: dict[str, str] = {}
        """Title of each key that has one."""
        self._marks: list[Mark] = []
        self._marked: dict[int, int] = {}
        self._links: list[tuple[Link, str]] = []
        self._said: dict[int, str] = {}
        self._stretches: list[_Stretch] = []
        self._around: Path = ()
        self._bounds: dict[int, tuple[int, tuple[float, ...]]] = {}

    @contextmanager
    def tagged(self, path: Path, alt: str = "") -> Iterator[None]:
        """Mark what is drawn inside as a piece of the last element of the path."""
        with self._stretch(_Stretch(path or element("P"), alt)):
            yield

    @contextmanager
    def artifact(self, kind: str = "Layout") -> Iterator[None]:
        """Mark what is drawn inside as no part of the text: rules and panels (Layout), running
        heads (Pagination)."""
        with self._stretch(_Stretch((), artifact=kind)):
            yield

    @contextmanager
    def within(self, path: Path) -> Iterator[None]:
        """Put all elements that are drawn inside into that of the path, wherever else it is drawn:
        the sides of a card are one section."""
        before, self._around = self._around, self._around + path
        yield
        self._around = before

    @contextmanager
    def line_by_line(self, path: Path, label: Path = ()) -> Iterator[None]:
        """Let text objects mark their own pieces; the first one is the label, if there is one."""
        with self._stretch(_Line(path, label)):
            yield

    @contextmanager
    def _stretch(self, stretch: _Stretch) -> Iterator[None]:
        outer = self._stretches[-1] if self._stretches else None
        if outer is not None and outer.artifact:
            yield
            return
        if outer is not None:
            self._end_piece(outer)
        self._stretches.append(stretch)
        self._begin_piece(stretch)
        yield
        self._end_piece(stretch)
        self._stretches.pop()
        if outer is not None:
            self._begin_piece(outer)

    def _begin_piece(self, stretch: _Stretch) -> None:
        if isinstance(stretch, _Line):
            stretch.start = len(self._marks)
            return
        if stretch.artifact:
            self._code.append(f"/Artifact <</Type/{stretch.artifact}>> BDC")
        else:
            stretch.pieces.append(len(self._marks))
            self._code.append(self.begin_mark(stretch.path, stretch.alt))
        stretch.start = len(self._code)

    def _end_piece(self, stretch: _Stretch) -> None:
        if isinstance(stretch, _Line):
            if len(self._marks) == stretch.start and stretch.path[-1][0] in CELLS:
                self._code += [self.begin_mark(stretch.path, ""), "EMC"]  # empty, and yet a cell
            return
        if len(self._code) > stretch.start:
            self._code.append("EMC")
            return
        self._code.pop()  # nothing is in it
        if not stretch.artifact:
            stretch.pieces.pop()
            self.drop_mark()

    def begin_mark(self, path: Path, alt: str) -> str:
        """Number a piece of an element; returns the code that begins it."""
        page = self.getPageNumber() - 1
        number = self._marked.get(page, 0)
        self._marked[page] = number + 1
        self._marks.append(Mark(self._around + path, alt, page, number))
        return f"/{standard(path[-1][0])} <</MCID {number}>> BDC"

    def drop_mark(self) -> None:
        """Take back the piece that was numbered last."""
        self._marked[self._marks.pop().page] -= 1

    def bound(self, number: int, rect: Sequence[float]) -> None:
        """Note where an element, or a part of it, stands: one on several pages stands nowhere (ISO
        32000-1, table 344)."""
        page, box = self.getPageNumber(), self._absRect(rect, 1)
        before, other = self._bounds.get(number, (page, box))
        low, high = (tuple(map(pick, box, other)) for pick in (min, max))
        self._bounds[number] = (page if page == before else 0, (*low[:2], *high[2:]))

    def path_of_text(self) -> Path | None:
        """The path of the next text object, if it is to mark its own pieces."""
        line = self._stretches[-1] if self._stretches else None
        if not isinstance(line, _Line):
            return None
        return line.texts.pop(0) if len(line.texts) > 1 else line.path

    def say(self, path: Path, text: str) -> None:
        """Note what a link shows."""
        number = path[-1][1]
        self._said[number] = self._said.get(number, "") + text

    def line(self, *ends: float) -> None:
        """A line; one through or under text that marks itself is an artifact."""
        if self._stretches and isinstance(self._stretches[-1], _Line):
            with self.artifact():
                super().line(*ends)
        else:
            super().line(*ends)

    def linkRect(  # noqa: N802 - reportlab's name
        self,
        contents: str,
        destinationname: str,
        Rect: Sequence[float],  # noqa: N803 - reportlab's name
        *_: Any,
        relative: int = 1,
        **__: Any,
    ) -> None:
        """Make a rectangle lead to a key, or to what `link_name` has named."""
        numbered = _NUMBERED.fullmatch(destinationname)
        number, target = numbered.groups() if numbered else ("", f"#{destinationname}")
        self._link(target, self._absRect(Rect, relative), number, contents)

    def linkURL(self, url: str, rect: Sequence[float], relative: int = 0, **_: Any) -> None:  # noqa: N802 - reportlab's name
        """Make a rectangle lead to an address."""
        self._link(url, self._absRect(rect, relative))

    def _link(
        self, target: str, rect: Sequence[float], number: str = "", contents: str = ""
    ) -> None:
        """A link from what is being drawn, which becomes a Link where it is not within one; in a
        line, from the element of that number."""
        current = self._stretches[-1] if self._stretches else _Stretch(element("Link"))
        path = current.path
        if number and not _is_linked(path):
            path += (("Link", int(number)),)
        elif not _is_linked(path):
            path = current.path = path + element("Link")
            for piece in current.pieces:
                self._marks[piece] = self._marks[piece]._replace(path=self._around + path)
        roles = [role for role, _ in path]
        key = target[1:] if target.startswith("#") else ""
        link = Link(
            self._around + path[: roles.index("Link") + 1],
            self.getPageNumber() - 1,
            rect,
            self._bookmarkReference(key)
            if key
            else b"/A<</S/URI/URI %s>>" % PDFString(target).format(self._doc),
        )
        link.contents = contents or ("" if key else target)
        self._links.append((link, key))
        self._addAnnotation(link)

    def finish_marks(self, pages: list[Any]) -> None:
        """Give the document its tree of elements, and links their words."""
        for link, key in self._links:
            said = self._said.get(link.path[-1][1], "").strip()
            link.contents = link.contents or self.titles.get(key, "") or said or key
        whole = {number: box for number, (page, box) in self._bounds.items() if page}
        add_tree(self._doc, pages, self._marks, [link for link, _ in self._links], whole)


def _is_linked(path: Path) -> bool:
    return any(role == "Link" for role, _ in path)


_NUMBERED: Final = re.compile(r"(\d+) (.+)", re.DOTALL)
