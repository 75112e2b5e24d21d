"""The JSON Schema of a bank file, for completion and checking in editors."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from prep_export.bank.model import Header, Topic
from prep_export.bank.read.shape import ENTRY_TYPES

TEMPLATE = "#/$defs/{model}"


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one YAML file of a bank."""
    kinds = {"bank": Header, "topics": Topic, **ENTRY_TYPES}
    refs, shared = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(kind)) for name, kind in kinds.items()],
        ref_template=TEMPLATE,
    )
    parts = {name: refs[(name, "validation")] for name in kinds}
    properties: dict[str, Any] = {
        "bank": {**parts.pop("bank"), "description": "The header: once in a bank"},
        "topics": {
            "type": "object",
            "description": "Topic ids with their titles",
            "additionalProperties": {"anyOf": [{"type": "string"}, parts.pop("topics")]},
        },
    }
    for name, part in parts.items():
        properties[name] = {"type": "array", "items": part, "description": f"The {name}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "prep-export question bank",
        "description": "One file of a bank; a bank is one file or a folder of them.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **_yaml_scalars(shared),
    }


def _yaml_scalars(schema: dict[str, Any]) -> dict[str, Any]:
    """Let an editor accept unquoted 2017 or 1.10 where the model takes text.

    prep-export reads every scalar as text; an editor's YAML parser does not. A string with a
    pattern stays as it is except for years, which authors write bare.
    """
    for definition in schema.get("$defs", {}).values():
        for name in ("year", "version"):
            if name in definition.get("properties", {}):
                definition["properties"][name] = {
                    "type": ["string", "number", "null"],
                    "description": definition["properties"][name].get("description", ""),
                }
    return schema
