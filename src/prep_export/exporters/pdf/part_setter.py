"""Parts of items as flowables, by role and kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import Paragraph

from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine.blocks import Around, boxed
from prep_export.exporters.pdf.engine.paragraphs import paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prep_export.exporters.pdf.engine.setter import Content, Setter
    from prep_export.exporters.pdf.theme import Palette
    from prep_export.parts import Part, Role

_SIGNS: Final[dict[Role, str]] = {"wrong": theme.WRONG_SIGN, "right": theme.RIGHT_SIGN}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a layout sets parts that others set otherwise."""

    lead: Any
    """Style of the line that sums an item up."""
    heading: Any
    """Style of a label that stands above its part."""
    figure: float
    """Greatest height of a picture, in points."""
    headed: frozenset[Role] = field(default_factory=frozenset)
    """Roles of texts whose label stands above them; others have theirs run in."""
    run_in: frozenset[Role] = field(default_factory=frozenset)
    """Roles of lists that are set as one paragraph with dots between their points."""
    barred: frozenset[Role] = field(default_factory=frozenset)
    """Roles that are marked by a rule at their left, in the accent."""
    bar: float = 0.0
    """Width of that rule, in points."""
    list_gap: float | None = None
    """Space after a point of a list, in points; that of a paragraph where none is given."""


class PartSetter:
    """Sets parts in a manner, with one setter."""

    def __init__(self, setter: Setter, colors: Palette, manner: Manner) -> None:
        self.setter = setter
        self.colors = colors
        self.manner = manner

    def all(self, parts: Iterable[Part]) -> list[Any]:
        """The flowables of several parts."""
        return [flowable for part in parts for flowable in self.one(part)]

    def one(self, part: Part) -> list[Any]:
        """The flowables of one part; none for what has no form on paper."""
        if part.role in self.manner.barred:
            return self._barred(part)
        setter = self.setter
        match part.kind:
            case "line":
                return [setter.line(part.text, self.manner.lead)]
            case "figure":
                diagram = part.diagram
                figure = setter.figure(
                    diagram.image, max_height=self.manner.figure, alt=diagram.alt
                )
                return [*figure, *self._caption(diagram.caption)]
            case "text":
                return self._text(part)
            case "list":
                if part.role in self.manner.run_in:
                    color = self.colors.of_tone(part.tone)
                    return setter.joined(self.label(part), color, part.texts)
                return self._headed(part, self.listed(part.texts))
            case "steps":
                return self._headed(part, self.listed(part.texts, numbered=True))
            case "pairs":
                return self._headed(part, self._pairs(part))
        return []

    def label(self, part: Part) -> str:
        """The label of a part, with the sign that tells right from wrong without colour."""
        label = self.setter.labels[part.label]
        sign = _SIGNS.get(part.role)
        return f"{sign} {label}" if sign else label

    def listed(self, texts: Sequence[Content], *, numbered: bool = False) -> list[Any]:
        """A list, as tight as this manner has it; its ends stay with their neighbours."""
        points = self.setter.bullets(texts, numbered=numbered)
        if self.manner.list_gap is not None:
            for point in points[:-1]:
                tighten(point, self.manner.list_gap)
        return points

    def _barred(self, part: Part) -> list[Any]:
        bar = self.manner.bar
        indent = bar * 3.2
        if part.kind == "line":
            body = [self.setter.line(part.text, self.setter.look.style(leftIndent=indent))]
        else:
            body = list(self.setter.blocks(part.text, indent))
        last = len(body) - 1
        return [
            Barred(one, self.colors.accent, bar, joined=number < last)
            for number, one in enumerate(body)
        ]

    def _text(self, part: Part) -> list[Any]:
        blocks = self.setter.blocks
        if part.role == "formula":
            return boxed(blocks(part.text), self.setter.look)
        if not part.label:
            return list(blocks(part.text))
        if part.role in self.manner.headed:
            return self._headed(part, blocks(part.text))
        color = self.colors.of_tone(part.tone)
        return list(self.setter.labelled(self.label(part), color, part.text))

    def heading(self, part: Part) -> Any:
        """The label of a part on a line of its own."""
        lead = [(self.label(part), self.colors.of_tone(part.tone))]
        return self.setter.line("", self.manner.heading, lead=lead, role="H3")

    def titled(self, part: Part, text: Content) -> list[Any]:
        """Blocks with the label of their part above them."""
        return self._headed(part, self.setter.blocks(text))

    def _headed(self, part: Part, body: list[Any]) -> list[Any]:
        return [self.heading(part), *body]

    def _pairs(self, part: Part) -> list[Any]:
        """Questions in bold, each of which runs into its answer."""
        setter, style = self.setter, self.setter.look.style()
        out: list[Any] = []
        for pair in part.pairs:
            asked = setter.line(pair.ask, style, bold=True, lead=[("→\u00a0", self.colors.accent)])
            answer = setter.blocks(pair.answer)
            first = answer[0]
            if isinstance(first, Paragraph) and not first.bulletText:
                space = setter.line("", style, lead=[("\u00a0 ", setter.look.ink)])
                run_in = paragraph([*asked.frags, *space.frags, *first.frags], first.style)
                out += [run_in, *answer[1:]]
            else:
                out += [*keep_with_next([asked]), *answer]
        return out

    def _caption(self, caption: str | None) -> list[Any]:
        if not caption:
            return []
        look = self.setter.look
        style = look.style(fontSize=look.size * 0.9, textColor=look.quiet, alignment=1)
        return [self.setter.line(caption, style, role="Caption")]


def keep_with_next(flowables: list[Any]) -> list[Any]:
    """The flowables, each of which is to stay with what follows it."""
    for flowable in flowables:
        flowable.keepWithNext = 1
    return flowables


def tighten(flowable: Any, gap: float) -> None:
    """Give a paragraph another space after it."""
    if isinstance(flowable, Paragraph):
        flowable.style = flowable.style.clone("tight", spaceAfter=gap)


class Barred(Around):
    """A flowable with a rule at its left, which goes on to the next where they are joined."""

    def __init__(self, inner: Any, color: Any, bar: float, *, joined: bool) -> None:
        super().__init__(inner)
        self.color, self.bar, self.joined = color, bar, joined

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = self.wrap_inner(width, height)
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Any]:
        parts = self.split_inner(width, height)
        return [
            Barred(part, self.color, self.bar, joined=self.joined and part is parts[-1])
            for part in parts
        ]

    def draw(self) -> None:
        canvas = self.canv
        foot = -self.getSpaceAfter() if self.joined else 0.0
        with canvas.artifact():
            canvas.saveState()
            canvas.setFillColor(self.color)
            canvas.rect(0, foot, self.bar, self.height - foot, stroke=0, fill=1)
            canvas.restoreState()
        self.inner.drawOn(canvas, 0, 0)
