"""Faults of a formula that can be seen token by token, before anything parses it."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from prep_export.markdown.math_commands import (
    ARGUMENTS,
    BIG,
    COMMANDS,
    ENVIRONMENTS,
    ESCAPES,
    MIDDLE,
    STRETCHED,
)
from prep_export.math_font import math_font

MAX_NESTING: Final = 20
r"""Groups, \left, \begin and arguments inside one another. math-core calls itself for each, and
dies with the whole process where a thread's stack is small; the layout's time grows with it."""

MAX_WORK: Final = 6_000
"""Tokens, each counted once more for every stretching bracket and table around it: those are set
that often. As much as this is laid out in half a second."""


@dataclass(frozen=True, slots=True)
class MathFault:
    """Why a formula cannot be shown everywhere, and where: `start` to `end` in its characters."""

    message: str
    hint: str
    start: int
    end: int


_REFUSED: Final = {
    r"\color": "colours belong to the theme",
    r"\textcolor": "colours belong to the theme",
    r"\colorbox": "colours belong to the theme",
    r"\href": "put the link outside the formula",
    r"\def": "write the formula out",
    r"\newcommand": "write the formula out",
    r"\tag": "number the formula in the text",
    r"\label": "number the formula in the text",
    r"\hline": "tables in formulas have no rules; leave it out",
    r"\operatorname*": r"use \operatorname, or \max with \limits",
    r"\over": r"write \frac{…}{…}",
    r"\atop": r"write \binom{…}{…} or \begin{matrix}",
    r"\choose": r"write \binom{…}{…}",
    r"\brace": r"write \{ … \}",
    r"\brack": "write [ … ]",
    r"\mathop": r"write \operatorname{…}",
    r"\mod": r"write \bmod or \pmod{…}",
    r"\nolimits": "leave it out, or set the formula in the line",
    r"\rm": r"write \mathrm{…}",
    r"\bf": r"write \mathbf{…}",
    r"\it": r"write \mathit{…}",
    r"\sf": r"write \mathsf{…}",
    r"\tt": r"write \mathtt{…}",
    r"\cal": r"write \mathcal{…}",
    r"\frak": r"write \mathfrak{…}",
    r"\Bbb": r"write \mathbb{…}",
    r"\mathchoice": "write out the one that is meant",
}
_INSTEAD: Final = {
    r"\argmax": r"write \operatorname{argmax}",
    r"\argmin": r"write \operatorname{argmin}",
    r"\bm": r"write \boldsymbol{…}",
    r"\pmb": r"write \boldsymbol{…}",
    r"\dd": r"write \mathrm{d}",
    r"\mathds": r"write \mathbb{…}",
    r"\mathbbm": r"write \mathbb{…}",
    r"\ce": r"write \mathrm{H_2O}, or H~2~O outside a formula",
    **dict.fromkeys((r"\SI", r"\qty"), r"write 5\,\mathrm{kg}"),
    **dict.fromkeys((r"\si", r"\unit"), r"write \mathrm{kg}"),
    r"\mbox": r"write \text{…}",
    r"\substack": r"write \begin{matrix}…\end{matrix}",
}
BOTH: Final = "Anki and the PDF must both be able to show it"

# A command, \begin or \end with its name, or one character.
TOKEN: Final = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}|\\[a-zA-Z]+\*?|\\?.|\\", re.DOTALL)
_FONTS: Final = frozenset(
    r"\mathbb \mathbf \mathcal \mathfrak \mathit \mathrm \mathscr \mathsf \mathtt".split()
)
_TEXTS: Final = frozenset(r"\text \textbf \textit \textrm \textsf \texttt \fbox".split())
_OPENERS: Final = {"{": "}", r"\left": r"\right", r"\begin": r"\end"}
_CLOSERS: Final[dict[str, str]] = {closer: opener for opener, closer in _OPENERS.items()}
_ENDS: Final = frozenset(("&", r"\\"))
_NEED_BRACES: Final = frozenset(
    r"\binom \dbinom \tbinom \cfrac \overset \underset \stackrel \pmod \pod".split()
)
"""Commands whose bare arguments the parsers tell apart in different ways."""
_FRACTIONS: Final = frozenset(r"\frac \dfrac \tfrac".split())
_MODULI: Final = frozenset(r"\pmod \pod".split())
_COUNTED: Final = _NEED_BRACES | _FRACTIONS
"""Commands whose first argument must be followed by a second; by no script, for _MODULI."""
_LARGE: Final = _NEED_BRACES | _FRACTIONS | frozenset(r"\not \ldots \dots".split())
_STYLES: Final = frozenset(r"& \displaystyle \textstyle \scriptstyle \scriptscriptstyle".split())
_INCOMPLETE: Final = ARGUMENTS | _STYLES
_SCRIPTS: Final = frozenset("_^")
_ATTACHED: Final = _SCRIPTS | {"'"}
_UNENDED: Final = _INCOMPLETE | _SCRIPTS | {r"\limits"}
"""What a formula cannot end with."""
_FENCES: Final = {
    r"\left": STRETCHED,
    r"\right": STRETCHED,
    r"\middle": MIDDLE,
    **{rf"\{b}{gg}{side}": BIG for b in "bB" for gg in ("ig", "igg") for side in ("", *"lmr")},
}
TWICE: Final = (
    "two subscripts or two superscripts at one place",
    "put the inner one in braces: {x^a}^b",
)
PAIR: Final = "close what is opened, in turn"


class Token(NamedTuple):
    """A command, an environment's \begin or \\end, or a character, with its place."""

    text: str
    name: str
    """`text` without the environment's name."""
    environment: str | None
    start: int
    end: int

    def fault(self, message: str, hint: str) -> MathFault:
        return MathFault(message, hint, self.start, self.end)


def tokens(latex: str) -> list[Token]:
    """The tokens of a formula, without white space."""
    found = []
    for match in TOKEN.finditer(latex):
        text, environment = match[0], match[2]
        if not text.isspace():
            name = text if environment is None else f"\\{match[1]}"
            found.append(Token(text, name, environment, *match.span()))
    return found


@dataclass(slots=True)
class _Open:
    """A group that is not closed yet."""

    token: Token
    command: str
    """What it is the argument of; empty where it is none."""
    around: int
    r"""Levels outside this group that the arguments of commands add, such as \sqrt\sqrt{."""


class _Scan:
    """Where the reader of a formula stands."""

    def __init__(self) -> None:
        self.opened: list[_Open] = []
        self.arguments = 0
        self.stretching = 0
        self.work = 0
        self.before: Token | None = None
        self.earlier: Token | None = None
        """What stood before `before`."""
        self.first_of = ""
        """The command with two arguments whose first one has just ended."""

    def fault(self, token: Token) -> MathFault | None:
        """What is wrong with the next token."""
        found = _alone(token)
        if any(one.command in _TEXTS for one in self.opened):
            found = found or _in_text(token)
        elif self.before:
            found = found or self._second(self.before, token) or self._after(self.before, token)
        found = found or self._nested(token)
        self.work += 1 + self.stretching
        self.earlier, self.before = self.before, token
        if found:
            return found
        if len(self.opened) + self.arguments > MAX_NESTING:
            return token.fault(f"nested more than {MAX_NESTING} deep", "name a part of it")
        if self.work > MAX_WORK:
            return token.fault("the formula would take too long to set", "split it")
        return None

    def end(self) -> MathFault | None:
        """What only the end of the formula shows."""
        if self.opened:
            token = self.opened[-1].token
            return token.fault(f"a '{token.name}' has no '{_OPENERS[token.name]}'", PAIR)
        before = self.before
        if before and self.first_of:
            return self._second(before, Token("}", "}", None, before.start, before.end))
        if before and (before.name in _FENCES or before.text in _UNENDED):
            return _lonely(before)
        return None

    def _second(self, before: Token, token: Token) -> MathFault | None:
        """Whether the second argument is there where one must be."""
        command, self.first_of = self.first_of, ""
        if command in _MODULI:
            return _unattached(token) if token.text in _ATTACHED else None
        bare = command in _NEED_BRACES and token.text != "{"
        if command and (
            bare or token.text in _ATTACHED or token.text in _ENDS or token.name in _CLOSERS
        ):
            return before.fault(
                f"'{command}' has one argument of two", f"write {command}{{…}}{{…}}"
            )
        return None

    def _after(self, before: Token, token: Token) -> MathFault | None:
        """What is wrong with a token because of the one before it."""
        if token.text in _ATTACHED and before.text in _STYLES:
            return _unattached(token)
        if token.text == "'" and before.name in {"&", r"\end"}:
            return _unattached(token)
        script = self.earlier.text if self.earlier and before.text != "{" else ""
        if script in _SCRIPTS and token.text in (script, "'" if script == "^" else script):
            return token.fault(*TWICE)
        if before.text in _SCRIPTS and token.text in _LARGE:
            hint = f"write {before.text}{{…}}"
            return token.fault(f"'{token.text}' needs braces around it here", hint)
        fraction = self.earlier if self.earlier and self.earlier.text in _FRACTIONS else None
        if fraction and "{" not in {before.text, token.text} and not token.text.isalnum():
            return _halved(fraction, fraction.text)
        return _after_command(before, token) if before.text.startswith("\\") else None

    def _nested(self, token: Token) -> MathFault | None:
        """Keeps count of what is open; what is wrong with that."""
        name = token.name
        if name in _OPENERS:
            command = self.before.text if self.before else ""
            self.opened.append(_Open(token, command, self.arguments))
            self.stretching += name != "{"
        elif name in _CLOSERS:
            if not self.opened or self.opened[-1].token.name != _CLOSERS[name]:
                return self._unpaired(token)
            closed = self.opened.pop()
            self.arguments = closed.around
            self.stretching -= name != "}"
            self.first_of = closed.command if closed.command in _COUNTED else ""
            if closed.command in _TEXTS and closed.token is self.before:
                return closed.token.fault("the text is empty", "leave it out")
        elif name == r"\middle" and (not self.opened or self.opened[-1].token.name != r"\left"):
            return token.fault(r"'\middle' stands outside '\left'", r"write \mid or |")
        if token.text in ARGUMENTS:
            self.arguments += 1
        elif name not in _OPENERS:
            self.arguments = self.opened[-1].around if self.opened else 0
        return None

    def _unpaired(self, token: Token) -> MathFault:
        if not self.opened:
            return token.fault(f"a '{token.name}' has no '{_CLOSERS[token.name]}'", PAIR)
        opener = self.opened[-1].token
        message = f"a '{opener.name}' is closed by '{token.name}'"
        return MathFault(message, PAIR, opener.start, token.end)


_RULED: Final = re.compile(r"\\begin\s*\{array\}\s*\{[^{}|]*\|")
"""Columns with a rule between them, which the layout would drop."""


def first_fault(latex: str) -> MathFault | None:
    """The first fault that shows in the tokens; None when a parser may be let at them."""
    ruled = _RULED.search(latex)
    if ruled:
        message, hint = "tables in formulas have no rules", "write l, c or r for each column"
        return MathFault(message, hint, ruled.end() - 1, ruled.end())
    scan = _Scan()
    for token in tokens(latex):
        fault = scan.fault(token)
        if fault:
            return fault
    return scan.end()


def _after_command(before: Token, token: Token) -> MathFault | None:
    fences = _FENCES.get(before.name)
    if fences is not None and token.text not in fences:
        hint = "write a bracket" + (", or '.' for none" if "." in fences else "")
        return token.fault(f"'{token.text}' cannot stand after '{before.name}'", hint)
    if token.text != "{" and _needs_braces(before, token):
        return before.fault(f"'{before.text}' needs braces", f"write {before.text}{{…}}")
    if before.text in _INCOMPLETE and (token.name in _CLOSERS or token.text in _ENDS):
        return _lonely(before)
    if before.text == r"\limits" and token.text not in _SCRIPTS:
        return before.fault(r"'\limits' without limits", "write _{…} or ^{…} after it")
    if token.text == "[" and before.name == r"\begin" and before.environment != "array":
        return token.fault(f"'[' after '{before.text}' means an option", "write {[}")
    return None


def _needs_braces(before: Token, token: Token) -> bool:
    if before.text in _FRACTIONS:
        return not token.text.isalnum()
    bare = token.text in ARGUMENTS and before.text in _FONTS
    negated = token.text == r"\not" and before.text in ARGUMENTS
    return bare or negated or before.text in _NEED_BRACES or before.text in _TEXTS


def _halved(token: Token, command: str) -> MathFault:
    return token.fault(f"'{command}' has one argument of two", f"write {command}{{…}}{{…}}")


def _unattached(token: Token) -> MathFault:
    return token.fault(f"'{token.text}' with nothing before it", f"write {{}}{token.text}")


def _lonely(token: Token) -> MathFault:
    return token.fault(f"nothing follows '{token.name}'", "give it an argument in braces: {…}")


def _alone(token: Token) -> MathFault | None:
    """What is wrong with a token wherever it stands."""
    text = token.text
    if not text.startswith("\\"):
        if text == "%":
            return token.fault("'%' starts a comment, which hides what follows", r"write \%")
        if not text.isascii() and text != "\u00a0" and ord(text) not in _characters():
            return token.fault(f"the math font has no '{text}'", "write it outside the formula")
        return None
    if token.environment is not None:
        if token.environment in ENVIRONMENTS:
            return None
        message = f"the environment '{token.environment}' is not known"
        return token.fault(message, _near(token.environment, ENVIRONMENTS))
    if text in _REFUSED:
        return token.fault(f"'{text}' cannot be set", _REFUSED[text])
    if text == "\\":
        return token.fault("a backslash at the end names no command", "leave it out")
    if text.rstrip("*") not in COMMANDS and text[1] not in ESCAPES and not text[1].isspace():
        hint = _INSTEAD.get(text) or _near(text, COMMANDS)
        return token.fault(f"the command '{text}' is not known", hint)
    return None


def _in_text(token: Token) -> MathFault | None:
    # MathJax, which Anki loads without its textmacros, knows no commands there.
    if (token.text.startswith("\\") and token.text[1] not in "${}") or token.text == "~":
        return token.fault(f"Anki shows '{token.text}' inside text as it is", _END_TEXT)
    if token.text in "<&":
        return token.fault(f"'{token.text}' cannot be set inside text", _END_TEXT)
    return None


_END_TEXT: Final = "end the text before it"


def _near(name: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches  # only where something is wrong

    close = get_close_matches(name, known, n=1, cutoff=0.75)
    return f"did you mean '{close[0]}'?" if close else BOTH


@cache
def _characters() -> frozenset[int]:
    """What the math font has, read from its table: a library for that is slow to import."""
    font = math_font().read_bytes()
    (tables,) = struct.unpack_from(">H", font, 4)
    offsets = dict(struct.unpack_from(">4s4xI4x", font, 12 + 16 * i) for i in range(tables))
    cmap = offsets[b"cmap"]
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    found: set[int] = set()
    for i in range(count):
        at = cmap + struct.unpack_from(">4xI", font, cmap + 4 + 8 * i)[0]
        kind, groups = struct.unpack_from(">H10xI", font, at)
        if kind == 12:  # noqa: PLR2004 - segmented coverage, which has all of them
            for j in range(groups):
                first, last = struct.unpack_from(">II", font, at + 16 + 12 * j)
                found.update(range(first, last + 1))
    return frozenset(found)
