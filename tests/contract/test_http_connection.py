"""The thin HTTP connection against servers that answer well, oddly, or not at all."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import h11
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daq.deliver.http_connection import LONGEST_ANSWER, HttpConnection, Response

pytestmark = pytest.mark.both_loops

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LIMIT = 20.0


@asynccontextmanager
async def served(serve: Serve) -> AsyncGenerator[HttpConnection]:
    """A connection to a server whose every connection runs ``serve``."""

    handlers: set[asyncio.Task[None] | None] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.add(asyncio.current_task())
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client left
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    connection = HttpConnection("127.0.0.1", server.sockets[0].getsockname()[1], None)
    try:
        yield connection
    finally:
        connection.close()
        server.close()
        await server.wait_closed()
        await asyncio.wait([task for task in handlers if task], timeout=LIMIT)


async def request_of(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Head and body of a request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    (length,) = [int(x.split(":")[1]) for x in head.lower().split("\r\n") if "content-length" in x]
    return head, await reader.readexactly(length)


async def ask(connection: HttpConnection, body: bytes = b"x v=1 1") -> Response:
    async with asyncio.timeout(LIMIT):
        return await connection.post("/write?db=lab", [("Authorization", "Token t")], body)


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nwrong", 400, b"wrong"),
        (b"HTTP/1.1 400 B\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400, b"abc"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.0 503 Busy\r\nRetry-After: 7\r\n\r\ntry again", 503, b"try again"),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
            302,
            b"",
        ),
    ],
)
async def test_an_answer_is_read_whole_however_it_ends(
    answer: bytes, status: int, body: bytes
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, sent = await request_of(reader)
        assert head.startswith("POST /write?db=lab HTTP/1.1\r\n")
        assert "authorization: token t" in head.lower()
        assert sent == b"x v=1 1"
        for at in range(len(answer)):
            writer.write(answer[at : at + 1])
            await writer.drain()

    async with served(serve) as connection:
        response = await ask(connection)
    assert (response.status, response.body) == (status, body)


async def test_one_connection_serves_many_requests() -> None:
    connections: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        while True:
            await request_of(reader)
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    async with served(serve) as connection:
        for _ in range(5):
            assert (await ask(connection)).status == 204
    assert len(connections) == 1


async def test_a_connection_the_server_closed_is_made_anew_and_the_request_repeated_once() -> None:
    bodies: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, body = await request_of(reader)
        bodies.append(body)
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")  # promises to keep it open, and leaves
        await writer.drain()

    async with served(serve) as connection:
        for number in range(4):
            assert (await ask(connection, b"%d" % number)).status == 204
    assert bodies == [b"0", b"1", b"2", b"3"]


async def test_a_server_that_only_hangs_up_is_not_asked_for_ever() -> None:
    asked: list[int] = []

    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await request_of(reader)
        asked.append(1)

    async with served(serve) as connection:
        with pytest.raises(ConnectionError):
            await ask(connection)
    assert len(asked) == 1


async def test_after_a_cancelled_request_the_next_gets_its_own_answer() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            _, body = await request_of(reader)
            if body == b"slow":
                await asyncio.sleep(0.05)
            writer.write(b"HTTP/1.1 400 B\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    async with served(serve) as connection:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await connection.post("/", [], b"slow")
        assert (await ask(connection, b"next")).body == b"next"


async def test_a_body_without_end_is_cut_and_a_head_without_end_is_refused() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, body = await request_of(reader)
        writer.write(b"HTTP/1.1 500 E\r\n" + (b"\r\n" if body == b"body" else b"X-Pad: "))
        while True:
            writer.write(b"y" * 10_000)
            await writer.drain()

    async with served(flood) as connection:
        response = await ask(connection, b"body")
        assert (response.status, len(response.body)) == (500, LONGEST_ANSWER)
        with pytest.raises(h11.RemoteProtocolError):
            await ask(connection, b"head")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=100).map(lambda tail: b"HTTP/1.1 " + tail),
        st.binary(max_size=100).map(lambda tail: b"HTTP/1.1 400 Bad\r\n" + tail),
        st.binary(max_size=100).map(
            lambda tail: b"HTTP/1.1 400 B\r\nTransfer-Encoding: chunked\r\n\r\n" + tail
        ),
    )
)
def test_any_bytes_are_an_answer_or_a_known_error(answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(answer)
        await writer.drain()

    async def run() -> None:
        async with served(serve) as connection:
            try:
                response = await ask(connection)
            except (OSError, h11.RemoteProtocolError):
                return
            assert 200 <= response.status <= 999

    asyncio.run(run())
