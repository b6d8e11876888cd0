"""Says what a profile says and hears the replies, with the rests in between."""

import asyncio
from collections.abc import Mapping

import msgspec

from drivers.errors import ReplyTimeoutError
from drivers.text.reply import ReplyFinder
from drivers.text.request import Request
from drivers.text.shape import Answer, silent
from drivers.transport.link import Link


class Dialogue:
    """Exchanges with one instrument.

    ``in_step`` tells whether the next reply can only belong to the next request: false from the
    moment something is asked until it is answered.
    """

    def __init__(self) -> None:
        self.in_step = True
        self._resting_until = 0.0

    async def exchange(self, link: Link, request: Request, *, skip: bool = False) -> Answer:
        """Ask, after the steps that lead to it; a step answered by a status ends it.

        With ``skip`` other replies are passed over until the right one comes.

        Raises:
            DriverError: no reply, or not this one.
        """
        self.in_step = False
        fields: dict[str, str | None] = {}
        for step in request.before:
            answer = await self._step(link, step, skip=skip)
            fields.update(answer.fields)
            if answer.status is not None:
                self.in_step = True
                return answer
        try:
            answer = await self._step(link, request, skip=skip)
        except ReplyTimeoutError:
            if request.silence is None:
                raise
            return silent(request.silence, link.clock())
        self.in_step = True
        return _with(answer, fields) if fields else answer

    async def send(self, link: Link, request: Request, *, regardless: bool = False) -> None:
        """Say something that has no reply; ``regardless`` of an instrument that does not cease.

        Raises:
            TransportError: the line is lost, or does not fall silent after an earlier failure.
        """
        await self._rest()
        await link.send(request.data, regardless=regardless)
        self._rest_for(request.rest)

    async def _step(self, link: Link, request: Request, *, skip: bool) -> Answer:
        await self._rest()
        finder = ReplyFinder(request, skip=skip)
        reply = await link.exchange(request.data, finder, timeout=_patience(request, link))
        self._rest_for(request.rest)
        if request.settle:
            await link.drain(request.settle)
        assert finder.answer is not None  # noqa: S101 - there is no reply without
        return msgspec.structs.replace(finder.answer, time=reply.time)

    def _rest_for(self, delay: float) -> None:
        self._resting_until = asyncio.get_running_loop().time() + delay

    async def _rest(self) -> None:
        left = self._resting_until - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)


def _with(answer: Answer, fields: Mapping[str, str | None]) -> Answer:
    return msgspec.structs.replace(answer, fields={**fields, **answer.fields})


def _patience(request: Request, link: Link) -> float | None:
    """The bus's time-out, longer where the query is known to need it."""
    return None if request.timeout is None else max(request.timeout, link.settings.timeout)
