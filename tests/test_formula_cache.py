"""Layouts kept between processes: equal to the last bit, and never an error."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from prep_export.exporters import kept
from prep_export.exporters.kept import OFF
from prep_export.exporters.pdf.engine import formula_cache, formulas
from prep_export.exporters.pdf.engine.formula_cache import kept_layouts, load, store

LATEX = [r"\frac{a}{\sqrt[3]{b}}+\left(\sum_i x_i\right)", r"\boxed{x'}\cancel{y}", "\u03b1"]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, and nothing finished yet."""
    folder = tmp_path / "deep"
    monkeypatch.delenv(OFF, raising=False)
    monkeypatch.setattr(kept, "user_cache_path", lambda *_, **__: folder)
    monkeypatch.setattr(formulas, "finished", {})
    return folder / "formulas.json"


def lay_out() -> list[formulas.MathBox]:
    formulas.finished.clear()
    with kept_layouts():
        return [formulas.layout(one, display=True) for one in LATEX]


def test_what_is_kept_equals_what_is_laid_out(path: Path) -> None:
    anew = lay_out()
    assert path.exists()
    layouts = load(path)
    assert [repr(layouts[one, True]) for one in LATEX] == [repr(box) for box in anew]


def test_what_is_kept_is_not_laid_out_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lay_out()
    written = path.stat().st_mtime_ns
    monkeypatch.setattr(formulas, "typeset", None)
    assert lay_out() == before
    assert path.stat().st_mtime_ns == written


@pytest.mark.parametrize("name", ["ziamath", "ziafont", "latex2mathml"])
def test_another_version_of_a_library_makes_it_foreign(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    lay_out()
    formula_cache.key.cache_clear()
    monkeypatch.setattr(formula_cache, "version", lambda one: "9" if one == name else "0.1")
    assert load(path) == {}
    lay_out()
    assert load(path)
    formula_cache.key.cache_clear()


def test_another_layout_of_ours_makes_it_foreign(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lay_out()
    formula_cache.key.cache_clear()
    changed = tmp_path / "formulas.py"
    changed.write_text(Path(formulas.__file__).read_text("utf-8") + "# moved a glyph\n", "utf-8")
    monkeypatch.setattr(formulas, "__file__", str(changed))
    assert load(path) == {}
    formula_cache.key.cache_clear()


def signed(body: bytes) -> bytes:
    return f"{formula_cache.key()} {sha256(body).hexdigest()}\n".encode() + body


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"no key\n[]",
        signed(b"{}")[:-1],
        signed(b"[1]"),
        signed(b'[["x"]]'),
        signed(b"[" * 100_000),
        signed(b"not json"),
    ],
    ids=range(8),
)
def test_a_damaged_file_is_ignored_and_replaced(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert load(path) == {}
    assert len(lay_out()) == len(LATEX)
    assert len(load(path)) == len(LATEX)


def test_one_bit_of_damage_is_noticed(path: Path) -> None:
    lay_out()
    content = path.read_bytes()
    path.write_bytes(content.replace(b"0.", b"1.", 1))
    assert load(path) == {}


def test_a_huge_file_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out()
    monkeypatch.setattr(kept, "MAX_BYTES", path.stat().st_size - 1)
    assert load(path) == {}


def test_only_the_newest_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formula_cache, "MAX_LAYOUTS", 2)
    lay_out()
    assert [latex for latex, _ in load(path)] == LATEX[1:]


def test_the_environment_turns_it_off(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OFF, "0")
    lay_out()
    assert not path.exists()
    monkeypatch.setenv(OFF, "")
    lay_out()
    assert path.exists()


def test_the_caller_turns_it_off(path: Path) -> None:
    with kept_layouts(enabled=False):
        formulas.layout("x", display=True)
    assert not path.exists()


def test_a_file_is_whole_or_absent(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out()
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    store(path, {("y", True): formulas.set_anew("y", display=True)})
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_is_no_error(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.parent.write_text("a file stands where the folder should")
    assert len(lay_out()) == len(LATEX)
    path.parent.unlink()
    path.mkdir(parents=True)
    assert len(lay_out()) == len(LATEX)
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_what_is_no_file_is_neither_read_nor_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody may ever write into a pipe, or read it."""
    path.parent.mkdir()
    os.mkfifo(path)
    real_read, real_write = Path.read_bytes, Path.write_bytes

    def read(self: Path) -> bytes:
        assert self != path
        return real_read(self)

    def write(self: Path, content: bytes) -> int:
        assert self != path
        return real_write(self, content)

    monkeypatch.setattr(Path, "read_bytes", read)
    monkeypatch.setattr(Path, "write_bytes", write)
    assert len(lay_out()) == len(LATEX)
    assert path.is_fifo()


def test_a_home_that_is_not_known_makes_no_folder_of_that_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(OFF, raising=False)
    monkeypatch.setattr(kept, "user_cache_path", lambda *_, **__: Path("~/.cache/prep-export"))
    assert formula_cache.cache_path() is None


def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*_: object, **__: object) -> None:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(kept, "user_cache_path", homeless)
    monkeypatch.setattr(formulas, "finished", {})
    assert formula_cache.cache_path() is None
    assert len(lay_out()) == len(LATEX)


def test_a_fault_in_between_keeps_what_was_there(path: Path) -> None:
    lay_out()
    before = path.read_bytes()
    with pytest.raises(formulas.MathError), kept_layouts():
        formulas.layout(r"z\text{}", display=True)
    assert path.read_bytes() == before
    assert json.loads(before.partition(b"\n")[2])
