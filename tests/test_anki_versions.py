"""The promises of the Anki contract in one list, which `tests/anki_versions.py` puts to any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import anki_versions
from .support import judge
from .support.packages import altered

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("anki", reason="the official backend has no wheel for this machine")


def test_the_installed_anki_keeps_every_promise(tmp_path: Path) -> None:
    anki_versions.releases(tmp_path)
    found = judge.facts(tmp_path)
    assert len(found) >= 18
    assert set(found.values()) == {"yes"}, {name: f for name, f in found.items() if f != "yes"}


def test_a_promise_that_is_not_kept_is_seen(tmp_path: Path) -> None:
    anki_versions.releases(tmp_path)
    altered(tmp_path / "second.apkg", ["UPDATE notes SET mod = 1"])
    found = judge.facts(tmp_path)
    assert found["brings changed texts"] == found["marks what was retired"] == "no"
    assert found["adds new notes"] == "yes"


def test_a_package_that_cannot_be_imported_is_one_fact(tmp_path: Path) -> None:
    for name in ("first.apkg", "second.apkg"):
        (tmp_path / name).write_bytes(b"no zip")
    found = judge.facts(tmp_path)
    assert list(found) == ["imports"]
    assert "yes" not in found.values()


def test_the_table_has_a_column_for_each_version() -> None:
    found = {"1.0": {"imports": "yes", "keeps": "no"}, "0.9": {"imports": "TypeError: x"}}
    assert anki_versions.table(found).splitlines() == [
        "| | 1.0 | 0.9 |",
        "|---|---|---|",
        "| imports | yes | TypeError: x |",
        "| keeps | no |  |",
    ]
