"""Pictures of systems: two rankings made one, an agent's loop."""

from __future__ import annotations

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
    picture = Picture(340, 146, 9)
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
            222, 22 + place * 24.0, 117, 19, reason, fill=None if place else picture.mid, corner=3
        )
    picture.note(222, 12, "reasons to stop")
    return picture
