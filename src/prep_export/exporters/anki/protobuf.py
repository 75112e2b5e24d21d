"""As much of the protobuf wire format as reading Anki's newer packages takes.

The format: https://protobuf.dev/programming-guides/encoding/. The field numbers are those of Anki's
own definitions (proto/anki/notetypes.proto, import_export.proto).
"""

from __future__ import annotations

from typing import Final, TypeAlias

Message: TypeAlias = dict[int, list["int | bytes"]]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


MAX_VALUES: Final = 200_000
"""Values of one message: more than any package has pictures, and few enough for memory."""


def decode(data: bytes) -> Message:
    """Values of a message by field number. Raises ValueError when the bytes are no message."""
    message: Message = {}
    at = count = 0
    while at < len(data):
        count += 1
        if count > MAX_VALUES:
            raise ValueError("too many values")
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        value: int | bytes
        if kind == _VARINT:
            value, at = _varint(data, at)
        elif kind == _BYTES:
            length, at = _varint(data, at)
            value, at = _take(data, at, length)
        elif kind in {_FIXED64, _FIXED32}:
            value, at = _take(data, at, 8 if kind == _FIXED64 else 4)
        else:
            raise ValueError(f"wire type {kind}")
        message.setdefault(number, []).append(value)
    return message


def integer(message: Message, number: int) -> int:
    """A number, 0 where the message has none."""
    value = message.get(number, [0])[-1]
    return value if isinstance(value, int) else 0


def text(message: Message, number: int) -> str:
    """A text, empty where the message has none."""
    value = message.get(number, [b""])[-1]
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else ""


def _take(data: bytes, at: int, length: int) -> tuple[bytes, int]:
    if at + length > len(data):
        raise ValueError("the message is cut off")
    return data[at : at + length], at + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:  # noqa: PLR2004 - ten groups of seven bits
            raise ValueError("the message is cut off")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the continuation bit
            return (value - (1 << 64) if value >> 63 else value), at
        shift += 7
