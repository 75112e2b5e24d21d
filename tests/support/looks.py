"""Pages as pictures, and whether two of them look alike."""

from __future__ import annotations

import os
import subprocess
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops, ImageFilter

from .programs import program

if TYPE_CHECKING:
    from collections.abc import Sequence

GOLDENS: Final = Path(__file__).resolve().parents[1] / "looks"
UPDATE: Final = bool(os.environ.get("PREP_EXPORT_UPDATE"))

DOTS: Final = 60
"""Of a picture, an inch."""
FINER: Final = 3
"""Pages are drawn with so many times the dots and then reduced, so that it matters little where a
renderer puts a letter between two of them."""
PIXEL: Final = 36
"""Greys of 255 by which a pixel must differ, when both pictures are blurred by a pixel."""
PIXELS: Final = 8
"""Pixels that may differ by so much.

Measured on pages of all layouts: between the two renderers of poppler, which share no code that
draws letters, at most 2 do; if one line of 6.6 points moves by 2 points, 50 do. A hairline that is
lost changes no pixel by so much, and is looked for by its length.
"""
_TRACE: Final = 8
"""Greys by which a hairline of 0.4 points in the palest colour differs from the page, at least."""
_RUN: Final = 40
"""Pixels of a line that count as a rule: 48 points."""
_WHITE: Final = 255
_LEVELS: Final = 16


def pages_of(pdf: Path) -> list[Image.Image]:
    """The pages of a document in greys, as poppler's first renderer draws them."""
    poppler = program("pdftoppm", package="poppler-utils")
    resolution = str(DOTS * FINER)
    done = subprocess.run(
        [poppler, "-gray", "-r", resolution, str(pdf)], capture_output=True, check=True, timeout=60
    )
    return [reduced(page) for page in _pictures(done.stdout)]


def reduced(page: Image.Image) -> Image.Image:
    """A page with as many dots as its golden has."""
    return page.convert("L").reduce(FINER)


def _pictures(stream: bytes) -> list[Image.Image]:
    """The pictures of a stream of binary PGM, each of which says its size."""
    found: list[Image.Image] = []
    while stream:
        magic, size, depth = stream.split(b"\n", 3)[:3]
        width, height = map(int, size.split())
        length = len(magic) + len(size) + len(depth) + 3 + width * height
        found.append(Image.open(BytesIO(stream[:length])))
        stream = stream[length:]
    return found


def differing(one: Image.Image, other: Image.Image) -> int:
    """How many pixels of two pages differ by more than a renderer's whim."""
    if one.size != other.size:
        return one.width * one.height
    blur = ImageFilter.GaussianBlur(1)
    counts = ImageChops.difference(one.filter(blur), other.filter(blur)).histogram()
    return sum(counts[PIXEL:])


def a_rule_is_lost(before: Image.Image, after: Image.Image) -> bool:
    """Whether a straight line of one page has no trace on the other, however thin and pale it is.

    A pixel is gone where nothing within a pixel of it stands out half as much from what is around
    it, and a line where a whole run of pixels is.
    """
    around = ImageFilter.MaxFilter(5)
    contrast = ImageChops.subtract(before.filter(around), before)
    left = ImageChops.subtract(after.filter(around), after.filter(ImageFilter.MinFilter(3)))
    gone = ImageChops.subtract(contrast, ImageChops.add(left, left))
    mask = gone.point([255 if grey >= _TRACE else 0 for grey in range(256)])
    runs = ((_RUN // 2, 0), (0, _RUN // 2))
    return any(mask.filter(ImageFilter.BoxBlur(run)).getextrema()[1] == _WHITE for run in runs)


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pages look alike to somebody who compares them with care."""
    if differing(one, other) > PIXELS:
        return False
    return not (a_rule_is_lost(one, other) or a_rule_is_lost(other, one))


def changed(name: str, pages: Sequence[Image.Image]) -> list[str]:
    """What differs from the goldens of a name, each with the picture that shows how.

    Where asked to, the goldens are written instead: those that differ, and no others.
    """
    problems = []
    known = sorted(GOLDENS.glob(f"{name}-[0-9].png"))
    for number, page in enumerate(pages, start=1):
        golden = GOLDENS / f"{name}-{number}.png"
        shown = GOLDENS / f"{name}-{number}.difference.png"
        shown.unlink(missing_ok=True)
        before = Image.open(golden).convert("L") if golden.exists() else None
        if before is not None and alike(before, page):
            continue
        if UPDATE:
            GOLDENS.mkdir(exist_ok=True)
            _coarse(page).save(golden, optimize=True)
        elif before is None:
            problems.append(f"there is no {golden.name}")
        else:
            _beside(before, page).save(shown)
            problems.append(f"{golden.name} differs: see {shown}")
    for golden in known[len(pages) :]:
        if UPDATE:
            golden.unlink()
        else:
            problems.append(f"there is no page for {golden.name} any more")
    return problems


def _coarse(page: Image.Image) -> Image.Image:
    """A page in few greys, as a file of half the size."""
    step = 255 / (_LEVELS - 1)
    levels = page.point([round(value / step) for value in range(256)]).convert("L")
    coarse = Image.frombytes("P", page.size, levels.tobytes())
    coarse.putpalette([round(number * step) for number in range(_LEVELS) for _ in "rgb"])
    return coarse


def _beside(before: Image.Image, now: Image.Image) -> Image.Image:
    """Before, now, and both over each other: what is gone in red, what is new in blue."""
    size = (max(before.width, now.width), max(before.height, now.height))
    old, new = (Image.new("L", size, 255) for _ in "12")
    old.paste(before)
    new.paste(now)
    both = Image.merge("RGB", (new, ImageChops.lighter(old, new), old))
    picture = Image.new("RGB", (3 * size[0], size[1]), "white")
    for place, part in enumerate((old, new, both)):
        picture.paste(part, (place * size[0], 0))
    return picture
