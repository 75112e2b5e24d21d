"""A bank's items as the cheat sheet shows them: in cells of the grid, or in blocks of columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfbase.pdfmetrics import stringWidth

from prep_export.bank.ask.chapters import Chapters
from prep_export.bank.model import Table, title_of
from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine import fonts
from prep_export.exporters.pdf.engine.anchors import Anchor
from prep_export.exporters.pdf.engine.setter import AFTER_MARK, Setter
from prep_export.exporters.pdf.engine.stack import Stack
from prep_export.exporters.pdf.engine.strings import SMALLEST
from prep_export.exporters.pdf.leaves_out import SHEET
from prep_export.exporters.pdf.part_setter import Manner, PartSetter
from prep_export.exporters.pdf.sheet_columns import Block
from prep_export.exporters.pdf.sheet_grid import FIGURE_MOST, Cell, Panel, Rule
from prep_export.markdown.parser import parse
from prep_export.markdown.plain import plain
from prep_export.parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reportlab.lib.styles import ParagraphStyle

    from prep_export.bank.model import Bank, Item
    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.exporters.pdf.theme import Setting
    from prep_export.parts import Part, Role

ON_GRID: Final = "patterns"
"""The section whose items stand in cells, before all others."""

IN_COLUMNS: Final = ("tables", "mistakes", "criteria", "faqs")
"""The sections that follow in columns."""

SECTIONS: Final = (ON_GRID, *IN_COLUMNS)


def shown(bank: Bank) -> dict[str, list[Item]]:
    """The items on the sheet, by section in its order.

    A bank of nothing but tables shows all of them, also those that a sheet of more has no room for.
    """
    found = {name: list(bank.section(name)) for name in SECTIONS}
    if _is_only_tables(bank):
        return found
    found["tables"] = [t for t in found["tables"] if not isinstance(t, Table) or t.sheet]
    return found


def _is_only_tables(bank: Bank) -> bool:
    return not any(bank.section(name) for name in SECTIONS if name != "tables")


_SIGNED: Final[dict[Role, str]] = {
    "wrong": theme.WRONG_SIGN,
    "weak": theme.WRONG_SIGN,
    "right": theme.RIGHT_SIGN,
    "strong": theme.RIGHT_SIGN,
}
"""Texts that a sign says enough of."""

_SHORTENED: Final[Mapping[Role, frozenset[Role]]] = {
    "answer": frozenset({"answer"}),
    "table": frozenset({"table", "legend"}),
}
"""What the short form of an item stands in place of, by what the item has."""


def _parts(section: str, item: Item, *, in_full: bool) -> list[Part]:
    """The parts of an item that the sheet has room for."""
    found = [part for part in parts(section, item) if part.role != "prompt"]
    roles = {part.role for part in found}
    left_out = {role for role in SHEET if role in roles}
    if not {"wrong", "right"} <= roles:
        left_out -= {"why", "remedy"}
    if in_full:
        left_out.add("short")
    elif "short" in roles:
        left_out |= {role for has, all_ in _SHORTENED.items() if has in roles for role in all_}
    return [part for part in found if part.role not in left_out]


class SheetEntries:
    """Entries as cells and blocks, in one look and for one width of column."""

    def __init__(self, bank: Bank, column: float, look: Look, setting: Setting) -> None:
        self.bank, self.column = bank, column
        self.look, self.setting = look, setting
        self.colors, self.labels = setting.colors, setting.labels
        self.setter = self._setter(look)
        self._chapters = Chapters(bank)
        self._in_full = _is_only_tables(bank)
        small = max(SMALLEST, look.size * 0.85)
        self.small = look.style(
            fontSize=small, leading=small * 1.17, textColor=look.quiet, spaceAfter=0
        )
        self.gap = look.size * 0.42
        """Points between the parts of a cell."""

    def section_title(self, name: str) -> str:
        """A section's title, the header's or ours."""
        return self.bank.header.sections.get(name) or self.labels[name]

    def cells(self, items: Sequence[Item]) -> list[Cell]:
        """Items as cells, with the numbers of their chapters where each has one of its own."""
        chapters = [self._chapters.of(item) for item in items]
        own = len({chapter.number for chapter in chapters}) == len(items)
        return [
            self._cell(item, chapter.number if own else number, chapter.number)
            for number, (item, chapter) in enumerate(zip(items, chapters, strict=True), start=1)
        ]

    def blocks(self, name: str, items: Sequence[Item]) -> Iterator[Block]:
        """Items of a section as blocks, its title with the first."""
        for number, item in enumerate(items):
            head = [] if number else self._heading(name)
            space = self.look.size * (0.5 if number else 1.1)
            body = self._entry(name, item)
            yield Block(Stack([*head, *body], self.column), space, name, "" if number else name)

    def nothing(self) -> Block:
        """What is said where there is nothing to show."""
        titles = self.labels["comma"].join(map(self.section_title, SECTIONS))
        text = self.labels["nothing-here"].replace("{sections}", titles)
        return Block(Stack([self.setter.line(text, self.look.style())], self.column), 0)

    # Cells

    def _cell(self, item: Item, number: int, chapter: int) -> Cell:
        color = self.colors.of_chapter(chapter)
        tint = self.colors.tint(color)
        look = replace(self.look, accent=color, panel=tint)
        setter = self._setter(look)
        found = _parts(ON_GRID, item, in_full=False)
        title = title_of(item)
        short = next((part.text for part in found if part.role == "short"), "")
        cell = Cell(color, [Anchor(f"item-{item.id}", plain(title), 1)])
        cell.head.append(setter.line(
            short or title, self._title_style(color), bold=True, bullet=str(number), role="H2"
        ))  # fmt: skip
        if short:
            cell.head.append(setter.line(title, self.small))
        boxed: list[Any] = []
        for part in found:
            match part.role:
                case "asked" | "short":
                    pass
                case "lead":
                    lead = look.style(spaceBefore=1, spaceAfter=0)
                    cell.head.append(_italic(setter.line(part.text, lead)))
                case "figure":
                    diagram = part.diagram
                    cell.figure = setter.figure(
                        diagram.image, max_height=FIGURE_MOST, alt=diagram.alt
                    )
                    if diagram.caption:
                        below = self.small.clone("caption", alignment=1)
                        cell.figure.append(setter.line(diagram.caption, below, role="Caption"))
                case "formula":
                    boxed += self._setter(look, inset=14).blocks(part.text)
                case "legend":
                    boxed.append(setter.line(part.text, self.small))
                case _:
                    cell.rest.append(self._group(setter, part))
        if boxed:
            cell.panel = Panel(boxed, color, tint, self.gap)
        return cell

    def _title_style(self, color: Any) -> ParagraphStyle:
        size = self.look.size * 1.4
        return self.look.style(
            fontSize=size,
            leading=size * 1.12,
            textColor=color,
            spaceAfter=0.5,
            keepWithNext=1,
            leftIndent=size * 0.86,
            bulletFontName=fonts.TEXT_BOLD,
            bulletFontSize=size,
            bulletColor=color,
            hyphenationLang="",
        )

    def _group(self, setter: Setter, part: Part) -> list[Any]:
        """A part in the lower half of a cell."""
        if part.role == "cues":
            quiet = self.look.style(textColor=self.look.quiet)
            return setter.joined("", self.look.quiet, part.texts, quiet)
        if part.kind == "steps":
            steps = setter.bullets(part.texts, numbered=True)
            _mark(steps, None, setter.look.accent, fonts.TEXT_BOLD)
            return steps
        if part.kind == "list":
            points = setter.bullets(part.texts)
            if part.tone == "warn":
                self._sign(points, theme.WRONG_SIGN)
            return points
        return self._plain(setter).one(part)

    # Blocks

    def _heading(self, name: str) -> list[Any]:
        title = self.section_title(name)
        size = self.look.size * 1.3
        style = self.look.style(
            fontSize=size, leading=size * 1.2, spaceAfter=0, keepWithNext=1, hyphenationLang=""
        )
        text = self.setter.line("", style, lead=[(title, self.colors.title)], role="H1")
        rule = Rule(self.colors.title)
        return [Anchor(f"section-{name}", title, 0), text, rule]

    def _entry(self, name: str, item: Item) -> list[Any]:
        color = self.colors.of_chapter(self._chapters.of(item).number)
        title = title_of(item)
        style = self.look.style(
            spaceAfter=0.6,
            keepWithNext=1,
            hyphenationLang="",
            textColor=color if name == "tables" else self.look.ink,
        )
        head = [
            Anchor(f"item-{item.id}", plain(title), 1),
            self.setter.line(title, style, bold=True, role="H2"),
        ]
        body: list[Any] = []
        signed: list[Part] = []
        for part in _parts(name, item, in_full=self._in_full):
            if part.role in _SIGNED:
                signed.append(part)
                continue
            body += self._signs(signed)
            signed = []
            body += self._part(part)
        return [*head, *body, *self._signs(signed)]

    def _part(self, part: Part) -> list[Any]:
        match part.role:
            case "asked":
                return []
            case "legend":
                return [self.setter.line(part.text, self.small)]
        if part.role in {"table", "short"} and part.kind == "text":
            return self._table(part.text)
        if part.role == "short":
            return [self.setter.line(part.text, self.look.style())]
        return self._plain(self.setter).one(part)

    def _table(self, text: str) -> list[Any]:
        """A table; what an author says below it is set as a note."""
        tokens = parse(text)
        ends = [n for n, token in enumerate(tokens, start=1) if token.type == "table_close"]
        first = ends[0] if ends else len(tokens)
        look = self.look
        size = self.small.fontSize
        note = replace(look, size=size, leading=self.small.leading, ink=look.quiet)
        return [
            *self.setter.blocks(tokens[:first]),
            *self._setter(note).blocks(tokens[first:]),
        ]

    def _signs(self, found: Sequence[Part]) -> list[Any]:
        """Texts that are right or wrong, each with its sign, as one list."""
        if not found:
            return []
        out = self.setter.bullets([part.text for part in found])
        signs = iter(found)
        for one in out:
            if _is_item(one):
                self._sign([one], _SIGNED[next(signs).role])
        return out

    # Both

    def _setter(self, look: Look, inset: float = 0.0) -> Setter:
        return Setter(look, self.setting.pictures, self.column - inset, self.labels)

    def _plain(self, setter: Setter) -> PartSetter:
        look = self.look
        lead = look.style(textColor=self.colors.quiet)
        heading = look.style(spaceBefore=2, spaceAfter=0.8, keepWithNext=1)
        return PartSetter(setter, self.colors, Manner(lead, heading, theme.FIGURE))

    def _sign(self, items: Sequence[Any], sign: str) -> None:
        (run,) = self.look.fonts.runs(fonts.TEXT_BOLD, sign)
        color = self.colors.warn if sign == theme.WRONG_SIGN else self.colors.good
        _mark(items, sign, color, run.font)


def _italic(line: Any) -> Any:
    """A line whose text is set in italics."""
    for frag in line.frags:
        frag.fontName = _ITALICS.get(frag.fontName, frag.fontName)
    return line


_ITALICS: Final = {
    fonts.TEXT: fonts.TEXT_ITALIC,
    fonts.TEXT_BOLD: fonts.TEXT_BOLD_ITALIC,
}


def _is_item(flowable: Any) -> bool:
    """Whether an item of a list begins with it, of a list that is in no other."""
    return bool(getattr(flowable, "bulletText", None)) and flowable.style.bulletIndent == 0


def _mark(items: Sequence[Any], mark: str | None, color: Any, font: str) -> None:
    """Give the items of a list a mark, or their own one another look; so large as it has room."""
    for one in items:
        if _is_item(one):
            one.bulletText = mark or one.bulletText
            style = one.style
            unit = stringWidth(one.bulletText, font, 1) + AFTER_MARK
            style.bulletColor, style.bulletFontName = color, font
            style.bulletFontSize = min(style.fontSize, style.leftIndent / unit)
