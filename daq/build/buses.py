"""Builds the pollers: a link opener for each bus, a driver and read plans for each instrument."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeAlias

from daq.acquire.certified import Certified
from daq.acquire.instrument import PolledGroup, PolledInstrument
from daq.acquire.output import Output
from daq.acquire.poller import BusPoller, OpenLink
from daq.acquire.recorder import Recorder
from daq.build.setup import Setup
from daq.build.timing import Timing
from daq.calibration.calibration import Calibration
from daq.config.bus import SerialBus, TcpBus
from daq.config.instrument import InstrumentConfig
from daq.journal.entry import Series, SeriesKey
from drivers.driver import ReadPlan
from drivers.recording.ring import LARGEST, Ring
from drivers.transport.link import Link
from drivers.transport.reply import Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.tcp import open_tcp

Clock: TypeAlias = Callable[[], int]
"""ns since 1970 UTC."""


ALL_RINGS = 4_000_000
LEAST_RING = 10_000
"""Bytes. Some forty exchanges at least of each bus, however many there are."""


class Keeper(Recorder, Protocol):
    """Where scans go: the journal, or whatever stands in for it."""

    def series(self, key: SeriesKey) -> Series:
        """The series of a scan group."""
        ...


def line_settings(setup: Setup, name: str) -> Settings:
    """How the line of a bus is used; Modbus on it demands silence between frames."""
    profiles = [setup.profile(item) for item in setup.members(name).values()]
    modbus = any(profile.profile.protocol == "modbus" for profile in profiles)
    modbus = modbus or setup.writes_on(name)
    return setup.config.bus[name].settings(modbus=modbus)


def link_opener(setup: Setup, name: str, clock: Clock = time.time_ns) -> OpenLink:
    """What opens the line of a bus; ``clock`` dates what is read from it."""
    bus, settings = setup.config.bus[name], line_settings(setup, name)
    make = partial(Link, clock=clock)

    async def open_link() -> Link:
        if isinstance(bus, SerialBus):
            return await open_serial(bus.port, bus.serial, settings, name, make=make)
        assert isinstance(bus, TcpBus)  # noqa: S101 - there are two kinds
        return await open_tcp(*bus.host_port, settings, name, make=make)

    return open_link


def build_poller(
    setup: Setup,
    name: str,
    journal: Keeper,
    timing: Timing,
    clock: Clock = time.time_ns,
    outputs: Sequence[Output] = (),
) -> BusPoller:
    """The poller of one bus; ``outputs`` are written between its scans."""
    return BusPoller(
        name,
        link_opener(setup, name, clock),
        [
            _polled(setup, instrument, item, journal, timing, clock)
            for instrument, item in setup.members(name).items()
        ],
        journal,
        retry_limit=setup.config.bus[name].retry_limit,
        clock=clock,
        ring=Ring(largest=ring_size(len(setup.config.bus))),
        outputs=outputs,
    )


def ring_size(buses: int) -> int:
    """Bytes of latest traffic kept of each bus: all buses together have a bound."""
    return min(LARGEST, max(ALL_RINGS // max(buses, 1), LEAST_RING))


def _polled(
    setup: Setup,
    name: str,
    item: InstrumentConfig,
    journal: Keeper,
    timing: Timing,
    clock: Clock,
) -> PolledInstrument:
    driver = setup.driver(item)
    groups: list[PolledGroup] = []
    for group, settings in item.group.items():
        plan = driver.plan(setup.channels(item, settings))
        key, ticker = (
            series_key(setup, name, group, plan),
            timing.ticker(name, group, settings.interval),
        )
        certified = Certified(key, journal.series) if key.calibrations else None
        series = certified.series if certified else journal.series(key)
        groups.append(PolledGroup(series, plan, ticker, certified))
    return PolledInstrument(
        name,
        driver,
        groups,
        journal,
        serial_number=item.serial_number,
        retry_limit=setup.config.bus[item.bus].retry_limit,
        silent_after=item.silent_after,
        clock=clock,
    )


def series_key(setup: Setup, instrument: str, group: str, plan: ReadPlan) -> SeriesKey:
    """What the scans of a group mean, as the journal keeps it."""
    item = setup.config.instrument[instrument]
    head = setup.profile(item).profile
    return SeriesKey(
        site=setup.config.site.name,
        instrument=instrument,
        group=group,
        model=f"{head.manufacturer} {head.model}",
        asset=item.asset,
        interval=item.group[group].interval,
        channels=plan.channels,
        calibrations=_calibrations(setup, instrument, plan),
    )


def _calibrations(setup: Setup, instrument: str, plan: ReadPlan) -> tuple[Calibration, ...]:
    """Of the channels of a group, those in force."""
    names = {channel.name for channel in plan.channels}
    return tuple(one for one in setup.calibrations.get(instrument, ()) if one.channel in names)
