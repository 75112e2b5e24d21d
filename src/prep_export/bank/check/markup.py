"""The Markdown of a bank and its images: every text, wherever one may stand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.model import Diagram
from prep_export.bank.texts import line_fields, texts
from prep_export.findings.finding import Finding, Node
from prep_export.markdown import nearly
from prep_export.markdown.check import check
from prep_export.markdown.images import Images
from prep_export.markdown.parser import parse_inline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.model import Bank, Item
    from prep_export.findings.finding import Path


def check_markup(bank: Bank, images: Images | None = None) -> Iterator[Finding]:
    """Faults of every Markdown text and every image of a bank."""
    images = images or Images(bank.root)
    told: set[str] = set()

    def once(finding: Finding) -> bool:
        """What is wrong with a file is told where it is named first."""
        known = finding.message in told
        if finding.code in {"image-broken", "not-on-paper"}:
            told.add(finding.message)
        return not known

    for at, path, text in _markdown(bank):
        cloze = len(path) == 3 and path[0] == "drills" and path[2] == "text"  # noqa: PLR2004
        for finding in filter(once, check(text, images, cloze=cloze)):
            yield _placed(finding, at, path)
    for _, item in bank.items():
        yield from _headings(bank, item)
        yield from _not_what_it_is(bank, item)
    yield from _in_plain_fields(bank)
    for at, path, reference in _images(bank):
        fault = images.finding(reference)
        if fault is not None and once(fault):
            yield _placed(fault, at, path)


_HEADING: Final = re.compile(r"#{1,6}\s+(?!of\b)")
"""What would be one in a text; '# of layers' is a number."""


def _headings(bank: Bank, item: Item) -> Iterator[Finding]:
    """Headings in fields that are one line, where they are none."""
    for name in line_fields(type(item)):  # type: ignore[arg-type]  # a class is hashable
        text = getattr(item, name) or ""
        sign = _HEADING.match(text) if text.startswith("#") else None
        if sign:
            typed = sign[0].strip()
            message = f"'{typed}' at the start of a line is shown as it is typed"
            hint = r"leave it out, or write \# to have it shown"
            at = replace(bank.node(item, name), needle=typed)
            yield Finding("shown-as-typed", message, at, hint)


def _not_what_it_is(bank: Bank, item: Item) -> Iterator[Finding]:
    """A formula without dollars, a table without lines of cells."""
    for name, sign, hint in (
        ("formula", "$", "write $$…$$ around it"),
        ("table", "|", "its lines are | … | … |, the second |---|---|"),
    ):
        text = getattr(item, name, None) or ""
        if text and sign not in text and not nearly.may_be(text):
            message = f"'{name}' holds no {name}, and is shown as words"
            yield Finding("shown-as-typed", message, bank.node(item, name), hint)


_MARKS: Final = re.compile(r"[*_`~^$]|\]\(")
_NO_MARKUP: Final = frozenset({"text", "softbreak", "hardbreak", "text_special"})


def _in_plain_fields(bank: Bank) -> Iterator[Finding]:
    """Markup in fields that have none, such as the title of a topic: its marks are shown."""
    for entry, at in _entries(bank):
        found = [(path, text) for path, text in texts(entry) if _MARKS.search(text)]
        markdown = {path for path, _ in texts(entry, markdown=True)} if found else set()
        for path, text in found:
            if path in markdown or all(t.type in _NO_MARKUP for t in parse_inline(text)):
                continue
            field = next(str(part) for part in reversed(path) if isinstance(part, str))
            message = f"the markup of '{field}' is shown as it is typed"
            hint = "this field has none: write it in plain letters, such as K⁺ or H₂O"
            node = replace(at, path=(*at.path, *path))
            yield Finding("shown-as-typed", message, node, hint)


def _entries(bank: Bank) -> Iterator[tuple[Any, Node]]:
    """Whatever has texts that are shown, and where it stands."""
    yield bank.header, Node(bank.header_file, ("bank",))
    for name, topic in bank.topics.items():
        yield topic, Node(bank.topic_files.get(name, ""), ("topics", name))
    for _, item in bank.items():
        yield item, bank.node(item)
    for entry, place in zip(bank.retired, bank.retired_places, strict=False):
        yield entry, bank.node_at(place)


def _placed(finding: Finding, at: Node, path: Path) -> Finding:
    found = finding.at
    assert isinstance(found, Node)  # noqa: S101 - for the type checker
    return replace(finding, at=replace(found, file=at.file, path=(*at.path, *path)))


def _markdown(bank: Bank) -> Iterator[tuple[Node, Path, str]]:
    """Every Markdown text: the entry that it stands in, the path there, the text."""
    for entry, at in _entries(bank):
        for path, text in texts(entry, markdown=True):
            yield at, path, text


def _images(bank: Bank) -> Iterator[tuple[Node, Path, str]]:
    """Every image that is no part of a text."""
    for _, item in bank.items():
        diagram = getattr(item, "diagram", None)
        if isinstance(diagram, Diagram) and diagram.image:
            yield bank.node(item), ("diagram", "image"), diagram.image
    if bank.header.pdf and bank.header.pdf.logo:
        yield Node(bank.header_file, ("bank",)), ("pdf", "logo"), bank.header.pdf.logo
