"""Pictures of measuring: intervals, ROC, variance."""

from __future__ import annotations

from math import comb, sqrt

from drawing.pen import Picture

EXAMPLES = (
    (0.95, 1),
    (0.90, 1),
    (0.80, 0),
    (0.75, 1),
    (0.60, 1),
    (0.50, 0),
    (0.40, 1),
    (0.30, 0),
    (0.20, 0),
    (0.10, 0),
)


def roc() -> Picture:
    """ROC of ten scored examples: every cell is a pair of a positive and a negative."""
    picture = Picture(340, 146, 14)
    cell, left, bottom = 20.0, 24.0, 118.0
    positives = sum(label for _, label in EXAMPLES)
    x, y, ordered = left, bottom, 0
    path = [(x, y)]
    for _, label in EXAMPLES:
        if label:
            y -= cell
        else:
            found = round((bottom - y) / cell)
            for row in range(positives):
                fill = picture.pale if row < found else None
                picture.cell(x, bottom - (row + 1) * cell, cell, cell, fill=fill)
            ordered += found
            x += cell
        path.append((x, y))
    picture.line(path, width=2.6)
    picture.note(left, 12, "positives found: up")
    picture.note(left, 133, "negatives: right")
    for place, (score, label) in enumerate(EXAMPLES):
        picture.cell(
            158 + place % 5 * 36.0,
            24 + place // 5 * 24.0,
            34,
            20,
            f"{score:.2f}",
            fill=picture.mid if label else None,
        )
    picture.note(158, 12, "by score; tinted: a positive")
    pairs = positives * (len(EXAMPLES) - positives)
    picture.note(158, 92, "a cell for each pair:")
    picture.note(158, 107, f"{ordered} of {pairs} are in order,")
    picture.text(158, 127, f"AUC = {ordered / pairs:.2f}", anchor="start", bold=True)
    return picture


def interval() -> Picture:
    """54% wins, with 95% intervals for three sample sizes."""
    picture = Picture(340, 120, 5)
    rate, left, right, low, high = 0.54, 62.0, 330.0, 0.42, 0.66

    def across(share: float) -> float:
        return left + (right - left) * (share - low) / (high - low)

    picture.line([(across(0.5), 2), (across(0.5), 82)], dashed=True)
    for row, number in enumerate((100, 600, 1225)):
        y = 14 + row * 26.0
        half = 1.96 * sqrt(rate * (1 - rate) / number)
        picture.note(1, y + 4, f"n = {number:,}")
        ends = (across(rate - half), across(rate + half))
        fill = picture.mid if rate - half > 0.5 else None
        picture.rect(ends[0], y - 7, ends[1] - ends[0], 14, fill=fill)
        picture.dot(across(rate), y, radius=3)
        said = f"{100 * (rate - half):.1f} to {100 * (rate + half):.1f}"
        picture.note(ends[1] + 6 if fill else across(rate) + 10, y + 4, said)
    picture.arrow([(left, 84), (right + 6, 84)])
    for share in (0.45, 0.5, 0.55, 0.6, 0.65):
        picture.line([(across(share), 81), (across(share), 87)])
        picture.note(across(share), 98, f"{100 * share:.0f}%", anchor="middle")
    picture.key(1, 117, "even odds are outside of the interval", picture.mid)
    return picture


def forest() -> Picture:
    """The variance of an average of trees, by their number: bagging against a forest."""
    picture = Picture(340, 146, 14)
    left, right, top, bottom, most = 8.0, 336.0, 18.0, 112.0, 40

    def point(trees: float, variance: float) -> tuple[float, float]:
        return left + (right - left - 14) * trees / most, bottom - (bottom - top) * variance / 1.3

    picture.axes(left, 4, right, bottom)
    picture.note(14, 12, "variance")
    for name, variance, related, wide in (
        ("bagging", 1.0, 0.6, 1.6),
        ("random forest", 1.3, 0.2, 2.6),
    ):
        ends = [
            (trees, variance * (related + (1 - related) / trees)) for trees in range(1, most + 1)
        ]
        picture.line([point(*one) for one in ends], width=wide)
        floor = variance * related
        _, y = point(0, floor)
        picture.line([(left, y), (right - 14, y)], dashed=True)
        picture.text(326, y - 8, f"{name}: floor {floor:.2f}", anchor="end")
    picture.note(right, 126, "trees", anchor="end")
    picture.note(point(1, 0)[0], 126, "1", anchor="middle")
    picture.note(point(20, 0)[0], 126, "20", anchor="middle")
    picture.note(1, 143, "floor: variance of one tree × their correlation")
    return picture


def majority(rate: float, samples: int) -> float:
    """Chance that more than half of an odd number of samples are right."""
    return sum(
        comb(samples, right) * rate**right * (1 - rate) ** (samples - right)
        for right in range(samples // 2 + 1, samples + 1)
    )


def vote() -> Picture:
    """How often the majority is right, by the number of samples, for two possible answers."""
    picture = Picture(340, 146, 4)
    left, right, top, bottom, most = 8.0, 242.0, 20.0, 124.0, 25

    def point(samples: float, share: float) -> tuple[float, float]:
        return left + (right - left - 12) * samples / most, bottom - (bottom - top) * share

    picture.axes(left, 4, right, bottom)
    picture.note(14, 13, "majority right")
    _, y = point(0, 0.5)
    for rates, words in (
        ((0.6,), "p = 0.6"),
        ((0.9, 0.3), "half 0.9, half 0.3"),
        ((0.4,), "p = 0.4"),
    ):
        shares = {
            samples: sum(majority(rate, samples) for rate in rates) / len(rates)
            for samples in range(1, most + 1, 2)
        }
        picture.line([point(*one) for one in shares.items()], width=1.8)
        x, y = point(15, shares[15])
        picture.dot(x, y, fill=picture.mid)
        picture.note(x, y - 8, f"{shares[15]:.2f}", anchor="middle")
        x, y = point(most, shares[most])
        picture.note(x + 8, y + 4, words)
    x, _ = point(15, 0)
    picture.note(x, 139, "15", anchor="middle")
    picture.note(right, 139, "samples", anchor="end")
    picture.note(point(1, 0)[0], 139, "1", anchor="middle")
    return picture
