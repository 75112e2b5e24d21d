"""JSON that somebody has written: read with limits, and of what YAML can hold."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from prep_export.errors import PackageError
from prep_export.paths import read_regular

MAX_BYTES: Final = 1024**3
_MAX_DEPTH: Final = 32
"""Levels of mappings and lists; a bank has seven."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read_json(path: str) -> Any:
    """What a JSON file holds, without what is null.

    Raises PackageError for what is no JSON, too large, too deep, or holds half a character.
    """
    try:
        raw = read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        raise PackageError(f"there is no file '{path}'") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PackageError(f"cannot read '{path}': {reason}") from None
    if raw is None:
        raise PackageError(f"'{path}' has more than {MAX_BYTES // 1024**2} MiB")
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise PackageError(f"'{path}' is not UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}:{error.colno}"
        raise PackageError(f"{place}: no JSON: {error.msg}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits; a depth of thousands
        raise PackageError(f"'{path}' is no JSON that a program has written") from None
    return _plain(found, path)


def _plain(value: Any, path: str, depth: int = 0) -> Any:
    """What YAML can hold: no null, no half of a character, no endless depth."""
    if depth > _MAX_DEPTH:
        raise PackageError(f"'{path}': lists and mappings are nested more than {_MAX_DEPTH} deep")
    if isinstance(value, dict):
        parts = {_plain(key, path): _plain(part, path, depth + 1) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part is not None}
    if isinstance(value, list):
        return [_plain(part, path, depth + 1) for part in value]
    if isinstance(value, str) and _SURROGATE.search(value):
        raise PackageError(f"'{path}': '{_SURROGATE.sub('?', value)[:40]}' is no text")
    return value
