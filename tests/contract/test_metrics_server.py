"""The page Prometheus reads, over real sockets."""

import asyncio
import contextlib
import http.client
import logging
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from prometheus_client.parser import text_string_to_metric_families

from daq.control.status import DaemonStatus
from daq.metrics import server
from daq.metrics.server import MetricsServer
from tests.servers.process import free_port
from tests.status_samples import large

pytestmark = pytest.mark.both_loops

WAIT = 30.0


async def take() -> DaemonStatus:
    return large(2)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WAIT):
        while not await holds():  # noqa: ASYNC110 - the server sets no event of ours
            await asyncio.sleep(0.01)


async def answers(port: int) -> bool:
    try:
        return (await raw(port, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")).endswith(b"ok\n")
    except ConnectionRefusedError:
        return False


@asynccontextmanager
async def serving() -> AsyncGenerator[int]:
    port = free_port()
    task = asyncio.create_task(MetricsServer("127.0.0.1", port, take).run())
    try:
        await until(lambda: answers(port))
        yield port
    finally:
        task.cancel()
        await asyncio.wait([task])


def ask(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    with contextlib.closing(client):
        client.request(method, path)
        answer = client.getresponse()
        return answer.status, dict(answer.headers), answer.read().decode()


async def raw(port: int, request: bytes) -> bytes:
    async with asyncio.timeout(WAIT):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        with contextlib.suppress(ConnectionResetError):
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer
        return b"reset"


async def test_it_answers_as_prometheus_expects() -> None:
    async with serving() as port:
        status, headers, page = await asyncio.to_thread(ask, port, "/metrics")
        assert status == 200
        assert headers["Content-Type"].startswith("text/plain; version=")
        names = {family.name for family in text_string_to_metric_families(page)}
        assert {"lab_daq_instrument_up", "process_open_fds"} <= names
        assert (await asyncio.to_thread(ask, port, "/healthz"))[2] == "ok\n"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/metrics/", 404),
        ("POST", "/metrics", 405),
        ("HEAD", "/metrics", 200),
    ],
)
async def test_there_is_nothing_else(method: str, path: str, status: int) -> None:
    async with serving() as port:
        assert (await asyncio.to_thread(ask, port, path, method))[0] == status


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"\r\n" * 1000 + b"nonsense\r\n\r\n",
    ],
)
async def test_what_is_no_decent_request_is_refused_and_not_logged(
    request_head: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as port:
        answer = await raw(port, request_head)
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400", b"reset"))
        assert (await asyncio.to_thread(ask, port, "/healthz"))[0] == 200
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


async def test_who_says_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LIFE", 0.2)
    async with serving() as port:
        assert await raw(port, b"GET /metrics HT") in (b"", b"reset")


async def test_a_crowd_is_turned_away_and_goes_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTIONS", 3)
    async with serving() as port:
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        assert not await answers(port)
        for _, writer in idle:
            writer.close()
            await writer.wait_closed()
        await until(lambda: answers(port))


async def test_an_address_in_use_is_said_once_and_taken_when_it_is_free(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def said() -> bool:
        return f"cannot listen on 127.0.0.1:{port}" in caplog.text

    monkeypatch.setattr(server, "RETRY", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        task = asyncio.create_task(MetricsServer("127.0.0.1", port, take).run())
        await until(said)
        await asyncio.sleep(0.1)
    try:
        await until(lambda: answers(port))
    finally:
        task.cancel()
        await asyncio.wait([task])
    assert caplog.text.count("cannot listen on") == 1
