"""Images: files inside the bank's folder, checked, named by their content."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError, ParserCreate

from prep_export.errors import PrepExportError
from prep_export.findings.finding import Finding, Node
from prep_export.paths import inside, shown_path

if TYPE_CHECKING:
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
    """An image file and the name under which it travels."""

    path: Path
    name: str
    """`attention-1f3a5b7c9d.svg`: holds a hash of the content, because Anki renames media whose
    name it knows with other content, and copies a changed file only with a changed note."""


class Images:
    """The images below one folder; each file is looked at once."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._seen: dict[str, Image | Finding] = {}

    def find(self, reference: str) -> Image:
        """The image that an author's reference names. Raises ImageError."""
        found = self._look(reference)
        if isinstance(found, Finding):
            raise ImageError(found)
        return found

    def finding(self, reference: str) -> Finding | None:
        """What is wrong with a reference, without a place; None for an image that can be used."""
        found = self._look(reference)
        return found if isinstance(found, Finding) else None

    def _look(self, reference: str) -> Image | Finding:
        if reference not in self._seen:
            self._seen[reference] = _find(self._root, reference)
        return self._seen[reference]

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


def _find(root: str, reference: str) -> Image | Finding:
    path = _path(root, reference)
    if isinstance(path, Finding):
        return path
    try:
        size = os.path.getsize(path)  # noqa: PTH202
        content = b"" if size > MAX_BYTES else Path(path).read_bytes()
    except (OSError, ValueError):
        hint = f"looked in '{shown_path(root)}'"
        return _fault("image-missing", f"there is no image '{reference}'", hint)
    if size > MAX_BYTES:
        message = f"'{reference}' is larger than {MAX_BYTES // 1024**2} MiB"
        return _fault("image-broken", message, "shrink it")
    suffix = PurePosixPath(reference).suffix.lower()
    digest = sha256(content).hexdigest()
    problem = _problem(content, suffix, digest)
    if problem:
        hint = "save it again in that format"
        return _fault("image-broken", f"'{reference}' {problem}", hint)
    stem = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(reference).stem.lower()).strip("-") or "image"
    suffix = ".jpg" if suffix == ".jpeg" else suffix
    return Image(Path(path), f"{stem[:60]}-{digest[:10]}{suffix}")


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


_judged: dict[str, str] = {}
"""What was found wrong with a content, by its hash: several exports of one process ask again."""


def _problem(content: bytes, suffix: str, digest: str) -> str:
    """Why a file is no picture of its kind; empty where it is one."""
    key = suffix + digest
    if key not in _judged:
        kind = suffix[1:].upper()
        if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(TYPES[suffix]):
            _judged[key] = f"is not a {kind} file"
        else:
            _judged[key] = _svg_problem(content) if suffix == ".svg" else _bitmap_problem(content)
    return _judged[key]


def _svg_problem(content: bytes) -> str:
    seen = _SvgLook()
    parser = ParserCreate()
    parser.StartElementHandler = seen.start
    parser.CharacterDataHandler = seen.text
    parser.EntityDeclHandler = seen.entity
    parser.ProcessingInstructionHandler = seen.instruction
    try:
        parser.Parse(content, True)
    except (ExpatError, ValueError, LookupError) as error:
        return f"is not a sound SVG file: {error}"
    if seen.root != "svg":
        return f"is not an SVG file: its root is '{seen.root[:40]}'"
    return seen.problem


class _SvgLook:
    """What an SVG file holds that has no place in a picture: scripts, and what lies outside it.

    Paper would read such files and print them; a deck should not carry such a picture.
    """

    def __init__(self) -> None:
        self.root = self.problem = ""
        self._style = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(":")[2].lower()
        self.root = self.root or element
        self._style = element == "style"
        if element in {"script", "foreignobject"}:
            self._found(f"holds '{element}', which is no part of a picture")
        for key, value in attributes.items():
            attribute = key.rpartition(":")[2].lower()
            if attribute.startswith("on"):
                self._found(f"holds a script ('{attribute}')")
            elif attribute in {"href", "src"}:
                self._reference(value, link=element == "a")
            else:
                self.text(value)

    def text(self, text: str) -> None:
        """Style sheets and attributes with styles."""
        if "url(" in text or (self._style and "@import" in text):
            for reference in _URL.findall(text) or ["@import"]:
                self._reference(reference)

    def instruction(self, target: str, _data: str) -> None:
        self._found(f"refers to a style sheet outside of it ('{target}')")

    @staticmethod
    def entity(*_about: object) -> None:
        raise ExpatError("entities are declared")

    def _reference(self, value: str, *, link: bool = False) -> None:
        value = value.strip()
        kept = ("#", "data:image/", *(("http://", "https://") if link else ()))
        if not value.lower().startswith(kept):
            self._found(f"refers to something outside of it: '{value[:60]}'")

    def _found(self, problem: str) -> None:
        self.problem = self.problem or problem


_URL: Final = re.compile(r"url\(\s*['\"]?([^'\")]*)")


def _bitmap_problem(content: bytes) -> str:
    from PIL import Image as Pixels

    limit = f"has more than {MAX_PIXELS / 1e6:.0f} million pixels"
    try:
        with Pixels.open(BytesIO(content)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return limit
            picture.verify()
    except (Pixels.DecompressionBombError, Pixels.DecompressionBombWarning):
        return limit
    except Exception as error:  # noqa: BLE001 - of a damaged file Pillow raises anything
        return f"cannot be opened: {error}" if str(error) else "cannot be opened"
    if content.startswith(TYPES[".jpg"]) and b"\xff\xd9" not in content:
        return "is cut off"  # Pillow looks at the head of a JPEG alone
    return ""
