"""The pictures of the eight patterns, 300 units wide and at most 112 tall."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import exp, sqrt
from typing import TYPE_CHECKING, Final

from drawing.pen import GREY, Picture

if TYPE_CHECKING:
    from collections.abc import Sequence


def softmax(scores: Sequence[float], temperature: float = 1) -> list[float]:
    """Probabilities of logits."""
    powers = [exp((one - max(scores)) / temperature) for one in scores]
    return [one / sum(powers) for one in powers]


WORDS: Final = ("the", "cat", "sat", "down")
QUERIES: Final = ((1, 0, 0, 0), (0, 2, 0, 0), (0, 3, 1, 0), (0, 1, 3, 1))
KEYS: Final = ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
VALUES: Final = (2.0, 8.0, 4.0, 6.0)
"""A row for each word; d_k is 4, and values are one number wide."""


def attention_weights() -> list[list[float]]:
    """Row i: how much word i takes from each word up to itself."""
    rows = []
    for place, query in enumerate(QUERIES):
        scores = [
            sum(q * k for q, k in zip(query, key, strict=True)) / sqrt(len(key))
            for key in KEYS[: place + 1]
        ]
        rows.append(softmax(scores) + [0.0] * (len(KEYS) - place - 1))
    return rows


def attention() -> Picture:
    """Masked weights, times V, equals the output, with numbers."""
    picture = Picture(300, 112, 1)
    left, top, wide, high = 46.0, 29.0, 32.0, 16.0
    end = left + 4 * wide
    picture.text(left, 11, "softmax(QK^T / √d_k + M)", anchor="start")
    for place, word in enumerate(WORDS):
        picture.note(left + (place + 0.5) * wide, 25, word, anchor="middle")
        picture.note(left - 5, top + place * high + 12, word, anchor="end")
    outputs = []
    for row, weights in enumerate(attention_weights()):
        outputs.append(sum(w * v for w, v in zip(weights, VALUES, strict=True)))
        for column, weight in enumerate(weights):
            hidden = column > row
            picture.cell(
                left + column * wide,
                top + row * high,
                wide,
                high,
                "−∞" if hidden else f"{weight:.2f}",
                fill=None if hidden else picture.scale(weight),
            )
    columns: tuple[tuple[float, str, Sequence[float]], ...] = (
        (end + 24, "V", VALUES),
        (end + 82, "out", outputs),
    )
    for x, name, values in columns:
        picture.note(x + wide / 2, 25, name, anchor="middle")
        for row, value in enumerate(values):
            label, fill = f"{value:.1f}", picture.scale(value / max(VALUES))
            picture.cell(x, top + row * high, wide, high, label, fill=fill)
    picture.text(end + 12, top + 2 * high + 4, "×")
    picture.text(end + 69, top + 2 * high + 4, "=")
    picture.note(150, 108, "each row sums to 1; −∞: a later word, weight 0", anchor="middle")
    return picture


def adaptation() -> Picture:
    """A frozen matrix and its low-rank update, drawn to scale for r = d / 8 = k / 8."""
    side, rank, top = 72.0, 9.0, 20.0
    d, r = 4096, 8
    picture = Picture(300, 112, 2)
    picture.box(22, top, side, side, "W", fill=GREY, corner=0)
    picture.note(22 + side / 2, top - 5, "k", anchor="middle")
    picture.note(11, top + 40, "d", anchor="middle")
    picture.text(118, top + 40, "+ α/r ·")
    x = 160.0
    picture.rect(x, top, rank, side, fill=picture.mid)
    picture.note(x + rank / 2, top - 5, "r", anchor="middle")
    picture.note(x - 9, top + 40, "d", anchor="middle")
    picture.text(x + 19, top + 40, "B")
    x = 204.0
    picture.text(x - 10, top + 40, "·")
    picture.rect(x, top + 31, side, rank, fill=picture.mid)
    picture.note(x + side / 2, top + 26, "k", anchor="middle")
    picture.note(x + side + 9, top + 40, "r", anchor="middle")
    picture.text(x + side / 2, top + 54, "A")
    picture.key(x, 12, "trained", picture.mid)
    picture.key(x, 28, "frozen", GREY)
    share = 100 * r * (d + d) / (d * d)
    picture.note(
        298, 108, f"trained: r(d + k) of dk; r = 8, d = k = 4096: {share:.2f}%", anchor="end"
    )
    return picture


def rag() -> Picture:
    """What is built once, and what each question passes through."""
    picture = Picture(300, 112, 3)
    fill = picture.mid
    picture.note(1, 12, "built once")
    picture.box(1, 18, 74, 24, "documents")
    picture.arrow([(75, 30), (85, 30)])
    picture.box(85, 18, 46, 24, "chunk")
    picture.line([(131, 30), (136, 30)])
    picture.arrow([(136, 30), (136, 13), (200, 13)])
    picture.arrow([(136, 30), (136, 37), (145, 37)])
    picture.box(145, 26, 46, 22, "embed", fill=fill)
    picture.arrow([(191, 37), (200, 37)])
    picture.box(200, 2, 99, 22, "keyword index", fill=GREY)
    picture.box(200, 26, 99, 22, "vector index", fill=GREY)
    picture.note(1, 64, "each question")
    y = 70.0
    picture.box(1, y, 44, 22, "query")
    picture.arrow([(45, y + 11), (59, y + 11)])
    picture.arrow([(250, 48), (250, 55), (99, 55), (99, y)])
    picture.note(175, 66, "two rankings", anchor="middle")
    picture.box(59, y, 80, 22, "search, fuse")
    picture.arrow([(139, y + 11), (163, y + 11)])
    picture.note(149, y + 7, "50", anchor="middle")
    picture.box(163, y, 52, 22, "re-rank", fill=fill)
    picture.arrow([(215, y + 11), (235, y + 11)])
    picture.note(224, y + 7, "5", anchor="middle")
    picture.box(235, y, 64, 22, "answer", fill=fill)
    picture.key(40, 109, "a model runs", fill)
    picture.key(148, 109, "stored and searched", GREY)
    return picture


def prompting() -> Picture:
    """One distribution at three temperatures, and what top-p keeps of each."""
    picture = Picture(300, 112, 4)
    base, tall, kept = 80.0, 62.0, 0.9
    logits = (2, 1, 0)
    for panel, (name, temperature) in enumerate((("½", 0.5), ("1", 1.0), ("2", 2.0))):
        left, mass = 2 + panel * 102.0, 0.0
        for place, (logit, share) in enumerate(
            zip(logits, softmax(logits, temperature), strict=True)
        ):
            x, high = left + place * 32, share * tall
            picture.rect(x, base - high, 26, high, fill=picture.mid if mass < kept else None)
            picture.note(x + 13, base - high - 3, f"{share:.2f}", anchor="middle")
            name_of_logit = f"{logit}" if place or panel else f"z = {logit}"
            picture.note(x + 13, base + 12, name_of_logit, anchor="middle")
            mass += share
        picture.line([(left - 2, base), (left + 92, base)])
        picture.text(left + 90, 26, f"T = {name}", anchor="end", size=13, bold=True)
    picture.key(2, 109, "kept by top-p = 0.9", picture.mid)
    picture.key(140, 109, "cut", None)
    picture.note(298, 109, "bars: softmax(z / T)", anchor="end")
    return picture


def evaluation() -> Picture:
    """Cost against trust, and what calibrates what."""
    picture = Picture(300, 112, 5)
    picture.axes(6, 2, 298, 92)
    picture.note(12, 11, "trust, on open text")
    places = ((22, 80), (86, 61), (164, 42), (236, 18))
    names = ("checks by code", "judge model", "people, rubric", "A/B test")
    for (x, y), name, fill in zip(places, names, (picture.mid,) * 2 + (None,) * 2, strict=True):
        picture.dot(x, y, fill=fill)
        picture.text(x + 9, y + 4.5, name, anchor="start")
    for (x, y), (to_x, to_y), word in (
        (places[2], places[1], "calibrate"),
        (places[3], places[2], "confirms"),
    ):
        picture.bow((x - 6, y - 2), (to_x + 6, y - 6), (to_x + 1, to_y - 7), dashed=True)
        picture.note((x + to_x) / 2 - 6, y - 9, word, anchor="middle")
    for x, word, fill in ((12, "every change", picture.mid), (106, "a sample", None)):
        picture.dot(x, 104, fill=fill)
        picture.note(x + 9, 108, word)
    picture.note(298, 108, "cost of a verdict", anchor="end")
    return picture


CORPUS: Final = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
"""The corpus of Sennrich, Haddow and Birch, 2015, with its counts."""


def merges(corpus: dict[str, int], count: int) -> list[tuple[tuple[str, str], int]]:
    """The first merges of byte-pair encoding, with how often each pair stood there; of equals, the
    one that was seen first."""
    words = {tuple(word): number for word, number in corpus.items()}
    found = []
    for _ in range(count):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, number in words.items():
            for pair in pairwise(word):
                pairs[pair] += number
        best, times = max(pairs.items(), key=lambda item: item[1])
        found.append((best, times))
        words = {merged(word, best): number for word, number in words.items()}
    return found


def merged(word: Sequence[str], pair: tuple[str, str]) -> tuple[str, ...]:
    """A word after one merge."""
    out: list[str] = []
    for symbol in word:
        if out and (out[-1], symbol) == pair:
            out[-1] += symbol
        else:
            out.append(symbol)
    return tuple(out)


def tokenization() -> Picture:
    """An unseen word, encoded by the merges learned from a corpus."""
    picture = Picture(300, 112, 6)
    learned = merges(CORPUS, 4)
    word: tuple[str, ...] = tuple("lowest")
    step, high, left, wide = 19.0, 16.0, 92.0, 30.0
    for row in range(len(learned) + 1):
        top, new = 1 + row * step, ""
        if row:
            pair, times = learned[row - 1]
            word, new = merged(word, pair), "".join(pair)
            picture.text(1, top + 12, " + ".join(pair), anchor="start")
            picture.note(80, top + 12, f"{times}×", anchor="end")
        else:
            picture.text(1, top + 12, "letters", anchor="start")
        place = 0
        for symbol in word:
            fill = picture.mid if symbol == new else None
            picture.box(left + place * wide, top, len(symbol) * wide - 3, high, symbol, fill=fill)
            place += len(symbol)
        picture.text(289, top + 12, str(len(word)), bold=True)
    counts = ", ".join(f"{times} {name}" for name, times in CORPUS.items())
    picture.note(1, 109, f"pairs counted in {counts}")
    return picture


def alignment() -> Picture:
    """What the reward model says and what is true, over the distance from the reference.

    Gao, Schulman and Hilton, 'Scaling Laws for Reward Model Overoptimization', 2022: with d the
    root of the KL divergence, the true reward follows d (α - β d) for the best of n and
    d (α - β log d) for reinforcement learning. Drawn is the first, with α = 1 and β = 0.1; its top
    is at d = α / 2β. The proxy is drawn with half of that β, so that it rises all the way.
    """
    picture = Picture(300, 112, 7)
    alpha, beta, far, most = 1.0, 0.1, 90.0, 5.9
    left, top, right, bottom = 6.0, 2.0, 298.0, 92.0

    def point(kl: float, lost: float) -> tuple[float, float]:
        reward = sqrt(kl) * (alpha - lost * sqrt(kl))
        return left + (right - left - 10) * kl / far, bottom - (bottom - top - 8) * reward / most

    steps = [far * (number / 60) ** 2 for number in range(61)]
    true = [point(kl, beta) for kl in steps]
    proxy = [point(kl, beta / 2) for kl in steps]
    picture.area([*proxy, *reversed(true)], picture.pale)
    picture.line(proxy)
    picture.line(true, colour=picture.hue, width=2.4)
    picture.axes(left, top, right, bottom)
    x, y = point((alpha / (2 * beta)) ** 2, beta)
    picture.arrow([(x, bottom), (x, y + 3)], dashed=True)
    picture.note(12, 11, "reward")
    picture.text(286, 16, "what the reward model says", anchor="end")
    picture.text(214, 54, "what it misses")
    picture.text(150, 84, "true quality", colour=picture.hue)
    picture.text(x, 107, "stop here")
    picture.note(298, 107, "KL from the reference", anchor="end")
    return picture


def production() -> Picture:
    """Where a request's time goes, and where a day's money.

    The numbers of the pattern's text: 2,000 tokens in, 300 out, 0.4 seconds to the first token and
    20 milliseconds for each further one; 10,000 requests a day, a dollar a million tokens in and
    four out. Prefill is that of the bank's table of latency, 7 billion weights at half of
    312 TFLOP/s; how the rest of the 0.4 seconds divides is assumed.
    """
    picture = Picture(300, 112, 8)
    tokens_in, tokens_out, requests = 2000, 300, 10_000
    prefill = 2 * 7e9 * tokens_in / (312e12 / 2)
    queue = 0.1
    retrieval = 0.4 - prefill - queue
    decode = (tokens_out - 1) * 0.02
    left, wide, high, at = 106.0, 192.0, 18.0, 0.0
    waits = (("queue", queue), ("retrieval", retrieval), ("prefill", prefill), ("decode", decode))
    total = sum(seconds for _, seconds in waits)
    fills = {"prefill": picture.mid, "decode": picture.pale}
    for row, (name, seconds) in enumerate(waits):
        y = 1 + row * high
        picture.text(1, y + 12, name, anchor="start")
        picture.note(left - 8, y + 12, f"{seconds:.2f} s", anchor="end")
        x, length = left + wide * at / total, wide * seconds / total
        picture.rect(x, y + 1, length, 14, fill=fills.get(name))
        at += seconds
    first = left + wide * (total - decode) / total
    picture.line([(first, 1), (first, 3 * high + 2)], dashed=True)
    picture.note(first + 6, high - 5, f"first token: {total - decode:.1f} s")
    picture.note(first + 6, 3 * high - 5, f"{tokens_in:,} tokens in")
    picture.note(
        first + (left + wide - first) / 2, 4 * high - 5, f"{tokens_out} out", anchor="middle"
    )
    dollars_in, dollars_out = requests * tokens_in * 1e-6, requests * tokens_out * 4e-6
    share = dollars_in / (dollars_in + dollars_out)
    picture.note(1, 97, f"{requests:,} a day")
    picture.note(left - 8, 97, f"${dollars_in + dollars_out:.0f}", anchor="end")
    for x, length, said, fill in (
        (left, wide * share, f"in: ${dollars_in:.0f}", picture.mid),
        (left + wide * share, wide * (1 - share), f"out: ${dollars_out:.0f}", picture.pale),
    ):
        picture.cell(x, 85, length, 17, said, fill=fill)
    return picture
