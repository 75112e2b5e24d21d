"""The document: what stands where, its style, its script, and what it may load: nothing."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Final

from prep_export import hues
from prep_export.exporters.site.article import Articles
from prep_export.exporters.site.compact import compact_css, compact_html
from prep_export.exporters.site.font import font_face
from prep_export.exporters.site.frame import contents, masthead, section, tools, words
from prep_export.exporters.site.pictures import Pictures
from prep_export.exporters.site.plan import Place, plan
from prep_export.exporters.site.script import script
from prep_export.exporters.workers import each
from prep_export.labels import direction_of, labels
from prep_export.markdown.mathml import characters, without_styles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prep_export.bank.model import Bank
    from prep_export.exporters.base import Progress


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page."""

    html: str
    counts: Mapping[str, int]


_PART: Final = 200
"""Items made at a time: by one worker, and between two steps of the progress bar."""


def page(bank: Bank, progress: Progress, *, served: str = "", keep: bool = False) -> Page:
    """The study page of a bank.

    `served` is what a server adds to its head: elements that load from it, and may ask it. `keep`
    is whether the cache folder is used.
    """
    said = labels(bank.header.language, bank.header.labels)
    pictures = Pictures(bank.root)
    articles = Articles(bank, said, pictures.address)
    places = plan(bank, said)
    made = _made(places, articles, progress)
    body = [section(place, "".join(islice(made, len(place.entries))), articles) for place in places]
    if bank.retired:
        gone = Place("part-retired", said["site-retired"])
        body.append(section(gone, articles.retired(bank.retired), articles))
    html, declared = without_styles(
        f"{tools(bank, said)}"
        f'<div class="page">\n{masthead(bank, places, articles)}{contents(places, said)}'
        f'<main id="read">\n{"".join(body)}</main>\n'
        f'<main id="practice" hidden></main>\n<main id="interview" hidden></main>\n</div>\n'
        f"{words(bank, said)}"
    )
    html, shown = pictures.inside(html)
    if not served:  # a server is in a hurry, and sends it nowhere
        html = compact_html(html)
    style = _style(html, declared, keep=keep)
    code = script()
    policy = _policy(style, code, served=bool(served))
    header = bank.header
    version = f' data-version="{escape(header.version)}"' if header.version else ""
    head = (
        f'<!doctype html>\n<html lang="{escape(header.language)}" '
        f'dir="{direction_of(header.language)}" data-bank="{header.id}"{version}>\n<head>\n'
        f'<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n'
        f'<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(header.title)}</title>\n"
        f'<link rel="icon" href="{_ICON}">\n'
        f"<style>{style}</style>\n{served}</head>\n<body>\n"
    )
    foot = f'<script type="module">{code}</script>\n' if code else ""
    drills = sum(len(item.drills) for _, item in bank.items())
    counts = {"items": sum(1 for _ in bank.items()), "drills": drills, "pictures": shown}
    return Page(f"{head}{html}{foot}</body>\n</html>\n", counts)


def _made(places: Sequence[Place], articles: Articles, progress: Progress) -> Iterator[str]:
    """The HTML of all items, in the order of the places."""
    entries = [(name, item, place.number > 0) for place in places for name, item in place.entries]

    def work(start: int) -> list[str]:
        return [
            articles.article(name, item, at_home=at_home)
            for name, item, at_home in entries[start : start + _PART]
        ]

    starts = range(0, len(entries), _PART)
    for start, part in zip(starts, each(work, starts, len(entries)), strict=True):
        progress(min(start + _PART, len(entries)), len(entries))
        yield from part


_ICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect "
    "width='16' height='16' rx='3' fill='%230b5c8a'/%3E%3Cpath d='M4 5h8M4 8h8M4 11h5' "
    "stroke='%23fff' stroke-width='1.6'/%3E%3C/svg%3E"
)
"""Without one, browsers ask the server for it."""


def _style(html: str, declared: Mapping[str, str], *, keep: bool) -> str:
    rules = [font_face(characters(html), keep=keep), _css()]
    rules += [f"\n.{name} {{ {style} }}" for name, style in declared.items()]
    return "".join(rules)


_PAPER: Final = ("#fbfbf9", "#191d23")
_TINT: Final = (0.08, 0.14)
"""The grounds by day and by night, as in the file, and how much of a colour its tint has."""


@cache
def _css() -> str:
    """The files beside this one, with the chapters' colours for both themes."""
    day, night = [], []
    for number, hue in enumerate(hues.HUES, start=1):
        tints = [
            hues.mixed(colour, ground, share)
            for colour, ground, share in zip((hue.day, hue.night), _PAPER, _TINT, strict=True)
        ]
        day.append(f".pe-c{number} {{ --accent: {hue.day}; --tint: {tints[0]}; }}")
        night.append(f".pe-c{number} {{ --accent: {hue.night}; --tint: {tints[1]}; }}")
    text = "".join(
        (files(__package__) / name).read_text(encoding="utf-8")
        for name in ("style.css", "controls.css", "interview.css")
    )
    before, _, rest = text.partition("/* night */")
    dark, _, after = rest.partition("/* end of night */")
    dark = dark.strip() + "\n" + "\n".join(night)
    return compact_css(
        f"{before}{after}\n" + "\n".join(day) + "\n"
        f"@media screen and (prefers-color-scheme: dark) {{\n"
        f"{_within(dark, ':root:not([data-theme=light])')}\n}}\n"
        f"@media screen {{\n{_within(dark, ':root[data-theme=dark]')}\n}}\n"
    )


def _within(rules: str, root: str) -> str:
    """Rules for what stands within a root; `:root` is the root itself."""
    return f"{root} {{\n{rules.replace(':root', '&')}\n}}"


def _policy(style: str, code: str, *, served: bool) -> str:
    """What the page may do: its own style and script, pictures and fonts that are in it; with a
    server behind it, what comes from there too."""
    own = " 'self'" if served else ""
    scripts = (f"{_hash(code)}{own}" if code else own.strip()) or "'none'"
    return (
        f"default-src 'none'; style-src {_hash(style)}{own}; script-src {scripts}; "
        f"img-src data:; font-src data:; {f'connect-src{own}; ' if served else ''}"
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
