"""What each alarm watches, by the configuration: its channels, and the limit it is held against."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from daq.config.alarm import (
    AnyAlarm,
    CombinationAlarm,
    LimitAlarm,
    SilentAlarm,
    TrendAlarm,
    limit_name,
)
from daq.plot.limits import Limit


class Watched(msgspec.Struct, frozen=True):
    """A channel of an instrument; ``group`` is empty where any scan group is meant.

    ``channel`` is empty where it is the instrument as a whole.
    """

    instrument: str
    channel: str
    group: str = ""

    def means(self, instrument: str, group: str, channel: str) -> bool:
        """Whether this channel of a scan group is meant."""
        return (self.instrument, self.channel) == (instrument, channel) and self.group in (
            "",
            group,
        )


class ListedAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm: ``limit`` in the unit of its channels, None where it has none that stands."""

    name: str
    priority: str = "medium"
    channels: tuple[Watched, ...] = ()
    limit: float | None = None
    above: bool = True


def limits_of(
    alarms: Iterable[ListedAlarm], instrument: str, group: str, channel: str
) -> tuple[Limit, ...]:
    """The limits of a channel, the lowest first."""
    found = [
        Limit(alarm.name, alarm.priority, alarm.limit, alarm.above)
        for alarm in alarms
        if alarm.limit is not None
        and any(one.means(instrument, group, channel) for one in alarm.channels)
    ]
    return tuple(sorted(found, key=lambda limit: limit.value))


def listed_alarms(configured: Mapping[str, AnyAlarm]) -> tuple[ListedAlarm, ...]:
    """Every alarm that the tables of a configuration make."""
    return tuple(made for name in configured for made in _made(name, configured))


def _made(name: str, configured: Mapping[str, AnyAlarm]) -> Iterator[ListedAlarm]:
    alarm = configured[name]
    channels = tuple(dict.fromkeys(_channels(name, configured, frozenset())))
    if isinstance(alarm, LimitAlarm):
        yield from _limits(name, alarm, channels)
        return
    limit, above = None, True
    if isinstance(alarm, TrendAlarm):
        above = alarm.above is not None
        limit = alarm.above if above else alarm.below
    yield ListedAlarm(
        name=name, priority=alarm.priority, channels=channels, limit=limit, above=above
    )


def _limits(name: str, alarm: LimitAlarm, channels: tuple[Watched, ...]) -> Iterator[ListedAlarm]:
    for key, limit in alarm.limits:
        urgent = key in ("low_low", "high_high")
        yield ListedAlarm(
            name=limit_name(name, key),
            priority=alarm.urgent_priority if urgent else alarm.priority,
            channels=channels,
            limit=limit,
            above="high" in key,
        )


def _channels(
    name: str, configured: Mapping[str, AnyAlarm], seen: frozenset[str]
) -> Iterator[Watched]:
    """Its own channels, and those of the alarms it is put together from."""
    table = name if name in configured else name.rpartition(".")[0]  # that of a limit
    alarm = configured.get(table)
    if alarm is None or table in seen:
        return
    if isinstance(alarm, SilentAlarm) and alarm.instrument is not None:
        yield Watched(alarm.instrument, "")
    for channel in alarm.channels.values():
        instrument, *group, short = channel.split(".")
        yield Watched(instrument, short, group[0] if group else "")
    if isinstance(alarm, CombinationAlarm):
        for member in alarm.of:
            yield from _channels(member, configured, seen | {table})
