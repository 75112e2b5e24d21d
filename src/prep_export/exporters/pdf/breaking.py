"""Where a column may end: heads stay with the first lines of what they lead in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reportlab.platypus import CondPageBreak, Paragraph

from prep_export.exporters.pdf.engine.blocks import Code
from prep_export.exporters.pdf.engine.fonts import TEXT_BOLD
from prep_export.exporters.pdf.engine.tables import RuledTable

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINES: Final = 3
"""Lines of a paragraph, or of code, that lead on well enough."""
MOST: Final = 0.62
"""Of a page's height: what heads are kept together with at most, the tallest pictures included."""
_LEADS_IN: Final = (":", "\N{FULLWIDTH COLON}")
_ENDLESS: Final = 100_000.0


def least(flowables: Sequence[Any], width: float) -> float:
    """The height below which it is not worth while to begin these in a column: heads with what
    they lead in, two points of a list, three lines of a paragraph."""
    total = 0.0
    for number, one in enumerate(flowables):
        following = flowables[number + 1] if number + 1 < len(flowables) else None
        inner = one
        while hasattr(inner, "inner"):
            inner = inner.inner
        height = float(one.wrap(width, _ENDLESS)[1])
        total += height + float(one.getSpaceBefore())
        leads = one.getKeepWithNext() or _leads_in(inner)
        listed = number == 0 or bool(flowables[number - 1].getKeepWithNext())
        pair = listed and _is_point(inner) and _is_point(following)
        if not leads and not pair:
            return total - height + _beginning(inner, height)
        total += float(one.getSpaceAfter())
    return total


def _beginning(flowable: Any, height: float) -> float:
    if isinstance(flowable, Paragraph):
        return min(height, float(flowable.style.leading) * (_LINES + 0.5))  # some are taller
    if isinstance(flowable, Code):
        return min(height, flowable.leading * (_LINES + 1))
    return flowable.beginning if isinstance(flowable, RuledTable) else height


def _leads_in(flowable: Any) -> bool:
    """Whether this is a paragraph that ends in a colon, or that is all bold, as a heading is."""
    if not isinstance(flowable, Paragraph) or not flowable.frags or _is_point(flowable):
        return False
    texts = [frag for frag in flowable.frags if getattr(frag, "text", "").strip()]
    bold = all(frag.fontName == TEXT_BOLD for frag in texts) and len(flowable.frags) == len(texts)
    return bold or str(getattr(flowable.frags[-1], "text", "")).rstrip().endswith(_LEADS_IN)


def _is_point(flowable: Any) -> bool:
    return bool(getattr(flowable, "bulletText", None))


def flowing(flowables: list[Any], width: float, tallest: float) -> list[Any]:
    """Flowables with conditional breaks in place of reportlab's groups, which move a whole
    paragraph to the next page to keep it with its head."""
    out: list[Any] = []
    led = False
    for number, one in enumerate(flowables):
        inner = getattr(one, "inner", one)
        leads = bool(one.getKeepWithNext()) or _leads_in(inner)
        if leads and not led:
            need = least(flowables[number:], width)
            out.append(CondPageBreak(min(need, tallest * MOST)))
        if one.getKeepWithNext():
            one.keepWithNext = 0
        led = leads
        out.append(one)
    return out
