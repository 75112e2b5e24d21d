"""Pictures that lie beside a table: it names them by their paths from its folder."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from prep_export.markdown.images import MAX_BYTES, TYPES
from prep_export.markdown.parser import parse, source, walk
from prep_export.paths import inside, read_regular

if TYPE_CHECKING:
    from prep_export.importing.files import BankFolder
    from prep_export.importing.losses import Lose


class Beside:
    """Finds pictures, and takes them into the bank under the paths that they have."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._found: dict[str, bytes | None] = {}
        """The content by the path; None for what is not there or no picture."""

    def path(self, name: str, lose: Lose) -> str | None:
        """The path of a picture in the bank; None where it does not lie beside the table."""
        name = unquote(name)
        if name not in self._found:
            self._found[name] = self._content(name)
        if self._found[name] is not None:
            return name
        lose("a picture that does not lie beside the table", name[:200])
        return None

    def named_in(self, markdown: str, lose: Lose) -> None:
        """Find the pictures of a text, which keeps its words whether or not they are there."""
        for token in walk(parse(markdown)) if "![" in markdown else ():
            if token.type == "image":
                self.path(source(token), lose)

    def write(self, made: BankFolder) -> int:
        """Write what was found; the number of it."""
        found = {name: content for name, content in self._found.items() if content is not None}
        for name, content in found.items():
            made.picture(name, content)
        return len(found)

    def _content(self, name: str) -> bytes | None:
        path = inside(self._folder, name) if name.isprintable() else None
        if path is None or PurePosixPath(name).suffix.lower() not in TYPES:
            return None
        try:
            return read_regular(path, MAX_BYTES)
        except (OSError, ValueError):
            return None
