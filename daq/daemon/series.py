"""Answers the commands of the control socket about series."""

from collections.abc import Callable

from msgspec.structs import replace

from daq.control.series import (
    SeriesDone,
    SeriesSampleRequest,
    SeriesStrikeRequest,
    SeriesTakeRequest,
)
from daq.control.server import Commands, RefusedError, command
from daq.series.desk import Desk
from daq.series.errors import SeriesError
from daq.series.follower import Follower
from daq.series.happening import Happening
from daq.series.measured import RunSeries

LONGEST = 25.0
"""Seconds a reading is waited for, at most: who asks waits no longer."""

SLACK = 3.0
"""Seconds beyond two intervals of the instrument."""


class SeriesCommands:
    """The series of the follower, for who asks on the socket.

    ``interval`` gives the seconds between two readings of a channel of an instrument.
    """

    def __init__(self, follower: Follower, interval: Callable[[str, str], float]) -> None:
        self._follower, self._interval = follower, interval

    async def take(self, request: SeriesTakeRequest) -> SeriesDone:
        """Fill the next line; where the key of the instrument does, name its sample.

        Raises:
            RefusedError: it is not complete, or cannot be done.
        """
        _need(request.by, "who says so")
        try:
            one = self._follower.desk.going(self._meant(request.run))
            if request.sample.strip() and self._follower.desk.is_keyed(one):
                return await self.sample(
                    SeriesSampleRequest(run=one.run, sample=request.sample, by=request.by)
                )
            within = min(2 * self._interval(one.instrument, one.method.channel) + SLACK, LONGEST)
            after, durable = await self._follower.take(
                one.run, sample=request.sample.strip(), by=request.by.strip(), within=within
            )
        except SeriesError as error:
            raise RefusedError(str(error)) from error
        told = _done(after, durable=durable)
        if after.refused is not None:
            return replace(told, refused=after.refused.why)
        line = after.lines[-1]
        said = after.assessed(line).statement
        return replace(told, line=line.number, text=after.shown(line), statement=said)

    async def sample(self, request: SeriesSampleRequest) -> SeriesDone:
        """Name the next sample.

        Raises:
            RefusedError: it is not complete, or cannot be done.
        """
        name = request.sample.strip()
        return await self._ask(
            request.by,
            request.run,
            lambda desk, run, time: desk.name(run, time, sample=name, by=request.by.strip()),
        )

    async def strike(self, request: SeriesStrikeRequest) -> SeriesDone:
        """Strike out a line.

        Raises:
            RefusedError: it is not complete, or cannot be done.
        """
        _need(request.reason, "why the line is struck out")
        return await self._ask(
            request.by,
            request.run,
            lambda desk, run, time: desk.strike(
                run, time, number=request.line, by=request.by.strip(), why=request.reason.strip()
            ),
        )

    def _meant(self, run: str) -> str:
        """The only series that goes on, where none is named."""
        self._follower.check_ready()
        going = [one.run for one in self._follower.desk.series.values() if one.open]
        if run or not going:
            return run
        if len(going) > 1:
            raise SeriesError(f"say which run is meant: {', '.join(going)} have a series")
        return going[0]

    async def _ask(
        self, by: str, run: str, decide: Callable[[Desk, str, int], list[Happening]]
    ) -> SeriesDone:
        _need(by, "who says so")
        try:
            meant = self._meant(run)
            one, durable = await self._follower.ask(lambda desk, now: decide(desk, meant, now))
        except SeriesError as error:
            raise RefusedError(str(error)) from error
        return _done(one, durable=durable)


def commands(series: SeriesCommands) -> Commands:
    """All of them."""
    return {
        **command(SeriesTakeRequest, series.take),
        **command(SeriesSampleRequest, series.sample),
        **command(SeriesStrikeRequest, series.strike),
    }


def _done(one: RunSeries, *, durable: bool) -> SeriesDone:
    return SeriesDone(
        run=one.run,
        next=one.next,
        count=one.method.count,
        verdict="" if one.judgement is None else one.judgement.statement,
        durable=durable,
    )


def _need(text: str, what: str) -> None:
    if not text.strip():
        raise RefusedError(f"{what} is missing")
