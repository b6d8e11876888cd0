"""From states, energy, runs and rates to what falls to whom. Pure.

A period is cut wherever anything changes: a state, a shift, a run, a rate, a price. Within a slice
everything is the same. What falls to a slice in which several runs share the instrument is theirs
in equal parts.
"""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import TypeAlias

import msgspec

from daq.runs.run import Run
from daq.usage.account import KINDS, Account, Cell, Kind
from daq.usage.calendar import local_day
from daq.usage.energy import HOUR, Metered, shares
from daq.usage.fixed import calibrated, depreciated, months_of_life
from daq.usage.money import PRECISION, rounded, shared
from daq.usage.plan import STATES, Item, Modelled, Plan, State
from daq.usage.rates import Prices, begins, contains, rate_of
from daq.usage.samples import samples_of
from daq.usage.stretches import Set, Stretch, both, length, union
from daq.usage.timeline import Lasting, clipped, failures, run_stretch

Key: TypeAlias = tuple[str, str]
"""Cost centre, and run or nothing."""

KWH = Decimal("0.001")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an item: its states around the period, its energy, its runs, its plan."""

    period: Stretch
    lasting: tuple[Lasting, ...]
    planned: Set
    metered: Metered | None
    runs: tuple[Run, ...] = ()


def edges_of(plan: Plan, prices: Prices, facts: Facts) -> list[int]:
    """Where slices begin and end, the ends of the period included."""
    edges = prices.edges | begins((rate.begin for rate in plan.rates), plan.zone)
    edges |= {edge for one in facts.lasting for edge in (one.start, one.end)}
    edges |= {edge for stretch in facts.planned for edge in stretch}
    edges |= {edge for run in facts.runs for edge in run_stretch(run, facts.period[1])}
    start, end = facts.period
    return [start, *sorted(edge for edge in edges if start < edge < end), end]


class _Sums:
    """What falls to a key, while it is gathered."""

    def __init__(self) -> None:
        self.times: dict[State, int] = dict.fromkeys(STATES, 0)
        self.planned: dict[State, int] = dict.fromkeys(STATES, 0)
        self.energy: dict[Decimal | None, Decimal] = {}
        self.exact: dict[Kind, Decimal] = dict.fromkeys(KINDS, Decimal(0))
        self.samples = self.runs = 0

    def use(self, price: Decimal | None, kilowatt_hours: Decimal) -> None:
        self.energy[price] = self.energy.get(price, Decimal(0)) + kilowatt_hours


def account(plan: Plan, item: Item, prices: Prices, facts: Facts) -> Account:
    """The account of an item."""
    with localcontext() as context:
        context.prec = PRECISION
        sums = _gathered(plan, item, prices, facts)
        for one in sums.values():
            one.energy = {price: used.quantize(KWH) for price, used in one.energy.items()}
            one.exact["energy"] = sum(
                (used * price for price, used in one.energy.items() if price is not None),
                Decimal(0),
            )
        amounts = _amounts(plan, item, facts.period, sums)
        cells = _cells(plan, item, facts.period, sums, amounts)
    lasting = clipped(facts.lasting, facts.period)
    return Account(
        item=item,
        period=facts.period,
        lasting=lasting,
        cells=cells,
        failures=failures(facts.lasting, facts.period),
        unmetered=_unmetered(item, facts),
        exchanges=() if facts.metered is None else facts.metered.exchanges,
        unpriced=sum((one.energy.get(None, Decimal(0)) for one in sums.values()), Decimal(0)),
    )


def _gathered(plan: Plan, item: Item, prices: Prices, facts: Facts) -> dict[Key, _Sums]:
    sums: dict[Key, _Sums] = {(item.centre, ""): _Sums()}
    edges = edges_of(plan, prices, facts)
    metered = shares(facts.metered.used, edges) if facts.metered is not None else None
    place = 0
    for number, (start, end) in enumerate(pairwise(edges)):
        while facts.lasting[place].end <= start:
            place += 1
        state = facts.lasting[place].state
        active = [run for run in facts.runs if _covers(run, start, facts.period[1])]
        keys = [(run.cost_centre or item.centre, run.id) for run in active] or [(item.centre, "")]
        hour = rate_of(plan, item.name, local_day(start, plan.zone)).hour.get(state, Decimal(0))
        used = _energy(item, state, end - start, None if metered is None else metered[number])
        price = prices.at(start)
        planned = contains(facts.planned, start)
        for key, part in zip(keys, _equal(end - start, len(keys)), strict=True):
            one = sums.setdefault(key, _Sums())
            one.times[state] += part
            one.planned[state] += part if planned else 0
            one.exact["hours"] += hour * part / HOUR
            if used:
                one.use(price, used * part / (end - start))
    _consume(plan, item, facts, sums)
    return sums


def _covers(run: Run, time: int, now: int) -> bool:
    start, end = run_stretch(run, now)
    return start <= time < end


def _equal(whole: int, parts: int) -> list[int]:
    """Whole numbers as equal as they can be, with that sum."""
    each, rest = divmod(whole, parts)
    return [each + (number < rest) for number in range(parts)]


def _energy(item: Item, state: State, span: int, metered: float | None) -> Decimal:
    if isinstance(item.energy, Modelled):
        return item.energy.kilowatts.get(state, Decimal(0)) * span / HOUR
    return Decimal(0) if metered is None else Decimal(metered)


def _consume(plan: Plan, item: Item, facts: Facts, sums: dict[Key, _Sums]) -> None:
    """Consumables are of the moment a run begins."""
    for run in facts.runs:
        if not facts.period[0] <= run.begun < facts.period[1]:
            continue
        rate = rate_of(plan, item.name, local_day(run.begun, plan.zone))
        one = sums.setdefault((run.cost_centre or item.centre, run.id), _Sums())
        one.samples += samples_of(run)
        one.runs += 1
        one.exact["consumables"] += rate.run + rate.sample * samples_of(run)


def _amounts(
    plan: Plan, item: Item, period: Stretch, sums: Mapping[Key, _Sums]
) -> dict[Kind, dict[Key, Decimal]]:
    found: dict[Kind, dict[Key, Decimal]] = {}
    for kind in ("hours", "energy", "consumables"):
        weights = {key: one.exact[kind] for key, one in sums.items()}
        total = rounded(sum(weights.values(), Decimal(0)), plan.digits)
        found[kind] = shared(total, weights, plan.digits)
    begin, end = (local_day(edge, plan.zone) for edge in period)
    times = {key: sum(one.times.values()) for key, one in sums.items()}
    if item.depreciation is not None:
        amount = depreciated(item.depreciation, begin, end, plan.digits)
        found["depreciation"] = shared(amount, times, plan.digits)
    if item.calibration is not None:
        amount = rounded(calibrated(item.calibration, begin, end), plan.digits)
        found["calibration"] = shared(amount, times, plan.digits)
    return found


def _cells(
    plan: Plan,
    item: Item,
    period: Stretch,
    sums: Mapping[Key, _Sums],
    amounts: Mapping[Kind, Mapping[Key, Decimal]],
) -> tuple[Cell, ...]:
    begin, end = (local_day(edge, plan.zone) for edge in period)
    whole = max(period[1] - period[0], 1)
    loss = item.depreciation
    months = Decimal(0) if loss is None else months_of_life(loss, begin, end)
    found: list[Cell] = []
    for key, one in sums.items():
        time = sum(one.times.values())
        if not time and not one.runs:
            continue
        energy = sum(one.energy.values(), Decimal(0))
        quantities: dict[Kind, Decimal] = {
            "hours": Decimal(time) / HOUR,
            "energy": energy,
            "consumables": Decimal(one.samples),
            "depreciation": months * time / whole,
            "calibration": Decimal((end - begin).days) * time / whole,
        }
        found.append(
            Cell(
                centre=key[0],
                run=key[1],
                times=one.times,
                planned=one.planned,
                energy=energy,
                samples=one.samples,
                amounts={kind: parts[key] for kind, parts in amounts.items()},
                quantities={kind: quantities[kind] for kind in amounts},
            )
        )
    return tuple(found)


def _unmetered(item: Item, facts: Facts) -> int:
    if isinstance(item.energy, Modelled):
        unknown = [(one.start, one.end) for one in facts.lasting if one.state == "unknown"]
        return length(both(union(unknown), (facts.period,)))
    if facts.metered is None:
        return 0
    return facts.period[1] - facts.period[0] - length(both(facts.metered.known, (facts.period,)))
