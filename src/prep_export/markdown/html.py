"""Markdown to the HTML of an Anki field."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML

from prep_export.markdown import highlight
from prep_export.markdown.links import is_allowed
from prep_export.markdown.long_math import is_long
from prep_export.markdown.parser import attribute, is_plain, markdown, parse, source
from prep_export.markdown.together import together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

    MediaName = Callable[[str], str]


TOGETHER: Final = "pe-nb"
"""Class of what no line end may part, for CSS and for whoever reads a card back."""
LONG: Final = "pe-long"
"""Class of a displayed formula that is too wide for a phone."""


def no_media(path: str) -> str:
    """Names images as the author wrote them."""
    return path


def in_quotes(text: str) -> str:
    """A text as it stands in an attribute with double quotes; single ones cost nothing there."""
    return escape(text, quote=False).replace('"', "&quot;")


def render(text: str, media: MediaName = no_media, *, cloze: bool = False) -> str:
    """HTML of a text of blocks. `media` maps an image's path to its name in the collection."""
    if not cloze and is_plain(text):
        return f"<p>{escapeHtml(text)}</p>"
    tokens = parse(text, cloze=cloze)
    env = {"media": media, "in_cloze": 0, "cloze": cloze}
    return _renderer().render(tokens, markdown().options, env).strip()


def render_line(text: str, media: MediaName = no_media) -> str:
    """HTML of one line, without a paragraph around it."""
    if is_plain(text):
        return escapeHtml(text)
    tokens = markdown().parseInline(text)
    env = {"media": media, "in_cloze": 0, "cloze": False}
    return _renderer().render(tokens, markdown().options, env)


@cache
def _renderer() -> Html:
    return Html()


class Html(RendererHTML):
    """markdown-it's renderer with our rules; a method's name is the token type that it renders."""

    coloured: frozenset[str] | None = None
    """Classes of code that are written; None for all of them."""
    piece = "span"
    """The element of a piece of code with a class."""

    def renderInline(  # noqa: N802 - theirs
        self, tokens: Sequence[Token], options: OptionsDict, env: EnvType
    ) -> str:
        return super().renderInline(together(tokens), options, env)

    def together_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return f'<span class="{TOGETHER}">'

    def together_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return "</span>"

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        del options
        return _guard(escapeHtml(tokens[idx].content), env)

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        del options
        token = tokens[idx]
        language = highlight.language_of(token.info)
        return _guard(code_block(token.content, language, self.coloured, self.piece), env)

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options
        return _guard(code_block(tokens[idx].content, ""), env)

    def code_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options
        return f"<code>{_guard(escape(tokens[idx].content), env)}</code>"

    def math_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options
        return rf"\({_math(tokens[idx].content, env)}\)"

    def math_inline_double(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options
        return rf"\[{_math(tokens[idx].content, env)}\]"

    def math_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options
        latex = tokens[idx].content.strip()
        opening = f'<p class="{LONG}">' if is_long(latex) else "<p>"
        return f"{opening}\\[{_math(latex, env)}\\]</p>\n"

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return '<div class="table"><table>\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return "</table></div>\n"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        del options
        token = tokens[idx]
        name = env["media"](source(token))
        width = attribute(token, "width")
        style = f' style="width:{width}"' if width else ""
        return _guard(f'<img src="{escape(name)}" alt="{escape(token.content)}"{style}>', env)

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options
        url = attribute(tokens[idx], "href")
        env.setdefault("links", []).append(is_allowed(url))
        return _guard(f'<a href="{escape(url)}">', env) if is_allowed(url) else ""

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options
        return "</a>" if env["links"].pop() else ""

    def cloze_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del options
        env["in_cloze"] += 1
        return tokens[idx].content

    def cloze_hint(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options, env
        return "::"

    def cloze_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        del tokens, idx, options
        env["in_cloze"] -= 1
        return "}}"


def _math(latex: str, env: Any) -> str:
    """LaTeX for MathJax. Inside a deletion `}}` would end it, so the braces are set apart; Anki's
    own delimiters inside a formula would end the formula."""
    latex = latex.strip().replace("\n", " ")
    if env["in_cloze"]:
        while "}}" in latex:
            latex = latex.replace("}}", "} }")
        latex = latex.replace("::", ": :")
    return _no_opening(escape(latex, quote=False), env)


def _guard(html: str, env: Any) -> str:
    """What is no mark of a deletion must not end it or open a hint."""
    if env["in_cloze"]:
        html = html.replace("}", "&#125;").replace("::", ":&#58;")
    return _no_opening(html, env)


def _no_opening(html: str, env: Any) -> str:
    """What is not a deletion for us, as in code or behind a backslash, must be none for Anki."""
    return html.replace("{{", "{&#123;") if env["cloze"] else html


@lru_cache(maxsize=4096)
def code_block(
    code: str, language: str, coloured: frozenset[str] | None = None, piece: str = "span"
) -> str:
    """A block of code with the classes that its tokens have."""
    runs: list[tuple[str, str]] = []
    for found, text in highlight.tokens(code, language):
        name = found if coloured is None or found in coloured else ""
        if runs and runs[-1][0] == name == "":
            runs[-1] = ("", runs[-1][1] + text)
        else:
            runs.append((name, text))
    spans = "".join(
        f'<{piece} class="{name}">{escape(text, quote=False)}</{piece}>'
        if name
        else escape(text, quote=False)
        for name, text in runs
    )
    # The language is for whoever reads the deck back; the look needs only the classes.
    named = f' data-language="{escape(language)}"' if language else ""
    return f'<pre class="code"{named}><code>{spans.rstrip()}</code></pre>\n'
