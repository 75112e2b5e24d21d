"""Words of messages: what a misspelt word was meant to be, counts, quotes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_CUTOFF: Final = 0.6
_LONG: Final = 100


def nearest(wrong: str, known: Iterable[str]) -> str:
    """The closest of the known words, or an empty one."""
    words = [str(word) for word in known]
    for form in dict.fromkeys((wrong[:_LONG], wrong[:_LONG].lower())):
        close = get_close_matches(form, words, n=1, cutoff=_CUTOFF)
        if close:
            return close[0]
    return ""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A hint naming the closest of the known words, or an empty one."""
    near = nearest(wrong, known)
    return f"did you mean '{near}'?" if near else ""


def number(count: int, thing: str) -> str:
    """'1 word', '2 words'."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


_QUOTED: Final = 70


def quoted(text: str) -> str:
    """A text of one line as YAML takes it, shortened where it is long."""
    if len(text) > _QUOTED:
        text = text[: _QUOTED - 1] + "…"
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


class Speller:
    """Hints from one vocabulary, which may be large, for words which may be many.

    Comparing each of thousands of wrong words with each of thousands of known ones takes minutes,
    so only words that share rare pieces are compared: a misspelling leaves most pieces as they are.
    """

    _COMPARED = 3
    _COMMON = 40
    """Words that one piece may name before it says too little to count."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = known
        self._index: dict[str, list[str]] | None = None
        self._found: dict[str, str] = {}

    def hint(self, wrong: str) -> str:
        """As `did_you_mean`."""
        near = self.nearest(wrong)
        return f"did you mean '{near}'?" if near else ""

    def nearest(self, wrong: str) -> str:
        """As the function of that name."""
        if wrong not in self._found:
            self._found[wrong] = self._nearest(wrong)
        return self._found[wrong]

    def _nearest(self, wrong: str) -> str:
        if self._index is None:
            self._index = {}
            for word in dict.fromkeys(self._known):
                for piece in _pieces(word):
                    self._index.setdefault(piece, []).append(word)
        shared: dict[str, int] = {}
        for piece in _pieces(wrong[:_LONG]):
            for word in self._index.get(piece, ())[: self._COMMON]:
                shared[word] = shared.get(word, 0) + len(piece)
        near = sorted(shared, key=lambda word: (-shared[word], word))[: self._COMPARED]
        return nearest(wrong, near)


_SHORT: Final = 8


def _pieces(word: str) -> set[str]:
    """Stretches of a word with its ends marked: of four letters, and of two in a short word."""
    marked = f"^{word}$"
    lengths = (2, 4) if len(word) <= _SHORT else (4,)
    return {marked[at : at + n] for n in lengths for at in range(max(1, len(marked) - n + 1))}
