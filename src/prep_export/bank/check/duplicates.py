"""Near-duplicate questions, found without comparing all pairs.

Two questions are near-duplicates when their word sets have a Jaccard similarity of THRESHOLD or
more. Candidates come from prefix filtering (Bayardo, Ma and Srikant, 'Scaling Up All Pairs
Similarity Search', WWW 2007): with words ordered from rare to common, two sets x, y that similar
share at least k words among the first |x| - ceil(t |x|) + k of each. We take k = 2 and index pairs
of words, which are so much rarer than single words that 100,000 questions take a second.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

THRESHOLD: Final = 0.85
MAX_CANDIDATES: Final = 50
"""Questions compared for one pair of words: bounds the work on a bank of near-identical texts."""

_WORD: Final = re.compile(r"\w+")
_STOP: Final = frozenset(
    "a an the of in on to for is are do does did you your what how why explain".split()
)


def _words(text: str) -> frozenset[str]:
    words = frozenset(_WORD.findall(text.lower()))
    return words - _STOP or words


def near_duplicates(
    texts: list[str], accepted: Callable[[int, int], bool] = lambda _first, _second: False
) -> list[tuple[int, int]]:
    """Pairs (earlier, later) of indices of near-duplicate texts that are not accepted; each later
    index once."""
    sets = [_words(text) for text in texts]
    frequency = Counter(word for words in sets for word in words)
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    pairs = []
    for number, words in enumerate(sets):
        keys = _keys(words, frequency)
        candidates = {c for key in keys for c in index[key]}
        alike = (c for c in sorted(candidates) if _similar(sets[c], words))
        match = next((c for c in alike if not accepted(c, number)), None)
        if match is not None:
            pairs.append((match, number))
            continue  # a third copy is found through the first
        for key in keys:
            if len(index[key]) < MAX_CANDIDATES:
                index[key].append(number)
    return pairs


def _keys(words: frozenset[str], frequency: Counter[str]) -> list[tuple[str, ...]]:
    ordered = sorted(words, key=lambda word: (frequency[word], word))
    if len(ordered) < 2:  # noqa: PLR2004 - no pair to be had; equal sets only
        return [tuple(ordered)] if ordered else []
    return list(combinations(ordered[: len(ordered) - ceil(THRESHOLD * len(ordered)) + 2], 2))


def _similar(a: frozenset[str], b: frozenset[str]) -> bool:
    return len(a & b) >= THRESHOLD * len(a | b)
