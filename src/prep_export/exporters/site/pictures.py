"""Pictures inside the page, as addresses that hold them.

They are shown as images, not as elements of the page: what is in them stays there, its ids, its
styles, and whatever its author has tried.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Final
from urllib.parse import quote

from prep_export.markdown.images import Images

_AS_IS: Final = " !$&()*+,-./:;=?@_~'"
"""What an address of an SVG holds as it is; `<`, `>`, `#`, quotes and line ends are encoded."""
_TAG: Final = re.compile(rb"<[^<>]*>")
_TYPES: Final = {".png": "image/png", ".jpg": "image/jpeg"}


class Pictures:
    """The pictures of a bank that the page shows."""

    def __init__(self, root: str) -> None:
        self._images = Images(root)
        self._addresses: dict[str, str] = {}

    def address(self, reference: str) -> str:
        """The address of a picture by its path. Raises ImageError."""
        image = self._images.find(reference)
        if image.name not in self._addresses:
            if image.is_svg:
                data = quote(_with_single_quotes(image.content), safe=_AS_IS)
                self._addresses[image.name] = f"data:image/svg+xml,{data}"
            else:
                kind = _TYPES[image.name[image.name.rindex(".") :]]
                data = b64encode(image.content).decode()
                self._addresses[image.name] = f"data:{kind};base64,{data}"
        return self._addresses[image.name]

    def __len__(self) -> int:
        return len(self._addresses)


def _with_single_quotes(svg: bytes) -> bytes:
    """The same SVG in fewer characters once it stands in an address: `"` takes three there."""
    if b"'" in svg or b"<!" in svg:
        return svg
    return _TAG.sub(lambda tag: tag[0].replace(b'"', b"'"), svg).replace(b"\n", b" ")
