"""In which state an instrument was, moment by moment: what is best known of each. Pure."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from daq.runs.run import Run
from daq.usage.happened import Happened
from daq.usage.judge import Found
from daq.usage.plan import Item, State
from daq.usage.stretches import Set, Stretch, both, length, union, without


class Lasting(msgspec.Struct, frozen=True):
    """A state from ``start`` to before ``end``, ns since 1970 UTC."""

    start: int
    end: int
    state: State


def timeline(
    item: Item,
    found: Mapping[State, Found],
    happened: Happened,
    period: Stretch,
    seen: Sequence[Stretch],
    fault_after: int,
) -> tuple[Lasting, ...]:
    """The states of a period, one after the other, without a gap between them.

    ``found`` is what the item's rules say, ``seen`` when there was anybody to see. In order: what
    nobody saw is unknown; then a fault, off, running; idle is what else was seen; the rest is
    unknown. Neighbours differ.
    """
    nothing = Found()
    troubled, silent = _troubles(item, happened, fault_after)
    blind = union([*without((period,), seen), *happened.away])
    order: tuple[tuple[State, Set], ...] = (
        ("unknown", blind),
        ("fault", union([*troubled, *found.get("fault", nothing).held])),
        ("off", union([*silent, *found.get("off", nothing).held])),
        ("running", found.get("running", nothing).held),
        ("idle", found.get("running", nothing).known),
        ("unknown", (period,)),
    )
    rest: Set = (period,)
    lasting: list[Lasting] = []
    for state, stretches in order:
        lasting += [Lasting(start, end, state) for start, end in both(rest, stretches)]
        rest = without(rest, stretches)
    return tuple(_joined(sorted(lasting, key=lambda one: one.start)))


def _troubles(item: Item, happened: Happened, least: int) -> tuple[Set, Set]:
    """When it was at fault, and when it was silent because it was off."""
    if not item.instrument:
        return (), ()
    loud = happened.of(item.name, item.bus, quiet=False, least=least)
    quiet = happened.of(item.name, item.bus, quiet=True, least=least)
    return (loud, quiet) if item.off_when_silent else (union([*loud, *quiet]), ())


def _joined(lasting: Iterable[Lasting]) -> list[Lasting]:
    found: list[Lasting] = []
    for one in lasting:
        if found and found[-1].state == one.state:
            found[-1] = Lasting(found[-1].start, one.end, one.state)
        else:
            found.append(one)
    return found


def clipped(lasting: Iterable[Lasting], period: Stretch) -> tuple[Lasting, ...]:
    """What of it is within a period."""
    return tuple(
        Lasting(max(one.start, period[0]), min(one.end, period[1]), one.state)
        for one in lasting
        if one.start < period[1] and period[0] < one.end
    )


def of_state(lasting: Iterable[Lasting], state: State) -> Set:
    """When it was in a state."""
    return tuple((one.start, one.end) for one in lasting if one.state == state)


def failures(lasting: Iterable[Lasting], period: Stretch) -> int:
    """How often it failed in a period: was at fault when it had not been when last seen."""
    count, before = 0, None
    for one in lasting:
        if one.state == "fault" and before not in (None, "fault") and _begins(one, period):
            count += 1
        if one.state != "unknown":
            before = one.state
    return count


def _begins(one: Lasting, period: Stretch) -> bool:
    return period[0] <= one.start < period[1]


def run_stretch(run: Run, now: int) -> Stretch:
    """From its begin to its end, or to ``now``."""
    return run.begun, run.ended or max(now, run.begun)


def running_with(runs: Iterable[Run], item: Item, period: Stretch) -> Found:
    """When runs with an item went on and did not rest; that is always known."""
    going: list[Stretch] = []
    for run in runs:
        if item.takes_part(run.instruments):
            whole = run_stretch(run, period[1])
            rests = union((one.begin, one.end or whole[1]) for one in run.pauses)
            going += without((whole,), rests)
    return Found(both(union(going), (period,)), (period,))


def hours(lasting: Iterable[Lasting], within: Sequence[Stretch]) -> dict[State, int]:
    """The ns of each state within a set of moments."""
    found: dict[State, int] = {}
    for one in lasting:
        part = length(both(within, ((one.start, one.end),)))
        found[one.state] = found.get(one.state, 0) + part
    return found
