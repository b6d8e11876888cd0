"""Each instrument by itself: its bus and profile exist, its address and channels fit."""

import re
from collections.abc import Iterator, Sequence

from daq.config.bus import SerialBus
from daq.config.catalogue import ProfileFacts
from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.instrument import InstrumentConfig
from drivers.errors import ProfileError
from drivers.tomlfile import did_you_mean

LAST_SERIAL_UNIT = 247
"""Modbus over Serial Line V1.02, 2.2: units are 1 to 247, 0 is broadcast."""


def check_instruments(parts: Parts) -> Iterator[Finding]:
    """Check every instrument on its own."""
    for name, instrument in parts.instruments.items():
        key = ("instrument", name)
        if instrument.bus not in parts.bus_names:
            yield _unknown((*key, "bus"), instrument.bus, parts.bus_names, "bus")
        profile = _profile(parts, instrument)
        if isinstance(profile, ProfileFacts):
            yield from _address(parts, key, instrument, profile)
            yield from _channels(key, instrument, profile)
        else:
            yield Finding((*key, "profile"), *profile)


def _profile(parts: Parts, instrument: InstrumentConfig) -> ProfileFacts | tuple[str, str]:
    """The profile's facts, or a message and a hint."""
    name, bundled = instrument.profile, parts.catalogue.names()
    if not name.endswith(".toml") and name not in bundled:
        unknown = _unknown((), name, bundled, "profile")
        return unknown.message, unknown.hint
    try:
        return parts.catalogue.facts(name)
    except ProfileError as error:
        return f"cannot be used: {'; '.join(str(error).splitlines())}", ""


def _address(
    parts: Parts, key: tuple[str, ...], instrument: InstrumentConfig, profile: ProfileFacts
) -> Iterator[Finding]:
    unit, address = instrument.unit, instrument.address
    if profile.protocol == "modbus":
        if address is not None:
            yield Finding((*key, "address"), "a Modbus instrument has a unit, not an address")
        serial = isinstance(parts.buses.get(instrument.bus), SerialBus)
        if unit is None:
            yield Finding((*key, "unit"), "is missing", "a Modbus instrument needs its unit")
        elif serial and not 1 <= unit <= LAST_SERIAL_UNIT:
            text = f"must be from 1 to {LAST_SERIAL_UNIT} on a serial line, found {unit}"
            yield Finding((*key, "unit"), text)
        return
    if unit is not None:
        hint = "use address" if profile.address else ""
        yield Finding((*key, "unit"), "only a Modbus instrument has a unit", hint)
    yield from _text_address((*key, "address"), address, profile.address)


def _text_address(key: tuple[str, ...], address: str | None, form: str) -> Iterator[Finding]:
    if not form and address is not None:
        yield Finding(key, "this profile has no address")
    elif form and address is None and not re.fullmatch(form, ""):
        yield Finding(key, "is missing", f"this profile needs an address of the form {form}")
    elif form and not re.fullmatch(form, address or ""):
        yield Finding(key, f'must be of the form {form}, found "{address}"')


def _channels(
    key: tuple[str, ...], instrument: InstrumentConfig, profile: ProfileFacts
) -> Iterator[Finding]:
    for group, config in instrument.group.items():
        for index, channel in enumerate(config.channels):
            if channel not in profile.channels:
                path = (*key, "group", group, "channels", index)
                yield _unknown(path, channel, profile.channels, "channel")


def _unknown(path: tuple[str | int, ...], name: str, known: Sequence[str], kind: str) -> Finding:
    have = f"have: {', '.join(known)}" if known else f"there is no {kind} at all"
    return Finding(path, f'no {kind} "{name}"', did_you_mean(name, known) or have)
