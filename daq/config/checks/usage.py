"""Utilisation and cost: what they name is there, and no two rates are meant for one moment."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from daq.config.checks.channels import check_channel
from daq.config.checks.finding import Finding
from daq.config.checks.parts import Parts
from daq.config.usage import CostConfig, RateConfig, TariffConfig, UsageConfig
from daq.journal.entry import OWN
from drivers.tomlfile import did_you_mean

Path = tuple[str | int, ...]


def check_usage(parts: Parts) -> Iterator[Finding]:
    """Check every ``[usage.NAME]``, ``[utilisation]`` and ``[cost]``."""
    for name, usage in parts.usage.items():
        yield from _usage(parts, ("usage", name), usage)
    if parts.utilisation is not None:
        at = ("utilisation", "planned")
        yield from _shifts(parts, at, parts.utilisation.planned or ())
        if parts.utilisation.interval is not None and OWN in parts.instruments:
            text = f'states are journalled as instrument "{OWN}"'
            hint = "give it another name, or leave [utilisation] interval out"
            yield Finding(("instrument", OWN), text, hint)
    if parts.cost is not None or parts.usage:
        yield from _cost(parts, parts.cost or CostConfig())
    yield from _zone(parts)


def _usage(parts: Parts, at: Path, usage: UsageConfig) -> Iterator[Finding]:
    name = str(at[1])
    if name not in parts.instrument_names:
        if usage.running.runs:
            known = parts.instrument_names
            hint = did_you_mean(name, known) or "say when it runs: running = { channel = ... }"
            yield Finding(at, f'no instrument "{name}"', hint)
        if usage.off is not None and usage.off.silent:
            yield Finding((*at, "off", "silent"), "is for instruments, which answer or do not")
    for path, channel in usage.channels.items():
        yield from check_channel(parts, (*at, *path), channel)
    known = [made for one, alarm in parts.alarms.items() for made in alarm.names(one)]
    unsure = parts.alarm_names - parts.alarms.keys()
    for path, alarm in usage.alarms.items():
        if alarm not in known and alarm.partition(".")[0] not in unsure:
            hint = did_you_mean(alarm, known) or f"have: {', '.join(known) or 'none'}"
            yield Finding((*at, *path), f'no alarm "{alarm}"', hint)
        elif any(
            made.priority == "none" for n, made in parts.alarms.items() if alarm in made.names(n)
        ):
            hint = 'give it priority = "low", or a condition on a channel here'
            yield Finding((*at, *path), f'alarm "{alarm}" is journalled nowhere', hint)
    yield from _shifts(parts, (*at, "planned"), usage.planned or ())


def _shifts(parts: Parts, at: Path, names: Iterable[str]) -> Iterator[Finding]:
    for index, name in enumerate(names):
        if name not in parts.shift_names:
            known = sorted(parts.shift_names)
            hint = did_you_mean(name, known) or f"have: {', '.join(known) or 'none'}"
            yield Finding((*at, index), f'no shift "{name}"', hint)


def _cost(parts: Parts, cost: CostConfig) -> Iterator[Finding]:
    for name, rate in cost.rate.items():
        at = ("cost", "rate", name, "instruments")
        for index, one in enumerate(rate.instruments):
            if one not in parts.usage_names:
                known = sorted(parts.usage_names)
                hint = did_you_mean(one, known) or f"have: {', '.join(known) or 'none'}"
                yield Finding((*at, index), f"no [usage.{one}]", hint)
    for name, tariff in cost.tariff.items():
        for shift in tariff.bands:
            if shift not in parts.shift_names:
                known = sorted(parts.shift_names)
                hint = did_you_mean(shift, known) or f"have: {', '.join(known) or 'none'}"
                yield Finding(("cost", "tariff", name, "bands", shift), f'no shift "{shift}"', hint)
    yield from _twice("rate", cost.rate)
    yield from _twice("tariff", cost.tariff)
    if cost.currency is None and _priced(parts, cost):
        yield Finding(("cost", "currency"), "is missing: there are prices", 'such as "EUR"')


def _twice(
    kind: str, tables: Mapping[str, RateConfig] | Mapping[str, TariffConfig]
) -> Iterator[Finding]:
    for (one, first), (other, second) in combinations(tables.items(), 2):
        if first.begin == second.begin and _meet(first, second):
            text = f'begins on the day of "{one}", and is for the same'
            yield Finding(("cost", kind, other, "begin"), text, "which of them is meant?")


def _meet(one: RateConfig | TariffConfig, other: RateConfig | TariffConfig) -> bool:
    if isinstance(one, RateConfig) and isinstance(other, RateConfig):
        mine, theirs = set(one.instruments), set(other.instruments)
        return mine == theirs or bool(mine & theirs)
    return True


def _priced(parts: Parts, cost: CostConfig) -> bool:
    of_items = any(one.depreciation or one.calibration for one in parts.usage.values())
    return bool(cost.rate or cost.tariff) or of_items


def _zone(parts: Parts) -> Iterator[Finding]:
    stated = parts.utilisation is not None and parts.utilisation.time_zone is not None
    if not parts.usage or stated or parts.time_zone_given:
        return
    hint = 'say [utilisation] time_zone = "Asia/Shanghai", or "UTC"'
    yield Finding(
        ("usage", next(iter(parts.usage))), "has months and days, and no time zone is stated", hint
    )
