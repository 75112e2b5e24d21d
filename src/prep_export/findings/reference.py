"""What each code means, from the page that describes them all: docs/findings.md, which travels in
the wheel. There is no other text of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prep_export.findings.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.findings.codes import Severity

_ENTRY: Final = re.compile(
    r"^### `([a-z0-9-]+)` \((?:error|warning)\)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL
)
_LINK: Final = re.compile(r"\]\((?!https?:)([^()\s]+)\)")
_SENTENCE: Final = re.compile(r".*?(?=[.:](?:\s|$))")
_LINKED: Final = re.compile(r"\[([^]]*)\]\([^)]*\)")
_FENCED: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PAGE: Final = "findings.md"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means, why it is wrong, an example, and the remedy."""

    code: str
    severity: Severity
    markdown: str

    @property
    def reason(self) -> str:
        """Its first paragraph, on one line, without links; code keeps its backticks."""
        return _LINKED.sub(r"\1", " ".join(self.markdown.split("\n\n", 1)[0].split()))

    @property
    def sentence(self) -> str:
        """The first sentence of the reason, without its full stop."""
        match = _SENTENCE.match(self.reason)
        return match[0] if match else self.reason

    @property
    def anchor(self) -> str:
        """Where it stands in docs/: page and heading."""
        return f"{PAGE}#{self.code}-{self.severity}"

    def linked(self, folder: str) -> str:
        """Its Markdown with links that lead from anywhere; `folder` is the address of docs/."""
        parts, end = [], 0
        for fence in _FENCED.finditer(self.markdown):
            parts += [_linked(self.markdown[end : fence.start()], folder), fence[0]]
            end = fence.end()
        return "".join([*parts, _linked(self.markdown[end:], folder)])


def _linked(text: str, folder: str) -> str:
    def whole(match: re.Match[str]) -> str:
        target = PAGE + match[1] if match[1].startswith("#") else match[1]
        return f"]({folder}{target})"

    return _LINK.sub(whole, text)


@cache
def explanations() -> Mapping[str, Explanation]:
    """Every code with its explanation, in the order of the page."""
    found = {code: body.strip() for code, body in _ENTRY.findall(_page())}
    return {
        code: Explanation(code, severity, found[code])
        for code, severity in sorted(CODES.items(), key=lambda one: [*found].index(one[0]))
    }


def _page() -> str:
    """The page as it travels in the wheel; in a checkout, that of its docs/ folder."""
    inside = files("prep_export") / "_docs" / PAGE
    if inside.is_file():
        return inside.read_text(encoding="utf-8")
    return (Path(__file__).resolve().parents[3] / "docs" / PAGE).read_text(encoding="utf-8")
