"""Entries to the files of a bank, written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from prep_export.errors import OutputError
from prep_export.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class _Dumper(yaml.SafeDumper):
    """Plain YAML as people write it: blocks for long text, order as given."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        del indentless
        return super().increase_indent(flow, False)


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)


def write_bank(
    folder: Path,
    header: Mapping[str, Any],
    topics: Mapping[str, str],
    sections: Mapping[str, list[dict[str, Any]]],
    media: Mapping[str, bytes],
) -> None:
    """Write `bank.yaml`, a file for each section, and the pictures. Raises OutputError."""
    try:
        with scratch(folder.parent) as holder:
            made = holder / "bank"
            made.mkdir()
            _write(made / "bank.yaml", {"bank": dict(header), "topics": dict(topics)})
            for name, entries in sections.items():
                if entries:
                    _write(made / f"{name}.yaml", {name: entries})
            for path, content in media.items():
                if not (made / path).resolve().is_relative_to(made.resolve()):
                    raise OutputError(f"'{path}' would be written outside '{folder}'")
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                (made / path).write_bytes(content)
            if folder.exists():
                folder.rmdir()  # it is empty: the caller has looked
            made.replace(folder)
    except OSError as error:
        raise OutputError(f"cannot write '{folder}': {error.strerror or error}") from error


def _write(path: Path, data: dict[str, Any]) -> None:
    text = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")
