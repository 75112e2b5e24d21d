"""Which file of a folder a path was meant to name, where there is none of its name."""

from __future__ import annotations

import os
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from prep_export.paths import path_from
from prep_export.spelling import Speller

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_FOLDERS: Final = 50
_FILES: Final = 2_000
"""Folders and files that are looked at: a bank may stand at the top of much else."""


class NearFiles:
    """The files below a folder, by what they are called; it is looked into when first asked."""

    def __init__(self, root: str, suffixes: Collection[str]) -> None:
        self._root, self._suffixes = root, suffixes

    @cached_property
    def _files(self) -> list[PurePosixPath]:
        paths = (PurePosixPath(path_from(self._root, path)) for path in _walk(self._root))
        return sorted(path for path in paths if path.suffix.lower() in self._suffixes)

    @cached_property
    def _called(self) -> dict[str, list[PurePosixPath]]:
        """Files by their path, their name, and their name without suffix, in small letters."""
        called: dict[str, list[PurePosixPath]] = {}
        for path in self._files:
            for form in _forms(path):
                called.setdefault(form, []).append(path)
        return called

    @cached_property
    def _stems(self) -> Speller:
        return Speller(_forms(path)[-1] for path in self._files)

    def nearest(self, reference: str) -> str:
        """The path that is most like one that leads nowhere; empty where none is.

        First comes the same name in other letters or in another folder, then in another format,
        then a name that differs a little.
        """
        wanted = PurePosixPath(reference)
        forms = _forms(wanted)
        for form in (*forms, self._stems.nearest(forms[-1])):
            found = self._called.get(form)
            if found:
                return str(min(found, key=lambda one: one.parent != wanted.parent))
        return ""


def _forms(path: PurePosixPath) -> tuple[str, str, str]:
    return f"/{path}".lower(), path.name.lower(), path.stem.lower()


def _walk(root: str) -> Iterator[str]:
    files = 0
    for folder, folders, names in islice(os.walk(root), _FOLDERS):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            files += 1
            if files > _FILES:
                return
            yield os.path.join(folder, name)  # noqa: PTH118 - as os.walk gives them
