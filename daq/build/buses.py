"""Builds the pollers: a link opener for each bus, a driver and read plans for each instrument."""

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol, TypeAlias

from daq.acquire.instrument import PolledGroup, PolledInstrument
from daq.acquire.poller import BusPoller, OpenLink
from daq.acquire.recorder import Recorder
from daq.acquire.schedule import Ticker, spread
from daq.config.bus import SerialBus, TcpBus
from daq.config.config import Config
from daq.config.instrument import GroupConfig, InstrumentConfig
from daq.journal.entry import Series, SeriesKey
from drivers.driver import Driver, ReadPlan
from drivers.profile import Profile
from drivers.registry import build_driver, load_profile
from drivers.transport.link import Link
from drivers.transport.reply import Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.tcp import open_tcp

Clock: TypeAlias = Callable[[], int]
"""ns since 1970 UTC."""


class Keeper(Recorder, Protocol):
    """Where scans go: the journal, or whatever stands in for it."""

    def series(self, key: SeriesKey) -> Series:
        """The series of a scan group."""
        ...


def bus_members(config: Config, bus: str) -> dict[str, InstrumentConfig]:
    """The instruments on a bus, by name."""
    return {name: item for name, item in config.instrument.items() if item.bus == bus}


def instrument_driver(config: Config, instrument: InstrumentConfig) -> Driver:
    """The driver of an instrument, at its address on its bus; no I/O."""
    return build_driver(
        load_profile(instrument.profile),
        unit=instrument.unit,
        address=instrument.address,
        framing=config.bus[instrument.bus].framing,
    )


def line_settings(config: Config, name: str) -> Settings:
    """How the line of a bus is used; Modbus on it demands silence between frames."""
    profiles = [load_profile(item.profile) for item in bus_members(config, name).values()]
    modbus = any(profile.profile.protocol == "modbus" for profile in profiles)
    return config.bus[name].settings(modbus=modbus)


def wanted_channels(item: InstrumentConfig, group: GroupConfig) -> tuple[str, ...]:
    """The channels of a group: those named, or all of the profile."""
    return group.channels or tuple(c.name for c in load_profile(item.profile).channels)


def link_opener(config: Config, name: str, clock: Clock = time.time_ns) -> OpenLink:
    """What opens the line of a bus; ``clock`` dates what is read from it."""
    bus, settings = config.bus[name], line_settings(config, name)
    make = partial(Link, clock=clock)

    async def open_link() -> Link:
        if isinstance(bus, SerialBus):
            return await open_serial(bus.port, bus.serial, settings, name, make=make)
        assert isinstance(bus, TcpBus)  # noqa: S101 - there are two kinds
        return await open_tcp(*bus.host_port, settings, name, make=make)

    return open_link


def build_pollers(config: Config, journal: Keeper, clock: Clock) -> list[BusPoller]:
    """A poller for each bus that has instruments; must be called in the running event loop."""
    used = [name for name in config.bus if bus_members(config, name)]
    return [build_poller(config, name, journal, clock) for name in used]


def build_poller(
    config: Config, name: str, journal: Keeper, clock: Clock = time.time_ns
) -> BusPoller:
    """The poller of one bus; must be called in the running event loop."""
    phases = _phases(config)
    return BusPoller(
        name,
        link_opener(config, name, clock),
        [
            _polled(config, instrument, item, journal, phases, clock)
            for instrument, item in bus_members(config, name).items()
        ],
        journal,
        retry_limit=config.bus[name].retry_limit,
        clock=clock,
    )


def _phases(config: Config) -> Mapping[tuple[str, str], float]:
    """When each group begins, so that the whole daemon never wakes for all of them at once."""
    groups = [
        ((instrument, name), group.interval)
        for instrument, item in config.instrument.items()
        for name, group in item.group.items()
    ]
    phases = spread([interval for _, interval in groups])
    return {key: phase for (key, _), phase in zip(groups, phases, strict=True)}


def _polled(
    config: Config,
    name: str,
    item: InstrumentConfig,
    journal: Keeper,
    phases: Mapping[tuple[str, str], float],
    clock: Clock,
) -> PolledInstrument:
    profile = load_profile(item.profile)
    driver = instrument_driver(config, item)
    start = asyncio.get_running_loop().time()
    groups: list[PolledGroup] = []
    for group, settings in item.group.items():
        plan = driver.plan(wanted_channels(item, settings))
        key = series_key(config, name, group, profile, plan)
        ticker = Ticker(settings.interval, start, phases[name, group])
        groups.append(PolledGroup(journal.series(key), plan, ticker))
    return PolledInstrument(
        name,
        driver,
        groups,
        journal,
        serial_number=item.serial_number,
        retry_limit=config.bus[item.bus].retry_limit,
        silent_after=item.silent_after,
        clock=clock,
    )


def series_key(
    config: Config, instrument: str, group: str, profile: Profile, plan: ReadPlan
) -> SeriesKey:
    """What the scans of a group mean, as the journal keeps it."""
    item = config.instrument[instrument]
    return SeriesKey(
        site=config.site.name,
        instrument=instrument,
        group=group,
        model=f"{profile.profile.manufacturer} {profile.profile.model}",
        asset=item.asset,
        interval=item.group[group].interval,
        channels=plan.channels,
    )
