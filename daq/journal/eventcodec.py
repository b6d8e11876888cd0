"""How an event becomes bytes: a JSON object, legible with any SQLite browser."""

import json
from typing import TypeAlias

import msgspec

from daq.journal.codec import CodecError
from daq.journal.entry import Event

Data: TypeAlias = dict[str, str | int | float | bool | None]


def plain(data: Data) -> Data:
    """The same particulars with None for what JSON has no number for (NaN, infinities)."""
    return {key: None if _unspeakable(value) else value for key, value in data.items()}


def encode_event(event: Event) -> bytes:
    """The bytes of an event, without its number and time, which the row holds.

    Raises:
        TypeError: the particulars hold something that is not a string, number, bool or None.
    """
    fields = {
        "kind": event.kind,
        "subject": event.subject,
        "severity": event.severity,
        "text": event.text,
        "data": event.data,
    }
    try:
        return json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:  # a lone surrogate: bytes of an instrument that are not text
        return json.dumps(fields, allow_nan=False).encode()


def decode_event(seq: int, time: int, body: bytes) -> Event:
    """The event of a row.

    Raises:
        CodecError: the body is damaged, or a newer version wrote it.
    """
    try:
        return msgspec.convert({"seq": seq, "time": time, **json.loads(body)}, Event)
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise CodecError(f"cannot decode event {seq}: {error}") from error


def _unspeakable(value: object) -> bool:
    return isinstance(value, float) and (value != value or value in (float("inf"), -float("inf")))  # noqa: PLR0124
