"""Pictures inside the page, as addresses that hold them.

They are shown as images, not as elements of the page: what is in them stays there, its ids, its
styles, and whatever its author has tried.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from prep_export.markdown.images import Images
from prep_export.svg.paper import for_paper
from prep_export.svg.tree import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prep_export.markdown.images import Image

_AS_IS: Final = " !$()*+,-./:;=?@_~'"
"""What an address of an SVG holds as it is; `<`, `>`, `#`, quotes and line ends are encoded."""
_TAG: Final = re.compile(rb"<[^<>]*>")
_ZERO: Final = re.compile(rb"(?<=[' ,-])0(?=\.\d)")
"""Before a decimal point, which numbers of SVG need not have."""
_INDENT: Final = re.compile(rb">\s+<")
_TYPES: Final = {".png": "image/png", ".jpg": "image/jpeg"}


_PLACE: Final = re.compile(r'<img src="picture:([0-9a-f]+)" alt="([^"]*)"([^<>]*)>')


class Pictures:
    """The pictures of a bank that the page shows."""

    def __init__(self, root: str) -> None:
        self._images = Images(root)

    @staticmethod
    def address(reference: str) -> str:
        """What stands for a picture, by its path, until the page is put together: so that workers
        hand over no pictures."""
        return f"picture:{reference.encode().hex()}"

    def inside(self, html: str) -> tuple[str, int]:
        """A page with its pictures in it, and how many they are. Raises ImageError.

        One that is shown several times stands at the end, and is drawn from there.
        """
        images = {
            key: self._images.find(bytes.fromhex(key).decode()) for key, *_ in _PLACE.findall(html)
        }
        times = Counter(images[key].name for key, *_ in _PLACE.findall(html))
        shared = [image for image in self._images.used if times[image.name] > 1]
        numbers = {image.name: number for number, image in enumerate(shared, start=1)}

        def shown(place: re.Match[str]) -> str:
            image = images[place[1]]
            if image.name not in numbers:
                return f'<img src="{_address(image)}" alt="{place[2]}"{place[3]}>'
            width, height = _size(image)
            label = f'role="img" aria-label="{place[2]}"' if place[2] else 'aria-hidden="true"'
            kind = "drawn" if image.is_svg else "photo"
            own = place[3] if " width=" in place[3] else f' width="{width:g}"{place[3]}'
            return (
                f'<svg {label} data-picture="{kind}" viewBox="0 0 {width:g} {height:g}" '
                f'{own.lstrip()}><use href="#picture-{numbers[image.name]}"/></svg>'
            )

        made = _PLACE.sub(shown, html)
        return made + _store(shared, numbers), len(times)


def _store(shared: Sequence[Image], numbers: Mapping[str, int]) -> str:
    """Pictures to be drawn several times, where they are not seen."""
    if not shared:
        return ""
    pictures = []
    for image in shared:
        width, height = _size(image)
        pictures.append(
            f'<image id="picture-{numbers[image.name]}" width="{width:g}" height="{height:g}" '
            f'href="{_address(image)}"/>'
        )
    return f'<svg class="unseen" aria-hidden="true"><defs>{"".join(pictures)}</defs></svg>\n'


def _address(image: Image) -> str:
    """The address that holds a picture."""
    if image.is_svg:
        return f"data:image/svg+xml,{quote(_short(image.content), safe=_AS_IS)}"
    kind = _TYPES[image.name[image.name.rindex(".") :]]
    return f"data:{kind};base64,{b64encode(image.content).decode()}"


def _size(image: Image) -> tuple[float, float]:
    """The width and height of a picture in pixels, as it asks to be shown."""
    if image.is_svg:
        root = for_paper(parse(image.content)).root
        return float(root.get("width", "1")), float(root.get("height", "1"))
    from PIL import Image as Pixels

    with Pixels.open(BytesIO(image.content), formats=["PNG", "JPEG"]) as picture:
        return float(picture.width), float(picture.height)


def _short(svg: bytes) -> bytes:
    """The same SVG in fewer characters once it stands in an address: `"` takes three there."""
    if b"'" in svg or b"<!" in svg:
        return svg
    svg = _TAG.sub(_short_tag, svg).replace(b"\n", b" ")
    # Between pieces of a text a space is one.
    return svg if b"<t" in svg.replace(b"<text", b"") else _INDENT.sub(b"><", svg)


def _short_tag(tag: re.Match[bytes]) -> bytes:
    return _ZERO.sub(b"", tag[0].replace(b'"', b"'"))
