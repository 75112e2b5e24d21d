"""Pictures of training: memory, pipelines, groups of answers."""

from __future__ import annotations

from math import sqrt
from typing import Final

from drawing.pen import Picture


def memory() -> Picture:
    """What fine-tuning 7 billion parameters holds on a device, before activations, in GB."""
    picture = Picture(340, 146, 2)
    weights, adapters, devices = 7.0, 0.04, 8
    rest = 12.0
    """Bytes of the optimiser: 4 for the master copy, 8 for two moments."""
    packed = weights * 4.25 / 8
    master = rest * weights
    rows: tuple[tuple[str, tuple[float, float, float]], ...] = (
        ("full, Adam", (2 * weights, 2 * weights, master)),
        ("ZeRO-1 on 8", (2 * weights, 2 * weights, master / devices)),
        ("ZeRO-2 on 8", (2 * weights, 2 * weights / devices, master / devices)),
        ("ZeRO-3 on 8", (2 * weights / devices, 2 * weights / devices, master / devices)),
        ("LoRA", (2 * (weights + adapters), 2 * adapters, rest * adapters)),
        ("QLoRA", (packed + 2 * adapters, 2 * adapters, rest * adapters)),
    )
    left, scale = 130.0, 1.83
    for limit in (24, 80):
        x = left + limit * scale
        picture.line([(x, 20), (x, 110)], dashed=True)
        picture.note(x, 121, f"{limit} GB", anchor="middle")
    for row, (name, parts) in enumerate(rows):
        y, x = 1 + row * 18.0, left
        picture.text(1, y + 12, name, anchor="start")
        for part, fill in zip(parts, (picture.mid, None, picture.pale), strict=True):
            if part > 0.3:
                picture.cell(x, y + 1, part * scale, 14, fill=fill)
            x += part * scale
        picture.note(
            left - 7, y + 12, f"{round(sum(parts), 2):g}{'' if row else ' GB'}", anchor="end"
        )
    for x, name, fill in (
        (1, "weights", picture.mid),
        (78, "gradients", None),
        (166, "master and moments", picture.pale),
    ):
        picture.key(x, 143, name, fill)
    return picture


def pipeline() -> Picture:
    """A plain pipeline schedule, forward only: four stages, eight micro-batches."""
    picture = Picture(340, 116, 11)
    stages, batches, wide, high = 4, 8, 25.0, 17.0
    slots = stages + batches - 1
    left = 60.0
    for stage in range(stages):
        y = 2 + stage * (high + 2)
        picture.note(1, y + 12, f"stage {stage + 1}")
        for slot in range(slots):
            batch = slot - stage
            busy = 0 <= batch < batches
            picture.cell(
                left + slot * wide,
                y,
                wide,
                high,
                str(batch + 1) if busy else "",
                fill=picture.mid if busy else None,
            )
    idle = (stages - 1) / slots
    picture.note(left, 94, "time")
    picture.arrow([(left + 32, 90), (left + 64, 90)])
    picture.note(1, 112, f"idle: (p − 1) / (m + p − 1) = {stages - 1}/{slots} = {100 * idle:.0f}%")
    return picture


LENGTHS: Final = (200, 100, 400, 800)
REWARDS: Final = (1, 0, 0, 0)


def advantages(rewards: tuple[int, ...]) -> list[float]:
    """Of a group: reward minus the mean, over the deviation of a population."""
    mean = sum(rewards) / len(rewards)
    spread = sqrt(sum((one - mean) ** 2 for one in rewards) / len(rewards))
    return [(one - mean) / spread for one in rewards]


def group() -> Picture:
    """GRPO's push on each token of four answers: the height of a bar; its length is the tokens."""
    picture = Picture(340, 162, 10)
    left, zero, scale, tall = 6.0, 76.0, 0.218, 24.0
    x = left
    for length, reward, advantage in zip(LENGTHS, REWARDS, advantages(REWARDS), strict=True):
        push = 1000 * advantage / (len(LENGTHS) * length)
        wide, high = length * scale, abs(push) * tall
        fill = picture.mid if reward else picture.pale
        picture.rect(x, zero - high if reward else zero, wide, high, fill=fill)
        middle = x + wide / 2
        said = f"{push:+.2f}".replace("-", "−")
        if reward:
            picture.note(middle, zero - high - 5, said, anchor="middle")
            picture.note(middle, zero + 14, "200", anchor="middle")
        else:
            picture.note(middle, zero - 6, f"{length}", anchor="middle")
            picture.note(middle, zero + high + 14, said, anchor="middle")
        x += wide
    picture.line([(left, zero), (x, zero)], width=1.6)
    one, *_, other = advantages(REWARDS)
    picture.key(120, 22, f"right: advantage +{one:.2f}", picture.mid)
    picture.key(120, 40, f"wrong: advantage −{abs(other):.2f}", picture.pale)
    picture.note(338, 58, "length: tokens of the answer", anchor="end")
    picture.note(1, 142, "height: push on each token, in thousandths;")
    picture.note(1, 157, "wrong answers, short or long, have equal areas")
    return picture


def clip() -> Picture:
    """PPO's objective over the ratio of new to old probability, for both signs of the advantage."""
    picture = Picture(340, 138, 7)
    epsilon, unit = 0.2, 62.0
    for left, sign, words in ((6.0, 1, "objective, A > 0"), (184.0, -1, "objective, A < 0")):
        zero = 94.0 if sign > 0 else 30.0

        def point(
            ratio: float, value: float, left: float = left, zero: float = zero
        ) -> tuple[float, float]:
            return left + ratio * unit, zero - value * unit * 0.6

        def objective(ratio: float, sign: int = sign) -> float:
            clipped = min(max(ratio, 1 - epsilon), 1 + epsilon)
            return min(ratio * sign, clipped * sign)

        kink = 1 + sign * epsilon
        picture.note(left, 12, words)
        picture.arrow([(left, zero), (left + 2.4 * unit, zero)])
        free = (kink, 1.75) if sign > 0 else (0.0, kink)
        picture.line([point(one, one * sign) for one in free], dashed=True)
        picture.line(
            [point(one, objective(one)) for one in (0.0, kink, 1.75)], width=2.4, colour=picture.hue
        )
        x, y = point(1.5, objective(1.5))
        picture.dot(x, y, fill=None if sign > 0 else picture.mid)
        x, y = point(kink, objective(kink))
        picture.line([(x, zero), (x, y)], dashed=True)
        picture.note(x, zero + (14 if sign > 0 else -5), f"{kink:.1f}", anchor="middle")
        picture.note(left + 2.4 * unit, zero + (14 if sign > 0 else -5), "ρ", anchor="end")
    picture.dot(12, 128, fill=None)
    picture.note(21, 132, "ρ = 1.5, no gradient")
    picture.dot(190, 128, fill=picture.mid)
    picture.note(199, 132, "ρ = 1.5, pulled back")
    return picture
