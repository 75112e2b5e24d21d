"""Cards measured in a browser without a window: what is too wide, and what is too pale.

A page holds every card in turn in a frame as wide as a phone, and a script of ours measures it. One
process, no driver: the script writes what it found into the page, and the browser prints that.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from math_core import LatexToMathML

from prep_export.bank.values import READABLE
from prep_export.math_font import math_font

from .programs import program

if TYPE_CHECKING:
    from collections.abc import Sequence

PHONE: Final = 360
"""Pixels of CSS, the width of a small phone."""

THEMES: Final = {"light": "card card1", "night": "card card1 nightMode night_mode"}
"""Classes that Anki gives the body."""

_PROGRAM: Final = "body.nightMode { background-color: #2c2c2c; color: #fcfcfc; }"
"""Anki's own rule, which stands after a card's and outranks what is no stronger."""

# MathJax is a script of Anki's that no registry of ours has; a browser's own formulas, in the font
# of the paper, take about the same room in boxes that behave as MathJax's do.
_MATHJAX: Final = """
@font-face { font-family: paper; src: url("%s"); }
mjx-container { display: inline-block; }
mjx-container[display="true"] { display: block; text-align: center; margin: 1em 0; }
mjx-math { display: inline-block; white-space: nowrap; } math { font-family: paper; }
"""
_FORMULA: Final = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)

_SCRIPT: Final = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Measured:
    """What a browser says about cards."""

    words: int
    """Stretches of text whose contrast was computed."""
    cards: int
    found: list[str]
    """What is wrong, each with the card's name."""


def measured(
    cards: Sequence[tuple[str, str]], css: str, theme: str, folder: Path, width: int = PHONE
) -> Measured:
    """What is wider than the page or paler than text may be, on cards (name, HTML).

    `folder` has their media, and the page is written there. All that folds is open.
    """
    chromium = program("chromium", "chromium-browser", "google-chrome", package="chromium")
    style = f"{_MATHJAX % math_font().as_uri()}{css}{_PROGRAM}"
    page = f'<html><head><style>{style}</style></head><body class="{THEMES[theme]}"></body></html>'
    shown = [(name, _FORMULA.sub(_mathml, html)) for name, html in cards]
    values = {"CARDS": shown, "PAGE": page, "LEAST": READABLE}
    constants = "".join(
        f"const {name} = {json.dumps(value)};\n" for name, value in values.items()
    ).replace("</", "<\\/")
    path = folder / f"measured-{theme}.html"
    path.write_text(
        f'<meta charset="utf-8"><iframe style="width: {width}px; height: 900px; border: 0">'
        "</iframe>"
        f"<script>{constants}{_SCRIPT}</script>",
        encoding="utf-8",
    )
    done = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
         "--virtual-time-budget=600000", "--timeout=120000", "--dump-dom",
         f"--user-data-dir={folder / 'profile'}", path.as_uri()],
        capture_output=True, text=True, check=True, timeout=150,
    )  # fmt: skip
    result = re.search(r'<pre id="found">(.*)</pre>', done.stdout, re.DOTALL)
    assert result, done.stdout[-2000:] + done.stderr[-2000:]
    return Measured(**json.loads(unescape(result[1])))


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML()


def _mathml(found: re.Match[str]) -> str:
    inline, display = found.groups()
    latex = unescape(re.sub(r"<[^>]+>", "", display or inline))
    math = _converter().convert_with_local_state(latex, displaystyle=bool(display))
    attribute = ' display="true"' if display else ""
    return f"<mjx-container{attribute}><mjx-math>{math}</mjx-math></mjx-container>"
