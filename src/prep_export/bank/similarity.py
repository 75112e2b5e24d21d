"""Near-duplicate questions, found without comparing all pairs.

Two questions are near-duplicates when their word sets have a Jaccard similarity of THRESHOLD or
more. Candidates come from prefix filtering: with words ordered from rare to common, two sets that
similar share a word among the first |x| - ceil(t |x|) + 1 of each (Bayardo, Ma and Srikant,
'Scaling Up All Pairs Similarity Search', WWW 2007).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import ceil
from typing import Final

THRESHOLD: Final = 0.85
MAX_CANDIDATES: Final = 200
"""Questions compared with one question: bounds the work on a bank of near-identical texts."""

_WORD: Final = re.compile(r"\w+")
_STOP: Final = frozenset("a an the of in on to for is are do does did you your what how why explain".split())


def _words(text: str) -> frozenset[str]:
    words = frozenset(_WORD.findall(text.lower()))
    return words - _STOP or words


def near_duplicates(texts: list[str]) -> list[tuple[int, int]]:
    """Pairs (earlier, later) of indices of near-duplicate texts; each later index once."""
    sets = [_words(text) for text in texts]
    frequency = Counter(word for words in sets for word in words)
    index: dict[str, list[int]] = defaultdict(list)
    pairs = []
    for number, words in enumerate(sets):
        if not words:
            continue
        ordered = sorted(words, key=lambda w: (frequency[w], w))
        prefix = ordered[: len(ordered) - ceil(THRESHOLD * len(ordered)) + 1]
        candidates = {c for word in prefix for c in index[word][-MAX_CANDIDATES:]}
        match = next((c for c in sorted(candidates) if _similar(sets[c], words)), None)
        if match is not None:
            pairs.append((match, number))
        for word in prefix:
            index[word].append(number)
    return pairs


def _similar(a: frozenset[str], b: frozenset[str]) -> bool:
    return len(a & b) >= THRESHOLD * len(a | b)
