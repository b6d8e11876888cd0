"""What the configuration has to know of profiles, and nothing more."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from drivers import registry
from drivers.profile import SerialDefaults


class ProfileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One profile: its family, its channels, how its instruments are told apart on a bus.

    ``address`` is the form (a regular expression) of the address of an instrument that has one
    (all but Modbus, whose units are numbers); empty when it has none. ``units`` (UCUM) and
    ``kinds`` are those of the channels, ``alarms`` templates.
    """

    protocol: str
    channels: tuple[str, ...]
    address: str = ""
    serial: SerialDefaults = SerialDefaults()
    units: Mapping[str, str] = {}
    kinds: Mapping[str, str] = {}
    alarms: Mapping[str, Mapping[str, Any]] = {}


class Catalogue(Protocol):
    """Where profiles are looked up."""

    def names(self) -> Sequence[str]:
        """All profiles that have a name."""
        ...

    def facts(self, profile: str) -> ProfileFacts:
        """One profile, by bundled name or path.

        Raises:
            ProfileError: there is none, or its file is wrong.
        """
        ...


class Registry:
    """The profiles of ``drivers.registry``; each is loaded once."""

    def __init__(self, own: Path | None = None) -> None:
        self._own = own
        self._known: dict[str, ProfileFacts] = {}

    def names(self) -> Sequence[str]:
        """All profiles that have a name: the laboratory's own first."""
        own = sorted(path.stem for path in self._own.glob("*.toml")) if self._own else []
        return [*own, *registry.available_profiles()]

    def facts(self, profile: str) -> ProfileFacts:
        """One profile, by bundled name or path.

        Raises:
            ProfileError: there is none, or its file is wrong.
        """
        if profile not in self._known:
            self._known[profile] = _facts(profile)
        return self._known[profile]


def _facts(name: str) -> ProfileFacts:
    profile = registry.load_profile(name)
    return ProfileFacts(
        protocol=profile.profile.protocol,
        channels=tuple(profile.channel),
        address=profile.address_form,
        serial=profile.serial,
        units={channel.name: channel.unit for channel in profile.channels},
        kinds={channel.name: channel.kind for channel in profile.channels},
        alarms={key: alarm.model_dump(exclude_unset=True) for key, alarm in profile.alarm.items()},
    )
