"""JSON lines: an object for each scan, as MQTT subscribers get it."""

import json
import math
from typing import Any, BinaryIO

import msgspec

from daq.export.rows import WORDS
from daq.journal.entry import Scan
from daq.timefmt import rfc3339

_encoder = msgspec.json.Encoder()


class JsonlWriter:
    """``quality`` is there only for channels that are not good; infinities are null."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, scan: Scan) -> None:
        """One line."""
        key = scan.series.key
        names = [channel.name for channel in key.channels]
        content: dict[str, Any] = {
            "time": rfc3339(scan.time),
            "seq": scan.seq,
            "site": key.site,
            "instrument": key.instrument,
            "group": key.group,
            "values": dict(zip(names, scan.values, strict=True)),
        }
        if any(scan.statuses):
            pairs = zip(names, scan.statuses, strict=True)
            content["quality"] = {name: WORDS[status] for name, status in pairs if status}
        self._stream.write(_encode(content) + b"\n")

    def finish(self) -> None:
        """Nothing is held back."""

    def release(self) -> None:
        """Nothing is held."""


def _encode(content: dict[str, Any]) -> bytes:
    try:
        return _encoder.encode(content)
    except UnicodeEncodeError:  # a lone surrogate, which only an escape can express
        values = content["values"]
        content["values"] = {name: _speakable(value) for name, value in values.items()}
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode()


def _speakable(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
