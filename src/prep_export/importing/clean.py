"""HTML of a field as a tree that Markdown can say: bounded, and without a browser's habits.

A field is somebody's: what is too large or too deep gives its text alone. What has no form in
Markdown is said to `lose`.
"""

from __future__ import annotations

import re
import warnings
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, NavigableString, PreformattedString

from prep_export.markdown.html import TOGETHER

if TYPE_CHECKING:
    from prep_export.importing.losses import Lose

MAX_CHARACTERS: Final = 200_000
"""Of a field's HTML; a bank takes texts of half of that."""
MAX_TAGS: Final = 5_000
MAX_DEPTH: Final = 80

CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufeff\ufffe\uffff]")
"""What no bank may hold; U+FDD0 and its like are no characters, so formulas are marked by them."""
BLOCKS: Final = frozenset(
    "[document] p div h1 h2 h3 h4 h5 h6 ul ol li blockquote pre table thead tbody tfoot tr td th "
    "caption hr article section figcaption".split()
)
_LIKE_DIV: Final = frozenset(
    "center main header footer aside figure address nav fieldset form details summary dl dt dd "
    "hgroup dialog legend menu dir".split()
)
_SAME: Final = {"strike": "s", "del": "s", "strong": "b", "em": "i", "tt": "code", "samp": "code"}
_INLINE: Final = frozenset("b i s sub sup code".split())
_DROPPED: Final = {
    "audio": "a sound",
    "video": "a video",
    "script": "a script",
    "style": "a style sheet",
    "iframe": "a frame",
    "object": "an object",
    "embed": "an object",
    "canvas": "a drawing",
    "svg": "an inline drawing",
    "math": "MathML, kept as text",
    "input": "an input",
    "textarea": "an input",
    "select": "an input",
    "button": "a button",
}
"""Elements that a card can hold and Markdown cannot."""
_GONE: Final = frozenset({"style", "script", "svg", "iframe", "object", "embed", "canvas", "title"})
"""Those whose content is no text either."""
_LOOKS: Final = {
    "u": "underline",
    "ins": "underline",
    "mark": "highlight",
}
_PLAIN_COLOURS: Final = frozenset(
    "black #000 #000000 rgb(0,0,0) rgba(0,0,0,1) windowtext inherit initial unset currentcolor "
    "white #fff #ffffff rgb(255,255,255) rgba(255,255,255,1) transparent rgba(0,0,0,0) none".split()
)
"""What pasting brings along, and nobody sees."""


def text_of(html: str) -> str:
    """The words of some HTML, found without parsing it."""
    return " ".join(unescaped(re.sub(r"<[^<>]*>", " ", html)).split())


def unescaped(html: str) -> str:
    """Text whose entities are characters."""
    try:
        return unescape(html)
    except ValueError:  # a number of thousands of digits
        return html


def tree(html: str, lose: Lose) -> BeautifulSoup:
    """The tree of a field's HTML; of its text alone, where it is no HTML that anybody wrote."""
    if len(html) > MAX_CHARACTERS:
        lose(f"more than {MAX_CHARACTERS:,} characters: left out")
        return BeautifulSoup("", "html.parser")
    found = _parsed(html) if html.count("<") <= MAX_TAGS else None
    if found is None or _depth(found) > MAX_DEPTH:
        lose(f"its layout (over {MAX_TAGS:,} tags, {MAX_DEPTH} of them nested, or broken)")
        found = BeautifulSoup("", "html.parser")
        found.append(NavigableString(text_of(html)))
    return found


def _parsed(html: str) -> BeautifulSoup | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it looks like a path, or like XML: it may
            return BeautifulSoup(html, "html.parser")
    except Exception:  # noqa: BLE001 - of somebody's HTML the parser raises anything
        return None


def _depth(soup: BeautifulSoup) -> int:
    depths = {id(soup): 0}
    for element in soup.descendants:
        if isinstance(element, Tag):
            depths[id(element)] = depths[id(element.parent)] + 1
    return max(depths.values())


def clean(soup: BeautifulSoup, lose: Lose, styled: frozenset[str], *, line: bool) -> None:
    """Turn what has a form in Markdown into that element, and say what has none."""
    for text in soup.find_all(string=lambda s: isinstance(s, PreformattedString)):
        if not isinstance(text, CData):
            text.extract()  # comments and the like, which nobody sees
    for element in soup.find_all("span", class_=TOGETHER):
        element.unwrap()
    soup.smooth()
    for text in soup.find_all(string=re.compile("[ \t]{4}")):
        if not text.find_parent("pre"):  # a run of spaces is one, and costs its square to search
            text.replace_with(re.sub("[ \t]+", " ", text))
    for element in list(soup.find_all(True)):
        if element.decomposed:
            continue
        _one(soup, element, lose, styled)
    for element in soup.find_all(_INLINE):
        _join(element)
    if line:
        _flatten(soup, lose)
    for element in reversed(soup.find_all(["div", "p"])):
        if not element.find(["img", "hr", "table"]) and not element.get_text(strip=True):
            element.replace_with(soup.new_tag("br"))  # an empty line, which parts what is around it
    _breaks(soup)
    for listed in soup.find_all("ol"):
        _number(listed)


def _one(soup: BeautifulSoup, element: Tag, lose: Lose, styled: frozenset[str]) -> None:
    name = element.name
    if name in _DROPPED:
        lose(_DROPPED[name])
    if name in _GONE:
        element.decompose()
        return
    if name in _LOOKS:
        lose(f"{_LOOKS[name]}, kept as text")
    element.name = _SAME.get(name, "div" if name in _LIKE_DIV else name)
    if name == "rt":
        lose("a reading (ruby), kept in parentheses")
        element.insert(0, NavigableString("("))
        element.append(NavigableString(")"))
    elif name == "rp":
        element.decompose()
        return
    elif name == "font" and element.get("color"):
        _colour("colour", str(element["color"]), lose)
    for shown in element.get_attribute_list("class"):
        if shown in styled:
            lose(f"the look of '.{shown}', kept as text")
    if element.get("style"):
        _style(soup, element, lose)


def _style(soup: BeautifulSoup, element: Tag, lose: Lose) -> None:
    wanted = []
    for declaration in str(element["style"]).split(";"):
        key, _, value = (part.strip().lower() for part in declaration.partition(":"))
        value = value.removesuffix("!important").strip()
        if key == "color":
            _colour("colour", value, lose)
        elif key in {"background", "background-color"}:
            _colour("highlight", value, lose)
        elif key == "font-weight" and (value in {"bold", "bolder"} or value in _BOLD):
            wanted.append("b")
        elif key == "font-style" and value in {"italic", "oblique"}:
            wanted.append("i")
        elif key.startswith("text-decoration"):
            wanted += ["s"] if "line-through" in value else []
            if "underline" in value:
                lose("underline, kept as text")
        elif key == "vertical-align" and value in {"sub", "super"}:
            wanted.append("sub" if value == "sub" else "sup")
    for name in wanted if element.name in {"span", "font"} else []:
        around = soup.new_tag(name)
        for child in list(element.contents):
            around.append(child.extract())
        element.append(around)


_BOLD: Final = frozenset({"600", "700", "800", "900"})


def _colour(what: str, value: str, lose: Lose) -> None:
    if value and value.replace(" ", "").lower() not in _PLAIN_COLOURS and "var(" not in value:
        lose(f"{what}, kept as text")


def _join(element: Tag) -> None:
    """Take over what follows in an element of the same name: two marks would be one of another."""
    if element.parent is None:
        return
    while isinstance(following := element.next_sibling, Tag) and following.name == element.name:
        following.extract()
        for child in list(following.contents):
            element.append(child.extract())


def _flatten(soup: BeautifulSoup, lose: Lose) -> None:
    """One line: every block becomes its words."""
    for element in list(soup.find_all(True)):
        if element.name in {"ul", "ol", "table"} and element.get_text(strip=True):
            lose(f"a {'table' if element.name == 'table' else 'list'}, written in one line")
        if element.name == "pre":
            element.name = "code"
        elif element.name in BLOCKS or element.name == "br":
            element.insert_before(NavigableString(" "))
            element.insert_after(NavigableString(" "))
            element.unwrap()


def _breaks(soup: BeautifulSoup) -> None:
    """Leave `br` only between words of one block: elsewhere it is an empty line of an editor.

    Two of them between words are a new paragraph.
    """
    before: Tag | None = None
    run: list[Tag] = []
    for element in list(soup.descendants):
        if isinstance(element, Tag) and element.name == "br":
            if _block(element).name == "pre":
                element.replace_with(NavigableString("\n"))
            else:
                run.append(element)
        elif (isinstance(element, Tag) and element.name == "img") or (
            isinstance(element, NavigableString) and element.strip()
        ):
            block = _block(element)
            if run:
                _settle(run, within=before is block)
                run = []
            before = block
    _settle(run, within=False)


def _settle(run: list[Tag], *, within: bool) -> None:
    for element in run[1:] if within else run:
        element.decompose()
    if within and len(run) > 1:
        run[0]["class"] = "paragraph"


def _block(element: Any) -> Tag:
    """The block in which something stands."""
    parent: Tag = element.parent
    while parent.name not in BLOCKS and parent.parent is not None:
        parent = parent.parent
    return parent


def _number(listed: Tag) -> None:
    """Write its number on each entry: counting those before it, for each, takes for ever."""
    start = str(listed.get("start", ""))
    first = int(start) if start.isascii() and start.isdigit() and len(start) < len("10000") else 1
    for number, entry in enumerate(listed.find_all("li", recursive=False), start=first):
        entry["value"] = str(number)
