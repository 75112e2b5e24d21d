"""What the fonts of a PDF cannot show: known from a bank's texts, before anything is laid out.

A layout tells its fonts every text that it sets, and they remember what they lack. So does this,
without a layout; a test holds that both come to the same. The fonts, and with them reportlab, are
loaded only where a text has a character beyond those that all of them are known to have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias
from unicodedata import category, name

from prep_export.bank.texts import texts
from prep_export.errors import ExporterError
from prep_export.findings.finding import Finding, Location, Node
from prep_export.findings.places import resolve
from prep_export.labels import labels
from prep_export.markdown.images import ImageError, Images
from prep_export.markdown.parser import parse, parse_inline, source, walk
from prep_export.svg.paper import labels as svg_labels
from prep_export.svg.tree import parse as parse_svg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prep_export.bank.model import Bank
    from prep_export.exporters.pdf.engine.fonts import Fonts
    from prep_export.findings.codes import Code, WarningCode

_KNOWN: Final = re.compile(
    "[\t\n\r\x20-\x7e\xa0-\u024f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u0400-\u045f"
    "\u2000-\u2022\u2026\u2030-\u203a\u20ac\u2100-\u214f\u2190-\u21ea\u2200-\u23ff\u2500-\u26ff]*"
)
"""Characters that need no look at a font (a test holds that the fonts show them)."""

_NAMED: Final = 20
"""Characters that are named one by one; of more, their scripts are."""

_PLACES: Final = 3

_NEVER_ON_PAPER: Final = frozenset({"alt", "deck"})
_OTHER_LABELS: Final = frozenset(
    {"ask-term", "retired", "replaced-by", "delete-retired", "hint", "report-card"}
)
"""Words of cards alone; those of the study page begin with `site-`, of release notes `release-`."""


def _is_printed(label: str) -> bool:
    return label not in _OTHER_LABELS and not label.startswith(("site-", "release-"))


def check(bank: Bank) -> list[Finding]:
    """Warnings for what the PDFs of a bank cannot show."""
    shown = list(_shown(bank))
    if not shown and not (bank.header.pdf and bank.header.pdf.fonts):
        return []
    unfit = _unfit(bank, shown)
    if unfit:
        return unfit
    fonts = _asked(bank, shown)
    return [] if fonts is None else _findings(bank, shown, fonts.missing, fonts.unshaped)


def _unfit(bank: Bank, shown: Sequence[Shown]) -> list[Finding]:
    """Fonts that looked sound when the bank was read, and are not to the library that sets PDFs."""
    found = []
    characters = sorted({char for one in shown for char in one.text})
    for index, reference in enumerate(bank.header.pdf.fonts if bank.header.pdf else ()):
        from prep_export.exporters.pdf.engine.fonts import unfit

        problem = unfit(bank.root, reference, characters)
        if problem:
            at = Node(bank.header_file, ("bank", "pdf", "fonts", index))
            hint = "name another file of the font, or save it anew from a font editor"
            path = str(Path(bank.root) / reference)
            found.append(Finding("unusable-font", problem, at, hint, concerns=(path,)))
    return resolve(found)


def missing_glyphs(bank: Bank, fonts: Fonts) -> list[Finding]:
    """Those of `check` that one layout has met, whose fonts these are."""
    if not fonts.missing and not fonts.unshaped:
        return []
    shown = list(_shown(bank))
    asked = _asked(bank, shown)
    missing, unshaped = dict(fonts.missing), dict(fonts.unshaped)
    if asked is not None:
        missing, unshaped = {**asked.missing, **missing}, {**asked.unshaped, **unshaped}
    met = fonts.missing.keys() | fonts.unshaped.keys()
    return _findings(bank, shown, missing, unshaped, met)


def _asked(bank: Bank, shown: Sequence[Shown]) -> Fonts | None:
    """The fonts of a bank's documents, asked for every text; nothing where they cannot be used."""
    from prep_export.exporters.pdf.engine.fonts import TEXT, Fonts

    try:
        fonts = Fonts(bank.root, bank.header.pdf.fonts if bank.header.pdf else ())
    except ExporterError:  # a finding of its own
        return None
    for one in shown:
        fonts.runs(TEXT, one.text)
    return fonts


# What a bank shows on paper


class Shown(NamedTuple):
    """A text, where it stands, and the warnings that its entry ignores."""

    at: Node
    text: str
    ignored: tuple[WarningCode, ...] = ()


def _shown(bank: Bank) -> Iterator[Shown]:
    """Texts with characters that the fonts may lack, as they are seen, and where they stand."""
    language = Node(bank.header_file, ("bank", "language"))
    for label, text in labels(bank.header.language).items():
        if _is_printed(label) and label not in bank.header.labels and _is_odd(text):
            yield Shown(language, text)
    for label, text in bank.header.labels.items():
        if _is_printed(label) and _is_odd(text):
            yield Shown(Node(bank.header_file, ("bank", "labels", label)), text)
    images = Images(bank.root)
    yield from _of_entry(bank.header, Node(bank.header_file, ("bank",)), images)
    if bank.header.pdf and bank.header.pdf.logo:
        logo = bank.header.pdf.logo
        yield from _of_picture(logo, Node(bank.header_file, ("bank", "pdf", "logo")), images)
    for topic, body in bank.topics.items():
        at = Node(bank.topic_files.get(topic, ""), ("topics", topic))
        yield from _ignoring(body.ignore, _of_entry(body, at, images))
    for _, item in bank.items():
        yield from _ignoring(item.ignore, _of_entry(item, bank.node(item), images))
        diagram = getattr(item, "diagram", None)
        if diagram is not None:
            at = bank.node(item, "diagram", "image")
            yield from _ignoring(item.ignore, _of_picture(diagram.image, at, images))


def _ignoring(codes: tuple[WarningCode, ...], shown: Iterator[Shown]) -> Iterator[Shown]:
    return (one._replace(ignored=codes) for one in shown)


def _is_odd(text: str) -> bool:
    return _KNOWN.fullmatch(text) is None


def _of_entry(entry: object, at: Node, images: Images) -> Iterator[Shown]:
    odd = [
        (path, text)
        for path, text in texts(entry)
        if (_is_odd(text) or "&" in text or "![" in text) and path[-1] not in _NEVER_ON_PAPER
    ]
    if not odd:
        return
    marked = {path for path, _ in texts(entry, markdown=True)}
    for path, text in odd:
        node = replace(at, path=(*at.path, *path))
        if path not in marked:
            if _is_odd(text):
                yield Shown(node, text)
            continue
        is_cloze = path[0] == "drills" and path[-1] == "text"
        tokens = parse(text, cloze=is_cloze) if is_cloze or "\n" in text else parse_inline(text)
        for token in walk(tokens):
            if token.type == "image":
                yield from _of_picture(source(token), node, images)
            elif not token.type.startswith("math") and _is_odd(token.content):
                yield Shown(node, token.content)


def _of_picture(reference: str, at: Node, images: Images) -> Iterator[Shown]:
    for text in labels_of_picture(reference, images):
        if _is_odd(text):
            yield Shown(at, text)


def labels_of_picture(reference: str, images: Images) -> Iterator[str]:
    """The texts of an SVG that is sound; none of other pictures."""
    try:
        image = images.find(reference)
    except ImageError:
        return
    if image.is_svg and (not image.content.isascii() or b"&" in image.content):
        yield from svg_labels(parse_svg(image.content))


# What is said of it

_Group: TypeAlias = "tuple[Code, str]"
"""A code, and the character or the script that it is said of."""


def _findings(
    bank: Bank,
    shown: Sequence[Shown],
    missing: Mapping[str, None],
    unshaped: Mapping[str, None],
    met: Iterable[str] | None = None,
) -> list[Finding]:
    """One finding for each character, or script, of those that have been `met`; None for all."""
    lacking = [char for char in missing if char not in unshaped]
    group_of: dict[str, _Group] = {char: ("unshaped-script", _named(char)) for char in unshaped}
    many = len(lacking) > _NAMED
    group_of |= {char: ("missing-glyph", _script(char) if many else char) for char in lacking}
    chars: dict[_Group, list[str]] = defaultdict(list)
    for char, group in group_of.items():
        chars[group].append(char)
    counts: dict[_Group, int] = defaultdict(int)
    places: dict[_Group, list[Node]] = defaultdict(list)
    elsewhere: set[_Group] = set()
    for at, text, ignored in shown:
        for char in text:
            if char in group_of:
                group = group_of[char]
                if group[0] in ignored:
                    elsewhere.add(group)
                    continue
                counts[group] += 1
                if len(places[group]) < _PLACES and _is_new(at, places[group]):
                    places[group].append(replace(at, needle=char))
    asked = set(chars) if met is None else {group_of[char] for char in met}
    asked -= elsewhere - counts.keys()
    asked = {group for group in asked if group[0] not in bank.header.ignore}
    language = Node(bank.header_file, ("bank", "language"))
    # Found together, so that each file is read once; the number brings them apart again.
    numbered = list(asked)
    found: dict[int, list[Location]] = defaultdict(list)
    for finding in resolve(
        Finding(group[0], str(number), node)
        for number, group in enumerate(numbered)
        for node in places[group] or [language]
    ):
        found[int(finding.message)].append(finding.location)
    return resolve(
        _finding(group, chars[group], counts[group], found[number])
        for number, group in enumerate(numbered)
    )


def _is_new(at: Node, places: Sequence[Node]) -> bool:
    return all((at.file, at.path) != (other.file, other.path) for other in places)


def _finding(group: _Group, chars: Sequence[str], count: int, at: Sequence[Location]) -> Finding:
    """A finding at the first of the places, which names the others."""
    code, what = group
    times = "once" if count <= 1 else f"{count:,} times"
    lines = dict.fromkeys((place.path, place.line) for place in at)
    also = "".join(f", {path}:{line}" for path, line in list(lines)[1:])
    message = f"{_message(code, what, chars)} ({times}{also})"
    concerns = tuple(place.path for place in at[1:])
    return Finding(code, message, at[0], _HINTS[code], concerns=concerns)


def _message(code: Code, what: str, chars: Sequence[str]) -> str:
    if code == "unshaped-script":
        return f"the PDFs set {what} letter by letter from left to right, not as it is written"
    if len(chars) == 1:
        return f"no font of the PDFs has '{chars[0]}' (U+{ord(chars[0]):04X})"
    some = ", ".join(f"'{char}'" for char in chars[:_PLACES])
    more = ", …" if len(chars) > _PLACES else ""
    return f"no font of the PDFs has {len(chars):,} characters of {what}: {some}{more}"


_HINTS: Final[Mapping[Code, str]] = {
    "missing-glyph": "name a font that has it in the header, pdf: {fonts: [media/font.ttf]}; "
    "the deck is not affected",
    "unshaped-script": "the deck is not affected: leave the PDFs out (build --format anki)",
}


def _script(char: str) -> str:
    """The script of a letter as Unicode's names have it; signs are one."""
    if category(char)[0] not in "LM":
        return "signs"
    script = _named(char)
    return "Chinese characters" if script == "Cjk" else script


def _named(char: str) -> str:
    return name(char, "other scripts").partition(" ")[0].title()
