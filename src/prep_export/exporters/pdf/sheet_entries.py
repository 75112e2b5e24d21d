"""A bank's items as the cheat sheet shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import CondPageBreak, Flowable

from prep_export.bank.model import title_of
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.anchors import Anchor
from prep_export.exporters.pdf.engine.blocks import ToBaseline
from prep_export.exporters.pdf.engine.setter import Setter
from prep_export.exporters.pdf.engine.strings import fit
from prep_export.exporters.pdf.engine.tags import Tagged, element
from prep_export.exporters.pdf.leaves_out import SHEET
from prep_export.exporters.pdf.part_setter import Manner, PartSetter
from prep_export.markdown.plain import plain
from prep_export.parts import parts

if TYPE_CHECKING:
    from prep_export.bank.model import Bank, Item
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.theme import Palette, Setting
    from prep_export.parts import Part

SECTIONS: Final = ("patterns", "criteria", "mistakes", "faqs")
"""What the sheet shows, in its order."""


def sections(bank: Bank) -> tuple[str, ...]:
    """The sections that the sheet of a bank shows: tables fill one of their own, where they are all
    that there is for it (`--section tables`)."""
    return SECTIONS if any(map(bank.section, SECTIONS)) else ("tables",)


class SheetEntries:
    """Entries as flowables."""

    def __init__(self, bank: Bank, column: float, look: Look, setting: Setting) -> None:
        self.bank = bank
        self.colors = setting.colors
        self.labels = setting.labels
        self.setter = Setter(look, setting.pictures, column, setting.labels)
        self._heading = look.style(
            fontSize=look.size * 1.15,
            leading=look.leading * 1.11,
            spaceBefore=2,
            spaceAfter=1.5,
            keepWithNext=1,
            leftIndent=11,
            bulletFontName=fonts.TEXT_BOLD,
            bulletFontSize=look.size * 1.15,
            bulletColor=self.colors.accent,
            hyphenationLang="",
        )
        manner = Manner(
            lead=look.style(textColor=self.colors.quiet, spaceAfter=2, keepWithNext=1),
            heading=look.style(spaceBefore=2.5, spaceAfter=0.8, keepWithNext=1),
            figure=theme.FIGURE,
            run_in=frozenset({"cues", "pitfalls"}),
        )
        self._parts = PartSetter(self.setter, self.colors, manner)

    def entry(self, name: str, number: int, item: Item) -> list[Any]:
        """An item with its number; before the first of a section, the section's title."""
        head: list[Any] = []
        if number == 1:
            title = self.bank.header.sections.get(name) or self.labels[name]
            head = [Anchor(f"section-{name}", title, 0), Section(title, self.colors)]
        title = title_of(item)
        block = [Anchor(f"item-{item.id}", plain(title), 1), self._title(title, number)]
        block += self._parts.all(_shown(name, item))
        # 'Keep with next' reckons without the space between flowables, so a title may still be left
        # behind at the foot of a column; it needs room for two lines of its own and three of text.
        look = self.setter.look
        room = look.leading * 5.5 + (26 if head else 0)
        return [CondPageBreak(room), *head, *block, ToBaseline(look.leading / 2, 2)]

    def _title(self, text: str, number: int) -> Any:
        return self.setter.line(text, self._heading, bold=True, bullet=str(number), role="H2")


def _shown(section: str, item: Item) -> list[Part]:
    """The parts of an item that the sheet has room for."""
    found = list(parts(section, item))
    roles = {part.role for part in found}
    left_out = {"asked", *SHEET} - ({"remedy"} if not {"wrong", "right"} <= roles else set())
    return [part for part in found if part.role not in left_out]


class Section(Tagged, Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A section's title: white on a bar across the column."""

    def __init__(self, title: str, colors: Palette) -> None:
        super().__init__()
        self.title = title
        self.colors = colors
        self.path = element("H1")
        self.keepWithNext = 1
        self.spaceBefore = 5
        self.spaceAfter = 4

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        del height
        self.width = width
        return width, 14

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.setFillColor(self.colors.accent)
        canvas.roundRect(0, 0, self.width, 14, 2, stroke=0, fill=1)
        canvas.setFillColor(self.colors.paper)
        fit(canvas, self.title, fonts.TEXT_BOLD, 8.6, 5, 4, self.width - 10)
        canvas.restoreState()
