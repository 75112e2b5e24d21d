"""The fonts of study pages, kept between processes: the same bytes, and never an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import fontTools
import pytest

import prep_export
from prep_export.exporters import kept, registry
from prep_export.exporters.site import font
from prep_export.exporters.site.font import font_face
from prep_export.math_font import math_font

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own."""
    folder = tmp_path / "deep"
    monkeypatch.delenv(kept.OFF, raising=False)
    monkeypatch.setattr(kept, "user_cache_path", lambda *_, **__: folder)
    forget()
    return folder / "fonts.json"


def forget() -> None:
    """Be as another process."""
    font._font.cache_clear()
    font._key.cache_clear()


def in_another_process(characters: str) -> str:
    forget()
    return font_face(frozenset(characters), keep=True)


def never_made(_: str) -> str:
    raise AssertionError("the font is made anew")


def test_a_kept_font_is_the_one_that_would_be_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = in_another_process("x√")
    assert path.is_file()
    monkeypatch.setattr(font, "_subset", never_made)
    assert in_another_process("√x") == anew
    with pytest.raises(AssertionError, match="made anew"):
        in_another_process("y")


def test_another_version_of_the_library_makes_it_foreign(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_another_process("x")
    monkeypatch.setattr(fontTools, "version", "9.9")
    monkeypatch.setattr(font, "_subset", lambda _: "other")
    assert "other" in in_another_process("x")


def test_another_font_makes_it_foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_another_process("x")
    changed = tmp_path / "changed.ttf"
    changed.write_bytes(math_font().read_bytes() + b"\0")
    monkeypatch.setattr(font, "math_font", lambda: changed)
    monkeypatch.setattr(font, "_subset", lambda _: "other")
    assert "other" in in_another_process("x")


@pytest.mark.parametrize("data", [None, [], ["x"], 1, "x"], ids=repr)
def test_a_file_of_something_else_is_ignored_and_replaced(path: Path, data: object) -> None:
    kept.store(path, font._key(), data)
    made = in_another_process("x")
    assert in_another_process("x") == made
    assert list(kept.load(path, font._key())) == ["x"]


def test_only_the_newest_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font, "_subset", str)
    monkeypatch.setattr(font, "MAX_FONTS", 2)
    for one in "abc":
        in_another_process(one)
    assert list(kept.load(path, font._key())) == ["b", "c"]


def test_the_environment_and_the_caller_turn_it_off(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(font, "_subset", str)
    font_face(frozenset("x"))
    monkeypatch.setenv(kept.OFF, "1")
    in_another_process("x")
    assert not path.exists()


@pytest.mark.parametrize("cache", ["on", "off"])
def test_an_export_keeps_its_font_unless_told_not_to(
    path: Path, write_bank: Callable[..., str], tmp_path: Path, cache: str
) -> None:
    bank = prep_export.load_bank(
        write_bank("questions:\n- {id: q, topics: [rag], question: Why?, answer: By $x$.}\n")
    )
    prep_export.export(bank, registry.get("site"), tmp_path / "x.html", {"cache": cache})
    assert path.exists() == (cache == "on")
