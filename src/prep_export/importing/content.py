"""The content of a file that a bank is made of, within a limit."""

from __future__ import annotations

from prep_export.errors import PackageError
from prep_export.paths import read_regular


def content_of(path: str, most: int) -> bytes:
    """All bytes of a file.

    Raises PackageError where there is none, it cannot be read, or has more than `most` of them.
    """
    try:
        content = read_regular(path, most)
    except FileNotFoundError:
        raise PackageError(f"there is no file '{path}'") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PackageError(f"cannot read '{path}': {reason}") from None
    if content is None:
        raise PackageError(f"'{path}' has more than {most // 1024**2} MiB")
    return content
