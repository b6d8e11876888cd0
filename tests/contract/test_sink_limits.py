"""What a hostile or broken server may cost a sink: so many bytes, so many seconds, no secret."""

import asyncio
import base64
import gzip
import time
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Literal, cast

import msgspec
import pytest

from daq.deliver.http_connection import LONGEST_ANSWER
from daq.deliver.influx import InfluxSink
from daq.deliver.mqtt import MqttSink
from daq.deliver.mqtt_wire.frames import LARGEST
from daq.deliver.settings import InfluxSettings, MqttSettings
from daq.deliver.sink import SinkMisconfiguredError, SinkUnavailableError
from tests.contract.sink_targets import CLIENTS, Client, scan

PATIENCE = 30.0
CANARY = "canary-4711"

Api = Literal["v1", "v2", "library"]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawServer(msgspec.Struct):
    """A TCP server that says what a test wants: how often it was connected, what it sent."""

    port: int = 0
    connections: int = 0
    sent: int = 0
    heard: bytes = b""

    async def request(self, reader: asyncio.StreamReader) -> None:
        """Take a request: head and a body of the length it says."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or b"0")
        self.heard += head + await reader.readexactly(length)

    async def send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(data)
        await writer.drain()
        self.sent += len(data)


@asynccontextmanager
async def serving(talk: Callable[[RawServer], Talk]) -> AsyncGenerator[RawServer]:
    found = RawServer()
    inner = talk(found)
    talks: list[asyncio.Task[None]] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.connections += 1
        talks.append(cast("asyncio.Task[None]", asyncio.current_task()))
        try:
            await inner(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(PATIENCE):
            yield found
    finally:
        server.close()
        await server.wait_closed()
        if talks:
            await asyncio.wait(talks, timeout=PATIENCE)


def settings_of(port: int, api: Api, **changes: object) -> InfluxSettings:
    secrets = {"user": "daq", "password": CANARY} if api == "v1" else {"token": CANARY}
    base = InfluxSettings(
        url=f"http://127.0.0.1:{port}",
        site="lab",
        api="v1" if api == "v1" else "v2",
        client="influxdb-client" if api == "library" else "direct",
        database="lab",
        bucket="lab",
        timeout=20.0,
    )
    return msgspec.structs.replace(base, **{**secrets, **changes})


@asynccontextmanager
async def influx(port: int, api: Api, **changes: object) -> AsyncGenerator[InfluxSink]:
    sink = InfluxSink("history", settings_of(port, api, **changes))
    try:
        yield sink
    finally:
        await sink.close()


def answering(
    head: bytes, piece: bytes = b"", *, pause: float = 0.0, times: int = 0
) -> Callable[[RawServer], Talk]:
    """A talk: after the request this head, then a piece again and again (0: for ever)."""

    def talk(server: RawServer) -> Talk:
        async def inner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.request(reader)
            await server.send(writer, head)
            count = 0
            while piece and (not times or count < times):
                await server.send(writer, piece)
                await asyncio.sleep(pause)
                count += 1

        return inner

    return talk


every = pytest.mark.parametrize("api", ["v1", "v2", "library"])


@every
async def test_an_answer_without_end_is_read_to_its_limit_and_no_further(api: Api) -> None:
    endless = answering(b"HTTP/1.1 503 Busy\r\n\r\n", b"x" * 65_536)
    async with serving(endless) as server, influx(server.port, api) as sink:
        with pytest.raises(SinkUnavailableError, match="503 Service Unavailable: xxx") as caught:
            await sink.connect()
    assert len(str(caught.value)) < 400
    assert server.sent < 100 * LONGEST_ANSWER, "what the system buffers, and no more"


@every
async def test_nothing_is_unpacked(api: Api) -> None:
    bomb = gzip.compress(bytes(100_000_000), 9)
    head = f"HTTP/1.1 503 Busy\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    packed = answering(head.encode(), bomb, times=1)
    begun = time.process_time()
    async with serving(packed) as server, influx(server.port, api) as sink:
        begun = time.process_time()
        with pytest.raises(SinkUnavailableError, match="503"):
            await sink.connect()
        assert time.process_time() - begun < 5
    assert b"accept-encoding: identity" in server.heard.lower()


@every
@pytest.mark.parametrize("piece", [b"X-More: 1\r\n", b"x" * 4096], ids=["many", "long"])
async def test_headers_without_end_are_no_answer(api: Api, piece: bytes) -> None:
    endless = answering(b"HTTP/1.1 204 No Content\r\nX-Long: ", piece)
    async with serving(endless) as server, influx(server.port, api) as sink:
        with pytest.raises(SinkUnavailableError):
            await sink.connect()
    assert server.sent < 20_000_000


@every
@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 204 No Content\r\nX: ", b"HTTP/1.1 503 Busy\r\nContent-Length: 9999\r\n\r\n"],
    ids=["header", "body"],
)
async def test_a_server_that_dribbles_has_until_the_deadline(api: Api, head: bytes) -> None:
    dribble = answering(head, b"H", pause=0.02)
    async with serving(dribble) as server, influx(server.port, api, timeout=0.5) as sink:
        with pytest.raises(SinkUnavailableError, match="no answer in time"):
            await sink.connect()


@every
async def test_what_is_no_http_is_told_on_one_line(api: Api) -> None:
    async with (
        serving(answering(b"\x1b[2Jno\r\nHTTP\r\n\r\n")) as server,
        influx(server.port, api) as sink,
    ):
        with pytest.raises(SinkUnavailableError) as caught:
            await sink.connect()
    assert str(caught.value).isprintable()
    assert CANARY not in str(caught.value)


@every
@pytest.mark.parametrize("status", [301, 307, 308])
async def test_a_redirect_takes_the_secret_nowhere(api: Api, status: int) -> None:
    async with serving(answering(b"HTTP/1.1 204 No Content\r\n\r\n")) as other:
        head = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{other.port}/write\r\n\r\n"
        async with serving(answering(head.encode())) as server, influx(server.port, api) as sink:
            with pytest.raises(SinkMisconfiguredError, match=str(status)):
                await sink.connect()
    assert b"uthorization" in server.heard
    assert other.connections == 0


@every
async def test_a_proxy_of_the_environment_gets_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(answering(b"HTTP/1.1 204 No Content\r\n\r\n")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "mqtt_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        right = answering(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
        async with serving(right) as server, influx(server.port, api) as sink:
            await sink.connect()
    assert server.connections > 0
    assert proxy.connections == 0


@every
@pytest.mark.parametrize(
    "body", [b"[" * 60_000, b'{"error":' * 6000, b"dropped=" + b"9" * 6000, b"\x1b[2J\r\nforged"]
)
async def test_whatever_a_server_says_is_a_reason(api: Api, body: bytes) -> None:
    head = f"HTTP/1.1 400 Bad Request\r\nContent-Length: {len(body)}\r\n\r\n"
    async with (
        serving(answering(head.encode(), body, times=1)) as server,
        influx(server.port, api) as sink,
    ):
        await sink.connect()
        outcome = await sink.write([scan(1)], historical=False)
    assert outcome.refused[1].startswith("400 Bad Request")
    assert outcome.refused[1].isprintable()


@every
@pytest.mark.parametrize("status", [b"HTTP/1.1 400 Bad\r\n", b"HTTP/1.1 401 No\r\n", b"what? "])
async def test_a_server_that_sends_our_secret_back_is_not_quoted(api: Api, status: bytes) -> None:
    """Debug pages of proxies do."""

    def talk(server: RawServer) -> Talk:
        async def inner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.request(reader)
            head = server.heard.partition(b"\r\n\r\n")[0].replace(b"\r\n", b" ")
            await server.send(writer, status + b"Connection: close\r\n\r\n" + head)

        return inner

    reasons: list[str] = []
    async with serving(talk) as server, influx(server.port, api) as sink:
        try:
            await sink.connect()
            outcome = await sink.write([scan(1)], historical=False)
            reasons += outcome.refused.values()
        except SinkUnavailableError as error:
            reasons.append(str(error))
    assert reasons
    pair = base64.b64encode(f"daq:{CANARY}".encode()).decode()
    assert not any(CANARY in reason or pair in reason for reason in reasons), reasons


@pytest.mark.parametrize("token", [f"{CANARY} ", f"{CANARY}\n", f"{CANARY}\0"])
async def test_a_token_that_cannot_be_sent_is_not_shown(token: str) -> None:
    async with serving(answering(b"")) as server:
        sink = InfluxSink("history", settings_of(server.port, "v2", token=token))
        with pytest.raises(SinkMisconfiguredError, match="the token cannot stand") as caught:
            await sink.connect()
        await sink.close()
    assert CANARY not in "".join(traceback.format_exception(caught.value))


@every
async def test_a_secret_may_have_letters_of_any_language(api: Api) -> None:
    right = answering(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
    words = {"password": "密码"} if api == "v1" else {"token": "gehäim"}
    async with serving(right) as server:
        sink = InfluxSink("history", settings_of(server.port, api, **words))
        await sink.connect()
        await sink.close()
    assert server.connections == 1


# MQTT

CONNACK = bytes.fromhex("2003000000")


every_client = pytest.mark.parametrize("client", CLIENTS)


@asynccontextmanager
async def mqtt(port: int, client: Client) -> AsyncGenerator[MqttSink]:
    settings = MqttSettings(host="127.0.0.1", port=port, site="lab", timeout=20.0, client=client)
    sink = MqttSink("broker", settings)
    try:
        yield sink
    finally:
        await sink.close()


def broker(first: bytes, then: bytes = b"") -> Callable[[RawServer], Talk]:
    """Says something to CONNECT, and something else to the first message; then only hears."""

    def talk(server: RawServer) -> Talk:
        async def inner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for said in (first, then):
                await reader.read(4096)
                await server.send(writer, said)
            while await reader.read(4096):
                pass

        return inner

    return talk


@every_client
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("20ffffff7f", "a packet of 268435455 bytes"),
        ("20818004", f"a packet of {LARGEST + 1} bytes"),
        ("30050001616262", "a message, although we subscribe to nothing"),
    ],
)
async def test_a_broker_that_says_too_much_is_cut_off(said: str, why: str, client: Client) -> None:
    data = bytes.fromhex(said)
    async with serving(broker(data)) as server, mqtt(server.port, client) as sink:
        with pytest.raises(SinkUnavailableError, match=f"the broker sent {why}"):
            await sink.connect()
    async with serving(broker(CONNACK, data)) as server, mqtt(server.port, client) as sink:
        with pytest.raises(SinkUnavailableError, match=f"the broker sent {why}"):
            await sink.connect()


@every_client
async def test_reasons_of_a_common_length_are_heard(client: Client) -> None:
    reason = b"\x1f" + (500).to_bytes(2, "big") + b"r" * 500
    body = b"\x00\x01\x87" + bytes([len(reason) & 0x7F | 0x80, len(reason) >> 7]) + reason
    refusal = b"\x40" + bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) + body
    async with serving(broker(CONNACK, refusal)) as server, mqtt(server.port, client) as sink:
        await sink.connect()  # what was refused is our status, which is nobody's reading
        sink.check()
