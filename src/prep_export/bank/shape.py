"""Plain data to model entries; pydantic's errors in our words, at their path."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from prep_export.bank.findings import Finding, did_you_mean
from prep_export.bank.model import SECTIONS, Header, Retired, Style, Topic

if TYPE_CHECKING:
    from prep_export.bank.composer import Path

ENTRY_TYPES: Final[dict[str, type]] = {**SECTIONS, "retired": Retired}
"""Sections whose value is a list of entries."""

SECTION_NAMES: Final = ("bank", "topics", *ENTRY_TYPES)

_CHILDREN: Final = {"drills", "follow_ups", "sources", "diagram", "style", "pdf"}


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def build(kind: type, data: Any, file: str, path: Path, findings: list[Finding]) -> Any | None:
    """One entry of the given type from plain data, or None and its faults in `findings`."""
    try:
        return _adapter(kind).validator.validate_python(data)
    except ValidationError as error:
        findings += [_finding(kind, d, file, path) for d in error.errors(include_url=False)]
        return None


def _known_fields(kind: type, loc: tuple[str | int, ...]) -> list[str]:
    """Field names of the mapping that `loc` leads to."""
    from prep_export.bank import model

    children = {
        "drills": model.Drill,
        "follow_ups": model.FollowUp,
        "sources": model.Source,
        "diagram": model.Diagram,
        "style": model.Style,
        "pdf": model.Pdf,
    }
    inner = next((children[p] for p in reversed(loc) if isinstance(p, str) and p in children), kind)
    return list(inner.__dataclass_fields__)  # type: ignore[attr-defined]  # all are dataclasses


_NAMES: Final = {Header: "the header", Topic: "a topic", Retired: "a retired entry"}


def _finding(kind: type, detail: Any, file: str, path: Path) -> Finding:
    loc: tuple[str | int, ...] = tuple(detail["loc"])
    where = (*path, *loc)
    name = next((str(p) for p in reversed(loc) if isinstance(p, str)), "entry")
    value = detail["input"]
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing" | "missing_keyword_only_argument" | "missing_argument":
            return Finding(
                "missing-field",
                f"the field '{loc[-1]}' is missing",
                file,
                where[:-1],
                f"{_what(kind, loc)} needs it",
            )
        case "unexpected_keyword_argument" | "extra_forbidden":
            known = _known_fields(kind, loc[:-1])
            return Finding(
                "unknown-field",
                f"{_what(kind, loc)} has no field '{loc[-1]}'",
                file,
                where,
                did_you_mean(str(loc[-1]), known) or "fields: " + ", ".join(known),
                on_key=True,
            )
        case "string_type":
            return Finding(
                "expected-text",
                f"'{name}' is text, not {_shape(value)}",
                file,
                where,
                "quote it, or write it as a block (|)",
            )
        case "tuple_type" | "list_type":
            hint = f"write {name}: [{value}]" if _short(value) else "write one '- ' line an entry"
            return Finding(
                "expected-list", f"'{name}' is a list, not {_shape(value)}", file, where, hint
            )
        case "dataclass_type" | "dataclass_exact_type":
            return Finding(
                "expected-mapping",
                f"'{name}' is a mapping with fields, not {_shape(value)}",
                file,
                where,
                "write 'field: value' lines",
            )
        case "literal_error":
            expected = str(context.get("expected", "")).replace(" or ", ", ")
            options = [option.strip(" '") for option in expected.split(",")]
            return Finding(
                "unknown-value",
                f"'{name}' cannot be '{_clip(value)}'",
                file,
                where,
                did_you_mean(str(value), options) or "one of: " + ", ".join(options),
            )
        case "string_too_short":
            return Finding(
                "empty-text", f"'{name}' is empty", file, where, "write it, or remove the field"
            )
        case "string_too_long":
            return Finding(
                "too-long-value",
                f"'{name}' has {len(value):,} characters; the limit is {context['max_length']:,}",
                file,
                where,
                "shorten or split it",
            )
        case "too_short":
            return Finding("empty-list", f"'{name}' is empty", file, where, "name at least one")
        case "contrast" | "css" | "one_line":
            code, hint = _OWN[detail["type"]]
            return Finding(code, f"'{name}' {detail['msg']}", file, where, hint)
        case "string_pattern_mismatch":
            return _pattern(name, value, file, where)
    raise AssertionError(f"pydantic error type {detail['type']!r} has no message of ours")


_OWN: Final = {
    "contrast": ("low-contrast", "choose a darker colour: 4.5:1 or more can be read"),
    "css": ("malformed-value", "write plain CSS; cards must work without a network"),
    "one_line": ("malformed-value", "write it on one line, or as a folded block (>-)"),
}
"""Codes and hints for the checks that the model makes itself."""

_RANGES: Final = tuple(field.name for field in fields(Style))
_PATTERNS: Final = {
    "year": "four digits, such as 2017",
    "url": "a web address that starts with http:// or https://",
    "language": "a language tag, such as en or pt-BR",
    **dict.fromkeys(("accent", "warn", "good"), "a colour, such as '#0b5c8a' in quotes"),
    **dict.fromkeys(_RANGES, "a range, such as 60-150 or 3-"),
}


def _pattern(name: str, value: Any, file: str, where: Path) -> Finding:
    if name in _PATTERNS:
        return Finding(
            "malformed-value",
            f"'{name}' is '{_clip(value)}'",
            file,
            where,
            f"write {_PATTERNS[name]}",
        )
    slug = "-".join(
        "".join(c if c.isascii() and c.isalnum() else " " for c in value.lower()).split()
    )
    hint = "small letters, digits and single hyphens"
    if name in {"topics", "aliases"}:
        hint += ", '::' between levels"
    elif slug:
        hint += f", such as '{slug[:60]}'"
    return Finding("malformed-id", f"'{_clip(value)}' is not an id", file, where, hint)


def _what(kind: type, loc: tuple[str | int, ...]) -> str:
    inner = next((p for p in reversed(loc[:-1]) if isinstance(p, str) and p in _CHILDREN), None)
    if inner:
        return {"follow_ups": "a follow-up", "pdf": "'pdf'"}.get(
            inner, "a " + inner.removesuffix("s")
        )
    return _NAMES.get(kind, "a " + kind.__name__.lower())


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "empty" if not value else "text"


def _short(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 40 and "\n" not in value  # noqa: PLR2004


def _clip(value: Any) -> str:
    text = str(value).replace("\n", " ")
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004
