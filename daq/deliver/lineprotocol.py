"""InfluxDB line protocol: one line for each entry. Pure; see docs/reference/line-protocol.md.

Written by hand because it is the hot path: what is the same for all scans of a series is
escaped once. Rules: InfluxDB 1.x and 2.x documentation, "Line protocol syntax".
"""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeAlias, cast

import msgspec

from daq.calibration.evaluate import Evaluator
from daq.journal.corrected import evaluator_of
from daq.journal.entry import Entry, Event, Scan, Series, SeriesKey
from drivers.model import Channel, Kind, Status, Value

TAGS = ("asset", "group", "instrument", "model", "site")
RESERVED = frozenset({*TAGS, "certificate", "evaluation", "quality", "seq", "time"})
"""Names a field of a channel may not have: it would hide a tag, a field of ours, or the time."""

FieldKeys: TypeAlias = tuple[str, str, Callable[[Value], str | None]]
"""Of one channel: the key of its value, that of its status, and what writes the value."""

_NUMBERS = frozenset({float, int})
_WORDS = {int(status): f'"{status}"' for status in Status}


class Line(msgspec.Struct, frozen=True, gc=False):
    """An entry as line protocol, without the line break."""

    seq: int
    series: int
    data: bytes


class _Template(msgspec.Struct, frozen=True):
    """``numbers`` formats a good scan of numbers in one go; empty if the series has others.

    ``calibrated`` are, for each calibrated channel, its column and the keys of what was read and of
    its uncertainty.
    """

    start: str
    fields: tuple[FieldKeys, ...]
    numbers: str
    evaluator: Evaluator | None = None
    calibrated: tuple[tuple[int, str, str], ...] = ()


class Encoder:
    """Encodes scans and events; remembers the escaped parts of each series.

    ``evaluation`` is the tag of scans that another certificate evaluates anew, else empty.
    """

    def __init__(
        self, site: str, measurement: str = "scan", events: str = "event", evaluation: str = ""
    ) -> None:
        self._evaluation = evaluation
        self._measurement = _escape_measurement(measurement)
        self._events = _escape_measurement(events)
        self._site = site
        self._templates: dict[int, _Template] = {}

    def encode(self, entry: Entry) -> Line:
        """One line.

        Raises:
            ValueError: a value is not of its channel's kind.
        """
        if isinstance(entry, Scan):
            return Line(entry.seq, entry.series.id, self._scan(entry).encode())
        return Line(entry.seq, 0, self._event(entry).encode())

    def _scan(self, scan: Scan) -> str:
        template = self._template(scan.series)
        if template.numbers and not any(scan.statuses) and _all_numbers(scan.values):
            return template.numbers % (*scan.values, scan.seq, scan.time)
        parts: list[str] = []
        values = scan.values
        if template.evaluator is not None:
            found = template.evaluator(scan.values)
            values = found.values
            parts += _calibrated(template.calibrated, scan.values, found.uncertainties)
        for (key, status_key, text_of), value, status in zip(
            template.fields, values, scan.statuses, strict=True
        ):
            text = None if value is None else text_of(value)
            if text is not None:
                parts.append(key + text)
            if status:
                parts.append(status_key + _WORDS[status])
        worst = max(scan.statuses, default=Status.GOOD) >> 6
        parts.append(f"quality={worst}i,seq={scan.seq}i {scan.time}")
        return template.start + ",".join(parts)

    def _event(self, event: Event) -> str:
        tags = _tags(
            kind=event.kind, severity=event.severity, site=self._site, subject=event.subject
        )
        text = _string(event.text)
        return f"{self._events}{tags} seq={event.seq}i,text={text} {event.time}"

    def _template(self, series: Series) -> _Template:
        template = self._templates.get(series.id)
        if template is None:
            template = self._templates[series.id] = self._made(series.key)
        return template

    def _made(self, key: SeriesKey) -> _Template:
        tags: dict[str, str] = {name: getattr(key, name) for name in TAGS}
        tags |= {"certificate": certificates_of(key), "evaluation": self._evaluation}
        # In the order of their names, which spares the server sorting them.
        start = f"{self._measurement}{_tags(**dict(sorted(tags.items())))} "
        fields, evaluator = _fields(key.channels), evaluator_of(key)
        if evaluator is None:
            return _Template(start, fields, _numbers(start, key.channels))
        names = [_field(key.channels[place].name) for place, _ in evaluator.places]
        calibrated = tuple(
            (place, f"{name}.uncorrected=", f"{name}.uncertainty=")
            for name, (place, _) in zip(names, evaluator.places, strict=True)
        )
        return _Template(start, fields, "", evaluator, calibrated)


def certificates_of(key: SeriesKey) -> str:
    """The numbers of all certificates of a series, as the tag has them; empty without any."""
    return " + ".join(sorted({one.certificate for one in key.calibrations}))


def _calibrated(
    places: tuple[tuple[int, str, str], ...],
    readings: tuple[Value, ...],
    uncertainties: tuple[float | None, ...],
) -> Iterator[str]:
    """What was read, and the expanded uncertainty, where there is one."""
    for place, read_key, unsure_key in places:
        for key, value in ((read_key, readings[place]), (unsure_key, uncertainties[place])):
            text = None if value is None else _number(value)
            if text is not None:
                yield key + text


@lru_cache(maxsize=1000)
def _fields(channels: tuple[Channel, ...]) -> tuple[FieldKeys, ...]:
    """Made once for all instruments of a model."""
    return tuple(
        (f"{_field(c.name)}=", f"{_field(c.name)}.status=", _WRITERS[c.kind]) for c in channels
    )


def _numbers(start: str, channels: tuple[Channel, ...]) -> str:
    if not {channel.kind for channel in channels} <= {"float", "integer"}:
        return ""
    keys = [f"{_field(channel.name)}=" for channel in channels]
    pairs = "".join(key.replace("%", "%%") + "%r," for key in keys)
    return start.replace("%", "%%") + pairs + "quality=0i,seq=%di %d"


def _all_numbers(values: tuple[Value, ...]) -> bool:
    """Whether each is a finite number; a number without suffix is a float in line protocol."""
    if not _NUMBERS.issuperset(map(type, values)):
        return False
    return math.isfinite(sum(cast("tuple[float, ...]", values)))


def _number(value: Value) -> str | None:
    """A float, whatever the device sent, so that a field never changes its type."""
    if isinstance(value, str):
        raise ValueError(f"text in a channel of numbers: {value[:40]!r}")  # noqa: TRY004 - see encode
    number = float(value or 0)
    return repr(number) if math.isfinite(number) else None


def _boolean(value: Value) -> str:
    return "true" if value else "false"


def _text(value: Value) -> str:
    return _string(str(value))


_WRITERS: dict[Kind, Callable[[Value], str | None]] = {
    "float": _number,
    "integer": _number,
    "boolean": _boolean,
    "text": _text,
}

_STRING = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": " ", "\r": " "})
_TAG = str.maketrans(
    {",": "\\,", "=": "\\=", " ": "\\ ", "\\": "/", "\n": "\\ ", "\r": "\\ ", "\t": "\\ "}
)
"""A backslash cannot be written in a tag without ambiguity; it becomes a slash."""


def _string(text: str) -> str:
    return f'"{text.translate(_STRING)}"'


def _tags(**tags: str) -> str:
    """The tag set with its leading comma; tags without a value are left out."""
    return "".join(f",{name}={value.translate(_TAG)}" for name, value in tags.items() if value)


def _field(name: str) -> str:
    return (f"{name}_" if name in RESERVED else name).translate(_TAG)


def _escape_measurement(name: str) -> str:
    if not name or name.startswith("#") or "\\" in name:
        raise ValueError(f"not a measurement: {name!r}")
    return name.replace(",", "\\,").replace(" ", "\\ ")
