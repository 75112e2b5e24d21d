"""The server's own pages, and what it adds to a study page. In English, as the command is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from prep_export.findings.finding import summary
from prep_export.serving.cards import SIDES
from prep_export.serving.placing import address
from prep_export.serving.products import PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prep_export.serving.cards import Deck, Entry
    from prep_export.serving.desk import Desk, Shown

WIDTHS: Final = (360, 900)
"""CSS pixels of a phone and of a window."""

_HEIGHT: Final = 700
"""Of a frame, in the same, until it is as high as its card: by it pictures are bounded."""

ASSETS: Final = {
    "serve.js": "text/javascript; charset=utf-8",
    "serve.css": "text/css; charset=utf-8",
    "cards.js": "text/javascript; charset=utf-8",
}
"""Files of ours, by the last part of their address, with their types."""


def head(prefix: str, version: int) -> str:
    """What a page gets: the script that hears of news, and the style of what it shows."""
    return (
        f'<link rel="stylesheet" href="/assets/serve.css">\n'
        f'<script type="module" src="/assets/serve.js" id="serve-script" '
        f'data-prefix="{escape(prefix)}" data-version="{version}"></script>\n'
    )


def about(shown: Shown, prefix: str, editor: str) -> dict[str, Any]:
    """What the script shows on a page: findings with their places, and where else to go."""
    return {
        "version": shown.version,
        "judged": shown.judged,
        "summary": summary(shown.findings),
        "sound": shown.sound,
        "failure": shown.failure,
        "links": [
            {"title": title, "address": f"{prefix}/{name}"}
            for name, title in (
                ("", "Study page"),
                ("cards", "Cards"),
                *((name, product.title) for name, product in PRODUCTS.items()),
            )
        ],
        "findings": [
            {
                "severity": finding.severity,
                "code": finding.code,
                "message": finding.message,
                "hint": finding.hint,
                "place": f"{at.path}:{at.line}:{at.column}",
                "address": address(editor, at) if editor else "",
                "excerpt": (at.excerpt or "").strip()[:200],
                "item": item,
            }
            for finding, item in zip(shown.findings, shown.items, strict=True)
            if (at := finding.location)
        ],
    }


def document(title: str, body: str, extra: str = "") -> str:
    """A page of ours."""
    return (
        f'<!doctype html>\n<html lang="en" class="serve-own">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n{extra}</head>\n<body>\n{body}</body>\n</html>\n"
    )


def message(title: str, text: str) -> str:
    """A page that says one thing."""
    return document(title, f"<main>\n<h1>{escape(title)}</h1>\n<p>{escape(text)}</p>\n</main>\n")


def banks(desks: Sequence[Desk]) -> str:
    """The list of several banks."""
    items = "".join(
        f'<li><a href="{escape(desk.prefix)}/">{escape(_title(desk))}</a> '
        f"<code>{escape(desk.path)}</code> {escape(summary(desk.shown.findings))}</li>\n"
        for desk in desks
    )
    body = f"<main>\n<h1>Banks</h1>\n<ul>\n{items}</ul>\n</main>\n"
    return document("prep-export", body, '<link rel="stylesheet" href="/assets/serve.css">\n')


def _title(desk: Desk) -> str:
    bank = desk.shown.bank
    return bank.header.title if bank else desk.path


def nothing_yet(desk: Desk) -> str:
    """In place of the page of a bank that has never given one; its script shows why."""
    text = (
        f"<main>\n<h1>{escape(desk.path)}</h1>\n"
        "<p>This bank gives no page yet. Mend what stands above, save, and it appears here.</p>\n"
        "</main>\n"
    )
    return document(desk.path, text, head(desk.prefix, desk.shown.version))


def cards(desk: Desk, deck: Deck) -> str:
    """The list of all cards."""
    sections: dict[str, list[Entry]] = {}
    for entry in deck.entries.values():
        sections.setdefault(entry.section, []).append(entry)
    lists = "".join(
        f"<h2>{escape(name)}</h2>\n<ul>\n{''.join(_listed(desk, one) for one in entries)}</ul>\n"
        for name, entries in sections.items()
    )
    body = (
        f'<main class="serve-cards">\n<h1>Cards</h1>\n'
        f'<p><label>Find <input id="find" type="search" autocomplete="off"></label></p>\n'
        f"{lists}</main>\n"
    )
    return document(f"Cards · {_title(desk)}", body, _card_head(desk))


def _listed(desk: Desk, entry: Entry) -> str:
    _, slash, drill = entry.id.partition("/")
    name = f"/{drill}" if slash else entry.id
    return (
        f'<li id="{entry.id}"{_DRILL if slash else ""}>'
        f'<a href="{escape(desk.prefix)}/card/{entry.id}"><code>{name}</code></a> '
        f"{escape(entry.title)}</li>\n"
    )


_DRILL: Final = ' class="serve-drill"'


def card(desk: Desk, deck: Deck, entry: Entry) -> str:
    """Every card of a note, both sides, by day and by night, on a phone and in a window."""
    ids = list(deck.entries)
    place = ids.index(entry.id)
    before, after = ids[place - 1 : place] if place else [], ids[place + 1 : place + 2]
    links = "".join(
        f'<a rel="{rel}" href="{escape(desk.prefix)}/card/{one}">{escape(words)}</a> '
        for rel, words, found in (("prev", "← previous", before), ("next", "next →", after))
        for one in found
    )
    item, _, _ = entry.id.partition("/")
    frames = "".join(
        f"<section>\n<h2>{escape(name)}</h2>\n{_frames(desk, entry, number)}</section>\n"
        for number, name in enumerate(entry.names)
    )
    body = (
        f'<main class="serve-card" data-item="{item}">\n<nav>{links}'
        f'<a href="{escape(desk.prefix)}/cards#{entry.id}">all cards</a> '
        f'<a href="{escape(desk.prefix)}/#{item}">on the study page</a></nav>\n'
        f"<h1><code>{entry.id}</code> {escape(entry.title)}</h1>\n{frames}</main>\n"
    )
    return document(f"{entry.id} · {_title(desk)}", body, _card_head(desk))


def _frames(desk: Desk, entry: Entry, number: int) -> str:
    rows = []
    for side in SIDES:
        for theme in ("day", "night"):
            source = (
                f"{escape(desk.prefix)}/face/{entry.id}?card={number}&side={side}&theme={theme}"
            )
            frames = "".join(
                f'<iframe class="serve-w{width}" width="{width}" height="{_HEIGHT}" loading="lazy" '
                f'sandbox="allow-same-origin" title="{side}, {theme}, {width} pixels" '
                f'src="{escape(source)}"></iframe>\n'
                for width in WIDTHS
            )
            rows.append(f'<div class="serve-row"><h3>{side}, {theme}</h3>\n{frames}</div>\n')
    return "".join(rows)


def _card_head(desk: Desk) -> str:
    script = '<script type="module" src="/assets/cards.js"></script>\n'
    return head(desk.prefix, desk.shown.version) + script
