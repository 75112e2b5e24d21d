"""JSON that somebody has written: read with limits, and of what YAML can hold."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any, Final

from prep_export.errors import PackageError
from prep_export.importing.content import content_of

MAX_BYTES: Final = 1024**3
MAX_PARTS: Final = 5_000_000
"""Commas and opening brackets: each value has one, and takes a hundred times its room in memory."""
_PARTS: Final = (b",", b"[", b"{")
_MAX_DEPTH: Final = 32
"""Levels of mappings and lists; a bank has seven."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read_json(path: str) -> Any:
    """What a JSON file holds, without the keys of mappings whose value is null.

    Raises PackageError for what is no JSON, too large, too deep, or holds what YAML has no text
    for: half a character, a key that stands twice, a number without end.
    """
    raw = content_of(path, MAX_BYTES)
    if sum(map(raw.count, _PARTS)) > MAX_PARTS:
        raise PackageError(f"'{path}' has more than {MAX_PARTS:,} values; split it")
    try:
        found = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_mapping,
            parse_constant=_number,
            parse_float=_number,
        )
        _judge(found)
    except _UnfitError as error:
        raise PackageError(f"'{path}': {error}") from None
    except UnicodeDecodeError:
        raise PackageError(f"'{path}' is not UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}:{error.colno}"
        raise PackageError(f"{place}: no JSON: {error.msg}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits; a depth of thousands
        raise PackageError(f"'{path}' is no JSON that a program has written") from None
    return found


class _UnfitError(ValueError):
    """JSON, and nothing that a bank can hold."""


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise _UnfitError(f"the key '{twice[:40]}' stands twice in one mapping; keep one")
    return {key: value for key, value in pairs if value is not None}


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _UnfitError(f"{text[:40]} is no number")
    return number


def _judge(value: Any, depth: int = 0) -> None:
    """No half of a character, no endless depth."""
    if depth > _MAX_DEPTH:
        raise _UnfitError(f"lists and mappings are nested more than {_MAX_DEPTH} deep")
    if isinstance(value, dict):
        for key, part in value.items():
            _judge(key)
            _judge(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            _judge(part, depth + 1)
    elif isinstance(value, str) and _SURROGATE.search(value):
        raise _UnfitError(f"'{_SURROGATE.sub('?', value)[:40]}' is no text")
