"""One HTTP/1.1 connection that is kept open between requests: h11 on an asyncio stream.

Small on purpose: no redirects (a token must not follow one), no cookies, no proxies. The whole
of a request has one deadline, whoever calls sets it.
"""

import asyncio
from collections.abc import Sequence
from ssl import SSLContext
from typing import TypeAlias

import h11
import msgspec

LONGEST_ANSWER = 64 * 1024
"""Bytes of an answer that are read; the connection of a longer one is closed."""

LONGEST_HEAD = 32 * 1024
"""Bytes the head of an answer may have."""

_CHUNK = 65_536

Headers: TypeAlias = Sequence[tuple[str, str]]


class Response(msgspec.Struct, frozen=True):
    """An answer: the body is cut at ``LONGEST_ANSWER``; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class HttpConnection:
    """Requests to one server, one at a time. ``context`` makes it TLS."""

    def __init__(self, host: str, port: int, context: SSLContext | None) -> None:
        self._host, self._port, self._context = host, port, context
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._state = h11.Connection(h11.CLIENT)

    async def post(self, target: str, headers: Headers, body: bytes) -> Response:
        """Post a body; connects when there is no connection.

        Raises:
            OSError: the server cannot be reached, or the connection broke.
            h11.RemoteProtocolError: what it answers is not HTTP, or too long.
        """
        kept = self._stream is not None
        try:
            return await self._post(target, headers, body)
        except ConnectionError:
            if not kept:
                raise
        # The server had closed the connection it promised to keep: a write may be repeated.
        return await self._post(target, headers, body)

    def close(self) -> None:
        """Drop the connection; harmless when there is none."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream[1].transport.abort()

    async def _post(self, target: str, headers: Headers, body: bytes) -> Response:
        try:
            await self._send(target, headers, body)
            response = await self._receive()
        finally:
            # Only after a whole answer can the connection be used again.
            if self._state.our_state is not h11.DONE or self._state.their_state is not h11.DONE:
                self.close()
        if self._stream is not None:
            self._state.start_next_cycle()
        return response

    async def _send(self, target: str, headers: Headers, body: bytes) -> None:
        if self._stream is None:
            self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
            self._stream = await asyncio.open_connection(
                self._host, self._port, ssl=self._context, limit=_CHUNK
            )
        host = f"[{self._host}]" if ":" in self._host else self._host
        always = [("Host", f"{host}:{self._port}"), ("Content-Length", str(len(body)))]
        encoded = [(name.encode(), value.encode()) for name, value in (*always, *headers)]
        request = h11.Request(method="POST", target=target, headers=encoded)
        writer = self._stream[1]
        parts = (request, h11.Data(data=body), h11.EndOfMessage())
        writer.writelines([self._state.send(part) or b"" for part in parts])
        await writer.drain()

    async def _receive(self) -> Response:
        head: h11.Response | None = None
        body = bytearray()
        while not isinstance(event := await self._next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > LONGEST_ANSWER:
                    break
        assert head is not None  # noqa: S101 - h11 gives it before any data or end
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        return Response(head.status_code, headers, bytes(body[:LONGEST_ANSWER]))

    async def _next_event(self) -> h11.Event:
        assert self._stream is not None  # noqa: S101 - a request was just sent over it
        while (event := self._state.next_event()) is h11.NEED_DATA:
            data = await self._stream[0].read(_CHUNK)
            if not data and not self._state.trailing_data[0] and _nothing_yet(self._state):
                raise ConnectionResetError("closed without an answer")
            self._state.receive_data(data)
        if isinstance(event, type):  # PAUSED, the only other one: we never ask for that
            raise ConnectionResetError("the server switched protocols")
        return event


def _nothing_yet(state: h11.Connection) -> bool:
    return state.their_state is h11.SEND_RESPONSE
