"""Where text may stand on each layout's pages, as boxes from the page's upper left corner."""

from __future__ import annotations

from typing import Final

from prep_export.exporters.pdf import book_page, flashcards, theme

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in points."""

HEAD: Final = 32.0
"""Height of a book's running head."""


def sheet(size: str = "a4", columns: int = theme.COLUMNS) -> list[Box]:
    """The columns of the cheat sheet, and its head."""
    width, height = theme.PAPERS[size]
    column = (width - 2 * theme.MARGIN - (columns - 1) * theme.GUTTER) / columns
    top, bottom = theme.MARGIN + theme.HEAD, height - theme.MARGIN
    starts = [theme.MARGIN + number * (column + theme.GUTTER) for number in range(columns)]
    head = (theme.MARGIN, theme.MARGIN - 2, width - theme.MARGIN, top)
    return [*((left, top, left + column, bottom) for left in starts), head]


def book(size: str = "a4") -> list[Box]:
    """The frame of the booklet, its running head, and the tabs at its outer edges."""
    page = book_page.page_of(size)
    width, height = page.size
    top, bottom = height - page.top, height - page.bottom
    head = (page.side, top - HEAD, width - page.side, top)
    tabs = [(0.0, top, page.side, bottom), (width - page.side, top, width, bottom)]
    return [head, (page.side, top, width - page.side, bottom), *tabs]


def cards(rows: int = 4, *, fold: bool = False) -> list[Box]:
    """The insides of the cards on A4; where they are folded, the margin that says so too."""
    page = theme.PORTRAIT["a4"]
    margin, inside = flashcards.MARGIN, flashcards.PADDING - 2
    width = (page[0] - 2 * margin) / flashcards.COLUMNS
    height = (page[1] - 2 * margin) / rows
    cells = [
        (
            margin + column * width + inside,
            margin + row * height + inside,
            margin + (column + 1) * width - inside,
            margin + (row + 1) * height - inside,
        )
        for column in range(flashcards.COLUMNS)
        for row in range(rows)
    ]
    return [*cells, *([(margin, 0.0, page[0] - margin, margin)] if fold else [])]
