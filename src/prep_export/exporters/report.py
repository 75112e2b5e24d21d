"""The address at which a card is reported: its frame in the template, its values in fields.

So a new address changes one template, not every note, and a new version changes nothing that
learners have (docs/decisions.md). Both sides are percent-encoded by RFC 3986.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS: Final = {"id": "{{Id}}", "title": "{{Title in link}}", "version": "{{Version}}"}
"""What fills the names of an address. An id has only letters, digits, hyphens and the slash before
a drill, which may stand in an address as they are."""
_NAME: Final = re.compile(r"{(id|title|version)}")
_ADDRESS: Final = "!#$%&'()*+,/:;=?@[]~"
"""What an address is built of beside letters, digits and '-._'; '%' is encoded already."""
_LONGEST: Final = 120
"""Characters of a title: mail programs and GitHub take addresses of a few thousand bytes, and one
character may become twelve."""


def in_address(text: str) -> str:
    """A text as it stands in an address, whatever it holds; cut where it is long."""
    cut = f"{text[: _LONGEST - 1].rstrip()}…" if len(text) > _LONGEST else text
    return quote(cut, safe="")


def report_link(address: str | None, label: str) -> str:
    """The link of a template, with a label that is HTML; empty where nothing takes reports."""
    if not address:
        return ""
    frame = "".join(
        _FIELDS[piece] if place % 2 else escape(quote(piece, safe=_ADDRESS))
        for place, piece in enumerate(_NAME.split(address))
    )
    return f'<a class="pe-report" href="{frame}">{label}</a>'


def filled(address: str, values: Mapping[str, str]) -> str:
    """The address for one item: `values` by the names of an address."""
    return "".join(
        in_address(values[piece]) if place % 2 else quote(piece, safe=_ADDRESS)
        for place, piece in enumerate(_NAME.split(address))
    )


_LINK: Final = re.compile(r'<a class="pe-report" href="([^"<>]*)">')


def report_address(template: str) -> str | None:
    """The address whose link a template holds, as a bank states it; None where it has none."""
    found = _LINK.search(template)
    if found is None:
        return None
    address = unescape(found.group(1))
    for name, field in _FIELDS.items():
        address = address.replace(field, f"{{{name}}}")
    return address
