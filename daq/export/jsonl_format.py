"""JSON lines: an object for each scan, as MQTT subscribers get it."""

import json
import math
from typing import Any, BinaryIO

import msgspec

from daq.export.rows import Rows
from daq.journal.entry import Scan
from daq.timefmt import rfc3339

GOOD = "good"

_encoder = msgspec.json.Encoder()


class JsonlWriter:
    """``quality`` is there only for channels that are not good; infinities are null.

    ``uncorrected``, ``uncertainty`` and ``certificate`` are there for channels under a certificate,
    ``evaluation`` where it is not the one of the journal.
    """

    def __init__(self, stream: BinaryIO, evaluation: str = "") -> None:
        self._stream, self._evaluation = stream, evaluation
        self._rows = Rows()

    def write(self, scan: Scan) -> None:
        """One line."""
        key = scan.series.key
        readings = tuple(self._rows.of(scan))
        certified = [one for one in readings if one.certificate]
        content: dict[str, Any] = {
            "time": rfc3339(scan.time),
            "seq": scan.seq,
            "site": key.site,
            "instrument": key.instrument,
            "group": key.group,
            "values": {one.channel.name: one.value for one in readings},
        }
        if any(scan.statuses):
            content["quality"] = {
                one.channel.name: one.quality for one in readings if one.quality != GOOD
            }
        if certified:
            for member in ("uncorrected", "uncertainty", "certificate"):
                content[member] = {one.channel.name: getattr(one, member) for one in certified}
        if self._evaluation:
            content["evaluation"] = self._evaluation
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
