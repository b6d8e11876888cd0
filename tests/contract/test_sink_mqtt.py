"""What only MQTT has: retained values, metadata, status and will, PUBACK codes, TLS."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import msgspec
import pytest
from paho.mqtt.subscribeoptions import SubscribeOptions

from daq.deliver.mqtt import MqttSink
from daq.deliver.present import Present
from daq.deliver.settings import MqttSettings, TlsSettings
from daq.deliver.sink import Beat, Outcome, SinkMisconfiguredError, SinkUnavailableError
from daq.journal import Series
from tests.contract.sink_targets import CLIENTS, FORBIDDEN, Client, event, scan, scans
from tests.journal_samples import series_key, until
from tests.servers.certificates import Certificates
from tests.servers.mosquitto import Mosquitto

pytest_plugins = ["tests.servers.fixtures"]

SCANS, META, STATUS = "lab/lab/meter/power", "lab/lab/meter/power/_meta", "lab/lab/_status"
CANARY = "canary-4711"
V5 = aiomqtt.ProtocolVersion.V5


class Speaking:
    """Who speaks MQTT in the test that runs: every one of them in turn."""

    client: Client = "direct"


@pytest.fixture(autouse=True, params=CLIENTS)
def _client(request: pytest.FixtureRequest) -> None:  # pyright: ignore[reportUnusedFunction]
    Speaking.client = request.param


def settings(server: Mosquitto, **changes: Any) -> MqttSettings:  # noqa: ANN401 - any setting
    return to_port(server.port, timeout=5.0, **changes)


def to_port(port: int, **changes: Any) -> MqttSettings:  # noqa: ANN401 - any setting
    base = MqttSettings(host="127.0.0.1", port=port, site="lab", client=Speaking.client)
    return msgspec.structs.replace(base, **changes)


@asynccontextmanager
async def connected(server: Mosquitto, **changes: Any) -> AsyncGenerator[MqttSink]:  # noqa: ANN401
    sink = MqttSink("broker", settings(server, **changes))
    try:
        await sink.connect()
        yield sink
    finally:
        await sink.close()


class Heard(msgspec.Struct):
    """A message as a subscriber got it."""

    topic: str
    content: Any
    retained: bool


@asynccontextmanager
async def listening(server: Mosquitto, topic: str = "#") -> AsyncGenerator[list[Heard]]:
    """Everything a subscriber hears, in order; retained messages first."""
    heard: list[Heard] = []
    ready = asyncio.Event()

    async def collect() -> None:
        async with aiomqtt.Client("127.0.0.1", server.port) as client:
            await client.subscribe(topic, qos=1)
            ready.set()
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                content = json.loads(message.payload) if message.payload else None
                heard.append(Heard(str(message.topic), content, message.retain))

    task = asyncio.create_task(collect(), name="listener")
    try:
        async with asyncio.timeout(10):
            await ready.wait()
        yield heard
    finally:
        task.cancel()
        await asyncio.wait({task})


async def retained(server: Mosquitto, topic: str) -> Any:  # noqa: ANN401 - JSON, or None
    """What a new subscriber is told about a topic."""
    end = f"end/{time.time_ns()}"
    async with listening(server) as heard:
        async with aiomqtt.Client("127.0.0.1", server.port) as client:
            await client.publish(end, b"{}", qos=1)
        await until(lambda: any(message.topic == end for message in heard))
    found = [message.content for message in heard if message.topic == topic and message.retained]
    return found[-1] if found else None


async def test_the_newest_scan_of_a_topic_is_retained(private_mosquitto: Mosquitto) -> None:
    async with connected(private_mosquitto) as sink:
        await sink.write(scans(range(1, 51)), historical=False, newest={50})
    assert (await retained(private_mosquitto, SCANS))["seq"] == 50


async def test_backlog_never_replaces_the_newest_value(private_mosquitto: Mosquitto) -> None:
    async with connected(private_mosquitto) as sink:
        await sink.write(scans(range(90, 101)), historical=False, newest={100})
        await sink.write(scans(range(1, 90)), historical=True)
    found = await retained(private_mosquitto, SCANS)
    assert found["seq"] == 100
    assert "historical" not in found


async def test_the_newest_value_is_retained_also_when_it_waited_in_the_backlog(
    private_mosquitto: Mosquitto,
) -> None:
    async with listening(private_mosquitto, SCANS) as heard, connected(private_mosquitto) as sink:
        await sink.write(scans(range(1, 11)), historical=True, newest={10})
        await until(lambda: len(heard) == 10)
    assert [message.content.get("historical", False) for message in heard] == [True] * 9 + [False]
    assert (await retained(private_mosquitto, SCANS))["seq"] == 10


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_a_batch_sent_again_never_takes_the_retained_value_back(
    private_mosquitto: Mosquitto, version: str
) -> None:
    """Only the last scan is flagged as retained, so nothing before it is stored on the way."""
    async with connected(private_mosquitto, version=version) as sink:
        await sink.write(scans(range(1, 51)), historical=False, newest={50})
        async with aiomqtt.Client("127.0.0.1", private_mosquitto.port, protocol=V5) as client:
            keep = SubscribeOptions(qos=1, retainAsPublished=True)
            await client.subscribe(SCANS, options=keep)
            await sink.write(scans(range(1, 61)), historical=False, newest={60})
            flags: list[tuple[int, bool]] = []
            async with asyncio.timeout(10):
                async for message in client.messages:
                    assert isinstance(message.payload, bytes)
                    flags.append((json.loads(message.payload)["seq"], message.retain))
                    if flags[-1][0] == 60:
                        break
    assert [seq for seq, flag in flags if flag] == [50, 60]  # 50 is what was retained before


async def test_metadata_comes_before_the_first_scan_and_stays(
    private_mosquitto: Mosquitto,
) -> None:
    async with listening(private_mosquitto) as heard, connected(private_mosquitto) as sink:
        await sink.write(scans([1, 2]), historical=False, newest={2})
        await sink.write(scans([3]), historical=False, newest={3})
        await until(lambda: sum(message.topic == SCANS for message in heard) == 3)
    topics = [message.topic for message in heard if message.topic in (SCANS, META)]
    assert topics == [META, SCANS, SCANS, SCANS]
    meta = await retained(private_mosquitto, META)
    assert (meta["series"], meta["model"], meta["asset"]) == (1, "some-model", "EM-0012")
    assert meta["channels"]["c1"] == {"unit": "V", "kind": "float"}


async def test_metadata_of_a_series_of_the_past_does_not_replace_the_present_one(
    private_mosquitto: Mosquitto,
) -> None:
    present = Series(7, series_key())
    async with listening(private_mosquitto, META) as heard, connected(private_mosquitto) as sink:
        await sink.write([scan(11, present)], historical=False, newest={11})
        await sink.write([scan(1), scan(2)], historical=True)
        await until(lambda: len(heard) == 2)
    assert [message.content["series"] for message in heard] == [7, 1]
    assert (await retained(private_mosquitto, META))["series"] == 7


async def test_metadata_comes_again_with_the_first_scan_after_a_connect(
    private_mosquitto: Mosquitto,
) -> None:
    async with connected(private_mosquitto) as sink:
        await sink.write(scans([1]), historical=False, newest={1})
        private_mosquitto.stop()
        private_mosquitto.start()
        await sink.close()
        await sink.connect()
        await sink.write(scans([2]), historical=False, newest={2})
        assert (await retained(private_mosquitto, META))["series"] == 1


async def test_metadata_goes_back_with_a_series_that_is_used_again(
    private_mosquitto: Mosquitto,
) -> None:
    first, second = Series(1, series_key()), Series(2, series_key())
    async with connected(private_mosquitto) as sink:
        for seq, series in enumerate((first, second, first), 1):
            await sink.write([scan(seq, series)], historical=False, newest={seq})
            assert (await retained(private_mosquitto, META))["series"] == series.id


async def test_status_says_online_and_offline(private_mosquitto: Mosquitto) -> None:
    async with connected(private_mosquitto) as sink:
        assert (await retained(private_mosquitto, STATUS))["status"] == "online"
        await sink.beat(Beat(time.time_ns(), {"answering": 3}))
        assert (await retained(private_mosquitto, STATUS))["answering"] == 3
    found = await retained(private_mosquitto, STATUS)
    assert (found["status"], found["reason"]) == ("offline", "stopped")


async def test_the_will_says_that_the_connection_was_lost(private_mosquitto: Mosquitto) -> None:
    async with listening(private_mosquitto, STATUS) as heard, connected(private_mosquitto):
        await until(lambda: bool(heard))
        async with connected(private_mosquitto):  # same client id: the broker drops the first
            await until(lambda: "connection lost" in [m.content["reason"] for m in heard])


async def test_a_second_client_of_the_same_id_throws_the_first_one_out(
    private_mosquitto: Mosquitto,
) -> None:
    async with connected(private_mosquitto) as first, connected(private_mosquitto):
        await until(lambda: lost(first) != "")
        assert lost(first) == "connection lost: closed by the broker"


async def test_a_dead_broker_is_noticed_while_idle(private_mosquitto: Mosquitto) -> None:
    async with connected(private_mosquitto) as sink:
        sink.check()
        private_mosquitto.kill()
        await until(lambda: lost(sink) != "")


def lost(sink: MqttSink) -> str:
    try:
        sink.check()
    except SinkUnavailableError as error:
        return str(error)
    return ""


async def test_events_are_not_retained(private_mosquitto: Mosquitto) -> None:
    topic = "lab/lab/_events"
    async with listening(private_mosquitto, topic) as heard, connected(private_mosquitto) as sink:
        await sink.write([event(1)], historical=False)
        await until(lambda: bool(heard))
    assert heard[0].content["kind"] == "bus-lost"
    assert await retained(private_mosquitto, topic) is None


async def test_nothing_is_retained_when_so_set(private_mosquitto: Mosquitto) -> None:
    async with connected(private_mosquitto, retain=False) as sink:
        assert not sink.retains
        await sink.write(scans([1]), historical=False, newest={1})
        assert await retained(private_mosquitto, SCANS) is None
        assert await retained(private_mosquitto, STATUS) is None


async def test_a_broker_that_lets_us_publish_nothing_is_misconfigured_and_nothing_is_refused(
    tmp_path: Path,
) -> None:
    acl = ["topic readwrite #", f"topic deny lab/+/{FORBIDDEN}/#"]
    forbidden = Series(2, series_key(FORBIDDEN))
    with Mosquitto(tmp_path / "server", acl=acl) as server:
        async with connected(server) as sink:
            with pytest.raises(SinkMisconfiguredError, match="lab/lab/forbidden/power"):
                await sink.write([scan(1, forbidden)], historical=False)
            await sink.write([scan(2)], historical=False)
            outcome = await sink.write([scan(3, forbidden)], historical=False)
    reason = "lab/lab/forbidden/power: not authorized to publish to this topic"
    assert outcome == Outcome(refused={3: reason})


async def test_a_broker_of_3_1_1_cannot_say_that_it_denied_a_message(tmp_path: Path) -> None:
    """Why MQTT 5 is the default: Mosquitto acknowledges what its access list forbids."""
    acl = ["topic readwrite #", f"topic deny lab/+/{FORBIDDEN}/#"]
    with Mosquitto(tmp_path / "server", acl=acl) as server:
        async with connected(server, version="3.1.1") as sink:
            denied = [scan(1, Series(2, series_key(FORBIDDEN)))]
            assert await sink.write(denied, historical=False) == Outcome()


async def test_what_is_larger_than_the_broker_accepts_is_refused_before_it_breaks_anything(
    tmp_path: Path,
) -> None:
    wide = Series(2, series_key("wide", width=100))
    with Mosquitto(tmp_path / "server", options=["max_packet_size 1000"]) as server:
        async with connected(server) as sink:
            outcome = await sink.write([scan(1), scan(2, wide), scan(3)], historical=False)
            sink.check()
    assert outcome == Outcome(refused={2: "lab/lab/wide/power: larger than the broker accepts"})


async def test_no_more_is_sent_ahead_than_the_broker_takes(tmp_path: Path) -> None:
    with Mosquitto(tmp_path / "server", options=["max_inflight_messages 3"]) as server:
        async with connected(server) as sink:
            assert await sink.write(scans(range(1, 301)), historical=False) == Outcome()


async def test_a_wrong_password_is_misconfigured_and_never_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Mosquitto(tmp_path / "server", users={"daq": "right"}) as server:
        async with connected(server, user="daq", password="right") as sink:  # noqa: S106 - a test's
            sink.check()
        for version in ("5", "3.1.1"):
            with pytest.raises(SinkMisconfiguredError, match=r"[Nn]ot authori") as caught:
                async with connected(server, version=version, user="daq", password=CANARY):
                    pass
            assert CANARY not in str(caught.value)
    assert CANARY not in caplog.text


async def test_tls_verifies_the_broker_and_shows_our_certificate(
    tmp_path: Path, certificates: Certificates
) -> None:
    client = certificates.client
    tls = TlsSettings(
        ca_file=str(certificates.authority),
        certificate=str(client.certificate),
        key=str(client.key),
    )
    with Mosquitto(
        tmp_path / "server", certificates=certificates, client_certificates=True
    ) as server:
        async with connected(server, tls=tls) as sink:
            assert await sink.write(scans(range(1, 101)), historical=False) == Outcome()
        anonymous = TlsSettings(ca_file=str(certificates.authority))
        with pytest.raises(SinkUnavailableError):
            async with connected(server, tls=anonymous):
                pass


async def test_a_broker_nobody_vouches_for_is_not_trusted(
    tmp_path: Path, certificates: Certificates
) -> None:
    with Mosquitto(tmp_path / "server", certificates=certificates) as server:
        with pytest.raises(SinkMisconfiguredError, match="CERTIFICATE_VERIFY_FAILED"):
            async with connected(server, tls=TlsSettings()):
                pass
        missing = TlsSettings(ca_file=str(tmp_path / "no-such-file.pem"))
        with pytest.raises(SinkMisconfiguredError, match=r"no-such-file\.pem"):
            async with connected(server, tls=missing):
                pass


async def test_a_server_that_says_nothing_is_unavailable() -> None:
    connections: list[asyncio.StreamWriter] = []

    def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    silent = MqttSink("broker", to_port(port, timeout=0.3))
    with pytest.raises(SinkUnavailableError, match="timed out"):
        await silent.connect()
    await silent.close()
    assert len(connections) == 1
    for writer in connections:
        writer.close()
        await writer.wait_closed()
    server.close()
    await server.wait_closed()


async def test_a_server_that_hangs_up_is_unavailable_at_once() -> None:
    def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    sink = MqttSink("broker", to_port(port, timeout=600.0))
    with pytest.raises(SinkUnavailableError, match="closed by the broker"):
        async with asyncio.timeout(20):
            await sink.connect()
    server.close()
    await server.wait_closed()


HOT = "_alarms/_state/chamber.high"


async def test_states_are_retained_and_said_again_only_when_they_change(
    private_mosquitto: Mosquitto,
) -> None:
    hot, beacon = {"alarm": "chamber.high", "active": True}, {"lamp": "flashing"}
    async with listening(private_mosquitto, "lab/lab/#") as heard:
        async with connected(private_mosquitto) as sink:
            assert await sink.show(Present(topics={HOT: hot, "_beacon": beacon}))
            assert await sink.show(Present(topics={HOT: hot, "_beacon": {"lamp": "steady"}}))
        async with connected(private_mosquitto) as sink:  # this one may be another broker
            assert await sink.show(Present(topics={HOT: hot}))
        await until(lambda: sum(message.topic.endswith("high") for message in heard) == 2)
    said = [message.content for message in heard if "status" not in message.content]
    assert said == [hot, beacon, {"lamp": "steady"}, hot]
    assert await retained(private_mosquitto, f"lab/lab/{HOT}") == hot
    assert await retained(private_mosquitto, "lab/lab/_beacon") == {"lamp": "steady"}


async def test_what_is_no_more_is_cleared(private_mosquitto: Mosquitto) -> None:
    entity = "homeassistant/binary_sensor/daq-lab/chamber-L-high/config"
    async with connected(private_mosquitto, home_assistant="homeassistant") as sink:
        await sink.show(Present(topics={HOT: {"alarm": "chamber.high", "title": "Hot"}}))
        found = await retained(private_mosquitto, entity)
        assert (found["name"], found["state_topic"]) == ("Hot", f"lab/lab/{HOT}")
        await sink.show(Present(gone=frozenset({HOT})))
    assert await retained(private_mosquitto, f"lab/lab/{HOT}") is None
    assert await retained(private_mosquitto, entity) is None


async def test_groups_that_are_read_no_more_are_not_kept(private_mosquitto: Mosquitto) -> None:
    topic = ("lab", "meter", "power")
    async with connected(private_mosquitto) as sink:
        await sink.write([scan(1)], historical=False, newest={1})
        await sink.beat(Beat(time.time_ns(), {}, frozenset({topic})))
        assert await retained(private_mosquitto, SCANS) is None
        assert await retained(private_mosquitto, META) is None
        await sink.write([scan(2)], historical=True, newest={2})  # the rest of its backlog
        assert await retained(private_mosquitto, SCANS) is None
        await sink.beat(Beat(time.time_ns(), {}))  # it is back
        await sink.write([scan(3)], historical=False, newest={3})
        assert (await retained(private_mosquitto, SCANS))["seq"] == 3


async def test_what_is_not_to_be_retained_is_not_cleared_either(
    private_mosquitto: Mosquitto,
) -> None:
    async with listening(private_mosquitto, "lab/lab/_alarms/#") as heard:
        async with connected(private_mosquitto, retain=False) as sink:
            present = Present(topics={HOT: {"active": True}}, gone=frozenset({"_alarms/_state/x"}))
            await sink.show(present)
            await sink.beat(Beat(time.time_ns(), {}, frozenset({("lab", "meter", "power")})))
        await until(lambda: len(heard) == 1)
    assert await retained(private_mosquitto, f"lab/lab/{HOT}") is None
