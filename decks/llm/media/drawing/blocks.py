"""Pictures of a model's parts: the residual stream, attention in tiles, a grid of few bits."""

from __future__ import annotations

from typing import Final

from drawing.pen import THIN, Picture


def residual() -> Picture:
    """Where a block normalises: on the stream, or in the branch."""
    picture = Picture(340, 116, 1)
    for y, name, after in ((46.0, "post-norm", True), (106.0, "pre-norm", False)):
        picture.text(1, y - 10, name, anchor="start")
        up = y - 27
        join = 196.0
        picture.line([(1, y), (join - 9, y)], width=2)
        if after:
            picture.arrow([(76, y), (76, up), (136, up)])
            picture.box(204 + 16, y - 11, 58, 22, "Norm", fill=picture.mid)
            picture.arrow([(join + 9, y), (220, y)])
            picture.arrow([(278, y), (339, y)])
        else:
            picture.arrow([(76, y), (76, up), (84, up)])
            picture.box(84, up - 11, 44, 22, "Norm", fill=picture.mid)
            picture.arrow([(128, up), (136, up)])
            picture.line([(join + 9, y), (332, y)], width=2)
            picture.arrow([(330, y), (339, y)])
        picture.box(136, up - 11, 34, 22, "F")
        picture.arrow([(170, up), (join, up), (join, y - 9)])
        picture.box(join - 9, y - 9, 18, 18, "+", corner=9)
        picture.note(
            338,
            y - 17,
            "the stream is rescaled" if after else "the stream is untouched",
            anchor="end",
        )
    return picture


def tiles() -> Picture:
    """Attention that writes all scores, and attention in tiles with a running softmax."""
    picture = Picture(340, 138, 1)
    cells, size, top = 8, 9.0, 34.0
    n = 8192
    side = cells * size
    for left, name in ((14.0, "plain"), (150.0, "in tiles")):
        picture.text(left + side / 2, 12, name)
        picture.note(left + side / 2, 29, "keys", anchor="middle")
        for row in range(cells):
            for column in range(cells):
                whole = name == "plain"
                here = row in {2, 3} and column in {4, 5}
                picture.cell(
                    left + column * size,
                    top + row * size,
                    size,
                    size,
                    fill=picture.mid if whole or here else None,
                )
    picture.arrow([(150, top + 3 * size), (150 + 4 * size, top + 3 * size)])
    picture.box(242, 36, 97, 20, "max so far")
    picture.box(242, 60, 97, 20, "sum so far")
    picture.box(242, 84, 97, 20, "output so far")
    picture.arrow([(150 + 6 * size, top + 3 * size), (242, 68)])
    picture.note(1, 120, f"{n * n * 2 / 1e6:.0f} MB a head, n = {n:,}")
    picture.note(150, 120, "one tile at a time, on the chip")
    picture.key(1, 135, "scores held at once", picture.mid)
    return picture


WEIGHTS: Final = (-1.0, -0.72, -0.55, -0.4, -0.21, -0.08, 0.1, 0.25, 0.33, 0.5, 0.61, 0.86)


def outlier() -> Picture:
    """Twelve weights on a grid of 4 bits, by absmax, alone and beside an outlier of 20."""
    picture = Picture(340, 138, 2)
    middle, unit, levels = 170.0, 150.0, 7
    for y, largest, words in (
        (46.0, 1.0, "4 bits, largest weight 1: 15 levels, errors up to {error:.2f}"),
        (114.0, 20.0, "an outlier of 20 beside them: all become 0"),
    ):
        step = largest / levels
        picture.note(1, y - 32, words.format(error=step / 2))
        picture.line([(10, y), (330, y)])
        for level in range(-levels, levels + 1):
            if abs(level * step) <= 1.01:
                x = middle + level * step * unit
                picture.line([(x, y - 5), (x, y + 5)])
        for weight in WEIGHTS:
            x = middle + weight * unit
            to = middle + round(weight / step) * step * unit
            picture.line([(x, y - 17), (to, y)], width=THIN)
            picture.dot(x, y - 17, fill=picture.mid, radius=3.5)
        picture.note(20, y + 18, "−1", anchor="middle")
        picture.note(middle, y + 18, "0", anchor="middle")
        picture.note(320, y + 18, "1", anchor="middle")
    return picture
