"""The overview as a table: a row for each channel, the worst instrument first."""

from collections.abc import Iterator, Mapping

from daq.export.sheet import Kind, Row
from daq.web.data.lab import Instrument, instruments
from daq.web.data.snapshot import Snapshot

COLUMNS: Mapping[str, Kind] = {
    "instrument": "word",
    "title": "word",
    "room": "word",
    "asset": "word",
    "bus": "word",
    "state": "word",
    "problems": "text",
    "group": "word",
    "channel": "word",
    "time": "time",
    "value": "number",
    "text": "text",
    "unit": "word",
    "quality": "word",
    "reason": "word",
    "uncertainty": "number",
    "alarms": "text",
}


def rows(snapshot: Snapshot) -> Iterator[Row]:
    """What the tiles show, whole; an instrument without a reading has one row."""
    for one in instruments(snapshot):
        yield from _readings(one) if one.readings else [(*_head(one), *[None] * 9, _alarms(one))]


def _readings(one: Instrument) -> Iterator[Row]:
    for group in one.groups:
        for reading in group.readings:
            channel, status = reading.channel.name, reading.status
            value = reading.value
            yield (
                *_head(one),
                group.name,
                channel,
                group.time,
                float(value) if isinstance(value, (int, float)) else None,
                reading.text,
                reading.unit,
                status.quality.name.lower(),
                status.reason,
                reading.uncertainty,
                _alarms(one, group.name, channel),
            )


def _head(one: Instrument) -> Row:
    status = one.status
    return (
        one.name,
        one.title,
        one.listed.room,
        one.listed.asset,
        status.bus if status else one.listed.bus,
        status.state if status else "",
        "; ".join(problem.kind for problem in one.problems),
    )


def _alarms(one: Instrument, group: str = "", channel: str = "") -> str:
    found = (
        alarm.name for alarm in one.alarms if not channel or alarm.watches(one.name, group, channel)
    )
    return "; ".join(found)
