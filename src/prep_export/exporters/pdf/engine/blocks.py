"""Flowables that reportlab lacks: indented blocks, rules, formulas, code that wraps with a mark."""

from __future__ import annotations

from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.canvas import Formula
from prep_export.exporters.pdf.engine.formulas import layout
from prep_export.exporters.pdf.engine.look import MATH
from prep_export.exporters.pdf.engine.tags import Tagged, element
from prep_export.markdown import highlight
from prep_export.markdown.math_words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.exporters.pdf.engine.look import Look


class Around(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A flowable around another: to what stands before and after, it is as that one."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner

    def getSpaceBefore(self) -> float:  # noqa: N802 - reportlab's name
        return float(self.inner.getSpaceBefore())

    def getSpaceAfter(self) -> float:  # noqa: N802 - reportlab's name
        return float(self.inner.getSpaceAfter())

    def getKeepWithNext(self) -> Any:  # noqa: N802 - reportlab's name
        return self.__dict__.get("keepWithNext", self.inner.getKeepWithNext())

    def wrap_inner(self, width: float, height: float) -> tuple[float, float]:
        size: tuple[float, float] = self.inner.wrapOn(getattr(self, "canv", None), width, height)
        return size

    def split_inner(self, width: float, height: float) -> list[Any]:
        if hasattr(self, "_frame"):
            self.inner._frame = self._frame  # noqa: SLF001 - as reportlab's frame does
        parts: list[Any] = self.inner.splitOn(getattr(self, "canv", None), width, height)
        return parts


class Indented(Around):
    """A flowable moved to the right."""

    def __init__(self, inner: Any, indent: float) -> None:
        super().__init__(inner)
        self.indent = indent

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        w, h = self.inner.wrap(width - self.indent, height)
        return w + self.indent, h

    def split(self, width: float, height: float) -> list[Any]:
        return [Indented(p, self.indent) for p in self.inner.split(width - self.indent, height)]

    def draw(self) -> None:
        self.inner.drawOn(self.canv, self.indent, 0)


class Line(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A thin rule across the column."""

    def __init__(self, color: Any, indent: float = 0.0) -> None:
        super().__init__()
        self.color = color
        self.indent = indent

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        self.width = width
        return width, 4

    def draw(self) -> None:
        with self.canv.artifact():
            self.canv.setStrokeColor(self.color)
            self.canv.setLineWidth(0.4)
            self.canv.line(self.indent, 2, self.width, 2)


class Display(Tagged, Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A displayed formula, centred, made smaller only when the column is too narrow."""

    def __init__(self, latex: str, look: Look, indent: float) -> None:
        super().__init__()
        self.latex, self.alt = latex, in_words(latex)
        self.path = element("Formula")
        self.look = look
        self.indent = indent
        self.spaceAfter = look.gap + 1
        self.spaceBefore = 1
        self.keepWithNext = 0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        box = layout(self.latex, display=True)
        size = self.look.size * MATH
        room = width - self.indent
        if box.width * size > room:
            size = room / box.width
        self.formula = Formula(box, size, self.look.ink)
        self.room = room
        return width, self.formula.height + 2

    def draw(self) -> None:
        formula = self.formula
        text = self.canv.beginText()
        formula.draw(
            self.canv, text, self.indent + (self.room - formula.width) / 2, formula.depth + 1
        )
        self.canv.drawText(text)


_SIZE: Final = 0.86
"""Of code, whose letters are larger than those of text of one size."""
_LEADING: Final = 1.28

_Row: TypeAlias = "list[tuple[str, str]]"
"""Pieces of text, each with the name of its colour."""

_GOES_ON: Final = ("c", "↪ ")
"""What begins a row that continues a line."""


class Code(Tagged, Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A code block: highlighted, on a panel, long lines wrapped with a mark, divided between lines
    of which none stands alone."""

    def __init__(
        self,
        code: str,
        language: str,
        look: Look,
        indent: float,
        rows: list[_Row] | None = None,
        width: float = 0.0,
    ) -> None:
        super().__init__()
        self.look = look
        self.indent = indent
        self.size = look.size * _SIZE
        self.leading = self.size * _LEADING
        self.spaceAfter = look.gap + 1
        self.spaceBefore = 1
        # A part keeps the rows it was given: wrapping all that is left on every page would take
        # quadratic time.
        self.lines = rows if rows is not None else _lines(code, language)
        self.rows = self.lines
        self.width = width
        self.path = element("Code")

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        if width != self.width:
            self.width = width
            advance = stringWidth("0", fonts.MONO, self.size)
            room = max(8, int((width - self.indent - 8) / advance))
            self.rows = [row for line in self.lines for row in _wrapped(line, room)]
        return width, len(self.rows) * self.leading + 6

    def split(self, width: float, height: float) -> list[Any]:
        self.wrap(width, height)
        count = _cut(self.rows, int((height - 6) / self.leading))
        if not count:
            return []
        parts = [
            Code("", "", self.look, self.indent, rows, width) for rows in _parted(self.rows, count)
        ]
        for part in parts:
            part.path = self.path
            part.size, part.leading = self.size, self.leading
        return parts

    @property
    def longest(self) -> int:
        """Characters of the longest line."""
        return max(sum(len(text) for _, text in line) for line in self.lines)

    def fit(self, width: float, least: float) -> None:
        """Set it so small that no line goes over two rows, but no smaller than `least` points."""
        room = width - self.indent - 9
        natural = self.look.size * _SIZE
        wanted = room / max(self.longest, 1) / (stringWidth("0", fonts.MONO, 1000) / 1000)
        size = min(natural, max(wanted, least))
        if size != self.size:
            self.size, self.leading = size, size * _LEADING
            self.width = 0.0  # to be wrapped anew

    def draw(self) -> None:
        canvas, look = self.canv, self.look
        height = len(self.rows) * self.leading + 6
        with canvas.artifact():
            canvas.saveState()
            canvas.setFillColor(look.panel)
            canvas.roundRect(self.indent, 0, self.width - self.indent, height, 2, stroke=0, fill=1)
            canvas.restoreState()
        text = canvas.beginText(self.indent + 4, height - 3 - self.size)
        text.setLeading(self.leading)
        color = font = None
        for row in self.rows:
            for tint, piece in _joined(row, look):
                if tint is not color:
                    text.setFillColor(tint)
                    color = tint
                for run in look.fonts.runs(fonts.MONO, piece):
                    if run.font != font:
                        text.setFont(run.font, self.size, self.leading)
                        font = run.font
                    text.textOut(run.text)
            text.textLine("")
        canvas.drawText(text)


def _lines(code: str, language: str) -> list[_Row]:
    lines: list[_Row] = [[]]
    for name, text in highlight.tokens(code.rstrip("\n").expandtabs(4), language):
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append((name, piece))
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def _wrapped(line: _Row, room: int) -> list[_Row]:
    """A line in rows of at most `room` characters; a continued row starts with a mark."""
    rows: list[_Row] = [[]]
    ends = _row_ends("".join(text for _, text in line), room)
    end = next(ends)
    start = 0
    for name, text in line:
        stop, at = start + len(text), start
        while stop > end:
            rows[-1] += [(name, text[at - start : end - start])] if end > at else []
            rows.append([_GOES_ON])
            at, end = end, next(ends)
        rows[-1] += [(name, text[at - start :])] if stop > at else []
        start = stop
    return rows


_JOINTS: Final = frozenset(" ,([{")


def _row_ends(text: str, room: int) -> Iterator[int]:
    """Where the rows of a line end: after a space or what opens brackets, if one is not far."""
    end, width = 0, room
    first = len(text) - len(text.lstrip())
    while len(text) - end > width:
        most = end + width
        least = max(end + width * 2 // 3, first)
        joints = (at for at in range(most, least, -1) if text[at - 1] in _JOINTS)
        end = next(joints, most)
        yield end
        width = room - 2
    yield len(text)


_LEAST: Final = 2
"""Lines of code that may begin or end a page."""
_NEAR: Final = 4
"""Lines that a page may be shorter for the sake of an end between functions."""


def _cut(rows: list[_Row], room: int) -> int:
    """How many of the rows stand before a page's end that has room for some; 0 for all after it."""
    most = min(room, len(rows) - _LEAST)
    if room >= len(rows) or most < _LEAST:
        return 0
    # Better not within a line that goes over several rows; one of many rows must be.
    whole = (
        n
        for n in range(most, _LEAST - 1, -1)
        if rows[n][:1] != [_GOES_ON] and min(map(len, _parted(rows, n))) >= _LEAST
    )
    best = next(whole, most)
    near = takewhile(lambda n: n >= best - _NEAR, whole)
    between = (n for n in chain([best], near) if _is_empty(rows[n]) or _is_empty(rows[n - 1]))
    return next(between, best)


def _parted(rows: list[_Row], count: int) -> tuple[list[_Row], list[_Row]]:
    """Rows before and after a page's end, where no empty ones stand."""
    upper = lower = count
    while upper and _is_empty(rows[upper - 1]):
        upper -= 1
    while lower < len(rows) and _is_empty(rows[lower]):
        lower += 1
    return rows[:upper] or rows[:count], rows[lower:] or rows[count:]


def _is_empty(row: _Row) -> bool:
    return not any(text.strip() for _, text in row)


def _joined(row: _Row, look: Look) -> list[tuple[Any, str]]:
    """The pieces of a row by colour; spaces have none, and go with what stands before them."""
    out: list[tuple[Any, str]] = []
    for name, text in row:
        tint = look.code_colors.get(name, look.ink)
        if out and (tint is out[-1][0] or text.isspace()):
            out[-1] = (out[-1][0], out[-1][1] + text)
        else:
            out.append((tint, text))
    return out


class Boxed(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A flowable on a panel with a rule at its left."""

    def __init__(self, inner: Any, look: Look) -> None:
        super().__init__()
        self.inner = inner
        self.look = look
        self.spaceBefore, self.spaceAfter = 2, 2

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self.height = self.inner.wrap(width - 10, height)[1] + 5
        return width, self.height

    def draw(self) -> None:
        canvas = self.canv
        with canvas.artifact():
            canvas.saveState()
            canvas.setFillColor(self.look.panel)
            canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
            canvas.setFillColor(self.look.accent)
            canvas.rect(0, 0, 2, self.height, stroke=0, fill=1)
            canvas.restoreState()
        self.inner.drawOn(canvas, 6, 2.5)


class Shrunk(Around):
    """A flowable that is drawn smaller than it is."""

    def __init__(self, inner: Any, scale: float) -> None:
        super().__init__(inner)
        self.scale = scale

    def getSpaceBefore(self) -> float:  # noqa: N802 - reportlab's name
        return float(self.inner.getSpaceBefore() * self.scale)

    def getSpaceAfter(self) -> float:  # noqa: N802 - reportlab's name
        return float(self.inner.getSpaceAfter() * self.scale)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        w, h = self.inner.wrap(width, _ENDLESS)
        return w * self.scale, h * self.scale

    def draw(self) -> None:
        self.canv.saveState()
        self.canv.scale(self.scale, self.scale)
        self.inner.drawOn(self.canv, 0, 0)
        self.canv.restoreState()


_ENDLESS = 100_000.0


def shrunk(flowable: Any, room: tuple[float, float]) -> Any:
    """A flowable so small that it fits a width and height; as it is, if it does."""
    height = flowable.wrap(room[0], _ENDLESS)[1]
    return flowable if height <= room[1] else Shrunk(flowable, room[1] / height)


def boxed(blocks: list[Any], look: Look) -> list[Any]:
    """A single displayed formula in a box; anything else, which may be long, as it is."""
    if len(blocks) == 1 and isinstance(blocks[0], Display):
        return [Boxed(blocks[0], look)]
    return blocks
