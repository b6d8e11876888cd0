"""From the configuration to what utilisation and cost are worked out by."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo

from daq.calibration.register import Register
from daq.config.config import Config
from daq.config.recipient import DAYS, ShiftConfig, minutes
from daq.config.usage import ConditionConfig, CostConfig, EnergyConfig, UsageConfig
from daq.notification.recipient import Shift, Window
from daq.usage.money import digits_of
from daq.usage.plan import (
    Band,
    ByAlarm,
    ByChannel,
    ByRuns,
    Calibrated,
    Counter,
    Depreciation,
    Energy,
    Item,
    Modelled,
    Plan,
    Power,
    Rate,
    Rule,
    Source,
    Tariff,
)

_NS = 1_000_000_000


def build_usage(config: Config, register: Register = Register()) -> Plan:  # noqa: B008 - frozen
    """The plan; ``register`` says how long certificates hold."""
    intervals = _intervals(register)
    return Plan(
        items=tuple(_item(config, name, intervals) for name in config.usage),
        zone=_zone(config),
        closed=frozenset(config.utilisation.closed),
        fault_after=_ns(config.utilisation.fault_after),
        site=config.site.title or config.site.name,
        currency=config.cost.currency or "",
        digits=digits_of(config.cost.currency or ""),
        rates=_rates(config.cost),
        tariffs=_tariffs(config.cost, config.shift),
    )


def _zone(config: Config) -> tzinfo:
    name = config.utilisation.time_zone or config.notification.time_zone
    return UTC if name == "UTC" else ZoneInfo(name)


def _ns(seconds: float) -> int:
    return round(seconds * _NS)


def _item(config: Config, name: str, intervals: Mapping[str, int]) -> Item:
    usage, instrument = config.usage[name], config.instrument.get(name)
    planned = usage.planned or config.utilisation.planned
    loss = usage.depreciation
    return Item(
        name=name,
        title=usage.title or (instrument.title if instrument else ""),
        room=usage.room or (instrument.room if instrument else ""),
        asset=usage.asset or (instrument.asset if instrument else ""),
        centre=usage.cost_centre,
        bus=instrument.bus if instrument else "",
        instrument=instrument is not None,
        meters=frozenset() if instrument else _meters(usage),
        off_when_silent=usage.off is not None and usage.off.silent,
        running=_rule(usage.running) or ByRuns(),
        off=_rule(usage.off),
        fault=_rule(usage.fault),
        planned=None if planned is None else _shifts(planned, config.shift),
        energy=_energy(usage.energy),
        depreciation=loss and Depreciation(loss.value, loss.months, loss.begin, loss.residual),
        calibration=_calibrated(usage, intervals.get(name)),
    )


def _meters(usage: UsageConfig) -> frozenset[str]:
    return frozenset(_source(channel).instrument for channel in usage.channels.values())


def _rule(rule: ConditionConfig | None) -> Rule | None:
    if rule is None:
        return None
    if rule.alarm is not None:
        return ByAlarm(rule.alarm)
    if rule.channel is None:
        return None
    return ByChannel(
        source=_source(rule.channel),
        above=rule.above,
        below=rule.below,
        values=rule.values,
        dead_band=rule.dead_band,
        on_delay=_ns(rule.on_delay),
        off_delay=_ns(rule.off_delay),
    )


def _source(text: str) -> Source:
    instrument, *group, channel = text.split(".")
    return Source(instrument, channel, *group)


def _energy(energy: EnergyConfig | None) -> Energy | None:
    if energy is None:
        return None
    if energy.counter is not None:
        return Counter(_source(energy.counter), energy.rollover)
    if energy.power is not None:
        return Power(_source(energy.power))
    return None if energy.model is None else Modelled({**energy.model.kilowatts})


def _shifts(names: Iterable[str], shifts: Mapping[str, ShiftConfig]) -> tuple[Shift, ...]:
    return tuple(_shift(shifts[name]) for name in names)


def _shift(shift: ShiftConfig) -> Shift:
    days = frozenset(DAYS.index(day) for day in shift.days)
    return Shift(days, Window(minutes(shift.begin), minutes(shift.end)))


def _calibrated(usage: UsageConfig, days: int | None) -> Calibrated | None:
    if not usage.calibration:
        return None
    return Calibrated(usage.calibration, days or usage.calibration_days)


def _intervals(register: Register) -> dict[str, int]:
    """The days from the newest calibration of each instrument to when it is due."""
    found: dict[str, int] = {}
    for entry in register.entries:
        for one in entry.certificates:
            if one.due:
                found[entry.item.name] = _days(one.calibrated, one.due)
    return {name: days for name, days in found.items() if days > 0}


def _days(calibrated: str, due: str) -> int:
    return (date.fromisoformat(due) - date.fromisoformat(calibrated)).days


def _rates(cost: CostConfig) -> tuple[Rate, ...]:
    return tuple(
        Rate(
            name=name,
            begin=rate.begin,
            instruments=frozenset(rate.instruments),
            hour={**rate.hours},
            run=rate.run,
            sample=rate.sample,
        )
        for name, rate in cost.rate.items()
    )


def _tariffs(cost: CostConfig, shifts: Mapping[str, ShiftConfig]) -> tuple[Tariff, ...]:
    return tuple(
        Tariff(
            name,
            tariff.begin,
            tariff.price,
            tuple(Band((_shift(shifts[shift]),), price) for shift, price in tariff.bands.items()),
        )
        for name, tariff in cost.tariff.items()
    )
