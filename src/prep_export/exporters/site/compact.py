"""HTML, CSS and JavaScript without what only their authors need: fewer bytes, the same page.

Of HTML goes what the standard lets go: the end of a paragraph before the next one, quotes around
a word, line ends between blocks. The script is a library's work.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import minify_html

_BLOCK: Final = (
    "article|blockquote|details|div|figure|footer|h[1-6]|header|hr|main|nav|ol|p|pre|section"
    "|table|ul"
)
_CODE: Final = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
_OPTIONAL: Final = re.compile(
    rf"</p>(?=\s*</?(?:{_BLOCK}|li|td)\b)"
    r"|</li>(?=\s*(?:<li\b|</[ou]l>))"
    r"|</t[dh]>(?=\s*(?:<t[dh]\b|</tr>))"
    r"|</tr>(?=\s*(?:<tr\b|</t(?:body|head)>))"
    r"|</thead>(?=\s*<tbody\b)"
    r"|</tbody>(?=\s*</table>)"
)
"""Ends of elements that may be left out (HTML, 13.1.2.4)."""
_LINE_END: Final = re.compile(rf"(</?(?:{_BLOCK}|li|summary|thead|tbody|tr|t[dh])\b[^>]*>)\n+")
_TAG: Final = re.compile(r'<[a-z][^<>"]*"[^<>]*>')
_ATTRIBUTE: Final = re.compile(r'="([\w:.#%/?&;,+~!()*-]*[\w:.#%?&;,+~!()*-])"(?=[ >])', re.ASCII)
_TEXT: Final = re.compile(r'("[^"]*")')
_SPACED: Final = re.compile(r"\s*([{};,])\s*|(?<=:)\s+")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_SCRIPT_COMMENT: Final = re.compile(r"^[ \t]*//[^\n]*$|/\*\*.*?\*/", re.DOTALL | re.MULTILINE)
"""A line of its own, or a type: the library would keep both."""


_PURE: Final = "/* @__PURE__ */ "
"""What the library tells other tools that make scripts smaller."""


def compact_html(html: str) -> str:
    """A page's elements; blocks of code are kept as they are."""
    pieces = _CODE.split(html)
    for at in range(0, len(pieces), 2):
        pieces[at] = _OPTIONAL.sub("", _LINE_END.sub(r"\1", pieces[at]))
    bare = cache(_bare_tag)  # most tags of a page occur again and again
    return _TAG.sub(lambda tag: bare(tag[0]), "".join(pieces))


def _bare_tag(tag: str) -> str:
    """A tag without quotes around what has no spaces."""
    return _ATTRIBUTE.sub(r"=\1", tag)


def compact_css(css: str) -> str:
    """A style sheet without comments, indents, empty lines, and spaces around its marks."""
    lines = (line.strip() for line in _COMMENT.sub("", css).splitlines())
    pieces = _TEXT.split("\n".join(line for line in lines if line))
    pieces[::2] = [_SPACED.sub(_mark, piece) for piece in pieces[::2]]
    return "".join(pieces).replace(";}", "}")


def _mark(found: re.Match[str]) -> str:
    return found[1] or ""


def compact_script(code: str) -> str:
    """A module of ours in fewer characters; names outside of functions stay.

    The page around it is no text for the library: it might read an author's words otherwise than
    browsers do.
    """
    code = _SCRIPT_COMMENT.sub("", code)
    made = minify_html.minify(f'<script type="module">{code}</script>', minify_js=True)
    return made[made.index(">") + 1 : made.rindex("</")].replace(_PURE, "")
