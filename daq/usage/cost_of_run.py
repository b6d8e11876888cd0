"""What a run cost, on each instrument and for each of its samples. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from daq.runs.run import Run
from daq.usage.account import KINDS, Account, Kind
from daq.usage.money import rounded
from daq.usage.plan import STATES, State
from daq.usage.samples import samples_of


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What a run had of an instrument: ns of each state, kWh, money by kind."""

    instrument: str
    title: str
    centre: str
    times: Mapping[State, int]
    energy: Decimal
    amounts: Mapping[Kind, Decimal]

    @property
    def total(self) -> Decimal:
        """All of the money."""
        return sum(self.amounts.values(), Decimal(0))


class RunCost(msgspec.Struct, frozen=True, kw_only=True):
    """A run's cost, ``each`` sample's with it; None where no sample is named."""

    run: Run
    shares: tuple[Share, ...]
    samples: int
    amounts: Mapping[Kind, Decimal]
    total: Decimal
    each: Decimal | None


def cost_of(run: Run, accounts: Iterable[Account], digits: int) -> RunCost:
    """Of accounts of one month or several, each instrument's parts added up."""
    shares: dict[str, Share] = {}
    for one in accounts:
        for cell in one.cells:
            if cell.run == run.id:
                found = Share(
                    instrument=one.item.name,
                    title=one.item.title,
                    centre=cell.centre,
                    times=cell.times,
                    energy=cell.energy,
                    amounts={kind: cell.amounts.get(kind, Decimal(0)) for kind in KINDS},
                )
                before = shares.get(one.item.name)
                shares[one.item.name] = found if before is None else _both(before, found)
    amounts: dict[Kind, Decimal] = {
        kind: sum((one.amounts[kind] for one in shares.values()), Decimal(0)) for kind in KINDS
    }
    total, samples = sum(amounts.values(), Decimal(0)), samples_of(run)
    return RunCost(
        run=run,
        shares=tuple(shares.values()),
        samples=samples,
        amounts=amounts,
        total=total,
        each=rounded(total / samples, digits) if samples else None,
    )


def _both(one: Share, other: Share) -> Share:
    return Share(
        instrument=one.instrument,
        title=one.title,
        centre=one.centre,
        times={state: one.times[state] + other.times[state] for state in STATES},
        energy=one.energy + other.energy,
        amounts={kind: one.amounts[kind] + other.amounts[kind] for kind in KINDS},
    )
