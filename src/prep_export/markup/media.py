"""Images: files inside the bank's folder, checked, named by their content."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

MAX_BYTES: Final = 20 * 1024 * 1024
TYPES: Final = {
    ".svg": b"<",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
}
"""Suffixes of images with the bytes that such a file starts with (SVG: after white space)."""


class ImageError(ValueError):
    """An image that cannot be used. `code` is a diagnostic code."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Image:
    """An image file and the name under which it travels."""

    path: Path
    name: str
    """`attention-1f3a5b7c9d.svg`: holds a hash of the content, because Anki renames media whose
    name it knows with other content, and copies a changed file only with a changed note."""


class Media:
    """The images below one folder; each file is read once."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._seen: dict[str, Image | ImageError] = {}

    def find(self, reference: str) -> Image:
        """The image that an author's reference names. Raises ImageError."""
        if reference not in self._seen:
            try:
                self._seen[reference] = _find(self._root, reference)
            except ImageError as error:
                self._seen[reference] = error
        found = self._seen[reference]
        if isinstance(found, ImageError):
            raise found
        return found

    def name(self, reference: str) -> str:
        """The travelling name of a reference. Raises ImageError."""
        return self.find(reference).name

    @property
    def names(self) -> list[str]:
        """The references of every image found so far."""
        return [name for name, found in self._seen.items() if isinstance(found, Image)]

    @property
    def used(self) -> list[Image]:
        """Every image found so far, once each, by name."""
        images = {i.name: i for i in self._seen.values() if isinstance(i, Image)}
        return [images[name] for name in sorted(images)]


def inside(root: str, reference: str) -> str | None:
    """The file that a path from a folder names; None where it leaves the folder."""
    folder = os.path.realpath(root)
    path = os.path.realpath(os.path.join(folder, reference))  # noqa: PTH118
    return None if "\\" in reference or os.path.commonpath([folder, path]) != folder else path


def _find(root: str, reference: str) -> Image:
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", reference):
        raise ImageError(
            "image-outside",
            f"the image '{reference}' is not a file of the bank",
            "save it in the bank's folder: decks and sheets work without a network",
        )
    suffix = PurePosixPath(reference).suffix.lower()
    if suffix not in TYPES:
        raise ImageError(
            "image-type",
            f"'{reference}' is not an image that works everywhere",
            "use SVG, PNG or JPEG",
        )
    path = inside(root, reference)
    if path is None:
        raise ImageError(
            "image-outside",
            f"'{reference}' lies outside the bank's folder",
            "write a path from the bank's folder, with forward slashes",
        )
    try:
        if os.path.getsize(path) > MAX_BYTES:  # noqa: PTH202
            raise ImageError(
                "image-broken",
                f"'{reference}' is larger than {MAX_BYTES // 1024**2} MiB",
                "shrink it",
            )
        content = Path(path).read_bytes()
    except (OSError, ValueError):
        raise ImageError(
            "image-missing",
            f"there is no image '{reference}'",
            f"looked in '{os.path.relpath(os.path.realpath(root))}'",
        ) from None
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(TYPES[suffix]):
        raise ImageError(
            "image-broken",
            f"'{reference}' is not a {suffix[1:].upper()} file",
            "save it again in that format",
        )
    stem = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(reference).stem.lower()).strip("-") or "image"
    suffix = ".jpg" if suffix == ".jpeg" else suffix
    return Image(Path(path), f"{stem[:60]}-{sha256(content).hexdigest()[:10]}{suffix}")
