"""Straight quotes, `--` and `...` as the signs of print, in the Markdown itself.

Markdown in, Markdown out: what shows a text need not know, and code, formulas, addresses and the
paths of pictures stay as they are typed. markdown-it's own typographer pairs the quotes; what is
ours is to learn where in the source its text stands.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from markdown_it.rules_core.smartquotes import process_inlines
from markdown_it.token import Token

from prep_export.markdown.parser import CJK, Friendly, configured, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.utils import EnvType

_THIN: Final = "\N{NARROW NO-BREAK SPACE}"

Marks: TypeAlias = tuple[str, str, str, str]
"""Outer and inner quotes, each opening and closing."""

_ENGLISH: Final[Marks] = ("“", "”", "‘", "’")
MARKS: Final[dict[str, Marks]] = {
    "en": _ENGLISH,
    "bg": ("„", "“", "’", "’"),
    "cs": ("„", "“", "‚", "‘"),
    "da": ("“", "”", "‘", "’"),
    "de": ("„", "“", "‚", "‘"),
    "de-ch": ("«", "»", "‹", "›"),
    "el": ("«", "»", "“", "”"),
    "es": ("«", "»", "“", "”"),
    "fi": ("”", "”", "’", "’"),
    "fr": (f"«{_THIN}", f"{_THIN}»", "“", "”"),
    "fr-ch": ("«", "»", "‹", "›"),
    "hu": ("„", "”", "»", "«"),
    "it": ("«", "»", "“", "”"),
    "nb": ("«", "»", "‘", "’"),
    "nl": _ENGLISH,
    "no": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "pt": _ENGLISH,
    "pt-pt": ("«", "»", "“", "”"),
    "ro": ("„", "”", "«", "»"),
    "ru": ("«", "»", "„", "“"),
    "sk": ("„", "“", "‚", "‘"),
    "sv": ("”", "”", "’", "’"),
    "tr": _ENGLISH,
    "uk": ("«", "»", "„", "“"),
}
"""Outer and inner quotes of print by BCP 47 tag (CLDR 46). Languages that are not here have the
English ones; those of AS_TYPED have none."""

AS_TYPED: Final = frozenset({"ja", "ko", "zh"})
"""Languages whose fonts draw ’ and ” as wide as a letter, and whose own quotes 「」 nobody types by
accident: every sign stays as it is typed."""

_ANY_SIGN: Final = re.compile(r"'|\"|\.\.\.|--")
"""What a candidate has, found several times faster than one: most texts have none."""
_CANDIDATE: Final = re.compile(r"['\"]|\.\.\.|(?<![\s|:-])[ \t]*---?(?!-)|^---?[ \t]", re.MULTILINE)
"""What may be changed; the rule under a table's header is not worth a parse."""

_APOSTROPHE: Final = re.compile(
    r"(?<=[^\s(\[{<\"'\u2013\u2014-])'(?=(?:s|t|d|m|re|ve|ll)\b)|(?<!\w)'(?=\d\ds?\b(?!'))"
)
"""What no pair of quotes can mean: (RLHF)'s, the '90s."""

_SIGNS: Final = re.compile(
    r"(?P<em>(?<!-)---(?!-))|(?P<en>(?<!\S)--(?!\S)|(?<=[^\s(\[{<\"'“‹=/-])--(?=[^\s-]))"
    r"|(?P<dots>(?<!\.)\.\.\.(?!\.))"
)
_LEFT_OVER: Final = re.compile(r"(?<=\w)'|'(?=\w)")
_BY_NAME: Final = {"em": "—", "en": "–", "dots": "…"}
_WORD: Final = "x"
"""Stands for code, a formula or a picture, while quotes beside it are judged."""


class _Edit(NamedTuple):
    """Characters of a source, and what takes their place."""

    start: int
    end: int
    new: str


@lru_cache(maxsize=4096)
def printed(text: str, language: str) -> str:
    """A text of Markdown with the signs of print of a language (BCP 47)."""
    marks = marks_of(language)
    if marks is None or not _is_candidate(text) or "\r" in text or "\0" in text:
        return text
    if is_plain(text):
        return printed_plain(text, language)
    return _edited(text, _in_blocks(text, marks))


@lru_cache(maxsize=4096)
def printed_plain(text: str, language: str) -> str:
    """The same for a line in which Markdown means nothing."""
    marks = marks_of(language)
    if marks is None or not _is_candidate(text):
        return text
    return _edited(text, _in_line([Token("text", "", 0, content=text, meta={"at": 0})], marks))


def _is_candidate(text: str) -> bool:
    return bool(_ANY_SIGN.search(text) and _CANDIDATE.search(text))


def marks_of(language: str) -> Marks | None:
    """The outer and inner quotes of a language; None where all stays as it is typed."""
    tag = language.lower()
    while tag:
        if tag in AS_TYPED:
            return None
        if tag in MARKS:
            return MARKS[tag]
        tag = tag.rpartition("-")[0]
    return _ENGLISH


def _edited(text: str, edits: Iterator[_Edit]) -> str:
    parts: list[str] = []
    at = 0
    for edit in sorted(edits):
        parts += (text[at : edit.start], edit.new)
        at = edit.end
    return "".join([*parts, text[at:]])


class _Placed(Friendly):
    """Notes where in its line each text stands."""

    def pushPending(self) -> Token:  # noqa: N802 - theirs
        token = super().pushPending()
        # The text ends where the next token begins, or some signs of it before: `![`.
        token.meta = {"at": self.src.rfind(token.content, 0, self.pos)}
        return token


def _levels(state: StateInline) -> None:
    """markdown-it's `fragments_join` without the join, which would lose the places."""
    level = 0
    for token in state.tokens:
        level += min(token.nesting, 0)
        token.level = level
        level += max(token.nesting, 0)


@cache
def _parser() -> MarkdownIt:
    """A parser of blocks; their lines are left to who needs them."""
    md = configured(_Placed, cloze=True)
    md.inline.ruler2.at("fragments_join", _levels)
    md.disable(["inline", "numbers", "text_join"])
    return md


def _in_blocks(text: str, marks: Marks) -> Iterator[_Edit]:
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    ends = dict(enumerate(starts))  # in each line, where its next cell is looked for
    before = ""
    md = _parser()
    env: EnvType = {}
    for token in md.parse(text, env):
        if token.type == "inline" and token.map and token.content:
            first, content = token.map[0], token.content
            is_cell = before in {"th_open", "td_open"}
            after = ends[first]
            if is_cell:
                ends[first] = _end_of_cell(content, text, after)
            wanted = _is_candidate(content)
            children: list[Token] = []
            # A deletion that is not closed in its block reaches into the next one.
            if wanted or "{{" in content or "}}" in content:
                md.inline.parse(content, md, env, children)
            if wanted:
                places = (
                    _in_cell(content, text, after)
                    if is_cell
                    else _in_lines(content, lines[first:], starts[first:])
                )
                for start, end, new in _in_line(children, marks):
                    if places[start] >= 0:
                        yield _Edit(places[start], places[end - 1] + 1, new)
        before = token.type


def _in_lines(content: str, lines: Sequence[str], starts: Sequence[int]) -> list[int]:
    """The place in the text of each character of a block, whose marks its parser has taken off; -1
    where there is none."""
    places: list[int] = []
    for piece, line, start in zip(content.split("\n"), lines, starts, strict=False):
        core = piece.strip()
        at = line.rfind(core)
        indent = len(piece) - len(piece.lstrip())
        places += [start + at - indent + n if at >= 0 else -1 for n in range(len(piece))]
        places.append(-1)
    return places


def _raw(cell: str) -> str:
    """A cell of a table as it is typed."""
    return cell.replace("|", "\\|")


def _end_of_cell(content: str, text: str, after: int) -> int:
    at = text.find(_raw(content), after)
    return at + len(_raw(content)) if at >= 0 else after


def _in_cell(content: str, text: str, after: int) -> list[int]:
    """The same as _in_lines for a cell of a table."""
    raw = _raw(content)
    at = text.find(raw, after)
    return [at + n if at >= 0 else -1 for n, char in enumerate(raw) if raw[n : n + 2] != "\\|"]


_PAIRS: Final = SimpleNamespace(md=SimpleNamespace(options=SimpleNamespace(quotes="“”‹›")))
"""What process_inlines reads of a state: single characters, so that places stay what they are, and
none of them the apostrophe, which it puts of itself."""


def _in_line(children: Sequence[Token], marks: Marks) -> Iterator[_Edit]:
    """The edits of one block, by places in its content."""
    seen = [_seen(child) for child in children]
    typed = "".join(token.content for token in seen)
    shown = _APOSTROPHE.sub("’", typed)
    places: list[int] = []
    for token, child in zip(seen, children, strict=True):
        at, end = len(places), len(places) + len(token.content)
        token.content = shown[at:end]
        start = child.meta["at"] if token.type == "text" else None
        places += [-1 if start is None else start + n for n in range(end - at)]
    process_inlines(seen, _PAIRS)  # type: ignore[arg-type]  # it reads no more of it
    shown = _LEFT_OVER.sub("’", "".join(token.content for token in seen))
    new = {"’": "’", **dict(zip("“”‹›", marks, strict=True))}
    for at, (before, after) in enumerate(zip(typed, shown, strict=True)):
        if before != after and places[at] >= 0:
            yield _Edit(places[at], places[at] + 1, new[after])
    for match in _SIGNS.finditer(shown):
        start, end = places[match.start()], places[match.end() - 1] + 1
        if start >= 0 and end - start == len(match[0]):
            yield _Edit(start, end, _BY_NAME[match.lastgroup or ""])


def _seen(token: Token) -> Token:
    """A token as the pairing of quotes is to see it: as text only where quotes may be changed."""
    if token.type in {"softbreak", "hardbreak"}:
        return Token(token.type, "", 0, content="\n")
    if token.type in {"text", "text_special"}:
        placed = token.type == "text" and token.meta.get("at", -1) >= 0
        # Where no space stands between words, marks decide as they do beside brackets; and a space
        # within quotes is a part of them.
        content = CJK.sub("、", token.content).replace(_THIN, "、")
        return Token("text" if placed else "other", "", 0, level=token.level, content=content)
    stands = token.type in {"code_inline", "image"} or token.type.startswith("math")
    return Token("other", "", 0, level=token.level, content=_WORD if stands else "")
