"""A bank from its JSON, as `export json` writes it: docs/exchange.md describes the document."""

from __future__ import annotations

import binascii
from base64 import b64decode
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.model import SECTIONS
from prep_export.bank.read.composer import CONTROL
from prep_export.errors import PackageError
from prep_export.exporters.exchange.document import FORMAT, MAX_FILE, VERSION
from prep_export.importing.declared import counted
from prep_export.importing.files import bank_folder
from prep_export.importing.losses import Losses
from prep_export.importing.target import Imported
from prep_export.paths import inside
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prep_export.importing.files import BankFolder

_LISTS: Final = (*SECTIONS, "retired")
_MAPPINGS: Final = ("bank", "topics", "tags")
_FILES: Final = frozenset({".svg", ".png", ".jpg", ".jpeg", ".ttf"})
"""What a bank may name."""


def write_document(path: str, document: Any, target: Path) -> Imported:
    """Write a bank folder from what a JSON file holds.

    What its author has changed there is judged by `validate`, as any text. Raises PackageError for
    what is no such document, OutputError when the folder cannot be written.
    """
    _check(path, document)
    content = _content(path, document)
    found = document.get("files", {})
    if not isinstance(found, dict):
        raise PackageError(f"'{path}': 'files' is no mapping of paths to Base64")
    losses = Losses()
    if document.get("part"):
        losses.say(f"the file holds a part of the bank: {str(document['part'])[:200]}")
    with bank_folder(target) as made:
        files = _write_files(found, str(target), made, losses)
        topics = {key: _short(topic) for key, topic in content["topics"].items()}
        sections = {section: content[section] for section in _LISTS}
        made.finish(content["bank"], topics, content["tags"], sections)
    counts = {**counted(_entries(sections)), "files": files}
    return Imported(str(target), counts, losses.lines(), losses.all_lines())


def _check(path: str, found: Any) -> None:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        hint = "write one with: prep-export export json BANK"
        raise PackageError(f"'{path}' is no bank in JSON ('format' is not '{FORMAT}'); {hint}")
    version = found.get("format_version")
    if version != VERSION:
        shown = str(version)[:20]
        raise PackageError(f"'{path}' has the format version {shown}; this one reads {VERSION}")


def _content(path: str, document: dict[str, Any]) -> dict[str, Any]:
    """The sections, each of the shape that its file has; absent ones are empty."""
    found = document.get("content")
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
    for leaf in _leaves(found):
        if leaf is None:
            raise PackageError(f"'{path}': a list has null in it; remove it")
        control = CONTROL.search(leaf) if isinstance(leaf, str) else None
        if control:
            code = f"U+{ord(control.group()):04X}"
            shown = CONTROL.sub("", leaf)[:40]
            raise PackageError(f"'{path}': '{shown}' has the control character {code}; remove it")
    return found


def _leaves(value: Any) -> Iterator[Any]:
    """What is no mapping and no list, keys too."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


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


def _write_files(files: dict[str, Any], target: str, made: BankFolder, losses: Losses) -> int:
    """Write what the bank names, each within its folder; the number of them."""
    count = 0
    for name, text in files.items():
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
