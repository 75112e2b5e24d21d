"""The code of the chapters on scale and oversight: run as printed, against other computations."""

from __future__ import annotations

import math
import random
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from .test_content import code_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.bank.model import Bank

    Code = Callable[[str], SimpleNamespace]
    Format = Callable[[list[float]], list[float]]

Rows = list[list[float]]


@pytest.fixture(scope="module")
def code(shipped: Bank) -> Code:
    questions = {question.id: question for question in shipped.questions}
    return lambda id_: SimpleNamespace(**code_of(questions[id_]))


def noise(rng: random.Random, rows: int, width: int) -> Rows:
    return [[rng.gauss(0, 1) for _ in range(width)] for _ in range(rows)]


@pytest.mark.parametrize("tokens", [1, 5, 9])
def test_absorbed_latent_attention_is_the_expanded(tokens: int, code: Code) -> None:
    rng = random.Random(tokens)
    query, latents = noise(rng, 1, 4)[0], noise(rng, tokens, 6)
    up_keys, up_values, out = noise(rng, 4, 6), noise(rng, 3, 6), noise(rng, 5, 3)
    shown = code("mla-derivation")
    wide = shown.expanded(query, latents, up_keys, up_values, out)
    narrow = shown.absorbed(query, latents, up_keys, up_values, out)
    assert narrow == pytest.approx(wide)
    assert len(wide) == 5


def test_every_number_of_e4m3_is_its_own_rounding(code: Code) -> None:
    e4m3 = code("number-formats").e4m3
    small = [k * 2.0**-9 for k in range(1, 8)]
    normal = [(8 + k) / 8 * 2.0**e for e in range(-6, 9) for k in range(8)]
    values = [value for value in small + normal if value <= 448]
    assert len(values) == 126
    assert [e4m3(value) for value in values] == values
    assert e4m3(1_000) == 448


@pytest.mark.parametrize(("name", "block", "percent"), [("mxfp4", 32, 11.5), ("nvfp4", 16, 9.5)])
def test_the_errors_of_four_bits_are_those_of_the_text(
    name: str, block: int, percent: float, code: Code
) -> None:
    rounded: Format = getattr(code("number-formats"), name)
    rng = random.Random(2)
    lost = whole = 0.0
    for values in noise(rng, 1_500, block):
        lost += sum((x - y) ** 2 for x, y in zip(values, rounded(values), strict=True))
        whole += sum(x * x for x in values)
    assert 100 * math.sqrt(lost / whole) == pytest.approx(percent, abs=0.25)


@pytest.mark.parametrize("size", [(3, 3), (3, 5), (6, 9)])
def test_muons_steps_make_rows_nearly_orthonormal(size: tuple[int, int], code: Code) -> None:
    shown = code("training-at-scale")
    rows = shown.orthogonalise(noise(random.Random(3), *size), 5)
    gram = shown.product(rows, list(zip(*rows, strict=True)))
    assert all(abs(gram[i][i] - 1) < 0.6 for i in range(size[0]))


def test_four_dimensions_hold_every_pair_of_46_and_two_hold_neighbours_only(code: Code) -> None:
    shown = code("single-vector-limits")
    angles = [2 * math.pi * i / 46 for i in range(46)]
    documents = [shown.place(angle) for angle in angles]
    pairs = [(i, j) for i in range(46) for j in range(i)]
    found = [shown.top2(shown.ask(angles[i], angles[j]), documents) for i, j in pairs]
    assert found == [{i, j} for i, j in pairs]
    rng = random.Random(1)
    plane = [(math.cos(angle), math.sin(angle)) for angle in angles]
    asked = [(rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(3_000)]
    assert len({frozenset(shown.top2(query, plane)) for query in asked}) == 46


def test_an_exact_upper_bound_is_clopper_and_pearsons(code: Code) -> None:
    bound = code("sandbagging-elicitation").upper_bound
    assert bound(0, 60) == pytest.approx(1 - 0.05 ** (1 / 60))
    for successes, trials in ((2, 60), (36, 120), (1, 10)):
        rate = bound(successes, trials)
        below = sum(
            math.comb(trials, i) * rate**i * (1 - rate) ** (trials - i)
            for i in range(successes + 1)
        )
        assert below == pytest.approx(0.05, rel=1e-6)


def test_a_corrected_win_rate_is_unbiased_and_its_interval_covers(code: Code) -> None:
    estimate = code("judge-corrected-win-rate").post_stratified
    truth, hits, misses = 4 / 7, 0.9, 0.8  # of wins called wins, of losses called losses
    rng = random.Random(1)

    def verdicts(count: int) -> list[int]:
        cells = [0, 0, 0, 0]
        for _ in range(count):
            won = rng.random() < truth
            called = rng.random() < (hits if won else 1 - misses)
            cells[(0 if called else 2) + (0 if won else 1)] += 1
        return cells

    covered, runs, total = 0, 300, 0.0
    for _ in range(runs):
        labelled, others = verdicts(200), verdicts(400)
        value, error = estimate(*labelled, others[0] + others[1], others[2] + others[3])
        covered += abs(value - truth) < 1.96 * error
        total += value
    assert covered / runs == pytest.approx(0.95, abs=0.04)
    assert total / runs == pytest.approx(truth, abs=0.01)


def test_the_best_threshold_weighs_both_costs(code: Code) -> None:
    best = code("guardrail-cost").best_threshold
    assert best([0.9], [0.1], 0.5, 1) == 0.9
    assert best([0.1], [0.9], 0.001, 1) == math.inf
