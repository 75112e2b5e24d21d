"""What stands around the items: the bar of tools, the title, the contents, chapters, words."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from prep_export import hues
from prep_export.bank.model import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prep_export.bank.model import Bank
    from prep_export.exporters.site.article import Articles
    from prep_export.exporters.site.plan import Place
    from prep_export.labels import LabelName

VIEWS: Final = ("read", "practice", "interview")
_CURRENT: Final = ' aria-current="page"'


def tools(bank: Bank, said: Mapping[LabelName, str]) -> str:
    """What is at hand everywhere; all but the link to the text needs script, and waits for it."""
    views = "".join(
        f'<button type="button" data-view="{name}"{_CURRENT if name == VIEWS[0] else ""}>'
        f"{_said(said, f'site-{name}')}</button>"
        for name in VIEWS
    )
    return (
        f'<a class="skip" href="#read">{_said(said, "site-skip")}</a>\n'
        f'<header class="bar scripted">\n<p class="brand">{escape(bank.header.title)}</p>\n'
        f'<nav id="views" aria-label="{_said(said, "site-views")}">{views}</nav>\n'
        f'<div class="find" role="search"><label class="unseen" for="search">'
        f'{_said(said, "site-search")}</label><input id="search" type="search" '
        f'placeholder="{_said(said, "site-search")}" autocomplete="off" spellcheck="false">'
        f'<ol id="results" aria-label="{_said(said, "site-results")}" hidden></ol>'
        f'<details class="filtering"><summary>{_said(said, "site-filters")}</summary>'
        f'<form id="filters"></form></details></div>\n'
        f'<button type="button" id="seek" aria-label="{_said(said, "site-search")}" hidden>'
        f"</button>"
        f'<button type="button" id="theme"></button>\n'
        f'<p id="filtered" hidden></p>\n</header>\n'
        f'<p class="unseen" id="status" role="status"></p>\n'
    )


def masthead(bank: Bank, places: Sequence[Place], articles: Articles) -> str:
    """The title of the page, what it is about, and whose it is."""
    header = bank.header
    band = "".join(f'<span class="{_hue(place)}"></span>' for place in places if place.number)
    about = [", ".join(header.authors), header.version or "", header.licence or "", bank.part]
    shown = [escape(text) for text in about if text]
    if header.url:
        shown.append(articles.link(header.url, escape(header.url.removeprefix("https://"))))
    line = "".join(f"<span>{text}</span>" for text in shown)
    description = articles.text(header.description) if header.description else ""
    return (
        f'<section class="masthead" aria-label="{escape(header.title)}">\n'
        f'<div class="band" aria-hidden="true">{band}</div>\n'
        f"<h1>{escape(header.title)}</h1>\n"
        f'<p class="imprint">{line}</p>\n{description}\n</section>\n'
    )


def contents(places: Sequence[Place], said: Mapping[LabelName, str]) -> str:
    """The chapters and parts, with how many items each has."""
    lines = "".join(
        f'<li class="{_hue(place)}"><a href="#{place.id}">{_chip(place)}'
        f"<span>{escape(place.title)}</span></a>"
        f'<span class="pe-count">{len(place.entries)}</span></li>'
        for place in places
    )
    title = _said(said, "contents")
    return (
        f'<nav id="contents" aria-labelledby="contents-title">\n'
        f'<p id="contents-title">{title}</p>\n<ol>{lines}</ol>\n</nav>\n'
    )


def section(place: Place, items: str, articles: Articles) -> str:
    """A chapter or part with its items."""
    topic = f' data-topic="{escape(place.topic)}"' if place.topic else ""
    return (
        f'<section class="chapter {_hue(place)}" id="{place.id}"{topic} '
        f'aria-labelledby="{place.id}-title">\n'
        f'<h2 id="{place.id}-title">{_chip(place)}<span>{escape(place.title)}</span></h2>\n'
        f"{articles.about_topics(place.topic)}{items}</section>\n"
    )


def words(bank: Bank, said: Mapping[LabelName, str]) -> str:
    """The words that script shows, and the names of topics and tags, in the bank's language.

    No browser shows these elements: they have the shortest name there is.
    """
    named = {**said, **{name: said[name] for name in SECTIONS}, **bank.header.sections}
    names = "".join(
        f'<i data-word="{name}">{escape(text)}</i>'
        for name, text in named.items()
        if name.startswith(("site-", "kind-", "level-", "item-")) or name in _SHARED
    )
    topics = "".join(
        f'<i data-topic="{escape(name)}">{escape(topic.title)}</i>'
        for name, topic in bank.topics.items()
    )
    tags = "".join(
        f'<i data-tag="{escape(name)}">{escape(title)}</i>' for name, title in bank.tags.items()
    )
    return (
        f'<template id="words">{names}</template>\n'
        f'<template id="topics">{topics}{tags}</template>\n'
    )


_SHARED: Final = frozenset({*SECTIONS, "key-points", "pitfalls", "follow-ups", "colon", "comma"})


def _chip(place: Place) -> str:
    """The number of a chapter on its colour; a mark for another part."""
    return f'<b class="chip">{place.number}</b> ' if place.number else '<b class="chip other"></b> '


def _hue(place: Place) -> str:
    return f"pe-c{hues.place(place.number) + 1}" if place.number else "pe-part"


def _said(said: Mapping[LabelName, str], name: LabelName) -> str:
    return escape(said[name])
