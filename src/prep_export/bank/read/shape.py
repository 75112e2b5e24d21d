"""Plain data to model entries; pydantic's errors in our words, at their path."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from prep_export.bank.model import SECTIONS, Retired, Style
from prep_export.findings.finding import Finding, Node
from prep_export.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prep_export.findings.codes import Code

ENTRY_TYPES: Final[dict[str, type]] = {
    **{name: section.type for name, section in SECTIONS.items()},
    "retired": Retired,
}
"""Sections whose value is a list of entries."""

SECTION_NAMES: Final = ("bank", "topics", *ENTRY_TYPES)


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def build(kind: type, data: Any, at: Node, findings: list[Finding]) -> Any | None:
    """One entry of the given type from plain data, or None and its faults in `findings`."""
    try:
        return _adapter(kind).validator.validate_python(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        findings += [_finding(_Fault.of(kind, d), d["type"], at) for d in details]
        return None


class _Fault(NamedTuple):
    """One of pydantic's errors, as the messages need it."""

    kind: type
    """The type of the whole entry."""
    loc: tuple[str | int, ...]
    name: str
    """The field that is wrong."""
    value: Any
    context: dict[str, Any]
    text: str
    on_key: bool

    @classmethod
    def of(cls, kind: type, detail: Any) -> _Fault:
        # pydantic marks the key of a mapping, as against its value, by one more step.
        loc = tuple(step for step in detail["loc"] if step != "[key]")
        name = next((str(step) for step in reversed(loc) if isinstance(step, str)), "entry")
        on_key = loc != tuple(detail["loc"])
        context = detail.get("ctx", {})
        return cls(kind, loc, name, detail["input"], context, detail["msg"], on_key)


_Said = tuple["Code", str, str]
"""Code, message and hint."""


def _finding(fault: _Fault, error: str, at: Node) -> Finding:
    say = _SAYERS.get(error, _malformed)
    code, message, hint = say(fault)
    path = (*at.path, *fault.loc)
    if code == "missing-field":
        path = path[:-1]
    on_key = code == "unknown-field" or fault.on_key
    return Finding(code, message, Node(at.file, path, on_key=on_key), hint)


def _missing(fault: _Fault) -> _Said:
    return (
        "missing-field",
        f"the field '{fault.loc[-1]}' is missing",
        f"{_what(fault.kind, fault.loc)} needs it",
    )


def _unknown(fault: _Fault) -> _Said:
    known = [field.name for field in fields(_innermost(fault.kind, fault.loc[:-1]))]
    message = f"{_what(fault.kind, fault.loc)} has no field '{fault.loc[-1]}'"
    hint = did_you_mean(str(fault.loc[-1]), known) or "fields: " + ", ".join(known)
    return "unknown-field", message, hint


def _no_text(fault: _Fault) -> _Said:
    message = f"'{fault.name}' is text, not {_shape(fault.value)}"
    return "expected-text", message, "quote it, or write it as a block (|)"


def _no_list(fault: _Fault) -> _Said:
    short = _is_short(fault.value)
    hint = f"write {fault.name}: [{fault.value}]" if short else "write one '- ' line an entry"
    return "expected-list", f"'{fault.name}' is a list, not {_shape(fault.value)}", hint


def _no_mapping(fault: _Fault) -> _Said:
    message = f"'{fault.name}' is a mapping with fields, not {_shape(fault.value)}"
    return "expected-mapping", message, "write 'field: value' lines"


def _unknown_value(fault: _Fault) -> _Said:
    expected = str(fault.context.get("expected", "")).replace(" or ", ", ")
    options = [option.strip(" '") for option in expected.split(",")]
    hint = did_you_mean(str(fault.value), options) or "one of: " + ", ".join(options)
    if fault.on_key:
        return "unknown-value", f"there is no '{_clip(fault.value)}'", hint
    return "unknown-value", f"'{fault.name}' cannot be '{_clip(fault.value)}'", hint


def _too_short(fault: _Fault) -> _Said:
    return "empty-text", f"'{fault.name}' is empty", "write it, or remove the field"


def _too_long(fault: _Fault) -> _Said:
    limit, length = fault.context["max_length"], len(fault.value)
    message = f"'{fault.name}' has {length:,} characters; the limit is {limit:,}"
    return "too-long-value", message, "shorten or split it"


def _no_entries(fault: _Fault) -> _Said:
    return "empty-list", f"'{fault.name}' is empty", "name at least one"


def _contrast(fault: _Fault) -> _Said:
    hint = "choose a darker colour: 4.5:1 or more can be read"
    return "low-contrast", f"'{fault.name}' {fault.text}", hint


def _css(fault: _Fault) -> _Said:
    hint = "write plain CSS; cards must work without a network"
    return "malformed-value", f"'{fault.name}' {fault.text}", hint


def _several_lines(fault: _Fault) -> _Said:
    hint = "write it on one line, or as a folded block (>-)"
    return "malformed-value", f"'{fault.name}' {fault.text}", hint


def _malformed(fault: _Fault) -> _Said:
    """What pydantic has a word for and we do not."""
    message = f"'{fault.name}' cannot be {_shape(fault.value)} like this: {fault.text.lower()}"
    return "malformed-value", message, "the bank format says what belongs here"


_RANGES: Final = tuple(field.name for field in fields(Style))
_PATTERNS: Final = {
    "year": "four digits, such as 2017",
    "url": "a web address that starts with http:// or https://",
    "language": "a language tag, such as en or pt-BR",
    **dict.fromkeys(("accent", "warn", "good"), "a colour, such as '#0b5c8a' in quotes"),
    **dict.fromkeys(_RANGES, "a range, such as 60-150 or 3-"),
}


def _pattern(fault: _Fault) -> _Said:
    name, value = fault.name, fault.value
    if name in _PATTERNS:
        return "malformed-value", f"'{name}' is '{_clip(value)}'", f"write {_PATTERNS[name]}"
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in value.lower()).split()
    hint = "small letters, digits and single hyphens"
    if name in {"topics", "aliases"}:
        hint += ", '::' between levels"
    elif words:
        hint += f", such as '{'-'.join(words)[:60]}'"
    return "malformed-id", f"'{_clip(value)}' is not an id", hint


_SAYERS: Final[dict[str, Callable[[_Fault], _Said]]] = {
    "missing": _missing,
    "missing_keyword_only_argument": _missing,
    "missing_argument": _missing,
    "unexpected_keyword_argument": _unknown,
    "extra_forbidden": _unknown,
    "string_type": _no_text,
    "tuple_type": _no_list,
    "list_type": _no_list,
    "dict_type": _no_mapping,
    "mapping_type": _no_mapping,
    "dataclass_type": _no_mapping,
    "dataclass_exact_type": _no_mapping,
    "literal_error": _unknown_value,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "too_short": _no_entries,
    "contrast": _contrast,
    "css": _css,
    "one_line": _several_lines,
    "string_pattern_mismatch": _pattern,
}
"""What is said of each type of error that pydantic reports; `_malformed` of any other."""


@cache
def _children(kind: type) -> dict[str, type]:
    """The types of a dataclass's fields that are dataclasses, or lists of them."""
    hints = get_type_hints(kind)
    return {name: child for name in hints for child in _dataclasses(hints[name])}


def _dataclasses(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for part in get_args(hint):
        yield from _dataclasses(part)


def _innermost(kind: type, loc: tuple[str | int, ...]) -> type:
    """The type of the mapping that a place in an entry lies in."""
    for step in loc:
        kind = _children(kind).get(str(step), kind)
    return kind


_NAMES: Final = {
    "Header": "the header",
    "Retired": "a retired entry",
    "FollowUp": "a follow-up",
    "Pdf": "'pdf'",
}


def _what(kind: type, loc: tuple[str | int, ...]) -> str:
    name = _innermost(kind, loc[:-1]).__name__
    return _NAMES.get(name, f"a {name.lower()}")


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "empty" if not value else "text"


_SHORT: Final = 40


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _SHORT and "\n" not in value


_SHOWN: Final = 60


def _clip(value: Any) -> str:
    text = str(value).replace("\n", " ")
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "…"
