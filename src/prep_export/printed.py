"""A bank as it is printed: with typographic quotes and dashes, where its header asks for them.

Every export starts from it, so that all formats, other people's too, show the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from prep_export.bank.rewrite import rewritten

if TYPE_CHECKING:
    from prep_export.bank.model import Bank

_KEPT: Final = frozenset({"deck", "version"})
"""What of a header names the deck and its state to programs."""


def printed(bank: Bank) -> Bank:
    """The bank with `smart_quotes` done, and turned off; itself where they are off."""
    if not bank.header.smart_quotes:
        return bank
    from prep_export.markdown import quotes  # banks without it need no parser for it

    language = bank.header.language

    def change(text: str, markdown: bool) -> str:
        return (quotes.printed if markdown else quotes.printed_plain)(text, language)

    # The deck's name is what Anki knows it by: an apostrophe in it stays the one that it was.
    header = replace(bank.header, deck=bank.deck, smart_quotes=False)
    return replace(
        bank,
        header=rewritten(header, change, _KEPT),
        topics={name: rewritten(topic, change) for name, topic in bank.topics.items()},
        tags={name: change(title, False) for name, title in bank.tags.items()},
        entries={
            section: tuple(rewritten(item, change) for item in items)
            for section, items in bank.entries.items()
        },
        retired=tuple(rewritten(entry, change) for entry in bank.retired),
    )
