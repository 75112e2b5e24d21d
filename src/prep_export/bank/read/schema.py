"""The JSON Schema of a bank file, for completion and checking in editors."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Final

from prep_export.bank.model import Header, Topic, title_of
from prep_export.bank.read.sections import ENTRY_TYPES
from prep_export.bank.read.shape import (
    ChoiceValue,
    EntryValue,
    FlagValue,
    ListValue,
    MappingValue,
    TextValue,
    value_of,
)
from prep_export.bank.values import SLUG, TOPIC_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prep_export.bank.model import Bank
    from prep_export.bank.read.shape import Value

_BARE: Final = ("year", "version")
"""Fields that authors write without quotes: prep-export reads every scalar as text, an editor's
YAML parser does not."""


def json_schema(bank: Bank | None = None, *, whole: bool = True) -> dict[str, Any]:
    """JSON Schema (2020-12) of one YAML file of a bank.

    With a `bank` its topics, tags and ids are completed; topics and tags that it does not declare
    are refused, unless it could not be read as a `whole`. Other ids than those it has are not: an
    item may be newer than the schema.
    """
    shared: dict[str, Any] = _names(bank, whole=whole) if bank else {}
    topic = {"anyOf": [{"type": "string"}, _schema(value_of(Topic), shared)]}
    properties = {
        "bank": {**_schema(value_of(Header), shared), "description": "The header: once in a bank"},
        "topics": {
            "type": "object",
            "description": "Topic ids with their titles",
            "additionalProperties": topic,
        },
    }
    properties["tags"] = {
        "type": "object",
        "description": "Tag ids with their titles",
        "additionalProperties": {"type": "string"},
    }
    for name, kind in ENTRY_TYPES.items():
        items = _schema(value_of(kind), shared)
        properties[name] = {"type": "array", "items": items, "description": f"The {name}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "prep-export question bank" + (f" '{bank.header.id}'" if bank else ""),
        "description": "One file of a bank; a bank is one file or a folder of them.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": dict(sorted(shared.items())),
    }


def _names(bank: Bank, *, whole: bool) -> dict[str, Any]:
    """Schemas of the words by which entries name topics, tags and items."""
    aliases = {
        alias: f"{topic.title} (means '{name}')"
        for name, topic in bank.topics.items()
        for alias in topic.aliases
    }
    topics = {name: topic.title for name, topic in bank.topics.items()}
    items = {item.id: title_of(item) for _, item in bank.items()}
    return {
        **_choice("topics", {**aliases, **topics}, TOPIC_ID, closed=whole),
        **_choice("tags", bank.tags, SLUG, closed=whole),
        **_choice("items", items, SLUG, closed=False),
    }


def _choice(
    name: str, words: Mapping[str, str], pattern: str, *, closed: bool
) -> dict[str, dict[str, Any]]:
    """The schema of words with their titles under a name; none where there are no words."""
    sound = {word: words[word] for word in sorted(words) if re.fullmatch(pattern, word)}
    if not sound:
        return {}
    # Editors show the descriptions beside the words, validators pass over them.
    choice = {"type": "string", "enum": [*sound], "enumDescriptions": [*sound.values()]}
    if closed:
        return {name: choice}
    return {name: {"anyOf": [choice, {"type": "string", "pattern": f"^{pattern}$"}]}}


def _schema(value: Value, shared: dict[str, Any], names: str = "") -> dict[str, Any]:
    """The schema of a value; those of entries go into `shared`, and are referred to, as are those
    of `names`."""
    match value:
        case TextValue() if names in shared:
            return {"$ref": f"#/$defs/{names}"}
        case TextValue():
            text = {"type": "string", "minLength": 1, "maxLength": value.kind.longest}
            return {**text, **({"pattern": f"^{p}$"} if (p := value.kind.pattern) else {})}
        case ChoiceValue():
            return {"type": "string", "enum": list(value.options)}
        case FlagValue():
            return {"type": "boolean"}
        case ListValue():
            least = {"minItems": value.least} if value.least else {}
            return {"type": "array", "items": _schema(value.inner, shared, names), **least}
        case MappingValue():
            inner = _schema(value.inner, shared)
            named = dict.fromkeys(value.keys.options, inner)
            return {"type": "object", "additionalProperties": False, "properties": named}
        case EntryValue():
            if value.kind.__name__ not in shared:
                shared[value.kind.__name__] = {}  # so that it may refer to itself
                shared[value.kind.__name__] = _entry(value, shared)
            return {"$ref": f"#/$defs/{value.kind.__name__}"}
    raise TypeError(value)


def _entry(value: EntryValue, shared: dict[str, Any]) -> dict[str, Any]:
    properties = {}
    for field in fields(value.kind):
        schema = _schema(value.fields[field.name], shared, field.metadata["names"])
        if field.name in _BARE:
            schema = {"type": ["string", "number"]}
        if field.default is not MISSING and field.default not in {None, ()}:
            schema = {**schema, "default": field.default}
        properties[field.name] = {**schema, "description": field.metadata["about"]}
    return {
        "type": "object",
        "description": (value.kind.__doc__ or "").strip(),
        "additionalProperties": False,
        "properties": properties,
        "required": value.required,
    }
