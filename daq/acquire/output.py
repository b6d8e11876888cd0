"""Coils of one unit that are set between scans: an owner of transactions beside the instruments.

It says when it is due, as an instrument does, so that a bus has one master still: its poller.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from daq.backoff import Backoff
from drivers.errors import DriverError, TransportError
from drivers.transport.link import Link
from drivers.transport.reply import Settings

RENEW = 60.0
"""Seconds after which coils are written again: a unit that was switched off has forgotten them."""


class Unit(Protocol):
    """What has coils."""

    async def write(self, link: Link, address: int, *, on: bool) -> None:
        """Switch a coil; a TransportError when the line is lost, else another DriverError."""
        ...

    def cost(self, line: Settings) -> float:
        """Seconds a write takes the line for if there is no reply."""
        ...


class Output:
    """Keeps coils as they are wanted: writes what differs, and all of it now and then.

    ``told`` is called with the error, or None, after every attempt: what fails is tried again
    with a back-off, what succeeds is the state of the unit. ``flash`` is the period in seconds in
    which coils that are to flash go on and off.
    """

    def __init__(
        self,
        name: str,
        unit: Unit,
        told: Callable[[DriverError | None], None],
        *,
        flash: float = 0.0,
        retry_limit: float = 30.0,
        renew: float = RENEW,
    ) -> None:
        self.name = name
        self._link: Link | None = None
        self._unit, self._told = unit, told
        self._flash, self._renew = flash, renew
        self._clock = asyncio.get_running_loop().time
        self._backoff = Backoff(1.0, retry_limit)
        self._steady: Mapping[int, bool] = {}
        self._flashing: Sequence[int] = ()
        self._written: dict[int, bool] = {}
        self._retry_at = 0.0
        self._renew_at = 0.0

    def want(self, steady: Mapping[int, bool], flashing: Sequence[int] = ()) -> None:
        """Which coils are to be on and off from now on, and which of them in turns."""
        self._steady, self._flashing = dict(steady), tuple(flashing)
        if self._link is not None:
            self._link.stir()

    def attach(self, link: Link | None) -> None:
        """The line that is open, whose rest ends when something is wanted; None for none."""
        self._link = link

    @property
    def due(self) -> float:
        """When the next write is due, on the event loop's clock."""
        now = self._clock()
        if self._differing(now) is not None:
            return max(self._retry_at, 0.0)
        turn = self._next_turn(now) if self._flashing else self._renew_at
        return max(self._retry_at, min(turn, self._renew_at))

    def cost(self, line: Settings) -> float:
        """Seconds the next write takes the line for if there is no reply."""
        return self._unit.cost(line)

    @property
    def doubtful(self) -> bool:
        """Whether the last write failed."""
        return self._retry_at > 0

    async def step(self, link: Link) -> bool:
        """Write one coil; False when the unit does not do it.

        Raises:
            TransportError: the bus is lost.
        """
        now = self._clock()
        if now >= self._renew_at:
            self._written.clear()
            self._renew_at = now + self._renew
        address = self._differing(now)
        if address is None:
            return True
        on = self._wanted(now)[address]
        self._written.pop(address, None)
        try:
            await self._unit.write(link, address, on=on)
        except TransportError:
            raise
        except DriverError as error:
            self._retry_at = now + self._backoff.next()
            self._told(error)
            return False
        self._written[address] = on
        self._retry_at = 0.0
        self._backoff.reset()
        if self._differing(now) is None:
            self._told(None)
        return True

    def disconnect(self, error: TransportError) -> None:
        """The bus is gone: what the unit does meanwhile is not known."""
        self._written.clear()
        self._retry_at = 0.0
        self._told(error)

    def _differing(self, now: float) -> int | None:
        """A coil that is not known to be as wanted."""
        for address, on in self._wanted(now).items():
            if self._written.get(address) is not on:
                return address
        return None

    def _wanted(self, now: float) -> Mapping[int, bool]:
        """The steady ones first: the horn does not wait for the lamp."""
        lit = self._flash <= 0 or now % self._flash < self._flash / 2
        return {**self._steady, **dict.fromkeys(self._flashing, lit)}

    def _next_turn(self, now: float) -> float:
        half = self._flash / 2
        return (now // half + 1) * half if half > 0 else self._renew_at
