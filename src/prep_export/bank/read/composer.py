"""YAML events to plain data: every scalar is text, every fault knows its place.

Built on libyaml's event stream instead of a YAML loader, for two reasons. A loader turns `no`,
`1.10` and `2024-01-01` into booleans, numbers and dates; in an answer they are what the author
typed. And it is several times faster than PyYAML's own constructors (see benchmarks/).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from prep_export.bank.read.lines import Error, in_quotes, joined, line_at
from prep_export.bank.read.repeated import Repeat, findings_of
from prep_export.bank.read.syntax import explain, odd_line, of_a_value
from prep_export.findings.finding import Characters, Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from prep_export.findings.codes import Code
    from prep_export.findings.finding import Path

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

_PATH: Final = re.compile(r"\b[A-Za-z]:(?:\\\w+)+")
"""A path of Windows, whose parts may begin as escapes do."""
_ESCAPE: Final = re.compile(r"\\(?:[\\\"\n]|\r\n|(.))")
"""An escape of a double-quoted text; its group is one that stands for another character."""


class _Stop(Exception):  # noqa: N818 - control flow, not an error
    """Nothing after this place can be read."""


def compose(
    text: str, file: str = "", holds_text: Callable[[Path], bool] = lambda _path: True
) -> tuple[Plain | None, list[Finding]]:
    """Build plain data (text, lists, mappings) from the one document in `text` of a file.

    Returns the data, None when there is none or it cannot be read to its end, and all faults.
    `holds_text` tells of a path whether free text stands there, of which YAML may take a part for
    something else. Never raises on bad input.
    """
    composer = _Composer(file, text, holds_text)
    loader = Loader(text)
    try:
        composer.read(loader)
    except _Stop:
        return None, composer.told
    except yaml.reader.ReaderError as error:
        # The only YAML error that carries no mark.
        at = min(error.position, len(text))
        composer.fault_at("control-character", "may not stand in YAML", "remove it", (at, at + 1))
        return None, composer.told
    except yaml.YAMLError as error:
        composer.syntax(error, text)
        return None, composer.told
    except RecursionError:  # only the pure-Python parser recurses
        composer.fault_at("too-deep", "nested too deeply", "flatten it", (0, 1))
        return None, composer.told
    finally:
        loader.dispose()
    return composer.finish()


def _last_quoted(text: str) -> tuple[int, int] | None:
    """The last text in quotes that is read before an error."""
    loader = Loader(text)
    last: Any = None
    try:
        while True:
            event = loader.get_event()
            if isinstance(event, yaml.StreamEndEvent):
                return None
            if isinstance(event, yaml.ScalarEvent):
                last = event
    except yaml.YAMLError:
        if last is None or last.style not in {"'", '"'}:
            return None
        return last.start_mark.index, last.end_mark.index
    finally:
        loader.dispose()


def _comments(text: str) -> frozenset[int]:
    """Where a comment follows on something in its line without looking like a comment, which has
    two spaces before its '#' and one after it, as yamllint asks: the ends of what it follows."""
    found = set()
    at = text.find("#")
    while at >= 0:
        if text[at - 1 : at] in {" ", "\t"} and not (
            text[at - 2 : at].isspace() and text[at + 1 : at + 2] in {" ", "\n", "\r", ""}
        ):
            end = at - 1
            while end and text[end - 1] in " \t":
                end -= 1
            found.add(end)
        at = text.find("#", at + 1)
    return frozenset(found)


def _path(stack: list[list[Any]]) -> Path:
    """The path of the next value."""
    return tuple(f[1] if type(f[0]) is dict else len(f[0]) for f in stack)


_SHOWN: Final = 40


def _clip(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


class _Composer:
    """Consumes events; keeps open containers on a stack of its own, so depth costs no recursion."""

    def __init__(self, file: str, text: str, holds_text: Callable[[Path], bool]) -> None:
        self.file = file
        self.holds_text = holds_text
        self.text = text
        self.root: Plain | None = None
        self.faults: list[Finding] = []
        self._anchors: dict[str, tuple[Plain, int]] = {}
        self._open_anchors: set[str] = set()
        self._alias_nodes = 0
        self._keys: dict[str, str] = {}
        self._comments = _comments(text)
        self._repeats: list[Repeat] = []
        self._unused: dict[str, Finding] = {}
        """A text that starts with '&', by the name that YAML sees in it."""

    @property
    def told(self) -> list[Finding]:
        """All faults, as far as it is read."""
        return [*self.faults, *findings_of(self._repeats)]

    def finish(self) -> tuple[Plain | None, list[Finding]]:
        """The data and all faults, once all is read."""
        self.faults += self._unused.values()
        if any(key[:1] not in "\"'" and not key[:1].isprintable() for key in self._keys):
            cause = odd_line(self.text)
            if cause:
                self.fault_at("yaml-syntax", cause.message, cause.hint, cause.span)
                return None, self.told
        return self.root, self.told

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
        said = f"{context}: {problem}" if context else problem
        opened = getattr(error, "context_mark", None)
        began = opened.index if opened else at
        cause = explain(text, Error(said, at, began, _last_quoted(text)))
        if cause:
            self.fault_at("yaml-syntax", cause.message, cause.hint, cause.span)
        else:
            hint = "check quotes, brackets, colons and indentation here and in the line above"
            self.fault_at("yaml-syntax", f"not valid YAML: {said}", hint, (at, at + 1))

    def read(self, loader: Any) -> None:  # noqa: C901, PLR0912, PLR0915 - the one hot loop: a call per event would double its time
        get_event = loader.get_event
        scalar, sequence_start, mapping_start = (
            yaml.ScalarEvent,
            yaml.SequenceStartEvent,
            yaml.MappingStartEvent,
        )
        ends = (yaml.SequenceEndEvent, yaml.MappingEndEvent)
        keys = self._keys
        comments = self._comments
        # An open container: [container, pending key, node count, anchor, whether to keep the value]
        stack: list[list[Any]] = []
        documents = 0
        while True:
            event = get_event()
            kind = type(event)
            size = 1
            if kind is scalar:
                node: Any = event.value
                if event.tag is not None and (
                    event.tag not in _TEXT_TAGS or (event.tag == "!" and not event.style)
                ):
                    self._tag(event)
                if event.style == '"':
                    self._escapes(event)
                if event.anchor is not None:
                    self._anchors[event.anchor] = (node, 1)
                if stack and stack[-1][1] is None and type(stack[-1][0]) is dict:
                    frame = stack[-1]
                    frame[1] = key = keys.setdefault(node, node)
                    frame[4] = key not in frame[0]
                    if not frame[4]:
                        self._duplicate(key, event, stack)
                    continue
                if event.anchor is not None:
                    self._anchor(event, stack)
                if comments and event.end_mark.index in comments and not event.style:
                    self._comment(event, stack)
                if event.end_mark.line > event.start_mark.line and event.style != "|":
                    self._joined(event, stack)
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
            self._blame("complex-key", event)
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
        self._unused.pop(event.anchor, None)
        if event.anchor not in self._anchors:
            self._blame("yaml-syntax", event)
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
        path = _PATH.search(self.text, start, end)
        if eaten and ("$" in event.value or path):
            what = "a path" if path else "a text with math"
            for escape in eaten:
                hint = "double the backslash, or use single quotes or a block (|)"
                message = f"YAML reads '{escape[0]}' as another character, in {what}"
                self.fault_at("escape-in-math", message, hint, escape.span())
            return
        control = CONTROL.search(event.value)
        if control:
            message = f"an escape for the control character U+{ord(control.group()):04X}"
            self.fault("control-character", message, "remove it", event)

    def _blame(self, code: Code, event: Any) -> None:
        """Stop with the cause, where an event comes from how a text starts."""
        cause = of_a_value(self.text, event.start_mark.index)
        if cause:
            self.fault_at(code, cause.message, cause.hint, cause.span)
            raise _Stop

    def _tag(self, event: Any) -> None:
        shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")
        plain = isinstance(event, yaml.ScalarEvent) and not event.style
        typed = in_quotes(self.text, event.start_mark.index) if plain else ""
        hint = (
            f"if it is text, {typed}" if typed else "remove it, or quote text that starts with '!'"
        )
        self.fault("unknown-tag", f"the tag '{shown}' means nothing here", hint, event)

    def _anchor(self, event: Any, stack: list[list[Any]]) -> None:
        """Keep in mind that '&' begins a text, until something refers to it."""
        start, end, path = event.start_mark.index, event.end_mark.index, _path(stack)
        if event.style or not self.text.startswith("&", start) or not self.holds_text(path):
            return
        name = f"&{event.anchor}"
        message = f"YAML takes '{name}' for the name of what follows, and it is not shown"
        hint = in_quotes(self.text, start) or "quote text that starts with '&'"
        at = Characters(self.file, start, min(end, start + len(name)), path)
        self._unused[event.anchor] = Finding("lost-text", message, at, hint)

    def _comment(self, event: Any, stack: list[list[Any]]) -> None:
        """A text that ends where YAML sees a comment which does not look like one."""
        path = _path(stack)
        if not self.holds_text(path):
            return
        sign = self.text.index("#", event.end_mark.index)
        line = line_at(self.text, sign)
        rest = self.text[sign : line.end]
        if not event.value and rest[1:2] in {" ", ""}:
            return  # nothing, and a comment after it
        message = f"YAML takes '{_clip(rest)}' for a comment, and it is not shown"
        start = event.start_mark.index
        if start < line.start:
            hint = (
                f"write '{line_at(self.text, start).typed('>-')}' and the text below it, indented"
            )
        else:
            hint = in_quotes(self.text, start) or "quote the text"
        hint += "; a comment has two spaces before its '#' and one after it"
        at = Characters(self.file, sign, line.end, path)
        self.faults.append(Finding("lost-text", message, at, hint))

    def _joined(self, event: Any, stack: list[list[Any]]) -> None:
        """Lines that would be a list, a table or code, in a text whose lines YAML joins."""
        start = event.start_mark.index
        found = joined(self.text, start, event.end_mark.index, event.style or "")
        path = _path(stack) if found else ()
        if found and self.holds_text(path):
            line = line_at(self.text, start)
            hint = f"write '{line.typed('|')}' and the lines below it, indented"
            message = f"YAML joins these lines into one, and the {found[0]} is none"
            at = Characters(self.file, *found[1:], path)
            self.faults.append(Finding("lost-text", message, at, hint))

    def _duplicate(self, key: str, event: Any, stack: list[list[Any]]) -> None:
        at = Characters(self.file, event.start_mark.index, event.end_mark.index)
        self._repeats.append(Repeat(stack[-1][0], _path(stack[:-1]), key, at))
