"""The JSON document of a bank: docs/exchange.md describes it, field by field."""

from __future__ import annotations

import errno
import json
import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.model import Diagram
from prep_export.bank.plain import plain_bank
from prep_export.bank.texts import texts
from prep_export.markdown.parser import parse, source, walk
from prep_export.paths import inside, read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep_export.bank.model import Bank

FORMAT: Final = "prep-export bank"
VERSION: Final = 1
"""Rises when a reader of older documents would misread a newer one, not with each new field."""
MAX_FILE: Final = 64 * 1024 * 1024
"""Bytes of a file that a bank names: what `validate` allows a font, the largest of them."""

_NOT_IN_YAML: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that JSON takes as they are and YAML does not: a document's `content`, cut out, is a
bank file."""


def document(bank: Bank) -> dict[str, Any]:
    """Everything of a bank, as JSON can hold it. Raises OSError for a file that is gone."""
    return {
        "format": FORMAT,
        "format_version": VERSION,
        **({"part": bank.part} if bank.part else {}),
        "content": plain_bank(bank),
        "files": {name: _content(bank.root, name) for name in sorted(set(_named(bank)))},
    }


def text_of(document: dict[str, Any]) -> str:
    """A document as text, ready for UTF-8."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"


def _content(root: str, name: str) -> str:
    path = inside(root, name)
    content = read_regular(path, MAX_FILE) if path else None
    if content is None:
        raise OSError(errno.EINVAL, "it is too large, or outside the bank's folder", name)
    return b64encode(content).decode("ascii")


def _named(bank: Bank) -> Iterator[str]:
    """The files that a bank names, by their paths from its folder."""
    if bank.header.pdf:
        yield from bank.header.pdf.fonts
        if bank.header.pdf.logo:
            yield bank.header.pdf.logo
    items = (item for _, item in bank.items())
    for entry in (bank.header, *bank.topics.values(), *items, *bank.retired):
        for path, text in texts(entry, markdown=True):
            if "![" in text:
                tokens = walk(parse(text, cloze=path[0] == "drills" and path[-1] == "text"))
                yield from (source(one) for one in tokens if one.type == "image")
        diagram = getattr(entry, "diagram", None)
        if isinstance(diagram, Diagram):
            yield diagram.image
