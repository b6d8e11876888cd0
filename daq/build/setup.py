"""A configuration together with the profiles it names: everything that says how to measure."""

import hashlib
import json
import time
from collections.abc import Mapping

import msgspec

from daq.calibration.calibration import Calibration
from daq.calibration.dates import day_of
from daq.calibration.register import Register
from daq.config.annunciator import CoilAnnunciator
from daq.config.certificates import register_of
from daq.config.config import Config
from daq.config.errors import ConfigError
from daq.config.instrument import GroupConfig, InstrumentConfig
from drivers.driver import Driver
from drivers.profile import Profile
from drivers.registry import build_driver, load_profile
from drivers.tomlfile import TomlError


class Setup(msgspec.Struct, frozen=True):
    """What was read together and belongs together; nothing of it is read a second time.

    ``profiles`` are by the name or path the instruments use, without their transcripts: what
    tests a profile is no part of how it measures. ``calibrations`` are, by instrument, those that
    were in force when it was read. ``hash`` (SHA-256, hex) stands for all of it.
    """

    config: Config
    profiles: Mapping[str, Profile]
    hash: str
    register: Register = Register()
    calibrations: Mapping[str, tuple[Calibration, ...]] = {}

    @classmethod
    def of(cls, config: Config, now: int | None = None) -> "Setup":
        """Read the profiles and certificates of a configuration; ``now`` is ns since 1970 UTC.

        Raises:
            ProfileError: a profile cannot be loaded.
            ConfigError: a certificate is wrong.
        """
        names = sorted({item.profile for item in config.instrument.values()})
        profiles = {
            name: load_profile(name).model_copy(update={"transcript": ()}) for name in names
        }
        try:
            register = register_of(config.calibration, config.instrument)
        except TomlError as error:
            raise ConfigError(error.problems) from error
        calibrations = register.in_force(day_of(time.time_ns() if now is None else now))
        digest = hashlib.sha256(_canonical(config, profiles, calibrations)).hexdigest()
        return cls(config, profiles, digest, register, calibrations)

    @property
    def canonical(self) -> bytes:
        """What the hash is of, as JSON: places of secrets, never secrets."""
        return _canonical(self.config, self.profiles, self.calibrations)

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


def _canonical(
    config: Config,
    profiles: Mapping[str, Profile],
    calibrations: Mapping[str, tuple[Calibration, ...]],
) -> bytes:
    """The same for what measures the same: see docs/decisions/0008-reload.md."""
    others = {"web", "calibration", "notification", "shift", "recipient"}
    others |= {"evidence", "utilisation", "usage", "cost"}
    meaning: dict[str, object] = {
        "config": config.model_dump(exclude=others),
        "profiles": {name: profile.model_dump() for name, profile in profiles.items()},
    }
    if calibrations:
        meaning["calibrations"] = {
            name: [(one.channel, one.hash) for one in some] for name, some in calibrations.items()
        }
    return json.dumps(meaning, sort_keys=True, default=str).encode()
