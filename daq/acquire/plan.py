"""How long a bus needs for what is asked of it, before anything is connected. Pure.

An exchange takes the transmission of its characters, the pause its driver states (turnaround of
the device, delays it demands), the silence of the line before each request, and a round trip
that stands for what the plan cannot know: the network, the adapter, the operating system.
"""

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from drivers.driver import Exchange

TCP_ROUND_TRIP = 0.02
"""Seconds assumed for network and device behind a TCP address; meters and terminal servers in a
laboratory network answer within 5 to 30 ms."""

SERIAL_ROUND_TRIP = 0.002
"""Seconds assumed for timers and adapter on a serial line. A USB adapter whose latency timer is
left at 16 ms needs more than this for each reply."""

HEAVY = 0.8
"""Load above which a schedule is warned about: no room is left for retries and back-off."""

IMPOSSIBLE = 1.0
"""Load above which a schedule cannot be met."""

Verdict: TypeAlias = Literal["ok", "heavy", "impossible"]


class GroupDemand(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan group asks of its bus: ``exchanges`` every ``interval`` seconds."""

    instrument: str
    group: str
    interval: float
    channels: int
    exchanges: tuple[Exchange, ...]

    @property
    def name(self) -> str:
        """Instrument and group, as keys are written."""
        return f"{self.instrument}.{self.group}"


class BusDemand(msgspec.Struct, frozen=True, kw_only=True):
    """A bus and its groups; seconds per ``character`` (0 on TCP), ``silence`` before a request."""

    name: str
    character: float = 0.0
    silence: float = 0.0
    round_trip: float = TCP_ROUND_TRIP
    groups: tuple[GroupDemand, ...] = ()

    def seconds(self, exchange: Exchange) -> float:
        """How long one exchange occupies the line."""
        transmission = (exchange.sent + exchange.received) * self.character
        return transmission + exchange.pause + self.silence + self.round_trip


class GroupPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A group's share: ``requests`` and ``seconds`` per scan, ``load`` = seconds / interval."""

    instrument: str
    group: str
    interval: float
    channels: int
    requests: int
    seconds: float
    load: float


class BusPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A bus: ``requests`` and ``seconds`` for one scan of every group, the ``load`` of the line.

    ``load`` is the share of time the line is occupied (1.0 = always); ``impossible`` is said of
    serial lines alone, whose times are known. ``stretch`` is the factor
    by which all intervals must grow to fit, 1.0 when they do. ``remarks`` say what is wrong, in
    sentences; the first belongs to the verdict.
    """

    bus: str
    requests: int
    seconds: float
    load: float
    verdict: Verdict
    stretch: float
    remarks: tuple[str, ...]
    groups: tuple[GroupPlan, ...]


class PlanReport(msgspec.Struct, frozen=True):
    """The plan of every bus, as ``daq check`` shows it."""

    buses: tuple[BusPlan, ...]

    @property
    def errors(self) -> tuple[str, ...]:
        """Why the schedule cannot be met; empty when it can."""
        return tuple(bus.remarks[0] for bus in self.buses if bus.verdict == "impossible")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What will make scans late now and then."""
        remarks = (r for bus in self.buses for r in bus.remarks)
        return tuple(remark for remark in remarks if remark not in self.errors)


def plan(buses: Sequence[BusDemand]) -> PlanReport:
    """Work out the load of each bus."""
    return PlanReport(tuple(map(_plan_bus, buses)))


def _plan_bus(bus: BusDemand) -> BusPlan:
    groups = tuple(_plan_group(bus, group) for group in bus.groups)
    load = math.fsum(group.load for group in groups)
    verdict = _verdict(bus, load)
    stretch = 1.0 if verdict == "ok" else _round_up(load / HEAVY)
    return BusPlan(
        bus=bus.name,
        requests=sum(group.requests for group in groups),
        seconds=math.fsum(group.seconds for group in groups),
        load=load,
        verdict=verdict,
        stretch=stretch,
        remarks=(*_overload(bus, load, stretch), *_blocking(bus.name, groups)),
        groups=groups,
    )


def _verdict(bus: BusDemand, load: float) -> Verdict:
    """On TCP the round trip is an assumption, and nothing is forbidden on an assumption."""
    if load <= HEAVY:
        return "ok"
    return "impossible" if load > IMPOSSIBLE and bus.character > 0 else "heavy"


def _plan_group(bus: BusDemand, group: GroupDemand) -> GroupPlan:
    seconds = math.fsum(map(bus.seconds, group.exchanges))
    return GroupPlan(
        instrument=group.instrument,
        group=group.group,
        interval=group.interval,
        channels=group.channels,
        requests=len(group.exchanges),
        seconds=seconds,
        load=seconds / group.interval,
    )


def _overload(bus: BusDemand, load: float, stretch: float) -> list[str]:
    if load <= HEAVY:
        return []
    what = "leaves no room for retries" if load <= IMPOSSIBLE else "cannot be met"
    if bus.character == 0:
        what += f" if a round trip takes {bus.round_trip * 1000:g} ms"
    remark = (
        f"bus {bus.name}: load {load:.0%}, the schedule {what}; intervals {stretch:g} times as "
        f"long would fit ({_longer(bus.groups, stretch)}), or fewer channels"
    )
    return [remark]


def _longer(groups: Sequence[GroupDemand], stretch: float) -> str:
    """The first few groups with the intervals that would fit."""
    shown = [f"{g.name} {g.interval:g} s -> {g.interval * stretch:g} s" for g in groups[:3]]
    more = [f"{len(groups) - 3} more"] if groups[3:] else []
    return ", ".join(shown + more)


def _blocking(bus: str, groups: Sequence[GroupPlan]) -> list[str]:
    """A long scan makes a more frequent one skip ticks, however low the load."""
    if not groups:
        return []
    slow, fast = max(groups, key=_seconds), min(groups, key=_interval)
    if slow is fast or slow.seconds <= fast.interval:
        return []
    remark = (
        f"bus {bus}: {slow.instrument}.{slow.group} occupies the line for {slow.seconds:.2g} s, "
        f"so that {fast.instrument}.{fast.group} ({fast.interval:g} s) skips scans; "
        "split it into smaller groups or put it on a bus of its own"
    )
    return [remark]


def _round_up(factor: float) -> float:
    """Two significant digits are enough, as long as the result still fits."""
    digits = 10.0 ** (1 - math.floor(math.log10(factor)))
    return math.ceil(factor * digits) / digits


def _seconds(group: GroupPlan) -> float:
    return group.seconds


def _interval(group: GroupPlan) -> float:
    return group.interval
