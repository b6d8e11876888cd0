"""Reads the streams of an instrument: takes what has come, or waits for it."""

import asyncio
from collections.abc import Sequence

from drivers.errors import DriverError, ReplyTimeoutError
from drivers.text.ear import Ear
from drivers.text.request import Source
from drivers.text.shape import Answer, silent
from drivers.transport.link import Link


class Listening:
    """The streams of one instrument. ``number`` is the last line's that has come."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._ear = Ear(sources)

    @property
    def number(self) -> int:
        """What has come up to now has a number up to this."""
        return self._ear.number

    async def next(self, link: Link, source: Source, heard: dict[str, int]) -> Answer | DriverError:
        """The next line of a stream: one that is there and not old, or one that is waited for.

        ``heard`` is how far somebody has got in each stream; this moves it on.

        Raises:
            DisconnectedError: the line is lost.
        """
        if link.listener is not self._ear:
            self._ear.restart()
            link.listen(self._ear)
        clock = asyncio.get_running_loop().time
        begin, patience = clock(), 0.0 if source.silence is not None else source.stale
        while (line := self._ear.take(source, heard.get(source.name, 0))) is None:
            if not await link.heard(begin + patience - clock()):
                return self._unheard(link, source, begin)
        heard[source.name] = line.number
        return line.outcome

    async def confirm(self, link: Link) -> None:
        """Hear that the instrument speaks at all, unless its silence is normal.

        Raises:
            DriverError: it does not, or says something else.
        """
        outcomes = [await self.next(link, source, {}) for source in self._sources]
        failures = [outcome for outcome in outcomes if isinstance(outcome, DriverError)]
        if failures and len(failures) == len(outcomes):
            raise failures[0]

    def _unheard(self, link: Link, source: Source, since: float) -> Answer | DriverError:
        if source.silence is not None:
            return silent(source.silence, link.clock())
        nothing = ReplyTimeoutError(f"{source.name}: nothing heard for {source.stale:g} s")
        return self._ear.trouble(since) or nothing
