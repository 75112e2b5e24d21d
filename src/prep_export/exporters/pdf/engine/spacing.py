r"""The spaces inside formulas, as TeX sets them: written into the MathML before ziamath sets it.

ziamath takes the spaces of each operator from a table of MathML, where neighbours do not count: no
space after `\log_2` and before `\log`, one after a minus sign of a number, in a fraction's small
type and after ∂, none between softmax and a tall bracket. TeX has a class for each atom and a table
of pairs (Knuth, The TeXbook, chapters 17 and 18, appendix G); MathJax has the same.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable

Class: TypeAlias = Literal["ord", "op", "bin", "rel", "open", "close", "punct", "inner"]

Style: TypeAlias = Literal["display", "text", "script"]
"""Script is the small type of exponents and of fractions in a line, which has few spaces."""

_COLUMNS: Final = ("ord", "op", "bin", "rel", "open", "close", "punct", "inner")
_TABLE: Final[dict[str, str]] = {
    "ord": "01230001",
    "op": "11030001",
    "bin": "22002002",
    "rel": "33003003",
    "open": "00000000",
    "close": "01230001",
    "punct": "11011111",
    "inner": "11231011",
}
"""Spaces between the atom of a row and the next: none, thin, medium, thick."""

_ALSO_IN_SCRIPTS: Final = frozenset(
    {("ord", "op"), ("op", "ord"), ("op", "op"), ("close", "op"), ("inner", "op")}
)
_EIGHTEENTHS: Final = (0, 3, 4, 5)
"""Of an em, of each space."""

_BEFORE_BRACKET: Final = 2 / 0.75
"""What ziamath itself puts before a tall bracket, in the same unit."""

_EM: Final = 0.75
"""What ziamath has to be told for an em: it reads it as pixels, of which there are more."""

_RELATIONS: Final = frozenset(
    "=<>≤≥≦≧≠≈∼≃≅≡≢∝∈∉∋⊂⊃⊆⊇⊄⊏⊐⊑⊒⊢⊣⊨⊩⊥∣∤∥∦→←↔⇒⇐⇔↦↪↩⟶⟵⟷⟹⟸⟺⟼↑↓↕⇑⇓↗↘↙↖⇀⇁↼↽⇌↠↝≪≫≺≻≼≽⪯⪰≲≳≍≐≑≔≕≜≝≟⊴⊵◁▷:⧴"
)
_BINARIES: Final = frozenset("+-−±∓×·⋅∗*∘∙•÷∪∩∧∨⊕⊗⊙⊖⊘⊎⊔⊓∖⧵⋆†‡≀⊞⊠⊡⋉⋊⊻⊼⨿△▽")
_AS_MEANT: Final = {"~": "∼", "*": "∗", "-": "−"}
"""What latex2mathml writes as it is typed: the first as an accent too, the second as high as in a
text."""

_JOINING: Final = _RELATIONS | _BINARIES | {"~"}
_OPERATORS: Final = frozenset("∑∏∐∫∬∭∮⋃⋂⋁⋀⨁⨂⨀⨄⨆")
_OPENING: Final = frozenset("([{⟨⌊⌈⟦⟪")
_CLOSING: Final = frozenset(")]}⟩⌋⌉⟧⟫!?")
_PUNCTUATION: Final = frozenset(",;")
_DOTS: Final = frozenset("…⋯⋱⋮")
_BARS: Final = frozenset("|‖")
"""They open or close as it comes."""

_BEFORE_UNARY: Final = frozenset({None, "op", "bin", "rel", "open", "punct"})
_AFTER_UNARY: Final = frozenset({None, "rel", "close", "punct"})
"""Beside these, and at the ends, what joins two terms has but one: the sign of a number."""

_ROWS: Final = frozenset("math mrow mtd mstyle mpadded mphantom menclose msqrt merror".split())
_SCRIPTED: Final = frozenset("msub msup msubsup mmultiscripts".split())
_STACKED: Final = frozenset("munder mover munderover".split())
HYPHEN: Final = "\N{HYPHEN}"
"""Stands in words of formulas for the one that is typed."""

_BLANK: Final = frozenset({"mspace", "none", "mprescripts"})

_DIGITS: Final = {"bold": 0x1D7CE, "double-struck": 0x1D7D8, "monospace": 0x1D7F6}
"""Where Unicode has the digits of an alphabet of MathML."""


def spaced(root: Any, *, display: bool) -> None:
    """Put TeX's spaces into a MathML element, and mend what ziamath would misread in it."""
    _mend(root)
    _visit(root, "display" if display else "text")


def _mend(root: Any) -> None:
    for parent in root.iter():
        children = list(parent)
        if parent.tag == "mover" and parent.get("accent") == "true":
            _hat(children[1])
        for child, following in zip_longest(children, children[1:]):
            text = child.text or ""
            if child.tag == "mspace":
                _width(child)
            elif child.tag == "mtext" and "-" in text:
                child.text = text.replace("-", HYPHEN)  # which ziamath would draw as a rule
            elif child.tag == "mo" and not text and following is not None:
                _words(following)
            elif child.tag == "mo" and text in _BARS and not child.attrib:
                child.set("stretchy", "false")  # as tall as its letter, unless asked for by \left
            elif child.tag == "mn":
                _digits(child, text)
            elif child.tag in {"mi", "mo"} and _is_function(child, text):
                # As a word, whose letters are kerned; as an identifier it would get spaces.
                child.tag = "mtext"
                child.set("class", "op")
            elif child.tag in {"mi", "mo"} and text in _JOINING and parent.tag not in _STACKED:
                child.tag = "mo"
                child.text = _AS_MEANT.get(text, text)
            elif child.tag == "mrow" and _upright(child):
                # As one word, whose letters are kerned.
                child.text = "".join(one.text for one in child)
                child.tag = "mtext"
                del child[:]


_LIMITS: Final = frozenset({"max", "min", "lim"})
"""Operators below which ziamath puts limits, by their name."""


def _is_function(element: Any, text: str) -> bool:
    named = len(text) > 1 and text.isalpha() and text not in _LIMITS | {"mod"}
    return named and element.get("movablelimits") is None


def _hat(accent: Any) -> None:
    r"""\hat as the accent of a letter; ziamath would take it for \widehat, and stretch it."""
    if accent.text == "\u0302":
        accent.text = "ˆ"
        accent.set("stretchy", "false")


def _width(space: Any) -> None:
    r"""The author's own spaces: \, and \quad."""
    width = space.get("width", "")
    if width.endswith("em"):
        space.set("width", f"{float(width[:-2]) * _EM:.4f}em")


def _digits(number: Any, text: str) -> None:
    """Digits of another alphabet, which ziamath knows for letters alone."""
    first = _DIGITS.get(number.get("mathvariant", ""))
    if first is not None:
        number.text = "".join(
            chr(first + int(char)) if "0" <= char <= "9" else char for char in text
        )
        del number.attrib["mathvariant"]


def _words(element: Any) -> None:
    r"""\operatorname{arg\,max}, of which latex2mathml makes no operator, and italic letters."""
    (row,) = _cores(element)
    if row.tag == "mrow" and len(row) and all(one.tag in {"mi", "mspace"} for one in row):
        row.text = "".join("\u2009" if one.tag == "mspace" else one.text or "" for one in row)
        row.tag = "mtext"
        row.set("class", "op")
        del row[:]


def _upright(row: Any) -> bool:
    return len(row) > 1 and all(
        one.tag == "mi" and one.get("mathvariant") == "normal" and len(one.text or "") == 1
        for one in row
    )


def _visit(element: Any, style: Style) -> None:
    children = list(element)
    for number, child in enumerate(children):
        _visit(child, _style_of(element, number, child, style))
    if element.tag in _ROWS and element.tag != "math":
        _space_row(element, children, style)


def _style_of(parent: Any, number: int, child: Any, style: Style) -> Style:
    if child.tag == "mstyle" or (child.tag == "mtable" and child.get("displaystyle")):
        if child.get("displaystyle") == "true":
            return "display"
        return "text" if child.get("scriptlevel", "0") == "0" else "script"
    if child.tag == "mtable":
        return "text" if style == "display" else style
    if parent.tag == "mfrac":
        return "text" if style == "display" else "script"
    scripts = parent.tag in _SCRIPTED or parent.tag in _STACKED or parent.tag == "mroot"
    return "script" if scripts and number else style


def _space_row(row: Any, children: list[Any], style: Style) -> None:
    if len(children) > 1:
        _fix_forms(children)
    classes = _classes(children)
    row[:] = []
    before: Class | None = None
    last: Any = None
    held: list[Any] = []  # what is drawn over the next one, such as the stroke of \not
    for child, kind in zip(children, classes, strict=True):
        if kind is None:
            if child.tag == "mpadded":
                held.append(child)
            else:
                row.append(child)
                last = None
            continue
        width: float = _between(before, kind, style)
        if before is not None and child.tag == "mrow" and kind == "inner":
            width = max(0.0, width - _BEFORE_BRACKET)
        if kind == "open" and before in {"op", "ord"} and child.get("minsize"):
            width = _BEFORE_BRACKET
        if width:
            _put_space(row, width, None if held or style == "script" else child, last, style)
        row.extend([*held, child])
        held, before, last = [], kind, child
    row.extend(held)


def _put_space(row: Any, width: float, after: Any, before: Any, style: Style) -> None:
    """A space at the end of a row: in the operator beside it, which costs nothing, or of itself."""
    em = f"{width / 18 * _EM:.4f}em"
    if after is not None and after.tag == "mo":
        after.set("lspace", em)
    elif before is not None and before.tag == "mo" and style != "script":
        before.set("rspace", em)
    else:
        row.append(ET.Element("mspace", {"width": em}))


def _between(before: Class | None, after: Class, style: Style) -> int:
    """The space between two atoms, in eighteenths of an em."""
    if before is None:
        return 0
    if style == "script" and (before, after) not in _ALSO_IN_SCRIPTS:
        return 0
    return _EIGHTEENTHS[int(_TABLE[before][_COLUMNS.index(after)])]


def _fix_forms(children: list[Any]) -> None:
    """Write down what ziamath would tell by the place in the row, before there are more of them;
    and that an operator brings no spaces of its own."""
    last = len(children) - 1
    for place, child in enumerate(children):
        for one in _cores(child):
            if one.tag not in {"mo", "mi"}:
                continue
            if one is child:
                form = "prefix" if place == 0 else "postfix" if place == last else "infix"
                one.attrib.setdefault("form", form)
            one.attrib.setdefault("lspace", "0")
            one.attrib.setdefault("rspace", "0")


def _cores(element: Any) -> Iterable[Any]:
    """The element, or the base that scripts and limits of it stand at."""
    while element.tag in _SCRIPTED | _STACKED and len(element):
        element = element[0]
    yield element


def _classes(children: list[Any]) -> list[Class | None]:
    found = [_class_of(child) for child in children]
    solid = [place for place, kind in enumerate(found) if kind is not None]
    before: Class | None = None
    for number, place in enumerate(solid):
        kind = found[place]
        after = found[solid[number + 1]] if number + 1 < len(solid) else None
        if kind == "bar":
            kind = "open" if before in _BEFORE_UNARY else "close"
        if kind == "bin" and (before in _BEFORE_UNARY or after in _AFTER_UNARY):
            kind = "ord"
        found[place] = before = kind
    return found  # type: ignore[return-value]  # as above


def _class_of(element: Any) -> Class | Literal["bar"] | None:
    tag = element.tag
    if tag in _BLANK or (tag == "mpadded" and element.get("width") == "0"):
        return None
    if tag == "mrow":
        first = element[0] if len(element) else None
        fenced = (
            first is not None and first.get("fence") == "true" and first.get("form") == "prefix"
        )
        return "inner" if fenced else "ord"
    if tag in _STACKED and element.get("accent") != "true" and len(element):
        base = element[0][0] if element[0].tag == "mrow" and len(element[0]) == 1 else element[0]
        return _class_of(base) if base.tag == "mo" or base.tag in _SCRIPTED | _STACKED else "ord"
    if tag in _SCRIPTED and len(element):
        kind = _class_of(element[0])
        return "ord" if kind == "inner" or kind is None else kind
    text = (element.text or "").strip()
    if tag in {"mo", "mtext"} and not text:
        return None  # a space of its author
    return _class_of_sign(element, text) if tag in {"mo", "mi", "mtext"} else "ord"


def _class_of_sign(element: Any, text: str) -> Class | Literal["bar"]:
    if element.get("fence") == "true" and element.get("form") in {"prefix", "postfix"}:
        return "open" if element.get("form") == "prefix" else "close"
    if len(text) > 1:
        if text == "mod":
            return "bin" if element.tag == "mo" else "ord"
        return "op" if element.tag == "mo" or element.get("class") == "op" else "ord"
    for signs, kind in _SIGNS:
        if text in signs:
            return kind
    return "ord"


_SIGNS: Final[tuple[tuple[frozenset[str], Class | Literal["bar"]], ...]] = (
    (_RELATIONS, "rel"),
    (_BINARIES, "bin"),
    (_OPENING, "open"),
    (_CLOSING, "close"),
    (_PUNCTUATION, "punct"),
    (_OPERATORS, "op"),
    (_DOTS, "inner"),
    (_BARS, "bar"),
)
