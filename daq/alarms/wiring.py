"""Which rules a scan, an event or another rule concerns. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from daq.alarms.conditions.condition import Hearing
from daq.alarms.rule import Point, Rule, Settings
from daq.journal.entry import Series

Follower: TypeAlias = tuple[int, int]
"""The number of a rule, and the place another one has in it; -1 for ``when`` and ``unless``."""


class Place(msgspec.Struct, frozen=True):
    """Where a value of a scan goes: to a place of a rule's condition."""

    column: int
    rule: int
    place: int


def places(rules: Sequence[Rule], series: Series) -> tuple[Place, ...]:
    """Where the values of a series' scans go."""
    columns = {channel.name: column for column, channel in enumerate(series.key.channels)}
    return tuple(
        Place(columns[point.channel], number, place)
        for number, rule in enumerate(rules)
        for place, point in enumerate(rule.settings.points)
        if means(point, series) and point.channel in columns
    )


def followers(rules: Sequence[Rule]) -> list[list[Follower]]:
    """For each rule those that need it."""
    found: dict[str, list[Follower]] = {rule.settings.sort.name: [] for rule in rules}
    for number, rule in enumerate(rules):
        for name, follower in _followed(number, rule.settings):
            found.get(name, []).append(follower)
    return [found[rule.settings.sort.name] for rule in rules]


def hearers(rules: Sequence[Rule]) -> Mapping[str, Sequence[int]]:
    """For each kind of event the rules that listen to it."""
    found: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        if isinstance(rule.condition, Hearing):
            for kind in rule.condition.wanted:
                found.setdefault(kind, []).append(number)
    return found


def _followed(number: int, settings: Settings) -> Iterator[tuple[str, Follower]]:
    """What a rule needs, and the place of each in it."""
    for name in dict.fromkeys(settings.members):
        yield name, (number, len(settings.points) + settings.members.index(name))
    for name in dict.fromkeys(filter(None, (settings.when, settings.unless))):
        yield name, (number, -1)


def numbers_of(rules: Sequence[Rule], kind: type) -> list[int]:
    """The rules whose condition is of a kind."""
    return [number for number, rule in enumerate(rules) if isinstance(rule.condition, kind)]


def means(point: Point, series: Series) -> bool:
    """Whether a point is a channel of this series, if the series has it."""
    key = series.key
    return point.instrument == key.instrument and point.group in ("", key.group)
