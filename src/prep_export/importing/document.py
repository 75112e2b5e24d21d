"""A bank from its JSON, as `export json` writes it: docs/exchange.md describes the document."""

from __future__ import annotations

import binascii
import json
import os
import re
from base64 import b64decode
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.model import SECTIONS
from prep_export.errors import PackageError
from prep_export.exporters.exchange.document import FORMAT, MAX_FILE, VERSION
from prep_export.importing.declared import counted
from prep_export.importing.files import bank_folder
from prep_export.importing.losses import Losses
from prep_export.importing.target import Imported, checked
from prep_export.paths import inside, read_regular
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from prep_export.importing.files import BankFolder

MAX_BYTES: Final = 1024**3
_MAX_DEPTH: Final = 32
"""Levels of mappings and lists; a bank has seven."""
_LISTS: Final = (*SECTIONS, "retired")
_MAPPINGS: Final = ("bank", "topics", "tags")
_FILES: Final = frozenset({".svg", ".png", ".jpg", ".jpeg", ".ttf"})
"""What a bank may name."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def import_document(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> Imported:
    """Write a bank folder from a bank in JSON.

    What its author has changed there is judged by `validate`, as any text. Raises PackageError for
    a file that is no such document, OutputError when the folder cannot be written.
    """
    target = checked(folder)
    name = os.fspath(path)
    document = _document(name)
    content = _content(name, document)
    losses = Losses()
    if document.get("part"):
        losses.say(f"the file holds a part of the bank: {str(document['part'])[:200]}")
    with bank_folder(target) as made:
        files = _write_files(document.get("files") or {}, str(target), made, losses)
        topics = {key: _short(topic) for key, topic in content["topics"].items()}
        sections = {section: content[section] for section in _LISTS}
        made.finish(content["bank"], topics, content["tags"], sections)
    counts = {**counted(_entries(sections)), "files": files}
    return Imported(str(target), counts, losses.lines(), losses.all_lines())


def _document(path: str) -> dict[str, Any]:
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
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        hint = "write one with: prep-export export json BANK"
        raise PackageError(f"'{path}' is no bank in JSON ('format' is not '{FORMAT}'); {hint}")
    version = found.get("format_version")
    if version != VERSION:
        shown = str(version)[:20]
        raise PackageError(f"'{path}' has the format version {shown}; this one reads {VERSION}")
    return found


def _content(path: str, document: dict[str, Any]) -> dict[str, Any]:
    """The sections, each of the shape that its file has; absent ones are empty."""
    found = _plain(document.get("content"), path)
    if not isinstance(found, dict):
        raise PackageError(f"'{path}': 'content' is no mapping of sections")
    for name in found:
        if name not in (*_MAPPINGS, *_LISTS):
            hint = did_you_mean(name, (*_MAPPINGS, *_LISTS)) or "remove it"
            raise PackageError(f"'{path}': there is no section '{name[:40]}'; {hint}")
    for names, kind, what in ((_MAPPINGS, dict, "mapping"), (_LISTS, list, "list")):
        for name in names:
            if not isinstance(found.setdefault(name, kind()), kind):
                raise PackageError(f"'{path}': '{name}' is no {what}")
    return found


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


def _short(topic: Any) -> Any:
    """A topic that has but a title, as people write it."""
    return topic["title"] if isinstance(topic, dict) and [*topic] == ["title"] else topic


def _entries(sections: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What can be counted, of data whose shape nobody has judged."""
    return {
        name: [
            {"drills": one["drills"]} if isinstance(one.get("drills"), list) else {}
            for one in entries
            if isinstance(one, dict)
        ]
        for name, entries in sections.items()
    }


def _write_files(files: Any, target: str, made: BankFolder, losses: Losses) -> int:
    """Write what the bank names, each within its folder; the number of them."""
    count = 0
    for name, text in files.items() if isinstance(files, dict) else ():
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in _FILES or not name.isprintable() or inside(target, name) is None:
            losses.say(f"the file '{name[:100]}', which no bank may name")
            continue
        try:
            content = b64decode(text, validate=True)
        except (binascii.Error, TypeError, ValueError):
            losses.say(f"the file '{name[:100]}', whose content is no Base64")
            continue
        if len(content) > MAX_FILE:
            losses.say(f"the file '{name[:100]}', of more than {MAX_FILE // 1024**2} MiB")
            continue
        made.picture(name, content)
        count += 1
    return count
