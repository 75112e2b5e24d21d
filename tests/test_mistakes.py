"""What authors type wrong, and what `prep-export validate` prints about it, word for word.

Each folder of `mistakes/` is named by its fault and holds the bank as typed, and `expected.txt`.
With PREP_EXPORT_UPDATE=1 what is printed now is written there; read it as that author would.
"""

from __future__ import annotations

import os

import pytest
from typer.testing import CliRunner

from prep_export.cli.app import app

from .conftest import ROOT

MISTAKES = ROOT / "tests" / "mistakes"
UPDATE = bool(os.environ.get("PREP_EXPORT_UPDATE"))


@pytest.mark.parametrize("name", sorted(path.name for path in MISTAKES.iterdir()))
def test_a_mistake_is_told_at_its_place_with_its_cause_and_what_to_type(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = MISTAKES / name
    monkeypatch.chdir(folder)
    typed = [path.name for path in folder.iterdir() if path.name != "expected.txt"]
    result = CliRunner().invoke(app, ["validate", typed[0] if len(typed) == 1 else "."])
    if UPDATE:
        (folder / "expected.txt").write_text(result.output, encoding="utf-8")
    assert result.output == (folder / "expected.txt").read_text(encoding="utf-8")
