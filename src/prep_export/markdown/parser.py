"""The one Markdown parse: CommonMark, tables, dollar math, strikes, scripts, cloze deletions."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline, image
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from prep_export.markdown.numbers import align_numbers
from prep_export.markdown.widths import sized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.utils import EnvType

MAX_NESTING: Final = 20
"""Levels of quotes and lists, as markdown-it counts them (a list counts twice)."""

_PLAIN: Final = re.compile(r"(?![-+*#>=~\s\d|])[^\\`*_\[\]<&${|~^\n\t\r\0]*")
_CLOZE_OPEN: Final = re.compile(r"\{\{c([0-9]+)::")
_DIGITS: Final = 9
"""Of a cloze's number, enough to see that it is none."""

_CALCULATION: Final = re.compile(
    r"\^(?=[^\s^]*\^\w)[^\s^+=/<>]*[+=/<>]|~(?=[^\s~]*~\w)[^\s~+=/<>,\u2013\u2014-]*[+=/<>,\u2013\u2014-]"
)
"""`x^2+y^2` and `~5-~10`: signs that their author did not mean as marks."""

CJK: Final = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffee"
    "\U0001b000-\U0001b16f\U00020000-\U0003fffd]"
)
"""Chinese, Japanese and Korean, with their punctuation."""


@cache
def markdown(*, cloze: bool = False) -> MarkdownIt:
    """The parser; raw HTML is text, and every link is parsed so that bad ones can be reported."""
    return configured(Friendly, cloze=cloze)


def configured(state: type[StateInline], *, cloze: bool) -> MarkdownIt:
    """A parser of its own, whose lines are read by states of a class."""
    md = MarkdownIt("commonmark", {"html": False, "typographer": False, "maxNesting": 100})
    md.inline = _read_by(state, md.inline)
    md.enable(["table", "strikethrough"])
    sub_plugin(md)
    superscript_plugin(md)
    md.inline.ruler.before("sup", "calculation", _calculation)
    # `$5 and $10` is not math: no space inside the dollars, no digit after the closing one.
    dollarmath_plugin(
        md, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True
    )
    md.inline.ruler.at("math_inline", _math)
    md.core.ruler.push("numbers", align_numbers)
    md.inline.ruler.at("image", sized(image))
    md.disable(["html_block", "html_inline"])
    md.validateLink = lambda _url: True  # type: ignore[method-assign,assignment]  # documented
    if cloze:
        md.inline.ruler.before("escape", "cloze", _cloze)
    return md


def is_plain(text: str) -> bool:
    """Whether a text is one line in which no character means anything to Markdown or a cloze."""
    return _PLAIN.fullmatch(text) is not None and text == text.strip() != ""


def _words(text: str) -> Token:
    return Token("text", "", 0, content=text)


_KEPT: Final = 2_000
"""Texts whose tokens are kept: a check and a card, or several layouts of a sheet, ask for the same.
More than a bank for people has of those that are not plain (LLM interviews: 800, 10 MB), and
bounded memory where there are thousands; with less than a bank has, nothing is found again."""


@lru_cache(maxsize=_KEPT)
def parse(text: str, *, cloze: bool = False) -> Sequence[Token]:
    """Block tokens of a text. They are shared: nobody changes them."""
    if is_plain(text):
        words = _words(text)
        inline = Token("inline", "", 0, map=[0, 1], level=1, children=[words], content=text)
        inline.block = True
        return [
            Token("paragraph_open", "p", 1, map=[0, 1], block=True),
            inline,
            Token("paragraph_close", "p", -1, block=True),
        ]
    return markdown(cloze=cloze).parse(text)


def parse_inline(text: str) -> list[Token]:
    """Inline tokens of one line: the children of markdown-it's single 'inline' token."""
    if is_plain(text):
        return [_words(text)]
    return markdown().parseInline(text)[0].children or []


class Friendly(StateInline):
    """Emphasis beside Chinese, Japanese and Korean, which are written without spaces.

    CommonMark takes `**` in `**“甲”**的` for no end, as a mark stands before it and no space after.
    Where one of the neighbours is CJK, marks do not decide: the proposal at
    https://github.com/tats-u/markdown-cjk-friendly.
    """

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - theirs
        scanned = super().scanDelims(start, canSplitWord)
        end = start + scanned.length
        before = self.src[max(start - 1, 0) : start]
        after = self.src[end : min(end + 1, self.posMax)]
        if canSplitWord and (CJK.match(before) or CJK.match(after)):
            return Scanned(bool(after.strip()), bool(before.strip()), scanned.length)
        return scanned


class _Inline(ParserInline):
    state: type[StateInline]

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = self.state(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _read_by(state: type[StateInline], inline: ParserInline) -> ParserInline:
    """The parser of lines with its rules, for states of ours."""
    ours = _Inline()
    ours.state, ours.ruler, ours.ruler2 = state, inline.ruler, inline.ruler2
    return ours


_DOLLARS: Final = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)


def _math(state: StateInline, silent: bool) -> bool:
    """The plugin's rule, which looks at the character before a dollar; for a line's first one, that
    would be the line's last, and `$n$ is at least 5` no math."""
    if state.pos or state.src[0] != "$":
        return bool(_DOLLARS(state, silent))
    state.src, state.pos, state.posMax = f" {state.src}", 1, state.posMax + 1
    found = bool(_DOLLARS(state, silent))
    state.src, state.pos, state.posMax = state.src[1:], state.pos - 1, state.posMax - 1
    return found


def _calculation(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "^~" or not _CALCULATION.match(state.src, state.pos):
        return False
    if not silent:
        state.pending += state.src[state.pos]
    state.pos += 1
    return True


def _cloze(state: StateInline, silent: bool) -> bool:
    """`{{c1::`, `::` before a hint and `}}`, as tokens.

    As tokens, because code and math are read before: `}}` in `{{c1::$x^{a_{1}}$}}` belongs to the
    formula, where a search for text would end the deletion (Obsidian_to_Anki #292).
    """
    source, at = state.src, state.pos
    # In how many links each open deletion began: a link's own `::` is no hint, nor `}}` the end.
    # And whether its hint has begun: what follows, `::` too, is the hint.
    opened: list[tuple[int, bool]] = state.env.setdefault("clozes", [])
    level, hinted = opened[-1] if opened else (None, False)
    within = level == state.linkLevel
    opening = _CLOZE_OPEN.match(source, at)
    if opening:
        kind, length = "cloze_open", len(opening.group())
    elif within and source.startswith("}}", at):
        kind, length = "cloze_close", 2
    elif within and not hinted and source.startswith("::", at):
        kind, length = "cloze_hint", 2
    else:
        return False
    if not silent:
        token = state.push(kind, "", 0)
        token.content = source[at : at + length]
        if opening:
            token.meta = {"number": int(opening.group(1)[:_DIGITS])}
            opened.append((state.linkLevel, False))
        elif kind == "cloze_close":
            opened.pop()
        else:
            opened[-1] = (state.linkLevel, True)
    state.pos += length
    return True


def walk(tokens: Sequence[Token]) -> list[Token]:
    """All tokens in order, inline ones in place of their containers."""
    flat: list[Token] = []
    for token in tokens:
        if token.type == "inline":
            flat += walk(token.children or [])
        else:
            flat.append(token)
            if token.children and token.type == "image":
                continue
    return flat


def source(token: Token) -> str:
    """The path of an image, as the file is called: Markdown hands over a URL's form of it."""
    return unquote(attribute(token, "src"))


def attribute(token: Token, name: str) -> str:
    """An attribute of a token as text; empty when it has none."""
    value: Any = token.attrs.get(name, "")
    return str(value)
