"""Changing bytes, trees and texts, by a random generator that can be set again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.support.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

PIECES: Final = (
    *("**", "*", "_", "`", "``", "```\n", "```python\n", "~~~\n", "$", "$$", "\\", "\\(", "\\)"),
    *(
        "{{c1::",
        "{{c2::",
        "{{c0::",
        "{{c501::",
        "{{c99999999999999999999::",
        "{{c\uff11::",
        "{{c1,2::",
    ),
    *("}}", "::", "{", "}", "[a](", "[a](<", "](b)", "![", "![x](media/a.svg)", "<https://a.org>"),
    *("|", "|-|-|\n", "\n", "\n\n", "\n    ", "> ", "- ", "1. ", "# ", "---\n", "===\n", "[^1]"),
    *("- [ ] ", "~~", "~", "^", "H~2~O", "10^6^", "<b>", "</b>", "<br>", "<img src=x>", "<!--"),
    *("&amp;", "&#0;", "&#x1f;", "&lbrace;", "&nbsp;", "\u00a0", "\u200b", "\u202e", "\u2066"),
    *(
        "\u0301",
        "\ufeff",
        "\U0001f389",
        "日本語",
        "“",
        "”",
        "的",
        "עברית",
        "العربية",
        "हिन्दी",
        "ไทย",
    ),
    *(
        "a",
        "word ",
        "The attention weights sum to one. ",
        "0",
        "1.5",
        "%",
        "#",
        "&",
        "\\frac{a}{b}",
    ),
    *(
        "\\sqrt{x}",
        "x^{2}",
        "\\begin{matrix}a&b\\\\c&d\\end{matrix}",
        "\\left(",
        "\\right)",
        "\\text{",
    ),
    *("\t", "\r", "\x0b", "\x85", "\u2028", "\ud7ff", "\uffff", "\U0010ffff"),
)
"""What means something to YAML, Markdown, LaTeX, a cloze or a typesetter."""

SCALARS: Final = (
    *("", " ", "~", "null", "true", "no", "1", "-1", "1e999", "0x1f", "2017-01-01", "a: b", "- a"),
    *(
        "a #b",
        "&a",
        "*a",
        "!x",
        "%",
        "@",
        "'",
        '"',
        "x" * 300,
        "../x",
        "/etc/passwd",
        "media/a.svg",
    ),
    *(
        "media/a.png",
        "media/A.svg",
        "media",
        ".",
        "rag",
        "RAG",
        "rag::",
        "::rag",
        "rag::a::b",
        "one",
    ),
    *("one/two", "http://", "javascript:alert(1)", "https://a.org/\x7f", "60-150", "150-60", "3-"),
    *("cloze", "basic", "hard", "design", "#ff0000", "de", "ar", "zh-Hant", "x-private", "}"),
    "</style>",
    "a{background:url(//b)}",
    "@import 'x';",
)

TEXTS: Final = tuple(HOSTILE.values())


MILD: Final = tuple(
    piece
    for piece in PIECES
    if "{{c" not in piece and "&#" not in piece and all(c.isprintable() or c == "\n" for c in piece)
)
"""What is no error by itself wherever it stands."""


def piece(random: Random, pieces: Sequence[str] = PIECES) -> str:
    """A text that stumbles over itself."""
    if random.random() < 0.1:
        return random.choice(TEXTS)
    if random.random() < 0.1:
        return random.choice(pieces) * random.choice((3, 30, 300, 3_000))
    return "".join(random.choice(pieces) for _ in range(random.randint(1, 14)))


def spliced(random: Random, text: str, pieces: Sequence[str] = PIECES) -> str:
    """A text with something put in, taken out, doubled or moved."""
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(text))
        end = min(len(text), at + random.randint(0, 12))
        match random.randrange(4):
            case 0:
                text = text[:at] + random.choice(pieces) + text[at:]
            case 1:
                text = text[:at] + text[end:]
            case 2:
                text = text[:end] + text[at:end] * random.choice((1, 2, 20)) + text[end:]
            case _:
                there = random.randint(0, len(text))
                text = text[:at] + text[there : there + 8] + text[at:]
    return text


def bytes_(random: Random, content: bytes, tokens: Sequence[bytes] = ()) -> bytes:
    """Bytes with some of them flipped, cut, doubled, or replaced by a token."""
    data = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        at = random.randint(0, len(data))
        end = min(len(data), at + random.choice((1, 2, 4, 16, 64, 1_000)))
        match random.randrange(7):
            case 0 if at < len(data):
                data[at] ^= 1 << random.randrange(8)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * random.choice((1, 2, 50))
            case 3:
                data[at:end] = random.randbytes(end - at)
            case 4 if random.random() < 0.2:
                del data[at:]
            case 5 if tokens:
                data[at:at] = random.choice(tokens)
            case _:
                there = random.randint(0, len(data))
                data[at:end] = data[there : there + end - at]
    return bytes(data)


def tree(random: Random, data: Any) -> Any:
    """Data with one to four of its nodes changed, in place."""
    for _ in range(random.randint(1, 4)):
        nodes = [*_nodes(data)]
        holder, key = random.choice(nodes)
        random.choice(_CHANGES)(random, holder, key)
    return data


def _nodes(data: Any) -> Any:
    pairs = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in list(pairs):
        yield data, key
        yield from _nodes(value)


def _scalar(random: Random, holder: Any, key: Any) -> None:
    holder[key] = random.choice(SCALARS)


def _text(random: Random, holder: Any, key: Any) -> None:
    holder[key] = piece(random)


def _spliced(random: Random, holder: Any, key: Any) -> None:
    if isinstance(holder[key], str):
        holder[key] = spliced(random, holder[key])


def _gone(random: Random, holder: Any, key: Any) -> None:
    del random
    del holder[key]


def _other(random: Random, holder: Any, key: Any) -> None:
    value = holder[key]
    holder[key] = random.choice(([], {}, None, [value], {"id": value}, [value, value], value))


def _renamed(random: Random, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        name = random.choice((str(key)[:-1], f"{key}s", key.title(), "answer", "text", "", "id"))
        holder[name] = holder.pop(key)
    else:
        holder.append(holder[key])


def _deep(random: Random, holder: Any, key: Any) -> None:
    value = holder[key]
    for _ in range(random.choice((5, 60))):
        value = [value] if random.random() < 0.7 else {"a": value}
    holder[key] = value


def _many(random: Random, holder: Any, key: Any) -> None:
    value = holder[key]
    if isinstance(value, list) and value:
        holder[key] = value * random.choice((2, 40))
    elif isinstance(value, str):
        holder[key] = value * random.choice((2, 50, 1_000))


_CHANGES: Final[tuple[Callable[[Random, Any, Any], None], ...]] = (
    *(_text, _text, _text, _spliced, _spliced, _spliced),
    *(_scalar, _scalar, _gone, _other, _renamed, _deep, _many),
)
