"""One destination at several addresses: the first of them that serves, in order of preference."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar

from daq.deliver.guard import guarded
from daq.deliver.place import Place
from daq.deliver.present import Present
from daq.deliver.settings import FailoverSettings
from daq.deliver.sink import (
    Beat,
    Outcome,
    Sink,
    SinkError,
    SinkMisconfiguredError,
    SinkSwitchError,
    SinkUnavailableError,
)
from daq.deliver.source import EventTaker
from daq.journal import kinds
from daq.journal.entry import Entry

log = logging.getLogger(__name__)
T = TypeVar("T")

CLOSE_LIMIT = 2.0
"""Seconds an address that is given up may take to close."""


class Failover:
    """A sink made of several, one for each address; only one is in use.

    An address that failed is avoided for a while, longer from failure to failure, so that one
    that connects and then takes nothing is not tried again and again; when all have failed all
    are tried. While a less preferred one is in use, those before it are connected to when their
    time has come, beside delivery; once one answers, ``check`` asks for a new connect, which
    goes there. An address is told of when it has taken something.
    """

    def __init__(
        self, events: EventTaker, sinks: Sequence[Sink], settings: FailoverSettings
    ) -> None:
        self._events = events
        self._places = [Place(rank, sink, settings) for rank, sink in enumerate(sinks)]
        self._patience = settings.connect_timeout
        self._clock = asyncio.get_running_loop().time
        self._used: Place | None = None
        self._told = self._places[0]
        self._seeking: asyncio.Task[Place] | None = None

    @property
    def name(self) -> str:
        """The sink's name in the configuration."""
        return self._told.sink.name

    @property
    def retains(self) -> bool:
        """As the sinks it is made of; they differ in nothing but their address."""
        return self._told.sink.retains

    @property
    def address(self) -> str:
        """The address in use; the last one while there is none."""
        return (self._used or self._told).sink.address

    async def connect(self) -> None:
        """Connect to the better address that was found, or to the first that answers.

        Raises:
            SinkMisconfiguredError: not one of them will have us.
            SinkUnavailableError: none can be reached.
        """
        better = self._found()
        if better is not None:
            left, self._seeking = self._used, None
            self._use(better)
            await self._give_up(left)
            return
        await self.close()
        errors: list[SinkUnavailableError] = []
        now = self._clock()
        for place in sorted(self._places, key=lambda place: place.standing(now)):
            error = await self._attempt(place)
            if error is None:
                self._use(place)
                return
            errors.append(error)
        raise _together(errors)

    def check(self) -> None:
        """See whether the address in use is known to be gone, or a better one to be there.

        Raises:
            SinkSwitchError: a better one is connected.
            SinkUnavailableError: the one in use is gone.
        """
        if self._found() is not None:
            raise SinkSwitchError("a better address answers again")
        place = self._in_use()
        try:
            place.sink.check()
        except SinkUnavailableError as error:
            place.failed(self._clock(), error)
            raise

    async def write(
        self, batch: Sequence[Entry], *, historical: bool, newest: Collection[int] = ()
    ) -> Outcome:
        """Write to the address in use; see Sink.

        Raises:
            SinkUnavailableError: it failed; the next connect prefers another one.
        """
        place = self._in_use()
        try:
            outcome = await place.sink.write(batch, historical=historical, newest=newest)
        except SinkMisconfiguredError as error:
            place.failed(self._clock(), error)
            if any(not other.avoided(self._clock()) for other in self._places):
                raise SinkUnavailableError(str(error)) from error  # another may have us: soon
            raise
        except SinkUnavailableError as error:
            place.failed(self._clock(), error)
            raise
        except asyncio.CancelledError:  # it took too long, or we are being stopped
            place.failed(self._clock(), SinkUnavailableError("no answer in time"))
            raise
        self._tell(place)
        return outcome

    async def beat(self, beat: Beat) -> None:
        """Pass a sign of life on to the address in use; see Sink.

        Raises:
            SinkUnavailableError: it failed; the next connect prefers another one.
        """
        await self._by(lambda sink: sink.beat(beat))

    async def show(self, present: Present) -> bool:
        """Show it at the address in use; see Sink.

        Raises:
            SinkUnavailableError: it failed; the next connect prefers another one.
        """
        return await self._by(lambda sink: sink.show(present))

    async def _by(self, work: Callable[[Sink], Awaitable[T]]) -> T:
        place = self._in_use()
        try:
            return await work(place.sink)
        except SinkUnavailableError as error:
            place.failed(self._clock(), error)
            raise

    async def close(self) -> None:
        """Close what is open and look for nothing better; harmless when not connected."""
        seeking, self._seeking = self._seeking, None
        if seeking is not None:
            seeking.cancel()
            await asyncio.wait({seeking})
        self._used = None
        for place in self._places:
            await self._give_up(place)

    def _in_use(self) -> Place:
        if self._used is None:
            raise SinkUnavailableError("not connected")
        return self._used

    def _use(self, place: Place) -> None:
        self._used = place
        place.connected(self._clock())
        if place.rank:
            self._seeking = asyncio.create_task(
                self._seek(self._places[: place.rank]), name=f"seek {self.name}"
            )

    def _found(self) -> Place | None:
        if self._seeking is None or not self._seeking.done():
            return None
        return self._seeking.result()

    async def _seek(self, better: Sequence[Place]) -> Place:
        """Try the better addresses, each when its time has come, until one answers."""
        while True:
            place = min(better, key=lambda place: (place.avoided_until, place.rank))
            await asyncio.sleep(place.avoided_until - self._clock())
            if await self._attempt(place) is None:
                return place

    async def _attempt(self, place: Place) -> SinkUnavailableError | None:
        """Connect to one address; None when it answers."""
        try:
            await guarded(self.name, place.sink.connect(), self._patience)
        except SinkUnavailableError as error:
            await self._give_up(place)
            place.failed(self._clock(), error)
            kind = type(error)
            return kind(f"{place.sink.address}: {error}", retry_after=error.retry_after)
        return None

    async def _give_up(self, place: Place | None) -> None:
        if place is None:
            return
        try:
            await guarded(self.name, place.sink.close(), CLOSE_LIMIT)
        except SinkError as error:
            log.debug("sink %s: while closing: %s", self.name, error)

    def _tell(self, place: Place) -> None:
        """Journal which address is in use when it is another one than before."""
        before, self._told = self._told, place
        if place is before:
            return
        left, address, worse = before.sink.address, place.sink.address, place.rank > before.rank
        reason = f"{left}: {before.trouble}" if worse else "preferred, and answers again"
        self._events.append_event(
            kinds.SINK_SWITCHED.name,
            self.name,
            f"sink {self.name} now delivers to {address} ({reason})",
            severity="warning" if worse else "info",
            data={"from": left, "to": address, "reason": reason},
        )


def _together(errors: Sequence[SinkUnavailableError]) -> SinkUnavailableError:
    """One error for all addresses; misconfigured only if waiting helps with none of them."""
    text = "; ".join(map(str, errors))
    if all(isinstance(error, SinkMisconfiguredError) for error in errors):
        return SinkMisconfiguredError(text)
    waits = [error.retry_after for error in errors if error.retry_after is not None]
    return SinkUnavailableError(text, retry_after=min(waits, default=None))
