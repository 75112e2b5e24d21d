"""Parts of items as flowables, by role and kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from prep_export.exporters.pdf import theme
from prep_export.exporters.pdf.engine.blocks import boxed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prep_export.exporters.pdf.engine.setter import Setter
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
                return self._headed(part, setter.bullets(part.texts))
            case "steps":
                return self._headed(part, setter.bullets(part.texts, numbered=True))
            case "pairs":
                return self._headed(part, self._pairs(part))
        return []

    def label(self, part: Part) -> str:
        """The label of a part, with the sign that tells right from wrong without colour."""
        label = self.setter.labels[part.label]
        sign = _SIGNS.get(part.role)
        return f"{sign} {label}" if sign else label

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

    def _headed(self, part: Part, body: list[Any]) -> list[Any]:
        lead = [(self.label(part), self.colors.of_tone(part.tone))]
        return [self.setter.line("", self.manner.heading, lead=lead, role="H3"), *body]

    def _pairs(self, part: Part) -> list[Any]:
        setter, asked = self.setter, self.setter.labels["asked"]
        out: list[Any] = []
        for pair in part.pairs:
            out += keep_with_next(setter.labelled(asked, self.colors.accent, pair.ask))
            out += setter.blocks(pair.answer, setter.look.indent)
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
