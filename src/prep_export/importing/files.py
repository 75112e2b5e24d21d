"""Entries to the files of a bank, written whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import yaml

from prep_export.errors import OutputError
from prep_export.importing.clean import CONTROL
from prep_export.scratch import alone, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class _Dumper(yaml.SafeDumper):
    """Plain YAML as people write it: blocks for long text, order as given."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        del indentless
        return super().increase_indent(flow, False)


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    text = CONTROL.sub("", text)
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)


class BankFolder:
    """A bank's folder in the making: beside its place, or in it, moved there when it is whole.

    Raises OutputError for what cannot be written.
    """

    def __init__(self, target: Path, made: Path) -> None:
        self._target = target
        self._made = made

    def picture(self, path: str, content: bytes) -> None:
        """Write a picture at its path from the bank's folder."""
        with _writing(self._target):
            if not (self._made / path).resolve().is_relative_to(self._made.resolve()):
                raise OutputError(f"'{path}' would be written outside '{self._target}'")
            (self._made / path).parent.mkdir(parents=True, exist_ok=True)
            (self._made / path).write_bytes(content)

    def finish(
        self,
        header: Mapping[str, Any],
        topics: Mapping[str, str],
        tags: Mapping[str, str],
        sections: Mapping[str, list[dict[str, Any]]],
    ) -> None:
        """Write `bank.yaml` and a file for each section, and move all to its place."""
        with _writing(self._target):
            declared = {"bank": dict(header), "topics": dict(topics)}
            _write(self._made / "bank.yaml", {**declared, **({"tags": dict(tags)} if tags else {})})
            for name, entries in sections.items():
                if entries:
                    _write(self._made / f"{name}.yaml", {name: entries})
            if self._target.exists():
                _fill(self._target, self._made)
            else:
                self._made.replace(self._target)


@contextmanager
def bank_folder(target: Path) -> Iterator[BankFolder]:
    """A folder to fill; without `finish` nothing of it stays."""
    # What exists may be the current folder, a link, the root of a disk: it is filled, not replaced.
    around = target if target.exists() else target.parent
    with ExitStack() as stack:
        with _writing(target):
            made = stack.enter_context(scratch(around)) / "bank"
            made.mkdir()
        yield BankFolder(target, made)


def _fill(folder: Path, made: Path) -> None:
    """Move all that one folder holds into another: what has been moved goes again if one cannot
    be."""
    with alone({folder.resolve()}), ExitStack() as undo:
        for source in sorted(made.iterdir()):
            place = folder / source.name
            if os.path.lexists(place):  # since the caller has looked
                raise FileExistsError(errno.EEXIST, f"'{source.name}' has come there meanwhile")
            source.rename(place)
            undo.callback(place.rename, source)
        undo.pop_all()


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write '{target}': {error.strerror or error}") from error


def _write(path: Path, data: dict[str, Any]) -> None:
    text = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")
