"""HTML of a card's field to Markdown, by markdownify, with Anki's math and our pictures."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from bs4.element import NavigableString
from markdownify import MarkdownConverter

from prep_export.importing.clean import BLOCKS, CONTROL, clean, tree, unescaped
from prep_export.markdown.links import is_allowed
from prep_export.markdown.widths import is_width

if TYPE_CHECKING:
    from collections.abc import Callable

    from bs4 import Tag

    from prep_export.importing.losses import Lose

    Picture = Callable[[str, Lose], str | None]
    """The path in the bank of a picture of the package; None where it cannot be carried."""

_OPENING: Final = {"\\(": "\\)", "\\[": "\\]", "[$]": "[/$]", "[$$]": "[/$$]"}
_TOKEN: Final = re.compile(r"(?P<code></?(?:pre|code)\b)|\\[()\[\]]|\[/?\$\$?\]", re.IGNORECASE)
_LATEX: Final = re.compile(r"\[/?latex\]", re.IGNORECASE)
_SOUND: Final = re.compile(r"\[sound:([^\[\]<>]{1,500})\]")
_LINE_ENDS: Final = re.compile("\r\n?|\u2028|\u2029|\x85")
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_MARKED: Final = re.compile(
    rf"(?P<before>(?<!\d)\d+)?{_OPEN}(?P<number>\d{{1,6}}){_CLOSE}(?P<after>\d*)(?=(?P<next>{_OPEN}?))"
)
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_BLANK_IN_CODE: Final = "\ufdd2"
"""Stands in an empty line of code until the others are counted."""
_SPACES: Final = re.compile(r"[ \t\n\r\f\v]+")
"""White space that means no more than a space; a no-break space is meant."""
_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~ ]")
_BLOCK_MARK: Final = re.compile(r"[ ]*(?:[-+*>#|]|\d+[.)]|```|---)(?:\s|$)|\|", re.MULTILINE)


def escaped(text: str) -> str:
    """Plain text as Markdown that shows it."""
    return re.sub(r"([\\`*_{}\[\]<>$~^&|])", r"\\\1", text)


def to_markdown(
    html: str,
    picture: Picture,
    lose: Lose,
    *,
    line: bool = False,
    styled: frozenset[str] = frozenset(),
) -> str:
    """Markdown of a field, of one line if asked.

    What has no form in Markdown is said to `lose`, the look of CSS classes in `styled` too.
    """
    html = CONTROL.sub("", _LINE_ENDS.sub("\n", html))
    for name in _SOUND.findall(html):
        lose("sound", name)
    html = _SOUND.sub(" ", html)
    if _LATEX.search(html):
        lose("[latex], kept as text")
    formulas: list[str] = []
    soup = tree(_hide_math(html, formulas, lose), lose)
    clean(soup, lose, styled, line=line)
    converter = _Converter(
        bullets="-",
        heading_style="ATX",
        newline_style="BACKSLASH",
        escape_misc=True,
        strip_pre=None,
        code_language_callback=lambda el: el.get("data-language", ""),
    )
    converter.picture, converter.lose, converter.formulas = picture, lose, formulas
    text = converter.fill(converter.convert_soup(soup))
    if line:
        return _SPACES.sub(" ", CONTROL.sub("", text)).strip()
    text = _BLANK_LINES.sub("\n\n", "\n".join(part.rstrip() for part in text.split("\n"))).strip()
    return CONTROL.sub("", text.replace(_BLANK_IN_CODE, ""))


def _hide_math(html: str, formulas: list[str], lose: Lose) -> str:
    """The HTML with a mark for each formula outside code. Linear, whatever opens and never ends."""
    parts: list[str] = []
    at = code = 0
    opened: re.Match[str] | None = None
    for token in _TOKEN.finditer(html):
        if token["code"]:
            code = max(0, code + (-1 if token.group().startswith("</") else 1))
            opened = None
        elif code:
            continue
        elif token.group() in _OPENING:
            opened = token
        elif opened is not None and token.group() == _OPENING[opened.group()]:
            latex = html[opened.end() : token.start()]
            formula = _formula(latex, inline=opened.group() in {"\\(", "[$]"}, lose=lose)
            parts.append(html[at : opened.start()])
            if formula is not None:
                parts.append(formula and f"{_OPEN}{len(formulas)}{_CLOSE}")
                formulas.append(formula)
            else:
                parts.append(latex)
            at, opened = token.end(), None
    return "".join([*parts, html[at:]])


_WHOLE_CLOZE: Final = re.compile(r"\s*(\{\{c\d+::)((?:(?!::|\}\}).)*)(\}\})\s*", re.DOTALL)


def _formula(html: str, *, inline: bool, lose: Lose) -> str | None:
    """A formula as our Markdown writes it; None for one that it cannot hold."""
    latex = " ".join(unescaped(re.sub(r"<[^<>]*>", " ", html)).split())
    if "$" in latex.replace("\\$", ""):
        lose("a formula with a dollar sign in it, kept as text")
        return None
    if not latex:
        return ""
    mark = "$" if inline else "$$"
    whole = _WHOLE_CLOZE.fullmatch(latex)
    if whole:  # Anki hides within formulas too, a bank hides whole ones
        return f"{whole[1]}{mark}{whole[2].strip()}{mark}{whole[3]}"
    return f"{mark}{latex}{mark}"


class _Converter(MarkdownConverter):
    picture: Picture
    lose: Lose
    formulas: list[str]

    def fill(self, text: str, change: Callable[[str], str] = str) -> str:
        """The text with its formulas in place of their marks.

        A digit beside the dollars would make them no formula, so it goes inside.
        """

        def formula(match: re.Match[str]) -> str:
            number = int(match["number"])
            made = change(self.formulas[number]) if number < len(self.formulas) else ""
            before, after = match["before"] or "", match["after"]
            if made.startswith("$") and not made.startswith("$$"):
                after = f"{{}}{after}" if after else ""
                made = f"${before}{made[1:-1]}{after}$"
                before = after = ""
            return f"{before}{made}{after}{' ' if match['next'] else ''}"

        return _MARKED.sub(formula, text)

    def escape(self, text: str, parent_tags: set[str]) -> str:
        if "_noformat" in parent_tags:
            return text
        made: str = super().escape(text, parent_tags)  # type: ignore[misc]  # not in its stubs
        return re.sub(r"([$^])", r"\\\1", made)

    def _marked(self, el: Tag, text: str, mark: str, parent_tags: set[str]) -> str:
        """Text between marks where they can be read, by CommonMark's rules for emphasis."""
        if "_noformat" in parent_tags:
            return text
        if "\n\n" in text or _BLOCK_MARK.match(text.strip()):
            parts = re.split(r"\n{2,}", text.strip("\n"))
            if any(_BLOCK_MARK.match(part) for part in parts):
                self.lose(f"{_MARKS[mark]} around a list or the like, kept as text")
                return text
            return "\n\n" + "\n\n".join(_between(part, mark) for part in parts) + "\n\n"
        core = text.strip()
        if not core:
            return text
        start, end = text[: text.index(core[0])], text[len(text.rstrip()) :]
        if not start and _is_word(_beside(el, forward=False)):
            edge = _EDGE_START.match(core)
            start, core = (edge.group(), core[edge.end() :]) if edge else (start, core)
        if not end and _is_word(_beside(el, forward=True)):
            at = _end_of_words(core)
            core, end = core[:at], core[at:]
        if not core:
            return start + end
        clash = (not start and _is_word(_beside(el, forward=False)) and _is_mark(core[0])) or (
            not end and _is_word(_beside(el, forward=True)) and _is_mark(core[-1])
        )
        if clash:
            self.lose(f"{_MARKS[mark]} that Markdown cannot end there, kept as text")
            return start + core + end
        return f"{start}{mark}{core}{mark}{end}"

    def convert_b(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._marked(el, text, "**", parent_tags)

    def convert_i(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._marked(el, text, "*", parent_tags)

    def convert_s(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._marked(el, text, "~~", parent_tags)

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._raised(el, text, "~", parent_tags)

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._raised(el, text, "^", parent_tags)

    def _raised(self, el: Tag, text: str, mark: str, parent_tags: set[str]) -> str:
        """Sub- and superscripts hold plain words, with each space escaped."""
        words = " ".join(el.get_text().split())
        if not words:
            return text
        held = not el.find(["img", "sub", "sup", "code"]) and not _HELD_APART.search(words)
        if "_noformat" in parent_tags or not held:
            self.lose(f"a {_MARKS[mark]} that Markdown cannot hold, kept as text")
            return text
        return mark + _PUNCTUATION.sub(r"\\\g<0>", words) + mark

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_noformat" in parent_tags or not text.strip():
            return text
        url = str(el.get("href") or "").strip()
        if not is_allowed(url):
            if url:
                self.lose("a link that leads nowhere outside, kept as text", url[:60])
            return text
        url = re.sub(r"[\s<>\\]", lambda match: f"%{ord(match.group()):02X}", url)
        if el.get_text().strip() == url:
            return f"<{url}>"
        shown = f"<{url}>" if re.search(r"[()]", url) else url
        core = " ".join(text.split())
        start, end = (" " if edge.isspace() else "" for edge in (text[0], text[-1]))
        return f"{start}[{core}]({shown}){end}"

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del text
        if "_inline" in parent_tags:
            return " "
        return "\n\n" if "paragraph" in el.get_attribute_list("class") else "\\\n"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del text
        said = " ".join(str(el.get("alt") or "").split())
        alt = _OPENS_ADDRESS.sub("", said.translate(_IN_LABEL))
        path = self.picture(str(el.get("src") or ""), self.lose)
        if path is None:
            return self.escape(alt, parent_tags)
        shown = path if re.fullmatch(r"[\w./-]+", path, re.ASCII) else f"<{path}>"
        return f"![{alt}]({shown}){_width(el)}"

    def convert_code(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.replace("|", "\\|") if {"td", "th"} & parent_tags else text
        made: str = super().convert_code(el, text, parent_tags)  # type: ignore[misc]
        return made

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        lines = text.split("\n")
        while lines and not lines[-1].strip(" "):
            lines.pop()
        first = next((number for number, one in enumerate(lines) if one.strip(" ")), 0)
        text = "\n".join(one or _BLANK_IN_CODE for one in lines[first:])
        made: str = super().convert_pre(el, text, parent_tags)  # type: ignore[misc]
        longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
        if longest > 2:  # noqa: PLR2004 - a fence has three
            made = made.replace("\n\n```", "\n\n" + "`" * (longest + 1), 1)
            made = made[: made.rindex("```")] + "`" * (longest + 1) + "\n\n"
        return made

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del parent_tags
        text = text.strip()
        if not text:
            return "\n"
        number = el.get("value") if el.parent is not None and el.parent.name == "ol" else None
        bullet = f"{number}. " if number else "- "
        lines = text.split("\n")
        rest = [f"{' ' * len(bullet)}{line}" if line else "" for line in lines[1:]]
        return "\n".join([bullet + lines[0], *rest]) + "\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del parent_tags
        if el.get("rowspan", "1") != "1" or el.get("colspan", "1") != "1":
            self.lose("merged cells of a table")
        text = self.fill(text, lambda formula: formula.replace("|", "\\|"))
        return f" {_SPACES.sub(' ', text).strip()} |" + " |" * (_span(el) - 1)

    convert_th = convert_td

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del el
        if {"td", "th"} & parent_tags:
            self.lose("a table in a table, kept as text")
            cells = re.sub(r"(?<!\\)\|", " ", text)
            return f" {cells} "
        return f"\n\n{text.strip()}\n\n"

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del parent_tags
        table = el.find_parent("table")
        if table is None or table.find("tr") is not el:
            return f"|{text}\n"
        cells = el.find_all(["td", "th"], recursive=False)
        rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
        width = max(sum(_span(c) for c in r.find_all(["td", "th"], recursive=False)) for r in rows)
        marks = [mark for cell in cells for mark in [_alignment(cell)] * _span(cell)]
        marks += ["---"] * (width - len(marks))
        rule = f"| {' | '.join(marks)} |\n"
        headed = all(cell.name == "th" for cell in cells) or (
            el.parent is not None and el.parent.name == "thead"
        )
        if headed:
            return f"|{text}{' |' * (width - len(cells))}\n{rule}"
        return f"|{' |' * max(width, 1)}\n{rule}|{text}\n"


def _width(el: Tag) -> str:
    """The width of a picture, where it has one: by its style, or as Anki's editor drags it."""
    styled = re.search(r"(?:^|;)width:([^;]+)", str(el.get("style") or "").replace(" ", "").lower())
    given = str(el.get("width") or "").strip()
    width = styled[1] if styled else f"{given}px" if given.isdecimal() else given
    return f"{{width={width}}}" if is_width(width) else ""


_IN_LABEL: Final = str.maketrans({"[": "(", "]": ")", "\\": None, "`": "'"})
_OPENS_ADDRESS: Final = re.compile(r"<(?=[a-zA-Z])")
"""What would end the description of a picture too early."""
_MARKS: Final = {
    "**": "bold",
    "*": "italics",
    "~~": "strikethrough",
    "~": "subscript",
    "^": "superscript",
}
_HELD_APART: Final = re.compile(rf"{_OPEN}|\{{\{{c\d|\}}\}}")
"""Formulas and deletions, which no sub- or superscript can hold."""
_EDGE: Final = r"(?:\\[!-/:-@\[-`{-~]|[^\w\s\\`*_\[\]!$<>~^&\ufdd0\ufdd1])+"
_EDGE_START: Final = re.compile(_EDGE)
_MARKUP: Final = frozenset(f"\\`*_[]!$<~^&{_OPEN}{_CLOSE}")


def _end_of_words(text: str) -> int:
    """Where the punctuation begins that ends a text, and is no markup."""
    at = len(text)
    while (
        at
        and _is_mark(text[at - 1])
        and text[at - 1] not in _MARKUP
        and text[at - 2 : at - 1] != "\\"
    ):
        at -= 1
    return at


def _between(text: str, mark: str) -> str:
    return f"{mark}{text.strip()}{mark}" if text.strip() else ""


def _beside(el: Tag, *, forward: bool) -> str:
    """The character that stands beside an element, empty at the edge of its block."""
    at: Any = el
    while True:
        sibling = at.next_sibling if forward else at.previous_sibling
        while isinstance(sibling, NavigableString) and not sibling:
            sibling = sibling.next_sibling if forward else sibling.previous_sibling
        if sibling is None:
            at = at.parent
            if at is None or at.name in BLOCKS:
                return ""
            if at.name in {"b", "i", "s", "a"}:
                return "*"
            continue
        if isinstance(sibling, NavigableString):
            return str(sibling)[0 if forward else -1]
        if sibling.name in BLOCKS or sibling.name == "br":
            return ""
        if sibling.name in {"b", "i", "s", "sub", "sup", "a", "code", "img"}:
            return "*"
        text = sibling.get_text()
        if text:
            return str(text[0 if forward else -1])
        at = sibling


def _is_mark(character: str) -> bool:
    """Whether CommonMark takes a character for punctuation."""
    return unicodedata.category(character)[0] in "PS" or character in {_OPEN, _CLOSE}


def _is_word(character: str) -> bool:
    return bool(character) and not character.isspace() and not _is_mark(character)


def _span(cell: Tag) -> int:
    text = str(cell.get("colspan", "1"))
    return max(1, min(50, int(text))) if re.fullmatch("[0-9]{1,4}", text) else 1


def _alignment(cell: Tag) -> str:
    style = str(cell.get("style", "")).replace(" ", "").lower()
    where = re.search(r"(?:^|;)text-align:(left|right|center)", style)
    side = where.group(1) if where else str(cell.get("align", "")).lower()
    return {"left": ":---", "right": "---:", "center": ":---:"}.get(side, "---")
