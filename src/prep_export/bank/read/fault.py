"""What is wrong with plain data, and how it is said: a value, its place and its kind, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prep_export.findings.codes import CODES
from prep_export.findings.finding import Finding, Node
from prep_export.spelling import did_you_mean, quoted

if TYPE_CHECKING:
    from prep_export.findings.codes import Code
    from prep_export.findings.finding import Path


class WrongValueError(Exception):
    """Something in a value is not as the model wants it; `faults` tells what."""


class Fault:
    """What is wrong with a value, at a path within its entry."""

    __slots__ = ("code", "hint", "message", "on_key", "path")

    def __init__(
        self, code: Code, message: str, hint: str, path: Path, *, on_key: bool = False
    ) -> None:
        self.code, self.message, self.hint = code, message, hint
        self.path, self.on_key = path, on_key

    def at_node(self, at: Node) -> Finding:
        """The finding for an entry that stands at a node."""
        place = Node(at.file, (*at.path, *self.path), on_key=self.on_key)
        return Finding(self.code, self.message, place, self.hint)


def no_mapping(data: Any, path: Path) -> Fault:
    """The fault of what is no mapping."""
    message = f"{which_at(path)} is {shape(data)}, where names with values belong"
    return Fault("expected-mapping", message, "write 'name: value' lines", path)


def no_text(data: Any, path: Path, *, one_line: bool) -> Fault:
    """The fault of what is no text."""
    typed = meant_text(data)
    hint = f"quote it: {quoted(typed)}" if typed else "quote it, or write it as a block (|)"
    if isinstance(data, list) and len(data) > 1:
        above = f"write '{name_at(path)}: |' above it"
        hint = f"a list in a text stands in a block: {above}, or quote it"
        if one_line and all(isinstance(part, str) for part in data):
            hint = f"write {name_at(path)}: {quoted(', '.join(data))}"
    return Fault("expected-text", f"{which_at(path)} is text, not {shape(data)}", hint, path)


def no_choice(data: Any, options: tuple[str, ...], path: Path) -> Fault:
    """The fault of what is none of some words."""
    hint = did_you_mean(str(data), options) or "one of: " + ", ".join(options)
    codes = CODES.items() if CODES.keys() >= set(options) else ()
    severity = next((severity for code, severity in codes if code == data), None)
    if severity == "error":
        hint = "only warnings can be ignored; remove it, and mend what gives the error"
    elif severity == "warning":
        hint = "it cannot be ignored; remove what ignores nothing"
    return Fault("unknown-value", f"'{name_at(path)}' cannot be '{clip(data)}'", hint, path)


def which_at(path: Path) -> str:
    """What stands at a path."""
    if not path:
        return "an entry"
    return f"'{name_at(path)}'" if isinstance(path[-1], str) else f"an entry of '{name_at(path)}'"


def meant_text(data: Any) -> str:
    """The text that YAML has taken for a list or a mapping, where it is plain to see."""
    if isinstance(data, list) and all(isinstance(part, str) for part in data):
        return f"[{', '.join(data)}]"
    if isinstance(data, dict) and len(data) == 1:
        ((key, value),) = data.items()
        if isinstance(value, str):
            return f"{key}: {value}" if value else f"{{{key}}}"
    return ""


def name_at(path: Path) -> str:
    """The name of the field at a path, or of the list there."""
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "entry")


_NAMES: Final = {
    "Header": "the header",
    "Retired": "a retired entry",
    "FollowUp": "a follow-up",
    "Pdf": "'pdf'",
}


def what_is(kind: type) -> str:
    """What an entry of a type of the model is, for people."""
    return _NAMES.get(kind.__name__, f"a {kind.__name__.lower()}")


def shape(value: Any) -> str:
    """What plain data are, for people."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "empty" if not value else "text"


_SHOWN: Final = 60
"""Characters."""


def clip(value: Any) -> str:
    """A value on one short line."""
    text = str(value).replace("\n", " ")
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "…"
