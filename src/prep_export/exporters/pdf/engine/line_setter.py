"""Lines of Markdown to paragraphs: titles, captions, lists of links."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prep_export.exporters.pdf.engine.fragments import Fragments, Voice
from prep_export.exporters.pdf.engine.paragraphs import paragraph
from prep_export.markdown.parser import parse_inline

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    from prep_export.exporters.pdf.engine.look import Look
    from prep_export.labels import LabelName


class LineSetter:
    """Sets lines in one look, each in a style of its own."""

    def __init__(self, look: Look, labels: Mapping[LabelName, str]) -> None:
        self.look = look
        self.labels = labels
        self.fragments = Fragments(look)

    def line(
        self,
        text: str,
        style: ParagraphStyle,
        *,
        bold: bool = False,
        color: Any = None,
        bullet: str | None = None,
        lead: Sequence[tuple[str, Any]] = (),
        role: str = "P",
    ) -> Paragraph:
        """One line of Markdown as a paragraph; `lead` puts bold coloured words before it."""
        voice = Voice(bold=bold, color=color or style.textColor)
        frags: list[Any] = []
        for word, tint in lead:
            frags += self.fragments.text(word, Voice(bold=True, color=tint), style.fontSize)
        frags += self.fragments.inline(parse_inline(text), voice, style.fontSize)
        return paragraph(frags, style, bullet, role)

    def pointers(
        self,
        label: str,
        targets: Sequence[tuple[str, str]],
        style: ParagraphStyle,
        *,
        between: str | None = None,
        lead: Any = None,
        bold: Collection[str] = (),
    ) -> Paragraph:
        """A label and (text, key) pairs, each of which is a link to the place of that key.

        `between` stands after the label, a colon where it is not given; `lead` is a colour for
        the label, which is bold then; and those of the texts are bold that are in `bold`.
        """
        voice = Voice(color=style.textColor)
        between = self.labels["colon"] if between is None else between
        shown = Voice(bold=True, color=lead) if lead is not None else voice
        frags = self.fragments.text(label + between, shown, style.fontSize)
        for number, (text, key) in enumerate(targets):
            if number:
                frags += self.fragments.text(self.labels["comma"], voice, style.fontSize)
            linked = replace(voice.linked(f"#{key}"), bold=text in bold)
            frags += self.fragments.text(text, linked, style.fontSize)
        return paragraph(frags, style)
