"""When each scan group begins: one grid of time for the life of the daemon."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from daq.acquire.schedule import Ticker, spread
from daq.config.config import Config

Key: TypeAlias = tuple[str, str, float]
"""Instrument, group, interval: what keeps its phase."""


class Timing(msgspec.Struct, frozen=True):
    """A phase for each scan group, counted from ``origin`` (s, clock of the event loop).

    Phases differ, so that the whole daemon never wakes for all groups at once.
    """

    origin: float
    phases: Mapping[Key, float]

    @classmethod
    def of(cls, config: Config, origin: float) -> "Timing":
        """Spread the groups of a configuration."""
        return cls(origin, _spread(config))

    def renewed(self, config: Config) -> "Timing":
        """For a changed configuration: a group that stays as it was keeps its due times."""
        phases = _spread(config)
        kept = {key: self.phases[key] for key in phases.keys() & self.phases.keys()}
        return Timing(self.origin, phases | kept)

    def ticker(self, instrument: str, group: str, interval: float) -> Ticker:
        """The due times of a group."""
        return Ticker(interval, self.origin, self.phases[instrument, group, interval])


def _spread(config: Config) -> dict[Key, float]:
    keys = [
        (instrument, name, group.interval)
        for instrument, item in config.instrument.items()
        for name, group in item.group.items()
    ]
    return dict(zip(keys, spread([interval for *_, interval in keys]), strict=True))
