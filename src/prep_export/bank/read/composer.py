"""YAML events to plain data: every scalar is text, every fault knows its place.

Built on libyaml's event stream instead of a YAML loader, for two reasons. A loader turns `no`,
`1.10` and `2024-01-01` into booleans, numbers and dates; in an answer they are what the author
typed. And it is several times faster than PyYAML's own constructors (see benchmarks/).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from prep_export.findings.finding import Characters, Finding

if TYPE_CHECKING:
    from prep_export.findings.codes import Code

    Plain = str | list["Plain"] | dict[str, "Plain"]

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_DEPTH: Final = 50
"""Nesting of lists and mappings; the format itself needs six levels."""

MAX_ALIAS_NODES: Final = 100_000
"""Nodes that aliases may add to a file when written out ('billion laughs' needs far more)."""

_TEXT_TAGS: Final = frozenset({None, "!", "tag:yaml.org,2002:str"})
_LIST_TAGS: Final = frozenset({None, "!", "tag:yaml.org,2002:seq"})
_MAPPING_TAGS: Final = frozenset({None, "!", "tag:yaml.org,2002:map"})


CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
"""What YAML 1.1 forbids in a stream, unless it is escaped; and no card can hold it."""

_ESCAPE: Final = re.compile(r"\\(?:[\\\"\n]|\r\n|(.))")
"""An escape of a double-quoted text; its group is one that stands for another character."""


class _Stop(Exception):  # noqa: N818 - control flow, not an error
    """Nothing after this place can be read."""


def compose(text: str, file: str = "") -> tuple[Plain | None, list[Finding]]:
    """Build plain data (text, lists, mappings) from the one document in `text` of a file.

    Returns the data, None when there is none or it cannot be read to its end, and all faults.
    Never raises on bad input.
    """
    composer = _Composer(file, text)
    loader = Loader(text)
    try:
        composer.read(loader)
    except _Stop:
        return None, composer.faults
    except yaml.reader.ReaderError as error:
        # The only YAML error that carries no mark.
        at = min(error.position, len(text))
        composer.fault_at("control-character", "may not stand in YAML", "remove it", (at, at + 1))
        return None, composer.faults
    except yaml.YAMLError as error:
        composer.syntax(error, text)
        return None, composer.faults
    except RecursionError:  # only the pure-Python parser recurses
        composer.fault_at("too-deep", "nested too deeply", "flatten it", (0, 1))
        return None, composer.faults
    finally:
        loader.dispose()
    return composer.root, composer.faults


_SYNTAX_HINTS: Final = (
    ("cannot start any token", "quote the text, or indent with spaces instead of tabs"),
    ("mapping values are not allowed", "quote text that contains ': ', or write it as a block (|)"),
    ("could not find expected ':'", "a key needs ':' and a space; check the indentation"),
    ("did not find expected key", "check the indentation, and quotes inside quoted text"),
    ("did not find expected '-' indicator", "check the indentation of this list"),
    ("unexpected end of stream", "close the quotes or bracket"),
    ("did not find expected ',' or", "close the bracket, or quote text with brackets in it"),
    ("undefined alias", "quote text that starts with '*'"),
    ("unknown escape character", "use single quotes, or a block (|), where a backslash is text"),
)


class _Composer:
    """Consumes events; keeps open containers on a stack of its own, so depth costs no recursion."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.root: Plain | None = None
        self.faults: list[Finding] = []
        self._anchors: dict[str, tuple[Plain, int]] = {}
        self._open_anchors: set[str] = set()
        self._alias_nodes = 0
        self._keys: dict[str, str] = {}

    def fault_at(self, code: Code, message: str, hint: str, span: tuple[int, int]) -> None:
        self.faults.append(Finding(code, message, Characters(self.file, *span), hint))

    def fault(self, code: Code, message: str, hint: str, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self.fault_at(code, message, hint, (start, max(end, start + 1)))

    def stop(self, code: Code, message: str, hint: str, event: Any) -> None:
        self.fault(code, message, hint, event)
        raise _Stop

    def syntax(self, error: yaml.YAMLError, text: str) -> None:
        """What libyaml says, in its words, with a hint in ours."""
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        context = getattr(error, "context", None)
        at = min(mark.index, len(text)) if mark else 0
        if "maximum nesting depth" in problem:  # the scanner's own limit, from PyYAML 6.0.4 on
            message = f"nested more than {MAX_DEPTH} levels deep"
            self.fault_at("too-deep", message, "flatten it", (at, at + 1))
            return
        hint = next((hint for part, hint in _SYNTAX_HINTS if part in problem), "")
        message = f"{context}: {problem}" if context else problem
        self.fault_at("yaml-syntax", f"not valid YAML: {message}", hint, (at, at + 1))

    def read(self, loader: Any) -> None:  # noqa: C901, PLR0912, PLR0915 - the one hot loop: a call per event would double its time
        get_event = loader.get_event
        scalar, sequence_start, mapping_start = (
            yaml.ScalarEvent,
            yaml.SequenceStartEvent,
            yaml.MappingStartEvent,
        )
        ends = (yaml.SequenceEndEvent, yaml.MappingEndEvent)
        keys = self._keys
        # An open container: [container, pending key, node count, anchor, whether to keep the value]
        stack: list[list[Any]] = []
        documents = 0
        while True:
            event = get_event()
            kind = type(event)
            size = 1
            if kind is scalar:
                node: Any = event.value
                if event.tag not in _TEXT_TAGS:
                    self._tag(event)
                if event.style == '"':
                    self._escapes(event)
                if stack and stack[-1][1] is None and type(stack[-1][0]) is dict:
                    frame = stack[-1]
                    frame[1] = key = keys.setdefault(node, node)
                    frame[4] = key not in frame[0]
                    if not frame[4]:
                        self._duplicate(key, event)
                    continue
                if event.anchor is not None:
                    self._anchors[event.anchor] = (node, 1)
            elif kind is mapping_start or kind is sequence_start:
                self._open(event, stack, kind is mapping_start)
                continue
            elif kind in ends:
                frame = stack.pop()
                node, size = frame[0], frame[2]
                if frame[3] is not None:
                    self._anchors[frame[3]] = (node, size)
                    self._open_anchors.discard(frame[3])
            elif kind is yaml.AliasEvent:
                node, size = self._alias(event, stack)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.stop(
                        "several-documents",
                        "a second YAML document starts here",
                        "one document a file: remove '---', or move it to a file of its own",
                        event,
                    )
                continue
            elif kind is yaml.StreamEndEvent:
                return
            else:
                continue
            if not stack:
                self.root = node
                continue
            frame = stack[-1]
            frame[2] += size
            container = frame[0]
            if type(container) is list:
                container.append(node)
            else:
                if frame[4]:
                    container[frame[1]] = node
                frame[1] = None

    def _open(self, event: Any, stack: list[list[Any]], is_mapping: bool) -> None:
        if len(stack) >= MAX_DEPTH:
            self.stop("too-deep", f"nested more than {MAX_DEPTH} levels deep", "flatten it", event)
        if stack and stack[-1][1] is None and type(stack[-1][0]) is dict:
            self.stop("complex-key", "a list or mapping is used as a key", "keys are text", event)
        if event.tag not in (_MAPPING_TAGS if is_mapping else _LIST_TAGS):
            self._tag(event)
        if event.anchor is not None:
            self._open_anchors.add(event.anchor)
        stack.append([{} if is_mapping else [], None, 1, event.anchor, True])

    def _alias(self, event: Any, stack: list[list[Any]]) -> tuple[Any, int]:
        if stack and stack[-1][1] is None and type(stack[-1][0]) is dict:
            self.stop("complex-key", "an alias is used as a key", "write the key out", event)
        if event.anchor in self._open_anchors:
            self.stop(
                "recursive-alias", f"'*{event.anchor}' contains itself", "write it out", event
            )
        if event.anchor not in self._anchors:
            self.stop(
                "yaml-syntax",
                f"not valid YAML: undefined alias '{event.anchor}'",
                "quote text that starts with '*'",
                event,
            )
        node, size = self._anchors[event.anchor]
        self._alias_nodes += size
        if self._alias_nodes > MAX_ALIAS_NODES:
            self.stop(
                "alias-expansion",
                f"aliases expand to more than {MAX_ALIAS_NODES:,} nodes",
                "write the repeated parts out",
                event,
            )
        return node, size

    def _escapes(self, event: Any) -> None:
        """What escapes have made of a text: controls, which no card can hold, and formulas that
        have lost their backslashes."""
        start, end = event.start_mark.index, event.end_mark.index
        if "\\" not in self.text[start:end]:
            return
        eaten = [e for e in _ESCAPE.finditer(self.text, start, end) if e[1]]
        if eaten and "$" in event.value:
            for escape in eaten:
                hint = "double the backslash, or use single quotes or a block (|)"
                message = f"YAML reads '{escape[0]}' as another character, in a text with math"
                self.fault_at("escape-in-math", message, hint, escape.span())
            return
        control = CONTROL.search(event.value)
        if control:
            message = f"an escape for the control character U+{ord(control.group()):04X}"
            self.fault("control-character", message, "remove it", event)

    def _tag(self, event: Any) -> None:
        shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")
        self.fault(
            "unknown-tag",
            f"the tag '{shown}' means nothing here",
            "remove the tag; every value is text, a list or a mapping",
            event,
        )

    def _duplicate(self, key: str, event: Any) -> None:
        self.fault(
            "duplicate-key",
            f"the key '{key}' stands twice in one mapping",
            "keep one, or merge their values",
            event,
        )
