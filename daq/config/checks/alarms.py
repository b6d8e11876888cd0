"""Each alarm: its channels are read, the alarms it needs exist and do not need it."""

from collections.abc import Iterator

from daq.alarms.errors import AlarmError
from daq.alarms.order import in_order
from daq.config.alarm import RunAlarm, SilentAlarm
from daq.config.checks.channels import check_channel
from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.templates import unknown, validated
from drivers.tomlfile import did_you_mean


def check_alarms(parts: Parts) -> Iterator[Finding]:
    """Check every alarm, and whether they need each other in a circle."""
    known = [made for name, alarm in parts.alarms.items() for made in alarm.names(name)]
    unsure = parts.alarm_names - parts.alarms.keys()
    for name, alarm in parts.alarms.items():
        for key, channel in alarm.channels.items():
            yield from check_channel(parts, (*parts.place(name), key), channel)
        if isinstance(alarm, RunAlarm):
            yield from _named(parts, parts.place(name), alarm.instrument)
        if isinstance(alarm, SilentAlarm):
            yield from _silent(parts, parts.place(name), alarm)
        for path, other in alarm.others.items():
            if other not in known and other.partition(".")[0] not in unsure:
                hint = did_you_mean(other, known) or f"have: {', '.join(known)}"
                yield Finding((*parts.place(name), *path), f'no alarm "{other}"', hint)
    yield from _circle(parts)
    yield from _templates(parts)


def _templates(parts: Parts) -> Iterator[Finding]:
    """What instruments want of their profiles is there, right, and has a name of its own."""
    for name, item in parts.instruments.items():
        facts = parts.facts(item)
        if facts is not None:
            yield from unknown(name, item, facts)
    for name, made in parts.templated.items():
        if isinstance(found := validated(made), list):
            yield from found
        if name in parts.alarm_names:
            hint = f"name this one otherwise, or set {'.'.join(map(str, made.path))} = false"
            yield Finding(("alarm", name), "an instrument has an alarm of this name", hint)


def _named(parts: Parts, path: tuple[str | int, ...], name: str | None) -> Iterator[Finding]:
    known = parts.instrument_names
    if name is not None and name not in known:
        hint = did_you_mean(name, known) or f"have: {', '.join(sorted(known)) or 'none'}"
        yield Finding((*path, "instrument"), f'no instrument "{name}"', hint)


def _silent(parts: Parts, path: tuple[str | int, ...], alarm: SilentAlarm) -> Iterator[Finding]:
    """What it names is there; a bus without instruments is never silent."""
    named = {"instrument": (alarm.instrument, parts.instrument_names)}
    named["bus"] = (alarm.bus, parts.used_buses)
    for key, (name, known) in named.items():
        if name is not None and name not in known:
            hint = did_you_mean(name, known) or f"have: {', '.join(sorted(known)) or 'none'}"
            what = "bus with instruments" if key == "bus" else key
            yield Finding((*path, key), f'no {what} "{name}"', hint)


def _circle(parts: Parts) -> Iterator[Finding]:
    needs = {
        made: [*alarm.others.values()]
        for name, alarm in parts.alarms.items()
        for made in alarm.names(name)
    }
    try:
        in_order(needs)
    except AlarmError as error:
        yield Finding(("alarm",), str(error), "take one of them out of the circle")
