"""Expressions of GitHub's workflows, as far as ours use them: `${{ … }}` and `if:`.

Names, texts, `==`, `!=`, `&&`, `||`, `!`, parentheses, `startsWith`, `success()` and such.
Anything else is refused, so that no test passes because something was misread.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN: Final = re.compile(r"\s*(==|!=|&&|\|\||[!(),]|'(?:[^']|'')*'|[A-Za-z_][\w.-]*|\Z)")
_EMBEDDED: Final = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


def filled(text: str, context: Mapping[str, Any]) -> str:
    """A text with the value of each `${{ … }}` in its place."""
    return _EMBEDDED.sub(lambda found: _word(evaluate(found[1], context)), text)


def holds(condition: str | None, context: Mapping[str, Any]) -> bool:
    """Whether a step with this `if:` runs; with no word about success it needs it, as on GitHub."""
    text = str(condition if condition is not None else "success()")
    inner = _EMBEDDED.fullmatch(text.strip())
    text = inner[1] if inner else text
    if not re.search(r"\b(success|failure|always|cancelled)\(\)", text):
        text = f"success() && ({text})"
    return bool(evaluate(text, context))


def evaluate(text: str, context: Mapping[str, Any]) -> Any:
    """The value of an expression. A name that nothing defines is empty, as on GitHub."""
    tokens: list[str] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        assert found, f"no expression that is known here: {text!r}"
        place = found.end()
        if found[1]:
            tokens.append(found[1])
    parser = _Parser(tokens, context)
    value = parser.either()
    assert not parser.tokens, f"more than is known here: {text!r}"
    return value


class _Parser:
    def __init__(self, tokens: list[str], context: Mapping[str, Any]) -> None:
        self.tokens = tokens
        self.context = context

    def _next(self, *wanted: str) -> str:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else ""

    def either(self) -> Any:
        value = self._both()
        while self._next("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._next("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:
        value = self._one()
        while sign := self._next("==", "!="):
            same = _word(value).lower() == _word(self._one()).lower()  # GitHub ignores case
            value = same if sign == "==" else not same
        return value

    def _one(self) -> Any:
        if self._next("!"):
            return not self._one()
        if self._next("("):
            value = self.either()
            assert self._next(")")
            return value
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self._next("("):
            return self._called(token)
        if token in {"true", "false"}:
            return token == "true"
        value = self.context
        for name in token.split("."):
            value = value.get(name, "") if isinstance(value, dict) else ""
        return value

    def _called(self, name: str) -> bool:
        given = []
        while not self._next(")"):
            given.append(_word(self.either()).lower())
            self._next(",")
        if name == "startsWith":
            text, start = given
            return text.startswith(start)
        assert not given
        failed = bool(self.context["failed"])
        return {"success": not failed, "failure": failed, "always": True, "cancelled": False}[name]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
