"""What the configured scan groups ask of their buses, for the plan. No I/O on any line."""

from collections.abc import Iterable

from daq.acquire.plan import (
    SERIAL_ROUND_TRIP,
    TCP_ROUND_TRIP,
    BusDemand,
    BusPlan,
    GroupDemand,
    PlanReport,
    plan,
)
from daq.acquire.poller import BusPoller
from daq.build.buses import line_settings
from daq.build.setup import Setup
from daq.config.bus import SerialBus
from daq.config.instrument import InstrumentConfig


def plan_of(setup: Setup) -> PlanReport:
    """The plan of every bus that has instruments.

    Raises:
        ProfileError: a profile has not what an instrument asks of it.
    """
    return plan([_bus(setup, name) for name in setup.used_buses])


def plan_in_force(setup: Setup, poller: BusPoller) -> BusPlan:
    """The plan of a bus as it is polled, from the read plans its poller has made."""
    groups = (
        GroupDemand(
            instrument=item.name,
            group=group.series.key.group,
            interval=group.ticker.interval,
            channels=len(group.plan.channels),
            exchanges=tuple(group.plan.exchanges),
        )
        for item in poller.instruments
        for group in item.groups
    )
    (made,) = plan([_demand(setup, poller.name, groups)]).buses
    return made


def _bus(setup: Setup, name: str) -> BusDemand:
    members = setup.members(name).items()
    groups = (group for instrument, item in members for group in _groups(setup, instrument, item))
    return _demand(setup, name, groups)


def _demand(setup: Setup, name: str, groups: Iterable[GroupDemand]) -> BusDemand:
    settings = line_settings(setup, name)
    serial = isinstance(setup.config.bus[name], SerialBus)
    return BusDemand(
        name=name,
        character=settings.character,
        silence=settings.silence,
        round_trip=SERIAL_ROUND_TRIP if serial else TCP_ROUND_TRIP,
        groups=tuple(groups),
    )


def _groups(setup: Setup, name: str, item: InstrumentConfig) -> list[GroupDemand]:
    driver = setup.driver(item)
    demands: list[GroupDemand] = []
    for group, settings in item.group.items():
        read_plan = driver.plan(setup.channels(item, settings))
        demands.append(
            GroupDemand(
                instrument=name,
                group=group,
                interval=settings.interval,
                channels=len(read_plan.channels),
                exchanges=tuple(read_plan.exchanges),
            )
        )
    return demands
