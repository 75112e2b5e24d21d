"""Images: files inside the bank's folder, checked, named by their content."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Final

from prep_export.errors import PrepExportError
from prep_export.findings.finding import Finding, Node
from prep_export.markdown.near_files import NearFiles
from prep_export.paths import inside, read_regular, shown_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.findings.codes import Code

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
TYPES: Final = {
    ".svg": b"<",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
}
"""Suffixes of images with the bytes that such a file starts with (SVG: after white space)."""


class ImageError(PrepExportError):
    """An image that cannot be used; `finding` says why, without a place."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)  # the argument is what travels from a worker process
        self.finding = finding

    def __str__(self) -> str:
        return self.finding.message


def _fault(code: Code, message: str, hint: str) -> Finding:
    return Finding(code, message, Node(""), hint)


@dataclass(frozen=True, slots=True)
class Image:
    """An image as it travels: its name and its content, an SVG's cleaned."""

    name: str
    """`attention-1f3a5b7c9d.svg`: holds a hash of the content, because Anki renames media whose
    name it knows with other content, and copies a changed file only with a changed note."""
    content: bytes = field(repr=False)
    lacks: tuple[str, ...] = ()
    """What paper cannot show of it."""

    @property
    def is_svg(self) -> bool:
        """Whether it is drawn, and not of pixels."""
        return self.name.endswith(".svg")


class Images:
    """The images below one folder. Each file is read once: what is judged is what is written."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._near = NearFiles(self._root, TYPES)
        self._seen: dict[str, Image | Finding] = {}
        self._files: dict[str, Image | Finding] = {}

    def find(self, reference: str) -> Image:
        """The image that an author's reference names. Raises ImageError."""
        found = self._look(reference)
        if isinstance(found, Finding):
            raise ImageError(found)
        return found

    def finding(self, reference: str) -> Finding | None:
        """What is wrong with a reference, without a place; None for an image that can be used."""
        found = self._look(reference)
        if isinstance(found, Finding):
            return replace(found, concerns=self._paths(reference))
        if found.lacks:
            message = f"paper cannot show all of '{reference}': {', '.join(found.lacks)}"
            hint = "draw it with shapes and texts, or save the picture as PNG"
            return replace(_fault("not-on-paper", message, hint), concerns=self._paths(reference))
        return None

    def _look(self, reference: str) -> Image | Finding:
        if reference not in self._seen:
            self._seen[reference] = self._find(reference)
        return self._seen[reference]

    def _paths(self, reference: str) -> tuple[str, ...]:
        path = inside(self._root, reference)
        return (path,) if path else ()

    def _find(self, reference: str) -> Image | Finding:
        path = _path(self._root, reference)
        if isinstance(path, Finding):
            return path
        if path not in self._files:
            self._files[path] = _read(self._near, path, reference)
        return self._files[path]

    def name(self, reference: str) -> str:
        """The travelling name of a reference. Raises ImageError."""
        return self.find(reference).name

    @property
    def paths(self) -> frozenset[str]:
        """The files that were looked for, whether or not they are there."""
        return frozenset(self._files)

    @property
    def found(self) -> dict[str, Image]:
        """Every image found so far, by reference."""
        return {name: one for name, one in self._seen.items() if isinstance(one, Image)}

    def learn(self, found: Mapping[str, Image]) -> None:
        """Take over what another process has found. Raises ImageError where it has read another
        content than this one."""
        for reference, image in found.items():
            known = self._seen.setdefault(reference, image)
            if known != image:
                message = f"'{reference}' was changed while it was read"
                raise ImageError(_fault("image-broken", message, "run the command again"))

    @property
    def used(self) -> list[Image]:
        """Every image found so far, once each, by name."""
        images = {image.name: image for image in self.found.values()}
        return [images[name] for name in sorted(images)]


def _read(near: NearFiles, path: str, reference: str) -> Image | Finding:
    try:
        content = read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        meant = near.nearest(reference)
        hint = (
            f"did you mean '{meant}'?"
            if meant
            else f"save it as '{PurePath(shown_path(path)).as_posix()}'"
        )
        return _fault("image-missing", f"there is no image '{reference}'", hint)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        hint = "name a file of its own, which may be read"
        return _fault("image-broken", f"'{reference}' cannot be read: {cause}", hint)
    if content is None:
        message = f"'{reference}' is larger than {MAX_BYTES // 1024**2} MiB"
        return _fault("image-broken", message, "shrink it")
    suffix = PurePosixPath(reference).suffix.lower()
    judged = _judge(content, suffix)
    if isinstance(judged, str):
        hint = "save it again in that format"
        if suffix == ".svg":
            hint = "save it again as plain SVG, with nothing from outside, or as PNG"
        return _fault("image-broken", f"'{reference}' {judged}", hint)
    content, lacks = judged
    digest = sha256(content).hexdigest()
    stem = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(reference).stem.lower()).strip("-") or "image"
    suffix = ".jpg" if suffix == ".jpeg" else suffix
    return Image(f"{stem[:60]}-{digest[:10]}{suffix}", content, lacks)


def _path(root: str, reference: str) -> str | Finding:
    """The path of the file that a reference names, whether or not it is there."""
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", reference):
        message = f"the image '{reference}' is not a file of the bank"
        hint = "save it in the bank's folder: decks and sheets work without a network"
        return _fault("image-outside", message, hint)
    if PurePosixPath(reference).suffix.lower() not in TYPES:
        message = f"'{reference}' is not an image that works everywhere"
        return _fault("image-type", message, "use SVG, PNG or JPEG")
    path = inside(root, reference)
    if path is None:
        message = f"'{reference}' lies outside the bank's folder"
        hint = "write a path from the bank's folder, with forward slashes"
        return _fault("image-outside", message, hint)
    return path


_judged: dict[str, str | tuple[bytes, tuple[str, ...]]] = {}
"""What was found about a content, by its hash: several exports of one process ask again."""


def _judge(content: bytes, suffix: str) -> str | tuple[bytes, tuple[str, ...]]:
    """Why a file is no picture of its kind; else its content as it travels, and what paper lacks
    of it."""
    key = suffix + sha256(content).hexdigest()
    if key not in _judged:
        kind = suffix[1:].upper()
        if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(TYPES[suffix]):
            _judged[key] = f"is not a {kind} file"
        elif suffix == ".svg":
            _judged[key] = _judge_svg(content)
        else:
            # The content is not kept here, where it would stay for as long as the process.
            _judged[key] = _bitmap_problem(content) or (b"", ())
    judged = _judged[key]
    if isinstance(judged, str) or judged[0]:
        return judged
    return content, judged[1]


def _judge_svg(content: bytes) -> str | tuple[bytes, tuple[str, ...]]:
    from prep_export.svg.clean import clean
    from prep_export.svg.paper import for_paper
    from prep_export.svg.tree import SvgError

    try:
        cleaned, root = clean(content)
        paper = for_paper(root)
    except SvgError as error:
        return str(error)
    for line, bitmap in paper.bitmaps:
        problem = _bitmap_problem(bitmap, MAX_PIXELS // 4)
        if problem:
            return f"holds a picture that {problem} (line {line})"
    return b"" if cleaned == content else cleaned, paper.lacks


def _bitmap_problem(content: bytes, most: int = MAX_PIXELS) -> str:
    from PIL import Image as Pixels

    limit = f"has more than {most / 1e6:.0f} million pixels"
    try:
        with Pixels.open(BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > most:
                return limit
            picture.verify()
    except (Pixels.DecompressionBombError, Pixels.DecompressionBombWarning):
        return limit
    except Exception as error:  # noqa: BLE001 - of a damaged file Pillow raises anything
        return f"cannot be opened: {error}" if str(error) else "cannot be opened"
    if content.startswith(TYPES[".jpg"]) and b"\xff\xd9" not in content:
        return "is cut off"  # Pillow looks at the head of a JPEG alone
    return ""
