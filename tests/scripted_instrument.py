"""Instruments that behave as a function of time, for what polls them on virtual time."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from daq.acquire.instrument import PolledGroup, PolledInstrument
from daq.acquire.recorder import Recorder
from daq.acquire.schedule import Ticker
from daq.journal.entry import Series, SeriesKey
from drivers.driver import Exchange, ReadPlan
from drivers.errors import DriverError, ReplyTimeoutError
from drivers.model import Channel, Identity, Sample, Status
from drivers.transport.link import Link

SILENCE = 0.5
"""What a request to a silent instrument costs its bus."""
EXCHANGE = 0.02

Behaviour = Callable[[float], DriverError | None]


class Plan(msgspec.Struct, frozen=True):
    channels: tuple[Channel, ...]
    exchanges: tuple[Exchange, ...] = ()


class Scripted:
    """An instrument whose behaviour is a function of time: an error, or an answer."""

    def __init__(
        self, behaviour: Behaviour, serial_number: str = "S1", status: Status = Status.GOOD
    ) -> None:
        self.behaviour = behaviour
        self.status = status
        self.calls: list[tuple[float, str]] = []
        self._serial_number = serial_number

    def plan(self, channels: Sequence[str]) -> Plan:
        return Plan(tuple(Channel(name=name) for name in channels))

    async def identify(self, link: Link) -> Identity:
        await self._exchange("identify")
        return Identity(serial_number=self._serial_number)

    async def probe(self, link: Link) -> None:
        await self._exchange("probe")

    async def read(self, link: Link, plan: ReadPlan) -> Sample:
        await self._exchange("read")
        count = len(plan.channels)
        return Sample(1, (1.5,) * count, (self.status,) * count)

    async def _exchange(self, what: str) -> None:
        now = asyncio.get_running_loop().time()
        self.calls.append((now, what))
        error = self.behaviour(now)
        await asyncio.sleep(SILENCE if isinstance(error, ReplyTimeoutError) else EXCHANGE)
        if error is not None:
            raise error


def fine(_now: float) -> None:
    return None


def dead(_now: float) -> DriverError:
    return ReplyTimeoutError("no answer")


def silent_between(start: float, end: float) -> Behaviour:
    """Silent for a while, in seconds after the virtual clock's beginning."""
    return lambda now: dead(now) if start <= now - 1000.0 < end else None


def polled(
    name: str, driver: Scripted, notes: Recorder, interval: float = 1.0, serial_number: str = ""
) -> PolledInstrument:
    plan = driver.plan(["a", "b"])
    key = SeriesKey(
        site="lab",
        instrument=name,
        group="all",
        model="m",
        asset="",
        interval=interval,
        channels=plan.channels,
    )
    group = PolledGroup(Series(1, key), plan, Ticker(interval, start=1000.0))
    return PolledInstrument(name, driver, [group], notes, serial_number=serial_number)
