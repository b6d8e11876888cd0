"""What an entry of the journal must look like at MQTT and in InfluxDB; not the product's code."""

from typing import Any, cast

from daq.journal.entry import Entry, Event, Scan
from daq.timefmt import rfc3339
from drivers.model import Quality, Value

ROOT = "lab"


def topic_of(scan: Scan) -> str:
    """Where a scan is published."""
    key = scan.series.key
    return f"{ROOT}/{key.site}/{key.instrument}/{key.group}"


def differs_from_message(entry: Entry, topic: str, payload: dict[str, Any]) -> str:
    """What is wrong with a message; empty when it is the entry, bit for bit."""
    if payload.get("time") != rfc3339(entry.time):
        return f"time {payload.get('time')} for {rfc3339(entry.time)}"
    if isinstance(entry, Event):
        return _event_differs(entry, payload)
    if topic != topic_of(entry):
        return f"topic {topic} for {topic_of(entry)}"
    if not _same_values(payload.get("values"), _values(entry)):
        return f"values {payload.get('values')!r} for {_values(entry)!r}"
    if payload.get("quality", {}) != _qualities(entry):
        return f"quality {payload.get('quality')!r} for {_qualities(entry)!r}"
    return ""


def _event_differs(event: Event, payload: dict[str, Any]) -> str:
    told = (event.kind, event.subject, event.severity, event.text, event.data)
    keys = ("kind", "subject", "severity", "text")
    found = (*(payload.get(key) for key in keys), payload.get("data", {}))
    return "" if found == told else f"event {found!r} for {told!r}"


def differs_from_point(scan: Scan, row: dict[str, Any]) -> str:
    """What is wrong with a point; empty when it is the scan, bit for bit."""
    if row["time"] != scan.time:
        return f"time {row['time']} for {scan.time}"
    key = scan.series.key
    if (row["instrument"], row["group"]) != (key.instrument, key.group):
        return f"series {row['instrument']}.{row['group']}"
    worst = max(status.quality for status in scan.statuses)
    if row["quality"] != worst:
        return f"quality {row['quality']} for {worst}"
    qualities = _qualities(scan)
    for name, value in _values(scan).items():
        if not _same(row.get(name), value):
            return f"{name} {row.get(name)!r} for {value!r}"
        if row.get(f"{name}.status") != qualities.get(name):
            return f"{name}.status {row.get(f'{name}.status')!r}"
    return ""


def _values(scan: Scan) -> dict[str, Value]:
    names = [channel.name for channel in scan.series.key.channels]
    return dict(zip(names, scan.values, strict=True))


def _qualities(scan: Scan) -> dict[str, str]:
    names = [channel.name for channel in scan.series.key.channels]
    pairs = zip(names, scan.statuses, strict=True)
    return {name: _word(status.quality, status.reason) for name, status in pairs if status}


def _word(quality: Quality, reason: str) -> str:
    return f"{quality.name.lower()}: {reason}"


def _same_values(found: object, wanted: dict[str, Value]) -> bool:
    if not isinstance(found, dict):
        return False
    told = cast("dict[str, Any]", found)
    return told.keys() == wanted.keys() and all(_same(told[name], wanted[name]) for name in wanted)


def _same(found: Any, wanted: Value) -> bool:  # noqa: ANN401 - JSON
    """Equal to the last bit, the sign of a zero included; 5 and 5.0 are one number in JSON."""
    if isinstance(wanted, float) or (isinstance(wanted, int) and not isinstance(wanted, bool)):
        is_number = isinstance(found, (int, float)) and not isinstance(found, bool)
        return is_number and float(found).hex() == float(wanted).hex()
    return type(found) is type(wanted) and found == wanted
