"""A configuration together with the profiles it names: everything that says how to measure."""

import hashlib
import json
from collections.abc import Mapping

import msgspec

from daq.config.annunciator import CoilAnnunciator
from daq.config.config import Config
from daq.config.instrument import GroupConfig, InstrumentConfig
from drivers.driver import Driver
from drivers.profile import Profile
from drivers.registry import build_driver, load_profile


class Setup(msgspec.Struct, frozen=True):
    """What was read together and belongs together; nothing of it is read a second time.

    ``profiles`` are by the name or path the instruments use, without their transcripts: what
    tests a profile is no part of how it measures. ``hash`` (SHA-256, hex) stands for all of it.
    """

    config: Config
    profiles: Mapping[str, Profile]
    hash: str

    @classmethod
    def of(cls, config: Config) -> "Setup":
        """Read the profiles of a configuration.

        Raises:
            ProfileError: one cannot be loaded.
        """
        names = sorted({item.profile for item in config.instrument.values()})
        profiles = {
            name: load_profile(name).model_copy(update={"transcript": ()}) for name in names
        }
        return cls(config, profiles, _hash(config, profiles))

    def members(self, bus: str) -> dict[str, InstrumentConfig]:
        """The instruments on a bus, by name."""
        return {name: item for name, item in self.config.instrument.items() if item.bus == bus}

    @property
    def used_buses(self) -> tuple[str, ...]:
        """The buses that have instruments, or coils to be written."""
        return tuple(name for name in self.config.bus if self.members(name) or self.writes_on(name))

    def writes_on(self, bus: str) -> bool:
        """Whether lamps or horns are on a bus."""
        tables = self.config.annunciator.values()
        return any(isinstance(each, CoilAnnunciator) and each.bus == bus for each in tables)

    def profile(self, item: InstrumentConfig) -> Profile:
        """The profile of an instrument."""
        return self.profiles[item.profile]

    def driver(self, item: InstrumentConfig) -> Driver:
        """The driver of an instrument, at its address on its bus; no I/O."""
        return build_driver(
            self.profile(item),
            unit=item.unit,
            address=item.address,
            framing=self.config.bus[item.bus].framing,
        )

    def channels(self, item: InstrumentConfig, group: GroupConfig) -> tuple[str, ...]:
        """The channels of a group: those named, or all of the profile."""
        return group.channels or tuple(self.profile(item).channel)


def _hash(config: Config, profiles: Mapping[str, Profile]) -> str:
    """The same for what measures the same: see docs/decisions/0008-reload.md."""
    meaning = {
        "config": config.model_dump(exclude={"web", "notification", "shift", "recipient"}),
        "profiles": {name: profile.model_dump() for name, profile in profiles.items()},
    }
    return hashlib.sha256(json.dumps(meaning, sort_keys=True, default=str).encode()).hexdigest()
