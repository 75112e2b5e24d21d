"""Plain data to model entries: every field held to the kind of value that the model declares.

A sound entry is built without looking back (`take`); one that is not is gone through again for
every fault and its path (`faults`), and for what of it is sound (`salvage`), so that later checks
know the rest. They stand side by side, and a test holds that they agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from prep_export.bank.model import Header, Topic
from prep_export.bank.read import lists
from prep_export.bank.read.fault import (
    Fault,
    WrongValueError,
    clip,
    name_at,
    no_choice,
    no_mapping,
    no_text,
    shape,
    what_is,
    which_at,
)
from prep_export.bank.read.sections import ENTRY_TYPES, SECTION_NAMES
from prep_export.bank.values import Kind, Least
from prep_export.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prep_export.findings.codes import Code
    from prep_export.findings.finding import Finding, Node, Path


def build(kind: type, data: Any, at: Node, findings: list[Finding]) -> Any | None:
    """One entry of the given type from plain data, or None and its faults in `findings`."""
    value = value_of(kind)
    try:
        return value.take(data)
    except WrongValueError:
        findings += [fault.at_node(at) for fault in value.faults(data, ())]
        return None


def salvage(kind: type, data: Any) -> Any:
    """What is sound of an entry that is not, empty where nothing is: for the checks alone."""
    return value_of(kind).salvage(data)


def holds_text(path: Path) -> bool:
    """Whether a node of a file is free text, rather than an id, a code or an address."""
    section, *steps = path or ("",)
    value: Value | None = None
    if section in ENTRY_TYPES:
        value = ListValue(value_of(ENTRY_TYPES[str(section)]), 0)
    elif section == "bank":
        value = value_of(Header)
    elif section == "topics" and steps:
        value, steps = value_of(Topic), steps[1:] or ["title"]
    for step in steps:
        if isinstance(value, EntryValue):
            value = value.fields.get(str(step))
        elif isinstance(value, ListValue | MappingValue):
            value = value.inner
    return isinstance(value, TextValue) and not value.kind.pattern


def is_field(name: str) -> bool:
    """Whether the header or an entry of some section has a field of that name."""
    return any(name in value_of(kind).fields for kind in (Header, *ENTRY_TYPES.values()))


class Value:
    """What a field may hold."""

    near: Callable[[str], str] | None = None
    """The word that a text was meant to be, of values that are single words."""

    def take(self, data: Any) -> Any:
        """The model's value for plain data. Raises WrongValueError."""
        raise NotImplementedError

    def faults(self, data: Any, path: Path) -> Iterator[Fault]:
        """Everything wrong with the data; nothing if and only if `take` takes them."""
        raise NotImplementedError

    def salvage(self, data: Any) -> Any:
        """What `take` gives, or what is sound of it: empty text for a text that is not."""
        try:
            return self.take(data)
        except WrongValueError:
            return ""


class TextValue(Value):
    """A text of a kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._longest, self._one_line = kind.longest, kind.one_line
        self._matches = kind.matches if kind.pattern else None
        self._problem = kind.problem
        self.near = kind.near if kind.pattern and not kind.form else None

    def take(self, data: Any) -> str:
        if type(data) is not str:
            raise WrongValueError
        text = data if self._matches else data.strip()
        if (
            not text
            or len(text) > self._longest
            or (self._one_line and "\n" in text)
            or (self._matches is not None and not self._matches(text))
            or (self._problem is not None and self._problem(text))
        ):
            raise WrongValueError
        return text

    def faults(self, data: Any, path: Path) -> Iterator[Fault]:
        name = name_at(path)
        if type(data) is not str:
            yield no_text(data, path, one_line=self._one_line)
            return
        text = data if self._matches else data.strip()
        if self._matches is not None and not self._matches(text):
            in_list = not isinstance(path[-1], str)
            yield Fault(*self._pattern_said(name, text, in_list=in_list), path)
        elif not text:
            hint = "write it, or remove the field"
            yield Fault("empty-text", f"'{name}' is empty", hint, path)
        elif len(text) > self._longest:
            message = f"'{name}' has {len(text):,} characters; the limit is {self._longest:,}"
            yield Fault("too-long-value", message, "shorten or split it", path)
        elif self._one_line and "\n" in text:
            hint = "write it on one line, or as a folded block (>-)"
            yield Fault("malformed-value", f"'{name}' stands on several lines", hint, path)
        else:
            said = self._problem(text) if self._problem else None
            if said:
                yield Fault(said[0], f"'{name}' {said[1]}", said[2], path)

    def _pattern_said(self, name: str, text: str, *, in_list: bool) -> tuple[Code, str, str]:
        if self.kind.form:
            said = f"is '{clip(text)}'" if text else "is empty"
            return "malformed-value", f"'{name}' {said}", f"write {self.kind.form}"
        hint = "small letters, digits and single hyphens"
        if "::" in self.kind.pattern:
            hint += ", '::' between levels"
        near = self.kind.near(text)
        if in_list and (said := lists.several(text, self.kind.near)):
            hint = said
        elif near:
            hint += f", such as '{near}'"
        return "malformed-id", f"'{clip(text)}' is not an id", hint

    def salvage(self, data: Any) -> str:
        """An id that is none is known by the one that is proposed, unless it is several."""
        try:
            return self.take(data)
        except WrongValueError:
            if not self.near or type(data) is not str or lists.several(data, self.near):
                return ""
            return self.near(data)


class ChoiceValue(Value):
    """One of some words."""

    def __init__(self, options: tuple[str, ...]) -> None:
        self.options = options
        self._known = frozenset(options)
        self.near = str.strip

    def take(self, data: Any) -> str:
        if type(data) is not str or data not in self._known:
            raise WrongValueError
        return data

    def faults(self, data: Any, path: Path) -> Iterator[Fault]:
        try:
            self.take(data)
        except WrongValueError:
            yield no_choice(data, self.options, path)


class FlagValue(Value):
    """true or false."""

    _FLAGS: Final = {"true": True, "false": False}

    def take(self, data: Any) -> bool:
        if type(data) is not str or data not in self._FLAGS:
            raise WrongValueError
        return self._FLAGS[data]

    def faults(self, data: Any, path: Path) -> Iterator[Fault]:
        if type(data) is not str or data not in self._FLAGS:
            message = f"'{name_at(path)}' cannot be '{clip(data)}'"
            yield Fault("unknown-value", message, "write true or false", path)


class ListValue(Value):
    """A list of values."""

    def __init__(self, inner: Value, least: int) -> None:
        self.inner, self.least = inner, least

    def take(self, data: Any) -> tuple[Any, ...]:
        if type(data) is not list or len(data) < self.least:
            raise WrongValueError
        take = self.inner.take
        return tuple([take(part) for part in data])

    def faults(self, data: Any, path: Path) -> Iterator[Fault]:
        name = name_at(path)
        if type(data) is not list:
            message = f"{which_at(path)} is a list, not {shape(data)}"
            yield Fault("expected-list", message, self._hint(name, data), path)
        elif len(data) < self.least:
            yield Fault("empty-list", f"'{name}' is empty", "name at least one", path)
        else:
            for index, part in enumerate(data):
                yield from self.inner.faults(part, (*path, index))

    def _hint(self, name: str, data: Any) -> str:
        """How to write the list that something else was meant to be."""
        if isinstance(self.inner, EntryValue):
            return f"write '- ' entries with {self.inner.outline()}"
        if not isinstance(data, str):
            return "write one '- ' line an entry"
        return lists.how_to_write(name, data.strip(), self.inner.near, self.least)

    def salvage(self, data: Any) -> tuple[Any, ...]:
        if type(data) is str and not isinstance(self.inner, EntryValue):
            data = lists.entries(data.strip(), self.inner.near)
        return tuple(self.inner.salvage(part) for part in data) if type(data) is list else ()


class MappingValue(Value):
    """Values by key, of which only some may stand there."""

    def __init__(self, keys: ChoiceValue, inner: Value) -> None:
        self.keys, self.inner = keys, inner

    def take(self, data: Any) -> dict[str, Any]:
        if type(data) is not dict:
            raise WrongValueError
        return {self.keys.take(key): self.inner.take(part) for key, part in data.items()}

    def faults(self, data: Any, path: Path) -> Iterator[Fault]:
        if type(data) is not dict:
            yield no_mapping(data, path)
            return
        for key, part in data.items():
            for fault in self.keys.faults(key, (*path, key)):
                message = f"there is no '{clip(key)}' to name under '{name_at(path)}'"
                yield Fault(fault.code, message, fault.hint, fault.path, on_key=True)
            yield from self.inner.faults(part, (*path, key))

    def salvage(self, data: Any) -> dict[str, Any]:
        known = data.items() if type(data) is dict else ()
        return {key: self.inner.salvage(part) for key, part in known if key in self.keys.options}


class EntryValue(Value):
    """A mapping with the fields of a dataclass."""

    def __init__(self, kind: type) -> None:
        self.kind = kind
        hints = get_type_hints(kind, include_extras=True)
        self.fields = {field.name: _value(hints[field.name]) for field in fields(kind)}
        self.required = [
            field.name
            for field in fields(kind)
            if field.default is MISSING and field.default_factory is MISSING
        ]
        self._takes = {name: value.take for name, value in self.fields.items()}

    def take(self, data: Any) -> Any:
        if type(data) is not dict:
            raise WrongValueError
        takes = self._takes
        try:
            values = {name: takes[name](part) for name, part in data.items()}
            return self.kind(**values)
        except (KeyError, TypeError):  # a field that there is not, or one that is missing
            raise WrongValueError from None

    def faults(self, data: Any, path: Path) -> Iterator[Fault]:
        if type(data) is not dict:
            which = which_at(path) if path else what_is(self.kind)
            message = f"{which} is {shape(data)}, where fields belong"
            dashes = ", without dashes" if isinstance(data, list) else ""
            yield Fault("expected-mapping", message, f"write {self.outline()}{dashes}", path)
            return
        what = what_is(self.kind)
        meant = self._meant(data)
        for name in self.required:
            if name not in data and name not in meant.values():
                message = f"the field '{name}' is missing"
                yield Fault("missing-field", message, f"{what} needs it: write '{name}: …'", path)
        for name, part in data.items():
            if name not in self.fields:
                hint = self._hint(name, meant)
                message = f"{what} has no field '{clip(name)}'"
                yield Fault("unknown-field", message, hint, (*path, name), on_key=True)
            else:
                yield from self._of_field(name, part, (*path, name))

    def _of_field(self, name: str, part: Any, path: Path) -> Iterator[Fault]:
        for fault in self.fields[name].faults(part, path):
            if fault.code == "empty-text" and fault.path == path and name in self.required:
                fault.hint = f"write it; {what_is(self.kind)} needs it"
            yield fault

    def _meant(self, data: dict[str, Any]) -> dict[str, str]:
        """The fields that unknown names were meant to be, where these are not there themselves."""
        meant: dict[str, str] = {}
        for name in data:
            if name not in self.fields:
                near = _nearest_field(name, tuple(self.fields))
                if near and near not in data and near not in meant.values():
                    meant[name] = near
        return meant

    def _hint(self, name: str, meant: dict[str, str]) -> str:
        if name in SECTION_NAMES:
            return f"'{name}' is a section: move it to the left margin"
        if name in meant:
            return f"did you mean '{meant[name]}'?"
        below = "for one below it write 'parent::child: …' beside it; " * (self.kind is Topic)
        return did_you_mean(name, self.fields) or f"{below}fields: {', '.join(self.fields)}"

    def outline(self) -> str:
        """Its fields, as one starts to write them."""
        names = self.required if len(self.required) > 1 else list(self.fields)
        return ", ".join(f"'{name}: …'" for name in names)

    def salvage(self, data: Any) -> Any:
        data = data if type(data) is dict else {}
        meant = self._meant(data)
        fields = {meant.get(name, name): part for name, part in data.items()}
        values = {n: self.fields[n].salvage(p) for n, p in fields.items() if n in self.fields}
        for name in self.required:
            if name not in values:
                values[name] = self.fields[name].salvage(None)
        return self.kind(**values)


@lru_cache(1_000)
def _nearest_field(name: str, names: tuple[str, ...]) -> str:
    return nearest(name, names)


@cache
def value_of(kind: type) -> EntryValue:
    """What an entry of a type may hold."""
    return EntryValue(kind)


def _value(hint: Any) -> Value:
    """The value that a field's type declares."""
    if get_origin(hint) is Annotated:
        inner, *notes = get_args(hint)
        for note in notes:
            if isinstance(note, Kind):
                return TextValue(note)
            if isinstance(note, Least):
                return ListValue(_value(get_args(inner)[0]), note.entries)
    if get_origin(hint) in {Union, UnionType}:
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        return _value(inner)  # plain data have no None: a field that is absent has its default
    if get_origin(hint) is tuple:
        return ListValue(_value(get_args(hint)[0]), 0)
    if hint is bool:
        return FlagValue()
    if get_origin(hint) is Literal:
        return ChoiceValue(get_args(hint))
    if get_origin(hint) is Mapping:
        keys, inner = (_value(part) for part in get_args(hint))
        assert isinstance(keys, ChoiceValue)  # noqa: S101 - as the model declares them
        return MappingValue(keys, inner)
    assert is_dataclass(hint)  # noqa: S101 - all that is left
    return value_of(hint)  # type: ignore[arg-type]  # a class
