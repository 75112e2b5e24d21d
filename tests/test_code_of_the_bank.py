"""The code that the coding questions show: run as printed, against independent computations."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from .test_content import code_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.bank.model import Bank

    Code = Callable[[str], SimpleNamespace]

Rows = list[list[float]]


@pytest.fixture(scope="module")
def code(shipped: Bank) -> Code:
    questions = {question.id: question for question in shipped.questions}
    return lambda id_: SimpleNamespace(**code_of(questions[id_]))


def noise(rng: random.Random, rows: int, width: int, scale: float = 1.0) -> Rows:
    return [[rng.gauss(0, scale) for _ in range(width)] for _ in range(rows)]


def slopes(loss: Callable[[list[float]], float], at: list[float], h: float = 1e-5) -> list[float]:
    """Central differences of a function of several numbers."""
    found = []
    for j in range(len(at)):
        up, down = list(at), list(at)
        up[j] += h
        down[j] -= h
        found.append((loss(up) - loss(down)) / (2 * h))
    return found


def flat(rows: Rows) -> list[float]:
    return list(itertools.chain.from_iterable(rows))


# Attention


def masked_attention(queries: Rows, keys: Rows, values: Rows) -> Rows:
    """With a full square of scores, a mask of minus infinity, and no cache."""
    n, d, outputs = len(queries), len(queries[0]), []
    for i in range(n):
        scores = [
            sum(queries[i][c] * keys[j][c] for c in range(d)) / d**0.5 if j <= i else -math.inf
            for j in range(n)
        ]
        total = sum(math.exp(s) for s in scores)
        outputs.append(
            [
                sum(math.exp(scores[j]) / total * values[j][c] for j in range(n))
                for c in range(len(values[0]))
            ]
        )
    return outputs


@pytest.mark.parametrize("chunks", [[7], [1] * 7, [4, 1, 1, 1], [1, 5, 1]], ids=str)
def test_prefill_equals_decoding_step_by_step(chunks: list[int], code: Code) -> None:
    shown = code("attention-cache-code")
    rng = random.Random(1)
    queries, keys, values = noise(rng, 7, 4), noise(rng, 7, 4), noise(rng, 7, 3)
    cache, outputs, start = shown.Cache(), [], 0
    for size in chunks:
        part = slice(start, start + size)
        outputs += shown.attend(queries[part], keys[part], values[part], cache)
        start += size
    assert flat(outputs) == pytest.approx(flat(masked_attention(queries, keys, values)))
    assert (cache.keys, cache.values) == (keys, values)


def test_attention_survives_large_scores_and_caches_are_apart(code: Code) -> None:
    shown = code("attention-cache-code")
    one, other = shown.Cache(), shown.Cache()
    keys, values = [[1000.0], [0.0]], [[1.0], [2.0]]
    assert flat(shown.attend([[1000.0], [1000.0]], keys, values, one)) == pytest.approx([1, 1])
    assert other.keys == []


def test_the_offset_of_the_mask_is_that_of_the_text(code: Code) -> None:
    """A zero query weighs all that it sees alike, so that the output counts it."""
    shown = code("attention-cache-code")
    for cached, new in ((0, 1), (0, 4), (3, 1), (5, 3)):
        cache = shown.Cache([[1.0]] * cached, [[1.0]] * cached)
        outputs = shown.attend([[0.0]] * new, [[1.0]] * new, [[0.0]] * new, cache)
        assert flat(outputs) == pytest.approx([cached / (cached + i + 1) for i in range(new)])


# Sampling


def test_top_p_keeps_the_smallest_set_that_reaches_p(code: Code) -> None:
    shown = code("sampling-code")
    rng = random.Random(2)
    for _ in range(50):
        weights = [rng.random() for _ in range(6)]
        probs = [w / sum(weights) for w in weights]
        p = rng.uniform(0.05, 0.95)
        kept = shown.top_p(probs, p)
        sizes = [
            (len(some), -sum(some))
            for size in range(1, 7)
            for some in itertools.combinations(probs, size)
            if sum(some) >= p
        ]
        assert (len(kept), -sum(probs[t] for t in kept)) == pytest.approx(min(sizes))


def test_the_filters_of_the_text_and_their_edges(code: Code) -> None:
    shown = code("sampling-code")
    probs = [0.5, 0.3, 0.15, 0.05]
    assert shown.top_p(probs, 0.8) == [0, 1]
    assert shown.top_p(probs, 0.9) == [0, 1, 2]
    assert shown.min_p(probs, 0.2) == [0, 1, 2]
    assert shown.top_p([0.1] * 10, 1.0) == list(range(10))  # whose rounded sum is below 1
    assert shown.top_p([0.0, 1.0], 0.0) == [1]
    assert shown.min_p([0.25] * 4, 1.0) == [0, 1, 2, 3]
    assert shown.probabilities([1000.0, -math.inf, 1000.0]) == [0.5, 0.0, 0.5]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_min_p_has_the_limit_in_logits_that_the_text_gives(temperature: float, code: Code) -> None:
    shown = code("sampling-code")
    logits = flat(noise(random.Random(3), 1, 200, 3.0))
    kept = shown.min_p(shown.probabilities(logits, temperature), 0.1)
    assert 1 < len(kept) < 200
    limit = max(logits) + temperature * math.log(0.1)
    assert kept == [i for i, z in enumerate(logits) if z >= limit]
    plain = shown.probabilities(logits)
    assert kept == [i for i, q in enumerate(plain) if q / max(plain) >= 0.1**temperature]


def test_draws_follow_the_probabilities_that_are_left(code: Code) -> None:
    shown = code("sampling-code")
    probs, kept, rng = [0.1, 0.4, 0.3, 0.2], [1, 3], random.Random(4)
    draws = Counter(shown.draw(probs, kept, rng) for _ in range(6000))
    assert set(draws) == {1, 3}
    assert draws[1] / 6000 == pytest.approx(2 / 3, abs=4 * math.sqrt(2 / 9 / 6000))


# Byte-pair encoding

CORPUS = {"low": 5, "lower": 2, "newest": 6, "widest": 3}


def test_bpe_learns_the_merges_of_the_text(code: Code) -> None:
    shown = code("bpe-training-code")
    learned = shown.train(CORPUS, 4)
    assert learned == [("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w")]
    assert shown.encode("lowest", learned) == ["low", "est"]
    assert shown.encode("", learned) == []
    assert shown.encode("aaa", [("a", "a")]) == ["aa", "a"]


def spaced_training(words: dict[str, int], merges: int) -> tuple[list[tuple[str, str]], list[str]]:
    """The same on strings with spaces between symbols, merged by a regular expression."""
    splits, learned = {word: " ".join(word) for word in words}, []
    for _ in range(merges):
        pairs: dict[tuple[str, str], int] = {}
        for word, split in splits.items():
            symbols = split.split()
            for pair in itertools.pairwise(symbols):
                pairs[pair] = pairs.get(pair, 0) + words[word]
        if not pairs:
            break
        most = max(pairs.values())
        best = next(pair for pair, n in pairs.items() if n == most)
        learned.append(best)
        pattern = re.compile(r"(?<!\S)" + re.escape(" ".join(best)) + r"(?!\S)")
        splits = {word: pattern.sub("".join(best), split) for word, split in splits.items()}
    return learned, list(splits.values())


def test_bpe_trains_and_encodes_as_another_writing_of_it_does(code: Code) -> None:
    shown = code("bpe-training-code")
    rng = random.Random(5)
    for _ in range(30):
        words = {
            "".join(rng.choices("abc", k=rng.randint(1, 9))): rng.randint(1, 9) for _ in range(12)
        }
        learned, splits = spaced_training(words, 15)
        assert shown.train(words, 15) == learned
        assert [" ".join(shown.encode(word, learned)) for word in words] == splits
        unseen = "".join(rng.choices("abcd", k=12))
        assert "".join(shown.encode(unseen, learned)) == unseen
    assert len(shown.train({"ab": 1}, 9)) == 1


# Cosine top-k


def test_heap_and_sort_agree_with_ties_and_at_the_edges(code: Code) -> None:
    shown = code("cosine-top-k-code")
    rng = random.Random(6)
    corpus = [[float(rng.randint(-2, 2)) for _ in range(3)] for _ in range(200)]
    corpus = [shown.unit(row) for row in corpus if any(row)]
    query = shown.unit([1.0, 2.0, -1.0])
    for k in (0, 1, 7, len(corpus), len(corpus) + 5):
        assert shown.top_k(query, iter(corpus), k) == shown.top_k_by_sort(query, corpus, k)
    nearest = sorted(range(len(corpus)), key=lambda i: (round(math.dist(query, corpus[i]), 9), i))
    best = [(round(score, 9), index) for score, index in shown.top_k(query, corpus, 7)]
    assert [index for _, index in sorted(best, key=lambda e: (-e[0], e[1]))] == nearest[:7]


@pytest.mark.parametrize("vector", [[0.0, 0.0], [math.nan, 1.0], [math.inf, 1.0]], ids=str)
def test_a_vector_without_direction_is_refused(vector: list[float], code: Code) -> None:
    with pytest.raises(ValueError, match="no direction"):
        code("cosine-top-k-code").unit(vector)


def test_the_heap_changes_as_seldom_as_the_text_says() -> None:
    rng, k, n, changes = random.Random(7), 5, 500, 0
    for _ in range(100):
        best: list[float] = []
        for i in range(n):
            score = rng.random()
            changes += i >= k and score > best[-1]
            best = sorted([*best, score], reverse=True)[:k]
    expected = k * sum(1 / i for i in range(k + 1, n + 1))
    assert changes / 100 == pytest.approx(expected, rel=0.1)


# Ranking metrics


def test_ranking_metrics_of_the_text(code: Code) -> None:
    shown = code("ranking-metrics-code")
    gains, ranked = {"a": 3.0, "b": 2.0, "c": 1.0}, ["b", "x", "a"]
    assert shown.recall_at_k(ranked, set(gains), 3) == pytest.approx(2 / 3)
    assert shown.recall_at_k(ranked, set(gains), 2) == pytest.approx(1 / 3)
    assert shown.ndcg_at_k(ranked, gains, 3) == pytest.approx(0.735, abs=5e-4)
    wrong = shown.dcg([2, 0, 3]) / shown.dcg([3, 2, 0])
    assert wrong == pytest.approx(0.821, abs=5e-4)


def test_ndcg_is_the_share_of_the_best_order_of_all(code: Code) -> None:
    shown = code("ranking-metrics-code")
    gains = {"a": 3.0, "b": 2.0, "c": 1.0, "d": 0.0}

    def raw(order: tuple[str, ...], k: int) -> float:
        return sum(gains[doc] * math.log(2) / math.log(i + 2) for i, doc in enumerate(order[:k]))

    for k in (1, 2, 3, 6):
        orders = list(itertools.permutations(gains))
        best = max(raw(order, k) for order in orders)
        for order in orders:
            assert shown.ndcg_at_k(list(order), gains, k) == pytest.approx(raw(order, k) / best)


def test_ranking_metrics_at_the_edges(code: Code) -> None:
    shown = code("ranking-metrics-code")
    assert shown.recall_at_k(["a", "a", "a", "b"], {"a", "b"}, 2) == 1.0
    assert shown.ndcg_at_k(["a", "a"], {"a": 1.0}, 2) == 1.0
    assert shown.dcg([1.0, 1.0]) > shown.dcg([1.0])  # what counted duplicates would earn
    assert shown.recall_at_k([], {"a"}, 5) == shown.ndcg_at_k([], {"a": 1.0}, 5) == 0.0
    with pytest.raises(ValueError, match="undefined"):
        shown.recall_at_k(["a"], set(), 1)
    with pytest.raises(ValueError, match="undefined"):
        shown.ndcg_at_k(["a"], {"a": 0.0}, 1)


# Cross-entropy


def test_cross_entropy_and_its_gradient(code: Code) -> None:
    shown = code("cross-entropy-code")
    logits, targets = noise(random.Random(8), 4, 5, 2.0), [2, shown.PADDING, 0, 4]

    def plain(numbers: list[float]) -> float:
        rows = [numbers[i : i + 5] for i in range(0, 20, 5)]
        losses = [
            -math.log(math.exp(row[t]) / sum(map(math.exp, row)))
            for row, t in zip(rows, targets, strict=True)
            if t >= 0
        ]
        return sum(losses) / len(losses)

    loss, gradient = shown.cross_entropy(logits, targets)
    assert loss == pytest.approx(plain(flat(logits)))
    assert flat(gradient) == pytest.approx(slopes(plain, flat(logits)), abs=1e-8)
    assert [sum(row) for row in gradient] == pytest.approx([0.0] * 4)
    assert gradient[1] == [0.0] * 5


def test_cross_entropy_at_the_edges(code: Code) -> None:
    shown = code("cross-entropy-code")
    loss, gradient = shown.cross_entropy([[5000.0, 0.0], [-5000.0, 0.0]], [1, 1])
    assert loss == 2500.0
    assert gradient == [[0.5, -0.5], [0.0, 0.0]]
    masked, gradient = shown.cross_entropy([[-math.inf, 1.0, 1.0]], [2])
    assert masked == pytest.approx(math.log(2))
    assert gradient[0][0] == 0.0
    assert shown.cross_entropy([[0.0] * 7], [3])[0] == pytest.approx(math.log(7))
    with pytest.raises(ValueError, match="no target"):
        shown.cross_entropy([[1.0]], [shown.PADDING])


# Training loop


def cloud(rng: random.Random, n: int) -> tuple[Rows, list[int]]:
    labels = [rng.randint(0, 1) for _ in range(n)]
    return [[rng.gauss(3 * y, 1), rng.gauss(-3 * y, 1), 1.0] for y in labels], labels


def test_the_first_loss_is_that_of_the_text_and_the_gradient_is_right(code: Code) -> None:
    shown = code("training-loop-code")
    rng = random.Random(9)
    rows, labels = cloud(rng, 20)
    assert shown.loss_and_gradient([0.0] * 3, rows, labels)[0] == pytest.approx(math.log(2))
    weights = [rng.gauss(0, 1) for _ in range(3)]
    assert shown.gradient_error(weights, rows, labels) < 1e-8

    def plain(at: list[float]) -> float:
        chances = [1 / (1 + math.exp(-sum(map(float.__mul__, at, row)))) for row in rows]
        right = [p if y else 1 - p for p, y in zip(chances, labels, strict=True)]
        return -sum(map(math.log, right)) / len(right)

    loss, gradient = shown.loss_and_gradient(weights, rows, labels)
    assert loss == pytest.approx(plain(weights))
    assert gradient == pytest.approx(slopes(plain, weights), abs=1e-8)
    for label, x in ((0, 1.0), (1, -1.0)):
        far = shown.loss_and_gradient([1e6, 0.0, 0.0], [[x, 0.0, 1.0]], [label])
        assert far == (1e6, [1.0, 0.0, x])


def test_the_gradient_check_sees_a_wrong_gradient(
    code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = code("training-loop-code")
    scope: dict[str, Any] = shown.gradient_error.__globals__
    right = shown.loss_and_gradient

    def twice(*batch: Any) -> tuple[float, list[float]]:
        loss, gradient = right(*batch)
        return loss, [2 * g for g in gradient]

    monkeypatch.setitem(scope, "loss_and_gradient", twice)
    assert shown.gradient_error([0.3, -0.2, 0.1], *cloud(random.Random(10), 20)) > 0.01


def test_training_overfits_one_batch_and_holds_on_new_data(code: Code) -> None:
    shown = code("training-loop-code")
    rng = random.Random(11)
    rows, labels = [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [3.0, 1.0]], [0, 0, 1, 1]
    weights = shown.train(rows, labels, rate=2.0, batch=4, epochs=1000)
    assert shown.loss_and_gradient(weights, rows, labels)[0] < 0.02
    weights = shown.train(*cloud(rng, 105), rate=0.3, batch=10, epochs=10)  # 10 does not divide 105
    rows, labels = cloud(rng, 200)
    guesses = [sum(map(float.__mul__, weights, row)) > 0 for row in rows]
    assert sum(g == y for g, y in zip(guesses, labels, strict=True)) > 185


def test_training_is_the_same_twice_and_one_full_batch_is_gradient_descent(code: Code) -> None:
    shown = code("training-loop-code")
    rows, labels = cloud(random.Random(12), 30)
    runs = [shown.train(rows, labels, rate=0.1, batch=7, epochs=3, seed=s) for s in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]
    weights = [0.0] * 3
    for _ in range(3):
        _, gradient = shown.loss_and_gradient(weights, rows, labels)
        weights = [w - 0.1 * g for w, g in zip(weights, gradient, strict=True)]
    assert shown.train(rows, labels, rate=0.1, batch=99, epochs=3) == pytest.approx(weights)


# LoRA


def product(left: Rows, right: Rows) -> Rows:
    columns = list(zip(*right, strict=True))
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in left
    ]


def test_a_lora_layer_starts_at_the_base_and_only_b_moves_first(code: Code) -> None:
    rng = random.Random(13)
    weight = noise(rng, 3, 5)
    layer = code("lora-layer-code").LoraLinear(weight, 2, 4.0, rng)
    x = [rng.gauss(0, 1) for _ in range(5)]
    assert layer.forward(x) == pytest.approx(flat(product(weight, [[v] for v in x])))
    layer.backward([1.0, -1.0, 2.0])
    assert set(flat(layer.grad_a)) == {0.0}
    assert all(flat(layer.grad_b))
    assert layer.trained() == 2 * (3 + 5) == len(flat(layer.a)) + len(flat(layer.b))


def test_a_lora_layer_has_the_right_gradients_and_leaves_the_base_alone(code: Code) -> None:
    rng = random.Random(14)
    weight, a, b = noise(rng, 3, 5), noise(rng, 2, 5), noise(rng, 3, 2)
    x, g = [rng.gauss(0, 1) for _ in range(5)], [0.7, -1.1, 0.4]
    before = [list(row) for row in weight]
    layer = code("lora-layer-code").LoraLinear(weight, 2, 4.0, rng)
    layer.a, layer.b = a, b

    def loss(numbers: list[float]) -> float:
        """The output times g, with the matrices multiplied out, by A, B and x in one list."""
        a = [numbers[:5], numbers[5:10]]
        b = [numbers[10:12], numbers[12:14], numbers[14:16]]
        update = product(b, a)
        full = [
            [w + 2.0 * u for w, u in zip(*rows, strict=True)]
            for rows in zip(weight, update, strict=True)
        ]
        return sum(map(float.__mul__, g, flat(product(full, [[v] for v in numbers[16:]]))))

    layer.forward(x)
    grad_x = layer.backward(g)
    found = flat(layer.grad_a) + flat(layer.grad_b) + grad_x
    assert found == pytest.approx(slopes(loss, flat(a) + flat(b) + x), abs=1e-6)
    assert weight == before


def test_a_merged_lora_layer_gives_what_the_layer_gives(code: Code) -> None:
    rng = random.Random(15)
    layer = code("lora-layer-code").LoraLinear(noise(rng, 4, 3), 2, 6.0, rng)
    layer.b = noise(rng, 4, 2)
    for x in noise(rng, 5, 3):
        assert flat(product(layer.merged(), [[v] for v in x])) == pytest.approx(layer.forward(x))


# Beam search

END = 0


def random_model(seed: int) -> Callable[[tuple[int, ...]], dict[int, float]]:
    """Log-probabilities over four tokens that hang on all tokens so far."""

    def step(tokens: tuple[int, ...]) -> dict[int, float]:
        rng = random.Random(f"{seed} {tokens}")
        weights = [rng.random() ** 2 for _ in range(4)]
        return {token: math.log(w / sum(weights)) for token, w in enumerate(weights)}

    return step


def total_of(step: Callable[[tuple[int, ...]], dict[int, float]], tokens: tuple[int, ...]) -> float:
    return sum(step(tokens[:i])[token] for i, token in enumerate(tokens))


@pytest.mark.parametrize("alpha", [0.0, 0.7, 1.0])
def test_a_wide_beam_is_exhaustive_search(alpha: float, code: Code) -> None:
    search = code("beam-search-code").beam_search
    ended = [(*body, END) for n in range(4) for body in itertools.product(range(1, 4), repeat=n)]
    for seed in range(20):
        step = random_model(seed)
        best = max(ended, key=lambda tokens: total_of(step, tokens) / len(tokens) ** alpha)
        assert search(step, END, width=200, limit=4, alpha=alpha) == best


def test_a_beam_of_one_is_greedy(code: Code) -> None:
    search = code("beam-search-code").beam_search
    for seed in range(30):
        step = random_model(seed)
        tokens: tuple[int, ...] = ()
        while len(tokens) < 6 and END not in tokens:
            scores = step(tokens)
            tokens = (*tokens, max(scores, key=lambda token: scores[token]))
        assert search(step, END, width=1, limit=6) == tokens


def beam_without_a_stop(step: Any, width: int, limit: int, alpha: float) -> float:
    """The best finished score when the beam always runs to the limit."""
    live: list[tuple[int, ...]] = [()]
    scores: list[float] = []
    for _ in range(limit):
        grown = sorted(
            ((*tokens, token) for tokens in live for token in range(4)),
            key=lambda tokens: -total_of(step, tokens),
        )[:width]
        scores += [total_of(step, t) / len(t) ** alpha for t in grown if t[-1] == END]
        live = [tokens for tokens in grown if tokens[-1] != END]
    return max(scores, default=-math.inf)


@pytest.mark.parametrize("alpha", [0.0, 1.0, 1.5])
def test_the_early_stop_of_a_beam_changes_no_result(alpha: float, code: Code) -> None:
    search = code("beam-search-code").beam_search
    for seed in range(12):
        step = random_model(seed)
        best = beam_without_a_stop(step, 3, 6, alpha)
        found = search(step, END, width=3, limit=6, alpha=alpha)
        if math.isfinite(best):
            assert found[-1] == END
            assert total_of(step, found) / len(found) ** alpha == pytest.approx(best)
        else:
            assert END not in found


def test_the_beam_of_the_text_beats_greedy_and_alpha_chooses_the_length(code: Code) -> None:
    search = code("beam-search-code").beam_search
    log = math.log
    model = {
        (): {1: log(0.6), 2: log(0.4)},
        (1,): {3: log(0.5), 4: log(0.3), 5: log(0.2)},
        (2,): {3: log(0.9), 4: log(0.1)},
    }

    def step(tokens: tuple[int, ...]) -> dict[int, float]:
        return model.get(tokens, {END: 0.0})

    assert search(step, END, width=1, limit=3) == (1, 3, END)
    assert search(step, END, width=2, limit=3) == (2, 3, END)
    assert math.exp(total_of(step, (1, 3, END))) == pytest.approx(0.30)
    assert math.exp(total_of(step, (2, 3, END))) == pytest.approx(0.36)

    short, long = (1, 3, 3, END), (2, 4, 4, 4, 4, 4, 4, END)
    paths = {short: -2.0, long: -2.6}

    def two_ways(tokens: tuple[int, ...]) -> dict[int, float]:
        starts = [path for path in paths if path[: len(tokens)] == tokens]
        return {path[len(tokens)]: 0.0 if tokens else paths[path] for path in starts}

    assert search(two_ways, END, width=2, limit=9, alpha=0.0) == short
    assert search(two_ways, END, width=2, limit=9, alpha=1.0) == long


def test_a_beam_in_which_nothing_ends_returns_the_best_it_has(code: Code) -> None:
    search = code("beam-search-code").beam_search
    never = {END: -math.inf, 1: math.log(0.7), 2: math.log(0.3)}
    assert search(lambda _: never, END, width=2, limit=3) == (1, 1, 1)
    assert search(lambda _: {END: -math.inf}, END, width=2, limit=3) == ()
