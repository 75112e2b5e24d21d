"""What is on a page, by a parser that does as browsers do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

_UNSEEN = {"style", "script", "title"}


def parsed(page: Path | str) -> Element:
    """The tree of a page without names of namespaces."""
    text = page if isinstance(page, str) else page.read_text("utf-8")
    root: Element = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    return root


def faults(page: Path | str) -> list[str]:
    """What is no HTML, in the words of the parser."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(page if isinstance(page, str) else page.read_text("utf-8"))
    return [f"{place}: {code} {details}" for place, code, details in parser.errors]


def text(element: Element) -> str:
    """The text of an element, without scripts and styles."""
    return "".join(_texts(element))


def _texts(element: Element) -> Iterator[str]:
    if element.tag in _UNSEEN:
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def said(page: Path) -> str:
    """Every text of a page, and what stands for its pictures and behind its links."""
    root = parsed(page)
    names = ("alt", "href", "aria-label")
    attributes = [one.get(name, "") for one in root.iter() for name in names]
    attributes = [value for value in attributes if not value.startswith("#")]
    return " ".join([text(root), *attributes, root.get("data-version", "")])


def with_class(root: Element, name: str) -> list[Element]:
    """Elements of a class."""
    return [one for one in root.iter() if name in one.get("class", "").split()]


def by_id(root: Element, name: str) -> Element:
    """The one element of an id."""
    (found,) = [one for one in root.iter() if one.get("id") == name]
    return found
