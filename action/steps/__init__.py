"""The steps by name. They need nothing but Python: `comment` runs where nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .build import build
from .comment import comment
from .compare import compare, refuse
from .previous import previous
from .release import release
from .site import site
from .validate import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .runner import Runner

STEPS: Final[Mapping[str, Callable[[Runner], None]]] = {
    "validate": validate,
    "previous": previous,
    "build": build,
    "diff": compare,
    "comment": comment,
    "refuse": refuse,
    "release": release,
    "site": site,
}
