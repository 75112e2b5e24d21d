"""SVG as a tree whose elements know their line, and back as text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element
from xml.parsers.expat import ExpatError, ParserCreate

if TYPE_CHECKING:
    from collections.abc import Iterator

SVG: Final = "{http://www.w3.org/2000/svg}"
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
XLINK: Final = "{http://www.w3.org/1999/xlink}"
XML: Final = "{http://www.w3.org/XML/1998/namespace}"

MAX_ELEMENTS: Final = 50_000
MAX_DEPTH: Final = 100


class SvgError(Exception):
    """An SVG that cannot be used: what is wrong with it, and in which line (0: no line of it)."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem, line)
        self.problem = problem
        self.line = line

    def __str__(self) -> str:
        return f"{self.problem} (line {self.line})" if self.line else self.problem


class Node(Element):
    """An element and the line that it begins in."""

    line = 0

    @property
    def name(self) -> str:
        """Its name in SVG; empty for an element of another vocabulary."""
        return self.tag[len(SVG) :] if self.tag.startswith(SVG) else ""

    @property
    def nodes(self) -> Iterator[Node]:
        """Its children."""
        for child in self:
            assert isinstance(child, Node)  # noqa: S101 - for the type checker
            yield child

    @property
    def href(self) -> str:
        """What it refers to."""
        return (self.get("href") or self.get(XLINK + "href") or "").strip()


def parse(content: bytes) -> Node:
    """The tree of a file. Raises SvgError for what is no SVG, and for one beyond all bounds."""
    builder = _Builder()
    try:
        builder.parser.Parse(content, True)
    except ExpatError as error:
        raise SvgError(f"is not a sound SVG file: {error}") from None
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise SvgError(f"is not a sound SVG file: {error}") from None
    root = builder.root
    assert root is not None  # noqa: S101 - a document without a root is an ExpatError
    if root.tag == "svg":
        problem = 'shows nothing in a browser: its root needs xmlns="http://www.w3.org/2000/svg"'
        raise SvgError(problem, root.line)
    return root


class _Builder:
    def __init__(self) -> None:
        self.parser = ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self.parser.SkippedEntityHandler = self._entity
        self.parser.ProcessingInstructionHandler = self._instruction
        self.root: Node | None = None
        self._open: list[Node] = []
        self._last: Node | None = None
        self._count = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        node = Node(_full(name), {_full(key): value for key, value in attributes.items()})
        node.line = self.parser.CurrentLineNumber
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise SvgError(f"holds more than {MAX_ELEMENTS:,} elements", node.line)
        if len(self._open) >= MAX_DEPTH:
            raise SvgError(f"nests elements more than {MAX_DEPTH} deep", node.line)
        if self._open:
            self._open[-1].append(node)
        else:
            self._judge_root(node)
            self.root = node
        self._open.append(node)
        self._last = None

    @staticmethod
    def _judge_root(node: Node) -> None:
        local = node.tag.rpartition("}")[2]
        if local != "svg":
            raise SvgError(f"is not an SVG file: its root is '{local[:40]}'", node.line)

    def _end(self, _name: str) -> None:
        self._last = self._open.pop()

    def _text(self, text: str) -> None:
        if self._last is not None:
            self._last.tail = (self._last.tail or "") + text
        elif self._open:
            self._open[-1].text = (self._open[-1].text or "") + text

    def _entity(self, *_about: object) -> None:
        line = self.parser.CurrentLineNumber
        raise SvgError("is not a sound SVG file: entities are declared or missing", line)

    def _instruction(self, target: str, _data: str) -> None:
        problem = f"refers to a style sheet outside of it ('{target[:40]}')"
        raise SvgError(problem, self.parser.CurrentLineNumber)


def _full(name: str) -> str:
    return "{" + name if "}" in name else name


def write(root: Node) -> bytes:
    """A tree as text: the same tree gives the same bytes."""
    out: list[str] = []
    _write(root, "", out)
    return "".join(out).encode()


def _write(node: Element, space: str, out: list[str]) -> None:
    own, _, local = node.tag.rpartition("}")
    out.append(f"<{local}")
    if own != space:
        out.append(f" xmlns={_quoted(own[1:])}")
    if not space:
        out.append(f' xmlns:xlink="{XLINK[1:-1]}"')
    for key, value in node.attrib.items():
        name = key.replace(XLINK, "xlink:").replace(XML, "xml:")
        out.append(f" {name}={_quoted(value)}")
    if len(node) or node.text:
        out.append(f">{escape(node.text or '', quote=False)}")
        for child in node:
            _write(child, own, out)
            out.append(escape(child.tail or "", quote=False))
        out.append(f"</{local}>")
    else:
        out.append("/>")


def _quoted(value: str) -> str:
    """The value of an attribute, in the quotes that need the fewest entities.

    As `xml.sax.saxutils` has it, whose import brings urllib's client, ssl and more along.
    """
    # A tab or a line break would come back as a space.
    text = escape(value, quote=False).replace("\n", "&#10;")
    text = text.replace("\r", "&#13;").replace("\t", "&#9;")
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else '"{}"'.format(text.replace('"', "&quot;"))
