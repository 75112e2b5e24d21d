"""Pictures of systems: two rankings made one, an agent's loop."""

from __future__ import annotations

from typing import Final

from drawing.pen import Picture


def fusion() -> Picture:
    """Reciprocal rank fusion of two rankings, k = 60; A has ranks 1 and 3."""
    picture = Picture(340, 131, 3)
    rankings = (("A", "D", "E"), ("B", "C", "A"))
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, name in enumerate(ranking, 1):
            scores[name] = scores.get(name, 0) + 1 / (60 + rank)
    fused = sorted(scores, key=lambda name: -scores[name])
    high, top = 20.0, 20.0
    for x, heading, ranking in ((1.0, "keywords", rankings[0]), (269.0, "vectors", rankings[1])):
        picture.text(x + 35, 12, heading)
        for rank, name in enumerate(ranking):
            y = top + rank * (high + 4)
            picture.box(
                x, y, 70, high, f"{rank + 1}.  {name}", fill=picture.mid if name == "A" else None
            )
            end = top + fused.index(name) * (high + 2) + high / 2
            start, to = (71, 115) if x < 100 else (269, 225)
            picture.arrow([(start, y + high / 2), (to, end)])
    picture.text(170, 12, "fused")
    for place, name in enumerate(fused):
        y = top + place * (high + 2)
        said = f"{name}   {scores[name]:.4f}"
        picture.box(115, y, 110, high, said, fill=picture.mid if name == "A" else None)
    picture.note(1, 108, "A: 1/61 + 1/63")
    picture.note(1, 123, "B: 1/61")
    return picture


def agent_loop() -> Picture:
    """The loop of an agent, and the five reasons for which it stops."""
    picture = Picture(340, 152, 9)
    picture.rect(1, 20, 196, 118, dashed=True, corner=6)
    picture.note(1, 12, "budgets stand outside the model")
    picture.box(14, 34, 62, 28, "model")
    picture.box(122, 34, 62, 28, "tool")
    picture.box(62, 98, 74, 28, "history")
    picture.arrow([(76, 48), (122, 48)])
    picture.note(99, 42, "action", anchor="middle")
    picture.arrow([(153, 62), (153, 112), (136, 112)])
    picture.note(149, 84, "result", anchor="end")
    picture.arrow([(62, 112), (45, 112), (45, 62)])
    picture.note(51, 84, "all so far")
    picture.arrow([(197, 79), (222, 79)])
    for place, reason in enumerate(
        ("check accepts", "budget spent", "nothing moves", "person needed", "beyond repair")
    ):
        picture.box(
            222, 20 + place * 23.5, 117, 19, reason, fill=None if place else picture.mid, corner=3
        )
    picture.note(222, 12, "reasons to stop")
    picture.key(222, 148, "success", picture.mid)
    return picture


STEPS: Final = 300


def contexts(policy: str) -> tuple[list[float], float]:
    """Tokens of context at each step, and dollars in all: the code of the text, step by step."""
    prefix, step, limit, note = 10_000, 2_000, 150_000, 5_000
    spent, history, warm = 0.0, 0, 0
    seen = []
    for _ in range(STEPS):
        total = prefix + history
        if policy == "compact" and total > limit:
            spent += warm * 0.30 + (total - warm) * 3.75 + note * 15
            history, warm = note, prefix
        elif policy == "slide" and total > limit:
            history, warm = history - step, prefix
        total = prefix + history
        spent += warm * 0.30 + (total - warm) * 3.75
        seen.append(float(total))
        warm, history = total, history + step
    return seen, spent / 1e6


def context() -> Picture:
    """The context of an agent over 300 steps, under three policies, and their price."""
    picture = Picture(340, 150, 9)
    left, right, top, bottom = 8.0, 336.0, 4.0, 112.0

    def point(step: float, tokens: float) -> tuple[float, float]:
        return left + (right - left - 12) * step / STEPS, bottom - (
            bottom - top - 12
        ) * tokens / 608e3

    picture.axes(left, top, right, bottom)
    picture.note(14, 13, "tokens of context")
    for policy, dashed, colour, wide in (
        ("keep", False, "", 1.4),
        ("slide", True, "", 1.4),
        ("compact", False, picture.hue, 2.0),
    ):
        tokens, _ = contexts(policy)
        points = [point(step, one) for step, one in enumerate(tokens)]
        kept = [
            here
            for place, here in enumerate(points)
            if place in {0, STEPS - 1}
            or (points[place + 1][1] - here[1]) * (here[1] - points[place - 1][1]) <= 0
        ]
        picture.line(kept, dashed=dashed, width=wide, **({"colour": colour} if colour else {}))
    _, y = point(0, 150e3)
    picture.note(14, y - 5, "150,000")
    dollars = {policy: contexts(policy)[1] for policy in ("keep", "slide", "compact")}
    picture.text(206, 36, f"keep all: ${dollars['keep']:.2f}", anchor="end")
    picture.text(324, y - 8, f"drop oldest: ${dollars['slide']:.2f}", anchor="end")
    picture.note(right, 126, f"{STEPS} steps", anchor="end")
    picture.text(8, 127, f"compact: ${dollars['compact']:.2f}", anchor="start", colour=picture.hue)
    picture.note(8, 146, "prices with a cache; the cut of the oldest step breaks it")
    return picture


def base_rates() -> Picture:
    """What a filter blocks of a million requests, 1,000 of them harmful; and a second stage."""
    picture = Picture(340, 122, 7)
    harmful, harmless = 1_000, 999_000
    left, wide = 2.0, 336.0
    first = (0.95 * harmful, 0.01 * harmless)
    second = (0.95 * first[0], 0.05 * first[1])
    scale = wide / sum(first)
    for y, words, (caught, blocked) in (
        (12.0, "first stage blocks", first),
        (62.0, "second stage keeps", second),
    ):
        share = 100 * caught / (caught + blocked)
        digits = 1 if share < 10 else 0
        said = f"{words} {caught:,.0f} + {blocked:,.0f}: precision {share:.{digits}f}%"
        picture.note(left, y, said)
        picture.rect(left, y + 7, caught * scale, 22, fill=picture.mid)
        picture.rect(left + caught * scale, y + 7, blocked * scale, 22)
    picture.key(2, 116, "harmful", picture.mid)
    picture.key(84, 116, "harmless, blocked all the same", None)
    return picture
