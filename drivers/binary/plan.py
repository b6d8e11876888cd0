"""The items that are read for one scan group, and how their data become a sample."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from drivers.binary.codec import Codec
from drivers.binary.convert import converter
from drivers.binary.profile import BinaryProfile
from drivers.driver import Exchange
from drivers.model import Channel, Status, Value

Outcome: TypeAlias = bytes | Status
"""The data of an item, or why there are none."""


class BinaryPlan:
    """Made once, used for each scan: each item is asked for once, in the order first needed."""

    def __init__(self, profile: BinaryProfile, names: Sequence[str], codec: Codec) -> None:
        specs = [profile.channel[name] for name in names]
        self.channels: tuple[Channel, ...] = tuple(
            spec.channel(name) for name, spec in zip(names, specs, strict=True)
        )
        self.items: tuple[int | None, ...] = tuple(dict.fromkeys(spec.item for spec in specs))
        self._converts = [
            (spec.item, converter(channel, spec))
            for channel, spec in zip(self.channels, specs, strict=True)
        ]
        asked = [codec.probes[0] if item is None else item for item in self.items]
        pause = profile.binary.turnaround + profile.binary.silence
        self.exchanges: Sequence[Exchange] = [
            Exchange(len(codec.request(item)), codec.length(item), pause) for item in asked
        ]

    def sample(
        self, outcomes: Mapping[int | None, Outcome]
    ) -> tuple[tuple[Value, ...], tuple[Status, ...]]:
        """Values and statuses of one scan, from what became of each item."""
        pairs: list[tuple[Value, Status]] = []
        for item, convert in self._converts:
            outcome = outcomes[item]
            pairs.append((None, outcome) if isinstance(outcome, Status) else convert(outcome))
        return tuple(value for value, _ in pairs), tuple(status for _, status in pairs)
