"""HTML of a card's field to Markdown, by markdownify, with Anki's math and our pictures."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

if TYPE_CHECKING:
    from collections.abc import Callable

_MATH: Final = re.compile(
    r"\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\]"
    r"|\[\$\$\](?P<old_display>.*?)\[/\$\$\]|\[\$\](?P<old_inline>.*?)\[/\$\]",
    re.DOTALL,
)
_CODE: Final = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_MARK: Final = "zqmathzq{}zq"
_MARKED: Final = re.compile(r"zqmathzq(\d+)zq")
_DROPPED: Final = {
    "audio": "sound",
    "video": "video",
    "script": "a script",
    "iframe": "a frame",
    "canvas": "a drawing",
    "svg": "an inline drawing",
    "input": "an input",
}
"""Elements that a card can hold and Markdown cannot."""
_SOUND: Final = re.compile(r"\[sound:([^\]]+)\]")
_BLOCKS: Final = re.compile(r"\n{3,}")
_SIGNS: Final = re.compile(r"[$^]")
"""Marks of ours that the converter does not know."""


def _between(mark: str, text: str) -> str:
    text = re.sub(r"\s+", r"\\ ", text.strip())
    return f"{mark}{text}{mark}" if text else ""


class _Converter(MarkdownConverter):
    picture: Callable[[str], str]

    def escape(self, text: str, parent_tags: set[str]) -> str:
        escaped: str = super().escape(text, parent_tags)  # type: ignore[misc]  # not in its stubs
        return escaped if "_noformat" in parent_tags else _SIGNS.sub(r"\\\g<0>", escaped)

    def convert_sub(self, el: Any, text: str, parent_tags: set[str]) -> str:
        del el, parent_tags
        return _between("~", text)

    def convert_sup(self, el: Any, text: str, parent_tags: set[str]) -> str:
        del el, parent_tags
        return _between("^", text)

    def convert_img(self, el: Any, text: str, parent_tags: set[str]) -> str:
        del text, parent_tags
        return f"![{el.get('alt', '')}]({self.picture(el.get('src', ''))})"


def to_markdown(html: str, picture: Callable[[str], str], losses: list[str] | None = None) -> str:
    """Markdown of a field. `picture` maps the name of a picture to its path in the bank; what has
    no form in Markdown is named in `losses`."""
    formulas: list[str] = []
    html = _outside_code(html, lambda part: _hide_math(part, formulas))
    soup = BeautifulSoup(html, "html.parser")
    if losses is not None:
        losses += [what for tag, what in _DROPPED.items() if soup.find(tag)]
        losses += [f"sound '{name}'" for name in _SOUND.findall(html)]
    for element in soup.find_all(["style", "script"]):
        element.decompose()
    converter = _Converter(
        bullets="-",
        heading_style="ATX",
        newline_style="BACKSLASH",
        escape_misc=True,
        code_language_callback=lambda el: el.get("data-language", ""),
    )
    converter.picture = picture
    text: str = converter.convert_soup(soup)
    text = _MARKED.sub(lambda match: formulas[int(match.group(1))], _SOUND.sub("", text))
    return _BLOCKS.sub("\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip()


def _outside_code(html: str, change: Callable[[str], str]) -> str:
    parts, at = [], 0
    for match in _CODE.finditer(html):
        parts += [change(html[at : match.start()]), match.group()]
        at = match.end()
    return "".join([*parts, change(html[at:])])


def _hide_math(html: str, formulas: list[str]) -> str:
    def hide(match: re.Match[str]) -> str:
        inline = match["inline"] or match["old_inline"]
        latex = unescape(
            re.sub(r"<[^>]*>", " ", inline or match["display"] or match["old_display"] or "")
        )
        latex = " ".join(latex.split())
        formulas.append(f"${latex}$" if inline else f"$${latex}$$")
        return _MARK.format(len(formulas) - 1)

    return _MATH.sub(hide, html)
