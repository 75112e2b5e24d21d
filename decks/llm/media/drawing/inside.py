"""Pictures of what happens inside a model: cache, positions, experts, speed."""

from __future__ import annotations

from math import cos, log10, pi, radians, sin

from drawing.patterns import softmax
from drawing.pen import THIN, Picture


def kv_cache() -> Picture:
    """What four kinds of attention cache, for 64 query heads of width 128; a quarter is drawn."""
    picture = Picture(340, 126, 1)
    heads, width, drawn, step = 64, 128, 16, 4.0
    latent = 512 + 64
    kinds = (
        ("multi-head", drawn, 2 * heads * width),
        ("grouped", drawn * 8 // heads, 2 * 8 * width),
        ("multi-query", 1, 2 * width),
        ("latent", 1, latent),
    )
    picture.note(1, 37, "queries")
    picture.note(1, 81, "cached")
    for panel, (name, pairs, numbers) in enumerate(kinds):
        left = 56 + panel * 72.0
        middle = left + drawn * step / 2
        picture.note(middle, 12, name, anchor="middle")
        for head in range(drawn):
            x = left + head * step
            picture.rect(x, 24, step - 1, 18, line=THIN)
            group = head * pairs // drawn
            to = left + (group + 0.5) * drawn * step / pairs
            picture.line([(x + 1.5, 42), (to, 62)], width=0.6)
        for pair in range(pairs):
            x = left + (pair + 0.5) * drawn * step / pairs
            wide = step - 1 if numbers != latent else (step - 1) * latent / (2 * width)
            picture.rect(x - wide / 2, 62, wide, 30, fill=picture.mid, line=THIN)
        picture.text(middle, 106, f"{numbers:,}", bold=True)
    picture.note(1, 106, "numbers")
    picture.note(1, 123, "a token and layer, at 64 heads of width 128; 16 drawn")
    return picture


def positions() -> Picture:
    """A pair of coordinates turns with the position; the wavelengths of all pairs.

    Head width 128, base 10,000, as in the original paper; 4,096 tokens of training are an example.
    """
    picture = Picture(340, 146, 1)
    angle, long = 25.0, 30.0
    for middle, first in ((46.0, 1), (138.0, 7)):
        y, last = 62.0, first + 2
        ends = []
        for place in (first, last):
            turned = radians(angle * place + 10)
            ends.append((middle + long * cos(turned), y - long * sin(turned)))
        start, stop = angle * first + 10, angle * last + 10
        arc = [
            (
                middle + long * cos(radians(start + (stop - start) * part / 12)),
                y - long * sin(radians(start + (stop - start) * part / 12)),
            )
            for part in range(13)
        ]
        picture.area([(middle, y), *arc], picture.pale)
        picture.ring(middle, y, long)
        for place, (x, end) in zip((first, last), ends, strict=True):
            picture.arrow([(middle, y), (x, end)])
            far = 1.32
            name = "q" if place == last else "k"
            picture.text(middle + (x - middle) * far, y + (end - y) * far + 4, name)
        picture.note(middle, 12, f"positions {first}, {last}", anchor="middle")
    picture.note(92, 114, "same distance, same angle:", anchor="middle")
    picture.note(92, 129, "same score", anchor="middle")
    left, right, top, bottom = 206.0, 332.0, 28.0, 112.0
    pairs, base, trained = 64, 10_000, 4096
    waves = [2 * pi * base ** (2 * pair / 128) for pair in range(pairs)]

    def point(pair: float, wave: float) -> tuple[float, float]:
        return (
            left + (right - left - 10) * pair / (pairs - 1),
            bottom - (bottom - top - 10) * (log10(wave) - 0.5) / 4.3,
        )

    slow = [pair for pair in range(pairs) if waves[pair] > trained]
    picture.area(
        [
            point(slow[0], 10**0.5),
            *(point(pair, waves[pair]) for pair in slow),
            point(pairs - 1, 10**0.5),
        ],
        picture.mid,
    )
    picture.axes(left, top - 8, right, bottom)
    picture.line([point(pair, wave) for pair, wave in enumerate(waves)], width=2)
    _, y = point(0, trained)
    picture.line([(left, y), (right - 10, y)], dashed=True)
    picture.note(left + 5, y - 4, "4,096 trained")
    picture.note(200, 12, "tokens for a full turn")
    x, y = point(pairs - 1, waves[-1])
    picture.note(x - 8, y + 1, f"{round(waves[-1], -3):,.0f}", anchor="end")
    picture.note(left + 17, bottom - 3, f"{waves[0]:.1f}")
    picture.note(left, 125, "pair 0")
    picture.note(338, 125, "63", anchor="end")
    picture.key(206, 142, "never a full turn", picture.mid)
    return picture


def experts() -> Picture:
    """A router sends a token to two of eight experts."""
    picture = Picture(340, 158, 1)
    logits = (0.2, 1.9, -0.5, 0.6, 0.1, 1.4, -1.0, 0.3)
    shares = softmax(logits)
    chosen = sorted(range(8), key=lambda one: -logits[one])[:2]
    gates = dict(zip(chosen, softmax([logits[one] for one in chosen]), strict=True))
    picture.box(1, 51, 46, 24, "token")
    picture.arrow([(47, 63), (60, 63)])
    picture.box(60, 51, 50, 24, "router")
    picture.box(286, 51, 24, 24, "+")
    picture.arrow([(310, 63), (338, 63)])
    for expert in range(8):
        y = 1 + expert * 15.6
        fill = picture.mid if expert in chosen else None
        picture.line([(110, 63), (126, y + 6.5)], dashed=expert not in chosen)
        picture.rect(128, y + 2, 100 * shares[expert], 9, fill=fill, line=THIN)
        picture.cell(178, y, 62, 13, f"expert {expert + 1}", fill=fill)
        if expert in chosen:
            picture.arrow([(240, y + 6.5), (284, 58 if y < 60 else 68)])
            picture.note(282, y + (2 if y < 60 else 16), f"× {gates[expert]:.2f}", anchor="end")
    picture.note(1, 139, "all in memory")
    picture.note(128, 139, "bars: the router's shares")
    picture.key(128, 154, "computed, weighted by its gate", picture.mid)
    return picture


def roofline() -> Picture:
    """What an accelerator reaches, by operations a byte, and where decoding stands.

    The numbers of the text: 312 TFLOP/s, 2 TB/s; 7 billion weights of 2 bytes, 2,000 tokens of
    context, 156 requests; a byte of cache serves the query heads that share it.
    """
    picture = Picture(340, 172, 1)
    peak, band, requests, context = 312e12, 2e12, 156, 2000
    left, right, top, bottom = 8.0, 336.0, 18.0, 124.0

    def point(intensity: float) -> tuple[float, float]:
        reached = min(peak, intensity * band)
        return (
            left + 8 + (right - left - 30) * log10(intensity) / log10(3000),
            bottom - 14 - (bottom - top - 32) * log10(reached / 2e12) / log10(peak / 2e12),
        )

    def decoding(shared: int) -> float:
        """Operations a byte of a step, with so many query heads for a key-value head."""
        weights, layers, heads, width = 7e9, 32, 32, 128
        cache = requests * context * 2 * layers * (heads // shared) * width * 2
        return (2 * weights * requests + cache * shared) / (2 * weights + cache)

    ridge = peak / band
    picture.area(
        [point(1), point(ridge), (point(ridge)[0], bottom), (left, bottom), (left, point(1)[1])],
        picture.pale,
    )
    picture.axes(left, 4, right, bottom)
    picture.line([point(1), point(ridge), point(3000)], width=2)
    x, y = point(ridge)
    picture.line([(x, y), (x, bottom)], dashed=True)
    picture.note(x, 138, f"{ridge:.0f}", anchor="middle")
    picture.note(14, 13, "operations a second")
    picture.note(right, 138, "operations a byte", anchor="end")
    picture.note(x + 8, 70, "arithmetic limits")
    for intensity, words, side in (
        (1.0, "1 request: 1", 1),
        (decoding(1), f"full heads: {decoding(1):.0f}", 1),
        (decoding(4), f"8 key-value heads: {decoding(4):.0f}", -1),
        (2000.0, "prefill", -1),
    ):
        x, y = point(intensity)
        picture.dot(x, y, fill=picture.mid)
        if words == "prefill":
            picture.note(x, y - 9, words, anchor="middle")
        elif side > 0:
            picture.note(x + 9, y + (5 if intensity == 1 else 9), words)
        else:
            picture.note(x - 8, y - 5, words, anchor="end")
    picture.key(8, 154, "waits for memory", picture.pale)
    picture.note(8, 169, f"decoding: 1 request, {requests} with {context:,} tokens each")
    return picture


def expected_tokens(rate: float, drafted: int) -> float:
    """Tokens that one pass of the large model yields."""
    return (1 - rate ** (drafted + 1)) / (1 - rate)


def speculation() -> Picture:
    """Draft, verify, accept; and the tokens that a pass yields."""
    picture = Picture(340, 154, 1)
    wide, high = 38.0, 20.0
    picture.note(1, 12, "four tokens from the draft")
    for place, word in enumerate(("the", "cat", "sat", "on")):
        x = 1 + place * (wide + 4)
        picture.box(x, 18, wide, high, word, dashed=place > 1)
        picture.arrow([(x + wide / 2, 38), (x + wide / 2, 58)])
    picture.box(1, 58, 4 * wide + 12, 22, "one large-model pass")
    for place, word in enumerate(("the", "cat", "lay")):
        x = 1 + place * (wide + 4)
        picture.arrow([(x + wide / 2, 80), (x + wide / 2, 100)])
        picture.box(x, 100, wide, high, word, fill=picture.mid if place < 2 else picture.pale)
    picture.key(1, 134, "accepted", picture.mid)
    picture.key(78, 134, "drawn anew", picture.pale)
    picture.note(1, 149, "dashed: rejected, or after a rejection")
    left, right, top, bottom, most = 206.0, 336.0, 22.0, 112.0, 8

    def point(drafted: float, tokens: float) -> tuple[float, float]:
        return (
            left + (right - left - 26) * drafted / most,
            bottom - (bottom - top - 4) * (tokens - 1) / 5.6,
        )

    picture.axes(left, top - 4, right, bottom)
    picture.note(left - 4, 12, "tokens a pass")
    for rate in (0.6, 0.8, 0.9):
        ends = [(drafted, expected_tokens(rate, drafted)) for drafted in range(most + 1)]
        picture.line([point(*one) for one in ends], width=1.6)
        x, y = point(*ends[-1])
        picture.note(x + 5, y + 4, f"{rate}")
    x, y = point(4, expected_tokens(0.8, 4))
    picture.line([(x, y), (x, bottom)], dashed=True)
    picture.dot(x, y, fill=picture.mid)
    picture.note(x + 4, y + 12, f"{expected_tokens(0.8, 4):.2f}")
    picture.note(x, bottom + 14, "4", anchor="middle")
    picture.note(338, bottom + 14, "drafted", anchor="end")
    return picture
