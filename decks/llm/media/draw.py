"""Draws the pictures of this bank: `python decks/llm/media/draw.py [FOLDER]`.

Every run writes the same bytes, beside this file unless a folder is given.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drawing import blocks, inside, judging, patterns, systems, training

if TYPE_CHECKING:
    from collections.abc import Callable

    from drawing.pen import Picture

PICTURES: Final[dict[str, Callable[[], Picture]]] = {
    "attention": patterns.attention,
    "adaptation": patterns.adaptation,
    "rag": patterns.rag,
    "prompting": patterns.prompting,
    "evaluation": patterns.evaluation,
    "tokenization": patterns.tokenization,
    "alignment": patterns.alignment,
    "production": patterns.production,
    "agent-loop": systems.agent_loop,
    "base-rates": systems.base_rates,
    "clip": training.clip,
    "context": systems.context,
    "experts": inside.experts,
    "forest": judging.forest,
    "fusion": systems.fusion,
    "group": training.group,
    "interval": judging.interval,
    "kv-cache": inside.kv_cache,
    "memory": training.memory,
    "outlier": blocks.outlier,
    "pipeline": training.pipeline,
    "positions": inside.positions,
    "residual": blocks.residual,
    "roc": judging.roc,
    "roofline": inside.roofline,
    "speculation": inside.speculation,
    "tiles": blocks.tiles,
    "vote": judging.vote,
}


def draw(folder: Path) -> None:
    """Write every picture into a folder."""
    for name, picture in PICTURES.items():
        (folder / f"{name}.svg").write_bytes(picture().svg().encode())


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
