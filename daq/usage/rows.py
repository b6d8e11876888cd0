"""Accounts added up: by instrument, by room, by cost centre, by run. Pure.

The figures, with whose words they are meant:

- *utilisation*: running, of the calendar hours; SEMI E10 calls it total utilization.
- *planned utilisation*: running within planned hours, of the planned hours; E10's operational
  utilization, ISO 22400-2's availability (APT/PBT).
- *availability*: up, of up and down: running and idle, of running, idle and fault; off and unknown
  are neither. IEC 60050-192's steady state availability, as it was observed.
- *MTBF*: running hours by failures: IEC 60050-192's mean operating time between failures.
- *MTTR*: hours at fault by failures: its mean time to restoration.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

import msgspec

from daq.usage.account import DIGITS, KINDS, Account, Cell, Kind
from daq.usage.energy import HOUR
from daq.usage.money import rounded
from daq.usage.month import Month
from daq.usage.plan import STATES, State

By: TypeAlias = Literal["instrument", "room", "cost-centre"]

CHOICES: tuple[By, ...] = get_args(By)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a report: ns of each state, in all and within planned hours; kWh; money by kind."""

    name: str
    title: str = ""
    times: Mapping[State, int]
    planned: Mapping[State, int]
    energy: Decimal = Decimal(0)
    amounts: Mapping[Kind, Decimal] = {}
    failures: int = 0

    @property
    def calendar(self) -> int:
        """All of the time, ns."""
        return sum(self.times.values())

    @property
    def planned_time(self) -> int:
        """The planned time, ns."""
        return sum(self.planned.values())

    @property
    def total(self) -> Decimal:
        """All of the money."""
        return sum(self.amounts.values(), Decimal(0))

    @property
    def utilisation(self) -> float | None:
        """Running, of the calendar."""
        return _part(self.times["running"], self.calendar)

    @property
    def planned_utilisation(self) -> float | None:
        """Running within planned hours, of those; None where nothing was planned."""
        return _part(self.planned["running"], self.planned_time)

    @property
    def availability(self) -> float | None:
        """Up, of up and down; None where it was neither."""
        up = self.times["running"] + self.times["idle"]
        return _part(up, up + self.times["fault"])

    @property
    def mtbf(self) -> float | None:
        """Running hours by failures; None without a failure."""
        return self.times["running"] / HOUR / self.failures if self.failures else None

    @property
    def mttr(self) -> float | None:
        """Hours at fault by failures; None without a failure."""
        return self.times["fault"] / HOUR / self.failures if self.failures else None


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def rows(month: Month, by: By) -> list[Row]:
    """A line for each of them, in the order of the configuration."""
    if by == "cost-centre":
        return _of_centres(month.accounts)
    names: dict[str, list[Account]] = {}
    for one in month.accounts:
        names.setdefault(one.item.name if by == "instrument" else one.item.room, []).append(one)
    return [
        _row(name, _title(some, by), [cell for one in some for cell in one.cells], _failed(some))
        for name, some in names.items()
    ]


def total(found: Iterable[Row]) -> Row:
    """All lines as one, called nothing."""
    found = list(found)
    return Row(
        name="",
        times={state: sum(row.times[state] for row in found) for state in STATES},
        planned={state: sum(row.planned[state] for row in found) for state in STATES},
        energy=sum((row.energy for row in found), Decimal(0)),
        amounts={
            kind: sum((row.amounts.get(kind, Decimal(0)) for row in found), Decimal(0))
            for kind in KINDS
        },
        failures=sum(row.failures for row in found),
    )


def _of_centres(accounts: Sequence[Account]) -> list[Row]:
    cells: dict[str, list[Cell]] = {}
    for one in accounts:
        for cell in one.cells:
            cells.setdefault(cell.centre, []).append(cell)
    return [
        _row(name, "", some, _failed(one for one in accounts if one.item.centre == name))
        for name, some in sorted(cells.items())
    ]


def _title(some: Sequence[Account], by: By) -> str:
    return some[0].item.title if by == "instrument" else ""


def _failed(some: Iterable[Account]) -> int:
    return sum(one.failures for one in some)


def _row(name: str, title: str, cells: Sequence[Cell], failed: int) -> Row:
    return Row(
        name=name,
        title=title,
        times={state: sum(cell.times[state] for cell in cells) for state in STATES},
        planned={state: sum(cell.planned[state] for cell in cells) for state in STATES},
        energy=sum((cell.energy for cell in cells), Decimal(0)),
        amounts=_money(cells),
        failures=failed,
    )


def _money(cells: Iterable[Cell]) -> dict[Kind, Decimal]:
    found = dict.fromkeys(KINDS, Decimal(0))
    for cell in cells:
        for kind, amount in cell.amounts.items():
            found[kind] += amount
    return found


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What one cost centre pays of one kind for one instrument; ``quantity`` as it is told."""

    account: Account
    centre: str
    kind: Kind
    quantity: Decimal
    amount: Decimal


def entries(month: Month) -> Iterator[Entry]:
    """Every one that is not nothing, by cost centre."""
    keys = sorted({(cell.centre, n) for n, one in enumerate(month.accounts) for cell in one.cells})
    for centre, number in keys:
        one = month.accounts[number]
        cells = [cell for cell in one.cells if cell.centre == centre]
        for kind in KINDS:
            amount = sum((cell.amounts.get(kind, Decimal(0)) for cell in cells), Decimal(0))
            quantity = sum((cell.quantities.get(kind, Decimal(0)) for cell in cells), Decimal(0))
            if amount or (kind == "energy" and quantity):
                yield Entry(
                    account=one,
                    centre=centre,
                    kind=kind,
                    quantity=rounded(quantity, DIGITS[kind]),
                    amount=amount,
                )
