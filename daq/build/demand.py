"""What the configured scan groups ask of their buses, for the plan. No I/O on any line."""

from daq.acquire.plan import (
    SERIAL_ROUND_TRIP,
    TCP_ROUND_TRIP,
    BusDemand,
    GroupDemand,
    PlanReport,
    plan,
)
from daq.build.buses import bus_members, instrument_driver, line_settings, wanted_channels
from daq.config.bus import SerialBus
from daq.config.config import Config
from daq.config.instrument import InstrumentConfig


def plan_of(config: Config) -> PlanReport:
    """The plan of every bus that has instruments."""
    return plan([_bus(config, name) for name in config.bus if bus_members(config, name)])


def _bus(config: Config, name: str) -> BusDemand:
    settings = line_settings(config, name)
    serial = isinstance(config.bus[name], SerialBus)
    return BusDemand(
        name=name,
        character=settings.character,
        silence=settings.silence,
        round_trip=SERIAL_ROUND_TRIP if serial else TCP_ROUND_TRIP,
        groups=tuple(
            group
            for instrument, item in bus_members(config, name).items()
            for group in _groups(config, instrument, item)
        ),
    )


def _groups(config: Config, name: str, item: InstrumentConfig) -> list[GroupDemand]:
    driver = instrument_driver(config, item)
    demands: list[GroupDemand] = []
    for group, settings in item.group.items():
        read_plan = driver.plan(wanted_channels(item, settings))
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
