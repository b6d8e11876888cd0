"""From the recipients of a configuration to who is told of what, and where they are reached."""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from daq.alarms.board import RANK
from daq.alarms.conditions.flood import Flood
from daq.alarms.flooding import UNNAMED
from daq.alarms.rule import Rule
from daq.build.alarms import build_rules
from daq.config.config import Config
from daq.config.errors import SecretError
from daq.config.recipient import DAYS, RecipientConfig, ShiftConfig, minutes, window_of
from daq.notification.recipient import Place, Policy, Recipient, Shift, Window
from daq.notification.sender import Address
from daq.notification.settings import Timing


def policy_of(config: Config) -> Policy:
    """Who is told of what, and when."""
    rules = {rule.settings.sort.name: rule for rule in build_rules(config)}
    rules.pop(UNNAMED, None)  # nobody is told of it as of an alarm
    return Policy(
        site=config.site.title or config.site.name,
        zone=_zone(config.notification.time_zone),
        recipients=tuple(_recipients(config)),
        alarms={name: _place(config, *_instruments(rules, name)) for name in rules},
        floods=frozenset(name for name, rule in rules.items() if isinstance(rule.condition, Flood)),
        titles={name: rule.settings.sort.title for name, rule in rules.items()},
        buses={name: _place(config, *_members(config, name)) for name in config.bus},
        instruments={name: _place(config, name) for name in config.instrument},
        grace=_ns(config.notification.grace),
        page=config.notification.page,
    )


def addresses_of(config: Config, environ: Mapping[str, str] = os.environ) -> dict[str, Address]:
    """Where each recipient is reached.

    Raises:
        SecretError: a URL cannot be read.
    """
    return {name: _address(name, one, environ) for name, one in config.recipient.items()}


def timing_of(config: Config) -> Timing:
    """How long is waited."""
    table = config.notification
    return Timing(table.deadline, min(5.0, table.retry_limit), table.retry_limit)


def _address(name: str, recipient: RecipientConfig, environ: Mapping[str, str]) -> Address:
    try:
        return Address(recipient.url.resolve(environ))
    except SecretError as error:
        raise SecretError(f"recipient.{name}: {error}") from error


def _recipients(config: Config) -> Iterator[Recipient]:
    for name, one in config.recipient.items():
        yield Recipient(
            name=name,
            title=one.title,
            language=one.language,
            rank=-1 if one.priority == "none" else RANK[one.priority],
            instruments=frozenset(one.instruments),
            rooms=frozenset(one.rooms),
            shifts=tuple(_shift(config.shift[shift]) for shift in one.shifts),
            after=_ns(one.after),
            quiet=None if one.quiet is None else window_of(one.quiet),
            quiet_rank=-1 if one.quiet_priority == "none" else RANK[one.quiet_priority],
            digest=None if one.digest in (None, "none") else RANK[one.digest],
            digest_at=tuple(map(minutes, one.digest_at)),
            events=frozenset(one.events),
            follow_up=one.follow_up,
            gather=_ns(one.gather),
            pause=_ns(one.pause),
            pause_longest=_ns(one.pause_limit),
        )


def _shift(shift: ShiftConfig) -> Shift:
    days = frozenset(DAYS.index(day) for day in shift.days)
    return Shift(days, Window(minutes(shift.begin), minutes(shift.end)))


def _zone(name: str) -> tzinfo:
    """UTC needs no data, which a small machine may not have."""
    return UTC if name == "UTC" else ZoneInfo(name)


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)


def _members(config: Config, bus: str) -> Iterator[str]:
    return (name for name, item in config.instrument.items() if item.bus == bus)


def _place(config: Config, *instruments: str) -> Place:
    rooms = (config.instrument[name].room for name in instruments if name in config.instrument)
    return Place(frozenset(instruments), frozenset(filter(None, rooms)))


def _instruments(rules: Mapping[str, Rule], name: str) -> Iterator[str]:
    """Those an alarm is about: of its channels, and of the alarms it is made of."""
    settings = rules[name].settings
    yield from (point.instrument for point in settings.points)
    for member in settings.members:
        yield from _instruments(rules, member)
