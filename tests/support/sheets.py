"""Banks made for the cheat sheet, and what stands where on a finished one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pdfplumber

from prep_export.bank.model import (
    SECTIONS,
    Bank,
    Faq,
    Header,
    Mistake,
    Pattern,
    Table,
    Topic,
)
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.sheet_grid import RULE

from .paper import letters

if TYPE_CHECKING:
    from pathlib import Path

WORDS: Final = "passages that a generator can cite and an answer that one may check against them "


def pattern(number: int, **own: Any) -> Pattern:
    """A pattern of a chapter of its own, with words that no other has."""
    values: dict[str, Any] = {
        "id": f"p{number}",
        "topics": (f"t{number}",),
        "title": f"The whole title of {number}",
        "short": f"Pattern{number}",
        "summary": f"Lead of {number}.",
        "recognise": (f"cue a{number}", f"cue b{number}"),
        "approach": tuple(f"Step {step} of {number}." for step in range(4)),
        "pitfalls": (f"Pitfall a of {number}.", f"Pitfall b of {number}."),
        "formula": f"$$E = m c^{{{number}}}$$",
        "legend": f"$m$ is the mass of {number}",
    }
    return Pattern(**{**values, **own})


def faq(number: int, times: int = 3, **own: Any) -> Faq:
    """A FAQ whose answer has its number at its end."""
    answer = WORDS * times + f"end{number}."
    return Faq(id=f"f{number}", topics=("t0",), question=f"Is it {number}?", answer=answer, **own)


def mistake(number: int, *, pair: bool = True) -> Mistake:
    """A mistake, with the pair of sentences or without."""
    said: dict[str, Any] = (
        {"not_that": f"Wrong{number}.", "say_this": f"Right{number}."} if pair else {}
    )
    return Mistake(
        id=f"m{number}",
        topics=("t0",),
        mistake=f"Mistake {number}",
        why=f"Because{number}.",
        instead=f"Instead{number}.",
        **said,
    )


def table(number: int, **own: Any) -> Table:
    """A table of one row."""
    text = f"| head{number} | b |\n|---|--:|\n| cell{number} | 1 |"
    return Table(id=f"b{number}", topics=("t0",), title=f"Table {number}", table=text, **own)


def bank(language: str = "en", url: str | None = None, **entries: Any) -> Bank:
    """A bank of entries by section, with thirty chapters."""
    header = Header(
        id="b", title="A made bank", language=language, url=url, authors=("Ada",), licence="CC0"
    )
    return Bank(
        header=header,
        topics={f"t{number}": Topic(title=f"Topic {number}") for number in range(30)},
        entries={name: tuple(entries.get(name, ())) for name in SECTIONS},
    )


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell of the grid as it is found on a page."""

    page: int
    left: float
    top: float
    color: tuple[float, ...]
    letters: str


def cells(path: Path) -> list[CellText]:
    """The cells below the rules of the grid, row by row, with all text down to the next."""
    found = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            rules = [r for r in page.rects if abs(r["height"] - RULE) < 0.01 and r["width"] > 100]
            for rule in rules:
                same = [r["top"] for r in rules if abs(r["x0"] - rule["x0"]) < 1]
                foot = min((t for t in same if t > rule["top"] + 1), default=float(page.height))
                box = (rule["x0"] - 1, rule["top"], rule["x1"] + 1, foot)
                text = letters(page.crop(box).extract_text() or "")
                color = tuple(rule["non_stroking_color"])
                found.append(CellText(page.page_number, rule["x0"], rule["top"], color, text))
    return sorted(found, key=lambda c: (c.page, round(c.top), c.left))


def columns(path: Path, paper: str = "a4", count: int = theme.COLUMNS) -> list[str]:
    """The letters in each column of each page, from the left."""
    width = theme.PAPERS[paper][0] - 2 * theme.MARGIN
    step = (width + theme.GUTTER) / count
    out = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            for number in range(count):
                left = theme.MARGIN + number * step
                box = (left - 1, theme.MARGIN + theme.HEAD, left + step - 4, page.height)
                out.append(letters(page.crop(box, strict=False).extract_text() or ""))
    return out
