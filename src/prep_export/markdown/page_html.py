"""Markdown to the HTML of a web page: formulas as MathML, deletions as elements, no style at all.

A page forbids styles of elements (its Content-Security-Policy), so that columns are aligned and
pictures sized by classes. Its elements have short names, since a page is sent as it is: `i` and `b`
stand for what has no meaning of its own, such as a colour of code, and an `i` with no class for
what no line end parts.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from markdown_it.common.utils import escapeHtml

from prep_export.markdown.html import Html, in_quotes, no_media
from prep_export.markdown.mathml import mathml
from prep_export.markdown.parser import attribute, is_plain, markdown, parse, source
from prep_export.markdown.together import SHORT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

    MediaName = Callable[[str], str]

COLOURED: Final = frozenset(
    """
    c c1 ch cm k kc kd kn kr kt l m mf mh mi na nb nc nd nf nt ow s s1 s2 sa sd se si
    """.split()
)
"""Classes of code that have a colour; others would make a page longer for nothing."""
WIDTH_STEP: Final = 5
"""Percent between two classes for widths of pictures: `pe-w50`, `pe-w55`."""
_HEADINGS: Final = 4
"""Levels of a page above the headings in an author's text."""
_LOWEST: Final = 6
_ALIGNED: Final = re.compile(r"text-align:(left|right|center)")


def render(text: str, media: MediaName = no_media, *, cloze: bool = False) -> str:
    """HTML of a text of blocks. `media` gives the address of an image by its path."""
    if not cloze and is_plain(text):
        return f"<p>{_words(text)}</p>"
    return _rendered(text, cloze) if "![" not in text else _render(text, media, cloze)


@lru_cache(maxsize=8192)
def _rendered(text: str, cloze: bool) -> str:
    """A text without pictures, which gives the same wherever it stands: kept for who builds a page
    again and again."""
    return _render(text, no_media, cloze)


def _render(text: str, media: MediaName, cloze: bool) -> str:
    tokens = parse(text, cloze=cloze)
    return _renderer().render(tokens, markdown().options, _env(media)).strip()


def render_line(text: str, media: MediaName = no_media) -> str:
    """HTML of one line, without a paragraph around it."""
    if is_plain(text):
        return _words(text)
    return _rendered_line(text) if "![" not in text else _render_line(text, media)


@lru_cache(maxsize=8192)
def _rendered_line(text: str) -> str:
    """A line without pictures, kept as above."""
    return _render_line(text, no_media)


def _render_line(text: str, media: MediaName) -> str:
    return _renderer().render(markdown().parseInline(text), markdown().options, _env(media))


def _env(media: MediaName) -> dict[str, Any]:
    # No deletion for Anki is written, so nothing need be kept from being taken for one.
    return {"media": media, "in_cloze": 0, "cloze": False}


@cache
def _renderer() -> PageHtml:
    return PageHtml()


class PageHtml(Html):
    """The renderer of cards with what a page does otherwise."""

    coloured = COLOURED
    piece = "i"

    def renderInline(  # noqa: N802 - theirs
        self, tokens: Sequence[Token], options: OptionsDict, env: EnvType
    ) -> str:
        return super().renderInline(nested(tokens), options, env)

    def together_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return "<i>"

    def together_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return "</i>"

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        del options, env
        return _words(tokens[idx].content)

    def strong_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return "<b>"

    def strong_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return "</b>"

    def math_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options, env
        return mathml(tokens[idx].content, display=False)

    def math_inline_double(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options, env
        return f'<span class="display">{mathml(tokens[idx].content, display=True)}</span>'

    def math_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options, env
        return f'<div class="display">{mathml(tokens[idx].content, display=True)}</div>\n'

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options, env
        return f"<h{_level(tokens[idx].tag)}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options, env
        return f"</h{_level(tokens[idx].tag)}>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        del options, env
        return _cell("th", tokens[idx])

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        del options, env
        return _cell("td", tokens[idx])

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        del options
        token = tokens[idx]
        width = _width(attribute(token, "width"))
        address = in_quotes(env["media"](source(token)))
        return f'<img src="{address}" alt="{escape(token.content)}"{width}>'

    def cloze_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return '<span class="cloze"><span class="gap">'

    def cloze_hint(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return '</span><span class="cloze-hint">'

    def cloze_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return "</span></span>"


def _words(text: str) -> str:
    """Text as HTML, in which short words in two parts stay on one line."""
    html = escapeHtml(text)
    # Few texts have a sign that parts words, and the search is slow without one.
    return SHORT.sub(r"<i>\g<0></i>", html) if "-" in html or "/" in html else html


def nested(tokens: Sequence[Token]) -> Sequence[Token]:
    """Inline tokens without the marks that begin inside a deletion and end outside, as in
    `**a {{c1::b** c}}`: elements cannot overlap."""
    if not any(token.type == "cloze_open" for token in tokens):
        return tokens
    opened: list[tuple[int, int]] = []
    drop: set[int] = set()
    region = regions = 0
    for number, token in enumerate(tokens):
        if token.type in {"cloze_open", "cloze_hint"}:
            region = regions = regions + 1
        elif token.type == "cloze_close":
            region = 0
        elif token.nesting == 1:
            opened.append((number, region))
        elif token.nesting == -1 and opened:
            first, began = opened.pop()
            if began != region:
                drop |= {first, number}
    return [token for number, token in enumerate(tokens) if number not in drop]


def _level(tag: str) -> int:
    return min(int(tag[1:]) + _HEADINGS, _LOWEST)


def _cell(tag: str, token: Token) -> str:
    found = _ALIGNED.search(attribute(token, "style"))
    return f'<{tag} class="{found[1][0]}">' if found else f"<{tag}>"


def _width(width: str) -> str:
    """The attribute for a width as an author writes it: of the column, by a class; or a length."""
    if not width:
        return ""
    if width.endswith("%"):
        step = max(1, round(float(width[:-1]) / WIDTH_STEP)) * WIDTH_STEP
        return f' class="pe-w{step}"'
    pixels = {"mm": 96 / 25.4, "cm": 96 / 2.54, "px": 1.0, "pt": 96 / 72}[width[-2:]]
    return f' width="{max(1, round(float(width[:-2]) * pixels))}"'
